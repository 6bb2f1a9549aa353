"""How an operator's expressions become columns: their names, types and origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.name_patterns import columns_like
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.environment import LocalFunction
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.projection import Projection
from kql_lint.semantics.scopes.scope import ALWAYS_PARTIAL, Column, Scope, Value, moment
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from kql_lint.semantics.context import Context

# What each column costs that a `*` among an aggregate's arguments stands for.
_STAR = 12


class ColumnBuilder:
    """Turns bound expressions into the columns of one operator's output.

    replace: a column may take the place of one of the same name (extend, mv-expand).  by: the columns that an
    aggregation groups on.  patterns are the wildcards that have been put in.
    """

    __slots__ = ("aggregates", "binder", "by", "extends", "frame", "patterns", "projection", "replace")

    def __init__(
        self, binder: Context, frame: Frame, projection: Projection, *, replace: bool = False, extends: bool = False
    ) -> None:
        self.binder = binder
        self.frame = frame
        self.projection = projection
        self.replace = replace
        self.extends = extends
        self.aggregates = False
        self.by: Collection[str] = ()
        self.patterns: set[str] = set()

    def put(self, node: ast.Expression, value: Value, kind: str | None = None, default: str | None = None) -> None:
        """Add the column, or columns, of an expression.

        kind replaces its type.  default is the name where it has none (else Column1, Column2 and so on).
        """
        if isinstance(node, ast.Ordered):
            node = node.expression
        if isinstance(node, ast.NamedExpression):
            if node.names:
                self._named(node, value, kind)
        elif isinstance(node, ast.Damaged):
            return
        elif isinstance(node, ast.Wildcard):
            if node.pattern not in self.patterns:
                self.patterns.add(node.pattern)
                for column in columns_like(self.binder, self.frame, node.pattern, node):
                    self.projection.add(column, replace=True)
        else:
            self._unnamed(node, value, kind, default)

    def _named(self, node: ast.NamedExpression, value: Value, kind: str | None) -> None:
        several = self._several(node.value)
        if several is None:
            replace = self.replace or self._kept(node.value) is not None
            self.projection.declare(made(node.names[0].name, value, node, kind), replace=replace)
            return
        for index, column in enumerate(several):
            if index < len(node.names):
                self.projection.declare(column.renamed(node.names[index].name, node), replace=True)
            else:
                self.projection.add(column)

    def _unnamed(self, node: ast.Expression, value: Value, kind: str | None, default: str | None) -> None:
        kept = self._kept(node)
        if kept is not None and default is None:
            column = kept if kind is None else made(kept.name, value, node, kind)
            self.projection.declare(column, replace=self.replace)
            return
        several = self._several(node)
        if several is not None:
            for column in several:
                self.projection.add(column)
            return
        name = default or self._name(node)
        self.projection.add(made(name, value, node, kind), replace=self.replace or self.extends)

    def _name(self, node: ast.Expression) -> str:
        environment = self.binder.environment
        if isinstance(node, ast.Name):
            return node.name
        name = None
        if not isinstance(node, ast.Call) or not isinstance(environment.find(node.name.name), LocalFunction):
            rows = self.frame.members or ()
            name = functions.implicit_name(node, aggregates=self.aggregates, columns=self.frame.columns, rows=rows)
        return name or self.binder.column_name(self._taken)

    def _taken(self, name: str) -> bool:
        return (self.extends and name in self.frame.columns) or self.binder.environment.find(name) is not None

    def _kept(self, node: ast.Expression) -> Column | None:
        """The input's column whose value the expression leaves as it is."""
        if isinstance(node, ast.Name):
            return self.frame.columns.get(node.name)
        if isinstance(node, ast.Call) and len(node.arguments) == 1:
            argument = node.arguments[0]
            name = functions.kept_column(node, self.binder.value_of(argument).type)
            return self.frame.columns.get(name) if name is not None else None
        return None

    def _several(self, node: ast.Expression) -> list[Column] | None:
        """The columns of a call that gives several, None where it gives one value."""
        if not isinstance(node, ast.Call) or not functions.gives_several(node.name.name):
            return None
        stars = sum(isinstance(argument, ast.Wildcard) for argument in node.arguments)
        if not self.binder.affords(_STAR * stars * len(self.frame.columns), node):
            return []
        values = [self.binder.value_of(argument) for argument in node.arguments]
        types = [value.type for value in values]
        outputs: Iterable[functions.OutputColumn] | None = None
        if self.aggregates:
            pairs = [(column.name, column.type) for column in self.frame.columns.values()]
            outputs = functions.aggregate_columns(node, types, pairs, self.by, [_only(value) for value in values])
            if outputs is not None and isinstance(node.arguments[0], ast.Wildcard):
                outputs = [output for output in outputs if output.source not in self.by]
        if outputs is None:
            outputs = functions.scalar_columns(node, types)
        if outputs is None:
            return None
        # Each `any(*)` makes the names longer.
        columns = [self._from_output(output, node) for output in outputs]
        return columns if self.binder.affords(sum(len(column.name) for column in columns) // 8, node) else []

    def _from_output(self, output: functions.OutputColumn, node: ast.Expression) -> Column:
        """A column of its own: a key that is asked for by name comes a second time, as ``X1``."""
        column = self.frame.columns.get(output.source) if output.source is not None else None
        if column is None or column.type != output.type:
            return Column(output.name, output.type, declared=node)
        return column.renamed(output.name, node)


def made(name: str, value: Value, node: ast.Node, kind: str | None = None) -> Column:
    """The column of an expression's value."""
    if kind is not None and kind != value.type:
        return Column(name, kind, (), node)
    if value.apart:  # what another row has says nothing of the one at hand
        return Column(name, value.type, (), node)
    since = ALWAYS_PARTIAL if value.partial else moment()
    return Column(
        name, value.type, value.origins, node, value.constants, value.folded, value.exact, since,
        value.derivation, value.absent,
    )  # fmt: skip


def declared_name(node: ast.Expression) -> str | None:
    """The name that the query gives the expression: ``name = ...``."""
    return node.names[0].name if isinstance(node, ast.NamedExpression) and node.names else None


def is_damaged(nodes: Iterable[ast.Expression]) -> bool:
    """Whether a syntax error hides the name of one of the columns."""
    return any(
        isinstance(node, ast.Damaged) or (isinstance(node, ast.NamedExpression) and not node.names) for node in nodes
    )


def dropped(
    scope: Scope, columns: Mapping[str, Column], node: ast.Node, names: Iterable[str] | None = None
) -> Mapping[str, ast.Node]:
    """What is dropped where the operator leaves these columns of the scope; names: none but these can be gone."""
    if names is None:
        gone = {name: node for name in scope.columns if name not in columns}
    else:
        gone = {name: node for name in names if name not in columns and name in scope.columns}
    return put(scope.dropped, gone) if gone else scope.dropped


def parameter(parameters: Iterable[ast.Parameter], *names: str) -> str | None:
    """The text of an operator's parameter (``kind=inner``): a bare word or a string."""
    for item in parameters:
        if item.name in names:
            if isinstance(item.value, ast.Name):
                return item.value.name
            if isinstance(item.value, ast.Literal):
                return str(item.value.value)
    return None


def _only(value: Value) -> object:
    return value.constants[0].value if value.constants and len(value.constants) == 1 else None
