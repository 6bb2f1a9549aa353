"""Outputs: reports to text, one small module a format.  They print what the findings say and work out nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from kql_lint.diagnostic import Severity

if TYPE_CHECKING:
    from kql_lint.runner import FileReport

FORMATS = ("text", "concise", "json")


class Style(NamedTuple):
    """How a terminal wants its text.  width is in columns; unicode says that box drawing characters can be shown."""

    colour: bool = False
    width: int = 120
    unicode: bool = True
    quiet: bool = False


class Summary:
    """What a run came to, counted up report by report."""

    def __init__(self) -> None:
        self.files = 0
        self.queries = 0
        self.files_with_findings = 0
        self.failed = 0  # files
        self.counts = dict.fromkeys(reversed(Severity), 0)

    def add(self, report: FileReport) -> None:
        """Counts one more file."""
        self.files += 1
        self.queries += len(report.queries)
        self.files_with_findings += bool(report.findings)
        self.failed += bool(report.errors)
        for finding in report.findings:
            self.counts[finding.diagnostic.severity] += 1

    def at_least(self, level: Severity) -> int:
        """How many findings are as severe as ``level`` or more."""
        return sum(count for severity, count in self.counts.items() if severity >= level)


class Format(Protocol):
    """Turns reports to text as they come: begin once, report for each file, end once.  Each may return ""."""

    def begin(self) -> str: ...

    def report(self, report: FileReport) -> str: ...

    def end(self, summary: Summary) -> str: ...


def create(name: str, style: Style) -> Format:
    """The format of this name, one of FORMATS; only its own module is loaded."""
    if name == "json":
        from kql_lint.output.json import Json

        return Json()
    if name == "concise":
        from kql_lint.output.concise import Concise

        return Concise(style)
    from kql_lint.output.text import Text

    return Text(style)
