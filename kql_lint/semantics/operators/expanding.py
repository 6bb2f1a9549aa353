"""Operators that make rows of the elements of arrays and bags: mv-expand, mv-apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.operators.columns import ColumnBuilder, parameter
from kql_lint.semantics.persistent import differing, put, without
from kql_lint.semantics.placeholders import hides_name
from kql_lint.semantics.scopes.projection import Projection
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Scope, Value, extended
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def mv_expand(binder: Context, operator: ast.MvExpand, scope: Scope | None) -> Scope:
    """``mv-expand x = e to typeof(long)``: a column of the name is replaced."""
    scope = scope or Scope(open=True)
    contracts.chosen(binder, operator.parameters, "mv-expand")
    if operator.limit is not None:
        binder.scalar(operator.limit, binder.frame(None, "other"))
    return _expanded(binder, operator, scope)


def mv_apply(binder: Context, operator: ast.MvApply, scope: Scope | None) -> Scope:
    """``mv-apply x = e on (subquery)``: what the subquery gives, beside the columns that are not applied."""
    scope = scope or Scope(open=True)
    if operator.limit is not None:
        binder.scalar(operator.limit, binder.frame(None, "other"))
    expanded = _expanded(binder, operator, scope)
    outer = binder.segment
    result = binder.pipeline(operator.body, expanded)
    binder.segment = outer
    applied = [item.expression.name for item in operator.columns if isinstance(item.expression, ast.Name)]
    made = differing(result.columns, scope.columns)
    cost = len(made) + len(result.dropped) + len(scope.states)
    if not binder.affords(cost, operator):
        return Scope(open=True)
    columns = result.columns  # a mere filter leaves those that there were
    if applied or columns is not expanded.columns:
        columns = extended(without(scope.columns, applied), made)
    states = {row: result.states.get(row, state) for row, state in scope.states.items()}
    dropped = put(scope.dropped, result.dropped)
    mixed = max(scope.mixed, result.mixed)
    return Scope(columns, scope.open or result.open, dropped, states, scope.hidden, mixed=mixed)


def _expanded(binder: Context, operator: ast.MvExpand | ast.MvApply, scope: Scope) -> Scope:
    frame = binder.frame(scope, "extend")
    values = [binder.scalar(item.expression, frame) for item in operator.columns]
    use = "mv-expand" if isinstance(operator, ast.MvExpand) else "mv-apply"
    for item, value in zip(operator.columns, values, strict=True):
        contracts.expanded(binder, item.expression, value, use)
    builder = ColumnBuilder(binder, frame, Projection(scope.columns), replace=True)
    for item, value in zip(operator.columns, values, strict=True):
        # What only one platform's copy of the table calls a string is dynamic on the other, and so are its elements.
        doubtful = value.type != "dynamic" and not contracts.is_surely_static(value)
        builder.put(item.expression, Value(), item.type or (UNKNOWN if doubtful else value.type))
    index = parameter(operator.parameters, "with_itemindex")
    if index is not None:
        builder.projection.add(Column(index, "long", declared=operator))
    if not binder.affords(builder.projection.tries, operator):
        return Scope(open=True)
    columns = builder.projection.columns
    if any(hides_name(item.expression) for item in operator.columns):
        return Scope({name: Column(name, UNKNOWN) for name in columns}, open=True)
    return scope.with_columns(columns)
