"""Imports evidence about columns of an ActionType: events that fill one, and what says that it is always empty.

That a column is filled takes one event; that it never is takes events of several sources together with a reason, and
only what is marked as sure (``high``) is taken over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.catalogue.importer.facts import Enter, Tables, action_type, add, note_sources

if TYPE_CHECKING:
    from kql_lint.catalogue.importer.rows import Rows

_SURE = "high"
_NO_ACTION_TYPE = "-"
_NOTHING = ("", "-")
_SEED_TABLE = "DeviceNetworkEvents"


def kind_of(rows: Rows) -> Enter | None:
    """What enters a file of this head line, None for another kind of file."""
    head = set(rows.head)
    return next((enter for names, enter in _KINDS if names <= head), None)


def filled(rows: Rows, tables: Tables) -> None:
    """``table action_type column events_filled events_total``: a column with a value in an event was seen."""
    for row in rows.rows:
        value = row.values["actiontype"]
        if value == _NO_ACTION_TYPE or row.get("eventsfilled") in ("", "0"):
            continue
        table = tables.setdefault(row.get("table"), {})
        add(action_type(table, value).setdefault("also_seen", []), row.get("column"))
        note_sources(table, ["event-sample"])


def contradicted(rows: Rows, tables: Tables) -> None:
    """``action_type column sample_events filled_in verdict``: what events fill though the list lacks it."""
    for row in rows.rows:
        if row.get("verdict") == "contradicted":
            table = tables.setdefault(_SEED_TABLE, {})
            add(action_type(table, row.values["actiontype"]).setdefault("also_seen", []), row.get("column"))
            note_sources(table, ["event-sample"])


def never(rows: Rows, tables: Tables) -> None:
    """``table action_type column sureness``, perhaps ``read_instead``: columns that the ActionType leaves empty."""
    for row in rows.rows:
        if row.get("sureness") != _SURE:
            continue
        table = tables.setdefault(row.get("table"), {})
        data = action_type(table, row.values["actiontype"])
        add(data.setdefault("never", []), row.get("column"))
        if row.get("readinstead") not in _NOTHING:
            data.setdefault("instead", {})[row.get("column")] = row.get("readinstead")
        note_sources(table, ["event-evidence"])


_KINDS: tuple[tuple[set[str], Enter], ...] = (
    ({"table", "actiontype", "column", "eventsfilled", "eventstotal"}, filled),
    ({"actiontype", "column", "sampleevents", "verdict"}, contradicted),
    ({"table", "actiontype", "column", "sureness"}, never),
)
