"""Goes on after a syntax error: at the next pipe or statement, with the damaged text marked in the tree.

The parser's own stack tells where the damage lies: the nearest ``|``, ``;``, ``{`` or ``let x =`` below the error.
What was read since is dropped, one of the DAMAGED terminals takes its place, and reading goes on behind the damage.
Every step goes forward in the text, so recovery ends; brackets are matched once for the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from kql_lint.syntax.hiding import STRINGS
from kql_lint.syntax.hints import missing_separator
from kql_lint.syntax.mask import MASK
from kql_lint.syntax.messages import Place
from kql_lint.syntax.scanner import Token, make_token
from kql_lint.syntax.stack import BRACKETS, CLOSING, OPENING

if TYPE_CHECKING:
    from kql_lint.syntax.parser import Parser

# Everything that a bracket, pipe or semicolon can hide in, then those themselves.
_MARK = re.compile(rf"//[^\n]* | {STRINGS} | (?P<mark>[()\[\]{{}}|;])", re.VERBOSE)
_TYPES = {**{text: kind for kind, text in BRACKETS.items()}, "|": "VBAR", ";": "SEMICOLON"}


class Recovery:
    """The recovery of one parse; made at its first error."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.stack = parser.stack
        self.marks = _marks(parser.text)
        self.closed_by = _match(self.marks)
        self.next_mark = 0
        self.last_resume = -1
        self.lost_statement = False

    def resume(self, place: Place) -> bool:
        """Put the parser where it can go on; False where nothing is left to read."""
        start = place.start
        if place.type == "RPAR" and not self.stack.depth() and self.last_resume < place.end:
            return self._go_to(place.end)
        missing = missing_separator(self.parser, place)
        if missing is not None and self.last_resume < start:
            self._feed(*missing, start, start)
            return self._go_to(start)
        return self._drop(place.end if place.type == "DOUBLE_PIPE" else start)

    def _go_to(self, offset: int) -> bool:
        self.parser.position = offset
        self.last_resume = offset
        return True

    def _feed(self, kind: str, text: str, start: int, end: int) -> None:
        self.stack.take(make_token(kind, text, start, end))

    def _drop(self, start: int) -> bool:
        """Drop the damaged operator, expression or statement around ``start``, and go to what follows it."""
        if self.last_resume >= start:
            start = self.last_resume + 1  # the mark that was to follow is itself the next error
        for kind, offset in self._stops(start):
            for count, damaged in self._anchors():
                if self.stack.accepts_after(count, damaged, kind):
                    begin = self._begin_of(count)
                    self.stack.cut(count)
                    self.lost_statement = self.lost_statement or damaged == "DAMAGED_STATEMENT"
                    word = _first_word(self.parser.text, begin, offset)
                    self._feed(damaged, word if damaged == "DAMAGED_OPERATOR" else "", begin, max(begin, offset))
                    return self._go_to(offset)
        return False

    def _stops(self, start: int) -> list[tuple[str, int]]:
        """Where reading could go on: pipes, semicolons and closing brackets outside brackets opened later; the end."""
        found: list[tuple[str, int]] = []
        while self.next_mark < len(self.marks) and self.marks[self.next_mark][0] < start:
            self.next_mark += 1
        index = self.next_mark
        while index < len(self.marks) and len(found) < 40:
            offset, kind = self.marks[index]
            if kind in OPENING and self.closed_by.get(index) is not None:
                index = self.closed_by[index]
            elif kind not in OPENING:
                found.append((kind, offset))
                if kind == "SEMICOLON":
                    break
            index += 1
        found.append(("$END", len(self.parser.text)))
        return found

    def _anchors(self) -> list[tuple[int, str]]:
        """How much of the stack could stay, innermost first, and which DAMAGED terminal would follow."""
        values = self.stack.values
        found = []
        for index in range(len(values) - 1, -1, -1):
            value = values[index]
            if not isinstance(value, Token):
                continue
            if value.type in ("VBAR", "LPAR") and self.stack.accepts_after(index + 1, "DAMAGED_OPERATOR"):
                found.append((index + 1, "DAMAGED_OPERATOR"))
            elif value.type in ("SEMICOLON", "LBRACE") and self.stack.accepts_after(index + 1, "DAMAGED_STATEMENT"):
                found.append((index + 1, "DAMAGED_STATEMENT"))
            elif value.type == "EQUAL" and index >= 2 and getattr(values[index - 2], "type", "") == "LET":
                found.append((index + 1, "DAMAGED_EXPRESSION"))
        found.append((0, "DAMAGED_STATEMENT"))
        return found

    def _begin_of(self, count: int) -> int:
        values = self.stack.values
        if count == 0:
            return 0
        end = values[count - 1].end
        gap = re.compile(r"\s*").match(self.parser.text, end)
        return gap.end() if gap else end


class Structure:
    """Where the pipes, semicolons and brackets of a text are that are in no string or comment."""

    def __init__(self, text: str) -> None:
        marks = _marks(text)
        pairs = _match(marks)
        self.length = len(text)
        self.separators = [offset for offset, kind in marks if kind in ("VBAR", "SEMICOLON")]
        self.closed_by = {marks[opening][0]: marks[closing][0] for opening, closing in pairs.items()}
        self._brackets = [(offset, kind) for offset, kind in marks if kind not in ("VBAR", "SEMICOLON")]
        self.is_balanced = 2 * len(pairs) == len(self._brackets)
        paired = {*pairs, *pairs.values()}
        alone = [mark for index, mark in enumerate(marks) if index not in paired]
        self.first_unclosed = min((offset for offset, kind in alone if kind in OPENING), default=len(text))
        self.last_unopened = max((offset for offset, kind in alone if kind in CLOSING), default=-1)
        self._torn: set[int] | None = None

    def is_balanced_around(self, offset: int) -> bool:
        """Whether each bracket of the operator or statement around an offset has its partner there."""
        if self._torn is None:
            stretches: dict[int, list[tuple[int, str]]] = {}
            for bracket in self._brackets:
                stretches.setdefault(self.begin_of_stretch(bracket[0]), []).append(bracket)
            self._torn = {begin for begin, inside in stretches.items() if 2 * len(_match(inside)) < len(inside)}
        return self.begin_of_stretch(offset) not in self._torn

    def begin_of_stretch(self, offset: int) -> int:
        """Where the operator or statement begins that an offset lies in."""
        before = bisect_left(self.separators, offset) - 1
        return self.separators[before] + 1 if before >= 0 else 0

    def end_of_stretch(self, offset: int) -> int:
        """Where it ends."""
        after = bisect_left(self.separators, offset)
        return self.separators[after] if after < len(self.separators) else self.length


def _marks(text: str) -> list[tuple[int, str]]:
    return [(m.start(), _TYPES[m["mark"]]) for m in _MARK.finditer(text) if m["mark"]]


def _match(marks: list[tuple[int, str]]) -> dict[int, int]:
    """The index of the mark that closes each opening bracket that is closed."""
    pairs: dict[int, int] = {}
    open_marks: list[int] = []
    for index, (_, kind) in enumerate(marks):
        if kind in OPENING:
            open_marks.append(index)
        elif kind in CLOSING and open_marks and marks[open_marks[-1]][1] == CLOSING[kind]:
            pairs[open_marks.pop()] = index
    return pairs


def _first_word(text: str, start: int, end: int) -> str:
    """The word with which damaged text begins; the mask where a hole is in it."""
    if MASK in text[start:end]:
        return MASK
    found = re.compile(r"[A-Za-z_-]+").match(text, start)
    return found[0] if found else ""
