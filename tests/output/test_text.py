from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Severity
from kql_lint.output import Style, Summary, create
from kql_lint.output.columns import width
from kql_lint.runner import FileReport, Finding, Span

from .example import one

MakeReport = Callable[..., FileReport]
PLAIN = Style()


def text(report: FileReport, style: Style = PLAIN) -> str:
    return create("text", style).report(report)


def test_a_finding_shows_its_line_with_the_place_marked(make_report: MakeReport) -> None:
    query = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n| take 10\n'

    report = make_report(query, '"ConnectionSucces"', severity=Severity.ERROR, help='write "ConnectionSuccess"')

    assert text(report) == (
        "rules/a.kql:2:23: error KL999 odd-thing\n"
        "  something is odd here\n"
        "\n"
        '  2 │ | where ActionType == "ConnectionSucces"\n'
        "    │                       ^^^^^^^^^^^^^^^^^^\n"
        "\n"
        '  help: write "ConnectionSuccess"\n'
        "\n"
    )


def test_related_places_stand_in_the_order_of_the_file(make_report: MakeReport) -> None:
    query = (
        "DeviceNetworkEvents\n"
        "| project DeviceName, ActionType\n"
        "| distinct DeviceName\n"
        "| take 5\n"
        "| where RemoteIP == '10.0.0.1' and DeviceName != ''\n"
    )
    related = {"project DeviceName, ActionType": "dropped here", "and DeviceName": "and used here"}

    assert text(make_report(query, "RemoteIP", related=related)) == (
        "rules/a.kql:5:9: warning KL999 odd-thing\n"
        "  something is odd here\n"
        "\n"
        "  2 │ | project DeviceName, ActionType\n"
        "    │   ------------------------------ dropped here\n"
        "    ⋮\n"
        "  5 │ | where RemoteIP == '10.0.0.1' and DeviceName != ''\n"
        "    │         ^^^^^^^^\n"
        "    │                                -------------- and used here\n"
        "\n"
    )


def test_marks_stand_under_the_text_whatever_the_width_of_its_characters(make_report: MakeReport) -> None:
    query = "T\n|\twhere 名前 == 'é' and\tOdd == 1\n"

    assert text(make_report(query, "Odd")) == (
        "rules/a.kql:2:23: warning KL999 odd-thing\n"
        "  something is odd here\n"
        "\n"
        "  2 │ |   where 名前 == 'é' and   Odd == 1\n"
        "    │ " + " " * 28 + "^^^\n"
        "\n"
    )


def test_a_wide_character_has_a_mark_of_its_own_width(make_report: MakeReport) -> None:
    assert text(make_report("T | where 名前 == 1", "名前")).splitlines()[3:5] == [
        "  1 │ T | where 名前 == 1",
        "    │           ^^^^",
    ]


def test_a_long_line_is_cut_around_the_mark(make_report: MakeReport) -> None:
    query = "T | where X in (" + ", ".join(f"'{number:04}'" for number in range(100)) + ", 'odd', 'z') | take 1"

    lines = text(make_report(query, "'odd'"), Style(width=60)).splitlines()[3:5]

    assert lines == [
        "  1 │ …5', '0096', '0097', '0098', '0099', 'odd', 'z') | ta…",
        "    │ " + " " * 37 + "^^^^^",
    ]
    assert len(lines[0]) <= 60


def test_a_related_place_far_away_on_a_long_line_is_shown_too(make_report: MakeReport) -> None:
    query = "let Names = 'first'; " + "T | where X in (1, 2, 3) " * 40 + "| where Odd == Names | take 1"

    report = make_report(query, "Odd", related={"Names": "defined here", "== Names": "read here"})

    lines = text(report, Style(width=60))

    assert lines.splitlines()[3:9] == [
        "  1 │ let Names = 'first'; T | where X in (1, 2, 3) T | whe…",
        "    │     ----- defined here",
        "  1 │ …3) T | where X in (1, 2, 3) | where Odd == Names | t…",
        "    │                                      ^^^",
        "    │                                          -------- read here",
        "",
    ]


@settings(max_examples=200, deadline=None)
@given(
    before=st.text("ab \t日é\u0301😀\x1b", max_size=300),
    odd=st.text("xy日\u0301", min_size=1, max_size=12).map(lambda text: f"Odd{text}"),
    after=st.text("ab \t日é\u0301😀\x1b", max_size=300),
    size=st.integers(32, 130),
)
def test_however_long_a_line_is_the_place_is_seen(before: str, odd: str, after: str, size: int) -> None:
    shown = text(one(f"T\n{before}{odd}{after}\n", odd), Style(width=size))

    row, marks = (line[6:] for line in shown.splitlines()[3:5])
    assert width(row) <= size - 6
    begin, end = marks.index("^"), len(marks)
    marked = [char for number, char in enumerate(row) if begin <= width(row[:number]) < end]
    assert "".join(char for char in marked if char != "\u0301") == odd.replace("\u0301", "")


def test_a_mark_longer_than_the_terminal_ends_at_its_edge(make_report: MakeReport) -> None:
    query = "T | where X == '" + "a" * 500 + "' | take 1"

    row, marks = text(make_report(query, "'" + "a" * 500 + "'"), Style(width=40)).splitlines()[3:5]

    assert len(row) == len(marks) == 40
    assert row.startswith("  1 │ …where X == 'aaa")
    assert marks == "    │ " + " " * 12 + "^" * 22


def test_a_finding_over_several_lines_is_marked_to_the_end_of_its_first(make_report: MakeReport) -> None:
    query = "T\n| where X in (  \n    1,\n    2)\n"

    assert text(make_report(query, "(  \n    1,\n    2)")).splitlines()[3:5] == [
        "  2 │ | where X in (",
        "    │              ^",
    ]


def test_a_finding_at_the_end_of_the_text_has_a_mark_too(make_report: MakeReport) -> None:
    report = make_report("T | where", "")
    end = Span(9, 9, 1, 10, 1, 10)
    report.findings = [Finding(report.findings[0].diagnostic, end)]

    assert text(report).splitlines()[3:5] == ["  1 │ T | where", "    │          ^"]


def test_control_and_direction_characters_cannot_reach_the_terminal(make_report: MakeReport) -> None:
    query = "T | where X == '\x1b[2J\u202eodd\u2066'"

    shown = text(make_report(query, "odd", path="a\x1b[1m.kql", message="bad \x07 thing\nhere", help="no\r\nway"))

    assert shown == (
        "a␛[1m.kql:1:22: warning KL999 odd-thing\n"
        "  bad \\x07 thing\\nhere\n"
        "\n"
        "  1 │ T | where X == '␛[2J�odd�'\n"
        "    │                      ^^^\n"
        "\n"
        "  help: no\\r\\nway\n"
        "\n"
    )


def test_a_terminal_without_unicode_gets_ascii(make_report: MakeReport) -> None:
    query = "T\n| project A\n| take 1\n| where " + "x" * 100 + " == Odd"

    shown = text(make_report(query, "Odd", related={"project A": "dropped here"}), Style(width=50, unicode=False))

    assert shown.isascii()
    assert shown.splitlines()[3:7] == [
        "  2 | | project A",
        "    |   --------- dropped here",
        "    :",
        "  4 | ~" + "x" * 36 + " == Odd",
    ]


def test_colours_are_escape_sequences_around_the_same_text(make_report: MakeReport) -> None:
    report = make_report("T | where Odd", "Odd", severity=Severity.ERROR, help="don't", related={"T": "of this"})

    coloured = text(report, Style(colour=True))

    assert "\x1b[1;31merror KL999\x1b[0m odd-thing" in coloured
    assert "\x1b[1;31m^^^\x1b[0m" in coloured
    assert "\x1b[34m- of this\x1b[0m" in coloured
    for code in ("1", "2", "1;31", "34", "32", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == text(report)


def test_a_finding_without_source_has_no_snippet(make_report: MakeReport) -> None:
    report = make_report("x", "x", message="this is binary data")
    report.source = None

    assert text(report) == "rules/a.kql:1:1: warning KL999 odd-thing\n  this is binary data\n\n"


@pytest.mark.parametrize(
    ("severities", "errors", "expected"),
    [
        ("", 0, "No findings in 1 file (1 query).\n"),
        ("E", 0, "Found 1 error in 1 of 2 files (2 queries).\n"),
        ("EEWI", 0, "Found 2 errors, 1 warning and 1 note in 4 of 5 files (5 queries).\n"),
        ("II", 3, "Found 2 notes in 2 of 3 files (3 queries). 1 file could not be linted.\n"),
    ],
)
def test_the_summary_counts(make_report: MakeReport, severities: str, errors: int, expected: str) -> None:
    summary = Summary()
    by_letter = {severity.name[0]: severity for severity in Severity}
    for letter in severities:
        summary.add(make_report("T", "T", severity=by_letter[letter]))
    clean = FileReport("clean.kql")
    clean.queries.append(Span(0, 1, 1, 1, 1, 2))
    clean.errors += ["broken"] * errors
    summary.add(clean)

    for name in ("text", "concise"):
        assert create(name, PLAIN).end(summary) == expected
        assert create(name, Style(quiet=True)).end(summary) == ""
