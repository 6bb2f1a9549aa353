"""Configuration in TOML: ``[tool.kql-lint]`` of a pyproject.toml, or a file of its own.

LIMIT: Python's TOML parser keeps no places, and no well-kept one that does is light enough to be needed by everyone, so
a scanner goes over the text that the parser has found sound.  To revisit when tomllib offers positions.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

from kql_lint.config.document import Document, Keys, Marks
from kql_lint.config.model import ConfigError, Place

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = "kql-lint"
SHARED = "pyproject.toml"
# The parser takes time that grows with the square of the parts of a key (a.b.c ...): 30 s for one of 100 KB.
_DOTTED = re.compile(r"""(?:(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*)+""")
_MOST_PARTS = 100
# The table as it is, and as somebody might misspell it.
_MAYBE_OURS = re.compile(r"kql[-_. ]?lint", re.IGNORECASE)


def read(path: str, text: str) -> Document | None:
    """The document of a file; None where a file that many tools share says nothing of kql-lint."""
    own = os.path.basename(path) != SHARED
    if not own and not _MAYBE_OURS.search(text):
        return None
    values = _values(path, text)
    if own and not _is_table_of_tools(values):
        return Document(path, text, values, locate)
    tool = values.get("tool")
    if not isinstance(tool, dict):
        return None
    if TABLE not in tool:
        _misspelt(path, text, tool)
        return None
    document = Document(path, text, tool[TABLE], locate, ("tool", TABLE))
    if not isinstance(tool[TABLE], dict):
        raise ConfigError(document.place(), f"tool.{TABLE} must be a table")
    if own and os.path.basename(path).startswith(f".{TABLE}"):
        raise ConfigError(document.place(), f"the keys stand at the top of this file, without [tool.{TABLE}]")
    return document


def _misspelt(path: str, text: str, tool: Mapping[str, object]) -> None:
    """Raises ConfigError where a table is meant to be ours, which would otherwise be passed over."""
    for name in tool:
        if _MAYBE_OURS.fullmatch(name):
            document = Document(path, text, tool, locate, ("tool",))
            raise ConfigError(document.place(name), f"[tool.{name}] is not read; write [tool.{TABLE}]")


def _is_table_of_tools(values: Mapping[str, object]) -> bool:
    tool = values.get("tool")
    return isinstance(tool, dict) and TABLE in tool


def _values(path: str, text: str) -> dict[str, object]:
    endless = next((found for found in _DOTTED.finditer(text) if found[0].count(".") >= _MOST_PARTS), None)
    if endless is not None:
        raise ConfigError(_place(path, text, endless.start()), "this key has too many parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, place = _toml_error(path, text, str(error))
        raise ConfigError(place, f"this is not valid TOML: {message}") from error
    except ValueError:  # Python reads no number of more than 4,300 digits; the parser lets that through
        raise ConfigError(Place(path), "this is not valid TOML: a number in it is too long") from None


def _toml_error(path: str, text: str, said: str) -> tuple[str, Place]:
    """Splits "Invalid value (at line 3, column 5)"; before Python 3.14 the parser tells the place in no other way."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", said, re.DOTALL)
    if match is None:
        return said, Place(path)
    if match[2]:
        return match[1], Place(path, int(match[2]), int(match[3]))
    return match[1], _place(path, text, len(text))


def _place(path: str, text: str, offset: int) -> Place:
    from kql_lint.source import Source

    return Place(path, *Source(path, text).position(offset))


def locate(text: str) -> Mapping[Keys, Marks]:
    """The place of every key and list item of a sound TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.marks


_BLANK = re.compile(r"[ \t]*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r"""|"(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'"""
)
_OTHER = re.compile(r"[^,\]}#\r\n]*")


class _Scanner:
    """Goes over the text once; what it takes for granted is that the text is sound."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.marks: dict[Keys, Marks] = {}
        self.counts: dict[Keys, int] = {}  # how many tables an array of tables has so far

    def document(self) -> None:
        table: Keys = ()
        while True:
            self._skip(_SPACE)
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _take(self, char: str) -> bool:
        if self.text.startswith(char, self.at):
            self.at += len(char)
            return True
        return False

    def _header(self) -> Keys:
        """``[a.b]`` or ``[[a.b]]``, as the keys that lead to the table."""
        start = self.at
        many = self._take("[[") or not self._take("[")
        path: Keys = ()
        keys = self._keys()
        for number, (key, _) in enumerate(keys, 1):
            path = (*path, key)
            if many and number == len(keys):
                self.marks.setdefault(path, Marks(start, start))
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
            self.marks.setdefault(path, Marks(start, start))
        self._take("]]" if many else "]")
        return path

    def _keys(self) -> list[tuple[str, int]]:
        """A dotted key: its parts, and where each begins."""
        keys = []
        while True:
            self._skip(_BLANK)
            start = self.at
            raw = self._skip(_BARE) or self._skip(_STRING)
            if not raw:
                self.at = len(self.text)  # no sound TOML: better to end than to go round in circles
            keys.append((tomllib.loads(f"k = {raw}")["k"] if raw[:1] in ("'", '"') else raw, start))
            self._skip(_BLANK)
            if not self._take("."):
                return keys

    def _entry(self, table: Keys) -> None:
        path = table
        keys = self._keys()
        self._take("=")
        self._skip(_BLANK)
        for key, start in keys:
            path = (*path, key)
            self.marks.setdefault(path, Marks(start, self.at))
        self._value(path)

    def _value(self, path: Keys) -> None:
        if self._take("["):
            self._items(path)
        elif self._take("{"):
            self._skip(_SPACE)
            while self.at < len(self.text) and not self._take("}"):
                self._entry(path)
                self._skip(_SPACE)
                self._take(",")
                self._skip(_SPACE)
        elif not self._skip(_STRING):
            self._skip(_OTHER)

    def _items(self, path: Keys) -> None:
        number = 0
        self._skip(_SPACE)
        while self.at < len(self.text) and not self._take("]"):
            inner = (*path, number)
            self.marks[inner] = Marks(self.at, self.at)
            self._value(inner)
            self._skip(_SPACE)
            self._take(",")
            self._skip(_SPACE)
            number += 1
