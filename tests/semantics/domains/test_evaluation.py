"""What functions give for known values, as the documentation of each has it."""

from __future__ import annotations

import pytest

from kql_lint.semantics.domains.evaluation import evaluate, parse_datetime, parse_timespan
from kql_lint.semantics.domains.scalars import TICKS_PER_SECOND, UNTOLD, Datetime, Timespan

HOUR = Timespan(3_600 * TICKS_PER_SECOND)
DAY = Timespan(24 * 3_600 * TICKS_PER_SECOND)


def day(ordinal: int) -> Datetime:
    """Midnight of a day, by how many days come before it."""
    return Datetime(ordinal * DAY.ticks)


# The examples of the functions' pages, then what follows from their texts.
TOLD = [
    ("strcat", ("hello", " ", "world"), "hello world"),
    ("strcat", ("a", 1, HOUR), "a101:00:00"),
    ("strcat_delim", ("-", 1, "2", "A", Timespan(TICKS_PER_SECOND)), "1-2-A-00:00:01"),
    ("strcat_array", ([1, 2, 3], "->"), "1->2->3"),
    ("strcat_array", ([], ","), ""),
    ("split", ("aa_bb", "_"), ["aa", "bb"]),
    ("split", ("aaa_bbb_ccc", "_", 1), ["bbb"]),
    ("split", ("", "_"), [""]),
    ("split", ("a__b", "_"), ["a", "", "b"]),
    ("split", ("aabbcc", "bb"), ["aa", "cc"]),
    ("substring", ("123456", 1), "23456"),
    ("substring", ("123456", 2, 2), "34"),
    ("substring", ("ABCD", 0, 2), "AB"),
    ("substring", ("123456", -2, 2), "56"),
    ("substring", ("ab", 0, 3), "ab"),
    ("replace_string", ("A magic trick can turn a cat into a dog", "cat", "hamster"),
     "A magic trick can turn a hamster into a dog"),
    ("replace_string", ("aaa", "aa", "b"), "ba"),
    ("replace_strings", ("a cat into a dog", ["cat", "dog"], ["dog", "pigeon"]), "a dog into a pigeon"),
    ("replace_strings", ("can turn a cat into a dog", ["turn", " into a dog"], ["disappear", ""]),
     "can disappear a cat"),
    ("trim", ("--", "--https://bing.com--"), "https://bing.com"),
    ("trim", (r"[^\w]+", "-  Te st1// $"), "Te st1"),
    ("trim", (r"\s+", "  x y "), "x y"),
    ("trim", (" ", " ConnectionSuccess "), "ConnectionSuccess"),
    ("trim", (r"\s*", ""), ""),
    ("trim", ("[ab]+", "abba"), ""),
    ("trim_start", ("https://", "https://bing.com"), "bing.com"),
    ("trim_start", (r"[^\w]+", "-  Te st1// $"), "Te st1// $"),
    ("trim_end", (r"\.com", "bing.com"), "bing"),
    ("trim_end", (r"[^\w]+", "-  Te st1// $"), "-  Te st1"),
    ("trim_end", (r"\s+", "    Hello, world!    "), "    Hello, world!"),
    ("trim_end", ("Inspected", "SslConnectionInspected"), "SslConnection"),
    ("tolower", ("Hello",), "hello"),
    ("toupper", ("Hello – world",), "HELLO – WORLD"),
    ("strlen", ("hello",), 5),
    ("strlen", ("⒦⒰⒮⒯⒪",), 5),
    ("reverse", ("ABC",), "CBA"),
    ("indexof", ("abcdefg", "cde"), 2),
    ("indexof", ("abcdefg", "x"), -1),
    ("indexof", ("abcdefg", "cde", 2, -1), 2),
    ("indexof", ("abcdefgabcdefg", "cde", 1, -1, 2), 9),
    ("indexof", ("abcdefgabcdefg", "cde", 1, -1, 3), -1),
    ("countof", ("aaa", "a"), 3),
    ("countof", ("aaaa", "aa"), 3),
    ("countof", ("ababa", "ab", "normal"), 2),
    ("countof", ("ababa", "aba"), 2),
    ("strcmp", ("ABC", "ABC"), 0),
    ("strcmp", ("abc", "ABC"), 1),
    ("strcmp", ("ABC", "abc"), -1),
    ("strcmp", ("abcde", "abc"), 1),
    ("strrep", ("ABC", 2), "ABCABC"),
    ("strrep", (123, 3, "."), "123.123.123"),
    ("strrep", (Timespan(3 * TICKS_PER_SECOND), 2, " "), "00:00:03 00:00:03"),
    ("tostring", (123,), "123"),
    ("tostring", (None,), ""),
    ("tostring", (DAY,), "1.00:00:00"),
    ("toint", ("123",), 123),
    ("toint", (2.3,), 2),
    ("tolong", ("-42",), -42),
    ("toreal", ("123.4",), 123.4),
    ("todouble", (5,), 5.0),
    ("tobool", ("true",), True),
    ("tobool", ("false",), False),
    ("tobool", (123,), True),
    ("tobool", (0,), False),
    ("toguid", ("0123456789ABCDEF0123456789abcdef",), "01234567-89ab-cdef-0123-456789abcdef"),
    ("parse_json", ("[43, 21, 65]",), [43, 21, 65]),
    ("parse_json", ('{"name":"Alan", "age":21, "address":{"street":432,"postcode":"JLK32P"}}',),
     {"name": "Alan", "age": 21, "address": {"street": 432, "postcode": "JLK32P"}}),
    ("parse_json", ("21",), 21),
    ("parse_json", ('"21"',), "21"),
    ("parse_json", ("",), None),
    ("parse_json", ("hello",), "hello"),
    ("todynamic", (["a"],), ["a"]),
    ("array_concat", ([1, 2, 4], [1, 2]), [1, 2, 4, 1, 2]),
    ("pack_array", (1, 2, 4), [1, 2, 4]),
    ("array_length", ([1, 2, 3, "four"],), 4),
    ("array_index_of", (["this", "is", "an", "example", "an"], "an"), 2),
    ("array_index_of", (["this", "is", "an", "example", "an"], "an", 3), 4),
    ("array_index_of", (["this"], "THIS"), -1),
    ("array_slice", ([1, 2, 3], 1, 2), [2, 3]),
    ("array_slice", ([1, 2, 3, 4, 5], 2, -1), [3, 4, 5]),
    ("array_slice", ([1, 2, 3, 4, 5], -3, -2), [3, 4]),
    ("set_union", ([1, 2, 1, 4], [1, 2], [8]), [1, 2, 4, 8]),
    ("set_difference", ([1, 2, 1, 4], [1, 2], [1, 2, 8]), [4]),
    ("set_difference", ([1, 2, 3], [1, 2, 3]), []),
    ("set_intersect", ([1, 2, 1, 4], [1, 2], [8, 1]), [1]),
    ("set_intersect", ([1, 2, 3], [4, 5]), []),
    ("set_has_element", (["this", "is"], "is"), True),
    ("set_has_element", (["this", "is"], "Is"), False),
    ("bag_pack", ("Level", "Information", "ProcessID", 1234, "Data", {"url": "www.bing.com"}),
     {"Level": "Information", "ProcessID": 1234, "Data": {"url": "www.bing.com"}}),
    ("bag_keys", ({"a": "b", "c": 123},), ["a", "c"]),
    ("[]", ({"a": 1}, "a"), 1),
    ("[]", ([100, 101, 102], 1), 101),
    ("[]", ([100, 101, 102], -1), 102),
    ("iff", (True, "a", UNTOLD), "a"),
    ("iff", (False, UNTOLD, "b"), "b"),
    ("case", (False, "Small", True, "Medium", "Large"), "Medium"),
    ("case", (False, "Small", False, "Medium", "Large"), "Large"),
    ("coalesce", (None, 42, 33), 42),
    ("coalesce", ("", "x"), "x"),
    ("coalesce", ("", ""), ""),
    ("isempty", ("",), True),
    ("isempty", ("x",), False),
    ("isempty", (None,), True),
    ("isempty", ([],), False),
    ("isnull", ("",), False),
    ("isnull", (None,), True),
    ("isnotnull", ({},), True),
    ("isnotempty", ("x",), True),
    ("not", (True,), False),
    ("and", (True, True), True),
    ("and", (False, UNTOLD), False),
    ("or", (UNTOLD, True), True),
    ("+", (1, 2), 3),
    ("+", (1, 0.5), 1.5),
    ("-", (5,), -5),
    ("-", (HOUR,), Timespan(-HOUR.ticks)),
    ("*", (24, HOUR), DAY),
    ("*", (1.5, HOUR), Timespan(5_400 * TICKS_PER_SECOND)),
    ("/", (10, 3), 3),
    ("/", (1, 2), 0),
    ("/", (1.0, 2), 0.5),
    ("/", (HOUR, Timespan(TICKS_PER_SECOND)), 3600.0),
    ("/", (DAY, 24), HOUR),
    ("%", (14, 12), 2),
    ("%", (-14, 12), 10),
    ("%", (14, -12), 2),
    ("%", (-14, -12), 10),
    ("+", (day(9), DAY), day(10)),
    ("+", (DAY, day(9)), day(10)),
    ("-", (day(9), DAY), day(8)),
    ("-", (day(9), day(2)), Timespan(7 * DAY.ticks)),
    ("abs", (-5,), 5),
    ("abs", (Timespan(-HOUR.ticks),), HOUR),
    ("min_of", (10, 1, -3, 17), -3),
    ("max_of", (10, 1, -3, 17), 17),
    ("max_of", (day(1), day(2)), day(2)),
    ("bin", (17, 5), 15),
    ("bin", (-1, 5), -5),
    ("bin", (Timespan(16 * DAY.ticks), Timespan(7 * DAY.ticks)), Timespan(14 * DAY.ticks)),
    ("bin", (Datetime(day(9).ticks + 5), DAY), day(9)),
    ("==", ("a", "a"), True),
    ("==", ("a", "A"), False),
    ("!=", (1, 2), True),
    ("==", (1, 1.0), True),
    ("<", (HOUR, DAY), True),
    (">=", (day(1), day(2)), False),
    ("=~", ("FileCreated", "filecreated"), True),
    ("has", ("a b", "B"), True),
    ("contains_cs", ("abc", "B"), False),
    ("startswith_cs", ("École", "É"), True),
    ("in", ("a", "x", "a"), True),
    ("in", ("a", ["x", "a"]), True),
    ("!in", (4624, [4625, 4688]), True),
    ("in~", ("A", "a"), True),
    ("has_any", ("powershell -enc", ["curl", "enc"]), True),
    ("has_all", ("powershell -enc", ["curl", "enc"]), False),
    ("matches regex", ("FileCreated", "^File"), True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "expected"), TOLD)
def test_told(name: str, arguments: tuple[object, ...], expected: object) -> None:
    result = evaluate(name, arguments)
    assert result == expected
    assert type(result) is type(expected)


DOUBTFUL = [
    # no such function, or not so many arguments, or of other types
    ("format_datetime", (day(1), "yyyy")),
    ("strlen", ("a", "b")),
    ("strlen", (5,)),
    ("substring", ("abc", "1")),
    ("substring", ("abc", True)),
    ("iff", (True, 1)),
    ("case", (True, 1)),
    # what is untold, or null
    ("strcat", ("a", UNTOLD)),
    ("strlen", (None,)),
    ("+", (1, None)),
    ("==", (None, None)),
    ("not", (None,)),
    ("iff", (None, "a", "b")),
    ("coalesce", (None, None)),
    ("coalesce", (UNTOLD, "a")),
    ("and", (True, UNTOLD)),
    ("array_length", (None,)),
    # spellings that are not documented
    ("tostring", (1.5,)),
    ("tostring", (True,)),
    ("tostring", (["a"],)),
    ("tostring", (Timespan(5),)),
    ("tostring", (Timespan(-HOUR.ticks),)),
    # places outside of a string or an array, and lengths below zero
    ("substring", ("abc", 4)),
    ("substring", ("abc", -4)),
    ("substring", ("abc", 0, -1)),
    ("split", ("a_b", "_", 2)),
    ("split", ("a_b", "_", -1)),
    ("indexof", ("abc", "b", -1)),
    ("indexof", ("abcdefgabcdefg", "cde", 1, 10, 2)),
    ("indexof", ("aaa", "aa", 0, -1, 2)),
    ("array_slice", ([1, 2, 3], 1, 3)),
    ("array_slice", ([1, 2, 3], 2, 1)),
    ("[]", ([1, 2], 2)),
    ("[]", ({"a": 1}, "b")),
    ("strrep", ("a", 0)),
    # what is searched for is empty
    ("split", ("abc", "")),
    ("replace_string", ("abc", "", "x")),
    ("indexof", ("abc", "")),
    ("countof", ("abc", "")),
    ("has", ("abc", "")),
    ("strcat_delim", ("-", "a", "")),
    # other letters than those of ASCII
    ("tolower", ("École",)),
    ("toupper", ("Straße",)),
    ("=~", ("école", "École")),
    ("has", ("école", "école")),
    ("strcmp", ("é", "z")),
    ("reverse", ("Ça",)),
    ("substring", ("😀b", 1)),
    ("strlen", ("\ud83d",)),
    # whether one match is taken off or several, which of two comes first, what "." is
    ("trim", ("-", "--a")),
    ("trim_start", ("ab", "ababc")),
    ("trim", (r"\s", "  a")),
    ("trim", ("aba", "ababa")),
    ("trim_end", (".com", "bing.com")),
    ("trim", ("a|b", "ab")),
    ("trim", (r"\b", "ab")),
    ("trim", (r"\s+", "\ta")),
    ("replace_strings", ("abc", ["ab", "bc"], ["x", "y"])),
    ("replace_strings", ("abc", ["a"], ["x", "y"])),
    ("countof", ("ababa", "aba", "regex")),
    # numbers that are rounded, out of range, or whose sign matters
    ("+", (0.1, 0.2)),
    ("*", (2**62, 2)),
    ("-", (-(2**63),)),
    ("/", (1, 0)),
    ("/", (-7, 2)),
    ("/", (HOUR, Timespan(0))),
    ("/", (Timespan(1), 2)),
    ("%", (1, 0)),
    ("*", (0.1, Timespan(1))),
    ("+", (float("inf"), 1)),
    ("+", (day(1), day(2))),
    ("-", (day(1), Timespan(2 * DAY.ticks))),
    ("+", (1, HOUR)),
    ("bin", (1, 0)),
    ("bin", (1.5, 1)),
    ("bin", (day(9), Timespan(7 * DAY.ticks))),
    ("==", (2**53 + 1, float(2**53))),
    ("==", ("1", 1)),
    ("==", (["a"], ["a"])),
    ("<", ("a", "b")),
    ("<", (HOUR, 5)),
    ("in", ("a", "b", 1)),
    ("in", ("a", [])),
    ("max_of", ("a", "b")),
    ("max_of", (1, HOUR)),
    # strings that hardly are the value, or are read differently
    ("toint", ("1.5",)),
    ("toint", (" 1",)),
    ("toint", (str(2**31),)),
    ("toint", (-2.5,)),
    ("tolong", ("0x10",)),
    ("tolong", ("9" * 5_000,)),
    ("toreal", ("1e5",)),
    ("tobool", ("True",)),
    ("toguid", ("a string that is not a guid",)),
    ("parse_json", ("{'a': 1}",)),
    ("parse_json", ('{"a": 1, "a": 2}',)),
    ("parse_json", ("[NaN]",)),
    ("parse_json", ("[1e999]",)),
    ("parse_json", ("[" + "9" * 30 + "]",)),
    ("parse_json", ('["2024-01-01"]',)),
    ("parse_json", ('["74be27de-1e4e-49d9-b579-fe0b331d3642"]',)),
    ("parse_json", ('"\\ud800"',)),
    ("parse_json", ("[" * 2_000,)),
    ("parse_json", ('["]",' * 700 + "1" + "]" * 700,)),
    ("parse_json", (None,)),
    ("pack_array", (HOUR,)),
    ("bag_pack", ("a", 1, "a", 2)),
    ("bag_pack", ("a", 1, "b")),
    ("bag_pack", (1, 1)),
    # items of several types
    ("set_union", (["1"], [1])),
    ("set_has_element", ([True], 1)),
    ("set_difference", ([1.5], [1.5])),
    # too long
    ("strcat", ("a" * 60_000, "a" * 60_000)),
    ("strrep", ("a" * 100, 1_000)),
    ("replace_string", ("a" * 3_000, "a", "b" * 3_000)),
    ("array_concat", (["a"] * 3_000, ["a"] * 3_000)),
    ("pack_array", (["a"] * 3_000, ["a"] * 3_000)),
    ("bag_pack", ("a", [["a"] * 3_000], "b", {"c": ["a"] * 3_000})),
]


@pytest.mark.parametrize(("name", "arguments"), DOUBTFUL)
def test_doubtful(name: str, arguments: tuple[object, ...]) -> None:
    assert evaluate(name, arguments) is UNTOLD


def seconds(count: int) -> Timespan:
    return Timespan(count * TICKS_PER_SECOND)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2d", seconds(172_800)),
        ("1.5h", seconds(5_400)),
        ("30m", seconds(1_800)),
        ("10s", seconds(10)),
        ("-10sec", seconds(-10)),
        ("100ms", Timespan(1_000_000)),
        ("10microsecond", Timespan(100)),
        ("1tick", Timespan(1)),
        ("15 seconds", seconds(15)),
        ("2", seconds(172_800)),
        ("0.12:34:56.7", Timespan(452_967_000_000)),
        ("1.00:00:00", seconds(86_400)),
        ("00:01:00", seconds(60)),
    ],
)
def test_length_of_a_timespan_literal(text: str, expected: Timespan) -> None:
    assert parse_timespan(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "1w", "1.5", "0.5tick", "12:30", "1.25:00:00", "00:60:00", "1d 2h", "1D", "999999999999d", "x", "1nano"],
)
def test_timespan_literals_that_are_not_told(text: str) -> None:
    assert parse_timespan(text) is UNTOLD


@pytest.mark.parametrize(
    ("text", "days", "ticks"),
    [
        ("0001-01-01", 0, 0),
        ("1970-01-01", 719_162, 0),
        ("2015-12-31 23:59:59.9", 735_962, 863_999_000_000),
        ("2014-05-25T08:20:03.123456Z", 735_377, 300_031_234_560),
        ("2014-05-25T08:20", 735_377, 300_000_000_000),
        ("2014-05-25T08:20:00+00:00", 735_377, 300_000_000_000),
    ],
)
def test_point_in_time_of_a_datetime_literal(text: str, days: int, ticks: int) -> None:
    assert parse_datetime(text) == Datetime(days * DAY.ticks + ticks)
    assert evaluate("todatetime", [text]) == parse_datetime(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-02-30",
        "0000-01-01",
        "12-02-2022",
        "2024-05-25T24:00",
        "2024-05-25T08:20+02:00",
        "now",
        "2024",
        "8 Nov 14 15:05",
    ],
)
def test_datetime_literals_that_are_not_told(text: str) -> None:
    assert parse_datetime(text) is UNTOLD


def test_times_as_strings() -> None:
    assert evaluate("tostring", [parse_datetime("2017-10-15 12:00")]) == "2017-10-15T12:00:00.0000000Z"
    assert evaluate("totimespan", ["0.00:03:00"]) == seconds(180)
    assert evaluate("totimespan", [DAY]) == DAY
    assert evaluate("totimespan", ["5"]) is UNTOLD
