"""What each comment for kql-lint can speak about: its line, the next one, the rest."""

from __future__ import annotations

from kql_lint.runner import FileReport, Options, lint_file
from kql_lint.runner.report import pack, unpack
from kql_lint.source import Source


def report_of(path: str, text: str) -> FileReport:
    return lint_file(path, Options(), lambda path: Source(path, text))


def stretches(path: str, text: str) -> list[tuple[str, str, str]]:
    """For each comment its text, the line it is on, and the next one."""
    report = report_of(path, text)
    return [(one.text, text[slice(*one.line)], text[slice(*one.next)]) for one in report.comments]


def test_lines_of_a_kql_file() -> None:
    text = (
        "// kql-lint: first\r\n\r\n// a note\r\nDeviceEvents // KQL-Lint: second \r\n"
        '| where FileName == "// kql-lint: text"\r\n| take 5 // note // kql-lint: third'
    )

    assert stretches("a.kql", text) == [
        ("first", "// kql-lint: first\r\n", "DeviceEvents // KQL-Lint: second \r\n"),
        (
            "second",
            "DeviceEvents // KQL-Lint: second \r\n",
            '| where FileName == "// kql-lint: text"\r\n',
        ),
        ("third", "| take 5 // note // kql-lint: third", ""),
    ]
    last = report_of("a.kql", text).comments[2]
    assert text[last.span.start : last.span.end] == "// kql-lint: third"
    # What lies at the very end, such as an error about something that is missing there, is on the last line.
    assert last.line[1] == len(text) + 1
    assert last.scope == (0, len(text) + 1)


def test_the_key_of_a_query_stands_for_the_query() -> None:
    text = (
        "name: One\nkind: Scheduled\n# kql-lint: above\n# note\n\nquery: |\n  DeviceEvents\n  // kql-lint: inside\n"
        "  | take 5\nversion: 1.0.0  # kql-lint: beside\n"
    )

    assert stretches("a.yaml", text) == [
        ("above", "# kql-lint: above\n", "query: |\n  DeviceEvents\n  // kql-lint: inside\n  | take 5\n"),
        ("inside", "// kql-lint: inside\n", "| take 5\n"),
        ("beside", "version: 1.0.0  # kql-lint: beside\n", ""),
    ]
    inside = report_of("a.yaml", text).comments[1]
    assert text[slice(*inside.scope)] == "DeviceEvents\n  // kql-lint: inside\n  | take 5\n"


def test_a_key_that_is_no_query_stands_for_its_line() -> None:
    text = "# kql-lint: above\nname: One\nkind: Scheduled\nquery: |\n  DeviceEvents\n"

    assert stretches("a.yaml", text) == [("above", "# kql-lint: above\n", "name: One\n")]


def test_lines_of_a_query_that_is_one_line_of_its_file() -> None:
    query = "DeviceEvents // kql-lint: one\\r\\n// kql-lint: two\\n| take 5\\n| count"
    text = f'{{"queryCondition": {{"queryText": "{query}"}}}}\n'

    assert [(one, line, following) for one, line, following in stretches("rule.json", text)] == [
        ("one", "DeviceEvents // kql-lint: one\\r\\n", "| take 5\\n"),
        ("two", "// kql-lint: two\\n", "| take 5\\n"),
    ]


def test_comments_of_markdown_stand_between_its_fences() -> None:
    text = (
        "# Notes\n\n<!-- kql-lint: first -- a reason -->\n\n```kql\nDeviceEvents\n| take 5\n```\n\n"
        "````md\n<!-- kql-lint: in another fence -->\n````\n\n    <!-- kql-lint: in code -->\n\n"
        "- > <!--kql-lint:second-->\n  > ~~~kusto\n  > DeviceFileEvents\n  > ~~~\n"
    )

    assert stretches("a.md", text) == [
        (
            "first -- a reason",
            "<!-- kql-lint: first -- a reason -->\n",
            "```kql\nDeviceEvents\n| take 5\n",
        ),
        ("second", "- > <!--kql-lint:second-->\n", "  > ~~~kusto\n  > DeviceFileEvents\n"),
    ]


def test_comments_of_a_file_without_a_query() -> None:
    assert stretches("a.kql", "// note\n  // kql-lint: here\n") == [("here", "  // kql-lint: here\n", "")]


def test_comments_go_through_the_cache() -> None:
    report = report_of("a.kql", "// kql-lint: first\nDeviceEvents // kql-lint: second\n")

    assert unpack("a.kql", report.source, pack(report)).comments == report.comments
    assert len(report.comments) == 2
