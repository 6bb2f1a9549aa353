"""The text of ``datetime(...)``: ISO 8601 and its like, RFC 822 and RFC 850, as the service's documentation lists them.

The service takes more than it documents (``8:05``, ``01/16/2022``, ``5:00:00 PM``): a text of a form that is not known
here is good.  https://learn.microsoft.com/kusto/query/scalar-data-types/datetime
"""

from __future__ import annotations

import re

from kql_lint.semantics.literals.problem import Problem, has_digit, is_unknown

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.\d*)?)?"
_ZONE = r"\s*(?:[A-Za-z]{1,5}|[+-]\d{1,2}(?::?\d{2})?)?"
_ISO = re.compile(
    r"(?P<date>(?P<year>\d{4})(?P<dash>[-/])(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2}))"
    rf"(?:(?:[Tt]|\s+){_TIME}{_ZONE})?"
)
_RFC = re.compile(
    r"(?:[A-Za-z]{3,9},\s*)?"
    r"(?P<date>(?P<day>\d{1,2})(?P<dash>[- ])(?P<name>[A-Za-z]{3,9})(?P=dash)(?P<year>\d{4}|\d\d))"
    rf"\s+{_TIME}{_ZONE}"
)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Words without a digit that a date may be made of.
_DATE_WORDS = re.compile(
    r"(?i)(utc)?now|today|yesterday|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_FORMS = "write a date such as datetime(2024-05-25) or datetime(2024-05-25 08:20:00)"


def datetime(text: str) -> Problem | None:
    """What is wrong with the text between the parentheses of a datetime literal, without quotes."""
    if is_unknown(text):
        return None
    if not has_digit(text):
        if _DATE_WORDS.match(text):
            return None
        return Problem(0, len(text), f'datetime literal "{text}" is no date', _FORMS)
    found = _ISO.fullmatch(text) or _RFC.fullmatch(text)
    if found is None:
        return None
    return _date(text, found) or _time(text, found)


def _date(text: str, found: re.Match[str]) -> Problem | None:
    groups = found.groupdict()
    year, day = int(groups["year"]), int(groups["day"])
    no_day = f'datetime literal "{text}" names no day'
    if groups.get("name"):
        month = _month(groups["name"])
        if len(groups["year"]) == 2:
            year += 2000
        if month is None:
            return Problem(*found.span("name"), f'{no_day}: no month is called "{groups["name"]}"')
    else:
        month = int(groups["month"])
        if not 1 <= month <= 12:
            swapped = f"{groups['year']}-{day:02}-{month:02}"
            is_day = 1 <= day <= 12 and 1 <= month <= _length(year, day)
            help_text = f"the month comes before the day: {swapped}" if is_day else None
            return Problem(*found.span("month"), f"{no_day}: there is no month {month}", help_text)
    if year == 0:
        return Problem(*found.span("year"), f"{no_day}: years go from 1 to 9999")
    if day == 0:
        return Problem(*found.span("day"), f"{no_day}: days are counted from 1")
    last = _length(year, month)
    if day > last:
        return Problem(*found.span("date"), f"{no_day}: {MONTHS[month - 1]} {year} has {last} days")
    return None


def _month(name: str) -> int | None:
    """The number of a month by its name or the first letters of it."""
    folded = name.casefold()
    return next((number for number, month in enumerate(MONTHS, 1) if month.casefold().startswith(folded)), None)


def _length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _DAYS[month - 1]


def _time(text: str, found: re.Match[str]) -> Problem | None:
    # LIMIT: 24:00 (ISO 8601's end of day) and second 60 (a leap second) pass: no document has them refused.
    for part, limit, last in (("hour", 24, 23), ("minute", 59, 59), ("second", 60, 59)):
        number = found[part]
        if number is not None and int(number) > limit:
            start, end = found.span(part)
            return Problem(start, end, f'datetime literal "{text}" names no time: {part}s go from 0 to {last}')
    return None
