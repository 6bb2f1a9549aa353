"""What can be folded in a file.  Offsets are the file's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from kql_lint.language.names import Span, file_span
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile

_STRINGS = ("STRING", "VERBATIM", "MULTILINE")


class Folding(NamedTuple):
    """A stretch of several lines of the file; kind is ``comment`` for comments in a row, else ``code``."""

    start: int
    end: int
    kind: Literal["code", "comment"]


def foldings(file: OpenFile) -> list[Folding]:
    """Statements, pipelines, what stands in brackets, comments and strings of more than one line, in order.

    Of several that begin on one line and end on one line the first is kept.
    """
    found: dict[tuple[int, int], Folding] = {}
    for query in file.queries:
        for start, end, kind in _of_query(query):
            span = file_span(query, start, end) if start < end and query.hosted.is_own(start) else None
            if span is not None:
                lines = file.source.position(span[0])[0], file.source.position(span[1])[0]
                if lines[0] < lines[1]:
                    found.setdefault(lines, Folding(*span, kind))
    return sorted(found.values())


def _of_query(found: QueryInFile) -> Iterator[tuple[int, int, Literal["code", "comment"]]]:
    brackets = found.query.brackets
    for node in ast.walk(found.query.parsed.query):
        if isinstance(node, ast.Statement):
            yield *brackets.closed(node.start, node.end), "code"
        elif isinstance(node, ast.Pipeline) and node.operators:
            first = node.source or node.operators[0]
            yield *brackets.closed(first.start, node.operators[-1].end), "code"
            for operator in node.operators:
                yield *brackets.closed(operator.start, operator.end), "code"
    for start, end in brackets.pairs:
        yield start, end, "code"
    for token in found.query.tokens:
        if token.type in _STRINGS:
            yield token.start, token.end, "code"
    for start, end in _comments(found):
        yield start, end, "comment"


def _comments(found: QueryInFile) -> Iterator[Span]:
    """Comments with nothing but blanks between them."""
    start, end = -1, -1
    for comment in found.query.comments:
        if start >= 0 and not found.query.text[end : comment.start].strip():
            end = comment.end
            continue
        if start >= 0:
            yield start, end
        start, end = comment.start, comment.end
    if start >= 0:
        yield start, end
    yield from (block.span() for block in re.finditer(r"/\*.*?\*/", found.query.text, re.DOTALL))
