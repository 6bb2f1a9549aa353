"""Where tables come from: names, paths such as ``workspace("w").SecurityEvent``, functions and literal tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import placeholders
from kql_lint.semantics.calls import dispatch
from kql_lint.semantics.scopes.environment import Local
from kql_lint.semantics.scopes.scope import Column, Scope, Value
from kql_lint.semantics.tables import declared_columns, lookup, table_scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

UNKNOWN_TABLE = "a table that the catalogue does not have"
"""The reason for which a name in table position opens the scope."""

_OTHER_PLATFORM = {"defender": "sentinel", "sentinel": "defender"}
# Paths over these lead to a workspace of the same kind, with tables of the same schema.
_WORKSPACES = frozenset({"workspace", "app", "resource"})
# Paths over these lead anywhere.
_ELSEWHERE = frozenset({"cluster", "database", "adx", "arg"})


def evaluate(binder: Context, node: ast.Expression, frame: Frame | None) -> Local:
    """What an expression gives that may be scalar or tabular; frame: the surroundings of a scalar, where there are."""
    if isinstance(node, ast.Pipeline):
        return _pipeline(binder, node, frame)
    if isinstance(node, ast.Name):
        return _name(binder, node, frame)
    if isinstance(node, ast.Call):
        return dispatch.call(binder, node, frame or binder.frame(None, "other"))
    if isinstance(node, ast.Member):
        return _member(binder, node, frame)
    if isinstance(node, ast.DataTable):
        return _datatable(binder, node)
    if isinstance(node, ast.ExternalData):
        return _external(binder, node)
    if isinstance(node, ast.Hole):
        return placeholders.evaluate(binder, node, frame)
    if isinstance(node, (ast.Wildcard, ast.Damaged, ast.EntityGroup)):
        return Scope(open=True)
    return binder.scalar(node, frame or binder.frame(None, "other"))


def _pipeline(binder: Context, node: ast.Pipeline, frame: Frame | None) -> Local:
    if not node.operators and isinstance(node.source, ast.Expression):
        return evaluate(binder, node.source, frame)  # mere brackets
    return binder.pipeline(node)


def _name(binder: Context, node: ast.Name, frame: Frame | None) -> Local:
    if frame is not None and node.name in frame.columns:
        return binder.scalar(node, frame)
    local = binder.environment.find(node.name)
    if local is not None:
        binder.variables.append(node)
        binder.name_use(node, node.name)
        return binder.fresh(local, node) if isinstance(local, Scope) else local
    tables = lookup(binder, node.name)
    if tables:
        other = _OTHER_PLATFORM.get(binder.platform)
        if other is not None and all(table.platform == other for table in tables):
            binder.foreign_table(node, other)
        return table_scope(binder, node, tables)
    if frame is not None:
        return binder.scalar(node, frame)
    return _no_such_table(binder, node)


def _no_such_table(binder: Context, node: ast.Name) -> Value | Scope:
    function = binder.catalogue.function(node.name)
    if function is not None:
        return dispatch.platform(binder, node, function, [], None)
    binder.unknown_table(node)
    rename = binder.catalogue.rename("table", node.name)
    successors = lookup(binder, rename.new[0]) if rename is not None and len(rename.new) == 1 else ()
    # What comes after a table under its old name is judged by the columns that it has now.
    return table_scope(binder, node, successors) if successors else binder.opened(node, UNKNOWN_TABLE)


def _member(binder: Context, node: ast.Member, frame: Frame | None) -> Local:
    """``workspace("w").T``, ``cluster("c").database("d").T``; anything else is a path into a dynamic value."""
    target: ast.Expression = node
    while isinstance(target, ast.Member):
        target = target.target
    if frame is None and isinstance(target, ast.Name) and target.name in binder.groups:
        binder.name_use(target, target.name)
        return binder.opened(node, "a table of an entity group")
    if not isinstance(target, ast.Call) or target.name.name not in _WORKSPACES | _ELSEWHERE:
        return binder.scalar(node, frame or binder.frame(None, "other"))
    for argument in target.arguments:
        binder.evaluate(argument)
    if target.name.name in _WORKSPACES:
        if isinstance(node.member, ast.Name):
            tables = lookup(binder, node.member.name)
            if tables:
                return table_scope(binder, node.member, tables)
        if isinstance(node.member, ast.Call) and node.target is target:
            return dispatch.call(binder, node.member, binder.frame(None, "other"))
    return binder.opened(node, "a table of another database")


def _datatable(binder: Context, node: ast.DataTable) -> Scope:
    frame = binder.frame(None, "other")
    values = [binder.scalar(value, frame) for value in node.values]
    width, whole = len(node.columns), placeholders.is_value(node.values)
    whole = whole and binder.affords(sum(len(value.constants or ()) for value in values), node)
    columns: dict[str, Column] = {}
    for index, declaration in enumerate(node.columns):
        cells = [value.constants for value in values[index::width]]
        constants = None
        if cells and whole and all(cell is not None for cell in cells):
            constants = tuple(constant for cell in cells for constant in cell or ())
        name = declaration.name.name
        same = all(cells) and len({constant.value for constant in constants or ()}) == 1  # the same in each row
        exact = len(cells) == 1 or same
        columns[name] = Column(name, declaration.type, (), declaration, constants, exact=exact)
    return Scope(columns, whole=True)


def _external(binder: Context, node: ast.ExternalData) -> Scope:
    frame = binder.frame(None, "other")
    for uri in node.uris:
        binder.scalar(uri, frame)
    columns = declared_columns(node.columns)
    return Scope(columns) if columns else binder.opened(node, "externaldata without columns")
