"""Imports which columns each kind of event fills: a row for each kind and column.

The kinds are in the column ``event_id`` (those of EventID), or in one called ``kind``; ``title`` and ``whole`` (``yes``
where the rows name all columns that such an event can fill) may stand beside them.  ``-`` for a column is an event that
fills none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.catalogue.importer.facts import add
from kql_lint.catalogue.importer.schema import table_of

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, EventKindsData, TableData
    from kql_lint.catalogue.importer.rows import Row, Rows

SOURCES = {
    "event-manifest": "the manifest of the events' provider, 2026-08: all fields that each event has",
    "service-rows": "published rows of the service have the column",
}
_EVENT_ID = "eventid"
_KIND = "kind"
_BY = {_EVENT_ID: "EventID"}
_NONE = "-"
_MANIFEST = "manifest"
_DERIVED = "derived"
# What stands for a title where a provider has none.
_NO_TITLE = " - task_"


def is_kinds(rows: Rows) -> bool:
    """Whether a file has a row for each kind of event and column."""
    head = set(rows.head)
    return "column" in head and not head.isdisjoint({_EVENT_ID, _KIND}) and "tableorfunction" not in head


def kinds(rows: Rows, tables: dict[str, TableData], table: str | None, by: str | None) -> None:
    """Enter the kinds.  table: the name where the file has no column for it; by: the column whose values they are."""
    key = next(name for name in (_EVENT_ID, _KIND) if name in rows.head)
    seen: set[tuple[str, str]] = set()
    for row in rows.rows:
        name, kind = table_of(row, table), row.values.get(key, "").strip()
        if not kind:
            raise row.error("the row has no kind of event")
        events = tables.setdefault(name, {}).setdefault("events", {})
        column = by or _BY.get(key)
        if column is not None:
            events["column"] = column
        if _computed(row):
            add(events.setdefault("always", []), row.get("column"))
        _enter(row, _kind(events, kind, (name, kind) in seen))
        seen.add((name, kind))
        _sources(row, tables[name], events["values"][kind])


def _kind(events: EventKindsData, name: str, again: bool) -> EventKindData:
    """What is known of the kind: its columns anew where it is the first row of it."""
    known = events.setdefault("values", {}).setdefault(name, {})
    if not again:
        known["columns"] = []
    return known


def _enter(row: Row, known: EventKindData) -> None:
    title, column = row.get("title"), row.get("column")
    if title and _NO_TITLE not in title:
        known["title"] = title.rstrip(".")
    if not column:
        raise row.error("the row has no column name")
    if column != _NONE:
        add(known["columns"], column)
    if _is_whole(row):
        known["whole"] = True


def _computed(row: Row) -> bool:
    """Whether the service makes the column out of others, whatever the event."""
    return _DERIVED in row.get("source")


def _is_whole(row: Row) -> bool:
    """A manifest lists an event's fields whole, and so does who says so, or that there are none."""
    said = row.get("whole").casefold() in ("yes", "true")
    return said or _MANIFEST in row.get("source") or row.get("column") == _NONE


def _sources(row: Row, table: TableData, known: EventKindData) -> None:
    """Most kinds are from a manifest, which the table's file says once; those seen in rows alone say so each."""
    if "source" not in row.values:
        return
    if _is_whole(row):
        known["sources"] = ["event-manifest"]
    elif "sources" not in known:
        known["sources"] = ["service-rows"]
    for name in known.get("sources", ()):
        table.setdefault("sources", {}).setdefault(name, SOURCES[name])
