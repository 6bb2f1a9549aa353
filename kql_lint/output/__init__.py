"""Outputs: reports to text, one small module a format.  They print what the findings say and work out nothing more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from kql_lint.diagnostic import Severity
from kql_lint.hosts import ending_of

if TYPE_CHECKING:
    from kql_lint.runner import FileReport

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "azure", "markdown", "html")
# Those that can give the counts of --statistics in place of the findings.
COUNTING = ("text", "json")
# The commands to a pipeline that a format has, as patterns of how its lines may begin.
COMMANDS = {
    "github": "::(?:error|warning|notice) title=",
    "azure": r"##vso\[task\.(?:logissue type=|complete result=)",
}


class Style(NamedTuple):
    """How a terminal wants its text.  width is in columns; unicode says that box drawing characters can be shown."""

    colour: bool = False
    width: int = 120
    unicode: bool = True
    quiet: bool = False


class Count:
    """How often a rule was reported with a severity, and how often with a fix."""

    __slots__ = ("findings", "fixes")

    def __init__(self) -> None:
        self.findings = 0
        self.fixes = 0


class Summary:
    """What a run came to, counted up report by report.

    rules are the counts by code, name and severity.  problems are sentences about what is no part of a file's report
    and makes the run fail, such as a path that is not there; they have to be known before the formats end.  notices are
    what a format has to say to whoever runs kql-lint, such as that it had to leave something out.  fixable counts the
    findings that have a fix by how safe it is, fixed those that were fixed, in fixed_files files, held those
    for which comments were put into files.
    """

    def __init__(self) -> None:
        self.files = 0
        self.queries = 0
        self.files_with_findings = 0
        self.failed = 0  # files
        self.counts = dict.fromkeys(reversed(Severity), 0)
        self.rules: dict[tuple[str, str, Severity], Count] = {}
        self.problems: list[str] = []
        self.notices: list[str] = []
        self.warnings: list[str] = []
        self.suppressed = 0
        self.baselined = 0
        self.fixable: Counter[str] = Counter()
        self.fixed = 0
        self.fixed_files = 0
        self.held = 0
        self.empty: Counter[str] = Counter()
        self.not_ours: Counter[str] = Counter()
        self.unread: dict[str, list[str]] = {}

    def add(self, report: FileReport) -> None:
        """Counts one more file."""
        if not report.is_ours:
            self.not_ours[ending_of(report.path)] += 1
            return
        self.files += 1
        self.suppressed += report.suppressed
        self.baselined += report.baselined
        if not report.queries:
            self.empty[ending_of(report.path)] += 1
        for block in report.unread:
            self.unread.setdefault(block.language, []).append(f"{report.path}:{block.line}")
        self.queries += len(report.queries)
        self.files_with_findings += bool(report.findings)
        self.failed += bool(report.errors)
        for finding in report.findings:
            found = finding.diagnostic
            self.counts[found.severity] += 1
            count = self.rules.setdefault((found.code, found.name, found.severity), Count())
            count.findings += 1
            count.fixes += bool(found.fixes)
            self.fixable.update(fix.safety for fix in found.fixes[:1])

    def at_least(self, level: Severity) -> int:
        """How many findings are as severe as ``level`` or more."""
        return sum(count for severity, count in self.counts.items() if severity >= level)

    def by_rule(self) -> list[tuple[tuple[str, str, Severity], Count]]:
        """The counts, the largest first, equal ones in the order of the codes."""
        return sorted(self.rules.items(), key=lambda item: (-item[1].findings, item[0]))


class Format(Protocol):
    """Turns reports to text as they come: begin once, report for each file, end once.  Each may return ""."""

    def begin(self) -> str: ...

    def report(self, report: FileReport) -> str: ...

    def end(self, summary: Summary) -> str: ...


def create(name: str, style: Style, *, statistics: bool = False, link: str = "") -> Format:
    """The format of this name, one of FORMATS; only its own module is loaded.

    statistics: the counts of the rules in place of the findings; for one of COUNTING.  link is the address of the
    repository's files in this state, to which a path is added, where a format links to places; "" for no links.
    """
    if statistics:
        from kql_lint.output.statistics import StatisticsJson, StatisticsText

        return StatisticsJson() if name == "json" else StatisticsText(style)
    if name == "text":
        from kql_lint.output.text import Text

        return Text(style)
    if name == "concise":
        from kql_lint.output.concise import Concise

        return Concise(style)
    if name == "json":
        from kql_lint.output.json import Json

        return Json()
    return _report(name, link) if name in ("markdown", "html") else _for_service(name, style)


def _report(name: str, link: str) -> Format:
    if name == "markdown":
        from kql_lint.output.markdown import Markdown

        return Markdown(link)
    from kql_lint.output.html import Html

    return Html(link)


def _for_service(name: str, style: Style) -> Format:
    if name == "sarif":
        from kql_lint.output.sarif import Sarif

        return Sarif()
    if name == "github":
        from kql_lint.output.github import GitHub

        return GitHub(style)
    if name == "gitlab":
        from kql_lint.output.gitlab import GitLab

        return GitLab()
    if name == "junit":
        from kql_lint.output.junit import JUnit

        return JUnit()
    from kql_lint.output.azure import Azure

    return Azure(style)
