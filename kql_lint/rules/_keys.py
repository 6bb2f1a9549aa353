"""Keys that a query reads from bags and that the events possible there lack, as far as that is certain.

Of an event whose keys are known whole, any other key is missing.  Of all others, new keys come without notice: only a
key that differs from one that published events have, in its case or by a slip, or from one that is known in any way
by a separator alone, is surely a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.rules._fields import filters_of, table_of
from kql_lint.rules._names import mistyped
from kql_lint.suggest import Candidates, bare, suggest

if TYPE_CHECKING:
    from kql_lint.catalogue import EventKind, Table
    from kql_lint.semantics.facts import Facts, KeyRead
    from kql_lint.semantics.scopes.scope import Origin
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax.ast import Node

_ASK_FOR_ABSENCE = frozenset({"coalesce", "isempty", "isnull"})
_TESTS = frozenset({"isempty", "isnull", "isnotempty", "isnotnull", "notempty", "notnull", "bag_has_key"})
_CHOICES = frozenset({"iff", "iif", "case"})


@dataclass(slots=True)
class UnknownKey:
    """A key that none of the events possible there has.

    by: the column that tells the kinds of events apart, kinds: those that are possible, [] where that may be any.
    providers: those whose events lack it, where all their keys are known; [] where it is only not known.  close: the
    keys that may be meant, best first.
    """

    read: KeyRead
    by: str
    kinds: list[str]
    providers: list[str]
    close: tuple[str, ...]

    @property
    def bag(self) -> str:
        """The name of the column that has the keys, in its table."""
        return self.read.origins[0].column

    @property
    def tables(self) -> list[str]:
        """The names of the tables that it is of."""
        return list(dict.fromkeys(origin.row.name for origin in self.read.origins))

    @property
    def filters(self) -> list[Node]:
        """The filters that leave just these kinds."""
        rows = dict.fromkeys(origin.row for origin in self.read.origins) if self.kinds else ()
        return filters_of(self.read, rows, self.by)


def unknown_keys(facts: Facts) -> Iterator[UnknownKey]:
    """The keys in the order of the query, one for each place.

    A place that is bound several times (in a let that is used twice) counts only if no event has the key each time.
    """
    if not facts.whole or not facts.key_reads:
        return
    by_node: dict[Node, UnknownKey | None] = {}
    for read in facts.key_reads:
        if read.node not in by_node or by_node[read.node] is not None:
            by_node[read.node] = _judged(facts, read)
    unknown = [found for found in by_node.values() if found is not None]
    prepared = _prepared_for_absence(facts) if unknown else frozenset()
    for found in unknown:
        node, filters = found.read.node, found.filters
        ends = (min(one.start for one in filters), max(one.end for one in filters)) if filters else (node.end, 0)
        if node not in prepared and facts.intact(node, *ends):
            yield found


@dataclass(slots=True)
class _Missing:
    """What one of the tables lacks: see UnknownKey.  known: keys that may be meant."""

    by: str
    kinds: list[str]
    providers: list[str]
    known: tuple[str, ...]


def _judged(facts: Facts, read: KeyRead) -> UnknownKey | None:
    from kql_lint.semantics.scopes.state import ANYTHING

    found: list[_Missing] = []
    met: set[tuple[object, ...]] = set()
    for origin in read.origins:
        # Behind an aggregation any kind is possible, and a table without kinds of events has none.
        state = read.states.get(origin.row, ANYTHING)
        final = read.segment.final.get(origin.row, state)
        key = origin.row.tables, origin.column, id(state), id(final)
        if key not in met:  # most of the rows of a union share all that
            met.add(key)
            missing = _missing(facts, origin, read.key, state, final)
            if missing is None:
                return None
            found.append(missing)
    kinds = list(dict.fromkeys(kind for one in found for kind in one.kinds)) if all(one.kinds for one in found) else []
    providers = list(dict.fromkeys(name for one in found for name in one.providers))
    if not all(one.providers for one in found):
        providers = []
    known = dict.fromkeys(key for one in found for key in one.known)
    return UnknownKey(read, found[0].by, kinds, providers, suggest(read.key, Candidates(known)))


def _missing(facts: Facts, origin: Origin, key: str, state: State, final: State) -> _Missing | None:
    """What the origin's table lacks of the key; None where it may have it."""
    from kql_lint.semantics.events.kinds import possible_kinds

    kinds = possible_kinds(origin.row, state, final) or []
    table = table_of(origin.row)
    events = table.events
    by = events.column if events is not None else ""
    if events is not None and kinds and events.bag == origin.column:
        possible = state.domain(events.provider or "") & final.domain(events.provider or "")
        told = [
            (name, event) for kind in kinds for name, event in events.values[kind].providers.items() if name in possible
        ]
        keys = {name: None for _, event in told for name in event.keys}
        if all(events.values[kind].providers for kind in kinds) and told and all(event.whole for _, event in told):
            providers = list(dict.fromkeys(name for name, _ in told))
            return None if key in keys else _Missing(by, kinds, providers, tuple(keys))
    every, certain = facts.catalogue.memory.get(("keys", table, origin.column), lambda: _keys(table, origin.column))
    if key in every:
        return None
    close = [name for name in certain if name.casefold() == key.casefold()]
    close = close or _separated_otherwise(key, every) or _slips(key, certain)
    return _Missing(by, kinds, [], tuple(close)) if close else None


def _separated_otherwise(key: str, every: Iterable[str]) -> list[str]:
    """The keys that have the same letters and other separators: ThreatName for Threat_Name."""
    same = sorted(name for name in every if bare(name) == bare(key) and name.casefold() != key.casefold())
    return same[:1] if len(same) == 1 else []


def _slips(key: str, certain: tuple[str, ...]) -> list[str]:
    meant = mistyped(key, suggest(key, Candidates(certain)))
    return [meant] if meant is not None else []


def _keys(table: Table, bag: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The keys of a bag of any of the table's events: all that are known in any way, and those that events have."""
    kinds = table.events.values.values() if table.events is not None else ()
    certain = [*table.seen_keys.get(bag, ()), *(key for kind in kinds for key in kind.seen_keys.get(bag, ()))]
    if table.events is not None and table.events.bag == bag:
        certain += [key for kind in kinds for key in _of_providers(kind)]
    every = {*certain, *table.bags.get(bag, ()), *(key for kind in kinds for key in kind.bags.get(bag, ()))}
    return frozenset({*every, *(key.partition(".")[0] for key in every)}), tuple(dict.fromkeys(certain))


def _of_providers(kind: EventKind) -> list[str]:
    return [key for event in kind.providers.values() for key in event.keys]


def _prepared_for_absence(facts: Facts) -> frozenset[Node]:
    """The places in ``coalesce(...)`` and ``isempty(...)``: who writes these knows that the key may be missing.

    So does who tests the same key in an ``iff``, a ``case`` or an ``or``.
    """
    from kql_lint.syntax import ast

    keys: dict[Node, str] = {read.node: read.key for read in facts.key_reads}
    found: set[Node] = set()
    for node in facts.nodes:
        name = node.name.name if isinstance(node, ast.Call) else None
        if name in _ASK_FOR_ABSENCE:
            found.update(ast.walk(node))
        elif name in _CHOICES or (isinstance(node, ast.Logical) and node.op == "or"):
            inside = list(ast.walk(node))
            calls = [item for item in inside if isinstance(item, ast.Call) and item.name.name in _TESTS]
            tested = {keys[item] for call in calls for item in ast.walk(call) if item in keys}
            found.update(item for item in inside if keys.get(item) in tested)
    return frozenset(found)
