"""Annotations of GitHub Actions: workflow commands, which the runner takes out of a step's standard output.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

A step may have ten annotations of each kind, and GitHub drops further ones without a word.  So errors come before
warnings and notes, whatever file they are in, and what would be dropped is printed as a line of the log; a last
annotation says how many these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.diagnostic import Severity
from kql_lint.output.paths import Paths
from kql_lint.output.summary import sentence
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style, Summary
    from kql_lint.runner import FileReport, Finding

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
LIMIT = 10  # annotations of a kind in a step; "actions/toolkit, docs/problem-matchers.md" has the numbers


class GitHub:
    """The format ``github``.  Each kind has its own ten, so that all but the tenth note can be written as it comes."""

    def __init__(self, style: Style, paths: Paths | None = None) -> None:
        self.quiet = style.quiet
        self.paths = paths or Paths()
        self.used = dict.fromkeys(_KINDS.values(), 0)
        self.left_out = 0
        self.last_notice: tuple[str, str] | None = None  # as an annotation, and as a line

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        """An annotation for each finding, or a line where the step has had its ten."""
        path = self.paths.shown(report.path)
        errors = (self._add("error", f"title=kql-lint,file={_value(path)}", f"{path}: {one}") for one in report.errors)
        return "".join(errors) + "".join(self._finding(path, report, finding) for finding in report.findings)

    def end(self, summary: Summary) -> str:
        """The note that was held back, or what was left out, and what the run came to."""
        text = "".join(self._add("error", "title=kql-lint", problem) for problem in summary.problems)
        text += "".join(self._add("warning", "title=kql-lint", said) for said in summary.warnings)
        if self.last_notice is not None:
            annotation, line = self.last_notice
            if self.left_out:
                self.left_out += 1
            text += line if self.left_out else annotation
        if self.left_out:
            have = "1 finding has" if self.left_out == 1 else f"{self.left_out:,} findings have"
            said = f"{have} no annotation, since a step can have only {LIMIT} of each kind"
            text += f"::notice title=kql-lint::{_data(said + '; the log of this step has them all')}\n"
        return text if self.quiet else f"{text}{sentence(summary)}\n"

    def _finding(self, path: str, report: FileReport, finding: Finding) -> str:
        found, span = finding.diagnostic, finding.span
        properties = [f"title={_value(f'{found.code} {found.name}')}", f"file={_value(path)}", f"line={span.line}"]
        if span.end_line > span.line:
            properties.append(f"endLine={span.end_line}")  # GitHub takes no columns then
        elif report.source is not None:
            source = report.source
            properties.append(f"col={source.utf16_column(span.start)},endColumn={source.utf16_column(span.end)}")
        # The log shows nothing of a command but its message: so it has the place in it.
        message = f"{path}:{span.line}:{span.column}: {found.code} {found.message}"
        help_text = f"%0A{_data(found.help)}" if found.help else ""
        return self._add(_KINDS[found.severity], ",".join(properties), message, help_text)

    def _add(self, kind: str, properties: str, message: str, more: str = "") -> str:
        annotation = f"::{kind} {properties}::{_data(message)}{more}\n"
        line = f"{kind} {clean(message)}\n"
        if self.used[kind] >= LIMIT:
            self.left_out += 1
            return line
        self.used[kind] += 1
        if kind == "notice" and self.used[kind] == LIMIT:
            self.last_notice = annotation, line  # its place may be needed to say what is left out
            return ""
        return annotation


def _data(text: str) -> str:
    return clean(text).replace("%", "%25")


def _value(text: str) -> str:
    """The value of a property.  It is compared with the names of files: so line ends are kept, as GitHub has them."""
    lines = text.replace("%", "%25").replace("\r", "%0D").split("\n")
    return "%0A".join(map(clean, lines)).replace(":", "%3A").replace(",", "%2C")
