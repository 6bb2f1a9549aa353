"""Operators that make a table of their own: print, range, getschema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.operators.aggregating import fixed
from kql_lint.semantics.operators.columns import ColumnBuilder
from kql_lint.semantics.scopes.projection import Projection
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Scope
from kql_lint.semantics.types import binary_type, common_type
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def print_(binder: Context, operator: ast.Print, scope: Scope | None) -> Scope:
    """``print a, x = b``: unnamed columns are ``print_0``, ``print_1`` by their place."""
    frame = binder.frame(None, "project")
    values = [binder.scalar(column, frame) for column in operator.columns]
    builder = ColumnBuilder(binder, frame, Projection())
    for index, (column, value) in enumerate(zip(operator.columns, values, strict=True)):
        builder.put(column, value, default=f"print_{index}")
    return Scope(builder.projection.columns, whole=all(value.exact for value in values))


def range_(binder: Context, operator: ast.Range, scope: Scope | None) -> Scope:
    """``range x from a to b step c``."""
    frame = binder.frame(None, "other")
    lower, upper, step = (binder.scalar(bound, frame).type for bound in (operator.lower, operator.upper, operator.step))
    ends = common_type((lower, upper))
    kind = "int" if ends == step == "int" else binary_type("+", ends, step) or UNKNOWN
    name = operator.name.name
    return Scope({name: Column(name, kind, declared=operator)})


def getschema(binder: Context, operator: ast.GetSchema, scope: Scope | None) -> Scope:
    """``getschema``: a row for each column of the input."""
    if operator.kind == "csl":
        return Scope(fixed(operator, Schema="string"))
    columns = fixed(operator, ColumnName="string", ColumnOrdinal="long", DataType="string", ColumnType="string")
    return Scope(columns)
