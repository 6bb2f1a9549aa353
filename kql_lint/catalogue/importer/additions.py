"""Imports what a table's schema lacks: columns and tables with where each was found, and names of functions.

Each kind of file is told by its head line, as in ``facts``.  Nothing here tells all columns of a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kql_lint.catalogue import compact, provider_events
from kql_lint.catalogue.importer.groups import standard_columns

if TYPE_CHECKING:
    from kql_lint.catalogue.data import FunctionData, ProviderEventData, TableData
    from kql_lint.catalogue.importer.rows import Row, Rows

SOURCES = {
    "service-rows": "published rows of the service have the column",
    "public-queries": "public queries of several authors read the column",
    "vendor-content": "queries and workbooks that Microsoft published read the column",
    "published-schema": "published schemas of tables, 2026",
    "unified-schema": "Defender's schema, which workspaces attached to its portal share since 2025-05",
    "solution-schema": "the schemas that a published solution is checked with",
}
_REFERENCES = frozenset({"azure-monitor-docs", "defender-docs"})  # need no word about their source
_KNOWN_SOURCES = {
    "ci-schema": "solution-schema",
    "rows of the service": "service-rows",
    "rows of the service; Microsoft's queries": "service-rows",
    "published rows": "service-rows",
    "public queries": "public-queries",
    "Microsoft's workbooks": "vendor-content",
}
_CUSTOM = ("ci-schema", "connector", "dcr")
_COUNT = re.compile(r" \(.*\)\Z")


@dataclass(slots=True)
class Lists:
    """What goes into lists and not into the tables' files: tables of workspaces, parser functions, Windows events."""

    custom_tables: dict[str, dict[str, str]] = field(default_factory=dict)
    parser_functions: set[str] = field(default_factory=set)
    provider_events: dict[tuple[str, str], ProviderEventData] = field(default_factory=dict)

    def texts(self, as_of: str) -> dict[str, str]:
        """The content of each file that there is something for, by its name."""
        found: dict[str, str] = {}
        if self.custom_tables:
            lines = {name: compact.table_fields(columns) for name, columns in self.custom_tables.items()}
            found[compact.CUSTOM_TABLES] = compact.text_of(as_of, lines)
        if self.parser_functions:
            found[compact.PARSER_FUNCTIONS] = compact.text_of(as_of, dict.fromkeys(self.parser_functions, ()))
        if self.provider_events:
            found[provider_events.PROVIDER_EVENTS] = provider_events.text_of(as_of, self.provider_events)
        return found


def is_additions(rows: Rows) -> bool:
    """Whether a file has columns with where they were found: ``table column type source what``."""
    return {"table", "column", "type", "source", "what"} <= set(rows.head)


def is_missing(rows: Rows) -> bool:
    """Whether a file has tables, columns and functions of several platforms: ``kind table_or_function column ...``."""
    return {"kind", "tableorfunction", "column", "type", "platform", "sureness"} <= set(rows.head)


def is_names(rows: Rows) -> bool:
    """Whether a file has names of parser functions: ``function source``."""
    return rows.head == ["function", "source"]


def additions(rows: Rows, tables: dict[str, TableData], lists: Lists) -> None:
    """Columns of the reference and of existing tables; whole tables of solutions and connectors are a workspace's."""
    for row in rows.rows:
        name, source = row.get("table"), row.get("source")
        if source in _CUSTOM and row.get("what") == "new table":
            lists.custom_tables.setdefault(name, {})[row.get("column")] = row.get("type")
        else:
            _enter(tables, row, name, source)


def missing(rows: Rows, tables: dict[str, TableData], functions: dict[str, FunctionData], platform: str | None) -> None:
    """The rows of one platform; renames are written by hand, with their dates."""
    for row in rows.rows:
        if platform is not None and row.get("platform") != platform:
            continue
        name = row.get("tableorfunction")
        if row.get("kind") in ("table", "column"):
            _enter(tables, row, name, "defender-docs" if row.get("kind") == "table" else row.get("sureness"))
        elif row.get("kind") == "function":
            functions[name] = {"kind": "invoke", "provider": platform.title() if platform else ""}


def names(rows: Rows, lists: Lists) -> None:
    """Names of parser functions."""
    lists.parser_functions.update(row.get("function") for row in rows.rows)


def _enter(tables: dict[str, TableData], row: Row, name: str, source: str) -> None:
    column = row.get("column")
    plain = _COUNT.sub("", source)
    if plain not in _REFERENCES and column in standard_columns():
        return
    table = tables.setdefault(name, {})
    table.setdefault("columns", {})[column] = row.get("type")
    if plain not in _REFERENCES:
        known = _KNOWN_SOURCES.get(plain, plain)
        table.setdefault("sources", {})[known] = SOURCES.get(known, known)
        table.setdefault("column_sources", {}).setdefault(known, []).append(column)
