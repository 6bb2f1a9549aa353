"""A JSON file as nodes with their places: a scanner of our own, since Python's reader keeps none.

A value may be a template's placeholder (``{{name}}``, ``${name}``), and statements of Jinja may stand between values.
It takes more than JSON has, and notes where that is: comments, a comma before a closing bracket, line ends and other
control characters in strings.  Azure Resource Manager reads all of them, as do many editors' formats; others do not.
A stack takes the place of recursion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.source import PositionMap, without_surrogates
from kql_lint.spelling import LINE_END, Spelling

if TYPE_CHECKING:
    from json import JSONDecoder

_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{[^{}\r\n]*\}\}|[$@#]\{[^{}\r\n]*\}#?")
_STATEMENT = re.compile(r"\{%[^\r\n]*?%\}|\{#[^\r\n]*?#\}")
_LITERAL = re.compile(r"[-+.\w]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
# A string as most are: without escapes.
_SIMPLE = re.compile(r'"([^"\\\x00-\x1f]*)"')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_CONTROL = re.compile(r"[\x00-\x1f]")
_PAIR = 12  # the length of two escapes that make one character

# As deep as libyaml lets YAML nest; Azure Resource Manager takes much less.
DEPTH_LIMIT = 1000

# How much JSON may be odd before nothing more is noted, but for comments that are meant for kql-lint.
_ODDITIES = 100
_OURS = re.compile(r"kql-lint[ \t]*:", re.IGNORECASE)


@dataclass(slots=True)
class Oddity:
    """Something that plain JSON does not have: ``comment``, ``comma`` or ``control``, and where."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Broken:
    """Why a text is no JSON, and where: half-open offsets of the place."""

    message: str
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """What a JSON text is: its root, as far as it could be read; why no further; what plain JSON does not have."""

    root: Node | None
    broken: Broken | None = None
    oddities: list[Oddity] = field(default_factory=list)


def read_nodes(text: str) -> Reading:
    """Reads a JSON text.  Offsets count its code points; a scalar's place has the quotes.

    A string's style is ``"``; that of a number, true, false or null is empty, and its value is as it is written.
    """
    reader = _Reader(text)
    try:
        reader.document()
    except _Stop as stop:
        return Reading(reader.root, stop.broken, reader.oddities)
    return Reading(reader.root, None, reader.oddities)


class _Stop(Exception):
    def __init__(self, message: str, start: int, end: int) -> None:
        self.broken = Broken(message, start, end)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Node | None = None
        self.oddities: list[Oddity] = []
        self._place = 0
        self._open: list[Mapping | Sequence] = []

    def document(self) -> None:
        self._skip()
        if self._place == len(self.text):
            raise self._stop("it is empty")
        self._value()
        while self._open:
            holder = self._open[-1]
            self._next_entry(holder) if isinstance(holder, Mapping) else self._next_item(holder)
        self._skip()
        if self._place < len(self.text):
            raise self._stop(f"text after the end: {self._quoted()}")

    # --- what stands in brackets ----------------------------------------------------------------------------------

    def _next_entry(self, holder: Mapping) -> None:
        if not self._more(holder, holder.entries, "}"):
            return
        start = self._place
        if not self.text.startswith('"', start):
            raise self._stop(
                f"a key in double quotes is missing before {self._quoted()}" if start < len(self.text) else _OPEN
            )
        key = self._string()
        entry = Entry(key, start, self._place, None)
        self._skip()
        if not self.text.startswith(":", self._place):
            raise self._stop(f"a colon is missing after the key {self.text[start : entry.end]}")
        self._place += 1
        self._skip()
        holder.entries.append(entry)
        self._value()

    def _next_item(self, holder: Sequence) -> None:
        if self._more(holder, holder.items, "]"):
            self._value()

    def _more(self, holder: Mapping | Sequence, items: list[Entry] | list[Node], closing: str) -> bool:
        """Whether a further item comes; takes the comma before it, or the bracket that ends the holder."""
        self._skip()
        comma = -1
        if items:
            if self.text.startswith(",", self._place):
                comma = self._place
                self._place += 1
                self._skip()
            elif not self.text.startswith(closing, self._place):
                raise self._unclosed(holder, closing)
        if self.text.startswith(closing, self._place):
            if comma >= 0:
                self._note("comma", comma, comma + 1)
            self._place += 1
            self._open.pop()
            return False
        if self._place >= len(self.text):
            raise self._unclosed(holder, closing)
        return True

    def _unclosed(self, holder: Mapping | Sequence, closing: str) -> _Stop:
        if self._place >= len(self.text):
            opening = "{" if closing == "}" else "["
            return _Stop(f'this "{opening}" is never closed', holder.start, holder.start + 1)
        return self._stop(f'a comma or "{closing}" is missing before {self._quoted()}')

    # --- values ---------------------------------------------------------------------------------------------------

    def _value(self) -> None:
        start = self._place
        sign = self.text[start : start + 1]
        if sign == '"':
            value = self._string()
            self._put(Scalar(value, '"', start, self._place))
        elif sign in _BEGINS and (found := _PLACEHOLDER.match(self.text, start)):
            self._place = found.end()
            self._put(Scalar(found[0], "", start, found.end(), hole=True))
        elif sign == "{":
            self._enter(Mapping(start))
        elif sign == "[":
            self._enter(Sequence(start))
        else:
            self._put(self._literal())

    def _enter(self, node: Mapping | Sequence) -> None:
        if len(self._open) >= DEPTH_LIMIT:
            raise self._stop("it is nested too deeply")
        self._put(node)
        self._open.append(node)
        self._place += 1

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
        elif isinstance(holder := self._open[-1], Mapping):
            holder.entries[-1].value = node
        else:
            holder.items.append(node)

    def _literal(self) -> Scalar:
        found = _LITERAL.match(self.text, self._place)
        if found is None:
            raise self._stop(f"a value is missing before {self._quoted()}" if self._place < len(self.text) else _ENDS)
        if found[0] not in ("true", "false", "null") and not _NUMBER.fullmatch(found[0]):
            raise self._stop(f"{self._quoted()} is no value of JSON; is it a text that lacks its quotes?")
        self._place = found.end()
        return Scalar(found[0], "", found.start(), found.end())

    def _string(self) -> str:
        start = self._place
        simple = _SIMPLE.match(self.text, start)
        if simple:
            self._place = simple.end()
            return simple[1]
        found = _STRING.match(self.text, start)
        if found is None:
            raise _Stop("this text is never closed", start, start + 1)
        control = _CONTROL.search(self.text, start, found.end())
        if control:
            self._note("control", control.start(), control.end())
        self._place = found.end()
        return self._decode(start, found.end())

    def _decode(self, start: int, end: int) -> str:
        try:
            value, _ = _decoder().raw_decode(self.text, start)
        except ValueError:
            raise self._wrong_escape(start, end) from None
        return without_surrogates(value)

    def _wrong_escape(self, start: int, end: int) -> _Stop:
        place = start
        while (place := self.text.find("\\", place, end)) >= 0:
            found = _ESCAPE.match(self.text, place)
            if found is None:
                return _Stop(
                    f'"{self.text[place : place + 2]}" is no escape of JSON; write \\\\ for a backslash',
                    place,
                    place + 2,
                )
            place = found.end()
        return _Stop("this text can't be read", start, start + 1)

    # --- what stands between --------------------------------------------------------------------------------------

    def _skip(self) -> None:
        """Past white space and comments."""
        while True:
            self._place = _SPACE.match(self.text, self._place).end()  # type: ignore[union-attr]  # matches "" too
            sign = self.text[self._place : self._place + 1]
            if sign != "/" and sign != "{":
                return
            if statement := _STATEMENT.match(self.text, self._place):
                self._place = statement.end()
                continue
            if sign == "{":
                return
            found = _COMMENT.match(self.text, self._place)
            if found is None:
                open_ = self.text.startswith("/*", self._place)
                raise self._stop("this comment is never closed" if open_ else 'a value can\'t begin with "/"')
            self._note("comment", found.start(), found.end(), always=_OURS.search(found[0]) is not None)
            self._place = found.end()

    def _note(self, kind: str, start: int, end: int, *, always: bool = False) -> None:
        if always or len(self.oddities) < _ODDITIES:
            self.oddities.append(Oddity(kind, start, end))

    def _quoted(self) -> str:
        word = re.compile(r"[\w.+-]{1,40}|.|\Z", re.DOTALL).match(self.text, self._place)
        found = word[0] if word else ""
        return f'"{found}"' if found != '"' else "the quote"

    def _stop(self, message: str) -> _Stop:
        return _Stop(message, self._place, min(self._place + 1, len(self.text)))


@cache
def _decoder() -> JSONDecoder:
    from json import JSONDecoder

    return JSONDecoder(strict=False)


def place(text: str, scalar: Scalar) -> PositionMap:
    """The map from a scalar's value into the text of its file."""
    if not scalar.style:
        return PositionMap.verbatim(scalar.start, len(scalar.value))
    built = PositionMap()
    at, end = scalar.start + 1, scalar.end - 1
    while (escape := text.find("\\", at, end)) >= 0:
        built.copy(at, escape - at)
        at = escape + _escape_length(text, escape)
        built.stand(1, escape, at)
    built.copy(at, end - at)
    if built.length == len(scalar.value):
        broken = LINE_END.search(text, scalar.start, scalar.end)
        built.spell(0, Spelling(_escape, broken[0]) if broken else _SPELLING)
        return built
    coarse = PositionMap()  # a scalar that was not made by read_nodes
    coarse.stand(len(scalar.value), scalar.start, scalar.end)
    return coarse


_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_LETTERS = dict(zip('"\\\b\f\n\r\t', '"\\bfnrt', strict=True))


def _escape(line: str) -> str:
    """What to write in a string for a text."""
    return _ESCAPED.sub(lambda found: f"\\{_LETTERS.get(found[0]) or f'u{ord(found[0]):04x}'}", line)


_SPELLING = Spelling(_escape, r"\n")


def _escape_length(text: str, place: int) -> int:
    """The length of an escape, or of the two that make one character beyond 16 bits."""
    found = _ESCAPE.match(text, place)
    if found is None or found[1] is None:
        return 2
    if 0xD800 <= int(found[1], 16) < 0xDC00:
        second = _ESCAPE.match(text, found.end())
        if second and second[1] and 0xDC00 <= int(second[1], 16) < 0xE000:
            return _PAIR
    return 6


_BEGINS = ("{", "$", "@", "#")
_OPEN = "the file ends where a key is missing"
_ENDS = "the file ends where a value is missing"
