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
_NEVER = frozenset(("KL004", "KL005", "KL901", "KL902", "KL903"))
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
    adding = _Adding(linting, queries, reason)
    return fix_text(source, "safe", linting._replace(reported=adding.reported))


class _Adding:
    def __init__(self, linting: Linting, queries: Queries, reason: str) -> None:
        self._linting = linting
        self._queries = queries
        self._reason = f" -- {reason}" if reason else ""

    def reported(self, report: FileReport) -> list[Finding]:
        """A finding for each line that is to have a comment, which is its fix."""
        source = report.source
        left = [one for one in self._linting.reported(report) if one.diagnostic.code not in _NEVER]
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
        codes = sorted({one.diagnostic.code for one in group})
        for comment in report.comments:
            if comment.line[0] <= place < comment.line[1]:
                return _added(source, comment, codes)  # the line has one
        said = f"kql-lint: {LINE}={','.join(codes)}{self._reason}"
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


def _added(source: Source, comment: Comment, codes: list[str]) -> tuple[Edit, ...] | None:
    """The codes behind those that a comment for the line has; None where it is another kind, or has them all."""
    directive = parse(comment.text, known_rules())
    missing = [code for code in codes if not any(code in word.codes for word in directive.words)]
    begin = source.text.rfind(comment.text, comment.span.start, comment.span.end)
    if directive.kind != LINE or directive.mistakes or not missing or begin < 0:
        return None
    at = begin + directive.words[-1].end
    return (Edit(at, at, f",{','.join(missing)}"),)
