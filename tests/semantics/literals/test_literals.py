"""Texts of datetimes, timespans, numbers, GUIDs and addresses: which are wrong, where, and in which words."""

from __future__ import annotations

import datetime as calendar
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.semantics import literals
from kql_lint.semantics.literals import Problem


def check(problem: Problem | None, text: str, wrong: str, message: str, help_text: str | None = None) -> None:
    assert problem is not None
    assert (text[problem.start : problem.end], problem.message, problem.help) == (wrong, message, help_text)


@pytest.mark.parametrize(
    ("text", "wrong", "reason", "help_text"),
    [
        ("2024-02-30", "2024-02-30", "names no day: February 2024 has 29 days", None),
        ("1900-02-29 10:00", "1900-02-29", "names no day: February 1900 has 28 days", None),
        ("2024/04/31", "2024/04/31", "names no day: April 2024 has 30 days", None),
        ("2024-13-05", "13", "names no day: there is no month 13", "the month comes before the day: 2024-05-13"),
        ("2024-13-13", "13", "names no day: there is no month 13", None),
        ("2024-00-05", "00", "names no day: there is no month 0", None),
        ("2024-01-00", "00", "names no day: days are counted from 1", None),
        ("0000-01-01", "0000", "names no day: years go from 1 to 9999", None),
        ("2024-05-25T25:00:00Z", "25", "names no time: hours go from 0 to 23", None),
        ("2024-05-25 10:61", "61", "names no time: minutes go from 0 to 59", None),
        ("2024-05-25 10:00:75.5", "75", "names no time: seconds go from 0 to 59", None),
        ("Fri, 31 Nov 14 15:05:02 GMT", "31 Nov 14", "names no day: November 2014 has 30 days", None),
        ("08-Nvo-14 15:05", "Nvo", 'names no day: no month is called "Nvo"', None),
        ("8 Nov 2014 15:60 GMT", "60", "names no time: minutes go from 0 to 59", None),
    ],
)
def test_datetimes_that_there_are_not(text: str, wrong: str, reason: str, help_text: str | None) -> None:
    check(literals.datetime(text), text, wrong, f'datetime literal "{text}" {reason}', help_text)


def test_a_text_that_is_no_date() -> None:
    text = "last patch day"
    help_text = "write a date such as datetime(2024-05-25) or datetime(2024-05-25 08:20:00)"
    check(literals.datetime(text), text, text, 'datetime literal "last patch day" is no date', help_text)


@pytest.mark.parametrize(
    "text",
    [
        # documented
        "2014-05-25T08:20:03.123456Z", "2014-11-08 15:55:55", "2014-11-08 15:55", "2014-11-08", "2014-11-08T15:05 GMT",
        "Sat, 8 Nov 14 15:05:02 GMT", "Sat, 8 Nov 14 15:05", "8 Nov 14 15:05:02", "Saturday, 08-Nov-14 15:05:02 GMT",
        "08-Nov-14 15:05", "29 February 2024 08:00", "", "null", "min", "max",
        # seen, though not documented
        "2014-11", "2014", "8:05", "5:00:00 PM", "01/16/2022 00:00:00", "1970-5-12", "2025, 6, 14", "31.12.2024",
        "2024-05-25 10:00:00 +02:00", "2024-05-25T10:00:00.0000000-0800", "2024-05-25 24:00", "2016-12-31 23:59:60",
        # to be filled in
        "{TimeRange:start}", "<start>", "$start", "YOUR_DATE", "your date here", "...", "now",
    ],
)  # fmt: skip
def test_datetimes_that_pass(text: str) -> None:
    assert literals.datetime(text) is None


_MOMENTS = st.datetimes(min_value=calendar.datetime(1, 1, 1))


@given(_MOMENTS, st.sampled_from(["-", "/"]), st.sampled_from(["T", " "]), st.sampled_from(["", "Z", " GMT", "+05:30"]))
def test_every_moment_passes(moment: calendar.datetime, dash: str, between: str, zone: str) -> None:
    date = f"{moment.year:04}{dash}{moment.month:02}{dash}{moment.day:02}"
    assert literals.datetime(date) is None
    assert literals.datetime(f"{date}{between}{moment.time().isoformat()}{zone}") is None
    if moment.year >= 1000:
        assert literals.datetime(f"{moment.day} {moment:%b} {moment.year} {moment:%H:%M:%S}{zone}") is None
        assert literals.datetime(f"{moment:%A}, {moment:%d-%b-%Y %H:%M}") is None


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
def test_a_date_is_wrong_where_the_calendar_has_no_such_day(year: int, month: int, day: int) -> None:
    try:
        calendar.date(year, month, day)
    except ValueError:
        exists = False
    else:
        exists = True
    assert (literals.datetime(f"{year:04}-{month:02}-{day:02}") is None) == exists


_UNITS = "the units are d, h, m, s, ms, microsecond and tick"


@pytest.mark.parametrize(
    ("text", "wrong", "reason", "help_text"),
    [
        ("2w", "w", 'has the unit "w", which KQL does not know', f"{_UNITS}; a week is 7d"),
        ("3 months", "months", 'has the unit "months", which KQL does not know', _UNITS),
        ("1d 12h", "1d 12h", "has more than one unit", "add them up: 1d + 12h"),
        ("1.25:00:00", "25", "is no length of time: hours go from 0 to 23", None),
        ("00:90:00", "90", "is no length of time: minutes go from 0 to 59", None),
        ("-0.01:00:60", "60", "is no length of time: seconds go from 0 to 59", None),
        ("soon", "soon", "is no length of time", "write a timespan such as 1d, 90m or time(1.12:30:00)"),
    ],
)
def test_timespans_that_there_are_not(text: str, wrong: str, reason: str, help_text: str | None) -> None:
    check(literals.timespan(text), text, wrong, f'timespan literal "{text}" {reason}', help_text)


@pytest.mark.parametrize(
    "text",
    [
        "1d", "1.5h", "15 seconds", "100ms", "10microsecond", "1tick", "2", "0.12:34:56.7", "12:34", "-1.00:00:00",
        "20min", "36:00:00", "null", "min", "{TimeRange}", "", "1D", "5 Minutes", "1:2:3:4",
    ],
)  # fmt: skip
def test_timespans_that_pass(text: str) -> None:
    assert literals.timespan(text) is None


@given(st.timedeltas(min_value=calendar.timedelta(0)), st.sampled_from(["", "-", "+"]))
def test_every_length_of_time_passes(length: calendar.timedelta, sign: str) -> None:
    minutes, seconds = divmod(length.seconds, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{length.microseconds:06}"
    assert literals.timespan(f"{sign}{length.days}.{clock}") is None
    assert literals.timespan(f"{sign}{clock}") is None
    assert literals.timespan(f"{sign}{length.days}d") is None


@pytest.mark.parametrize(
    ("text", "type_name", "reason", "help_text"),
    [
        ("3000000000", "int", "is too large: int goes up to 2147483647", "write long(3000000000)"),
        ("-2147483649", "int", "is too small: int goes down to -2147483648", "write long(-2147483649)"),
        ("0x1FFFFFFFF", "int", "is too large: int goes up to 2147483647", "write long(0x1FFFFFFFF)"),
        (
            "9223372036854775808",
            "long",
            "is too large: long goes up to 9223372036854775807",
            "write real(9223372036854775808) if it need not be exact",
        ),
        ("abc", "int", "is no number", None),
    ],
)
def test_integers_that_there_are_not(text: str, type_name: str, reason: str, help_text: str | None) -> None:
    check(literals.integer(text, type_name), text, text, f'{type_name} literal "{text}" {reason}', help_text)


@given(st.integers())
def test_an_integer_is_wrong_where_it_is_out_of_range(value: int) -> None:
    assert (literals.integer(str(value), "int") is None) == (-(2**31) <= value < 2**31)
    assert (literals.integer(str(value), "long") is None) == (-(2**63) <= value < 2**63)


def test_a_bare_number_may_have_a_minus_before_it() -> None:
    assert literals.number("9223372036854775808") is None
    assert literals.number("0" * 30 + "7") is None
    found = literals.number("9" * 5000)
    assert found is not None
    assert found.message == f'long literal "{"9" * 57}..." is too large: long goes up to 9223372036854775807'


@pytest.mark.parametrize("text", ["1.5", "0x10", "min", "null", "", "{N}", "1e3", "+5", "1,000"])
def test_integers_that_pass(text: str) -> None:
    assert literals.integer(text, "int") is None


@pytest.mark.parametrize("text", ["1.5", "-1e400", "nan", "+inf", "-inf", "null", "max", "5", ".5"])
def test_reals_that_pass(text: str) -> None:
    assert literals.real(text, "real") is None


def test_words_that_are_no_number_and_no_truth_value() -> None:
    check(literals.real("half", "decimal"), "half", "half", 'decimal literal "half" is no number')
    check(literals.boolean("yes"), "yes", "yes", 'bool literal "yes" is neither true nor false')
    assert [literals.boolean(text) for text in ("true", "False", "TRUE", "t", "1", "0", "null", "{Flag}")] == [None] * 8


_GUID = "74be27de-1e4e-49d9-b579-fe0b331d3642"


@pytest.mark.parametrize(
    ("text", "wrong", "reason"),
    [
        ("74be27de-1e4e-49d9-b579-fe0b331d364g", "g", '"g" is not a hexadecimal digit'),
        ("74be27de-1e4e-49d9-b579", "74be27de-1e4e-49d9-b579", "it has 20 digits, not 32"),
        (
            "74be27de1e4e-49d9-b579-fe0b331d3642",
            "74be27de1e4e-49d9-b579-fe0b331d3642",
            "its digits are not in groups of 8-4-4-4-12",
        ),
    ],
)
def test_guids_that_there_are_not(text: str, wrong: str, reason: str) -> None:
    form = f"write a GUID as 8-4-4-4-12 hexadecimal digits: guid({_GUID})"
    check(literals.guid(text), text, wrong, f'guid literal "{text}" is no GUID: {reason}', form)


@pytest.mark.parametrize("text", ["null", "", "<tenant id>", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "your-tenant-id"])
def test_guids_that_pass(text: str) -> None:
    assert literals.guid(text) is None


@given(st.uuids(), st.booleans())
def test_every_guid_passes(value: uuid.UUID, upper: bool) -> None:
    for text in (str(value), value.hex, f"{{{value}}}"):
        assert literals.guid(text.upper() if upper else text) is None


@pytest.mark.parametrize(
    ("text", "wrong", "message"),
    [
        ("10.0.0.256", "256", '"10.0.0.256" is no IPv4 address: 256 is above 255'),
        ("10.0.0.0/33", "33", '"10.0.0.0/33" is no IPv4 range: the prefix length goes up to 32, not 33'),
        ("1.2.3.4.5", "1.2.3.4.5", '"1.2.3.4.5" is no IPv4 address: it has 5 numbers, not 4'),
        ("300.1.", "300", '"300.1." is no IPv4 address: 300 is above 255'),
    ],
)
def test_addresses_that_there_are_not(text: str, wrong: str, message: str) -> None:
    check(literals.address(text), text, wrong, message)


@pytest.mark.parametrize(
    "text", ["10.0.0.1", "10.0.0.0/8", "192.168.", " 1.2.3.4 ", "10.0/16", "fe80::1", "", "host", "999"]
)
def test_addresses_that_pass(text: str) -> None:
    assert literals.address(text) is None


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_every_address_passes(value: object, prefix: int) -> None:
    assert literals.address(str(value)) is None
    assert literals.address(f"{value}/{prefix}") is None


@pytest.mark.parametrize(
    ("source", "value", "places"),
    [
        ('"abc"', "abc", [1, 2, 3, 4]),
        (r'"a\\\x41"', "a\\A", [1, 2, 4, 8]),
        ("h'x'", "x", [2, 3]),
        ('@"a""b"', 'a"b', [2, 3, 5, 6]),
        ("H@'\\d'", "\\d", [3, 4, 5]),
        ("```a\nb```", "a\nb", [3, 4, 5, 6]),
        ('""', "", [1]),
    ],
)
def test_where_the_characters_of_a_string_stand(source: str, value: str, places: list[int]) -> None:
    assert literals.offsets(source, value) == places


def test_strings_side_by_side_have_no_places() -> None:
    assert literals.offsets('"ab" "c"', "abc") is None


@given(st.text())
def test_any_text_gets_an_answer_within_it(text: str) -> None:
    validators: list[Callable[[str], Problem | None]] = [
        literals.datetime, literals.timespan, literals.guid, literals.boolean, literals.address, literals.number,
        literals.regex,
    ]  # fmt: skip
    for validate in validators:
        found = validate(text)
        assert found is None or 0 <= found.start <= found.end <= len(text)
