"""Operators that choose and compute columns: extend, project and its kin, distinct, serialize."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.name_patterns import columns_like
from kql_lint.semantics.operators.columns import ColumnBuilder, declared_name, dropped, is_damaged
from kql_lint.semantics.persistent import without
from kql_lint.semantics.scopes.projection import Projection, renamed
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def extend(binder: Context, operator: ast.Extend, scope: Scope | None) -> Scope:
    """``extend x = e``: all expressions see the input, none sees another."""
    return _extended(binder, operator.columns, scope or Scope(open=True))


def _extended(binder: Context, columns: list[ast.Expression], scope: Scope) -> Scope:
    frame = binder.frame(scope, "extend")
    values = [binder.scalar(column, frame) for column in columns]
    builder = ColumnBuilder(binder, frame, Projection(scope.columns), replace=True, extends=True)
    for column, value in zip(columns, values, strict=True):
        builder.put(column, value)
    result = scope.with_columns(builder.projection.columns)
    result.open = result.open or is_damaged(columns)
    result.whole = scope.whole
    return result


def serialize(binder: Context, operator: ast.Serialize, scope: Scope | None) -> Scope:
    """``serialize x = e``."""
    return _extended(binder, operator.columns, scope or Scope(open=True))


def project(binder: Context, operator: ast.Project, scope: Scope | None) -> Scope:
    """``project a, b = e``."""
    binder.text_columns(operator.columns, scope or Scope(open=True), "project")
    return _chosen(binder, operator, operator.columns, scope, "project")


def distinct(binder: Context, operator: ast.Distinct, scope: Scope | None) -> Scope:
    """``distinct a, b`` or ``distinct *``: each row that is left is a row of the input still."""
    binder.text_columns(operator.columns, scope or Scope(open=True), "distinct")
    result = _chosen(binder, operator, operator.columns, scope, "project")
    binder.dynamic_use(operator.columns, "distinct")
    return result


def _chosen(
    binder: Context, operator: ast.Operator, expressions: list[ast.Expression], scope: Scope | None, clause: str
) -> Scope:
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, clause)
    values = [binder.scalar(expression, frame) for expression in expressions]
    builder = ColumnBuilder(binder, frame, Projection())
    for expression, value in zip(expressions, values, strict=True):
        builder.put(expression, value)
    columns = builder.projection.columns
    takes_all = any(isinstance(expression, ast.Wildcard) for expression in expressions)
    is_open = (scope.open and takes_all) or is_damaged(expressions)
    hidden = scope.hidden if takes_all else {}
    return Scope(
        columns, is_open, dropped(scope, columns, operator), scope.states, hidden,
        mixed=scope.mixed, whole=scope.whole,
    )  # fmt: skip


def project_away(binder: Context, operator: ast.ProjectAway, scope: Scope | None) -> Scope:
    """``project-away a, b*``."""
    scope = scope or Scope(open=True)
    away = [column.name for column in _listed(binder, operator.columns, scope)]
    columns = without(scope.columns, away)
    return scope.with_columns(columns, dropped(scope, columns, operator, away))


def project_keep(binder: Context, operator: ast.ProjectKeep, scope: Scope | None) -> Scope:
    """``project-keep a, b*``: the columns stay in the input's order."""
    scope = scope or Scope(open=True)
    listed = _listed(binder, operator.columns, scope, "project")
    kept = {column.name for column in listed}
    columns = {name: column for name, column in scope.columns.items() if name in kept}
    columns.update((column.name, column) for column in listed if column.name not in columns)
    is_open = scope.open and not all(isinstance(column, ast.Name) for column in operator.columns)
    gone = dropped(scope, columns, operator)
    return Scope(columns, is_open, gone, scope.states, mixed=scope.mixed, whole=scope.whole)


def project_reorder(binder: Context, operator: ast.ProjectReorder, scope: Scope | None) -> Scope:
    """``project-reorder a, b* asc``."""
    scope = scope or Scope(open=True)
    columns = {column.name: column for column in _listed(binder, operator.columns, scope)}
    return scope.with_columns({**columns, **scope.columns})


def project_rename(binder: Context, operator: ast.ProjectRename, scope: Scope | None) -> Scope:
    """``project-rename new = old``."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "names")
    names: list[tuple[str, Column]] = []
    others: list[Column] = []
    for node in operator.columns:
        binder.scalar(node, frame)
        contracts.renamed(binder, node)
        new = declared_name(node)
        if new is None or not isinstance(node, ast.NamedExpression) or not isinstance(node.value, ast.Name):
            continue
        old = node.value.name
        column = scope.columns.get(old)
        if column is not None:
            names.append((old, column.renamed(new, node)))
        elif new not in scope.columns:  # missing, which has been said, or one that only an open scope can have
            others.append(Column(new, UNKNOWN, declared=node))
    projection = Projection(renamed(scope.columns, names))
    for column in others:
        projection.declare(column)
    columns = projection.columns
    return scope.with_columns(columns, dropped(scope, columns, operator, [old for old, _ in names]))


def project_by_names(binder: Context, operator: ast.ProjectByNames, scope: Scope | None) -> Scope:
    """``project-by-names "a", "b*"``: names that are not there are passed over."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "other")
    columns: dict[str, Column] = {}
    is_open = scope.open
    for node in operator.columns:
        value = binder.scalar(node, frame)
        constants = value.constants if value.exact else None
        is_open = is_open or constants is None
        if not binder.compares(len(constants or ()), node):
            return Scope(open=True)
        for constant in constants or ():
            columns.update((column.name, column) for column in columns_like(binder, frame, str(constant.value), node))
    return Scope(columns, is_open, dropped(scope, columns, operator), scope.states, mixed=scope.mixed)


def _listed(binder: Context, nodes: list[ast.Expression], scope: Scope, clause: str = "names") -> list[Column]:
    """The columns that names and patterns stand for.

    A name that is missing counts as one: an open scope may have it, and of a closed one that has been said once.
    """
    frame = binder.frame(scope, clause)
    listed: list[Column] = []
    patterns: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Ordered):
            node = node.expression
        if isinstance(node, ast.Wildcard):
            if node.pattern not in patterns:
                patterns.add(node.pattern)
                listed += columns_like(binder, frame, node.pattern, node)
        elif isinstance(node, ast.Name):
            binder.scalar(node, frame)
            column = scope.columns.get(node.name) or scope.hidden.get(node.name)
            listed.append(column or Column(node.name, UNKNOWN, declared=node))
        else:
            binder.scalar(node, frame)
    return listed
