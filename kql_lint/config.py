"""The configuration: ``[tool.kql-lint]`` of the nearest pyproject.toml, checked key by key.

One table of keys is what validation, error messages and suggestions derive from.  A mistake is never passed over: an
unknown key or a value of the wrong type raises ConfigError with the file, the line and the column.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kql_lint.diagnostic import Severity

FILE_NAME = "pyproject.toml"
TABLE = "kql-lint"
PLATFORMS = ("auto", "defender", "sentinel")
FIELD_LISTS = ("known", "listed")
SEVERITIES = {severity.label: severity for severity in Severity}


class Place(NamedTuple):
    """Where something stands in a configuration file: 1-based line and column in code points, None where unknown."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class ConfigError(Exception):
    """A configuration that cannot be used; its text is for the user and begins with the place."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class Config(NamedTuple):
    """What a configuration file says; the defaults where it is silent or there is none.

    Paths in ``catalog`` and patterns in ``functions`` are absolute.  ``exclude`` patterns are relative to ``root``,
    the folder of the file.  ``places`` tells for each key that was set where it stands.
    """

    root: str
    path: str | None = None
    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_level: Severity = Severity.WARNING
    exclude: tuple[str, ...] = ()
    platform: str = "auto"
    strict_fields: bool = False
    catalog: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    places: Mapping[str, Place] = {}


class _Key(NamedTuple):
    """A key a user may write, the Config field that it sets, and how its value is read (ValueError: it can't be)."""

    field: str
    expected: str
    read: Callable[[object, str], object]


def _strings(value: object, _root: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError
    return tuple(value)


def _paths(value: object, root: str) -> tuple[str, ...]:
    return tuple(os.path.normpath(os.path.join(root, path)) for path in _strings(value, root))


def _globs(value: object, root: str) -> tuple[str, ...]:
    """Patterns below the root, in whose own name no sign means more than itself."""
    patterns = _strings(value, root)
    if not patterns:
        return ()
    from glob import escape

    return tuple(os.path.normpath(os.path.join(escape(root), pattern)) for pattern in patterns)


def _choice(choices: Mapping[str, object]) -> Callable[[object, str], object]:
    def read(value: object, _root: str) -> object:
        if not isinstance(value, str) or value not in choices:
            raise ValueError
        return choices[value]

    return read


def _one_of(words: tuple[str, ...]) -> str:
    return "one of " + ", ".join(f'"{word}"' for word in words)


_RULES = 'a list of rules, such as ["KL101", "unknown-column"]'
KEYS: Mapping[str, _Key] = {
    "select": _Key("select", _RULES, _strings),
    "extend-select": _Key("extend_select", _RULES, _strings),
    "ignore": _Key("ignore", _RULES, _strings),
    "fail-level": _Key("fail_level", _one_of(("error", "warning", "info")), _choice(SEVERITIES)),
    "exclude": _Key("exclude", 'a list of patterns as in .gitignore, such as ["archive/"]', _strings),
    "platform": _Key("platform", _one_of(PLATFORMS), _choice({name: name for name in PLATFORMS})),
    "action-type-fields": _Key(
        "strict_fields", _one_of(FIELD_LISTS), _choice({name: name == "listed" for name in FIELD_LISTS})
    ),
    "catalog": _Key("catalog", 'a list of folders or files, such as ["catalog/"]', _paths),
    "functions": _Key("functions", 'a list of patterns of files, such as ["Parsers/**/*.yaml"]', _globs),
}


def find_config(start: str) -> str | None:
    """The nearest pyproject.toml with a ``[tool.kql-lint]``, from the folder ``start`` up to the top of its repository.

    Outside a repository the search goes up to the root of the file system.  Raises ConfigError where one is broken.
    """
    folder = os.path.abspath(start)
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.isfile(path) and _table(_read(path), path) is not None:
            return path
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def load(path: str | None, start: str = ".") -> Config:
    """The configuration in the file ``path``; without one, in the nearest file above the folder ``start``.

    Raises ConfigError.
    """
    path = find_config(start) if path is None else path
    if path is None:
        return Config(root=os.path.abspath(start))
    text = _read(path)
    table = _table(text, path)
    if table is None:
        raise ConfigError(Place(path), f"there is no [tool.{TABLE}] in this file")
    return _config(table, text, path)


def _config(table: object, text: str, path: str) -> Config:
    if not isinstance(table, dict):
        raise ConfigError(_place(text, path, ""), f"tool.{TABLE} must be a table")
    root = os.path.dirname(os.path.abspath(path))
    values: dict[str, object] = {}
    places: dict[str, Place] = {}
    for name, value in table.items():
        place = _place(text, path, name)
        key = KEYS.get(name)
        if key is None:
            raise ConfigError(place, _unknown_key(name))
        try:
            values[key.field] = key.read(value, root)
        except ValueError:
            raise ConfigError(place, f'"{name}" must be {key.expected}') from None
        places[name] = place
    return Config(root=root, path=path, places=places, **values)  # type: ignore[arg-type]  # each key's reader sees to it


def _unknown_key(name: str) -> str:
    from kql_lint.suggest import suggest

    close = suggest(name, KEYS)
    hint = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(KEYS)}"
    return f'unknown key "{name}" in [tool.{TABLE}]; {hint}'


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ConfigError(Place(path), "cannot be read: it is not UTF-8") from error
    except OSError as error:
        raise ConfigError(Place(path), f"cannot be read: {error.strerror or error}") from error


def _table(text: str, path: str) -> object | None:
    """The value of tool.kql-lint, None without one.  The TOML parser is loaded only where the words occur at all."""
    if TABLE not in text:
        return None
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tool = tomllib.loads(text).get("tool")
    except tomllib.TOMLDecodeError as error:
        message, line, column = _toml_error(str(error))
        raise ConfigError(Place(path, line, column), f"this is not valid TOML: {message}") from error
    return tool.get(TABLE) if isinstance(tool, dict) else None


def _toml_error(text: str) -> tuple[str, int | None, int | None]:
    """Splits "Invalid value (at line 3, column 5)"; before Python 3.14 the parser tells the place in no other way."""
    import re

    match = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", text, re.DOTALL)
    return (match[1], int(match[2]), int(match[3])) if match else (text, None, None)


def _place(text: str, path: str, key: str) -> Place:
    """Where a key of the table stands.

    LIMIT: the TOML parser keeps no positions, so this looks for the usual ways to write it, and the place of a key
    within an inline table is not found; to revisit when tomllib offers positions.
    """
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            inside = bare.replace(" ", "").replace('"', "").startswith(f"[tool.{TABLE}]")
            if inside and not key:
                return Place(path, number, 1)
        elif inside and key:
            name = bare.split("=")[0].strip().strip("\"'")
            if name == key:
                return Place(path, number, len(line) - len(line.lstrip()) + 1)
    return Place(path)
