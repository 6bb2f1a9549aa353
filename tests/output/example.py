"""A small run made by hand, which every format is shown: two rules with mistakes, a clean file, two that went wrong."""

from __future__ import annotations

from unicodedata import category

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.output import Format, Summary
from kql_lint.runner import FileReport, Finding, Span, span_of
from kql_lint.source import Source

# CRLF, and characters that are two UTF-16 code units.
LISTENER = (
    "// Lauscher 😀\r\n"
    "DeviceNetworkEvents\r\n"
    '| where ActionType == "ListeningConnectionCreated"\r\n'
    '| where "😀" != DeviceName and RemotePort == 4444\r\n'
)
TYPO = """\
name: Typo, 100% | <b>
query: |
  DeviceProcessEvents
  | where ActionType == "ProcessCreatd"
  | where FileName =~ "a" and isnotnull(DeviceName)
"""


def reports() -> list[FileReport]:
    """The reports of the run, in order."""
    listener = FileReport("rules/listener.kql", Source("rules/listener.kql", LISTENER))
    listener.queries.append(span_of(_source(listener), 0, len(LISTENER)))
    add(
        listener,
        "RemotePort",
        ("KL104", "field-not-in-action-type", Severity.ERROR),
        "RemotePort is not recorded for ListeningConnectionCreated, so no row passes this filter",
        help="it is recorded for ConnectionSuccess and ConnectionFailed",
        related=('ActionType == "ListeningConnectionCreated"', "ActionType is narrowed here"),
        tables=("DeviceNetworkEvents",),
    )
    path, wrong = "rules/Löschen & mehr/typo.yaml", TYPO.index("ProcessCreatd")
    typo = FileReport(path, Source(path, TYPO))
    typo.queries.append(span_of(_source(typo), 35, len(TYPO)))
    add(
        typo,
        '"ProcessCreatd"',
        ("KL101", "unknown-action-type", Severity.ERROR),
        'unknown ActionType "ProcessCreatd" for DeviceProcessEvents; did you mean "ProcessCreated"?',
        fix=Fix('replace by "ProcessCreated"', (Edit(wrong, wrong + 13, "ProcessCreated"),), "intent"),
        query="Typo, 100% | <b>",
        tables=("DeviceProcessEvents",),
    )
    add(
        typo,
        "isnotnull",
        ("KL305", "isnull-on-string", Severity.WARNING),
        "isnotnull() is always true for a string; write isnotempty()",
        query="Typo, 100% | <b>",
        tables=("DeviceProcessEvents",),
    )
    add(typo, "name", ("KL006", "several-queries", Severity.INFO), "a note: [a](b) `c` 50%")
    clean = FileReport("rules/clean.kql")
    clean.queries.append(Span(0, 10, 1, 1, 1, 11))
    broken = FileReport("rules/broken.kql")
    unreadable = Diagnostic("KL005", "unreadable-file", Severity.ERROR, "is not UTF-8", 0, 0)
    broken.findings.append(Finding(unreadable, Span(0, 0, 3, 7, 3, 7)))
    failed = FileReport("rules/failed.kql")
    failed.errors.append("internal error: ValueError: x: y, 10% at kql_lint.a:1 (b)")
    return [listener, typo, clean, broken, failed]


def add(
    report: FileReport,
    about: str,
    rule: tuple[str, str, Severity],
    message: str,
    *,
    help: str | None = None,
    related: tuple[str, str] | None = None,
    fix: Fix | None = None,
    query: str | None = None,
    tables: tuple[str, ...] = (),
) -> None:
    """Adds a finding about the first stretch of the text that reads so; related is another one and its label."""
    source = _source(report)
    start = source.text.index(about)
    places = ()
    if related is not None:
        begin = source.text.index(related[0])
        places = (Related(begin, begin + len(related[0]), related[1]),)
    found = Diagnostic(*rule, message, start, start + len(about), help, places, (fix,) if fix else ())
    spans = tuple(span_of(source, item.start, item.end) for item in places)
    report.findings.append(Finding(found, span_of(source, found.start, found.end), spans, query, tables))


def _source(report: FileReport) -> Source:
    assert report.source is not None
    return report.source


def written(output: Format, those: list[FileReport], problems: tuple[str, ...] = ()) -> str:
    """What a format makes of the reports."""
    return written_with(output, those, problems)[0]


def written_with(output: Format, those: list[FileReport], problems: tuple[str, ...] = ()) -> tuple[str, Summary]:
    """The same, and the summary with the format's notices."""
    summary = Summary()
    text = output.begin()
    for report in those:
        summary.add(report)
        text += output.report(report)
    summary.problems += problems
    return text + output.end(summary), summary


def one(
    text: str, about: str, message: str = "odd", *, path: str = "a.kql", severity: Severity = Severity.ERROR
) -> FileReport:
    """A report with one finding."""
    report = FileReport(path, Source(path, text))
    add(report, about, ("KL201", "unknown-column", severity), message)
    return report


def assert_shows(shown: str, name: str) -> None:
    """Each character of a name is there, or a sign in its place; line ends are kept or have a sign too."""
    assert len(shown) == len(name)
    for sign, char in zip(shown, name, strict=True):
        assert sign == char if char.isprintable() else sign == char or sign >= "\u2400", (shown, name)
        assert sign.isprintable() or sign in "\r\n" or category(sign) in ("Zs", "Co", "Cn"), (shown, name)
