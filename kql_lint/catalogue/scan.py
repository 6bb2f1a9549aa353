"""The outline of a KQL text without its grammar: which functions it defines, what parameters they take.

The catalogue does not parse: the names are all it has to know to find the file that defines a function.  What the text
means is found out by whoever binds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""//[^\r\n]* | ```.*?``` | ~~~.*?~~~ | @"(?:[^"\r\n]|"")*" | @'(?:[^'\r\n]|'')*'
      | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*' | [^\W\d]\w* | [()\[\]{};,:=*]""",
    re.VERBOSE | re.DOTALL,
)
# What may stand before the first command: blank lines, comments and directives (``#connect``).
_LEAD = re.compile(r"(?:\s|//[^\r\n]*|\#[^\r\n]*)*")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# Statements that give nothing themselves.
_DECLARING = frozenset({"let", "set", "declare", "alias"})

TYPES = frozenset("bool datetime decimal dynamic guid int long real string timespan".split())
SYNONYMS = {
    "boolean": "bool",
    "date": "datetime",
    "double": "real",
    "time": "timespan",
    "uuid": "guid",
    "uniqueid": "guid",
}


class Piece(NamedTuple):
    """A word, a sign, or a whole pair of brackets with what is in them: text is the word, sign or opening bracket.

    Offsets are half-open, in code points.
    """

    text: str
    start: int
    end: int


class Parameter(NamedTuple):
    """A parameter as it is written: type is None for a table, whose columns are those known; open: it may have more."""

    name: str
    type: str | None
    required: bool = True
    columns: tuple[tuple[str, str], ...] = ()
    open: bool = False


class Created(NamedTuple):
    """A ``.create function`` command: its name, the text of its parameters, and where these and its body stand."""

    name: str
    name_start: int
    parameters: str
    parameters_start: int
    start: int
    end: int


class WrongParameters(Exception):
    """A list of parameters that can't be read; the message says why."""


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """What stands outside brackets, and the brackets; comments and literal texts are left out."""
    awaited: list[str] = []
    opened = start
    for found in _TOKEN.finditer(text, start, len(text) if end is None else end):
        token = found[0]
        if token in _CLOSING:
            if not awaited:
                opened = found.start()
            awaited.append(_CLOSING[token])
        elif awaited:
            if token == awaited[-1]:
                awaited.pop()
                if not awaited:
                    yield Piece(text[opened], opened, found.end())
        elif token[0] not in "/\"'`~@":
            yield Piece(token, found.start(), found.end())


def outline(text: str) -> tuple[list[str], bool]:
    """The functions that ``let`` statements define, and whether there is a query besides such statements."""
    functions: list[str] = []
    query = False
    for statement in _split(pieces(text), ";"):
        words = [piece.text for piece in statement]
        if words[0] not in _DECLARING:
            query = True
        elif words[0] == "let" and _is_function(words):
            functions.append(words[1])
    return functions, query


def function_names(text: str) -> list[Piece]:
    """The names that ``let`` statements give to functions."""
    statements = _split(pieces(text), ";")
    return [one[1] for one in statements if one[0].text == "let" and _is_function([piece.text for piece in one])]


def _is_function(words: list[str]) -> bool:
    value = words[3:5] if words[3:4] != ["view"] else words[4:6]
    return words[2:3] == ["="] and value == ["(", "{"]


def created(text: str) -> list[Created]:
    """The functions that management commands define; none where the text does not begin with a command.

    Comments may stand before each.
    """
    lead = _LEAD.match(text)
    begin = lead.end() if lead is not None else 0
    if not text.startswith(".", begin):
        return []
    found = list(pieces(text, begin))
    starts = [number for number, piece in enumerate(found) if _begins_command(text, piece.start)]
    if not starts or starts[0] > 0:
        return []
    commands = (found[first:last] for first, last in zip(starts, [*starts[1:], len(found)], strict=True))
    return [one for one in (_created(text, command) for command in commands) if one is not None]


def _begins_command(text: str, start: int) -> bool:
    """Whether a word is the first of a command: a dot stands before it, and nothing else on the dot's line."""
    at = start - 1
    while at >= 0 and text[at].isspace():
        at -= 1
    if at < 0 or text[at] != ".":
        return False
    at -= 1
    while at >= 0 and text[at].isspace() and text[at] not in "\r\n":
        at -= 1
    return at < 0 or text[at] in "\r\n"


def _created(text: str, found: list[Piece]) -> Created | None:
    """The function that a command defines, whose pieces begin behind its dot."""
    words = [piece.text for piece in found]
    if "function" not in words[:4]:
        return None
    at = words.index("function") + 1
    at += words[at : at + 1] == ["ifnotexists"]
    at += 2 * (words[at : at + 2] == ["with", "("])
    if len(found) < at + 3 or words[at + 1] != "(" or words[at + 2] != "{":
        return None
    name, parameters, body = found[at : at + 3]
    first, last = parameters.start + 1, parameters.end - 1
    return Created(name.text, name.start, text[first:last], first, body.start + 1, body.end - 1)


def parameters(text: str) -> tuple[Parameter, ...]:
    """``T:(Name:string, *), since:datetime=datetime(null)``: parameters as KQL and the portal write them.

    Raises WrongParameters.
    """
    return tuple(_parameter(text, part) for part in _split(pieces(text), ","))


def _parameter(text: str, part: list[Piece], *, of_table: bool = False) -> Parameter:
    name, colon, kind = (*part, None, None, None)[:3]
    if name is None or colon is None or kind is None or colon.text != ":" or (of_table and kind.text == "("):
        raise WrongParameters(f'"{text[part[0].start : part[-1].end]}" is no parameter: write name:type')
    required = len(part) < 4 or part[3].text != "="
    if kind.text != "(":
        return Parameter(name.text, kql_type(kind.text), required)
    inner = text[kind.start + 1 : kind.end - 1]
    parts = [piece for piece in _split(pieces(inner), ",") if piece[0].text != "*"]
    inside = (_parameter(inner, one, of_table=True) for one in parts)
    columns = tuple((column.name, column.type or "dynamic") for column in inside)
    return Parameter(name.text, None, required, columns, open="*" in inner)


def kql_type(word: str) -> str:
    """The canonical name of a type; raises WrongParameters for what is none."""
    kind = SYNONYMS.get(word.lower(), word.lower())
    if kind not in TYPES:
        raise WrongParameters(f'"{word}" is no type of KQL')
    return kind


def _split(found: Iterator[Piece], sign: str) -> Iterator[list[Piece]]:
    """The pieces between the signs; nothing for what is empty."""
    part: list[Piece] = []
    for piece in found:
        if piece.text != sign:
            part.append(piece)
        elif part:
            yield part
            part = []
    if part:
        yield part
