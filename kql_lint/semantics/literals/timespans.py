"""The text of ``time(...)`` and ``timespan(...)``: a number with a unit, days, or ``days.hours:minutes:seconds``.

https://learn.microsoft.com/kusto/query/scalar-data-types/timespan; the units are those that Microsoft's parser reads.
"""

from __future__ import annotations

import re

from kql_lint.semantics.literals.problem import Problem, has_digit, is_unknown

_NUMBER = r"[+-]?\s*(?:\d+\.?\d*|\.\d+)"
_UNIT = re.compile(r"(?i)d(ays?)?|h(rs?|ours?)?|m(s|in(ute)?s?|i(lli|cro)[a-z]*)?|s(ec(ond)?s?)?|nano[a-z]*|ticks?")
_WITH_UNIT = re.compile(rf"{_NUMBER}\s*([A-Za-z]+)")
_PARTS = re.compile(rf"{_NUMBER}\s*[A-Za-z]+(?:\s*,?\s*{_NUMBER}\s*[A-Za-z]+)+")
_PART = re.compile(rf"({_NUMBER})\s*([A-Za-z]+)")
_CLOCK = re.compile(
    r"[+-]?(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{1,2})(?::(?P<seconds>\d{1,2})(?:\.\d*)?)?"
)
_FORMS = "write a timespan such as 1d, 90m or time(1.12:30:00)"


def timespan(text: str) -> Problem | None:
    """What is wrong with the text between the parentheses of a timespan literal, without quotes."""
    if is_unknown(text):
        return None
    if not has_digit(text):
        return Problem(0, len(text), f'timespan literal "{text}" is no length of time', _FORMS)
    unit = _WITH_UNIT.fullmatch(text)
    if unit is not None:
        return None if _UNIT.fullmatch(unit[1]) else _unknown_unit(text, unit)
    if _PARTS.fullmatch(text):
        return _several(text)
    clock = _CLOCK.fullmatch(text)
    return _clock(text, clock) if clock is not None else None


def _unknown_unit(text: str, unit: re.Match[str]) -> Problem:
    message = f'timespan literal "{text}" has the unit "{unit[1]}", which KQL does not know'
    help_text = "the units are d, h, m, s, ms, microsecond and tick"
    if unit[1].casefold() in ("w", "week", "weeks"):
        help_text += "; a week is 7d"
    return Problem(*unit.span(1), message, help_text)


def _several(text: str) -> Problem | None:
    parts = list(_PART.finditer(text))
    if not all(_UNIT.fullmatch(part[2]) for part in parts):
        return None
    total = " + ".join("".join(part[0].split()) for part in parts)
    return Problem(0, len(text), f'timespan literal "{text}" has more than one unit', f"add them up: {total}")


def _clock(text: str, found: re.Match[str]) -> Problem | None:
    # LIMIT: hours are judged behind days only: .NET reads 25:10:00 as 25 days, and perhaps the service does too.
    for part, last in (("hours", 23), ("minutes", 59), ("seconds", 59)):
        number = found[part]
        if number is not None and int(number) > last and (part != "hours" or found["days"]):
            return Problem(
                *found.span(part), f'timespan literal "{text}" is no length of time: {part} go from 0 to {last}'
            )
    return None
