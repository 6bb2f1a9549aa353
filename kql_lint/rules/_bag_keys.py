"""Names used as columns that are keys of a bag, such as AdditionalFields, of the events that are possible there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._names import written
from kql_lint.wording import listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.catalogue import Table
    from kql_lint.rules._scopes import Present
    from kql_lint.semantics.facts import Facts, UnknownColumn


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


def bag_key(facts: Facts, unknown: UnknownColumn, rows: Present) -> BagKey | None:
    """The bag of which an unknown name is a key; a key in the same case goes before one in another."""
    found = list(_keys(facts, unknown, rows))
    return next((one for one in found if one.key == unknown.node.name), found[0] if found else None)


def _keys(facts: Facts, unknown: UnknownColumn, rows: Present) -> Iterator[BagKey]:
    from kql_lint.semantics.events.kinds import kind_column
    from kql_lint.semantics.scopes.state import ANYTHING

    folded, scope = unknown.node.name.casefold(), unknown.scope
    for row, names in rows.items():
        state = scope.states.get(row, ANYTHING).domain(kind_column(row))
        for table in row.tables:
            listed = _listed(facts, table).get(folded, ())
            for bag, name in names.items() if listed else ():
                for one in (one for one in listed if one.bag == bag):
                    values = [event for event in one.events if event in state]
                    if values or one.of_table:
                        narrowed = bool(values) and not state.everything
                        yield BagKey(one.key, name, values, narrowed, scope.columns[name].type)


class _Key(NamedTuple):
    """A key of a table's bag, the events that have it, and whether the table has it on no event in particular."""

    bag: str
    key: str
    events: list[str]
    of_table: bool


def _listed(facts: Facts, table: Table) -> Mapping[str, list[_Key]]:
    """The keys of the table's bags by their names with case folded."""
    return facts.catalogue.memory.get(("keys of bags", table), lambda: _read(table))


def _read(table: Table) -> dict[str, list[_Key]]:
    found = {(bag, key): _Key(bag, key, [], True) for bag, keys in table.bags.items() for key in keys}
    for value, event in table.events.values.items() if table.events is not None else ():
        for bag, key in [(bag, key) for bag, keys in event.bags.items() for key in keys]:
            found.setdefault((bag, key), _Key(bag, key, [], False)).events.append(value)
    by_name: dict[str, list[_Key]] = {}
    for one in found.values():
        by_name.setdefault(one.key.casefold(), []).append(one)
    return by_name
