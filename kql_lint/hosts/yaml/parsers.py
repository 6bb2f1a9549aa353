"""Sentinel's parser files: functions with a ``FunctionQuery``, or ASIM's ``ParserQuery``, and the parameters they take.

A function's body is linted as a query in front of which its parameters are declared (HostedQuery.preamble).
"""

from __future__ import annotations

import re

from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence

QUERIES = ("FunctionQuery", "ParserQuery")
PARAMETERS = ("ParserParams", "FunctionParams", "FunctionParameters")
NAMES = ("FunctionAlias", "FunctionName", "ParserName", "EquivalentBuiltInParser")
KEYS = frozenset({*QUERIES, *PARAMETERS, *NAMES, "Title"})

_TYPES = frozenset("bool boolean datetime date decimal dynamic guid int long real double string timespan time".split())
_NAME = re.compile(r"[^\W\d]\w*\Z")
_COLUMNS = re.compile(r"(?:table|tabular)?\s*:?\s*\(([^()*]+)\)\Z", re.IGNORECASE)


def label(node: Mapping) -> str | None:
    """The name that queries call the function by, or else the parser's title."""
    parser = node.get("Parser")
    names = [node.text(key) for key in NAMES]
    names.append(parser.text("Title") if isinstance(parser, Mapping) else "")
    return next((" ".join(name.split()) for name in names if name.strip()), None)


def declarations(node: Mapping) -> str:
    """KQL that declares the function's parameters, one line of it; empty where it has none.

    A tabular parameter becomes a table variable; one whose columns are not told is that of a table that nobody knows.
    """
    value = next((node.get(key) for key in PARAMETERS if key in node), None)
    if isinstance(value, Scalar):
        listed = " ".join(value.value.split()).strip()
        return f"declare query_parameters({listed}); " if listed else ""
    items = value.items if isinstance(value, Sequence) else []
    scalars, tables = [], []
    for item in items:
        name, written = _field(item, "Name"), _field(item, "Type")
        if not _NAME.match(name):
            continue
        columns, kind = _COLUMNS.match(written), written.lower()
        if columns:
            tables.append(f"let {name} = datatable({columns[1]})[]; ")
        elif kind.startswith(("table", "tabular", "(")):
            tables.append(f"let {name} = table('{name}'); ")
        else:
            scalars.append(f"{name}: {kind if kind in _TYPES else 'dynamic'}")
    declared = f"declare query_parameters({', '.join(scalars)}); " if scalars else ""
    return declared + "".join(tables)


def _field(item: Node, name: str) -> str:
    """The text of a key, whatever its case."""
    if not isinstance(item, Mapping):
        return ""
    texts = [item.text(entry.key).strip() for entry in item.entries if entry.key.lower() == name.lower()]
    return texts[-1] if texts else ""
