from __future__ import annotations

from collections.abc import Callable

import pytest

import kql_lint.engine
from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.engine import Analysis
from kql_lint.runner import FileReport, Options, lint_file
from kql_lint.source import Source, read_source

Judge = Callable[[str], list[Diagnostic]]


def odd(query: str) -> list[Diagnostic]:
    """Finds the word "odd", relates it to the first line and offers to write "even"."""
    start = query.find("odd")
    if start < 0:
        return []
    first = query.index("\n")
    fix = Fix("write even", (Edit(start, start + 3, "even"),), "safe")
    related = (Related(0, first, "of this"),)
    return [Diagnostic("KL101", "odd-word", Severity.ERROR, "odd", start, start + 3, None, related, (fix,))]


@pytest.fixture
def lint(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FileReport]:
    """Lints a text as a file of this name, with an engine that finds what a function says."""

    def run(name: str, text: str, judge: Judge = odd, **options: str) -> FileReport:
        def analyze(query: str, **said: object) -> Analysis:
            asked.append(said)
            return Analysis(judge(query))

        asked.clear()
        monkeypatch.setattr(kql_lint.engine, "analyze", analyze)
        chosen = Options(**options)  # type: ignore[arg-type]
        return lint_file(name, chosen, lambda path: read_source(path, text.encode()))

    return run


asked: list[dict[str, object]] = []
Lint = Callable[..., FileReport]


def marked(source: Source | None, start: int, end: int) -> str:
    assert source is not None
    return source.text[start:end]


def test_every_place_of_a_finding_is_one_of_the_file(lint: Lint) -> None:
    report = lint("r.yaml", "name: My rule\nkind: Scheduled\nquery: |\n    DeviceEvents\n    | where odd == 1\n")

    (finding,) = report.findings
    found, span = finding.diagnostic, finding.span
    assert (span.line, span.column, span.end_line, span.end_column) == (5, 13, 5, 16)
    assert marked(report.source, found.start, found.end) == "odd"
    assert [(place.line, place.column, place.end_column) for place in finding.related] == [(4, 5, 17)]
    assert marked(report.source, found.related[0].start, found.related[0].end) == "DeviceEvents"
    (edit,) = found.fixes[0].edits
    assert marked(report.source, edit.start, edit.end) == "odd"
    assert (len(report.queries), finding.query, report.errors) == (1, "My rule", [])


def test_a_fix_puts_its_text_in_place_of_an_escape(lint: Lint) -> None:
    # The escape \x64 stands for the first d.
    report = lint("r.yaml", 'name: My rule\nkind: Scheduled\nquery: "DeviceEvents\\n| where o\\x64d == 1"\n')

    (finding,) = report.findings
    assert marked(report.source, finding.diagnostic.start, finding.diagnostic.end) == "o\\x64d"
    (fix,) = finding.diagnostic.fixes
    assert [marked(report.source, edit.start, edit.end) for edit in fix.edits] == ["o\\x64d"]


@pytest.mark.parametrize(
    ("text", "in_json", "in_plain_yaml"),
    [
        ("even", "even", "even"),
        ('"even"', '\\"even\\"', '"even"'),
        ("e\\ven", "e\\\\ven", "e\\ven"),
        ("even\n", "even\\n", None),
        ("a: even", "a: even", None),
    ],
)
def test_what_a_fix_writes_is_written_as_the_file_has_to_have_it(
    lint: Lint, text: str, in_json: str, in_plain_yaml: str | None
) -> None:
    def judge(query: str) -> list[Diagnostic]:
        start = query.index("odd")
        fix = Fix("write it", (Edit(start, start + 3, text),), "safe")
        return [Diagnostic("KL101", "x", Severity.ERROR, "x", start, start + 3, None, (), (fix,))]

    def written(name: str, content: str) -> list[str]:
        (finding,) = lint(name, content, judge).findings
        return [edit.text for fix in finding.diagnostic.fixes for edit in fix.edits]

    query = "DeviceEvents | where A == odd"
    assert written("r.json", f'{{"kind": "Scheduled", "displayName": "A", "query": "{query}"}}') == [in_json]
    expected = [] if in_plain_yaml is None else [in_plain_yaml]
    assert written("r.yaml", f"name: My rule\nkind: Scheduled\nquery: {query}\n") == expected


def test_findings_come_in_the_order_of_the_file_whatever_was_selected(lint: Lint) -> None:
    def many(query: str) -> list[Diagnostic]:
        places = [("KL101", 4), ("KL105", 2), ("KL101", 0), ("KL101", 2)]
        return [Diagnostic(code, "x", Severity.INFO, "x", start, start + 1) for code, start in places]

    report = lint("a.kql", "DeviceEvents\n", many)

    assert [(item.diagnostic.code, item.span.column) for item in report.findings] == [
        ("KL101", 1),
        ("KL101", 3),
        ("KL105", 3),
        ("KL101", 5),
    ]


def test_what_is_found_in_repeated_lets_is_reported_once(lint: Lint) -> None:
    text = "let X = \nodd;\nDeviceEvents | where A == X\n\nDeviceFileEvents | where A == X\n"

    report = lint("a.kql", text)

    assert len(report.queries) == 2
    assert [finding.span.line for finding in report.findings if finding.diagnostic.code == "KL101"] == [2]


@pytest.mark.parametrize(
    ("name", "option", "expected"),
    [("r.yaml", "auto", "sentinel"), ("r.yaml", "defender", "defender"), ("a.kql", "auto", "auto")],
)
def test_the_platform_is_what_the_user_says_else_what_the_host_knows(
    lint: Lint, name: str, option: str, expected: str
) -> None:
    text = "name: My rule\nkind: Scheduled\nqueryFrequency: 1h\nquery: |\n  DeviceEvents\n"

    lint(name, text if name == "r.yaml" else "DeviceEvents\n", platform=option)

    assert [said["platform"] for said in asked] == [expected]


def test_a_file_whose_name_tells_nothing_is_an_error_or_what_the_options_say(lint: Lint) -> None:
    refused = lint("a.docx", "DeviceEvents\n| where odd\n")
    taken = lint("a.docx", "DeviceEvents\n| where odd\n", unnamed="plain")

    assert refused.findings == []
    assert len(refused.errors) == 1
    assert [finding.span.line for finding in taken.findings] == [2]


def test_comments_for_kql_lint_come_with_their_places() -> None:
    text = (
        "// kql-lint: disable=KL101 -- known\n"
        'DeviceEvents | where ActionType == "// kql-lint: no comment" //kql-lint:disable-line=KL102  \n'
        "| take 5 // see kql-lint: not for it\n"
    )
    report = lint_file("a.kql", Options(), lambda path: Source(path, text))

    assert [
        (comment.text, marked(report.source, comment.span.start, comment.span.end)) for comment in report.comments
    ] == [
        ("disable=KL101 -- known", "// kql-lint: disable=KL101 -- known"),
        ("disable-line=KL102", "//kql-lint:disable-line=KL102  "),
    ]
    assert {comment.query for comment in report.comments} == {report.queries[0]}


def test_comments_around_the_queries_belong_to_none(lint: Lint) -> None:
    text = (
        "# kql-lint: disable=KL101\nname: My rule\nkind: Scheduled\nquery: |\n"
        "  // kql-lint: disable-next-line=KL102\n  DeviceEvents\n"
    )
    report = lint("r.yaml", text)

    assert [(comment.text, comment.span.line, comment.query) for comment in report.comments] == [
        ("disable=KL101", 1, None),
        ("disable-next-line=KL102", 5, report.queries[0]),
    ]
    assert (report.queries[0].line, report.queries[0].column) == (5, 3)


def test_comments_of_repeated_lets_come_once(lint: Lint) -> None:
    text = (
        "let X = 1 // kql-lint: disable-line=KL101\n;\nDeviceEvents | where A == X\n\nDeviceFileEvents | where A == X\n"
    )
    assert [comment.span.line for comment in lint("a.kql", text).comments] == [1]


@pytest.mark.parametrize(("name", "severity"), [("a.kql", "error"), ("a.json", "info"), ("a.ipynb", "info")])
def test_what_is_too_large_to_be_a_rule_is_hardly_one(name: str, severity: str) -> None:
    report = lint_file(name, Options(), lambda path: read_source(path, b"x" * 11_000_000))

    (finding,) = report.findings
    assert finding.diagnostic.message == "is too large to be a rule: 11.0 MB, and the limit is 10 MB"
    assert finding.diagnostic.severity.label == severity
