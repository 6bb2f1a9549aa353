"""Operators after which a row is no row of the input any more: summarize, count, make-series, top-nested ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts, functions
from kql_lint.semantics.calls.folding import COLLECTIONS
from kql_lint.semantics.operators.columns import (
    ColumnBuilder,
    declared_name,
    dropped,
    is_damaged,
    made,
    parameter,
)
from kql_lint.semantics.scopes.projection import Projection
from kql_lint.semantics.scopes.scope import Column, Row, Scope, extended, moment, traced
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.state import State


def summarize(binder: Context, operator: ast.Summarize, scope: Scope | None) -> Scope:
    """``summarize aggregates by keys``: keys come first; a key is not repeated by ``arg_max(x, *)``."""
    scope = scope or Scope(open=True)
    keys = operator.by or []
    binder.text_columns(keys, scope, "by")
    by_frame = binder.frame(scope, "by")
    key_values = [binder.scalar(key, by_frame) for key in keys]
    binder.dynamic_use(keys, "summarize")
    if operator.bin is not None:
        binder.scalar(operator.bin, by_frame)
    frame = binder.frame(scope, "summarize")
    frame.over_all = not keys and operator.bin is None
    values = [binder.scalar(aggregate, frame) for aggregate in operator.aggregates]
    contracts.aggregated(binder, operator.aggregates, scope, "summarize")
    builder = ColumnBuilder(binder, by_frame, Projection())
    for key, value in zip(keys, key_values, strict=True):
        builder.put(key, value)
    builder.projection.skip_all()
    builder.by = {column.name for column in builder.projection.columns.values() if _is_input(column, scope)}
    builder.frame, builder.aggregates = frame, True
    for aggregate, value in zip(operator.aggregates, values, strict=True):
        builder.put(aggregate, value)
    binder.end_segment(scope)
    columns = _without_mixed_rows(builder.projection.columns, operator, scope)
    every = [*operator.aggregates, *keys]
    takes_all = any(_takes_all(node) for node in every)
    is_open = is_damaged(every) or (scope.open and takes_all)
    hidden = scope.hidden if takes_all else {}
    gone, states = dropped(scope, columns, operator), still_followed(columns, scope)
    if not frame.over_all:
        return Scope(columns, is_open, gone, states, hidden, mixed=scope.mixed)
    # There is a row even where there was none; then it is empty, but for the arrays, which are there.
    mixed = moment()
    columns = {name: column.aged(moment()) if _is_array(column) else column for name, column in columns.items()}
    whole = scope.whole and all(value.exact for value in values)
    return Scope(columns, is_open, gone, states, hidden, mixed=mixed, whole=whole)


def _is_array(column: Column) -> bool:
    """Whether an aggregate has collected the column's values, which gives an array of none where there are none."""
    made = column.declared.value if isinstance(column.declared, ast.NamedExpression) else column.declared
    return isinstance(made, ast.Call) and made.name.name in COLLECTIONS


def _is_input(column: Column, scope: Scope) -> bool:
    return scope.columns.get(column.name) is column


def _takes_all(node: ast.Expression) -> bool:
    """Whether the aggregate returns all columns there are, or what it returns can't be read."""
    if isinstance(node, ast.NamedExpression):
        node = node.value
    if isinstance(node, ast.Call):
        return any(isinstance(argument, ast.Wildcard) for argument in node.arguments) and functions.gives_several(
            node.name.name
        )
    return isinstance(node, ast.Wildcard)


def _without_mixed_rows(columns: Mapping[str, Column], operator: ast.Summarize, scope: Scope) -> Mapping[str, Column]:
    """Strip origins where two aggregates choose rows of their own: the columns then come from different rows."""
    calls = [node.value if isinstance(node, ast.NamedExpression) else node for node in operator.aggregates]
    choosing = [node for node in calls if isinstance(node, ast.Call) and functions.gives_several(node.name.name)]
    if len(choosing) < 2:
        return columns
    keys = {id(key.value if isinstance(key, ast.NamedExpression) else key) for key in operator.by or []}
    names = {key.name for key in operator.by or [] if isinstance(key, ast.Name)}
    return {
        name: column if name in names or id(column.declared) in keys else Column(name, column.type, (), column.declared)
        for name, column in columns.items()
    }


def still_followed(columns: Mapping[str, Column], scope: Scope) -> Mapping[Row, State]:
    """The states of the rows of which a column comes through: its values are still those of such rows."""
    if not scope.states:
        return scope.states
    through = {origin.row for _, column in traced(columns) if column.folded is None for origin in column.origins}
    return {row: state for row, state in scope.states.items() if row in through}


def count(binder: Context, operator: ast.Count, scope: Scope | None) -> Scope:
    """``count``, ``count as n``."""
    name = operator.name.name if operator.name is not None else "Count"
    return _aggregated(binder, operator, scope, {name: Column(name, "long", declared=operator)})


def _aggregated(
    binder: Context, operator: ast.Operator, scope: Scope | None, columns: Mapping[str, Column], is_open: bool = False
) -> Scope:
    """The scope behind an aggregation of which no row of the input is left."""
    scope = scope or Scope(open=True)
    binder.end_segment(scope)
    stripped = {name: Column(name, column.type, (), column.declared) for name, column in columns.items()}
    return Scope(stripped, is_open, dropped(scope, columns, operator))


def make_series(binder: Context, operator: ast.MakeSeries, scope: Scope | None) -> Scope:
    """``make-series aggregates on x from a to b step c by keys``: keys, then series and their axis, as arrays."""
    scope = scope or Scope(open=True)
    contracts.chosen(binder, operator.parameters, "make-series")
    by_frame, frame = binder.frame(scope, "by"), binder.frame(scope, "summarize")
    aggregates = [(item.expression, binder.scalar(item.expression, frame)) for item in operator.aggregates]
    contracts.aggregated(binder, [node for node, _ in aggregates], scope, "make-series")
    others = [item.default for item in operator.aggregates]
    for bound in (*others, operator.lower, operator.upper, operator.step):
        if bound is not None:
            binder.scalar(bound, by_frame)
    axis = binder.scalar(operator.on, by_frame)
    keys = [(key, binder.scalar(key, by_frame)) for key in operator.by]
    builder = ColumnBuilder(binder, by_frame, Projection())
    for key, value in keys:
        builder.put(key, value)
    builder.frame, builder.aggregates = frame, True
    for node, value in aggregates:
        builder.put(node, value, "dynamic")
    builder.aggregates = False
    builder.put(operator.on, axis, "dynamic")
    return _aggregated(binder, operator, scope, builder.projection.columns)


def top_nested(binder: Context, operator: ast.TopNested, scope: Scope | None) -> Scope:
    """``top-nested n of x by aggregate, ...``: two columns a clause."""
    scope = scope or Scope(open=True)
    names = functions.UniqueNames()
    columns: dict[str, Column] = {}
    for clause in operator.clauses:
        by_frame = binder.frame(scope, "by")
        for part in (clause.count, clause.others):
            if part is not None:
                binder.scalar(part, by_frame)
        of = binder.scalar(clause.of, by_frame)
        by = binder.scalar(clause.by, binder.frame(scope, "summarize"))
        contracts.aggregated(binder, [clause.by], scope, "top-nested")
        of_name = names.add(functions.implicit_name(clause.of) or "")
        columns[of_name] = made(of_name, of, clause.of)
        named = declared_name(clause.by)
        by_name = names.add(named or f"aggregated_{of_name}")
        columns[by_name] = made(by_name, by, clause.by)
    return _aggregated(binder, operator, scope, columns)


def top_hitters(binder: Context, operator: ast.TopHitters, scope: Scope | None) -> Scope:
    """``top-hitters n of x by y``."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "by")
    binder.scalar(operator.count, frame)
    value = binder.scalar(operator.of, frame)
    builder = ColumnBuilder(binder, frame, Projection())
    builder.put(operator.of, value)
    if operator.by is not None:
        total = binder.scalar(operator.by, frame)
        name = f"approximate_sum_{functions.implicit_name(operator.by) or ''}"
        builder.projection.add(Column(name, total.type, declared=operator.by))
    else:
        name = f"approximate_count_{functions.implicit_name(operator.of) or ''}"
        builder.projection.add(Column(name, "long", declared=operator.of))
    return _aggregated(binder, operator, scope, builder.projection.columns)


def sample_distinct(binder: Context, operator: ast.SampleDistinct, scope: Scope | None) -> Scope:
    """``sample-distinct n of x``."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "by")
    binder.scalar(operator.count, frame)
    value = binder.scalar(operator.of, frame)
    binder.dynamic_use([operator.of], "sample-distinct")
    name = functions.implicit_name(operator.of) or "Column1"
    return _aggregated(binder, operator, scope, {name: made(name, value, operator.of)})


def reduce(binder: Context, operator: ast.Reduce, scope: Scope | None) -> Scope:
    """``reduce by x``: one row a pattern, or, with ``kind=source``, each row with the pattern it has."""
    scope = scope or Scope(open=True)
    binder.scalar(operator.by, binder.frame(scope, "by"))
    columns = fixed(operator, Pattern="string", Count="long", Representative="string")
    if parameter(operator.parameters, "kind") == "source":
        return scope.with_columns(extended(scope.columns, columns))
    return _aggregated(binder, operator, scope, columns)


def fixed(node: ast.Node, **columns: str) -> dict[str, Column]:
    """Columns that an operator always gives."""
    return {name: Column(name, kind, declared=node) for name, kind in columns.items()}
