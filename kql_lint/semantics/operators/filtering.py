"""Operators that leave the columns as they are: where, take, top, sort, as, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.events.emptiness import needed
from kql_lint.semantics.events.narrowing import is_whole, keeps_others, narrowings
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.scope import ActionTypeSet, Row

_AXES = frozenset({"xcolumn", "ycolumns", "series", "anomalycolumns"})


def where(binder: Context, operator: ast.Where, scope: Scope | None) -> Scope:
    """``where predicate``: what it narrows holds for all that follows."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "where")
    frame.filters = True
    reads = binder.facts.reads
    before = len(reads)
    contracts.condition(binder, operator.predicate, binder.scalar(operator.predicate, frame), frame)
    if not scope.action_types:
        return scope.fewer()
    needs = needed(operator.predicate, binder.value_of)
    for read in reads[before:]:
        if read.node in needs:  # a subquery's where has marked its own
            read.needed = True
    return narrowed(binder, operator.predicate, scope)


def narrowed(binder: Context, predicate: ast.Expression, scope: Scope) -> Scope:
    """The scope behind a filter, and the facts about rows that it narrows or leaves nothing of."""
    states = scope.action_types
    is_and = isinstance(predicate, ast.Logical) and predicate.op == "and" and is_whole(predicate)
    for conjunct in predicate.operands if isinstance(predicate, ast.Logical) and is_and else [predicate]:
        changes = narrowings(conjunct, states, binder.value_of)
        if changes:
            _record(binder, conjunct, states, changes)
            states = put(states, changes)
    return scope.narrowed(states) if states is not scope.action_types else scope.fewer()


def _record(
    binder: Context, conjunct: ast.Expression, before: Mapping[Row, ActionTypeSet], after: Mapping[Row, ActionTypeSet]
) -> None:
    for row, state in after.items():
        if state != before[row]:
            binder.segment.narrowed_by.setdefault(row, []).append(conjunct)
            if state.empty and not before[row].empty and not keeps_others(conjunct, row, binder.value_of):
                binder.facts.exhausted.append((conjunct, row))


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
    binder.environment.declare(operator.name.name, scope)
    binder.facts.going_on.update(scope.action_types)
    return scope


def unchanged(binder: Context, operator: ast.Operator, scope: Scope | None) -> Scope:
    """Operators that have no bearing on columns or rows."""
    return scope or Scope(open=True)
