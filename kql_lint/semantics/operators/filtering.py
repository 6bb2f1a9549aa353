"""Operators that leave the columns as they are: where, take, top, sort, as, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.events.kinds import is_filled
from kql_lint.semantics.events.narrowing import of_value
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.semantics.scopes.scope import Origin, Value
    from kql_lint.semantics.scopes.state import Condition

_AXES = frozenset({"xcolumn", "ycolumns", "series", "anomalycolumns"})


def where(binder: Context, operator: ast.Where, scope: Scope | None) -> Scope:
    """``where predicate``: what it narrows holds for all that follows."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "where")
    before = len(binder.facts.reads)
    value = _predicate(binder, operator.predicate, frame)
    contracts.condition(binder, operator.predicate, value, frame)
    truth = of_value(value)
    if truth is not None and scope.states:
        for read in binder.facts.reads[before:]:
            if _needs(truth.holds, read.column.origins):
                read.needed = True  # a subquery's where has marked its own
    return scope.narrowed(frame.states) if frame.states is not scope.states else scope.fewer()


def narrowed(binder: Context, predicate: ast.Expression, scope: Scope, clause: str) -> Scope:
    """The scope behind another operator that filters."""
    frame = binder.frame(scope, clause)
    _predicate(binder, predicate, frame)
    return scope.narrowed(frame.states) if frame.states is not scope.states else scope.fewer()


def _predicate(binder: Context, predicate: ast.Expression, frame: Frame) -> Value:
    """Bind a filter; the frame then has the states of the rows that it keeps."""
    frame.filters = True
    value = binder.scalar(predicate, frame)
    if not (isinstance(predicate, ast.Logical) and predicate.op == "and"):
        frame.states = binder.filtered(predicate, frame.states)
    return value


def _needs(kept: Condition, origins: tuple[Origin, ...]) -> bool:
    """Whether a filter keeps no row in which a column is empty."""
    return bool(origins) and all(
        origin.row in kept and is_filled(origin, kept[origin.row].domain(origin.column)) for origin in origins
    )


def take(binder: Context, operator: ast.Take | ast.Sample, scope: Scope | None) -> Scope:
    """``take n``, ``sample n``."""
    use = "take" if isinstance(operator, ast.Take) else "sample"
    contracts.count(binder, operator.count, binder.scalar(operator.count, binder.frame(None, "other")), use)
    return (scope or Scope(open=True)).fewer()


def top(binder: Context, operator: ast.Top, scope: Scope | None) -> Scope:
    """``top n by x``."""
    scope = scope or Scope(open=True)
    contracts.count(binder, operator.count, binder.scalar(operator.count, binder.frame(None, "other")), "top")
    binder.scalar(operator.by, binder.frame(scope, "other"))
    binder.dynamic_use([operator.by], "top")
    binder.text_columns([operator.by], scope, "top")
    return scope.fewer()


def sort(binder: Context, operator: ast.Sort, scope: Scope | None) -> Scope:
    """``sort by x desc, y``."""
    scope = scope or Scope(open=True)
    binder.text_columns(operator.columns, scope, "sort")
    frame = binder.frame(scope, "other")
    for column in operator.columns:
        binder.scalar(column, frame)
    binder.dynamic_use(operator.columns, "sort")
    return scope


def render(binder: Context, operator: ast.Render, scope: Scope | None) -> Scope:
    """``render chart with (xcolumn = x)``."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "other")
    for parameter in operator.properties:
        if parameter.name in _AXES and isinstance(parameter.value, ast.Name):
            binder.scalar(parameter.value, frame)
    return scope


def as_(binder: Context, operator: ast.As, scope: Scope | None) -> Scope:
    """``as name``: the name stands for the table so far."""
    scope = scope or Scope(open=True)
    binder.environment.declare(operator.name, scope)
    binder.facts.going_on.update(scope.states)
    return scope


def unchanged(binder: Context, operator: ast.Operator, scope: Scope | None) -> Scope:
    """Operators that have no bearing on columns or rows."""
    return scope or Scope(open=True)
