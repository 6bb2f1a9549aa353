"""Texts that a call hands over to a function: which of them its body compares with ActionType, and nothing else.

Only of those can a rule say, at the call, that they let nothing through.  One that the body also compares with other
columns, or makes something of, may be there for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.semantics.scopes.scope import Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.facts import Comparison
    from kql_lint.semantics.scopes.environment import LocalFunction

Received = Sequence[Value | Scope | None]

# Whether a parameter is given at all: `isempty(wanted) or ActionType == wanted`.
_ASK_WHETHER_GIVEN = frozenset({"isempty", "isnotempty", "isnull", "isnotnull", "array_length"})
_EQUALITY = frozenset({"==", "=~", "!=", "!~", "<>"})


class Mark:
    """How much had been found out before a function's body is bound for a call."""

    __slots__ = ("comparisons", "passed", "variables")

    def __init__(self, binder: Context) -> None:
        self.comparisons = len(binder.facts.comparisons)
        self.variables = len(binder.variables)
        self.passed = len(binder.passed)


def constants_of(received: Received) -> set[ast.Node]:
    """The literals that are handed over."""
    values = (item for item in received if isinstance(item, Value))
    return {constant.node for value in values for constant in value.constants or ()}


def judge(binder: Context, function: LocalFunction, received: Received, before: Mark) -> None:
    """Record the literals handed over that the body, which has been bound for them, uses for something else as well."""
    given = {
        parameter.name.name: item
        for parameter, item in zip(function.node.parameters, received, strict=True)
        if isinstance(item, Value) and item.constants
    }
    if not given:
        return
    comparisons = binder.facts.comparisons[before.comparisons :]
    several = _compared_with_several(comparisons)
    understood = {one for one in _operands(comparisons) if not (isinstance(one, ast.Name) and one.name in several)}
    understood |= set(binder.passed[before.passed :])
    others = [
        name
        for name in binder.variables[before.variables :]
        if name.name in given and name not in understood and function.node.start <= name.start < function.node.end
    ]
    if others:
        understood = set(_questions(function.node, given))
    for name in others:
        if name not in understood:
            binder.facts.used_otherwise.update(constant.node for constant in given[name.name].constants or ())


def _compared_with_several(comparisons: Iterable[Comparison]) -> set[str]:
    """The names that are compared with different columns: what none of them knows may be meant for the other."""
    columns: dict[str, set[str | None]] = {}
    for comparison in comparisons:
        for operand in _operands([comparison]):
            if isinstance(operand, ast.Name):
                columns.setdefault(operand.name, set()).add(comparison.column)
    return {name for name, found in columns.items() if len(found) > 1}


def _operands(comparisons: Iterable[Comparison]) -> Iterator[ast.Node]:
    for comparison in comparisons:
        node = comparison.node
        if isinstance(node, ast.Binary):
            yield node.left
            yield node.right
        elif isinstance(node, ast.In):
            yield node.left
            yield from node.items


def _questions(function: ast.Function, given: dict[str, Value]) -> Iterator[ast.Node]:
    """The parameters where the body asks whether they are given, or are another text than what they are."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.name.name in _ASK_WHETHER_GIVEN:
            yield from node.arguments
        elif isinstance(node, ast.Binary) and node.op in _EQUALITY:
            yield from _told_apart(node.left, [node.right], given)
            yield from _told_apart(node.right, [node.left], given)
        elif isinstance(node, ast.In):
            yield from _told_apart(node.left, node.items, given)


def _told_apart(
    node: ast.Expression, others: Sequence[ast.Expression], given: dict[str, Value]
) -> Iterator[ast.Expression]:
    """The node where it is a parameter that has none of the other texts: ``wanted == "*" or ActionType == wanted``."""
    if not isinstance(node, ast.Name) or node.name not in given:
        return
    texts = {str(other.value).casefold() for other in others if isinstance(other, ast.Literal)}
    values = {str(constant.value).casefold() for constant in given[node.name].constants or ()}
    if all(isinstance(other, ast.Literal) for other in others) and texts.isdisjoint(values):
        yield node
