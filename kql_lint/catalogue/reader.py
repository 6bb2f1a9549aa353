"""Reads a YAML file of the catalogue into plain data; each mistake is a Problem with its line and column.

The only module that knows the keys of the format.  It imports yaml, so it is imported only when a file is not cached.
"""

from __future__ import annotations

import os
import re
from typing import cast

import yaml

from kql_lint.catalogue import scan
from kql_lint.catalogue.problems import Problem
from kql_lint.catalogue.scan import TYPES
from kql_lint.catalogue.shapes import (
    Endless,
    Path,
    Reading,
    boolean,
    either_list_or,
    integer,
    items,
    mapping,
    matching,
    name_of,
    one_of,
    one_or_more,
    record,
    text,
)

__all__ = ["LIMITS", "LOADER", "PLATFORMS", "Path", "Reading", "not_yaml", "read"]

PLATFORMS = ("defender", "sentinel")
FORMS = tuple(
    "address|command line|device|digits|file name|guid|id on device|json|md5|path|registry key|sha1|sha256".split("|")
)
LIMITS = "limits.yaml"

_TABLE_NAME = re.compile(r"[^\W\d]\w{0,127}\Z")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: str, text: str) -> Reading:
    """Read the text of the file at path; problems are sorted by place."""
    reading = Reading(path, len(text))
    try:
        node = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        reading.problems.append(not_yaml(path, error))
        return reading
    if node is None:
        reading.problems.append(Problem(path, 1, 1, "the file is empty"))
        return reading
    try:
        _document(reading, node)
    except Endless:
        reading.data, reading.problems = {}, [Problem(path, 1, 1, "the aliases of this file make it too large")]
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
            reading.report(node, f'{name_of(at)} lacks "kind"')
    elif told:
        place = (*at, told[0])
        line, column = reading.marks[place]
        reading.problems.append(Problem(reading.path, line, column, f'"{told[0]}" is told by the file at "path"'))
    return value


def table_alias(reading: Reading, node: yaml.Node, at: Path) -> object:
    """What a foreign name is in a table: a column, a list of them, or a record that says what they hold."""
    if isinstance(node, yaml.MappingNode):
        return _TABLE_ALIAS(reading, node, at)
    columns = one_or_more(text)(reading, node, at)
    return None if columns is None else {"columns": columns}


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
_PROVIDER_EVENT = record({"keys": _TEXTS, "whole": boolean, "source": text, "as_of": _MONTH}, ("keys",))
_EVENT_KIND = record(
    {
        "title": text,
        "description": text,
        "columns": _TEXTS,
        "whole": boolean,
        "also_seen": _TEXTS,
        "never": _TEXTS,
        "instead": mapping(text, "column"),
        "additional_fields": _TEXTS,
        "dynamic_fields": _KEYS_OF_BAGS,
        "seen_keys": _KEYS_OF_BAGS,
        "providers": mapping(either_list_or(_PROVIDER_EVENT, _TEXTS, "keys"), "provider"),
        "field_rules": mapping(integer, "column"),
        "indicators": _INDICATORS,
        "patterns": items(record({"name": text, "rules": integer}, ("name",))),
        "detection_rules": integer,
        "references": _REFERENCES,
        "sources": _TEXTS,
    }
)
_ELSEWHERE = record(
    {"provider": text, "channel": text, "tables": _TEXTS, "now": text},
    ("provider", "channel"),
)
_VALUES = record({"closed": boolean, "cased": boolean, "as_of": _MONTH, "values": _TEXTS}, ("values",))
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
        "column_values": mapping(_VALUES, "column"),
        "holds": mapping(one_of(FORMS, "form of values"), "column"),
        "mixed_case": mapping(
            record({"source": text, "as_of": _MONTH, "values": _TEXTS}, ("source", "as_of")), "column"
        ),
        "dynamic_fields": _KEYS_OF_BAGS,
        "seen_keys": _KEYS_OF_BAGS,
        "events": record(
            {
                "column": text,
                "provider": text,
                "bag": text,
                "closed": boolean,
                "as_of": _MONTH,
                "always": _TEXTS,
                "any": either_list_or(_EVENT_KIND, _TEXTS, "columns"),
                "values": mapping(_EVENT_KIND, "kind of event"),
                "elsewhere": mapping(_ELSEWHERE, "kind of event"),
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
_TABLE_ALIAS = record({"columns": one_or_more(text), "has": text}, ("columns", "has"))
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
        "platforms": mapping(
            record(
                {"as_of": _MONTH, "source": text, "time_column": text, "table_page": text, "standard_columns": _COLUMNS}
            ),
            "platform",
        ),
        "functions": mapping(function, "function"),
        "renames": items(_RENAME),
        "aliases": mapping(one_or_more(text), "alias"),
        "table_aliases": items(
            record({"tables": _TEXTS, "aliases": mapping(table_alias, "alias")}, ("tables", "aliases"))
        ),
        "watchlists": mapping(columns_or_names, "watchlist"),
    }
)
_NAMES = record({"names": _TEXTS, "source": text}, ("names", "source"))
_LIMITS = record(
    {
        "sources": mapping(text, "source"),
        "as_of": mapping(_MONTH, "source"),
        "limits": mapping(record({"value": integer, "source": text}, ("value", "source")), "limit"),
        "entities": mapping(
            record({"identifiers": _TEXTS, "required": _TEXTS, "source": text}, ("identifiers", "required", "source")),
            "entity",
        ),
        "strong_identifiers": mapping(_TEXTS, "entity"),
        "list_identifiers": _NAMES,
        "alert_properties": _NAMES,
        "values": mapping(_NAMES, "setting"),
        "keys": mapping(_NAMES, "setting"),
        "earlier_keys": mapping(_TEXTS, "setting"),
        "connector_tables": record(
            {"connectors": mapping(_TEXTS, "connector"), "source": text}, ("connectors", "source")
        ),
        "old_entity_columns": record({"columns": mapping(text, "column"), "source": text}, ("columns", "source")),
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
    (
        *("sources", "as_of", "limits", "entities", "strong_identifiers", "list_identifiers", "alert_properties"),
        "custom_detections",
        *("values", "keys", "earlier_keys", "connector_tables", "old_entity_columns"),
    ),
)
