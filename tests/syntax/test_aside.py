"""What is no KQL around a query: one error with its cause, and the query is checked like any other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint import analyze
from kql_lint.syntax import parse

NO_BLOCKS = "KQL has no /* */ comments; begin each line with //"
ONE_LINE = "this line is prose, not KQL; begin it with //"
LINES = "these lines are prose, not KQL; begin each with //"


def found(query: str) -> list[tuple[str, str, str]]:
    """The code, message and text of each finding."""
    return [(one.code, one.message, query[one.start : one.end]) for one in analyze(query).diagnostics]


def fixed(query: str) -> str:
    (fix,) = analyze(query).diagnostics[0].fixes
    assert fix.safety == "safe"
    for edit in sorted(fix.edits, key=lambda edit: -edit.start):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query


def test_a_header_in_a_block_comment_costs_one_finding() -> None:
    query = '/*\n * Looks for "things"; it\'s | good\n */\nDeviceEvents\n| where Foo == 1\n'
    assert found(query) == [
        ("KL001", NO_BLOCKS, "/*"),
        ("KL201", 'unknown column "Foo": DeviceEvents has no such column as of 2026-08', "Foo"),
    ]
    assert fixed(query).startswith('//\n// Looks for "things"; it\'s | good\n//\nDeviceEvents')
    assert [code for code, _, _ in found(fixed(query))] == ["KL201"]


def test_several_block_comments_are_one_finding() -> None:
    query = "/* one */ DeviceEvents\n| where FileName == 'x' /* two */ and Foo == 1 /* never closed"
    first, second = analyze(query).diagnostics
    assert (first.message, first.start, first.end, first.fixes) == (NO_BLOCKS, 0, 2, ())
    assert [(query[one.start : one.end], one.start, one.message) for one in first.related] == [
        ("/*", 47, "another one"),
        ("/*", 70, "another one"),
    ]
    assert (second.code, query[second.start : second.end]) == ("KL201", "Foo")


@pytest.mark.parametrize(
    "query",
    [
        'DeviceEvents | where FolderPath has "/*" and FileName has "*/"',
        "DeviceEvents // see /* there\n| take 1",
        "DeviceEvents | where FileName matches regex @'^/*x'",
    ],
)
def test_in_strings_and_comments_it_is_none(query: str) -> None:
    assert found(query) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("*** Lateral movement ***\nDeviceEvents\n| where Foo == 1", [(ONE_LINE, "*** Lateral movement ***")]),
        (
            "This query looks for devices in the network.\n\nSee the page, too:\nDeviceEvents\n| where Foo == 1",
            [(LINES, "This query looks for devices in the network.\n\nSee the page, too:")],
        ),
        (
            "Detects unusual logons\nlet a = 1;\nDeviceEvents\n| where Foo == a\n\nThe results show who it was.",
            [(ONE_LINE, "Detects unusual logons"), (ONE_LINE, "The results show who it was.")],
        ),
        ("======\nDeviceEvents\n| where Foo == 1", [(ONE_LINE, "======")]),
    ],
)
def test_prose_around_a_query_costs_one_finding_a_stretch(query: str, expected: list[tuple[str, str]]) -> None:
    assert [(message, text) for code, message, text in found(query) if code == "KL001"] == expected
    assert [text for code, _, text in found(query) if code == "KL201"] == ["Foo"]


def test_prose_becomes_comments() -> None:
    query = "Detects unusual logons\nOf one day\n\nDeviceLogonEvents\n| take 1"
    assert fixed(query) == "// Detects unusual logons\n// Of one day\n\nDeviceLogonEvents\n| take 1"
    assert found(fixed(query)) == []


@pytest.mark.parametrize(
    "query",
    [
        "DeviceEvents where ActionType has foo",
        "DeviceEvents where FileName has foo\n| take 1",
        "Detects unusual logons",
        "Detects unusual logons\nDeviceEvents | where (",
        "DeviceEvents\n| where FileName == 'x' bar baz foo\n| take 1",
    ],
)
def test_where_the_rest_is_no_query_or_it_may_be_one_itself_the_error_is_said(query: str) -> None:
    assert all("prose" not in one.message for one in parse(query).diagnostics)
    assert parse(query).diagnostics


@given(st.text(alphabet="/*'\"` \n|aT=1", max_size=40))
def test_whatever_the_text_it_is_read(text: str) -> None:
    parsed = parse(text)
    assert all(0 <= one.start <= one.end <= len(text) for one in parsed.diagnostics)
    assert all(one in parsed.diagnostics for one in parsed.harmless)
