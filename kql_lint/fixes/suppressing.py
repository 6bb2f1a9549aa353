"""Comments that hold back what a file has: ``// kql-lint: disable-line=KL101``, behind the line that each is on.

A comment goes into the query where its line is one of a query's, else behind the line of the file where its kind has
comments.  It is put there as a fix is, so that the file is linted again: a comment that breaks something, or does
nothing, is not kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kql_lint.diagnostic import Edit, Fix
from kql_lint.fixes.driver import Linting, Outcome, fix_text
from kql_lint.hosts.hosted import HostedQuery
from kql_lint.policy.directive import LINE, parse
from kql_lint.policy.registry import known_rules
from kql_lint.runner import Comment, FileReport, Finding
from kql_lint.source import Source
from kql_lint.spelling import LINE_END

Queries = Callable[[Source], list[HostedQuery]]
"""The queries of a text."""

# What is said of files and of comments themselves: there is nothing of it on the line.
_UNUSED = "KL901"
_NEVER = frozenset(("KL004", "KL005", _UNUSED, "KL902", "KL903"))
# The sign that begins a comment of the file around the queries, by the ending of its name.
_SIGNS = {".yaml": "#", ".yml": "#", ".tf": "#", ".bicep": "//", ".kql": "//", ".csl": "//", ".kusto": "//"}
_ENDING = re.compile(r"\.\w+\Z")


class _Line(NamedTuple):
    """A line of a query: where it begins in the file, the query, and where it ends in the query's text."""

    start: int
    query: HostedQuery
    end: int


def suppress(source: Source, linting: Linting, queries: Queries, reason: str = "") -> Outcome:
    """Puts comments behind the lines of what is reported in a text; reason says why, on one line.

    What can't have one stays as it is.
    """
    comments = _Comments(queries, reason)

    def reported(report: FileReport) -> list[Finding]:
        return comments.fixes(report, linting.reported(report))

    return fix_text(source, "safe", linting._replace(reported=reported))


def suppress_one(
    source: Source, report: FileReport, finding: Finding, linting: Linting, queries: Queries
) -> tuple[Edit, ...] | None:
    """The edits that put a comment with the rule's name behind the line of a finding; None where that can't be done.

    report is the raw report of the text.  The text is linted with the comment: one that breaks something, or does
    nothing, is none.
    """
    found = _Comments(queries, by_name=True).fixes(report, [finding])
    edits = found[0].diagnostic.fixes[0].edits if found else None
    return edits if edits is not None and tried(source, report, finding, edits, linting) is not None else None


def tried(
    source: Source, report: FileReport, finding: Finding, edits: tuple[Edit, ...], linting: Linting
) -> FileReport | None:
    """The report of a text with a comment for a finding; None where that breaks something, or does nothing."""
    fix = Fix("hold it back", edits, "safe")
    found = finding._replace(diagnostic=finding.diagnostic._replace(fixes=(fix,)))

    def reported(now: FileReport) -> list[Finding]:
        return [found] if now is report else []

    outcome = fix_text(source, "safe", linting._replace(reported=reported), report)
    if not outcome.fixed or _unused(linting.reported(outcome.report)) > _unused(linting.reported(report)):
        return None
    return outcome.report


def _unused(findings: list[Finding]) -> int:
    """How many suppressions hold nothing back."""
    return sum(one.diagnostic.code == _UNUSED for one in findings)


class _Comments:
    """Finds where comments go, and what they say: the rules by their names or by their codes."""

    def __init__(self, queries: Queries, reason: str = "", *, by_name: bool = False) -> None:
        self._queries = queries
        self._reason = f" -- {reason}" if reason else ""
        self._by_name = by_name

    def fixes(self, report: FileReport, findings: list[Finding]) -> list[Finding]:
        """A finding for each line that is to have a comment, which is its fix."""
        source = report.source
        left = [one for one in findings if one.diagnostic.code not in _NEVER]
        if source is None or not left:
            return []
        lines = sorted(self._lines(source), key=lambda line: line.start)
        starts = [line.start for line in lines]
        groups: dict[tuple[int, int], list[Finding]] = {}
        for one in left:
            at = bisect_right(starts, one.span.start) - 1
            inside = at >= 0 and any(span.start <= one.span.start <= span.end for span in report.queries)
            groups.setdefault((at if inside else -1, -1 if inside else one.span.line), []).append(one)
        found = []
        for (at, _), group in groups.items():
            edits = self._edits(source, report, group, lines[at] if at >= 0 else None)
            if edits is not None:
                fix = Fix("hold it back", edits, "safe")
                found.append(group[0]._replace(diagnostic=group[0].diagnostic._replace(fixes=(fix,))))
        return found

    def _lines(self, source: Source) -> Iterator[_Line]:
        for query in self._queries(source):
            begin = query.preamble
            for end in [*(found.start() for found in LINE_END.finditer(query.text, begin)), len(query.text)]:
                yield _Line(query.map.span(begin, begin)[0], query, end)
                begin = end + (2 if query.text.startswith("\r\n", end) else 1)

    def _edits(
        self, source: Source, report: FileReport, group: list[Finding], line: _Line | None
    ) -> tuple[Edit, ...] | None:
        place = group[0].span.start
        rules = {one.diagnostic.code: one.diagnostic.name for one in group}
        words = {code: rules[code] if self._by_name else code for code in sorted(rules)}
        for comment in report.comments:
            if comment.line[0] <= place < comment.line[1]:
                return added(source, comment, words, LINE)  # the line has one
        said = f"kql-lint: {LINE}={','.join(words.values())}{self._reason}"
        if line is not None:
            end = len(line.query.text[: line.end].rstrip(" \t"))
            edits = line.query.in_file((Edit(end, end, f" // {said}"),), source.text)
            if edits is not None:
                return edits
        ending = _ENDING.search(source.path.lower())
        sign = _SIGNS.get(ending[0]) if ending else None
        if sign is None:
            return None
        end = source.line_span(group[-1].span.line)[1]
        return (Edit(end, end, f" {sign} {said}"),)


def added(source: Source, comment: Comment, words: dict[str, str], kind: str) -> tuple[Edit, ...] | None:
    """What is added to a comment of a kind; None where it is another kind, or names the rules already.

    words are those for the rules, by their codes.
    """
    directive = parse(comment.text, known_rules())
    missing = [said for code, said in words.items() if not any(code in word.codes for word in directive.words)]
    begin = source.text.rfind(comment.text, comment.span.start, comment.span.end)
    if directive.kind != kind or directive.mistakes or not missing or begin < 0:
        return None
    at = begin + directive.words[-1].end
    return (Edit(at, at, f",{','.join(missing)}"),)
