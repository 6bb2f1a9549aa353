"""Functions with a meaning of their own: what narrows, what is tabular, what looks for a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kql_lint.semantics import placeholders
from kql_lint.semantics.calls import query_functions
from kql_lint.semantics.calls.arguments import applied, arguments_of, signature_of
from kql_lint.semantics.calls.folding import either, surely
from kql_lint.semantics.events.narrowing import chosen, narrow, of_value
from kql_lint.semantics.facts import FunctionUse, WatchlistUse
from kql_lint.semantics.scopes.environment import Local
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Derivation, Row, Scope, Segment, Value, constant_text
from kql_lint.semantics.scopes.state import State
from kql_lint.semantics.tables import lookup, table_scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

_UNKNOWN = Value()


def _iff(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """``iff(c, a, b)``: c narrows what a sees, and its opposite what b sees."""
    states, filters, frame.filters = frame.states, frame.filters, False
    whole = placeholders.is_value(node.arguments)
    values: list[Value] = []
    for index, argument in enumerate(node.arguments):
        if index and states and whole:
            frame.states = _where(node.arguments[0], values[0], states, fails=index > 1)
        values.append(binder.scalar(argument, frame))
    frame.states, frame.filters = states, filters
    typed = _typed(binder, node, values, frame)
    return _chosen(_told(typed, values), values) if whole and len(values) == 3 else typed


def _where(
    node: ast.Expression, value: Value, states: Mapping[Row, State], *, fails: bool = False
) -> Mapping[Row, State]:
    """The states of the rows for which a condition holds, or fails."""
    truth = of_value(value)
    return states if truth is None else narrow(states, truth.fails if fails else truth.holds, node)


def _told(typed: Value, values: Sequence[Value]) -> Value:
    """The constants of those of the values whose conditions may hold first, where all are constants."""
    branches: list[Value] = []
    for condition, value in zip(values[:-1:2], values[1::2], strict=True):
        holds = surely(condition)
        if holds is not False:
            branches.append(value)
        if holds:
            return either(typed.type, branches)
    return either(typed.type, [*branches, values[-1]])


def _chosen(typed: Value, values: Sequence[Value]) -> Value:
    """``iff`` or ``case`` as one of its values by condition: each condition is tried where those before it failed."""
    result = values[-1]
    for place in range(len(values) - 3, -1, -2):
        condition = replace(values[place], derivation=Derivation(truth=of_value(values[place])))
        result = Value(result.type, constants=None, derivation=chosen(condition, values[place + 1], result))
        if result.derivation is None:
            return typed
    return replace(typed, derivation=result.derivation)


def _case(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """``case(c1, v1, c2, v2, ..., else)``: each condition is tried where those before it failed."""
    if not placeholders.is_value(node.arguments):
        return _typed(binder, node, arguments_of(binder, node, frame), frame)
    states, filters, frame.filters = frame.states, frame.filters, False
    values: list[Value] = []
    remaining = states
    for index, argument in enumerate(node.arguments):
        is_value = index % 2 == 1
        if is_value and states:
            frame.states = _where(node.arguments[index - 1], values[index - 1], remaining)
        values.append(binder.scalar(argument, frame))
        if is_value and states:
            remaining = _where(node.arguments[index - 1], values[index - 1], remaining, fails=True)
        frame.states = remaining
    frame.states, frame.filters = states, filters
    typed = _typed(binder, node, values, frame)
    return _chosen(_told(typed, values), values) if len(values) > 2 and len(values) % 2 else typed


def _typed(binder: Context, node: ast.Call, values: list[Value], frame: Frame) -> Value:
    signature = signature_of(node.name.name, frame)
    return Value(applied(binder, node, signature, values, frame)) if signature is not None else _UNKNOWN


def _of_neighbour(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """``prev(x)``, ``next(x)``: x is of another row, which has passed the operators before this one and no more."""
    states, segment = frame.states, frame.segment
    frame.states, frame.segment = frame.scope.states, Segment()
    values = arguments_of(binder, node, frame)
    frame.states, frame.segment = states, segment
    typed = _typed(binder, node, values, frame)
    has_default = len(values) > 2  # which is the value where there is no such row
    if not values or has_default or values[0].constants is not None:
        return typed
    return replace(values[0], type=typed.type, apart=True, derivation=None)


def _over_elements(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """``all(edge, condition)``, ``any(...)`` and ``map(edge, value)`` over each edge, or inner node."""
    element = _element(node.arguments[0], frame) if node.arguments and frame.members else None
    if element is None:
        return _typed(binder, node, arguments_of(binder, node, frame), frame)
    inside = binder.frame(element, frame.clause)
    inside.members = frame.members
    values = [Value(), *(binder.scalar(argument, inside) for argument in node.arguments[1:])]
    return _typed(binder, node, values, frame)


def _element(node: ast.Expression, frame: Frame) -> Scope | None:
    if isinstance(node, ast.Name):
        return frame.elements.get(node.name) if frame.elements is not None else None
    if isinstance(node, ast.Call) and node.name.name == "inner_nodes":
        return frame.inner_nodes
    return None


def _column_ifexists(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """``column_ifexists("Name", default)``."""
    values = arguments_of(binder, node, frame)
    name = _only_text(values[:1])
    column = frame.columns.get(name) if name is not None else None
    if column is not None:
        return binder.read(node.arguments[0], column, frame, frame.scope)
    default = values[1].type if len(values) > 1 else UNKNOWN
    return Value(UNKNOWN if frame.scope.open or name is None else default)


def _materialize(binder: Context, node: ast.Call, frame: Frame) -> Local:
    if not node.arguments:
        return Scope(open=True)
    return binder.tabular(_tabular_argument(node.arguments[0]))


def _toscalar(binder: Context, node: ast.Call, frame: Frame) -> Local:
    if not node.arguments:
        return _UNKNOWN
    local = binder.evaluate(_tabular_argument(node.arguments[0]))
    value = query_functions.as_value(binder, node, local)
    if value.type == "dynamic" and isinstance(local, Scope):
        # The elements of the arrays of all rows: where a filter leaves none, it is null, which has none.
        exact = value.exact and next(iter(local.columns.values())).exact
        return Value(value.type, (), value.constants, exact=exact)
    # Of several rows it is the first; where a filter leaves none, it is null.
    single = value.exact and len({constant.value for constant in value.constants or ()}) == 1
    return Value(value.type, (), value.constants if single else None)


def _tabular_argument(argument: ast.Expression) -> ast.Expression:
    return argument.value if isinstance(argument, ast.NamedExpression) else argument


def _table(binder: Context, node: ast.Call, frame: Frame) -> Local:
    """``table("T")``, whose argument may also be a constant."""
    name = _only_text(arguments_of(binder, node, frame)[:1])
    if name is None:
        return binder.opened(node, "a table whose name is computed")
    local = binder.environment.find(name)
    if isinstance(local, Scope):
        binder.name_use(node.arguments[0], name)
        return binder.fresh(local, node)
    tables = lookup(binder, name)
    return table_scope(binder, node, tables) if tables else binder.opened(node, "a table not in the catalogue")


def _watchlist(binder: Context, node: ast.Call, frame: Frame) -> Local:
    """``_GetWatchlist("alias")``: the columns of every watchlist, and those that an overlay declares for this one."""
    alias = _only_text(arguments_of(binder, node, frame)[:1])
    function = binder.catalogue.function(node.name.name)
    if function is None:
        return binder.opened(node, "a watchlist")
    binder.facts.functions.append(FunctionUse(node.name, function.name, function))
    common = {name: Column(name, kind) for name, kind in function.columns.items()}
    if alias is None:
        return binder.opened(node, "a watchlist whose alias is computed", common)
    declared = binder.catalogue.watchlist(alias)
    binder.facts.watchlists.append(WatchlistUse(node, alias, declared))
    if declared is None:
        return binder.opened(node, f'the watchlist "{alias}", whose columns no overlay declares', common)
    every = {**function.columns, **declared}
    return Scope({name: Column(name, kind, declared=node) for name, kind in every.items()})


def _only_text(values: list[Value]) -> str | None:
    return constant_text(values[0]) if values else None


def _elsewhere(binder: Context, node: ast.Call, frame: Frame) -> Local:
    arguments_of(binder, node, frame)
    return binder.opened(node, "a table of another database")


SPECIAL: dict[str, Callable[[Context, ast.Call, Frame], Local]] = {
    "iff": _iff,
    "iif": _iff,
    "case": _case,
    "all": _over_elements,
    "any": _over_elements,
    "map": _over_elements,
    "prev": _of_neighbour,
    "next": _of_neighbour,
    "column_ifexists": _column_ifexists,
    "columnifexists": _column_ifexists,
    "materialize": _materialize,
    "toscalar": _toscalar,
    "table": _table,
    "_GetWatchlist": _watchlist,
    "external_table": _elsewhere,
    "materialized_view": _elsewhere,
    "stored_query_result": _elsewhere,
    "cluster": _elsewhere,
    "database": _elsewhere,
    "workspace": _elsewhere,
    "adx": _elsewhere,
    "arg": _elsewhere,
}
"""How these functions are bound, by name."""
