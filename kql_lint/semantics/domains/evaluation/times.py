"""Timespans and datetimes: their literals, and the strings that they are converted from and to.

https://learn.microsoft.com/kusto/query/scalar-data-types/timespan and .../datetime
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from kql_lint.semantics.domains.evaluation.signature import LONG, Function, is_any
from kql_lint.semantics.domains.scalars import TICKS_PER_SECOND, UNTOLD, Datetime, Relative, Timespan, Untold

_SECOND = TICKS_PER_SECOND
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3_600 * _SECOND, 86_400 * _SECOND
_UNITS = {
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _HOUR),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("s", "sec", "second", "seconds"), _SECOND),
    **dict.fromkeys(("ms", "milli", "millisecond", "milliseconds"), _SECOND // 1_000),
    **dict.fromkeys(("micro", "microsecond", "microseconds"), _SECOND // 1_000_000),
    **dict.fromkeys(("tick", "ticks"), 1),
}
_WITH_UNIT = re.compile(r"([+-]?)\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([a-z]+)")
_DAYS = re.compile(r"([+-]?)([0-9]{1,8})")
_CLOCK = re.compile(r"([+-]?)(?:([0-9]{1,8})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,7}))?")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,7}))?)?(?:Z|\+00:00)?)?"
)


def parse_timespan(text: str) -> Timespan | Untold:
    """The length of a timespan literal: ``1.5h``, or what stands in the parentheses of ``time(...)``, without quotes.

    UNTOLD for a text of a form that the documentation does not have, or of a fraction of a tick.
    """
    unit = _WITH_UNIT.fullmatch(text)
    if unit is not None:
        sign, number, name = unit.groups()
        return _signed(sign, Fraction(number) * _UNITS[name]) if name in _UNITS else UNTOLD
    days = _DAYS.fullmatch(text)
    if days is not None:
        return _signed(days[1], Fraction(int(days[2]) * _DAY))
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return UNTOLD
    return _signed(clock[1], _clock(int(clock[2] or 0), *clock.groups()[2:]))


def _signed(sign: str, ticks: Fraction | Untold) -> Timespan | Untold:
    if not isinstance(ticks, Fraction) or ticks.denominator != 1 or ticks >= LONG:
        return UNTOLD
    return Timespan(-int(ticks) if sign == "-" else int(ticks))


def _clock(
    days: int, hours: str | None, minutes: str | None, seconds: str | None, parts: str | None
) -> Fraction | Untold:
    """The ticks of days and a time of day; UNTOLD where the clock has no such time."""
    hour, minute, second = int(hours or 0), int(minutes or 0), int(seconds or 0)
    if hour > 23 or minute > 59 or second > 59:
        return UNTOLD
    ticks = days * _DAY + hour * _HOUR + minute * _MINUTE + second * _SECOND
    return Fraction(ticks + int((parts or "").ljust(7, "0")))


def parse_datetime(text: str) -> Datetime | Untold:
    """The point in time of a datetime literal by what stands in its parentheses, or of a string for ``todatetime``.

    Only ISO 8601 in UTC, with a time of day or without: ``2024-05-25``, ``2024-05-25T08:20:03.1234567Z``.  UNTOLD for
    any other form.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        return UNTOLD
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return UNTOLD
    ticks = _clock(day.toordinal() - 1, *found.groups()[3:])
    return Datetime(int(ticks)) if isinstance(ticks, Fraction) else UNTOLD


def datetime_text(value: Datetime) -> str | Untold:
    """The string that ``tostring`` makes of it, ``2017-10-15T12:00:00.0000000Z``."""
    days, ticks = divmod(value.ticks, _DAY)
    try:
        day = date.fromordinal(days + 1)
    except (ValueError, OverflowError):
        return UNTOLD
    seconds, parts = divmod(ticks, _SECOND)
    return f"{day.isoformat()}T{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{parts:07}Z"


def timespan_text(value: Timespan) -> str | Untold:
    """The string that ``tostring`` makes of it, ``03:00:00`` or ``4.00:00:00``; UNTOLD of a fraction of a second."""
    seconds, parts = divmod(value.ticks, _SECOND)
    if parts or seconds < 0:
        return UNTOLD
    days, seconds = divmod(seconds, 86_400)
    clock = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{days}.{clock}" if days else clock


def relative_text(value: Relative) -> str:
    """How KQL writes a point in time that depends on now: ``now()``, ``ago(1d)``, ``now(90m)``."""
    if not value.ticks:
        return "now()"
    length = abs(value.ticks)
    name, unit = next((name, unit) for name, unit in _SHORT.items() if length % unit == 0)
    return f"{'ago' if value.ticks < 0 else 'now'}({length // unit}{name})"


_SHORT = {"d": _DAY, "h": _HOUR, "m": _MINUTE, "s": _SECOND, "ms": _SECOND // 1_000, "tick": 1}


def _now(offset: object = Timespan(0)) -> object:
    return Relative(offset.ticks) if isinstance(offset, Timespan) else UNTOLD


def _ago(length: object) -> object:
    return Relative(-length.ticks) if isinstance(length, Timespan) else UNTOLD


def _to_datetime(value: object) -> object:
    return (
        parse_datetime(value)
        if isinstance(value, str)
        else value
        if isinstance(value, (Datetime, Relative))
        else UNTOLD
    )


def _to_timespan(value: object) -> object:
    if isinstance(value, str) and ":" in value:  # of "1d" and "2" the function's page says nothing
        return parse_timespan(value)
    return value if isinstance(value, Timespan) else UNTOLD


FUNCTIONS = {
    "now": Function(_now, (is_any,), least=0),
    "ago": Function(_ago, (is_any,)),
    "todatetime": Function(_to_datetime, (is_any,)),
    "totimespan": Function(_to_timespan, (is_any,)),
    "totime": Function(_to_timespan, (is_any,)),
}
