"""Parses a text that an edit has made of another: what the edit leaves alone is taken over instead of being read.

What is taken over are items: a statement up to its ``;``, an operator up to the next ``|``.  An item that was read
without anything to say of it depends on its own characters and on the parser's states in front of it, and on nothing
else.  So where the parser comes to a place behind a separator, in the same states and with the same characters ahead,
it goes on behind the item, as if that had been read.  All errors are found anew: an item with an error in it is read.

The nodes that are taken over are the same objects, with their offsets moved in place.  So the tree of the text before
must not be used any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.syntax import ast
from kql_lint.syntax.parser import Parser
from kql_lint.syntax.scanner import Token, make_token
from kql_lint.syntax.stack import Stack

if TYPE_CHECKING:
    from kql_lint.syntax.loading import Grammar
    from kql_lint.syntax.messages import Place

_SEPARATORS = {"VBAR": "|", "SEMICOLON": ";"}
_MOST_STATES = 150  # deeper in brackets everything is read: the parser counts them there

_States = tuple[int, ...]


@dataclass(slots=True, eq=False)
class _Item:
    """A statement or operator that was read: its text from its first word to the end of the separator behind it.

    Blanks and comments in front of it are no part of it.

    before and after are the parser's states at both ends, separator the terminal at its end.  inner are the items that
    lie in it, without those that lie in others.  moved: how far inner has still to be moved.
    """

    start: int
    end: int
    before: _States
    after: _States
    separator: str
    node: ast.Node
    inner: list[_Item]
    moved: int = 0
    nodes: list[ast.Node] = field(default_factory=list)

    def move(self, distance: int) -> None:
        """Let it stand elsewhere, with all nodes in it."""
        if distance:
            if not self.nodes:
                self.nodes = list(dict.fromkeys(ast.walk(self.node)))  # make-graph has a node in two places
            for node in self.nodes:
                node.start += distance
                node.end += distance
                if isinstance(node, (ast.Binary, ast.In)):
                    node.op_start += distance
                    node.op_end += distance
            self._shift(distance)

    def opened(self) -> list[_Item]:
        """The items in it, which then are on their own."""
        for one in self.inner:
            one._shift(self.moved)
        return self.inner

    def _shift(self, distance: int) -> None:
        self.start += distance
        self.end += distance
        self.moved += distance


class EarlierText:
    """What was read of the text before, for reading another; of the first one there is nothing."""

    def __init__(self) -> None:
        self._text = ""
        self._items: list[_Item] = []

    def read(self, text: str) -> AgainParser:
        """A parser for the next text, which has read it when its ``run`` is over; the tree of the one before is lost.

        text is what is to be seen of it: without block comments, say.
        """
        from kql_lint.syntax import _loaded

        before, items, self._items = self._text, self._items, []
        parser = AgainParser(_loaded(), text, _Untouched(before, text, items))
        self._text, self._items = text, parser.items
        return parser


class _Untouched:
    """The items of an earlier text that an edit has left alone, by where they begin now."""

    def __init__(self, before: str, after: str, items: Iterable[_Item]) -> None:
        self._found: dict[int, tuple[_Item, int]] = {}
        self._distance = len(after) - len(before)
        self._first = common_start(before, after)
        self._last = len(before) - _common_end(before, after, self._first)
        for item in items:
            self._add(item)

    def _add(self, item: _Item) -> None:
        if item.end <= self._first:
            self._found[item.start] = item, 0
        elif item.start >= self._last:
            self._found[item.start + self._distance] = item, self._distance
        else:
            for inner in item.opened():
                self._add(inner)

    def at(self, offset: int, states: list[int]) -> _Item | None:
        """The item that begins at an offset for a parser in these states, moved to where it stands now."""
        found = self._found.get(offset)
        if found is None or len(states) > _MOST_STATES or found[0].before != tuple(states):
            return None
        del self._found[offset]
        item, distance = found
        item.move(distance)
        return item


def common_start(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: str, other: str, start: int) -> int:
    """How many characters two texts end with alike, behind the ``start`` that they begin with alike."""
    low, high = 0, min(len(one), len(other)) - start
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


class AgainParser(Parser):
    """A parser that goes on behind what is untouched, and keeps what it has read as items for the next text."""

    def __init__(self, grammar: Grammar, text: str, untouched: _Untouched) -> None:
        super().__init__(grammar, text)
        self.seen = text
        self.stack: _ItemStack = _ItemStack(self, untouched)
        self.items = self.stack.items

    def run(self) -> ast.Query:
        self.grammar.builder.reset(self.source)
        self.stack.begin()
        return super().run()

    def _read(self) -> Place | None:
        while True:
            separator, self.stack.passed = self.stack.passed, None
            if separator is not None:
                self.position, self.previous = separator.end, separator
            place = super()._read()
            if self.stack.passed is None:
                return place

    @property
    def noted(self) -> tuple[object, ...]:
        """What changes when there is anything to say of what is read."""
        return len(self.errors), len(self.hidden), len(self.confusables), *self.grammar.builder.noted

    def is_plain(self, start: int, end: int) -> bool:
        """Whether a stretch is read as it is written."""
        return not self.confusables or self.text[start:end] == self.seen[start:end]


class _Begin(NamedTuple):
    """A place where an item may begin: the states there, what was noted until then, and how many items there were."""

    offset: int
    states: _States
    noted: tuple[object, ...]
    items: int


class _ItemStack(Stack):
    """A stack that finds out which items are read, and passes over those that need not be.

    items are those that lie in no other one.  passed is the separator behind which reading has to go on, None where
    that is where it is: ``take`` then says that the separator does not fit, so that the parser stops.
    """

    def __init__(self, parser: AgainParser, untouched: _Untouched) -> None:
        super().__init__(parser.grammar)
        self.items: list[_Item] = []
        self.passed: Token | None = None
        self._parser = parser
        self._untouched = untouched
        self._begins: list[_Begin] = []

    def begin(self) -> None:
        """Pass over what the text begins with."""
        self._note(0)
        self.passed = self._pass_over(0)

    def take(self, token: Token) -> bool:
        """As Stack's, but False at a separator behind which untouched text lies."""
        taken = super().take(token)
        if taken and token.type in _SEPARATORS:
            self._end(token)
            if token.start < token.end:  # else recovery has made it up
                self._note(token.end)
                self.passed = self._pass_over(token.end)
                return self.passed is None
        return taken

    def _note(self, offset: int) -> None:
        self._begins.append(_Begin(offset, tuple(self.states), self._parser.noted, len(self.items)))

    def _end(self, separator: Token) -> None:
        """Keep the item that a separator ends, where nothing was noted in it; forget beginnings inside of it."""
        states, values, begins = tuple(self.states), self.values, self._begins
        first = len(values) == 2 and separator.type == "SEMICOLON"
        while begins and len(begins[-1].states) >= len(states) - 1:
            begin = begins.pop()
            if _leads_to(begin.states, states) and isinstance(values[-2], list):
                self._keep(begin, separator, values[-2][-1])
                return
        if first and begins:
            self._keep(begins.pop(), separator, values[0])

    def _keep(self, begin: _Begin, separator: Token, node: ast.Node) -> None:
        parser = self._parser
        start = parser.scanners.end_of_blanks(parser.text, begin.offset)
        if begin.noted != parser.noted or not parser.is_plain(start, separator.end):
            return
        inner = self.items[begin.items :]
        del self.items[begin.items :]
        self.items.append(_Item(start, separator.end, begin.states, tuple(self.states), separator.type, node, inner))

    def _pass_over(self, offset: int) -> Token | None:
        """Take over all untouched items from an offset on; the separator of the last, None where there is none."""
        separator: Token | None = None
        while True:
            start = self._parser.scanners.end_of_blanks(self._parser.text, offset)
            item = self._untouched.at(start, self.states)
            if item is None or not self._parser.is_plain(start, item.end):
                return separator
            offset = item.end
            separator = make_token(item.separator, _SEPARATORS[item.separator], offset - 1, offset)
            self._put(item, separator)

    def _put(self, item: _Item, separator: Token) -> None:
        """Come into the state in which reading an item would have left the stack."""
        values, grows = self.values, len(item.after) == len(item.before)
        if grows:
            values[-2].append(item.node)
            values[-1] = separator
        elif values:
            values[-1:] = [[item.node], separator]
        else:
            values += [item.node, separator]
        self.states[:] = item.after
        self.items.append(item)
        self._begins[-1] = _Begin(item.end, item.after, self._parser.noted, len(self.items))


def _leads_to(before: _States, after: _States) -> bool:
    """Whether the one states are in front of an item of a list, and the others behind it."""
    return before == after or before[:-1] == after[:-2]
