"""What an editor selects step by step around a place: the word, the expression, the operator, up to the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.language.names import Span, file_span
from kql_lint.language.outline import flattened, outline
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile


def selections(file: OpenFile, place: int) -> list[Span]:
    """The stretches of the file around a place, the smallest first; each lies in the next one and is smaller.

    Word, expression, operator, pipeline, statement, query, the rule that it belongs to, the file.
    """
    spans = {(0, len(file.source.text))}
    spans.update((item.start, item.end) for item in flattened(outline(file)) if item.start <= place <= item.end)
    for found in file.queries:
        offset = found.offset(place)
        if offset is not None:
            around = (file_span(found, *span) for span in _around(found, offset))
            spans.update(span for span in around if span is not None and span[0] <= place <= span[1])
    chain: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[1] - span[0], span)):
        if not chain or (start <= chain[-1][0] and chain[-1][1] <= end and (start, end) != chain[-1]):
            chain.append((start, end))
    return chain


def _around(found: QueryInFile, offset: int) -> Iterator[Span]:
    text, hosted = found.query.text, found.hosted
    yield from ((token.start, token.end) for token in found.query.tokens if token.start <= offset <= token.end)
    yield from ((one.start, one.end) for one in found.query.comments if one.start <= offset <= one.end)
    brackets = found.query.brackets
    yield from (pair for pair in brackets.pairs if pair[0] <= offset <= pair[1])
    waiting: list[ast.Node] = [found.query.parsed.query]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Query):
            yield brackets.closed(node.start, node.end)
        waiting += [child for child in ast.children(node) if child.start <= offset <= child.end]
    yield hosted.preamble, len(text.rstrip())
