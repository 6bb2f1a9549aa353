"""What rows can still be at a cursor: which kinds of events are possible, and which columns none of them fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._fields import LISTED, NEVER, SEEN, status
from kql_lint.semantics.events.kinds import NUMBERS, kinds_of, list_of, possible_kinds, type_of
from kql_lint.semantics.scopes.scope import Origin
from kql_lint.semantics.scopes.state import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kql_lint.semantics.scopes.scope import Column, Row
    from kql_lint.semantics.scopes.state import State


class Filling(NamedTuple):
    """The kinds of events of a table that fill a column, and those that never do; of others it is not known.

    narrowed: others than these and those are not possible.
    """

    table: str
    by: list[str]
    never: list[str]
    narrowed: bool


def never_filled(column: Column, states: Mapping[Row, State]) -> list[str]:
    """The kinds of events that are still possible, where it is known that none of them fills the column; [] else."""
    kinds: dict[str, None] = {}
    for row, name in column.origins:
        if not all(name in one.columns and name not in one.always for one in row.tables):
            return []
        possible = possible_kinds(row, states.get(row, ANYTHING))
        if not possible or any(status(Origin(row, name), kind, False) != NEVER for kind in possible):
            return []
        kinds.update(dict.fromkeys(possible))
    return list(kinds)


def filling(column: Column, states: Mapping[Row, State]) -> Iterator[Filling]:
    """Which kinds of events fill a column, for each table that it comes from; nothing for what every event has."""
    for row, name in dict.fromkeys(column.origins):
        events, left = kinds_of(row), kinds_left(row, states)
        every = all(name in one.columns and name not in one.always for one in row.tables)
        if events is None or not every or name == events.column:
            continue
        known = {kind: status(Origin(row, name), kind, True) for kind in (events.values if left is None else left)}
        filled = [kind for kind, one in known.items() if one in (LISTED, SEEN)]
        empty = [kind for kind, one in known.items() if one == NEVER]
        if filled or empty:
            yield Filling(row.name, filled, empty, left is not None)


def kinds_left(row: Row, states: Mapping[Row, State]) -> list[str] | None:
    """The kinds of events that a row can still be, None where nothing narrows them."""
    return possible_kinds(row, states.get(row, ANYTHING))


def listed_values(origin: Origin, states: Mapping[Row, State]) -> list[tuple[str, bool]]:
    """The values that the catalogue lists for a column, each with whether a row can still have it."""
    known = list_of(origin)
    if known is None:
        return []
    domain = states.get(origin.row, ANYTHING).domain(origin.column)
    numbers = type_of(origin) in NUMBERS
    return [
        (value, (int(value) if numbers and value.isdigit() else value) in domain)
        for value in known.values
        if value.isdigit() or not numbers
    ]


def keys_of(origin: Origin, states: Mapping[Row, State]) -> list[tuple[str, list[str], bool]]:
    """The keys of a bag: each with the kinds of events that have it, and whether one of these is still possible.

    A key that is known of no kind in particular has none, and is possible.
    """
    row, bag = origin
    events = kinds_of(row)
    left = possible_kinds(row, states.get(row, ANYTHING))
    found: dict[str, list[str]] = {key: [] for table in row.tables for key in table.bags.get(bag, ())}
    general = set(found)
    for name, kind in events.values.items() if events is not None else ():
        keys = [*kind.bags.get(bag, ())]
        if events is not None and events.bag == bag:
            provider = states.get(row, ANYTHING).domain(events.provider or "")
            keys += [key for one, event in kind.providers.items() if one in provider for key in event.keys]
        for key in dict.fromkeys(keys):
            found.setdefault(key, []).append(name)
    return [
        (key, kinds, key in general or left is None or not set(left).isdisjoint(kinds)) for key, kinds in found.items()
    ]
