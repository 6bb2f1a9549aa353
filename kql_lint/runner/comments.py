"""Comments for kql-lint, and what each of them can speak about: its line, the next one, the rest of its query or file.

These stretches are worked out where the query's own lines are known: a query in a JSON file, or between quotes in YAML,
has many lines on one of the file's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.runner.places import span_of
from kql_lint.runner.report import Comment, Span

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import HostComment, HostedQuery
    from kql_lint.source import Source

_NAME = re.compile(r"kql-lint\s*:", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
_NOTHING = re.compile(r"\s*(?://|\#|<!--|\Z)")


def of_query(source: Source, query: HostedQuery, place: Span) -> Iterator[Comment]:
    """The comments of a query that are meant for kql-lint; place is that of the query in its file."""
    if "kql-lint" not in query.text.lower():
        return
    from kql_lint.syntax import comments

    # A file of KQL alone is one text to who writes it, whatever number of queries it holds.
    scope = (0, len(source.text) + 1) if query.kind == "kql" else (place.start, _behind(source.text, place))
    lines = _Lines(query.text)
    for comment in comments(query.text, query.holes):
        ours = _ours(comment.text)
        if ours is not None and query.is_own(comment.start):
            begin, text = ours
            start, end = query.map.span(comment.start + begin, comment.end)
            line, following = lines.around(comment.end)
            yield Comment(
                text,
                span_of(source, start, end),
                place,
                _placed(query, line),
                _placed(query, following) if following else (0, 0),
                scope,
            )


def of_host(source: Source, comments: Sequence[HostComment], queries: Iterable[Span]) -> Iterator[Comment]:
    """Comments of the file around its queries.  Before the line of a query's key, one speaks about the whole query."""
    if not comments:
        return
    lines, places = _Lines(source.text), sorted(queries)
    reached: dict[tuple[int, int], tuple[int, int]] = {}  # of a stack of comments all have the same line behind them
    for comment in comments:
        line, following = lines.around(comment.end)
        if following is not None and following not in reached:
            reached[following] = _with_queries(source.text, following, places)
        place = span_of(source, comment.start, comment.end)
        behind = reached[following] if following else (0, 0)
        yield Comment(comment.text, place, None, line, behind, (0, len(source.text) + 1))


def of_file(source: Source) -> Iterator[Comment]:
    """The comments of a KQL file that has no query."""
    from kql_lint.hosts.hosted import HostComment
    from kql_lint.syntax import comments

    if "kql-lint" not in source.text.lower():
        return
    found = ((comment, _ours(comment.text)) for comment in comments(source.text))
    ours = [HostComment(our[1], one.start + our[0], one.end) for one, our in found if our is not None]
    yield from of_host(source, ours, [])


def _ours(comment: str) -> tuple[int, str] | None:
    """Where the part of a comment begins that is for kql-lint, and what it says; None where there is none.

    "// 22 is SSH // kql-lint: disable-line=KL104" has such a part.
    """
    for name in _NAME.finditer(comment):
        place = name.start()
        while place and comment[place - 1].isspace():
            place -= 1
        if comment[max(place - 2, 0) : place] == "//":
            while place and comment[place - 1] == "/":
                place -= 1
            return place, comment[name.end() :].strip()
    return None


def _with_queries(text: str, line: tuple[int, int], queries: list[Span]) -> tuple[int, int]:
    """A line with the queries that begin on it, or behind it with nothing but blanks between."""
    start, end = line
    for query in queries[bisect_left(queries, (start,)) :]:
        if text[end : query.start].strip(" \t\r\n>"):  # in Markdown it may be quoted
            break
        end = max(end, _behind(text, query))
    return start, end


class _Lines:
    """The lines of a text, each with its line end, as half-open stretches; what lies at the very end is of the last."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        ends = [*self._starts[1:], len(text) + 1]
        self._lines = list(zip(self._starts, ends, strict=True))
        # The next line with more than comments on it, of each.
        self._following: list[tuple[int, int] | None] = [None] * len(ends)
        following = None
        for number in range(len(ends) - 1, -1, -1):
            self._following[number] = following
            start, end = self._lines[number]
            if start < len(text) and not _NOTHING.match(text[start:end]):
                following = self._lines[number]

    def around(self, place: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
        """The line that a comment ends on, and the next one with more than comments on it."""
        number = bisect_right(self._starts, place) - 1
        return self._lines[number], self._following[number]


def _behind(text: str, query: Span) -> int:
    """Where what lies in a query ends: an error about what is missing at its end lies behind its last character."""
    return query.end if text[query.end - 1 : query.end] in ("\r", "\n") else query.end + 1


def _placed(query: HostedQuery, line: tuple[int, int]) -> tuple[int, int]:
    start, end = query.map.span(*line)
    return start, end + (line[1] > len(query.text))
