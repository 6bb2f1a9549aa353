"""A regular expression: what both engines that the service has used refuse.

Kusto ran RE2 and now runs the regex crate of Rust.  They differ in places: ``a{b}`` is text to RE2 and an error in
Rust, ``a++`` the other way round.  What either accepts passes here.  Where a class ``[...]`` ends is the one difference
that changes how the rest is read (``[[]`` is whole in RE2, and open in Rust, where classes nest), so a pattern is read
once each way and is wrong when it is wrong both ways.

https://github.com/google/re2/wiki/Syntax, https://docs.rs/regex/latest/regex/#syntax and
https://learn.microsoft.com/kusto/query/regex
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kql_lint.semantics.literals.escapes import escape
from kql_lint.semantics.literals.groups import group
from kql_lint.semantics.literals.problem import Problem
from kql_lint.semantics.literals.regex_class import character_class

_COUNT = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}")
_CALM = re.compile(r"[^\\\[(){|*+?]+")
_LITERAL_END = "\\E"


def regex(pattern: str) -> Problem | None:
    """What is wrong with a regular expression, at its offsets.  ``(?x)`` changes the language: such a one is good."""
    found = _Reading(pattern, nested=False).problem()
    if found is None or "[" not in pattern:
        return found
    return found if _Reading(pattern, nested=True).problem() is not None else None


class Piece(NamedTuple):
    """A part of a pattern at ``start`` to ``end``.

    kind is ``text`` (of which ``.``, ``^`` and ``$`` are no text), ``escape``, ``class``, ``repetition``, ``or``,
    ``open``, ``close``, or ``flags`` for a group that only sets them.
    """

    kind: str
    start: int
    end: int


def pieces(pattern: str) -> list[Piece] | None:
    """What a regular expression is made of; None where an engine refuses it, or the two read it otherwise."""
    readings = [_Reading(pattern, nested=nested) for nested in ((False, True) if "[" in pattern else (False,))]
    if any(reading.problem() is not None or reading.is_verbose for reading in readings):
        return None
    return readings[0].pieces if readings[0].pieces == readings[-1].pieces else None


class _Verbose(Exception):
    """The pattern sets the flag x."""


class _Reading:
    """One reading of a pattern from left to right.

    repeatable says whether a ``*`` would have something to repeat.  opened holds the places of the groups that are
    open; captures counts those that capture, for ``\\1``.  pieces are those read so far.
    """

    def __init__(self, pattern: str, *, nested: bool) -> None:
        self.pattern = pattern
        self.nested = nested
        self.place = 0
        self.repeatable = False
        self.opened: list[int] = []
        self.captures = 0
        self.pieces: list[Piece] = []
        self.is_verbose = False

    def problem(self) -> Problem | None:
        """The first mistake; None for a pattern without one."""
        while self.place < len(self.pattern):
            try:
                found = self._step()
            except _Verbose:
                self.is_verbose = True
                return None
            if found is not None:
                return found
        if self.opened:
            start = self.opened[-1]
            return Problem(start, start + 1, '"(" is never closed', r"write \( for a parenthesis that is meant as text")
        return None

    def _step(self) -> Problem | None:
        calm = _CALM.match(self.pattern, self.place)
        if calm is not None:
            return self._past("text", calm.end())
        character = self.pattern[self.place]
        if character in "*+?":
            return self._repetition(self.place + 1)
        if character == "{":
            return self._count()
        if character == "|":
            return self._past("or", self.place + 1, repeatable=False)
        if character == ")":
            return self._close()
        if character == "(":
            return self._open()
        if character == "[":
            return self._past("class", character_class(self.pattern, self.place, nested=self.nested))
        return self._past("escape", self._escape())

    def _past(self, kind: str, end: int | Problem, *, repeatable: bool = True) -> Problem | None:
        """Goes on behind a piece; repeatable: it can be repeated."""
        if isinstance(end, Problem):
            return end
        self.pieces.append(Piece(kind, self.place, end))
        self.place, self.repeatable = end, repeatable
        return None

    def _escape(self) -> int | Problem:
        if self.pattern.startswith("\\Q", self.place):
            end = self.pattern.find(_LITERAL_END, self.place)
            return len(self.pattern) if end < 0 else end + len(_LITERAL_END)
        return escape(self.pattern, self.place, captures=self.captures)

    def _repetition(self, end: int) -> Problem | None:
        text = self.pattern[self.place : end]
        if not self.repeatable:
            help_text = {"*": r"write .* for any text, or \* for a star", "+": r"write \+ for a plus sign"}.get(text)
            return Problem(self.place, end, f'"{text}" has nothing to repeat', help_text)
        return self._past("repetition", end)

    def _count(self) -> Problem | None:
        found = _COUNT.match(self.pattern, self.place)
        if found is None:
            return self._past("text", self.place + 1)
        if found[2] and int(found[2]) < int(found[1]) and self.repeatable:
            message = f'"{found[0]}" asks for at least {int(found[1])} and at most {int(found[2])}'
            return Problem(*found.span(), message, f"write {{{int(found[2])},{int(found[1])}}}")
        return self._repetition(found.end())

    def _close(self) -> Problem | None:
        if not self.opened:
            help_text = r"write \) for a parenthesis that is meant as text"
            return Problem(self.place, self.place + 1, '")" closes nothing', help_text)
        self.opened.pop()
        return self._past("close", self.place + 1)

    def _open(self) -> Problem | None:
        found = group(self.pattern, self.place)
        if isinstance(found, Problem):
            return found
        if "x" in found.flags:
            raise _Verbose
        if found.is_setting:
            return self._past("flags", found.end, repeatable=self.repeatable)
        self.opened.append(self.place)
        self.captures += found.captures
        return self._past("open", found.end, repeatable=False)
