"""Operators with subqueries on the same input (partition, fork, facet), or for each entity of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.scopes.scope import Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def partition(binder: Context, operator: ast.Partition, scope: Scope | None) -> Scope:
    """``partition by x (subquery)`` gives what the subquery gives; x is the key there, even where it is no column."""
    scope = scope or Scope(open=True)
    key = binder.scalar(operator.by, binder.frame(scope, "by"))
    binder.dynamic_use([operator.by], "partition")
    outer = binder.segment, binder.environment
    binder.environment = binder.environment.inner()
    if isinstance(operator.by, ast.Name):
        binder.environment.declare(operator.by, Value(key.type, key.origins))
    result = binder.pipeline(operator.body, scope)
    binder.segment, binder.environment = outer
    binder.end_segment(scope)
    return result


def fork(binder: Context, operator: ast.Fork, scope: Scope | None) -> Scope:
    """``fork (subquery) (subquery)`` gives several tables."""
    _apart(binder, [branch.body for branch in operator.branches], scope or Scope(open=True))
    return binder.opened(operator, "fork, which gives several tables")


def facet(binder: Context, operator: ast.Facet, scope: Scope | None) -> Scope:
    """``facet by a, b with (subquery)`` gives several tables."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "by")
    for column in operator.columns:
        binder.scalar(column, frame)
    _apart(binder, [operator.body] if operator.body is not None else [], scope)
    return binder.opened(operator, "facet, which gives several tables")


def macro_expand(binder: Context, operator: ast.MacroExpand, scope: Scope | None) -> Scope:
    """``macro-expand group as scope (statements)``: what the statements give for one entity they give for each."""
    outer = binder.environment, binder.groups
    binder.environment = binder.environment.inner()
    if operator.scope is not None:
        binder.environment.declare(operator.scope, Value())
        binder.groups = binder.groups | {operator.scope.name}
    result = binder.run(operator.body)
    binder.environment, binder.groups = outer
    return result if isinstance(result, Scope) else binder.opened(operator, "macro-expand without a table")


def _apart(binder: Context, bodies: list[ast.Pipeline], scope: Scope) -> None:
    for body in bodies:
        outer = binder.segment
        binder.pipeline(body, scope)
        binder.segment = outer
    binder.end_segment(scope)
