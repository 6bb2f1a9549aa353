"""What the catalogue knows of a table, for programs: an array with one record, described by docs/catalog.schema.json.

The record has a ``version``.  It is raised when a field changes its meaning or goes away; fields may be added at any
time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kql_lint.catalogue.catalogue import Catalogue
from kql_lint.catalogue.model import EventKind, EventKinds, Reference, Table, united
from kql_lint.catalogue.show import kind_named, known_values, tables_named
from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.catalogue.model import ColumnValues

VERSION = 1


def show_json(
    table: str, kind: str | None = None, platform: str | None = None, *, catalogue: Catalogue | None = None
) -> str:
    """The text, with its final newline; kind: of the kinds of events this one alone.

    Raises NotInCatalogue for a name that the catalogue lacks.
    """
    catalogue = catalogue or Catalogue.default()
    tables = tables_named(catalogue, table, platform)
    wanted = None if kind is None else kind_named(catalogue, tables, kind)[1]
    return f"[\n  {as_json(record(catalogue, tables, wanted))}\n]\n"


def record(catalogue: Catalogue, tables: Sequence[Table], kind: EventKind | None = None) -> dict[str, object]:
    """The record of a table with these copies; kind: of the kinds of events this one alone."""
    events = known_values(tables)
    return {
        "version": VERSION,
        "table": tables[0].name,
        "platforms": [table.platform for table in tables],
        "as_of": {table.platform: catalogue.as_of(table) for table in tables},
        "description": next((table.description for table in tables if table.description), None),
        "complete": not any(table.open for table in tables),
        "columns": [
            _column(tables, name) for name in dict.fromkeys(name for table in tables for name in table.columns)
        ],
        "column_groups": _lists(united(table.column_groups for table in tables)),
        "events": None if events is None else _events(events, kind),
        "keys": _lists(united(table.bags for table in tables)),
        "references": _references(tables[0].references),
        "sources": {name: text for table in tables for name, text in table.sources.items()},
    }


def _column(tables: Sequence[Table], name: str) -> dict[str, object]:
    having = [table for table in tables if name in table.columns]
    values = next((table.column_values[name] for table in having if name in table.column_values), None)
    return {
        "name": name,
        "types": {table.platform: table.columns[name] for table in having},
        "on_every_event": any(name in table.always for table in having),
        "type_is_a_guess": any(name in table.guessed_types for table in having),
        "form": next(filter(None, (table.holds.get(name) for table in having)), None),
        "values": None if values is None else _values(values),
    }


def _values(known: ColumnValues) -> dict[str, object]:
    return {
        "complete": known.closed,
        "case_is_certain": known.cased,
        "as_of": known.as_of,
        "names": list(known.values),
    }


def _events(events: EventKinds, kind: EventKind | None) -> dict[str, object]:
    kinds = events.values.values() if kind is None else [kind]
    return {
        "column": events.column,
        "complete": events.closed,
        "as_of": events.as_of,
        "provider": events.provider,
        "bag": events.bag,
        "kinds": [_kind(one) for one in kinds],
        "elsewhere": [
            {
                "name": name,
                "provider": one.provider,
                "channel": one.channel,
                "tables": list(one.tables),
                "now": one.now,
            }
            for name, one in (events.elsewhere.items() if kind is None else ())
        ],
    }


def _kind(kind: EventKind) -> dict[str, object]:
    return {
        "name": kind.name,
        "title": kind.title,
        "description": kind.description,
        "columns": None if kind.columns is None else list(kind.columns),
        "fills_no_others": kind.whole,
        "also_seen": list(kind.also_seen),
        "always_empty": sorted({*kind.never, *kind.instead}),
        "instead": dict(kind.instead),
        "keys": _lists(kind.bags),
        "providers": [
            {
                "name": name,
                "keys": list(event.keys),
                "has_no_others": event.whole,
                "source": event.source,
                "as_of": event.as_of,
            }
            for name, event in kind.providers.items()
        ],
        "references": _references(kind.references),
        "sources": list(kind.sources),
    }


def _lists(found: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(words) for name, words in found.items()}


def _references(references: Sequence[Reference]) -> list[dict[str, str]]:
    return [{"title": one.title, "url": one.url} for one in references]
