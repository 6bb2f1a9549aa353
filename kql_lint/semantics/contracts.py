"""What operators demand of the values that they get: dynamic ones to expand, conditions to filter by, whole numbers.

Nothing is recorded of a value whose type is not sure.
Source: Microsoft's language service (KS005, KS101, KS102, KS110, KS109, KS134, KS141, KS147, KS236).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.scopes.scope import UNKNOWN, Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

_NO_CONDITIONS = frozenset({"string", "int", "long", "real", "decimal", "datetime", "timespan", "guid"})
_NO_COUNTS = frozenset({"string", "real", "decimal", "datetime", "timespan", "bool", "guid"})
_DEFENDER = "defender"
# Parameters of operators that take some words only.
CHOICES = {
    "union kind": ("inner", "outer"),
    "mv-expand kind": ("bag", "array"),
    "mv-expand bagexpansion": ("bag", "array"),
    "parse kind": ("simple", "regex", "relaxed"),
    "parse-where kind": ("simple", "regex", "relaxed"),
    "make-series kind": ("nonempty",),
    "search kind": ("default", "case_insensitive", "case_sensitive"),
}
# Functions whose arguments are no part of the rows at hand.
_OWN_ROWS = frozenset({"toscalar", "materialize", "column_ifexists", "columnifexists"})


def is_surely_static(value: Value) -> bool:
    """Whether a value is surely not dynamic.

    LIMIT: of some of Defender's tables the published types are not those of the service: a column of theirs that is
    called a string may be dynamic.
    """
    if value.type in (UNKNOWN, "dynamic") or not value.is_settled:
        return False
    return not any(
        table.platform == _DEFENDER and _is_in_doubt(table.name)
        for origin in value.origins
        for table in origin.row.tables
    )


def _is_in_doubt(table: str) -> bool:
    return table.startswith(("Identity", "CloudApp", "Alert"))


def expanded(binder: Context, node: ast.Expression, value: Value, use: str) -> None:
    """What mv-expand or mv-apply (use) goes over."""
    if is_surely_static(value):
        binder.misuse(node.value if isinstance(node, ast.NamedExpression) else node, use, value)


def condition(binder: Context, node: ast.Expression, value: Value, frame: Frame) -> None:
    """The predicate of a where."""
    if isinstance(node, ast.NamedExpression):
        binder.named_condition(node, "where", frame)
    elif value.type in _NO_CONDITIONS and value.is_settled:
        binder.misuse(node, "where", value)


def count(binder: Context, node: ast.Expression, value: Value, use: str) -> None:
    """How many rows take, top or sample (use) should give."""
    if value.type in _NO_COUNTS and value.is_settled:
        binder.misuse(node, use, value)


def aggregated(binder: Context, nodes: Iterable[ast.Expression], scope: Scope, use: str) -> None:
    """The aggregates of summarize and its like (use), which have been bound: columns stand inside a call of one."""
    stack: list[ast.Node] = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            if node.name in scope.columns:
                binder.misuse(node, use, binder.value_of(node))
        elif isinstance(node, ast.NamedExpression):
            stack.append(node.value)
        elif isinstance(node, ast.Member):
            stack.append(node.target)
        elif isinstance(node, ast.Call):
            # What a function of the query or the workspace makes of a column is not known here.
            name = node.name.name
            known = functions.aggregate(name) is None and functions.scalar(name) is not None
            if known and name not in _OWN_ROWS and binder.environment.find(name) is None:
                stack.extend(node.arguments)
        elif not isinstance(node, (ast.Pipeline, ast.Damaged, ast.Hole)):
            stack.extend(ast.children(node))


def chosen(binder: Context, parameters: Iterable[ast.Parameter], operator: str) -> None:
    """The parameters of an operator, by its word; the case of a value does not count."""
    for item in parameters:
        choices = CHOICES.get(f"{operator} {item.name}")
        if choices and isinstance(item.value, ast.Name) and item.value.name.casefold() not in choices:
            binder.misuse(item.value, f"{operator} {item.name}", Value())


def parsed(binder: Context, pattern: Iterable[ast.Node], operator: str) -> None:
    """The pattern of parse: a string stands before each column but the first, and behind each star but the last."""
    before: ast.Expression | None = None
    for part in pattern:
        node = part.name if isinstance(part, ast.ColumnDeclaration) else part
        if not isinstance(node, (ast.Name, ast.Wildcard)):  # a string, or a hole, which may be anything
            before = None
            continue
        if before is not None and isinstance(node, ast.Name):
            binder.misuse(node, operator, Value())
        elif isinstance(before, ast.Wildcard):
            binder.misuse(before, operator, Value())
        before = node


def renamed(binder: Context, node: ast.Expression) -> None:
    """A column of project-rename, which is ``new = old``."""
    named = isinstance(node, ast.NamedExpression)
    old = node.value if isinstance(node, ast.NamedExpression) else node
    allowed = (ast.Name, ast.Member, ast.Hole, ast.Damaged) if named else (ast.Hole, ast.Damaged)
    if not isinstance(old, allowed):
        binder.misuse(old, "project-rename", binder.value_of(old))
