"""A report made by hand: what the formats are shown, without a linter behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity
from kql_lint.runner import FileReport, Finding, span_of
from kql_lint.source import Source

MakeReport = Callable[..., FileReport]


@pytest.fixture
def make_report() -> MakeReport:
    """make_report(text, "what it is about", related={"text there": "label"}): one warning about part of a text."""

    def make(
        text: str,
        about: str,
        *,
        path: str = "rules/a.kql",
        message: str = "something is odd here",
        severity: Severity = Severity.WARNING,
        help: str | None = None,
        related: dict[str, str] | None = None,
        fixes: tuple[Fix, ...] = (),
    ) -> FileReport:
        source = Source(path, text)
        start = text.index(about)
        places = [(text.index(part), len(part), label) for part, label in (related or {}).items()]
        diagnostic = Diagnostic(
            "KL999",
            "odd-thing",
            severity,
            message,
            start,
            start + len(about),
            help,
            tuple(Related(begin, begin + length, label) for begin, length, label in places),
            fixes,
        )
        finding = Finding(
            diagnostic,
            span_of(source, start, start + len(about)),
            tuple(span_of(source, begin, begin + length) for begin, length, _ in places),
        )
        report = FileReport(path, source)
        report.queries.append(span_of(source, 0, len(text)))
        report.findings.append(finding)
        return report

    return make
