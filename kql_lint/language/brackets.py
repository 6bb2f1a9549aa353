"""Brackets of a query: pairs of them, and stretches that end with all brackets closed.  Offsets are the query's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.syntax.scanner import Token

Span = tuple[int, int]

_PAIRS = {"LPAR": "RPAR", "LBRACKET": "RBRACKET", "LBRACE": "RBRACE"}


class Brackets:
    """The brackets among the tokens of a query.

    pairs are the stretches from an opening bracket to behind the one that closes it, inner ones first.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._starts = [token.start for token in tokens]
        self._others: dict[int, int] = {}  # the start of a bracket to that of the one that it belongs to
        self.pairs: list[Span] = []
        opened: list[Token] = []
        for token in tokens:
            if token.type in _PAIRS:
                opened.append(token)
            elif token.type in _PAIRS.values():
                while opened and _PAIRS[opened[-1].type] != token.type:
                    opened.pop()
                if opened:
                    opening = opened.pop()
                    self._others[token.start], self._others[opening.start] = opening.start, token.start
                    self.pairs.append((opening.start, token.end))

    def closed(self, start: int, end: int) -> Span:
        """A node's stretch with the brackets that it begins or ends in, which the tree leaves out at either end."""
        behind = bisect_left(self._starts, end)
        while behind < len(self._tokens) and start <= self._others.get(self._starts[behind], -1) < end:
            end = self._tokens[behind].end
            behind += 1
        before = bisect_left(self._starts, start) - 1
        while before >= 0 and start < self._others.get(self._starts[before], -1) < end:
            start = self._starts[before]
            before -= 1
        return start, end

    def outside(self, start: int, end: int) -> Span:
        """An expression's stretch with the brackets that are around nothing else: ``((x))``."""
        start, end = self.closed(start, end)
        before, behind = bisect_left(self._starts, start) - 1, bisect_left(self._starts, end)
        while (
            before >= 0
            and behind < len(self._starts)
            and self._others.get(self._starts[before]) == self._starts[behind]
        ):
            start, end = self._starts[before], self._tokens[behind].end
            before, behind = before - 1, behind + 1
        return start, end
