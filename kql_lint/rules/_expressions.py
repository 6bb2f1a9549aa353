"""The scalar expressions of a query by their kind, and what can be told of them from the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from kql_lint.semantics.facts import ColumnRead, Facts
    from kql_lint.semantics.scopes.scope import Column, Value
    from kql_lint.syntax import ast

    E = TypeVar("E", bound=ast.Expression)


@cache
def _space_or_string() -> re.Pattern[str]:
    from kql_lint.syntax.hiding import STRINGS

    return re.compile(rf"(//[^\r\n]*|\s+)|{STRINGS}", re.VERBOSE)


def of_kind(facts: Facts, kind: type[E]) -> Sequence[E]:
    """The scalar expressions of a kind, once a place; none behind a syntax error, which may hide what they are."""
    by_kind = facts.memory.get("expressions by kind", lambda: _by_kind(facts))
    return by_kind.get(kind, ())  # type: ignore[return-value]


def _by_kind(facts: Facts) -> dict[type[ast.Node], list[ast.Node]]:
    from kql_lint.semantics.facts import by_type

    if not facts.whole:
        return {}
    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    return by_type(node for node in facts.values if node.start < end)


def comparisons(facts: Facts) -> Sequence[ast.Binary | ast.In]:
    """The scalar expressions that an operator makes of two operands, or of one and a list, in their order."""
    return facts.memory.get("comparisons", lambda: _comparisons(facts))


def _comparisons(facts: Facts) -> list[ast.Binary | ast.In]:
    from kql_lint.syntax import ast

    return sorted((*of_kind(facts, ast.Binary), *of_kind(facts, ast.In)), key=lambda node: node.start)


def value_of(facts: Facts, node: ast.Node) -> Value:
    """What is known of a scalar expression."""
    found = facts.values.get(node)
    return _nothing_known() if found is None else found


@cache
def _nothing_known() -> Value:
    from kql_lint.semantics.scopes.scope import Value

    return Value()


def condensed(facts: Facts, node: ast.Node) -> str:
    """The text of a node without comments and white space, so that two of the same meaning are mostly the same."""
    return _space_or_string().sub(lambda found: "" if found[1] else found[0], facts.text[node.start : node.end])


def reads_by_node(facts: Facts) -> dict[ast.Expression, ColumnRead]:
    """The column reads by their node; of a place that was bound several times, the last."""
    return facts.memory.get("reads by node", lambda: {read.node: read for read in facts.reads})


def definition(facts: Facts, node: ast.Expression) -> ast.Expression:
    """The expression behind a name: what an ``extend`` or a ``let`` says that it is; the node itself for any other.

    Behind a union a column has other definitions too, so that it is none.
    """
    from kql_lint.syntax.ast import Name

    for _ in range(_MOST_NAMES):
        if not isinstance(node, Name):
            return node
        read = reads_by_node(facts).get(node)
        made = let_value(facts, node.name) if read is None else _computed(facts, read.column, node.start)
        if made is None:
            return node
        node = made
    return node


_MOST_NAMES = 8


def let_value(facts: Facts, name: str) -> ast.Expression | None:
    """What a ``let`` of the query declares a name to be; None where that is a function, or not the only one."""
    from kql_lint.syntax import ast

    value = lets(facts).get(name)
    return value if isinstance(value, ast.Expression) else None


def lets(facts: Facts) -> Mapping[str, ast.Node | None]:
    """What the query's lets declare; None where a name is declared more than once, or is a function's parameter."""
    return facts.memory.get("lets", lambda: _lets(facts))


def _lets(facts: Facts) -> dict[str, ast.Node | None]:
    from kql_lint.syntax import ast

    found: dict[str, ast.Node | None] = {}
    for node in facts.nodes_of(ast.Let, ast.FunctionParameter):
        name = node.name.name
        found[name] = node.value if isinstance(node, ast.Let) and name not in found else None
    return found


def _computed(facts: Facts, column: Column, place: int) -> ast.Expression | None:
    """The expression that an ``extend`` or ``project`` before the place gives the column."""
    from kql_lint.syntax.ast import NamedExpression

    made = column.declared
    if not isinstance(made, NamedExpression) or len(made.names) != 1 or made.end > place:
        return None
    unions = facts.memory.get("ends of unions", lambda: _ends_of_unions(facts))
    return None if any(made.end <= end <= place for end in unions) else made.value


def _ends_of_unions(facts: Facts) -> list[int]:
    from kql_lint.syntax import ast

    return [node.end for node in facts.nodes_of(ast.Union, ast.Find, ast.Search, ast.MacroExpand)]


def is_used_once(facts: Facts, literal: ast.Node, used: ast.Node) -> bool:
    """Whether a literal is used in one place alone: it lies there, or in a ``let`` whose name is written once."""
    from kql_lint.syntax import ast

    if used.start <= literal.start and literal.end <= used.end:
        return True
    lets = [one for one in facts.query.statements if isinstance(one, ast.Let) and one.start <= literal.start < one.end]
    if len(lets) != 1 or isinstance(lets[0].value, ast.Function):
        return False
    return len(re.findall(rf"\b{re.escape(lets[0].name.name)}\b", facts.text)) == 2
