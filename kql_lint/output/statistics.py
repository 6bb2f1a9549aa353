"""How often each rule was reported, in place of the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.output.colour import Palette
from kql_lint.output.summary import sentence
from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.output import Style, Summary
    from kql_lint.runner import FileReport


class _Counts:
    """Nothing is said before the end."""

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        return ""


class StatisticsText(_Counts):
    """``--statistics`` for people: a line for each rule and severity, the most frequent first."""

    def __init__(self, style: Style) -> None:
        self.quiet = style.quiet
        self.palette = Palette(style.colour)

    def end(self, summary: Summary) -> str:
        """The lines and what the run came to."""
        rows = summary.by_rule()
        width = max((len(f"{count.findings:,}") for _, count in rows), default=0)
        names = max((len(name) for (_, name, _), _ in rows), default=0)
        text = ""
        for (code, name, severity), count in rows:
            label = self.palette.severity(severity, f"{severity.label:7}")
            fixes = f"  {count.fixes:,} with a fix" if count.fixes else ""
            text += f"{count.findings:>{width},}  {label}  {code}  {name:{names}}{fixes}".rstrip() + "\n"
        if self.quiet:
            return text
        return text + ("\n" if rows else "") + sentence(summary) + "\n"


class StatisticsJson(_Counts):
    """``--statistics`` for programs: an array with a record for each rule and severity, in the same order."""

    def end(self, summary: Summary) -> str:
        """The whole array."""
        records = [
            {
                "code": code,
                "name": name,
                "severity": severity.label,
                "count": count.findings,
                "with_fix": count.fixes,
            }
            for (code, name, severity), count in summary.by_rule()
        ]
        lines = ",\n".join(f"  {as_json(record)}" for record in records)
        return f"[\n{lines}\n]\n" if records else "[]\n"
