"""Comments for kql-lint, and what each of them can speak about: its line, the next one, the rest of its query or file.

These stretches are worked out where the query's own lines are known: a query in a JSON file, or between quotes in YAML,
has many lines on one of the file's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.runner.places import span_of
from kql_lint.runner.report import Comment, Span

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import HostComment, HostedQuery
    from kql_lint.source import Source

# A comment that is meant for kql-lint, or that part of one: "// 22 is SSH // kql-lint: disable-line=KL104".
_OURS = re.compile(r"//+\s*kql-lint\s*:\s*(.*?)\s*\Z", re.IGNORECASE | re.DOTALL)
_LINE_END = re.compile(r"\r\n?|\n")
_NOTHING = re.compile(r"\s*(?://|\#|<!--|\Z)")


def of_query(source: Source, query: HostedQuery, place: Span) -> Iterator[Comment]:
    """The comments of a query that are meant for kql-lint; place is that of the query in its file."""
    if "kql-lint" not in query.text.lower():
        return
    from kql_lint.syntax import comments

    # A file of KQL alone is one text to who writes it, whatever number of queries it holds.
    scope = (0, len(source.text) + 1) if query.kind == "kql" else (place.start, _behind(source.text, place))
    for comment in comments(query.text, query.holes):
        ours = _OURS.search(comment.text)
        if ours is not None and comment.start >= query.preamble:
            start, end = query.map.span(comment.start + ours.start(), comment.end)
            line, following = _lines(query.text, comment.end)
            yield Comment(
                ours[1],
                span_of(source, start, end),
                place,
                _placed(query, line),
                _placed(query, following) if following else (0, 0),
                scope,
            )


def of_host(source: Source, comment: HostComment, queries: list[Span]) -> Comment:
    """A comment of the file around its queries.  Before the line of a query's key, it speaks about the whole query."""
    line, following = _lines(source.text, comment.end)
    if following is not None:
        start, end = following
        for query in queries:
            between = source.text[end : query.start] if start <= query.start else "another"
            if not between.strip(" \t\r\n>"):  # in Markdown it may be quoted
                end = max(end, _behind(source.text, query))
        following = start, end
    place = span_of(source, comment.start, comment.end)
    return Comment(comment.text, place, None, line, following or (0, 0), (0, len(source.text) + 1))


def of_file(source: Source) -> Iterator[Comment]:
    """The comments of a KQL file that has no query."""
    from kql_lint.hosts.hosted import HostComment
    from kql_lint.syntax import comments

    for comment in comments(source.text) if "kql-lint" in source.text.lower() else ():
        ours = _OURS.search(comment.text)
        if ours is not None:
            yield of_host(source, HostComment(ours[1], comment.start + ours.start(), comment.end), [])


def _lines(text: str, place: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """The line that a comment ends on, and the next one with more than comments on it; each with its line end.

    What lies at the very end of a text belongs to its last line.
    """
    before = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    start = _end(text, place)
    line = before, start
    while start < len(text):
        end = _end(text, start)
        if not _NOTHING.match(text[start:end]):
            return line, (start, end)
        start = end
    return line, None


def _behind(text: str, query: Span) -> int:
    """Where what lies in a query ends: an error about what is missing at its end lies behind its last character."""
    return query.end if text[query.end - 1 : query.end] in ("\r", "\n") else query.end + 1


def _end(text: str, place: int) -> int:
    found = _LINE_END.search(text, place)
    return found.end() if found else len(text) + 1


def _placed(query: HostedQuery, line: tuple[int, int]) -> tuple[int, int]:
    start, end = query.map.span(*line)
    return start, end + (line[1] > len(query.text))
