"""Lengths of time, as rules and KQL write them, in seconds."""

from __future__ import annotations

import re

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_ISO = re.compile(
    r"P(?:(\d{1,9})W|(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?)", re.IGNORECASE
)
_SHORT = re.compile(r"(\d{1,9})([mhd])", re.IGNORECASE)
_CLOCK = re.compile(r"(?:(\d{1,9})\.)?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,7})?)?")
_UNITS = {"m": _MINUTE, "h": _HOUR, "d": _DAY}

# KQL's units; one that stands for less than a second is of no interest to a schedule.
_KQL = re.compile(r"(-?\d+(?:\.\d+)?)\s*([a-z]+)")
_KQL_UNITS = {
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _HOUR),
    **dict.fromkeys(("m", "min", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
}


def iso(text: str) -> int | None:
    """``PT1H`` and ``P1D``; None for anything else.  Years and months are no fixed length."""
    found = _ISO.fullmatch(text)
    if found is None or len(text) < 3 or text[-1] in "Tt":
        return None
    weeks, days, hours, minutes, seconds = (int(group or 0) for group in found.groups())
    return weeks * 7 * _DAY + days * _DAY + hours * _HOUR + minutes * _MINUTE + seconds


def template(text: str) -> int | None:
    """``1h``, ``30m`` and ``14d``, or ``1.00:00:00``, as Azure-Sentinel's templates have them, ``5H`` as AzSentinel."""
    short = _SHORT.fullmatch(text)
    if short:
        return int(short[1]) * _UNITS[short[2].lower()]
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in clock.groups())
    return days * _DAY + hours * _HOUR + minutes * _MINUTE + seconds


def kql(text: str) -> float | None:
    """A timespan of KQL: ``14d``, ``1.5h``, ``1.00:00:00``; None where that is no length of whole units."""
    found = _KQL.fullmatch(text.strip().lower())
    if found and found[2] in _KQL_UNITS:
        return float(found[1]) * _KQL_UNITS[found[2]]
    return template(text.strip()) if ":" in text else None


def shown(seconds: float) -> str:
    """A length of time in the largest unit that fits: ``14 days``, ``90 minutes``, ``1 hour``."""
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"


def period(rule_text: str, is_template: bool) -> int | None:
    """A rule's frequency or period in seconds; None where it is no length of time of the format that the rule has."""
    found = iso(rule_text)
    return template(rule_text) if found is None and is_template else found
