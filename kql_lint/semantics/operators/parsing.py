"""Operators that take texts apart into columns: parse, parse-where, parse-kv."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.scopes.scope import Column, Scope, extended
from kql_lint.semantics.tables import declared_columns
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def parse(binder: Context, operator: ast.Parse, scope: Scope | None) -> Scope:
    """``parse x with * "a" b:long "c" d``: a name without a type is a string."""
    scope = scope or Scope(open=True)
    binder.scalar(operator.expression, binder.frame(scope, "extend"))
    word = "parse-where" if operator.filtering else "parse"
    contracts.chosen(binder, operator.parameters, word)
    contracts.parsed(binder, operator.pattern, word)
    columns: dict[str, Column] = {}
    for part in operator.pattern:
        if isinstance(part, ast.ColumnDeclaration):
            columns[part.name.name] = Column(part.name.name, part.type, declared=part)
        elif isinstance(part, ast.Name):
            columns[part.name] = Column(part.name, "string", declared=part)
    return scope.with_columns(extended(scope.columns, columns))


def parse_kv(binder: Context, operator: ast.ParseKv, scope: Scope | None) -> Scope:
    """``parse-kv x as (a: string, b: long) with (...)``."""
    scope = scope or Scope(open=True)
    binder.scalar(operator.expression, binder.frame(scope, "extend"))
    return scope.with_columns(extended(scope.columns, declared_columns(operator.columns)))
