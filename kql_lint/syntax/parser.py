"""Parses a query, and goes on after each syntax error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.syntax import ast, messages
from kql_lint.syntax.confusables import mend
from kql_lint.syntax.messages import Place
from kql_lint.syntax.recovery import Recovery
from kql_lint.syntax.scanner import SOFT, Scanners, Token, make_token
from kql_lint.syntax.stack import RecordingStack, Stack
from kql_lint.syntax.words import CALLABLE, DECLARABLE, NEVER_NAMES

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.syntax.loading import Grammar

MAX_ERRORS = 50  # what a person would read; after that many the rest of the text is left alone
MAX_BRACKETS = 100  # open at once; the tree is walked by recursion, whose depth must not grow with the input
_FEW_STATES = 2 * MAX_BRACKETS  # a shorter stack need not be searched for brackets
_MANY_STATES = 10 * MAX_BRACKETS  # a longer one is too deep even without any: 10,000 signs in a row, say
_WORDS = NEVER_NAMES | DECLARABLE
_AFTER_NAME = re.compile(r"\s*(\(|:|=(?![=~]))")


class Parser:
    """One parse of one text.

    text is what is read, source what the author wrote, of the same length.  hidden are the offsets of errors that are
    not reported.
    """

    def __init__(self, grammar: Grammar, text: str) -> None:
        self.text = text
        self.source = text
        self.grammar = grammar
        self.scanners: Scanners = grammar.scanners
        self.errors: list[Diagnostic] = []
        self.hidden: list[int] = []
        self.confusables: list[Diagnostic] = []
        self.stack = Stack(grammar)
        self.recovery: Recovery | None = None
        self.position = 0
        self.previous: Token | None = None

    def record(self, tokens: list[Token]) -> None:
        """Add to the list each token that fits, in order; to be called before ``run``."""
        self.stack = RecordingStack(self.grammar, tokens)

    def run(self) -> ast.Query:
        """The query's tree; what could not be read is in it as a damaged node, with its error in ``errors``."""
        builder = self.grammar.builder
        builder.reset(self.source)
        finished = True
        while (place := self._read()) is not None:
            self._report(messages.syntax_error(self, place), place)
            if self.recovery is None:
                self.recovery = Recovery(self)
            if len(self.errors) + len(self.hidden) >= MAX_ERRORS or not self.recovery.resume(place):
                finished = False
                break
        builder.finish()
        for problem in builder.problems:
            self._report(messages.problem(problem), None)
        self.errors += self.confusables
        self.errors.sort(key=lambda error: error.start)
        tree = self.stack.values[-1] if finished else None
        if not isinstance(tree, ast.Query):
            return ast.Query(0, len(self.text), [ast.DamagedStatement(0, len(self.text))])
        return tree

    def previous_end(self) -> int:
        """The offset behind the last token that fitted."""
        return 0 if self.previous is None else self.previous.end

    def _report(self, error: Diagnostic, place: Place | None) -> None:
        """Note an error; place is where reading stopped, None for one that was found while the tree was built."""
        self.errors.append(error)

    def _read(self) -> Place | None:
        """Read on; None at the end of the text, else the place where nothing fits."""
        while True:
            place = self._read_until_unknown()
            if place is None or place.type or not self._mend(place.start):
                return place

    def _mend(self, start: int) -> bool:
        """Read a confusable character as the one it looks like; false where it is none."""
        mended = mend(self.text, start) if len(self.confusables) < MAX_ERRORS else None
        if mended is None:
            return False
        self.text, found = mended
        self.confusables += found
        return True

    def _read_until_unknown(self) -> Place | None:
        text, length, stack, scanners = self.text, len(self.text), self.stack, self.scanners
        states, take, skip, new = stack.states, stack.take, scanners.skip, Token.__new__
        position = self.position
        while True:
            position = skip(text, position).end()  # type: ignore[union-attr]  # it matches the empty text too
            scanner = scanners[states[-1]]
            own = scanner.own
            found = (own and own(text, position)) or scanner.everywhere(text, position)
            if found is None:
                self.position = position
                return self._at_end() if position >= length else self._unscannable(position)
            token = new(Token, found[0])
            kind: str = found.lastgroup  # type: ignore[assignment]  # every alternative of the pattern is a group
            if kind == "NAME":
                kind = scanner.keywords.get(token, kind)
            token.type, token.start = kind, position
            token.end = position = found.end()
            misplaced = kind == "NAME" and token in _WORDS and self._is_keyword(token)
            if misplaced or not (take(token) or self._take_as_name(token)):
                return self._place_of(token)
            self.previous = token
            if len(states) > _FEW_STATES and (len(states) > _MANY_STATES or stack.depth() > MAX_BRACKETS):
                return Place("TOO_DEEP", str(token), token.start, position)

    def _at_end(self) -> Place | None:
        end = len(self.text)
        return None if self.stack.take(make_token("$END", "", end, end)) else Place("$END", "", end, end)

    def _place_of(self, token: Token) -> Place:
        start = token.start
        if token.type == "VBAR" and self.text[start - 1 : start] == "|":
            return Place("DOUBLE_PIPE", "||", start - 1, token.end)
        return Place("NAME" if token.type in SOFT else token.type, str(token), start, token.end)

    def _take_as_name(self, token: Token) -> bool:
        """Take a keyword for a name: LALR tables merge states, so the lexer may offer a keyword that does not fit."""
        if token.type == "NAME" or not token.isidentifier() or self._is_misplaced(token):
            return False
        return self.stack.take(make_token("NAME", token, token.start, token.end))

    def _is_keyword(self, token: Token) -> bool:
        """Whether a word of the language stands where it can't be a name: it declares nothing and is not called."""
        if token in NEVER_NAMES:
            return True
        after = _AFTER_NAME.match(self.text, token.end)
        return after is None or (after[1] == "(" and token not in CALLABLE)

    def _is_misplaced(self, token: Token) -> bool:
        """Whether a name is a word of the language that can't be one here."""
        return token in _WORDS and self._is_keyword(token)

    def _unscannable(self, start: int) -> Place:
        found = self.scanners.of_punctuation().match(self.text, start)
        if found is None or found.lastgroup is None:
            return Place("", self.text[start], start, start + 1)
        return Place(found.lastgroup, found[0], start, found.end())
