"""A summary in GitHub's Markdown, for $GITHUB_STEP_SUMMARY or a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Severity
from kql_lint.output.paths import Paths
from kql_lint.output.summary import left_out, sentence
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding

# Bytes.  GitHub takes 1 MiB of a step and refuses all of a longer one.
LIMIT = 1024 * 1024
_ROOM = LIMIT - 8 * 1024  # for what stands around the tables, whose own rows are counted
_FAILURES = 100
_TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Notes"}
# All that could be markup, a mention, a link, a formula or an emoji's name.
_MARKUP = re.compile(r"""[\\`*_{}\[\]<>#|~&@:$!^=+]|\bwww(?=\.)""", re.IGNORECASE)


class Markdown:
    """The format ``markdown``: counts by rule, then the findings, the most severe first.

    What is kept until the end is at most the rows that fit, for each severity.
    """

    def __init__(self, link: str = "", paths: Paths | None = None) -> None:
        self.link = link
        self.paths = paths or Paths()
        self.rows: dict[Severity, list[str]] = {severity: [] for severity in _TITLES}
        self.sizes = dict.fromkeys(_TITLES, 0)
        self.failures: list[str] = []

    def begin(self) -> str:
        return ""

    def report(self, report: FileReport) -> str:
        """Nothing yet: the counts come first."""
        path = self.paths.shown(report.path)
        self.failures += [f"{path}: {error}" for error in report.errors]
        for finding in report.findings:
            severity = finding.diagnostic.severity
            if self.sizes[severity] < _ROOM:
                row = self._row(path, report.path, finding)
                self.sizes[severity] += len(row.encode())
                self.rows[severity].append(row)
        return ""

    def end(self, summary: Summary) -> str:
        """The whole text."""
        head = f"## kql-lint\n\n{escape(sentence(summary))}\n\n{_failures(self.failures + summary.problems)}"
        head += _counts(summary)
        room = _ROOM - len(head.encode())
        tables, lost = "", 0
        for severity, title in _TITLES.items():
            kept, room = _fitting(self.rows[severity], room)
            lost += summary.counts[severity] - len(kept)
            tables += _table(title, summary.counts[severity], kept)
        if not lost:
            return head + tables
        said = f"{left_out(lost, 'finding')}: GitHub takes 1 MiB of Markdown a step"
        summary.notices.append(f"markdown: {said}")
        return f"{head}{tables}{said}.\n"

    def _row(self, shown: str, path: str, finding: Finding) -> str:
        found, span = finding.diagnostic, finding.span
        place = escape(f"{shown}:{span.line}:{span.column}")
        if self.link:
            uri, relative = self.paths.uri(path)
            lines = f"#L{span.line}" + (f"-L{span.end_line}" if span.end_line > span.line else "")
            # A closing bracket would end the target.
            place = (
                f"[{place}]({self.link}/{uri.replace('(', '%28').replace(')', '%29')}{lines})" if relative else place
            )
        help_text = f"<br>{escape(found.help)}" if found.help else ""
        return f"| {place} | {found.code} {found.name} | {escape(found.message)}{help_text} |\n"


def escape(text: str) -> str:
    """The text in one line, as Markdown shows it, in a table and outside: nothing in it is markup."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0][0])};{found[0][1:]}", clean(text))


def _failures(failures: list[str]) -> str:
    if not failures:
        return ""
    items = "".join(f"- {escape(failure)}\n" for failure in failures[:_FAILURES])
    more = f"- and {len(failures) - _FAILURES:,} more\n" if len(failures) > _FAILURES else ""
    return f"### Not linted\n\n{items}{more}\n"


def _counts(summary: Summary) -> str:
    if not summary.rules:
        return ""
    rows = (
        f"| {count.findings:,} | {severity.label} | {code} {name} |\n"
        for (code, name, severity), count in summary.by_rule()
    )
    return "| findings | severity | rule |\n|---:|---|---|\n" + "".join(rows) + "\n"


def _fitting(rows: list[str], room: int) -> tuple[list[str], int]:
    """The first rows that fit, and the room that is left; once one does not fit, there is none for later ones."""
    for number, row in enumerate(rows):
        size = len(row.encode())
        if size > room:
            return rows[:number], 0
        room -= size
    return rows, room


def _table(title: str, count: int, rows: list[str]) -> str:
    if not rows:
        return ""
    table = "| place | rule | message |\n|---|---|---|\n" + "".join(rows)
    head = f"{title} ({count:,})"
    if title == _TITLES[Severity.INFO]:
        return f"<details><summary>{head}</summary>\n\n{table}\n</details>\n"
    return f"### {head}\n\n{table}\n"
