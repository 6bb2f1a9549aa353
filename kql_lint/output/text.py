"""For people: each finding with its source line, the places that belong to it, and help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.output.colour import Palette
from kql_lint.output.snippet import Mark, render
from kql_lint.output.summary import MARKS, fixable, sentence
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style, Summary
    from kql_lint.runner import FileReport, Finding
    from kql_lint.source import Source


class Text:
    """The format ``text``."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.palette = Palette(style.colour)

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        """Each finding of a file, with an empty line after it."""
        return "".join(self._finding(report.path, report.source, finding) for finding in report.findings)

    def end(self, summary: Summary) -> str:
        if self.style.quiet:
            return ""
        return "".join(f"{line}\n" for line in (sentence(summary), fixable(summary)) if line)

    def _finding(self, path: str, source: Source | None, finding: Finding) -> str:
        found, span = finding.diagnostic, finding.span
        place = self.palette("bold", f"{clean(path)}:{span.line}:{span.column}:")
        rule = self.palette.severity(found.severity, f"{found.severity.label} {found.code}")
        mark = f" {MARKS[found.fixes[0].safety]}" if found.fixes else ""
        lines = [f"{place} {rule} {found.name}{mark}", f"  {clean(found.message)}"]
        if source is not None:
            lines += ["", *render(source, self._marks(finding), self.style, self.palette)]
        if found.help:
            lines += ["", f"  {self.palette('help', 'help:')} {clean(found.help)}"]
        return "\n".join(lines) + "\n\n"

    def _marks(self, finding: Finding) -> list[Mark]:
        related = zip(finding.related, finding.diagnostic.related, strict=True)
        return [
            Mark(finding.span, finding.diagnostic.severity.label),
            *(Mark(span, "related", item.message, "-") for span, item in related),
        ]
