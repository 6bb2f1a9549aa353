"""Imports what is known beyond columns: ActionTypes, the fields seen with them, keys of bags, titles, functions.

Each kind of file is told by its head line and has one function here that enters its rows into the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, EventKindsData, FunctionData, TableData
    from kql_lint.catalogue.importer.rows import Row, Rows

# What the sources' short names stand for; a table's file says so of those it uses.
SOURCES = {
    "seed": "the list of ActionTypes and fields that this project began with",
    "docs": "Microsoft's documentation: aggregated reports, device discovery, disruption and response",
    "docs-2026": "Microsoft's schema reference, 2026",
    "docs-2024": "Microsoft's schema reference, 2024",
    "portal-2023": "the schema reference inside the Defender portal, May 2023",
    "public-list": "published lists of values that third parties saw in a tenant",
    "observed": "public queries of two repositories or more filter on it",
    "titles": "a published list of the titles of ActionTypes",
    "type-guess": "no source gives the column's type",
    "sample": "a published anonymised row has a value in the column",
    "export-parser": "a published parser of exported events reads the column",
    "azure-monitor-docs": "Azure Monitor's reference of tables, 2026",
    "event-sample": "a published event, or an anonymised export, has a value in the column",
    "event-evidence": "events of several sources leave the column empty, and the kind of event says why",
    "published-rule": "published rules of several authors, or of Microsoft, filter on it",
    "streamed-event": "a published event of the streaming API has it",
}
# The newest reference: columns that it has need no word about their source.
_NEWEST = "docs-2026"
_EVIDENCE = ("sample", "export-parser")
# These take their values from the applications they watch: their list can never be whole.
_OPEN = frozenset({"CloudAppEvents", "IdentityDirectoryEvents", "IdentityLogonEvents", "IdentityQueryEvents"})
_ANY = ("any", "*", "-")
_NOT_A_PLATFORMS = "user-defined or unknown"

Tables = dict[str, "TableData"]
Enter = Callable[["Rows", Tables], None]


def kind_of(rows: Rows) -> Enter | None:
    """What enters a file of this head line, None for another kind of file."""
    head = set(rows.head)
    return next((enter for names, enter in _KINDS if names <= head), None)


def column_sources(rows: Rows, tables: Tables) -> None:
    """Which columns the newest reference lacks, and whose type is a guess."""
    for row in rows.rows:
        table = tables.setdefault(row.get("table"), {})
        sources = row.get("sources").split(",")
        if sources != [""]:
            note_sources(table, sources)
        weak = [source for source in sources if source and (_NEWEST not in sources or source == "type-guess")]
        for source in weak:
            add(table.setdefault("column_sources", {}).setdefault(source, []), row.get("column"))


def action_types(rows: Rows, tables: Tables) -> None:
    """ActionType values with their title and sources."""
    for row in rows.rows:
        table = tables.setdefault(row.get("table"), {})
        # A value may end with a blank, so it is not stripped.
        data = action_type(table, row.values["actiontype"])
        if row.get("title"):
            data["title"] = row.get("title")
        for source in row.get("sources").split(","):
            add(data.setdefault("sources", []), source)
        note_sources(table, data["sources"])
        table["events"]["closed"] = row.get("table") not in _OPEN


def more_action_types(rows: Rows, tables: Tables) -> None:
    """ActionTypes that the other sources lack, but for those of which nobody is sure."""
    for row in rows.rows:
        sureness, kind = row.get("sureness"), row.get("cataloguelist")
        if sureness == "unsure":
            continue
        table = tables.setdefault(row.get("table"), {})
        data = action_type(table, row.values["actiontype"])
        source = (
            "azure-monitor-docs"
            if "documented" in sureness
            else "streamed-event"
            if _is_event(row)
            else "published-rule"
        )
        add(data.setdefault("sources", []), source)
        note_sources(table, [source])
        if kind == "none":  # otherwise the table's file says so
            table["events"]["closed"] = "closed" in sureness


def _is_event(row: Row) -> bool:
    return row.get("sureness") == "seen" or "streamed" in row.get("evidence")


def fields(rows: Rows, tables: Tables) -> None:
    """Columns recorded with an ActionType: those of the seed are its list, the others were seen."""
    for row in rows.rows:
        evidence = row.get("evidence").partition(":")[0]
        table = tables.setdefault(row.get("table"), {})
        if evidence == "seed":
            add(action_type(table, row.values["actiontype"]).setdefault("columns", []), row.get("column"))
        elif evidence in _EVIDENCE and row.values["actiontype"] not in _ANY:
            add(action_type(table, row.values["actiontype"]).setdefault("also_seen", []), row.get("column"))
            note_sources(table, [evidence])


def bag_keys(rows: Rows, tables: Tables) -> None:
    """Keys of AdditionalFields, or of the bag that a column names: those of events, or those that queries read."""
    seen = "events" in rows.head
    for row in rows.rows:
        table = tables.setdefault(row.get("table"), {})
        bag = row.get("column") or "AdditionalFields"
        value = row.values["actiontype"]
        if seen:
            about = table if value in _ANY else action_type(table, value)
            keys = about.setdefault("seen_keys", {}).setdefault(bag, [])
        elif value in _ANY:
            keys = table.setdefault("dynamic_fields", {}).setdefault(bag, [])
        elif bag == "AdditionalFields":
            keys = action_type(table, value).setdefault("additional_fields", [])
        else:
            keys = action_type(table, value).setdefault("dynamic_fields", {}).setdefault(bag, [])
        add(keys, row.get("key"))


def titles(rows: Rows, tables: Tables) -> None:
    """Titles of ActionTypes."""
    for row in rows.rows:
        table = tables.setdefault(row.get("table"), {})
        data = action_type(table, row.values["actiontype"])
        data["title"] = row.get("title")
        add(data.setdefault("sources", []), "titles")
        note_sources(table, ["titles"])


def functions(rows: Rows) -> dict[str, FunctionData]:
    """The functions that a platform adds; those that are some workspace's own are left out."""
    found: dict[str, FunctionData] = {}
    for row in rows.rows:
        if row.get("provider") == _NOT_A_PLATFORMS:
            continue
        data: FunctionData = {"kind": row.get("kind"), "provider": row.get("provider")}
        if row.get("arguments"):
            data["arguments"] = row.get("arguments")
        columns = [part for part in row.get("outputcolumns").split(",") if part]
        if columns:
            data["columns"] = dict(_column(row, part) for part in columns if part != "*")
            data["open"] = "*" in columns
        found[row.get("function")] = data
    return found


def is_functions(rows: Rows) -> bool:
    """Whether a file is one of functions."""
    return {"function", "kind", "provider"} <= set(rows.head)


def _column(row: Row, part: str) -> tuple[str, str]:
    name, colon, kind = part.partition(":")
    if not colon:
        raise row.error(f'output column "{part}" must be name:type')
    return name, kind


def action_type(table: TableData, value: str) -> EventKindData:
    """What is known of an ActionType of a table: entered where it is not there."""
    known: EventKindsData = table.setdefault("events", {})
    if value == "any":
        return known.setdefault("any", {})
    return known.setdefault("values", {}).setdefault(value, {})


def note_sources(table: TableData, names: list[str]) -> None:
    """Explain sources at the top of a table's file."""
    known = table.setdefault("sources", {})
    for name in names:
        known.setdefault(name, SOURCES.get(name, name))


def add(values: list[str], value: str) -> None:
    """Enter a value that is not there."""
    if value and value not in values:
        values.append(value)


# By what the head line has; the more particular ones first.
_KINDS: tuple[tuple[set[str], Enter], ...] = (
    ({"table", "actiontype", "title", "sources"}, action_types),
    ({"table", "actiontype", "cataloguelist", "sureness"}, more_action_types),
    ({"table", "actiontype", "column", "evidence"}, fields),
    ({"table", "actiontype", "key"}, bag_keys),
    ({"table", "actiontype", "title"}, titles),
    ({"table", "column", "type", "sources"}, column_sources),
)
