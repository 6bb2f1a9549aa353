"""For programs: an array of records in the shape of ruff's, described by docs/findings.schema.json.

Every record has a ``version``.  It is raised when a field changes its meaning or goes away; fields may be added at any
time.  Rows and columns are 1-based, columns count code points, an end is exclusive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.diagnostic import Fix
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding, Span
    from kql_lint.source import Source

VERSION = 1
# ruff's words for how far a fix can be trusted; "safety" has our own, finer ones.
_APPLICABILITY = {"safe": "safe", "intent": "unsafe", "unsafe": "unsafe"}


class Json:
    """The format ``json``: one record a line, so that a long output can be read as it comes."""

    def __init__(self) -> None:
        self.separator = ""

    def begin(self) -> str:
        """The bracket that opens the array."""
        return "["

    def report(self, report: FileReport) -> str:
        """A record for each finding of a file."""
        text = ""
        for finding in report.findings:
            text += f"{self.separator}\n  {as_json(_record(report, finding))}"
            self.separator = ","
        return text

    def end(self, summary: Summary) -> str:
        """The bracket that closes the array."""
        return "\n]\n" if self.separator else "]\n"


def _record(report: FileReport, finding: Finding) -> dict[str, object]:
    found = finding.diagnostic
    return {
        "version": VERSION,
        "code": found.code,
        "name": found.name,
        "severity": found.severity.label,
        "message": found.message,
        "help": found.help,
        "filename": report.path,
        **_span(finding.span),
        "query": finding.query,
        "tables": list(finding.tables),
        "related": [
            {"message": item.message, **_span(span)} for item, span in zip(found.related, finding.related, strict=True)
        ],
        "fix": _fix(report.source, found.fixes[0]) if found.fixes and report.source else None,
        "url": None,
    }


def _span(span: Span) -> dict[str, object]:
    return {
        "location": {"row": span.line, "column": span.column},
        "end_location": {"row": span.end_line, "column": span.end_column},
    }


def _fix(source: Source, fix: Fix) -> dict[str, object]:
    from kql_lint.runner import span_of

    return {
        "applicability": _APPLICABILITY[fix.safety],
        "safety": fix.safety,
        "message": fix.title,
        "edits": [{"content": edit.text, **_span(span_of(source, edit.start, edit.end))} for edit in fix.edits],
    }
