"""Imports keys of events by provider and EventID: ``provider event_id field``, and ``source`` or ``whole`` beside them.

Without a table they go into the list that all tables of such events share; with one, into that table's file, as an
overlay has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.catalogue.importer.facts import add
from kql_lint.catalogue.provider_events import SOURCES

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindsData, ProviderEventData, TableData
    from kql_lint.catalogue.importer.rows import Row, Rows

Events = dict[tuple[str, str], "ProviderEventData"]

_MANIFEST = re.compile(r"manifest\b")
_MONTH = re.compile(r"\d{4}-\d{2}\b")
_NONE = "-"


def is_provider_events(rows: Rows) -> bool:
    """Whether a file has a row for each key of an event."""
    return {"provider", "eventid", "field"} <= set(rows.head)


def provider_events(rows: Rows) -> Events:
    """The events with their keys; ``-`` for a key is an event that has none."""
    found: Events = {}
    for row in rows.rows:
        provider, number = row.get("provider"), row.get("eventid")
        if not provider or not number.isdigit():
            raise row.error("the row has no provider with an EventID")
        event = found.setdefault((provider, number), {"keys": []})
        if row.get("field") != _NONE:
            add(event["keys"], row.get("field"))
        _origin(row, event)
    return found


def _origin(row: Row, event: ProviderEventData) -> None:
    source = row.get("source")
    dated = _MONTH.search(source)
    if dated is not None:
        event["source"], event["as_of"] = tuple(SOURCES)[_MANIFEST.match(source) is None], dated[0]
    if _MANIFEST.match(source) or row.get("whole").casefold() in ("yes", "true"):
        event["whole"] = True


def check_dated(rows: Rows, events: Events) -> None:
    """Raise CatalogueError where the shared list can't take an event: it says of each where its keys are from."""
    for row in rows.rows:
        if "source" not in events[row.get("provider"), row.get("eventid")]:
            raise row.error("no source with a year and month; name the table that the events are for")


def enter(events: Events, table: TableData) -> None:
    """Put events into a table's data."""
    kinds: EventKindsData = table.setdefault("events", {})
    values = kinds.setdefault("values", {})
    for (provider, number), event in events.items():
        values.setdefault(number, {}).setdefault("providers", {})[provider] = event
        if "source" in event:
            table.setdefault("sources", {})[event["source"]] = SOURCES[event["source"]]
