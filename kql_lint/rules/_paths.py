"""Which value inside of a dynamic column an expression is: the column, and the keys that lead to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._expressions import reads_by_node

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Column, Origin
    from kql_lint.syntax import ast

_MOST_STEPS = 16
_SAME = frozenset({"tostring", "parse_json", "todynamic", "parsejson"})


class Path(NamedTuple):
    """A value in a column: places in arrays are left out, since all elements are alike."""

    origin: Origin
    keys: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As the catalogue writes it: ``TargetResources.modifiedProperties.newValue``."""
        return ".".join((self.origin.column, *self.keys))


def path_of(facts: Facts, node: ast.Node | None, depth: int = 0) -> Path | None:
    """The path of an expression; None where it is none, or may be of several columns."""
    from kql_lint.syntax import ast

    if depth > _MOST_STEPS or node is None:
        return None
    if isinstance(node, ast.Call) and node.name.name in _SAME and len(node.arguments) == 1:
        return _parsed(facts, node, depth + 1)
    if isinstance(node, (ast.Member, ast.Index)):
        before = path_of(facts, node.target, depth + 1)
        step = node.member if isinstance(node, ast.Member) else node.index
        if before is None or (isinstance(step, ast.Literal) and not isinstance(step.value, str)):
            return before
        key = step.name if isinstance(step, ast.Name) else step.value if isinstance(step, ast.Literal) else None
        return before._replace(keys=(*before.keys, key)) if isinstance(key, str) else None
    if isinstance(node, ast.NamedExpression):
        return path_of(facts, node.value, depth + 1) if len(node.names) == 1 else None
    read = reads_by_node(facts).get(node) if isinstance(node, ast.Name) else None
    return None if read is None else _of_column(facts, read.column, node, depth + 1)


def _of_column(facts: Facts, column: Column, node: ast.Node, depth: int) -> Path | None:
    """The path of a column: its table's own, or what an ``extend`` or ``mv-expand`` took out of one."""
    if column.origins:
        return Path(column.origins[0]) if len(column.origins) == 1 else None
    made = column.declared
    return path_of(facts, made, depth) if made is not None and made.end <= node.start else None


def _parsed(facts: Facts, node: ast.Call, depth: int) -> Path | None:
    """What ``tostring`` and ``parse_json`` give: the same, but for JSON in a string, of which parsing makes another."""
    path = path_of(facts, node.arguments[0], depth)
    is_json = path is not None and any(table.holds.get(path.name) == "json" for table in path.origin.row.tables)
    return None if is_json and node.name.name != "tostring" else path
