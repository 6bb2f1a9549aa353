"""Parses KQL: text in, syntax tree, errors and comments out.  The one room that imports Lark, when first used."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.syntax import ast
from kql_lint.syntax.commands import is_command, query_of
from kql_lint.syntax.hiding import STRINGS
from kql_lint.syntax.mask import MASK, Holes, masked, put_right, touches

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kql_lint.diagnostic import Diagnostic
    from kql_lint.syntax.again import EarlierText
    from kql_lint.syntax.aside import Aside
    from kql_lint.syntax.loading import Grammar
    from kql_lint.syntax.scanner import Token

__all__ = ["Comment", "Holes", "Parsed", "comments", "outside_strings", "parse", "tokens", "touches"]

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
    """A parsed text: the tree, and the syntax errors (KL001, KL002) by their place.

    holes are those of the text.  hidden are the offsets of syntax errors that a hole may be the cause of; unseen those
    at which a hole may declare names.  harmless are those of the diagnostics behind which reading is as sure as before.
    """

    query: ast.Query
    diagnostics: list[Diagnostic]
    text: str
    holes: Holes = ()
    hidden: Sequence[int] = ()
    unseen: Sequence[int] = ()
    harmless: Sequence[Diagnostic] = ()

    @property
    def doubtful(self) -> list[Diagnostic]:
        """The diagnostics behind which what is read may be other than what is meant."""
        return [found for found in self.diagnostics if found not in self.harmless]

    @property
    def comments(self) -> list[Comment]:
        """The comments in the text, in order; looked for anew each time, since most callers want none."""
        return comments(self.text, self.holes)


def comments(text: str, holes: Holes = ()) -> list[Comment]:
    """The comments of a query text, in order, whatever else is wrong in it."""
    seen = masked(text, holes) if holes else text
    spans = [m.span() for m in _COMMENT_OR_STRING.finditer(seen) if m[1]]
    return [Comment(start, end, text[start:end]) for start, end in spans]


def outside_strings(text: str, holes: Holes) -> Holes:
    """Those of a text's holes that lie neither in a string nor in a comment."""
    hiding = [found.span() for found in _COMMENT_OR_STRING.finditer(masked(text, holes))]
    starts = [start for start, _ in hiding]
    found: list[tuple[int, int]] = []
    for start, end in holes:
        index = bisect_left(starts, start) - 1
        if index < 0 or hiding[index][1] < end:
            found.append((start, end))
    return tuple(found)


def tokens(text: str, holes: Iterable[tuple[int, int]] = ()) -> list[Token]:
    """The words, literals and signs of a query text in order, each with its terminal of the grammar and its offsets.

    A word that is read as a name has the type NAME.  What could not be read is left out, as are comments.  Never
    raises, whatever the text.
    """
    found: list[Token] = []
    parse(text, holes, found)
    return found


def parse(
    text: str,
    holes: Iterable[tuple[int, int]] = (),
    tokens: list[Token] | None = None,
    earlier: EarlierText | None = None,
) -> Parsed:
    """Parse one query text; never raises, whatever the text.  Tokens that were read are put into ``tokens``.

    earlier is what was read of the text that this one was before an edit, where somebody kept it: what is known from
    there is not read again, and the tree of that text must not be used any more.

    holes are half-open stretches of the text, in code points, whose content only the deployment knows.  They are no
    syntax errors, and no error that may be their doing is reported.

    A management command (a text that begins with a dot) is no query: its tree is empty, and its errors are only those
    of a query that it holds behind ``<|``.
    """
    stretches = put_right(holes, len(text)) if holes else ()
    if is_command(text):
        inner = query_of(text)
        errors = parse(inner, stretches).diagnostics if inner else []
        return Parsed(ast.Query(0, len(text), []), errors, text, stretches)
    if "/*" in text:
        from kql_lint.syntax import aside

        blocks = aside.block_comments(text)
        seen = aside.blanked(text, blocks)
        parsed = _read(text, seen, stretches, aside.of_blocks(text, blocks), tokens, earlier)
    else:
        blocks = []
        parsed = _read(text, text, stretches, [], tokens, earlier)
    return _apart_from_prose(parsed, blocks, tokens) if parsed.doubtful else parsed


def _read(
    text: str,
    seen: str,
    stretches: Holes,
    errors: list[Diagnostic],
    tokens: list[Token] | None = None,
    earlier: EarlierText | None = None,
) -> Parsed:
    """Parse what is to be seen of a text, which has its length; errors are said of the rest."""
    if stretches:
        from kql_lint.syntax.holes import HoleParser

        parser = HoleParser(_loaded(), seen, stretches)
        parser.source = text
        if tokens is not None:
            parser.record(tokens)
        parsed = Parsed(parser.run(), parser.errors, text, stretches, parser.hidden, parser.unseen, errors)
    else:
        from kql_lint.syntax.parser import Parser

        seen = masked(seen, ()) if MASK in seen else seen
        plain = Parser(_loaded(), seen) if earlier is None or tokens is not None else earlier.read(seen)
        plain.source = text
        if tokens is not None:
            plain.record(tokens)
        parsed = Parsed(plain.run(), plain.errors, text, harmless=errors)
    if errors:
        parsed.diagnostics = sorted([*errors, *parsed.diagnostics], key=lambda found: found.start)
    return parsed


def _apart_from_prose(parsed: Parsed, blocks: list[Aside], tokens: list[Token] | None) -> Parsed:
    """The text read without its prose, where that is what made it no KQL; else as it is."""
    from kql_lint.syntax import aside

    text = parsed.text
    lines = [one for one in aside.prose(aside.blanked(text, blocks)) if not touches(parsed.holes, one.start, one.end)]
    seen = aside.blanked(text, sorted([*blocks, *lines]))
    if not lines or not seen.strip():
        return parsed
    again: list[Token] | None = None if tokens is None else []
    apart = _read(text, seen, parsed.holes, [*aside.of_blocks(text, blocks), *aside.of_prose(text, lines)], again)
    if apart.doubtful:
        return parsed
    if tokens is not None:
        tokens[:] = again or ()
    return apart


def _loaded() -> Grammar:
    global _grammar
    if _grammar is None:
        from kql_lint.syntax.loading import load

        _grammar = load()
    return _grammar
