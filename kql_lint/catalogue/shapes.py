"""The shapes that values of a catalogue file can have: each checks a YAML node and notes at its place what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

import yaml

from kql_lint.catalogue.problems import Problem
from kql_lint.suggest import suggest

Path: TypeAlias = "tuple[str | int, ...]"

_INTEGER = re.compile(r"\d{1,9}\Z")


# What aliases may bring beyond one key or item for each character: more than anybody lists twice.
_SPARE = 20_000


class Endless(Exception):
    """A file that aliases make far larger than its text is."""


class Reading:
    """The outcome of reading a file.  size is the length of its text.

    data is the document as far as it is sound.  marks gives the 1-based line and column of every key and item, by its
    path from the top: ``("columns", "DeviceId")`` is the place of the key, ``("events", "always", 2)`` that of the
    item.
    """

    def __init__(self, path: str, size: int = 0) -> None:
        self.path = path
        self._left = size + _SPARE
        self.data: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.marks: dict[Path, tuple[int, int]] = {}

    def report(self, node: yaml.Node, message: str) -> None:
        """Note a mistake at the start of a node."""
        self.problems.append(Problem(self.path, node.start_mark.line + 1, node.start_mark.column + 1, message))

    def mark(self, at: Path, node: yaml.Node) -> None:
        """Remember where something stands; raises Endless for more keys and items than a text of this size can have."""
        self._left -= 1
        if self._left < 0:
            raise Endless
        self.marks[at] = (node.start_mark.line + 1, node.start_mark.column + 1)


Shape: TypeAlias = "Callable[[Reading, yaml.Node, Path], object]"


def text(reading: Reading, node: yaml.Node, at: Path) -> object:
    """Any scalar, as it is written: ``on`` and ``5985`` are texts here, whatever YAML makes of them."""
    if not isinstance(node, yaml.ScalarNode):
        reading.report(node, f"{name_of(at)} must be a text")
        return None
    if node.value == "" and not node.style:
        reading.report(node, f"{name_of(at)} is empty")
        return None
    return node.value


def matching(pattern: re.Pattern[str], what: str) -> Shape:
    """A text that the pattern matches."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        value = text(reading, node, at)
        if isinstance(value, str) and not pattern.match(value):
            reading.report(node, f'"{value}" is no {what}')
            return None
        return value

    return shape


def one_of(words: tuple[str, ...], what: str) -> Shape:
    """A text out of a short list."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        value = text(reading, node, at)
        if isinstance(value, str) and value not in words:
            reading.report(node, f'"{value}" is no {what}: one of {", ".join(words)}{_hint(value, words)}')
            return None
        return value

    return shape


def integer(reading: Reading, node: yaml.Node, at: Path) -> object:
    """A number that is not negative."""
    value = node.value if isinstance(node, yaml.ScalarNode) else ""
    if not _INTEGER.match(value):
        reading.report(node, f"{name_of(at)} must be a whole number")
        return None
    return int(value)


def boolean(reading: Reading, node: yaml.Node, at: Path) -> object:
    """``true`` or ``false``."""
    value = node.value if isinstance(node, yaml.ScalarNode) else None
    if value not in ("true", "false"):
        reading.report(node, f"{name_of(at)} must be true or false")
        return None
    return value == "true"


def items(item: Shape, unique: bool = True) -> Shape:
    """A list; with unique, no text stands in it twice."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        if not isinstance(node, yaml.SequenceNode):
            reading.report(node, f"{name_of(at)} must be a list")
            return None
        found: list[object] = []
        listed: set[str] = set()
        for index, child in enumerate(node.value):
            reading.mark((*at, index), child)
            value = item(reading, child, (*at, index))
            if unique and isinstance(value, str) and value in listed:
                reading.report(child, f'"{value}" is listed twice')
            elif value is not None:
                found.append(value)
            if isinstance(value, str):
                listed.add(value)
        return found

    return shape


def mapping(value_shape: Shape, what: str) -> Shape:
    """A mapping whose keys are free texts; what says what they are, for messages."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        found: dict[str, object] = {}
        for key, child in _pairs(reading, node, at, what):
            value = value_shape(reading, child, (*at, key))
            if value is not None:
                found[key] = value
        return found if isinstance(node, yaml.MappingNode) else None

    return shape


def record(keys: Mapping[str, Shape], required: tuple[str, ...] = ()) -> Shape:
    """A mapping with the keys given and no others."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        found: dict[str, object] = {}
        present = set()
        for key, child in _pairs(reading, node, at, "key"):
            present.add(key)
            if key not in keys:
                place = (*at, key)
                reading.problems.append(Problem(reading.path, *reading.marks[place], _unknown_key(key, keys)))
                continue
            value = keys[key](reading, child, (*at, key))
            if value is not None:
                found[key] = value
        if not isinstance(node, yaml.MappingNode):
            return None
        for key in required:
            if key not in present:
                reading.report(node, f'{name_of(at)} lacks "{key}"')
        return found

    return shape


def either_list_or(single: Shape, listed: Shape, key: str) -> Shape:
    """A short form for a record of which only one list matters: ``[a, b]`` for ``{key: [a, b]}``."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        if not isinstance(node, yaml.SequenceNode):
            return single(reading, node, at)
        value = listed(reading, node, at)
        for index in range(len(node.value)):
            reading.mark((*at, key, index), node.value[index])
        return None if value is None else {key: value}

    return shape


def one_or_more(item: Shape) -> Shape:
    """A list, or a single text that stands for a list of one."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        if isinstance(node, yaml.SequenceNode):
            return items(item)(reading, node, at)
        value = item(reading, node, at)
        return None if value is None else [value]

    return shape


def _pairs(reading: Reading, node: yaml.Node, at: Path, what: str) -> list[tuple[str, yaml.Node]]:
    """The entries of a mapping node without those whose key is no text or stands there for a second time."""
    if not isinstance(node, yaml.MappingNode):
        reading.report(node, f"{name_of(at)} must be a mapping (key: value)")
        return []
    pairs: dict[str, yaml.Node] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            reading.report(key, f"a {what} must be a text")
        elif key.value in pairs:
            reading.report(key, f'{what} "{key.value}" is there twice')
        else:
            pairs[key.value] = child
            reading.mark((*at, key.value), key)
    return list(pairs.items())


def name_of(at: Path) -> str:
    """What messages call the value at a path."""
    keys = [part for part in at if isinstance(part, str)]
    return f'"{keys[-1]}"' if keys else "the file"


def _unknown_key(key: str, keys: Mapping[str, Shape]) -> str:
    return f'unknown key "{key}"{_hint(key, tuple(keys))}'


def _hint(word: str, words: tuple[str, ...]) -> str:
    close = suggest(word, words, 1)
    return f'; did you mean "{close[0]}"?' if close else ""
