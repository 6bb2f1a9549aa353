"""The keys of a configuration: the one table that reading, messages, JSON Schema and documentation come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kql_lint.config import values
from kql_lint.config.model import FIELD_LISTS, PLATFORMS, Override, Wrong
from kql_lint.config.values import Kind
from kql_lint.hosts import KINDS

FILE, RUN = "file", "run"


class Key(NamedTuple):
    """A key, the field of Config that it sets, and what there is to say of it.

    default is how a user would write what holds without it.  scope is FILE where it holds for the files that the
    configuration governs, RUN where it is about the run as a whole.  per_path: ``per-path`` may have it too.
    """

    field: str
    kind: Kind
    default: str
    text: str
    scope: str = FILE
    per_path: bool = False


_BY_RULE = "codes, prefixes (KL1), names or ALL"

# What an entry of per-path may say, in the order of the documentation.
PER_PATH: Mapping[str, Key] = {
    "select": Key(
        "select",
        values.RULES,
        "none",
        f"Only these rules: {_BY_RULE}. Without it, those that are on by default.",
        per_path=True,
    ),
    "extend-select": Key(
        "extend_select", values.RULES, "[]", "These rules too, such as those that are off by default.", per_path=True
    ),
    "ignore": Key("ignore", values.RULES, "[]", "Not these rules; the more specific word wins.", per_path=True),
    "severity": Key(
        "severity",
        values.SEVERITY_BY_RULE,
        "{}",
        f"How severe the findings of a rule are, by {_BY_RULE}; the more specific word wins.",
        per_path=True,
    ),
    "fail-level": Key(
        "fail_level",
        values.SEVERITY,
        '"warning"',
        "The least severe finding that makes the exit code 1.",
        per_path=True,
    ),
    "platform": Key(
        "platform",
        values.one_of({name: name for name in PLATFORMS}),
        '"auto"',
        "Whose tables the rules query.",
        per_path=True,
    ),
    "action-type-fields": Key(
        "strict_fields",
        values.one_of({name: name == "listed" for name in FIELD_LISTS}),
        '"known"',
        "`listed` takes the catalogue's lists of the fields of an ActionType literally.",
        per_path=True,
    ),
    "require-reason": Key(
        "require_reason",
        values.BOOLEAN,
        "false",
        "Report suppressions that give no reason (bad-suppression).",
        per_path=True,
    ),
    "fixable": Key("fixable", values.RULES, '["ALL"]', f"Make fixes of these rules only: {_BY_RULE}.", per_path=True),
    "unfixable": Key(
        "unfixable", values.RULES, "[]", "Make no fixes of these rules; the more specific word wins.", per_path=True
    ),
    "extend-safe-fixes": Key(
        "extend_safe_fixes",
        values.RULES,
        "[]",
        "Take the fixes of these rules to be safe: `--fix` makes them.",
        per_path=True,
    ),
    "extend-unsafe-fixes": Key(
        "extend_unsafe_fixes",
        values.RULES,
        "[]",
        "Take the fixes of these rules to be unsafe: only `--unsafe-fixes` makes them.",
        per_path=True,
    ),
}


def _overrides(value: object, root: str) -> tuple[Override, ...]:
    if not isinstance(value, list):
        raise Wrong("")
    return tuple(_override(item, root, number) for number, item in enumerate(value))


def _override(item: object, root: str, number: int) -> Override:
    if not isinstance(item, dict):
        raise Wrong('each entry of "per-path" must be a table with "paths"', (number,))
    if "paths" not in item:
        raise Wrong('this entry of "per-path" lacks "paths", the patterns of the files that it holds for', (number,))
    try:
        fields = read_keys(item, root, _ENTRY, "an entry of per-path")
    except Wrong as error:
        raise Wrong(error.message, (number, *error.keys), at_key=error.at_key) from None
    return Override(**fields)  # type: ignore[arg-type]  # each key's reader sees to it


_PATHS = Key("paths", values.SOME_PATTERNS, "[]", "Patterns as in .gitignore, relative to the configuration file.")
_ENTRY: Mapping[str, Key] = {"paths": _PATHS, **PER_PATH}
_ENTRY_SCHEMA = {
    "type": "object",
    "required": ["paths"],
    "additionalProperties": False,
    "properties": {name: {**key.kind.schema, "description": key.text} for name, key in _ENTRY.items()},
}
_OVERRIDES = Kind(
    'a list of tables, each with "paths" and what holds for them',
    _overrides,
    {"type": "array", "items": _ENTRY_SCHEMA},
)

KEYS: Mapping[str, Key] = {
    **PER_PATH,
    "per-path": Key(
        "overrides",
        _OVERRIDES,
        "[]",
        "What else holds for some files: tables with `paths` and any of the keys above. A later one is laid over an "
        "earlier one.",
    ),
    "catalog": Key("catalog", values.PATHS, "[]", "Your own tables, on top of the shipped ones."),
    "functions": Key("functions", values.GLOBS, "[]", "Files that define your own functions."),
    "fences": Key(
        "fences",
        values.FENCES,
        '["kql", "kusto"]',
        'The languages of the fences that hold queries in Markdown; `""` is that of fences without one. Others are '
        "read where their text is plainly KQL.",
    ),
    "query-keys": Key(
        "query_keys",
        values.QUERY_KEYS,
        "[]",
        "Keys that hold a query in YAML and JSON files that no host knows, such as `detection.query`.",
    ),
    "extensions": Key(
        "extensions",
        values.EXTENSIONS,
        "{}",
        f"How files with other endings are read, as one of {', '.join(f'`{kind}`' for kind in KINDS)}. Without it, "
        '`.txt` files and files without an ending (`""`) are read where they are plainly KQL.',
    ),
    "exclude": Key("exclude", values.PATTERNS, "[]", 'Files to leave out; `"!build/"` brings a folder back.'),
    "baseline": Key("baseline", values.PATH, "none", "A baseline: the findings in it are not reported."),
    "jobs": Key("jobs", values.JOBS, '"auto"', "How many processes lint.", RUN),
    "cache": Key("cache", values.BOOLEAN, "true", "Take results of earlier runs, and keep those of this one.", RUN),
}


def read_keys(table: Mapping[str, object], root: str, keys: Mapping[str, Key], where: str) -> dict[str, object]:
    """The fields that a table sets, read; root is the folder of its file.  Raises Wrong."""
    fields = {}
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            raise Wrong(_unknown_key(name, keys, where), (name,), at_key=True)
        try:
            fields[key.field] = key.kind.get(value, root)
        except Wrong as error:
            message = error.message or f'"{name}" must be {key.kind.expected}'
            raise Wrong(message, (name, *error.keys), at_key=error.at_key) from None
    return fields


def _unknown_key(name: str, keys: Mapping[str, Key], where: str) -> str:
    from kql_lint.suggest import suggest

    close = suggest(name, keys)
    hint = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(keys)}"
    return f'unknown key "{name}" in {where}; {hint}'
