"""Names used as columns that are keys of a bag, such as AdditionalFields, of the events that are possible there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.rules._names import written
from kql_lint.wording import listing

if TYPE_CHECKING:
    from collections.abc import Collection

    from kql_lint.catalogue import Table
    from kql_lint.semantics.facts import UnknownColumn
    from kql_lint.semantics.scope import Row, Scope

_BAG = "AdditionalFields"


@dataclass(slots=True)
class BagKey:
    """A name that is a key of a bag.

    bag is the column's name, as it is in scope.  action_types: those with the key that are possible there, [] where the
    key is the table's.  narrowed: the query asks for some ActionTypes only.  type is the bag's.
    """

    key: str
    bag: str
    action_types: list[str]
    narrowed: bool
    type: str

    @property
    def what(self) -> str:
        """What the name is, for a message."""
        events = f" for {listing(self.action_types)}" if self.action_types else ""
        return f"is a key of {self.bag}{events}"

    @property
    def reading(self) -> str:
        """How a query reads the key as a text."""
        key = written(self.key)
        bag = written(self.bag) if self.type == "dynamic" else f"parse_json({written(self.bag)})"
        return f"tostring({bag}{key if key.startswith('[') else f'.{key}'})"


def bag_key(unknown: UnknownColumn, rows: list[Row]) -> BagKey | None:
    """The bag of which an unknown name is a key; a key in the same case goes before one in another."""
    found = list(_keys(unknown, rows))
    return next((one for one in found if one.key == unknown.node.name), found[0] if found else None)


def _keys(unknown: UnknownColumn, rows: list[Row]) -> Iterator[BagKey]:
    from kql_lint.semantics.scope import EVERYTHING

    folded, scope = unknown.node.name.casefold(), unknown.scope
    for row in rows:
        state = scope.action_types.get(row, EVERYTHING)
        bags = _bags(row, scope)
        for table in row.tables:
            events = table.events.values if table.events is not None else {}
            for bag, name in bags.items():
                keys: dict[str, list[str]] = {key: [] for key in table.dynamic_fields.get(bag, ())}
                for value in state.of(events):
                    of_event = events[value].dynamic_fields.get(bag, ())
                    for key in (*of_event, *(events[value].additional_fields if bag == _BAG else ())):
                        keys.setdefault(key, []).append(value)
                for key, values in keys.items():
                    if key.casefold() == folded:
                        narrowed = bool(values) and not state.everything
                        yield BagKey(key, name, values, narrowed, scope.columns[name].type)


def _bags(row: Row, scope: Scope) -> dict[str, str]:
    """The dynamic columns of the row that are in scope: by their names in the table, what they are called there."""
    wanted = {bag for table in row.tables for bag in _named(table)}
    found: dict[str, str] = {}
    for name, column in scope.columns.items():
        for origin in column.origins:
            if origin.row is row and origin.column in wanted:
                found.setdefault(origin.column, name)
    return found


def _named(table: Table) -> Collection[str]:
    events = table.events.values.values() if table.events is not None else ()
    return {*table.dynamic_fields, *(bag for event in events for bag in event.dynamic_fields), _BAG}
