"""Operators that look for texts in many tables: search, find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.operators.columns import parameter
from kql_lint.semantics.operators.filtering import narrowed
from kql_lint.semantics.operators.merging import merged
from kql_lint.semantics.operators.uniting import every_table, tables_of
from kql_lint.semantics.persistent import preceded
from kql_lint.semantics.scopes.scope import Column, Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def search(binder: Context, operator: ast.Search, scope: Scope | None) -> Scope:
    """``search in (T, U) predicate``: ``$table``, then the columns of all tables."""
    contracts.chosen(binder, operator.parameters, "search")
    if operator.tables:
        scope = merged(binder, operator, tables_of(binder, operator.tables))
    elif scope is None:
        scope = every_table(binder, operator)
    scope = narrowed(binder, operator.predicate, scope, "search")
    table = scope.columns.get("$table") or Column("$table", "string", declared=operator)
    return scope.with_columns(preceded(scope.columns, "$table", table))


def find(binder: Context, operator: ast.Find, scope: Scope | None) -> Scope:
    """``find withsource=s in (T, U) where predicate project a, b``."""
    tables = tables_of(binder, operator.tables)
    everything = merged(binder, operator, tables) if operator.tables else every_table(binder, operator)
    before = len(binder.facts.reads)
    if operator.predicate is not None:
        everything = narrowed(binder, operator.predicate, everything, "search")
    read = {item.column.name: item.column for item in binder.facts.reads[before:]}
    source = parameter(operator.parameters, "withsource", "with_source") or "source_"
    columns = {source: Column(source, "string", declared=operator)}
    if operator.project is not None:
        columns.update(_projected(binder, operator.project, everything))
        is_open = False
    else:
        columns.update(_common(tables))
        columns.update(read)
        if any(name not in columns for table in tables for name in table.columns):
            columns["pack_"] = Column("pack_", "dynamic", declared=operator)
        is_open = everything.open
    for node in operator.project_away or []:
        if isinstance(node, ast.Name):
            columns.pop(node.name, None)
        elif isinstance(node, ast.Wildcard):
            columns = {source: columns[source]}
    return Scope(columns, is_open, {}, everything.states, everything.hidden, mixed=everything.mixed)


def _common(tables: list[Scope]) -> dict[str, Column]:
    if not tables:
        return {}
    first, *rest = tables
    return {name: column for name, column in first.columns.items() if all(name in table.columns for table in rest)}


def _projected(binder: Context, nodes: list[ast.Node], everything: Scope) -> dict[str, Column]:
    frame = binder.frame(everything, "project")
    columns: dict[str, Column] = {}
    for node in nodes:
        if isinstance(node, ast.ColumnDeclaration):
            binder.scalar(node.name, frame)
            columns[node.name.name] = Column(node.name.name, node.type, declared=node)
        elif isinstance(node, ast.Name):
            kind = binder.scalar(node, frame).type
            columns[node.name] = everything.columns.get(node.name) or Column(node.name, kind, declared=node)
        elif isinstance(node, ast.Call):
            columns["pack_"] = Column("pack_", "dynamic", declared=node)
    return columns
