"""Parses a query in which only the deployment knows some stretches: ``{{table}}``, ``${join(",", var.ips)}``.

The grammar takes a hole for a name or an operand.  Where that does not fit, what comes next tells what the hole may be:
an operator between two operands, the rest of an operator and further pipes, statements.  Where nothing fits, recovery
leaves out what can't be read.  An error that a hole may be the cause of is not reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.syntax import ast, outside_strings
from kql_lint.syntax.mask import MASK, Holes, masked, touches
from kql_lint.syntax.parser import Parser
from kql_lint.syntax.recovery import Structure
from kql_lint.syntax.scanner import SOFT, Token, make_token
from kql_lint.syntax.stack import CLOSING, OPENING
from kql_lint.syntax.words import OPERATORS

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.syntax.loading import Grammar
    from kql_lint.syntax.messages import Place

# Behind these a bracket that was opened may be missed, or one that was closed.
_OUTER = frozenset({*CLOSING, "VBAR", "SEMICOLON", "$END"})
_REST = ("VBAR", "DAMAGED_OPERATOR")


class HoleParser(Parser):
    """One parse of one text with holes.

    unseen are the offsets at which a hole may have declared names: behind one of them no name is known to be unknown.
    outside are the holes in no string or comment; misread the stretches that errors may have followed from.
    """

    def __init__(self, grammar: Grammar, text: str, holes: Holes) -> None:
        super().__init__(grammar, masked(text, holes))
        self.source = text
        self.scanners = grammar.hole_scanners
        self.holes = holes
        self.outside = outside_strings(text, holes)
        self.misread: list[tuple[int, int]] = []
        self.unseen: list[int] = []
        self._structure: Structure | None = None

    def run(self) -> ast.Query:
        query = super().run()
        if self.hidden and not self.structure.is_balanced:  # then more than what could not be read is misread
            self.hidden.append(0)
        self.unseen += self.grammar.builder.unseen
        self.unseen += [statement.start for statement in ast.walk(query) if self._may_declare(statement)]
        return query

    def _may_declare(self, node: ast.Node) -> bool:
        """Whether a statement begins with a hole that may be a ``let`` and more."""
        if not isinstance(node, ast.QueryStatement):
            return False
        first: ast.Node | None = node.expression
        while isinstance(first, ast.Pipeline):
            first = first.source
        return isinstance(first, ast.Hole) and not self.text[first.start : first.end].strip(MASK)

    # --- what a hole may be ---

    def _read(self) -> Place | None:
        while True:
            place = super()._read()
            if place is None or not self._bridge(place):
                return place

    def _bridge(self, place: Place) -> bool:
        """Take a hole for what makes the text around it fit; false where nothing does."""
        if place.type == "HOLE":
            return self._take_hole(place)
        before = self.stack.values[-1] if self.stack.values else None
        return isinstance(before, Token) and before.type == "HOLE" and self._go_on_behind(before, place)

    def _take_hole(self, place: Place) -> bool:
        """A hole that is no operand: an operator between two, or what follows, up to further pipes."""
        end = place.end
        while (following := self._token([], end)) is not None and following.type == "HOLE":
            end = following.end
        for reading in self._readings(following):
            if self._fits(reading, end):
                self._feed(reading, place.start, end)
                self.position = end
                # It may be a semicolon, too, or give columns to what follows in the operator.
                if self._is_in_let() or "DAMAGED_OPERATOR" not in reading:
                    self.unseen.append(place.start)
                return True
        return False

    def _readings(self, following: Token | None) -> list[tuple[str, ...]]:
        """The terminals that a hole may stand for, likeliest first; following is what comes behind it."""
        readings: list[tuple[str, ...]] = [("DAMAGED_OPERATOR",)]
        if following is not None and following in OPERATORS:
            readings.append((*_REST, "VBAR"))
        around = self._around()
        if around == "operator":
            readings += [("HOLE_BEHIND", *_REST), _REST]
        elif around == "statement":
            readings.append(_REST)
        readings += [("HOLE_BEHIND",), ("HOLE_BETWEEN",)]
        if following is not None and following.type == "LET":
            readings = [*((*reading, "SEMICOLON") for reading in readings), ("SEMICOLON",)]
        return readings

    def _go_on_behind(self, hole: Token, place: Place) -> bool:
        """A hole that was taken for an operand or name, with something behind it that does not fit."""
        stack, count, start = self.stack, len(self.stack.values) - 1, place.start
        new_line = "\n" in self.text[hole.end : start]
        if place.text in OPERATORS and (new_line or place.text != "count") and stack.accepts("VBAR"):
            self._feed(("VBAR",), start, start)
        elif place.type != "VBAR" and stack.accepts_after(count, "DAMAGED_STATEMENT", "SEMICOLON"):
            stack.cut(count)
            self._feed(("DAMAGED_STATEMENT",), hole.start, hole.end)
            self._feed(("SEMICOLON",), hole.end, hole.end)
        elif self._ends_let(count, place, new_line) and stack.accepts("SEMICOLON"):
            self._feed(("SEMICOLON",), hole.end, hole.end)
        elif self._fits(("HOLE_BETWEEN",), start):
            self._feed(("HOLE_BETWEEN",), hole.end, hole.end)
        else:
            return False
        self.unseen.append(hole.start)
        self.position = start
        return True

    def _is_in_let(self) -> bool:
        return any(isinstance(value, Token) and value.type == "LET" for value in self.stack.values)

    def _ends_let(self, count: int, place: Place, new_line: bool) -> bool:
        """Whether the semicolon of a statement is in the hole, which is the value number ``count``."""
        if place.text == "let":
            return True
        values = self.stack.values
        if not new_line:
            return False
        return count > 2 and [getattr(values[index], "type", "") for index in (count - 3, count - 1)] == [
            "LET",
            "EQUAL",
        ]

    def _around(self) -> str:
        """What the innermost open part of the text is: ``operator``, ``bracket`` or ``statement``."""
        values, closed = self.stack.values, 0
        for index in range(len(values) - 1, -1, -1):
            kind = values[index].type if isinstance(values[index], Token) else ""
            if kind in CLOSING:
                closed += 1
            elif kind in OPENING and closed:
                closed -= 1
            elif kind == "LPAR" and isinstance(following := values[index + 1 : index + 2], list) and following:
                return "operator" if isinstance(following[0], Token) and following[0] in OPERATORS else "bracket"
            elif kind in ("LPAR", "LBRACKET"):
                return "bracket"
            elif kind == "VBAR" and not closed:
                return "operator"
            elif kind in ("SEMICOLON", "LBRACE"):
                break
        return "statement"

    def _feed(self, terminals: tuple[str, ...], start: int, end: int) -> None:
        """Put in terminals: the first of them stands where the hole does, the others right behind it."""
        for kind in terminals:
            text = MASK if kind == "DAMAGED_OPERATOR" else "|" if kind == "VBAR" else ""
            token = make_token(kind, text, start, end)
            self.stack.take(token)
            self.previous = token
            start = end

    def _fits(self, terminals: tuple[str, ...], position: int) -> bool:
        """Whether these terminals fit, and what comes behind the hole after them."""
        states = list(self.stack.states)
        if not all(self.stack.advance(states, terminal) for terminal in terminals):
            return False
        token = self._token(states, position)
        if token is None:
            return False
        word = token.type == "NAME" and self._is_misplaced(token)
        return not word and (self.stack.advance(list(states), token.type) or self._fits_as_name(states, token))

    def _fits_as_name(self, states: list[int], token: Token) -> bool:
        return token.type in SOFT and token.type != "LET" and self.stack.advance(states, "NAME")

    def _token(self, states: list[int], position: int) -> Token | None:
        """What comes next, as the state on top of states reads it (by default the parser's own state)."""
        position = self.scanners.end_of_blanks(self.text, position)
        if position >= len(self.text):
            return make_token("$END", "", position, position)
        scanner = self.scanners[(states or self.stack.states)[-1]]
        found = scanner.match(self.text, position)
        if found is None or found.lastgroup is None:
            return None
        kind = scanner.keywords.get(found[0], "NAME") if found.lastgroup == "NAME" else found.lastgroup
        return make_token(kind, found[0], position, found.end())

    # --- errors ---

    def _report(self, error: Diagnostic, place: Place | None) -> None:
        if not self._may_be_of_hole(error, place):
            super()._report(error, place)
            return
        self.hidden.append(self.structure.begin_of_stretch(error.start))
        # What follows from it is no news either, up to the end of the brackets that it lies in.
        brackets = self.stack.open_brackets() if place is not None else []
        end = self.structure.closed_by.get(brackets[0].start, len(self.text)) if brackets else error.end
        if place is not None:
            self.misread.append((error.start, max(error.end, end)))

    def _may_be_of_hole(self, error: Diagnostic, place: Place | None) -> bool:
        """Whether a hole is at the error, or in the operator or statement that it lies in.

        LIMIT: a mistake beside a hole is not reported, though it would be one whatever the hole holds.
        """
        start, end = error.start, error.end
        if place is not None:
            start, end = min(start, place.start), max(end, place.end)
        if touches(self.holes, start, end):
            return True
        if self.hidden and self.recovery is not None and self.recovery.lost_statement:
            return True
        if place is not None and self._may_be_of_bracket(start, end):
            return True
        # An error at a pipe is one of what stands before it.
        last = start if place is not None and place.type in ("VBAR", "SEMICOLON") else end
        begin, stop = self.structure.begin_of_stretch(start), self.structure.end_of_stretch(last)
        if place is not None and place.type in _OUTER:
            brackets = self.stack.open_brackets()
            if brackets:
                begin = min(begin, self.structure.begin_of_stretch(brackets[0].start))
            elif place.type in CLOSING:
                begin = 0
        return touches(self.outside, begin, stop) or any(one[0] <= stop and begin <= one[1] for one in self.misread)

    def _may_be_of_bracket(self, start: int, end: int) -> bool:
        """Whether a hole before an error may be the partner of a bracket that has none."""
        structure = self.structure
        if structure.is_balanced:
            return False
        before = [hole[0] for hole in (*self.outside, *self.misread) if hole[0] <= end]
        return any(
            start <= structure.last_unopened
            or structure.first_unclosed < hole
            or not structure.is_balanced_around(hole)
            for hole in before
        )

    @property
    def structure(self) -> Structure:
        """The brackets and pipes of the text, looked for when first asked for."""
        if self._structure is None:
            self._structure = Structure(self.text)
        return self._structure
