"""Parses a query up to a cursor, as if it ended there: what is open is closed, and what is lacking is put in.

What stands behind the cursor is left alone, so that it can't spoil what is known at the cursor.  In place of the word
at the cursor stands one that no query has, which a caller finds in the tree; what the grammar takes there is told.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.syntax import aside, ast
from kql_lint.syntax.again import common_start
from kql_lint.syntax.holes import HoleParser
from kql_lint.syntax.mask import put_right
from kql_lint.syntax.parser import Parser
from kql_lint.syntax.scanner import Token, make_token
from kql_lint.syntax.stack import CLOSING, OPENING, Stack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kql_lint.syntax.messages import Place

# What may be put in behind the cursor, with its text and what that costs: what closes something is cheap, so that a
# query ends as soon as it can.
_FILLERS = (
    ("RPAR", ")", 1),
    ("RBRACKET", "]", 1),
    ("RBRACE", "}", 1),
    ("SEMICOLON", ";", 2),
    ("SERIALIZE", "serialize", 3),
    ("NAME", "_", 4),
    ("INTEGER", "1", 4),
    ("STRING", '""', 4),
    ("LPAR", "(", 4),
    ("LBRACKET", "[", 5),
    ("LBRACE", "{", 6),
    ("VBAR", "|", 6),
    *(
        (kind, kind.lower(), 5)
        for kind in ("WITH", "BY", "ON", "OF", "TO", "FROM", "STEP", "AS", "WHERE", "UNDIRECTED")
    ),
    ("PROPERTY", "_", 6),
    ("EQUAL", "=", 5),
    ("COLON", ":", 5),
    ("DOT_DOT", "..", 5),
    ("STAR", "*", 6),
)
_TEXTS = {kind: text for kind, text, _ in _FILLERS}
_MOST_TRIES = 4_000
_ENDS = frozenset({"VBAR", "SEMICOLON"})


@dataclass(slots=True)
class Cut:
    """A query as it is up to a cursor.

    query is its tree, in which the word or string of the cursor stands from ``start`` on, if one may stand there.
    expected are the grammar's terminals that may stand there.  before are the tokens in front of it, in order.
    errors are the offsets of syntax errors in front of it.
    """

    query: ast.Query
    text: str
    start: int
    expected: frozenset[str]
    before: list[Token]
    errors: list[int]


class Known:
    """What was read of one text, from which reading of another that begins in the same way goes on.

    Whoever asks of the versions of a text while it is written keeps one for it; nothing else depends on it.
    """

    def __init__(self) -> None:
        self.seen = ""
        self.before: list[Token] = []
        self.marks: list[_Mark] = []

    def resume(self, seen: str) -> _Mark | None:
        """The last of the marks that another text has too; where it goes on otherwise, those behind are forgotten."""
        common = common_start(self.seen, seen)
        if common < min(len(self.seen), len(seen)):
            self.marks = [mark for mark in self.marks if mark.offset <= common]
        if common == len(self.seen) or common < len(seen):
            self.seen = seen
        return next((mark for mark in reversed(self.marks) if mark.offset <= common), None)


class _Mark(NamedTuple):
    """The parser as it is behind a pipe or semicolon: how many tokens there were, and the stack."""

    offset: int
    tokens: int
    states: tuple[int, ...]
    values: tuple[object, ...]
    previous: Token


# How many marks a text has at most, and how far they are apart at least, in code points: what each keeps grows with
# what stands before it.
_MARKS = 100
_APART = 200


def parse_cut(
    text: str, start: int, word: str, holes: Iterable[tuple[int, int]] = (), known: Known | None = None
) -> Cut:
    """Parse what stands before ``start`` with word behind it: a name, or a string with its quotes.  Never raises.

    holes are those of ``parse``; those that do not end before start are left out.  known is what was read of an earlier
    version of the text; nodes that are the same then are the same objects.
    """
    from kql_lint.syntax import _loaded

    seen = text[:start]
    if "/*" in seen:
        seen = aside.blanked(seen, aside.block_comments(seen))
    stretches = put_right([hole for hole in holes if hole[1] <= start], start)
    grammar = _loaded()
    known = Known() if known is None or stretches else known
    parser: Parser = _HoleCut(grammar, seen + word, stretches) if stretches else _PlainCut(grammar, seen + word)
    parser.stack = stack = _CutStack(parser, start, start + len(word), known)
    parser.source = text[:start] + word
    mark = known.resume(seen)
    if mark is not None:
        stack.go_on(mark)
        parser.position, parser.previous = mark.offset, mark.previous
    query = parser.run()
    if known.seen == seen:  # and not more than that
        known.before = stack.before
    errors = [error.start for error in parser.errors if error.start < start]
    return Cut(query, parser.source, start, frozenset(stack.expected_there), stack.before, errors)


class _CutStack(Stack):
    """A stack that knows the word of the cursor when it comes, and leaves it out where it does not fit."""

    def __init__(self, parser: Parser, start: int, end: int, known: Known) -> None:
        super().__init__(parser.grammar)
        self._parser = parser
        self._start = start
        self._end = end
        self._known = known
        self._apart = max(_APART, len(parser.text) // _MARKS)
        self._seen = False
        self.expected_there: set[str] = set()
        self.before: list[Token] = []

    def go_on(self, mark: _Mark) -> None:
        """Begin behind a mark, as if what stands before it had been read."""
        self.before = self._known.before[: mark.tokens]
        self.states = list(mark.states)
        self.values = [list(one) if isinstance(one, list) else one for one in mark.values]

    def take(self, token: Token) -> bool:
        """As Stack's, but that the word of the cursor always fits."""
        if token.start < self._start:
            taken = super().take(token)
            if taken and token.start < token.end and not token.type.startswith("DAMAGED"):
                self.before.append(token)
                if token.type in _ENDS:
                    self._mark(token)
            return taken
        if self._seen or token.start == token.end:
            return super().take(token)
        self._seen = True
        self.expected_there = self.expected()
        return super().take(token) or True

    def _mark(self, token: Token) -> None:
        """Remember the stack as it is now, unless errors make what comes next depend on more than that."""
        marks, parser = self._known.marks, self._parser
        near = marks and token.end < marks[-1].offset + self._apart
        if near or parser.errors or parser.confusables or parser.recovery or not parser.grammar.builder.is_clean:
            return
        # Lists of what is not complete grow in their place.
        values = tuple([list(one) if isinstance(one, list) else one for one in self.values])
        marks.append(_Mark(token.end, len(self.before), tuple(self.states), values, token))

    def finish(self) -> None:
        """Take what makes a query of that which has been read, if little is enough."""
        end = self._end
        for kind in self._way_out():
            super().take(make_token(kind, _TEXTS[kind], end, end))

    def _way_out(self) -> list[str]:
        """The cheapest terminals after which the text may end; none where they are not found soon."""
        number, tries = count(), 0
        queue: list[tuple[int, int, int, list[int], list[str]]] = [(0, 0, next(number), list(self.states), [])]
        met: set[tuple[int, ...]] = set()
        depth = sum(1 for _ in self.open_brackets())
        while queue and tries < _MOST_TRIES:
            _, cost, _, states, way = heapq.heappop(queue)
            if self.advance(list(states), "$END"):
                return way
            key = tuple(states)
            if key in met:
                continue
            met.add(key)
            for kind, _, price in _FILLERS:
                tries += 1
                after = list(states)
                if kind in self.table.actions[states[-1]] and self.advance(after, kind):
                    left = depth - sum((one in CLOSING) - (one in OPENING) for one in (*way, kind))
                    item = (cost + price + 2 * left, cost + price, next(number), after, [*way, kind])
                    heapq.heappush(queue, item)
        return []


class _PlainCut(Parser):
    """One parse of a text that is finished at its end."""

    def _at_end(self) -> Place | None:
        if isinstance(self.stack, _CutStack):
            self.stack.finish()
        return super()._at_end()


class _HoleCut(HoleParser):
    """The same for a text with holes."""

    def _at_end(self) -> Place | None:
        if isinstance(self.stack, _CutStack):
            self.stack.finish()
        return super()._at_end()


def path_to(query: ast.Query, start: int, end: int) -> list[ast.Node]:
    """The nodes that a stretch lies in, outermost first, and below them those that begin or end where it ends."""
    path: list[ast.Node] = [query]
    while (below := _below(path[-1], start, end)) is not None:
        path.append(below)
    return path


def _below(node: ast.Node, start: int, end: int) -> ast.Node | None:
    touching: ast.Node | None = None
    for child in ast.children(node):
        if child.start <= start and end <= child.end:
            return child
        if child.start <= end <= child.end:
            touching = child
    return touching
