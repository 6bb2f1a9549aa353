"""What to write instead, for the mistakes that are common enough to know by sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Edit, Fix
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
_WORD_OPERATOR = re.compile(r"[a-z]+(?:_(?:cs|any|all))?~?", re.IGNORECASE)
_OPERANDS = frozenset("NAME STRING VERBATIM MULTILINE INTEGER REAL TIMESPAN TYPED LPAR DYNAMIC".split())


class Hint(NamedTuple):
    """The whole message for a mistake known by sight, and the fix where it is plain what to write.

    The fix is safe where the query says in other words what it means, else a guess.
    """

    message: str
    fixes: tuple[Fix, ...] = ()


def hint(parser: Parser, place: Place) -> Hint | None:
    """What to say of a mistake known by sight, or None."""
    found = _hint(parser, place)
    return Hint(found) if isinstance(found, str) else found


def _written(parser: Parser, start: int, end: int, new: str, safety: str = "safe") -> tuple[Fix, ...]:
    """The fix that writes something in place of a stretch; words keep apart from what stands beside them."""
    text = parser.text
    if new[:1].isalpha() and start and not text[start - 1].isspace():
        new = f" {new}"
    if new[-1:].isalpha() and text[end : end + 1].strip():
        new = f"{new} "
    return (Fix(f"write {new.strip()}", (Edit(start, end, new),), safety),)


def _hint(parser: Parser, place: Place) -> Hint | str | None:
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


def _of_character(parser: Parser, place: Place) -> Hint | str | None:
    char, text = parser.source[place.start], parser.text
    if char in "\"'":
        return f"the string that begins with this {char} is not closed on its line"
    if char == "&":
        end = place.start + 1 + text.startswith("&&", place.start)
        return Hint("`&` is not an operator of KQL; write `and`", _written(parser, place.start, end, "and"))
    if char == "!":
        return "`!` negates only inside an operator, as in `!=` or `!in`; elsewhere write `not(...)`"
    if char == "~" and text[place.start - 1 : place.start] == "=":
        start = place.start - 2 if text[place.start - 2 : place.start] == "!=" else place.start
        fixes = _written(parser, start, place.start + 1, "!~") if start < place.start else ()
        return Hint("`!=~` is not an operator of KQL; write `!~`", fixes)
    if char == "`":
        return "` does not quote names in KQL; write ['name']"
    return (
        f"the character `{char}` can't stand here"
        if char.isprintable()
        else f"the character U+{ord(char):04X} can't stand here"
    )


def _of_word(parser: Parser, place: Place) -> Hint | str | None:
    if place.type != "NAME":
        return None
    word, stack = place.text, parser.stack
    if stack.accepts("SUMMARIZE"):
        near = closest(word, OPERATORS)
        advice = (
            f"did you mean `{near}`?" if near else "after `|` an operator is expected, such as `where` or `project`"
        )
        return Hint(f"`{word}` is not an operator; {advice}", _guess(parser, place, near))
    lower = word.lower()
    if lower in _LOWER_CASE and word != lower and stack.accepts(lower.upper()):
        fixes = _written(parser, place.start, place.end, lower)
        return Hint(f"`{word}` is written in lower case in KQL: `{lower}`", fixes)
    following = parser.text[place.end : place.end + 20].lstrip().lower()
    if lower == "not" and stack.accepts("IN"):
        for operator in ("in", "has", "contains", "startswith", "endswith", "between"):
            if following.startswith(operator):
                end = place.end + len(parser.text[place.end :]) - len(parser.text[place.end :].lstrip())
                whole = _WORD_OPERATOR.match(parser.text, end)
                fixes = _written(parser, place.start, whole.end(), f"!{whole[0].lower()}") if whole else ()
                return Hint(f"`not {operator}` is written `!{operator}` in KQL", fixes)
    if lower == "is" and stack.accepts("EQUALITY"):
        return "`is` is not an operator of KQL; write isnull(...), isempty(...) or isnotempty(...)"
    if word == "like" or word == "LIKE":
        return "`like` is not an operator here; write `contains`, `startswith` or `matches regex`"
    return None


def _of_operator(parser: Parser, place: Place) -> Hint | str | None:
    stack = parser.stack
    if place.type == "EQUAL" and parser.text[max(0, place.start - 2) : place.start] == "==":
        fixes = _written(parser, place.start - 2, place.end, "==")
        return Hint("`===` is not an operator of KQL; write `==`", fixes)
    if place.type == "EQUAL" and stack.accepts("EQUALITY"):
        return Hint("`=` does not compare; write `==`", _written(parser, place.start, place.end, "==", "intent"))
    if place.type == "DOUBLE_PIPE":
        return Hint("`||` is not an operator of KQL; write `or`", _written(parser, place.start, place.end, "or"))
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


def _guess(parser: Parser, place: Place, near: str | None) -> tuple[Fix, ...]:
    return _written(parser, place.start, place.end, near, "unsafe") if near else ()


def _inserted(parser: Parser, place: Place, sign: str) -> tuple[Fix, ...]:
    """A separator: `|` on the new line of its operator, the others behind what came before."""
    at = place.start if sign == "|" else parser.previous_end()
    edit = Edit(at, at, "| " if sign == "|" else sign)
    return (Fix(f"write {sign}", (edit,), "intent" if sign == "|" else "unsafe"),)


def _of_missing_separator(parser: Parser, place: Place) -> Hint | str | None:
    stack, word = parser.stack, place.text
    missing = missing_separator(parser, place)
    if missing is not None and missing[0] == "SEMICOLON":
        message = f"a new statement begins with `{shortened(word)}`, but the one before it is not ended by `;`"
        # Behind a blank line it may be another query, of which `;` would make one with this.
        apart = _BLANK_LINE.search(parser.text, parser.previous_end(), place.start) is not None
        return Hint(message, () if apart else _inserted(parser, place, ";"))
    if _lacks_by(parser, place):
        return Hint(f"`by` is missing before `{word}`", _written(parser, place.start, place.start, "by ", "intent"))
    if missing is not None:
        return Hint(f"`{missing[1]}` is missing before `{shortened(word)}`", _inserted(parser, place, missing[1]))
    if place.type == "NAME" and stack.accepts("AND"):
        near = closest(word, ("and", "or", "in", "has", "contains", "startswith", "endswith", "between", "matches"))
        if near:
            return Hint(f"`{word}` is not an operator; did you mean `{near}`?", _guess(parser, place, near))
    return None


def _lacks_by(parser: Parser, place: Place) -> bool:
    """Whether a word stands where ``by`` has to come, or behind an aggregate of summarize and is none itself."""
    stack = parser.stack
    if place.type != "NAME" or not stack.accepts("BY", "NAME"):
        return False
    if not stack.accepts("VBAR"):
        return True
    calls = parser.text[place.end : place.end + 20].lstrip().startswith(("(", "="))
    return stack.keyword() == "summarize" and parser.previous == ")" and not calls


def shortened(text: str) -> str:
    """The text as a message quotes it: its first line, at most 40 characters."""
    line = text.split("\n", 1)[0].rstrip()
    return line if line == text and len(text) <= 40 else line[:37] + "..."
