"""Parses KQL: text in, syntax tree, errors and comments out.  The one room that imports Lark, when first used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.syntax import ast
from kql_lint.syntax.commands import is_command, query_of
from kql_lint.syntax.hiding import STRINGS

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.syntax.loading import Grammar

__all__ = ["Comment", "Parsed", "comments", "parse"]

_COMMENT_OR_STRING = re.compile(rf"(//[^\r\n]*) | {STRINGS}", re.VERBOSE)
_grammar: Grammar | None = None


@dataclass(slots=True)
class Comment:
    """A ``//`` comment with its slashes; offsets in code points."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class Parsed:
    """A parsed text: the tree, and the syntax errors (KL001, KL002) by their place."""

    query: ast.Query
    diagnostics: list[Diagnostic]
    text: str

    @property
    def comments(self) -> list[Comment]:
        """The comments in the text, in order; looked for anew each time, since most callers want none."""
        return comments(self.text)


def comments(text: str) -> list[Comment]:
    """The comments of a query text, in order, whatever else is wrong in it."""
    return [Comment(m.start(), m.end(), m[1]) for m in _COMMENT_OR_STRING.finditer(text) if m[1]]


def parse(text: str) -> Parsed:
    """Parse one query text; never raises, whatever the text.

    A management command (a text that begins with a dot) is no query: its tree is empty, and its errors are only those
    of a query that it holds behind ``<|``.
    """
    if is_command(text):
        inner = query_of(text)
        errors = parse(inner).diagnostics if inner else []
        return Parsed(ast.Query(0, len(text), []), errors, text)
    global _grammar
    from kql_lint.syntax.parser import Parser

    if _grammar is None:
        from kql_lint.syntax.loading import load

        _grammar = load()
    parser = Parser(_grammar, text)
    query = parser.run()
    return Parsed(query, parser.errors, text)
