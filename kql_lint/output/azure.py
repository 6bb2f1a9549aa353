"""Issues of Azure Pipelines: logging commands, which the agent takes out of a step's output.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
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


class Azure:
    """The format ``azure``.  Azure knows errors and warnings; a note is a line of the log.

    sourcepath is absolute: the agent makes it a path of the repository, which the service links to, only from that.
    """

    def __init__(self, style: Style, paths: Paths | None = None) -> None:
        self.quiet = style.quiet
        self.paths = paths or Paths()

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        """An issue for each finding, one a line."""
        path = self.paths.absolute(report.path)
        # The agent's line of the log has all four, and looks broken without one.
        place = {"sourcepath": path, "linenumber": "1", "columnnumber": "1", "code": "kql-lint"}
        errors = (_issue("error", place, error) for error in report.errors)
        return "".join(errors) + "".join(self._finding(path, report, finding) for finding in report.findings)

    def end(self, summary: Summary) -> str:
        """The step's result, which exit codes can't tell: it went through, but with issues."""
        text = "".join(_issue("error", {}, problem) for problem in summary.problems)
        text += "".join(_issue("warning", {}, said) for said in summary.warnings)
        said = sentence(summary)
        if not self.quiet:
            text += f"{said}\n"
        if summary.failed or summary.problems or summary.at_least(Severity.WARNING):
            text += f"##vso[task.complete result=SucceededWithIssues]{_data(said)}\n"
        return text

    def _finding(self, path: str, report: FileReport, finding: Finding) -> str:
        found, span = finding.diagnostic, finding.span
        if found.severity == Severity.INFO:
            place = f"{self.paths.shown(report.path)}:{span.line}:{span.column}"
            return f"{clean(f'{place}: {found.code} [info] {found.message}')}\n"
        column = report.source.utf16_column(span.start) if report.source else span.column
        properties = {
            "sourcepath": path,
            "linenumber": str(span.line),
            "columnnumber": str(column),
            "code": found.code,
        }
        return _issue(found.severity.label, properties, found.message, found.help or "")


def _issue(kind: str, properties: dict[str, str], message: str, help_text: str = "") -> str:
    pairs = "".join(f";{name}={_value(value)}" for name, value in properties.items())
    more = f"%0A{_data(help_text)}" if help_text else ""
    return f"##vso[task.logissue type={kind}{pairs}]{_data(message)}{more}\n"


def _data(text: str) -> str:
    # "%AZP25" is the agent's own sign for "%", so that a text can have "%0A" in it.
    return clean(text).replace("%", "%AZP25")


def _value(text: str) -> str:
    """The value of a property.  It can be the name of a file: so its line ends are kept, as Azure has them."""
    lines = text.replace("%", "%AZP25").replace("\r", "%0D").split("\n")
    return "%0A".join(map(clean, lines)).replace(";", "%3B").replace("]", "%5D")
