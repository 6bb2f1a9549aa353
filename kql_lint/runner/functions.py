"""Reports on files of functions that can't be used: each costs its own functions, and is said like any other file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.runner.places import span_of
from kql_lint.runner.report import FileReport, Finding, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kql_lint.runner.report import FunctionProblem
    from kql_lint.source import Source


def reports_on(troubles: Iterable[FunctionProblem]) -> list[FileReport]:
    """A report for each file, in the order of their names, with KL005 at each place; the files are read once more."""
    by_path: dict[str, list[FunctionProblem]] = {}
    for trouble in troubles:
        by_path.setdefault(trouble.path, []).append(trouble)
    return [_report(path, found) for path, found in sorted(by_path.items())]


def _report(path: str, troubles: list[FunctionProblem]) -> FileReport:
    from kql_lint.rules.unreadable_file import RULE

    source = _source(path)
    report = FileReport(path, source)
    for trouble in troubles:
        span = Span(0, 0, trouble.line, trouble.column, trouble.line, trouble.column)
        if source is not None:
            start = source.offset(trouble.line, trouble.column)
            span = span_of(source, start, min(start + 1, len(source.text)))
        report.findings.append(Finding(RULE.report(span.start, span.end, trouble.message), span))
    return report


def _source(path: str) -> Source | None:
    from kql_lint.reading import FUNCTIONS, Unreadable
    from kql_lint.source import read_source

    try:
        return read_source(path, kind=FUNCTIONS)
    except Unreadable:
        return None
