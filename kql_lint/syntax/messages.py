"""What a syntax error says: what was found, what was expected in the user's words, and often what to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.syntax.hints import hint, shortened
from kql_lint.syntax.stack import BRACKETS, CLOSING
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.syntax.build import Problem
    from kql_lint.syntax.parser import Parser

_CODE, _NAME = "KL001", "syntax-error"

_PUNCTUATION = {**BRACKETS, "COMMA": ",", "VBAR": "|", "SEMICOLON": ";", "EQUAL": "=", "COLON": ":", "DOT": "."}
_CLAUSES = ("BY", "ON", "OF", "TO", "FROM", "STEP", "WITH", "AS", "DEFAULT", "WHERE", "DATABASE", "ACCESS")
# Behind a complete expression, these can't go on with anything: the error is the token itself, on its own line.
_UNUSABLE = frozenset(
    "RPAR RBRACKET RBRACE COMMA EQUAL DOT DOT_DOT ARROW EQUALITY RELATION SLASH PERCENT COLON STAR "
    "MEMBERSHIP BETWEEN WORD_OPERATOR".split()
)


@dataclass(slots=True)
class Place:
    """What stands where reading stopped: the terminal's name (empty for a character that begins none) and its text."""

    type: str
    text: str
    start: int
    end: int


def problem(found: Problem) -> Diagnostic:
    """The diagnostic of an error that was found while the tree was built."""
    return Diagnostic(_CODE, _NAME, Severity.ERROR, found.message, found.start, max(found.end, found.start))


def syntax_error(parser: Parser, place: Place) -> Diagnostic:
    """The diagnostic of an error that stopped the parser at ``place``."""
    start, end = position(parser, place)
    related: tuple[Related, ...] = ()
    brackets = parser.stack.open_brackets()
    known = hint(parser, place)
    if known is not None:
        message, fixes = known
    else:
        fixes = ()
        expected = parser.stack.expected()
        message = f"{_found(place)}; expected {_expected(parser, expected)}"
    if brackets and (place.type == "$END" or place.type in CLOSING or place.type in ("SEMICOLON", "VBAR")):
        opening = brackets[-1]
        related = (Related(opening.start, opening.end, f"this `{opening}` is not closed"),)
    return Diagnostic(_CODE, _NAME, Severity.ERROR, message, start, end, related=related, fixes=fixes)


def position(parser: Parser, place: Place) -> tuple[int, int]:
    """Where the error lies: at what was found, or right behind what came before where that ends its line."""
    if parser.previous is None:
        return place.start, place.end
    before = parser.previous_end()
    if place.type == "$END":
        return before, before
    if not place.type:  # what is said is about the character
        return place.start, place.end
    if "\n" not in parser.text[before : place.start]:
        return place.start, place.end
    complete = parser.stack.accepts("$END") or parser.stack.accepts("VBAR") or parser.stack.accepts("SEMICOLON")
    if complete and place.type in _UNUSABLE and not parser.stack.open_brackets():
        return place.start, place.end
    return before, before


def _found(place: Place) -> str:
    if place.type == "$END":
        return "the query ends here"
    return f"unexpected `{shortened(place.text)}`"


def _expected(parser: Parser, expected: set[str]) -> str:
    words: list[str] = []
    if "SUMMARIZE" in expected:
        words.append("an operator, such as `where` or `project`")
    elif "INTEGER" in expected and "NAME" in expected:
        keyword = parser.stack.keyword()
        columns = keyword in ("project", "extend", "summarize", "distinct", "sort", "order", "top", "by")
        words.append("a column name or an expression" if columns else "an expression")
    elif "NAME" in expected:
        words.append("a name")
    elif "STRING" in expected and not expected & {"COMMA", "RPAR", "RBRACKET", "EQUALITY"}:
        words.append("a string")
    if "EQUALITY" in expected:
        words.append("an operator such as `==`")
    words += [f"`{_PUNCTUATION[name]}`" for name in ("RPAR", "RBRACKET", "RBRACE", "COMMA") if name in expected]
    if "SUMMARIZE" not in expected:
        words += [f"`{name.lower()}`" for name in _CLAUSES if name in expected]
    if not words:
        names = ("EQUAL", "COLON", "LPAR", "LBRACKET", "LBRACE", "DOT")
        words += [f"`{_PUNCTUATION[name]}`" for name in names if name in expected]
    words += [f"`{_PUNCTUATION[name]}`" for name in ("VBAR", "SEMICOLON") if name in expected]
    if "$END" in expected and len(words) < 4:
        words.append("the end of the query")
    if not words:
        words = sorted(f"`{name.lower()}`" for name in expected)[:3] or ["something else"]
    return listing(words[:4], "or")
