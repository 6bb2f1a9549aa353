"""The kinds of values that keys have: how each is read, what to say if it is another, and its JSON Schema."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kql_lint.config.model import SEVERITIES, Wrong
from kql_lint.hosts import KINDS
from kql_lint.patterns import is_pattern

Schema = Mapping[str, object]


class Kind(NamedTuple):
    """expected completes the sentence "it must be ..."; read gets the value and the file's folder, and raises Wrong."""

    expected: str
    read: Callable[[object, str], object]
    schema: Schema

    def get(self, value: object, root: str) -> object:
        """The value as Config holds it; raises Wrong."""
        return self.read(value, root)


def one_of(choices: Mapping[str, object]) -> Kind:
    """One of a few words, each of which stands for a value."""

    def read(value: object, _root: str) -> object:
        if not isinstance(value, str) or value not in choices:
            raise Wrong("")
        return choices[value]

    return Kind("one of " + ", ".join(f'"{word}"' for word in choices), read, {"enum": list(choices)})


def _boolean(value: object, _root: str) -> object:
    if not isinstance(value, bool):
        raise Wrong("")
    return value


def _jobs(value: object, _root: str) -> object:
    if value == "auto":
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_JOBS:
        raise Wrong("")
    return value


def _strings(value: object, _root: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong("")
    for number, item in enumerate(value):
        if not isinstance(item, str):
            raise Wrong("", (number,))
        if not item.strip():
            raise Wrong("an empty text means nothing here", (number,))
    return tuple(value)


def _patterns(value: object, root: str) -> tuple[str, ...]:
    patterns = _strings(value, root)
    for number, pattern in enumerate(patterns):
        if not is_pattern(pattern):
            raise Wrong(f'"{pattern}" is no pattern as in .gitignore', (number,))
    return patterns


def _some_patterns(value: object, root: str) -> tuple[str, ...]:
    patterns = _patterns(value, root)
    if not patterns:
        raise Wrong("")
    return patterns


def _fences(value: object, root: str) -> tuple[str, ...]:
    """Languages in lower case; an empty one is that of a fence that names none."""
    if not isinstance(value, list):
        raise Wrong("")
    for number, word in enumerate(value):
        if not isinstance(word, str):
            raise Wrong("", (number,))
        if word and word.split() != [word]:
            raise Wrong(f'"{word}" is not one word', (number,))
    return tuple(word.lower() for word in value)


def _extensions(value: object, _root: str) -> tuple[tuple[str, str], ...]:
    """Endings of files' names, with their dot and in lower case, and the kind of each; the longest first."""
    if not isinstance(value, dict):
        raise Wrong("")
    found = {}
    for ending, kind in value.items():
        if not isinstance(ending, str) or (ending and not _ENDING.fullmatch(ending)):
            raise Wrong(f'"{ending}" is not the ending of a file name, such as "txt"', (ending,), at_key=True)
        if not isinstance(kind, str) or kind not in KINDS:
            raise Wrong(f'the kind of "{ending}" must be {_KIND.expected}', (ending,))
        whole = f".{ending.lower().lstrip('.')}" if ending else ""
        if whole in found:
            raise Wrong(f'"{ending}" is there twice, with a dot and without', (ending,), at_key=True)
        found[whole] = KINDS[kind]
    return tuple(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


def _query_keys(value: object, root: str) -> tuple[str, ...]:
    patterns = _strings(value, root)
    for number, pattern in enumerate(patterns):
        if not all(part.strip() for part in pattern.split(".")):
            raise Wrong(f'"{pattern}" has an empty part; write keys with one dot between them', (number,))
    return patterns


def _path(value: object, root: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong("")
    return os.path.normpath(os.path.join(root, value))


def _paths(value: object, root: str) -> tuple[str, ...]:
    return tuple(_path(path, root) for path in _strings(value, root))


def _globs(value: object, root: str) -> tuple[str, ...]:
    """Patterns below the root, in whose own name no sign means more than itself."""
    patterns = _strings(value, root)
    if not patterns:
        return ()
    from glob import escape

    return tuple(os.path.normpath(os.path.join(escape(root), pattern)) for pattern in patterns)


def _severities(value: object, _root: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise Wrong("")
    for word, level in value.items():
        if level in ("off", "none", "ignore", False):
            raise Wrong('a rule is switched off with "ignore"', (word,))
        if not isinstance(level, str) or level not in SEVERITIES:
            raise Wrong(f'the severity of "{word}" must be {SEVERITY.expected}', (word,))
    return {word: SEVERITIES[level] for word, level in value.items()}


MOST_JOBS = 61  # as many processes as can be waited for at once on Windows
_TEXTS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
SEVERITY = one_of({name: SEVERITIES[name] for name in ("error", "warning", "info")})
BOOLEAN = Kind("true or false", _boolean, {"type": "boolean"})
JOBS = Kind(
    f'a number from 1 to {MOST_JOBS}, or "auto"',
    _jobs,
    {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1, "maximum": MOST_JOBS}]},
)
RULES = Kind('a list of rules, such as ["KL101", "unknown-column"]', _strings, _TEXTS)
SEVERITY_BY_RULE = Kind(
    'a table of rules with their severities, such as {KL105 = "warning"}',
    _severities,
    {"type": "object", "additionalProperties": SEVERITY.schema},
)
_ENDING = re.compile(r"\.?[^\s./\\*?]+(?:\.[^\s./\\*?]+)*")
_KIND = one_of(KINDS)
EXTENSIONS = Kind(
    'a table of endings with the kinds of their files, such as {txt = "kql"}',
    _extensions,
    {"type": "object", "additionalProperties": _KIND.schema},
)
PATTERNS = Kind('a list of patterns as in .gitignore, such as ["archive/"]', _patterns, _TEXTS)
SOME_PATTERNS = Kind(
    'a list of patterns as in .gitignore, such as ["hunting/**"]', _some_patterns, {**_TEXTS, "minItems": 1}
)
PATH = Kind("a path, relative to this file", _path, {"type": "string", "minLength": 1})
PATHS = Kind('a list of folders or files, such as ["catalog/"]', _paths, _TEXTS)
GLOBS = Kind('a list of patterns of files, such as ["Parsers/**/*.yaml"]', _globs, _TEXTS)
FENCES = Kind('a list of words, such as ["kql", "kusto"]', _fences, {"type": "array", "items": {"type": "string"}})
QUERY_KEYS = Kind('a list of keys with dots between them, such as ["detection.query"]', _query_keys, _TEXTS)
