"""What comes through a call of a function in another text: columns, rows, and what the call's texts are compared with.

Places in the function's text mean nothing in the query, so the call stands for them there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kql_lint.semantics.calls.parameter_uses import constants_of
from kql_lint.semantics.scopes.scope import (
    ALWAYS_PARTIAL,
    Column,
    Constant,
    Origin,
    Row,
    Scope,
    SplitPart,
    Value,
    moment,
    traced,
)
from kql_lint.semantics.scopes.state import ANYTHING, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kql_lint.catalogue import Definition
    from kql_lint.semantics.calls.parameter_uses import Received
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.facts import Comparison
    from kql_lint.syntax import ast


class Passage:
    """One call; node is the function's name there, received what each parameter gets."""

    __slots__ = ("_binder", "_definition", "_handed", "_node", "_rows", "_states")

    def __init__(self, binder: Context, node: ast.Name, definition: Definition, received: Received) -> None:
        self._binder = binder
        self._node = node
        self._definition = definition
        self._handed = constants_of(received)
        # The rows that the call hands over are the query's own; those of tables in the function's text get a stand-in.
        self._rows: dict[Row, Row] = {row: row for row in _rows_of(received)}
        self._states: dict[Row, State] = {}
        for item in received:
            if isinstance(item, Scope):
                self._states.update(item.states)

    def value(self, result: Value) -> Value:
        """A scalar that the function gives."""
        origins, constants = self._origins(result.origins), self._constants(result.constants)
        derivation = None if result.derivation is None else result.derivation.moved(self._row)
        absent = tuple(map(self._row, result.absent))
        return Value(result.type, origins, constants, result.folded, result.exact, result.partial, derivation, absent)

    def scope(self, result: Scope) -> Scope:
        """A table that the function gives."""
        columns = {name: self._column(column, result) for name, column in result.columns.items()}
        states = {self._row(row): self._state(row, state) for row, state in result.states.items()}
        graph = None if result.graph is None else (self.scope(result.graph[0]), self.scope(result.graph[1]))
        splits = {name: _inside(self._definition.name, parts) for name, parts in result.splits.items()}
        return Scope(columns, result.open, {}, states, result.hidden, graph, splits)

    def comparisons(self, comparisons: Iterable[Comparison], used_otherwise: set[ast.Node]) -> None:
        """Record what the body compares the texts of the call with, and which of them it uses otherwise."""
        facts = self._binder.facts
        facts.used_otherwise.update(used_otherwise & self._handed)
        for found in comparisons:
            constants = self._constants(found.constants, some=True)
            if constants:
                facts.comparisons.append(self._comparison(found, constants))

    def _comparison(self, found: Comparison, constants: tuple[Constant, ...]) -> Comparison:
        line, column = self._definition.position(found.node.start)
        return replace(
            found,
            node=self._node,
            origins=self._origins(found.origins),
            constants=constants,
            before={self._row(row): domain for row, domain in found.before.items()},
            complete=found.complete and len(constants) == len(found.constants),
            within=found.within or f"{self._definition.name} ({self._definition.path}:{line}:{column})",
        )

    def _column(self, column: Column, scope: Scope) -> Column:
        since = ALWAYS_PARTIAL if scope.is_partial(column) else moment()
        return column.moved(self._row, None, self._constants(column.constants)).aged(since)

    def _origins(self, origins: tuple[Origin, ...]) -> tuple[Origin, ...]:
        return tuple([Origin(self._row(row), name) for row, name in origins])

    def _state(self, row: Row, state: State) -> State:
        """What is known of a row behind the call, which stands for the places in the other text that narrowed it."""
        before = self._states.get(row) or self._states.get(row.copy_of or row, ANYTHING)
        reasons = {
            column: before.why(column) if domain == before.domain(column) else (*before.why(column), self._node)
            for column, domain in state.domains.items()
        }
        return State(state.domains, reasons)

    def _row(self, row: Row) -> Row:
        known = self._rows.get(row)
        if known is None:
            handed = row.copy_of if row.copy_of in self._rows else None
            known = self._rows[row] = Row(row.name, row.tables, handed.node if handed else self._node, handed)
            if handed is None:
                self._binder.foreign.add(known)
        return known

    def _constants(self, constants: tuple[Constant, ...] | None, some: bool = False) -> tuple[Constant, ...] | None:
        """Those that the call hands over; none where that are not all, unless some will do."""
        if constants is None:
            return None
        handed = tuple([constant for constant in constants if constant.node in self._handed])
        return handed if some or len(handed) == len(constants) else None


def _inside(function: str, parts: Iterable[SplitPart]) -> tuple[SplitPart, ...]:
    """The parts of a split as the query sees them: tables that have no name of their own are the function's."""
    return tuple([part._replace(tables=tuple([table or function for table in part.tables])) for part in parts])


def size(item: Value | Scope | None) -> int:
    """How much of a table or a scalar has to be looked at when it is handed over or comes back."""
    if isinstance(item, Scope):
        origins = sum(_references(column) for _, column in traced(item.columns))
        return len(item.columns) + len(item.states) + len(item.splits) + origins
    return _references(item) + len(item.constants or ()) if item is not None else 0


def _references(item: Column | Value) -> int:
    """How many Rows a column or a scalar refers to."""
    derived = sum(1 for _ in item.derivation.rows) if item.derivation is not None else 0
    return len(item.origins) + len(item.absent) + derived


def _rows_of(received: Received) -> Iterator[Row]:
    for item in received:
        if isinstance(item, Scope):
            yield from item.states
            for _, column in traced(item.columns):
                yield from _mentioned(column)
        elif item is not None:
            yield from _mentioned(item)


def _mentioned(item: Column | Value) -> Iterator[Row]:
    yield from (origin.row for origin in item.origins)
    yield from item.absent
    if item.derivation is not None:
        yield from item.derivation.rows
