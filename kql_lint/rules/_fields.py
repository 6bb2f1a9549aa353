"""Columns read although the kinds of events still possible there do not fill them: shared by KL104, KL105 and KL111.

What is known of a kind and a column is one of four things: it is filled (the list has it, an event had a value, or it
comes together with such a column), it is never filled (evidence of its own says so, or a list that is whole lacks it),
it is unlisted (there is a list, the column is not on it, and nothing else is known), or nothing is known at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Related
from kql_lint.rules._contradictions import inside
from kql_lint.rules._literals import ACTION_TYPE
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.catalogue import EventKind, Table
    from kql_lint.semantics.facts import ColumnRead, Facts, KeyRead
    from kql_lint.semantics.scopes.scope import Origin, Row
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax.ast import Node


_BAG = "AdditionalFields"
_ASK_FOR_ABSENCE = frozenset({"coalesce", "isempty", "isnull"})
_TESTS = frozenset({"isempty", "isnull", "isnotempty", "isnotnull", "notempty", "notnull"})
_CHOICES = frozenset({"iff", "iif", "case"})
_EQUAL = frozenset({"==", "=~"})
_EQUALITY = frozenset({*_EQUAL, "!=", "<>", "!~", ">"})

LISTED, SEEN, NEVER, UNLISTED, UNKNOWN = "listed", "seen", "never", "unlisted", "unknown"


@dataclass(slots=True)
class UnlistedRead:
    """A column that none of the kinds of events possible there lists.

    by: the column that tells the kinds apart.  statuses: of each of these kinds, whether the column is SEEN, NEVER
    filled or UNLISTED.  blocks: the place is in a filter that needs the column, and all rows that reach the end of the
    pipeline lack it; later: some of those that reach the place may have it, and fall at a later filter.
    """

    read: ColumnRead
    by: str
    rows: list[Row]
    statuses: dict[str, str]
    blocks: bool
    later: bool = False

    @property
    def kinds(self) -> list[str]:
        """The kinds of events that are possible there."""
        return list(self.statuses)

    @property
    def seen(self) -> list[str]:
        """Those that fill the column though their list lacks it."""
        return [name for name, status in self.statuses.items() if status == SEEN]

    @property
    def never(self) -> bool:
        """Whether all of them are known to leave the column empty."""
        return set(self.statuses.values()) == {NEVER}

    @property
    def instead(self) -> list[str]:
        """What to read in place of the column, where the catalogue says so: a column, or a key of a bag."""
        found = {known.instead.get(self.column) for row in self.rows for known in _known(row, self.statuses)}
        return sorted(filter(None, found))

    @property
    def column(self) -> str:
        """The column's name in its table, whatever the query calls it."""
        return self.read.column.origins[0].column

    @property
    def tables(self) -> list[str]:
        """The names of the tables it comes from."""
        return list(dict.fromkeys(row.name for row in self.rows))

    @property
    def filters(self) -> list[Node]:
        """The filters that leave just these kinds."""
        return filters_of(self.read, self.rows, self.by)

    @property
    def related(self) -> tuple[Related, ...]:
        """The places of these filters."""
        return tuple(Related(node.start, node.end, f"{self.by} is narrowed here") for node in self.filters)


def filters_of(read: ColumnRead | KeyRead, rows: Iterable[Row], column: str) -> list[Node]:
    """The places that narrow a column of the rows before or behind a read; one around another says less than that."""
    found: dict[Node, None] = {}
    for states in (read.states, read.segment.final):
        for row in rows:
            found.update(dict.fromkeys(states[row].why(column) if row in states else ()))
    return [node for node in found if not any(node is not other and inside(other, node) for other in found)]


def unlisted_reads(facts: Facts, *, of_action_types: bool = True) -> Iterator[UnlistedRead]:
    """The unlisted reads in the order of the query, one for each place.

    of_action_types: those of tables whose kinds are ActionTypes, or those of others.  A place that is bound several
    times (in a let that is used twice) counts only if it is unlisted each time, and as seen if it is seen once.
    """
    every = facts.memory.get("unlisted reads", lambda: list(_unlisted(facts)))
    return (found for found in every if (found.by == ACTION_TYPE) == of_action_types)


def _unlisted(facts: Facts) -> Iterator[UnlistedRead]:
    if not facts.whole:
        return
    by_place: dict[tuple[Node, str], UnlistedRead | None] = {}
    kinds = _Kinds(facts.strict_fields)
    for read in _reads(facts):
        place = read.node, read.side
        if place in by_place and by_place[place] is None:
            continue
        found = _judged(read, kinds) if _is_narrowed(read) else None
        earlier = by_place.get(place)
        if found is not None and earlier is not None and (earlier.seen or not earlier.never):
            found = earlier
        by_place[place] = found
    unlisted = [found for found in by_place.values() if found is not None]
    prepared = _prepared_for_absence(facts) if unlisted else frozenset()
    for found in unlisted:
        if found.read.node not in prepared and _is_intact(facts, found):
            yield found


def _is_narrowed(read: ColumnRead) -> bool:
    """Whether anything is known of the first of its rows."""
    if not read.column.origins:
        return False
    row = read.column.origins[0].row
    state, final = read.states.get(row), read.segment.final.get(row)
    return state is not None and bool(state.domains or (final is not None and final.domains))


class _Kinds:
    """The kinds of events that states leave, and what is known of them and a column, each found out once."""

    def __init__(self, strict: bool) -> None:
        from kql_lint.semantics.events.kinds import kind_column, possible_kinds

        self._strict = strict
        self._kind_column = kind_column
        self._possible_kinds = possible_kinds
        self._columns: dict[tuple[object, ...], str | None] = {}
        self._tells: dict[tuple[Table, ...], str] = {}
        self._found: dict[tuple[object, ...], list[str] | None] = {}

    def of(self, row: Row, *states: State) -> list[str] | None:
        """Those that all of the states leave, which live as long as the facts; None where they are not known."""
        tells = self._tells.get(row.tables)
        if tells is None:
            tells = self._tells[row.tables] = self._kind_column(row)
        key = (row.tables, *[id(state.domains.get(tells)) for state in states])
        if key not in self._found:
            self._found[key] = self._possible_kinds(row, *states)
        return self._found[key]

    def column(self, origin: Origin) -> str | None:
        """The column that tells the kinds of events of which some have the origin's column; None where all have it."""
        key = origin.row.tables, origin.column
        if key not in self._columns:
            self._columns[key] = self._kind_column(origin.row) if _is_of_event(origin) else None
        return self._columns[key]

    def statuses(self, origin: Origin, kinds: Iterable[str]) -> dict[str, str]:
        """Of each of some kinds, what is known of it and the origin's column."""
        return {kind: status(origin, kind, self._strict) for kind in kinds}


def _reads(facts: Facts) -> Iterator[ColumnRead]:
    """The reads that count: those of a function as it is declared do not where calls of it were followed."""
    followed = {read.node for read in facts.reads if not read.declared}
    for read in facts.reads:
        if read.clause != "names" and not (read.declared and read.node in followed):
            yield read


def first_reads(reads: Iterable[UnlistedRead]) -> Iterable[UnlistedRead]:
    """One for a column of a table and the same kinds: the first filter that needs it, or else its first place."""
    found: dict[tuple[str, ...], UnlistedRead] = {}
    for read in reads:
        key = (read.column, *read.tables, *read.kinds)
        if key not in found or (read.blocks and not found[key].blocks):
            found[key] = read
    return found.values()


def message(found: UnlistedRead, kinds: str) -> str:
    """No more than is known: that the column is always empty for the kinds, or that a list lacks it."""
    if not found.never:
        return f"the catalogue lists no {found.column} for {kinds} in {listing(found.tables)}"
    empty = f"{found.column} is always empty for {kinds}"
    if not found.blocks:
        return empty
    if found.later:
        return f"{empty}, so nothing passes both this filter and the later one on {found.by}"
    return f"{empty}, so this filter never matches"


def _is_intact(facts: Facts, found: UnlistedRead) -> bool:
    """Whether no syntax error lies between the read and the filters."""
    filters = found.filters if facts.syntax_errors else ()
    node = found.read.node
    return all(facts.intact(node, one.start, one.end) for one in filters)


def _prepared_for_absence(facts: Facts) -> frozenset[Node]:
    """The names in ``coalesce(...)`` and ``isempty(...)``: who writes these knows that the column may be empty.

    So does who writes ``iff(isempty(X), "none", X)``, which is coalesce in other words, or ``isempty(X) or X != "y"``.
    """
    from kql_lint.syntax import ast

    found: set[Node] = set()
    for node in facts.nodes:
        if isinstance(node, ast.Call) and node.name.name in _ASK_FOR_ABSENCE:
            found.update(node.arguments)
        elif isinstance(node, ast.Call) and node.name.name in _CHOICES:
            inner = [item for argument in node.arguments for item in ast.walk(argument)]
            tested = {name for item in inner for name in (_asked(item, _TESTS, _EQUALITY),) if name is not None}
            found.update(item for item in inner if isinstance(item, ast.Name) and item.name in tested)
        elif isinstance(node, ast.Logical) and node.op == "or":
            asked = (_asked(operand, _ASK_FOR_ABSENCE, _EQUAL) for operand in node.operands)
            tested = {name for name in asked if name is not None}
            names = [item for item in ast.walk(node) if isinstance(item, ast.Name)] if tested else []
            found.update(item for item in names if item.name in tested)
    return frozenset(found)


def _asked(node: Node, functions: frozenset[str], operators: frozenset[str]) -> str | None:
    """The column that the node asks to be empty or not: by one of the functions, or compared with an empty string."""
    from kql_lint.syntax import ast

    name: Node | None = None
    if isinstance(node, ast.Call) and len(node.arguments) == 1 and node.name.name in functions:
        name = node.arguments[0]
    elif isinstance(node, ast.Binary) and node.op in operators:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, ast.Literal) and other.value == "":
                name = one
            elif isinstance(one, ast.Call) and one.name.name == "strlen" and isinstance(other, ast.Literal):
                name = one.arguments[0] if other.value == 0 and one.arguments else None
    return name.name if isinstance(name, ast.Name) else None


def _judged(read: ColumnRead, kinds: _Kinds) -> UnlistedRead | None:
    column, *others = {kinds.column(origin) for origin in read.column.origins}
    if column is None or others:
        return None
    statuses: dict[str, str] = {}
    blocks, later = read.needed, False
    met: set[tuple[object, ...]] = set()
    for origin in read.column.origins:
        state = read.states.get(origin.row)
        if state is None:
            return None
        final = read.segment.final.get(origin.row, state)
        key = origin.row.tables, origin.column, id(state), id(final)
        if key in met:  # most of the rows of a union share all that
            continue
        met.add(key)
        possible = kinds.of(origin.row, state, final)
        found = kinds.statuses(origin, possible or ())
        if not found or not {LISTED, UNKNOWN}.isdisjoint(found.values()):
            return None
        # Below an `or` the place may see fewer kinds than the filter as a whole lets through.
        ends = None if final.domain(column).excluding else kinds.of(origin.row, final)
        blocks = blocks and ends is not None and len(ends) == len(found)
        later = later or kinds.of(origin.row, state) != possible
        for value, one in found.items():
            statuses[value] = one if statuses.get(value, one) == one else UNLISTED
    return UnlistedRead(read, column, [origin.row for origin in read.column.origins], statuses, blocks, later)


def table_of(row: Row) -> Table:
    """The copy of the table that has the kinds of events."""
    return next((table for table in row.tables if table.events is not None), row.tables[0])


def status(origin: Origin, value: str, strict: bool) -> str:
    """What is known of a kind of event and a column of its table.

    What the AdditionalFields bag holds changes from month to month: that it is empty can't be known.  strict: a column
    that a list lacks is unlisted, whatever else is known.
    """
    table = table_of(origin.row)
    known = table.events.values.get(value) if table.events is not None else None
    if known is None:
        return UNKNOWN
    if origin.column in (known.columns or ()) or (origin.column == _BAG and not strict):
        return LISTED
    if origin.column in known.never:
        return NEVER
    if known.whole:
        return SEEN if origin.column in known.also_seen else NEVER
    if known.columns is None:
        return LISTED if origin.column in _filled(table, known) else UNKNOWN
    return SEEN if origin.column in _filled(table, known) else UNLISTED


def _is_of_event(origin: Origin) -> bool:
    """Whether the column is one that some events have and some lack, on each platform."""
    name = origin.column
    return all(name in table.columns and name not in table.always for table in origin.row.tables)


@lru_cache(maxsize=4096)
def _filled(table: Table, known: EventKind) -> frozenset[str]:
    """All columns that the kind fills as far as is known: listed, seen, or grouped with one of these."""
    columns = {*(known.columns or ()), *known.also_seen}
    if known.whole:
        return frozenset(columns)
    for group in table.column_groups.values():
        if not columns.isdisjoint(group):
            columns.update(group)
    if _BAG in known.bags:
        columns.add(_BAG)
    return frozenset(columns - known.never)


def _known(row: Row, values: Iterable[str]) -> list[EventKind]:
    known = table_of(row).events
    return [known.values[value] for value in values if known is not None and value in known.values]


def filling(row: Row, column: str) -> list[str]:
    """The kinds of events of the row's table that are known to fill the column."""
    table = table_of(row)
    known = table.events
    return [name for name, value in known.values.items() if column in _filled(table, value)] if known else []
