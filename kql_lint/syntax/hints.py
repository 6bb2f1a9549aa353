"""What to write instead, for the mistakes that are common enough to know by sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.suggest import closest
from kql_lint.syntax.scanner import Token
from kql_lint.syntax.stack import BRACKETS, CLOSING
from kql_lint.syntax.words import OPERATORS

if TYPE_CHECKING:
    from kql_lint.syntax.messages import Place
    from kql_lint.syntax.parser import Parser

_LOWER_CASE = frozenset({"and", "or", "in", "by", "on", "asc", "desc", "with"})
_STATEMENTS = frozenset({"let", "set", "declare", "alias", "restrict"})
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_OPERANDS = frozenset("NAME STRING VERBATIM MULTILINE INTEGER REAL TIMESPAN TYPED LPAR DYNAMIC".split())


def hint(parser: Parser, place: Place) -> str | None:
    """The whole message for a mistake known by sight, or None."""
    if place.type == "TOO_DEEP":
        return "brackets are nested too deeply here; name the inner parts with `let`"
    if not place.type:
        return _of_character(parser, place)
    for known in (_of_first_operator, _of_word, _of_operator, _of_missing_separator):
        message = known(parser, place)
        if message is not None:
            return message
    return None


def _of_first_operator(parser: Parser, place: Place) -> str | None:
    """An operator where a statement begins, with no table before it."""
    first = parser.previous
    begins = first is None or first.type == "SEMICOLON"
    if begins and place.type == "VBAR":
        return "a query can't begin with `|`; name the table first"
    if begins and place.type == "NAME" and place.text in OPERATORS:
        return f"`{place.text}` can't begin a query; name the table first: `T | {place.text} ...`"
    if first is None or first.type != "NAME" or first not in OPERATORS or place.type not in _OPERANDS | {"BY"}:
        return None
    before = parser.stack.values[-2:-1]
    if before and not (isinstance(before[0], Token) and before[0].type in ("SEMICOLON", "LBRACE")):
        return None
    return f"`{first}` can't begin a query; name the table first: `T | {first} ...`"


def _of_character(parser: Parser, place: Place) -> str | None:
    char, text = parser.source[place.start], parser.text
    if char in "\"'":
        return f"the string that begins with this {char} is not closed on its line"
    if char == "&":
        return "`&` is not an operator of KQL; write `and`"
    if char == "!":
        return "`!` negates only inside an operator, as in `!=` or `!in`; elsewhere write `not(...)`"
    if char == "~" and text[place.start - 1 : place.start] == "=":
        return "`!=~` is not an operator of KQL; write `!~`"
    if char == "`":
        return "` does not quote names in KQL; write ['name']"
    return (
        f"the character `{char}` can't stand here"
        if char.isprintable()
        else f"the character U+{ord(char):04X} can't stand here"
    )


def _of_word(parser: Parser, place: Place) -> str | None:
    if place.type != "NAME":
        return None
    word, stack = place.text, parser.stack
    if stack.accepts("SUMMARIZE"):
        near = closest(word, OPERATORS)
        advice = (
            f"did you mean `{near}`?" if near else "after `|` an operator is expected, such as `where` or `project`"
        )
        return f"`{word}` is not an operator; {advice}"
    lower = word.lower()
    if lower in _LOWER_CASE and word != lower and stack.accepts(lower.upper()):
        return f"`{word}` is written in lower case in KQL: `{lower}`"
    following = parser.text[place.end : place.end + 20].lstrip().lower()
    if lower == "not" and stack.accepts("IN"):
        for operator in ("in", "has", "contains", "startswith", "endswith", "between"):
            if following.startswith(operator):
                return f"`not {operator}` is written `!{operator}` in KQL"
    if lower == "is" and stack.accepts("EQUALITY"):
        return "`is` is not an operator of KQL; write isnull(...), isempty(...) or isnotempty(...)"
    if word == "like" or word == "LIKE":
        return "`like` is not an operator here; write `contains`, `startswith` or `matches regex`"
    return None


def _of_operator(parser: Parser, place: Place) -> str | None:
    stack = parser.stack
    if place.type == "EQUAL" and parser.text[max(0, place.start - 2) : place.start] == "==":
        return "`===` is not an operator of KQL; write `==`"
    if place.type == "EQUAL" and stack.accepts("EQUALITY"):
        return "`=` does not compare; write `==`"
    if place.type == "DOUBLE_PIPE":
        return "`||` is not an operator of KQL; write `or`"
    if place.type in CLOSING and not stack.depth():
        return f"this `{place.text}` has no `{BRACKETS[CLOSING[place.type]]}`"
    return None


def missing_separator(parser: Parser, place: Place) -> tuple[str, str] | None:
    """The terminal and text of the separator that belongs before what was found, if putting it there mends the text."""
    stack, word = parser.stack, place.text
    gap = parser.text[parser.previous_end() : place.start]
    new_line = "\n" in gap
    if new_line and word in OPERATORS and stack.accepts("VBAR"):
        return "VBAR", "|"
    if place.type not in _OPERANDS:
        return None
    if new_line and (word in _STATEMENTS or _BLANK_LINE.search(gap)) and stack.accepts("SEMICOLON"):
        return "SEMICOLON", ";"
    declared = place.type == "NAME" and re.search(rf"\blet\s+{re.escape(word)}\b", parser.text[: place.start])
    if new_line and declared and stack.accepts("SEMICOLON"):
        return "SEMICOLON", ";"  # the list before it ends here, since what a let declares is no column
    if stack.accepts("COMMA", place.type):
        return "COMMA", ","
    return ("SEMICOLON", ";") if new_line and stack.accepts("SEMICOLON") else None


def _of_missing_separator(parser: Parser, place: Place) -> str | None:
    stack, word = parser.stack, place.text
    missing = missing_separator(parser, place)
    if missing is not None and missing[0] == "SEMICOLON":
        return f"a new statement begins with `{shortened(word)}`, but the one before it is not ended by `;`"
    if missing is not None:
        return f"`{missing[1]}` is missing before `{shortened(word)}`"
    if place.type == "NAME" and stack.accepts("BY", "NAME") and not stack.accepts("VBAR"):
        return f"`by` is missing before `{word}`"
    if place.type == "NAME" and stack.accepts("AND"):
        near = closest(word, ("and", "or", "in", "has", "contains", "startswith", "endswith", "between", "matches"))
        if near:
            return f"`{word}` is not an operator; did you mean `{near}`?"
    return None


def shortened(text: str) -> str:
    """The text as a message quotes it: its first line, at most 40 characters."""
    line = text.split("\n", 1)[0].rstrip()
    return line if line == text and len(text) <= 40 else line[:37] + "..."
