"""One line a finding, ``path:line:column: code [severity] message``: for editors, grep and problem matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.output.colour import Palette
from kql_lint.output.summary import sentence
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style, Summary
    from kql_lint.runner import FileReport, Finding


class Concise:
    """The format ``concise``.  Lines and columns are 1-based, columns in code points."""

    def __init__(self, style: Style) -> None:
        self.quiet = style.quiet
        self.palette = Palette(style.colour)

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        """A line for each finding of a file."""
        return "".join(self._line(report.path, finding) for finding in report.findings)

    def end(self, summary: Summary) -> str:
        return "" if self.quiet else sentence(summary) + "\n"

    def _line(self, path: str, finding: Finding) -> str:
        found, span = finding.diagnostic, finding.span
        severity = self.palette.severity(found.severity, f"[{found.severity.label}]")
        place = self.palette("bold", f"{clean(path)}:{span.line}:{span.column}:")
        return f"{place} {found.code} {severity} {clean(found.message)}\n"
