"""What a query gives and what it uses, out of the facts that the binder found.  For people who write rules around it.

Offsets are half-open, in code points of the query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import ACTION_TYPE
from kql_lint.semantics.domains.domain import EMPTY, NOTHING, Domain
from kql_lint.semantics.scopes.scope import Column, Row, Scope
from kql_lint.semantics.scopes.state import ANYTHING, State
from kql_lint.semantics.sources import UNKNOWN_TABLE
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.semantics import Bound
    from kql_lint.semantics.facts import Facts, FunctionUse


class OutputColumn(NamedTuple):
    """A column of the result: its KQL type, or ``unknown``; origins are the (table, column) pairs it is a copy of."""

    name: str
    type: str
    origins: tuple[tuple[str, str], ...] = ()


class Gap(NamedTuple):
    """Why the columns are not all known, and where."""

    reason: str
    start: int
    end: int


class Remaining(NamedTuple):
    """The ActionTypes that are left at the end: those of values, or where any all but those of excluded.

    unlisted are those of values that the catalogue does not list for the table.
    """

    any: bool
    values: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()


class TableUse(NamedTuple):
    """A table where the query names it.

    platforms are those whose table is meant, none for a table that the catalogue lacks.  columns are those that the
    query reads by name, in the table's order.  action_types: None where the table has no such column.
    """

    name: str
    start: int
    end: int
    platforms: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    action_types: Remaining | None = None


class FunctionCall(NamedTuple):
    """A function that is none of KQL's own, where it is first called (where it is defined, for the query's own).

    kind is ``platform``, ``stored`` (an overlay or a file has it; path is that of its text), ``query`` (the query
    defines it) or ``unknown``.
    """

    name: str
    kind: str
    start: int
    end: int
    path: str | None = None


class WatchlistCall(NamedTuple):
    """A watchlist; declared: an overlay says what columns it has."""

    alias: str
    declared: bool
    start: int
    end: int


@dataclass(slots=True)
class Description:
    """What is known of a query.

    columns are those of the result, in order; complete: there are no others.  gaps say why not, the first that was met
    first; one may lie in a part that the result does not depend on.  syntax_errors are the parser's diagnostics.
    """

    columns: list[OutputColumn] = field(default_factory=list)
    complete: bool = False
    gaps: list[Gap] = field(default_factory=list)
    tables: list[TableUse] = field(default_factory=list)
    functions: list[FunctionCall] = field(default_factory=list)
    watchlists: list[WatchlistCall] = field(default_factory=list)
    syntax_errors: list[Diagnostic] = field(default_factory=list)


def describe(bound: Bound, errors: Iterable[Diagnostic] = ()) -> Description:
    """The description of a query that has been bound; errors are its syntax errors."""
    found = Description(syntax_errors=list(errors))
    found.columns = _columns(bound)
    found.complete = bound.output_columns is not None and not found.syntax_errors
    if not found.complete:
        found.gaps = _gaps(bound, found.syntax_errors)
    found.tables = _tables(bound.facts)
    found.functions = _functions(bound.facts)
    found.watchlists = list(
        dict.fromkeys(
            WatchlistCall(use.alias, use.columns is not None, use.node.start, use.node.end)
            for use in bound.facts.watchlists
        )
    )
    return found


def _columns(bound: Bound) -> list[OutputColumn]:
    if not isinstance(bound.result, Scope):
        return [OutputColumn(name, kind) for name, kind in bound.output_columns or ()]
    return [OutputColumn(column.name, column.type, _origins(column)) for column in bound.result.columns.values()]


def _origins(column: Column) -> tuple[tuple[str, str], ...]:
    """None for a column whose values are those of another in lower or upper case."""
    if column.folded is not None:
        return ()
    return tuple(dict.fromkeys((row.name, name) for row, name in column.origins))


def _gaps(bound: Bound, errors: list[Diagnostic]) -> list[Gap]:
    gaps = [Gap(f"a syntax error: {error.message}", error.start, error.end) for error in errors]
    query = bound.facts.query
    if not isinstance(bound.result, Scope):
        why = "no statement gives a result" if bound.result is None else "the result is a scalar"
        return gaps or [Gap(why, query.start, query.end)]
    if bound.result.open:
        places = [item for item in bound.facts.opened if not item.settled] or bound.facts.opened
        gaps += [Gap(item.told(), item.node.start, item.node.end) for item in places]
        if not gaps:
            names = [item.node for item in bound.facts.unknown_functions]
            gaps = [Gap(f"{name.name}, a function that is not known", name.start, name.end) for name in names]
    return list(dict.fromkeys(gaps)) or [Gap("a part that can't be followed", query.start, query.end)]


# --- tables -------------------------------------------------------------------------------------------------------


class _Reference:
    """One place that names a table: its Rows (a function's body is bound several times), what is read of them."""

    def __init__(self, row: Row, *, goes_on: bool) -> None:
        self.first = row
        self.goes_on = goes_on
        self.others: list[Row] = []
        self.columns: set[str] = set()

    @property
    def rows(self) -> list[Row]:
        """The Rows that count: the first is that of a declaration where there are others, unless it goes on itself."""
        return [self.first, *self.others] if self.goes_on or not self.others else self.others


def _tables(facts: Facts) -> list[TableUse]:
    references = _references(facts)
    states = final_states(facts)
    uses = [_table(reference, states) for reference in references.values()]
    uses += [
        TableUse(item.node.name, item.node.start, item.node.end)
        for item in facts.opened
        if item.reason == UNKNOWN_TABLE and isinstance(item.node, ast.Name)
    ]
    return sorted(dict.fromkeys(uses), key=lambda use: (use.start, use.name))


def _references(facts: Facts) -> dict[tuple[int, int, str], _Reference]:
    references: dict[tuple[int, int, str], _Reference] = {}
    for row in (*facts.rows, *facts.copies):
        reference = references.get(_key(row))
        if reference is None:
            references[_key(row)] = _Reference(row, goes_on=row in facts.going_on)
        else:
            reference.others.append(row)
    for read in facts.reads:
        for row, name in read.column.origins:
            if _key(row) in references:
                references[_key(row)].columns.add(name)
    return references


def _key(row: Row) -> tuple[int, int, str]:
    return row.node.start, row.node.end, row.name


def states_of_references(facts: Facts) -> dict[tuple[int, int, str], State]:
    """What is known at the end of the rows of each place that names a table: its stretch, and the table's name."""
    states = final_states(facts)
    found: dict[tuple[int, int, str], State] = {}
    for key, reference in _references(facts).items():
        for one in reference.rows:
            state = states.get(one, ANYTHING)
            found[key] = found[key] | state if key in found else state
    return found


def final_states(facts: Facts) -> dict[Row, State]:
    """What is known of each Row where it is seen last."""
    states = dict(facts.copies)
    for segment in facts.segments:
        states.update(segment.final)
    return states


def _table(reference: _Reference, states: dict[Row, State]) -> TableUse:
    row = reference.first
    known = dict.fromkeys(name for table in row.tables for name in table.columns)
    remaining = None
    if ACTION_TYPE in known:
        state = NOTHING
        for one in reference.rows:
            state = state | states.get(one, ANYTHING).domain(ACTION_TYPE)
        remaining = _remaining(row, state)
    return TableUse(
        row.name,
        row.node.start,
        row.node.end,
        tuple(table.platform for table in row.tables),
        tuple(name for name in known if name in reference.columns),
        remaining,
    )


def _remaining(row: Row, state: Domain) -> Remaining:
    """The values in the order of the table's list, then the others; the empty text stands for no row at all."""
    listed = dict.fromkeys(value for table in row.tables if table.events for value in table.events.values)
    values = {str(value) for value in state.values - EMPTY}
    ordered = tuple([value for value in listed if value in values] + sorted(values - listed.keys()))
    if state.excluding:
        return Remaining(True, (), ordered)
    return Remaining(False, ordered, (), tuple(value for value in ordered if value not in listed) if listed else ())


# --- functions ----------------------------------------------------------------------------------------------------


def _functions(facts: Facts) -> list[FunctionCall]:
    calls = [_function(use) for use in facts.functions]
    calls += [
        FunctionCall(item.node.name, "unknown", item.node.start, item.node.end)
        for item in facts.unknown_functions
        if not item.plugin
    ]
    first: dict[tuple[str, str], FunctionCall] = {}
    for call in sorted(calls, key=lambda call: call.start):
        first.setdefault((call.name, call.kind), call)
    return list(first.values())


def _function(use: FunctionUse) -> FunctionCall:
    function = use.function
    kind = "query" if function is None else "stored" if function.own else "platform"
    path = function.definition.path if function is not None and function.definition is not None else None
    return FunctionCall(use.name, kind, use.node.start, use.node.end, path)
