"""Reads a YAML file of the catalogue into plain data; each mistake is a Problem with its line and column.

The only module that knows the keys of the format.  It imports yaml, so it is imported only when a file is not cached.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import yaml

from kql_lint.catalogue import scan
from kql_lint.catalogue.problems import Problem
from kql_lint.catalogue.scan import TYPES
from kql_lint.suggest import suggest

PLATFORMS = ("defender", "sentinel")
LIMITS = "limits.yaml"

Path: TypeAlias = "tuple[str | int, ...]"

_INTEGER = re.compile(r"\d{1,9}\Z")
_TABLE_NAME = re.compile(r"[^\W\d]\w{0,127}\Z")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Reading:
    """The outcome of reading a file.

    data is the document as far as it is sound.  marks gives the 1-based line and column of every key and item, by its
    path from the top: ``("columns", "DeviceId")`` is the place of the key, ``("event_columns", 2)`` that of the item.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.data: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.marks: dict[Path, tuple[int, int]] = {}

    def report(self, node: yaml.Node, message: str) -> None:
        """Note a mistake at the start of a node."""
        self.problems.append(Problem(self.path, node.start_mark.line + 1, node.start_mark.column + 1, message))

    def mark(self, at: Path, node: yaml.Node) -> None:
        """Remember where something stands."""
        self.marks[at] = (node.start_mark.line + 1, node.start_mark.column + 1)


Shape: TypeAlias = "Callable[[Reading, yaml.Node, Path], object]"


def read(path: str, text: str) -> Reading:
    """Read the text of the file at path; problems are sorted by place."""
    reading = Reading(path)
    try:
        node = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        reading.problems.append(not_yaml(path, error))
        return reading
    if node is None:
        reading.problems.append(Problem(path, 1, 1, "the file is empty"))
        return reading
    _document(reading, node)
    reading.problems.sort(key=lambda problem: (problem.line, problem.column))
    return reading


def not_yaml(path: str, error: Exception) -> Problem:
    """What the YAML parser says, at its place."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return Problem(path, line, column, f"not YAML: {error.problem or error.context}")
    return Problem(path, 1, 1, f"not YAML: {str(error).splitlines()[0]}")


def _document(reading: Reading, node: yaml.Node) -> None:
    is_table = isinstance(node, yaml.MappingNode) and any(key.value == "table" for key, _ in node.value)
    is_limits = os.path.basename(reading.path) == LIMITS
    value = (_TABLE if is_table else _LIMITS if is_limits else _COLLECTIONS)(reading, node, ())
    if isinstance(value, dict):
        reading.data = value


def text(reading: Reading, node: yaml.Node, at: Path) -> object:
    """Any scalar, as it is written: ``on`` and ``5985`` are texts here, whatever YAML makes of them."""
    if not isinstance(node, yaml.ScalarNode):
        reading.report(node, f"{_name(at)} must be a text")
        return None
    if node.value == "" and not node.style:
        reading.report(node, f"{_name(at)} is empty")
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
        reading.report(node, f"{_name(at)} must be a whole number")
        return None
    return int(value)


def boolean(reading: Reading, node: yaml.Node, at: Path) -> object:
    """``true`` or ``false``."""
    value = node.value if isinstance(node, yaml.ScalarNode) else None
    if value not in ("true", "false"):
        reading.report(node, f"{_name(at)} must be true or false")
        return None
    return value == "true"


def items(item: Shape, unique: bool = True) -> Shape:
    """A list; with unique, no text stands in it twice."""

    def shape(reading: Reading, node: yaml.Node, at: Path) -> object:
        if not isinstance(node, yaml.SequenceNode):
            reading.report(node, f"{_name(at)} must be a list")
            return None
        found: list[object] = []
        for index, child in enumerate(node.value):
            reading.mark((*at, index), child)
            value = item(reading, child, (*at, index))
            if unique and isinstance(value, str) and value in found:
                reading.report(child, f'"{value}" is listed twice')
            elif value is not None:
                found.append(value)
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
                reading.report(node, f'{_name(at)} lacks "{key}"')
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


def columns_or_names(reading: Reading, node: yaml.Node, at: Path) -> object:
    """Columns with types, or a list of names, which are strings then."""
    if isinstance(node, yaml.SequenceNode):
        names = items(text)(reading, node, at)
        return dict.fromkeys(cast("list[str]", names), "string")
    return _COLUMNS(reading, node, at)


def parameters(reading: Reading, node: yaml.Node, at: Path) -> object:
    """Parameters as KQL writes them; the text is kept as it is."""
    value = text(reading, node, at)
    if isinstance(value, str):
        try:
            scan.parameters(value)
        except scan.WrongParameters as error:
            reading.report(node, str(error))
            return None
    return value


def function(reading: Reading, node: yaml.Node, at: Path) -> object:
    """A function: its kind and what it gives, or the path of a file that tells."""
    value = _FUNCTION(reading, node, at)
    if not isinstance(value, dict):
        return value
    told = [key for key in ("kind", "columns", "open", "returns") if (*at, key) in reading.marks]
    if (*at, "path") not in reading.marks:
        if "kind" not in told:
            reading.report(node, f'{_name(at)} lacks "kind"')
    elif told:
        place = (*at, told[0])
        line, column = reading.marks[place]
        reading.problems.append(Problem(reading.path, line, column, f'"{told[0]}" is told by the file at "path"'))
    return value


def _pairs(reading: Reading, node: yaml.Node, at: Path, what: str) -> list[tuple[str, yaml.Node]]:
    """The entries of a mapping node without those whose key is no text or stands there for a second time."""
    if not isinstance(node, yaml.MappingNode):
        reading.report(node, f"{_name(at)} must be a mapping (key: value)")
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


def _name(at: Path) -> str:
    keys = [part for part in at if isinstance(part, str)]
    return f'"{keys[-1]}"' if keys else "the file"


def _unknown_key(key: str, keys: Mapping[str, Shape]) -> str:
    return f'unknown key "{key}"{_hint(key, tuple(keys))}'


def _hint(word: str, words: tuple[str, ...]) -> str:
    close = suggest(word, words, 1)
    return f'; did you mean "{close[0]}"?' if close else ""


_TYPE = one_of(tuple(sorted(TYPES)), "type of KQL")
_TEXTS = items(text)
_MONTH = matching(re.compile(r"\d{4}-\d{2}\Z"), "year and month (YYYY-MM)")
_KEYS_OF_BAGS = mapping(_TEXTS, "column")
_COLUMNS = mapping(_TYPE, "column")
_REFERENCES = items(record({"title": text, "url": text}, ("title", "url")))
_INDICATORS = items(
    record(
        {"field": text, "kind": text, "value": text, "rules": integer, "vendors": _TEXTS}, ("field", "kind", "value")
    )
)
_ACTION_TYPE = record(
    {
        "title": text,
        "description": text,
        "columns": _TEXTS,
        "also_seen": _TEXTS,
        "additional_fields": _TEXTS,
        "dynamic_fields": _KEYS_OF_BAGS,
        "field_rules": mapping(integer, "column"),
        "indicators": _INDICATORS,
        "patterns": items(record({"name": text, "rules": integer}, ("name",))),
        "detection_rules": integer,
        "references": _REFERENCES,
        "sources": _TEXTS,
    }
)
_TABLE = record(
    {
        "table": matching(_TABLE_NAME, "name of a table"),
        "platform": one_of(PLATFORMS, "platform"),
        "description": text,
        "shares": one_of(PLATFORMS, "platform"),
        "open": boolean,
        "as_of": _MONTH,
        "sources": mapping(text, "source"),
        "references": _REFERENCES,
        "columns": _COLUMNS,
        "column_sources": mapping(_TEXTS, "source"),
        "column_groups": mapping(_TEXTS, "group"),
        "event_columns": _TEXTS,
        "dynamic_fields": _KEYS_OF_BAGS,
        "action_types": record(
            {
                "closed": boolean,
                "as_of": _MONTH,
                "any": either_list_or(_ACTION_TYPE, _TEXTS, "columns"),
                "values": mapping(_ACTION_TYPE, "ActionType"),
            }
        ),
    },
    ("table",),
)
_FUNCTION = record(
    {
        "kind": one_of(("scalar", "tabular", "invoke"), "kind of function"),
        "provider": text,
        "arguments": text,
        "parameters": parameters,
        "columns": columns_or_names,
        "open": boolean,
        "returns": _TYPE,
        "path": text,
    }
)
_RENAME = record(
    {
        "kind": one_of(("table", "column", "action_type"), "kind of name"),
        "table": text,
        "old": text,
        "new": one_or_more(text),
        "since": _MONTH,
        "until": _MONTH,
        "platform": one_of(PLATFORMS, "platform"),
        "note": text,
        "source": text,
    },
    ("kind", "old", "new"),
)
_COLLECTIONS = record(
    {
        "platforms": mapping(record({"as_of": _MONTH, "source": text, "standard_columns": _COLUMNS}), "platform"),
        "functions": mapping(function, "function"),
        "renames": items(_RENAME),
        "aliases": mapping(one_or_more(text), "alias"),
        "watchlists": mapping(columns_or_names, "watchlist"),
    }
)
_LIMITS = record(
    {
        "sources": mapping(text, "source"),
        "limits": mapping(record({"value": integer, "source": text}, ("value", "source")), "limit"),
        "entities": mapping(
            record({"identifiers": _TEXTS, "required": _TEXTS, "source": text}, ("identifiers", "required", "source")),
            "entity",
        ),
        "custom_detections": record(
            {
                "asset_columns": _TEXTS,
                "asset_identifiers": mapping(text, "identifier"),
                "periods": _TEXTS,
                "lookback_minutes": mapping(integer, "frequency"),
                "continuous_tables": _TEXTS,
                "continuous_operators": _TEXTS,
            }
        ),
    },
    ("sources", "limits", "entities", "custom_detections"),
)
