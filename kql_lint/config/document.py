"""A configuration file as plain values, with the place of each; the places are looked for when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from kql_lint.config.model import ConfigError, Place
from kql_lint.reading import CONFIGURATION, Unreadable, read_text

Keys = tuple[str | int, ...]


class Marks(NamedTuple):
    """Where a key, or an item of a list, begins, and where its value does: offsets in code points."""

    key: int
    value: int


Locate = Callable[[str], Mapping[Keys, Marks]]


class Document:
    """The table of kql-lint's keys in a file.  prefix are the keys that lead to it from the top of the file."""

    __slots__ = ("_locate", "_marks", "path", "prefix", "table", "text")

    def __init__(self, path: str, text: str, table: object, locate: Locate, prefix: Keys = ()) -> None:
        self.path = path
        self.text = text
        self.table = table
        self.prefix = prefix
        self._locate = locate
        self._marks: Mapping[Keys, Marks] | None = None

    def has(self, *keys: str | int) -> bool:
        """Whether there is something under these keys."""
        return self._find(keys) is not None

    def get(self, *keys: str | int) -> object:
        """What stands under these keys; None where nothing does."""
        found = self._find(keys)
        return found[0] if found else None

    def _find(self, keys: Keys) -> tuple[object] | None:
        value = self.table
        for key in keys:
            inside = isinstance(value, list) and isinstance(key, int) and key < len(value)
            if not inside and not (isinstance(value, dict) and key in value):
                return None
            value = value[key]  # type: ignore[index]  # it is a list with that many items, or a dict with that key
        return (value,)

    def place(self, *keys: str | int) -> Place:
        """Where a key stands; of what has no place of its own, that of what it lies in."""
        return self._place(keys, value=False)

    def value_place(self, *keys: str | int) -> Place:
        """Where the value of a key begins."""
        return self._place(keys, value=True)

    def _place(self, keys: Keys, *, value: bool) -> Place:
        from kql_lint.source import Source

        if self._marks is None:
            try:
                self._marks = self._locate(self.text)
            except RecursionError:  # it was just not too deep for whoever read it
                self._marks = {}
        whole = self.prefix + keys
        while whole:
            marks = self._marks.get(whole)
            if marks is not None:
                return Place(self.path, *Source(self.path, self.text).position(marks.value if value else marks.key))
            whole = whole[:-1]
        return Place(self.path)


def read(path: str) -> Document | None:
    """The document of a file by its name; None for a TOML file of many tools that says nothing of kql-lint.

    Raises ConfigError where the file is broken.
    """
    text = _text(path)
    try:
        if path.lower().endswith((".yaml", ".yml")):
            from kql_lint.config import yaml

            return yaml.read(path, text)
        from kql_lint.config import toml

        return toml.read(path, text)
    except RecursionError:
        raise ConfigError(Place(path), "cannot be read: it is nested too deeply") from None


def _text(path: str) -> str:
    try:
        return read_text(path, CONFIGURATION)
    except Unreadable as error:
        raise ConfigError(Place(path, error.line, error.column), error.message) from error
