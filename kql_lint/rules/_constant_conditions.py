"""Conditions of filters that compare one string literal with others: shared by KL401 and KL402."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._expressions import value_of
from kql_lint.rules._literals import is_placeholder

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


class ConstantCondition(NamedTuple):
    """A condition that each row has to meet, and that is the same for all of them.

    column: what it compares is the name of a column of a table in the query, most likely with quotes by mistake.
    """

    node: ast.Binary | ast.In
    holds: bool
    column: str | None

    @property
    def help(self) -> str | None:
        """How the column is compared, where one is meant."""
        return f"to compare the column write {self.column} without quotes" if self.column is not None else None


def constant_conditions(facts: Facts) -> Sequence[ConstantCondition]:
    """All of a query's filters, in their order.

    LIMIT: a let is a switch, numbers (``1 == 1``) are what a program puts there or a way to turn a filter off, and what
    stands below an ``or`` may be the value of a parameter.
    """
    return facts.memory.get("constant conditions", lambda: list(_constant_conditions(facts)))


def _constant_conditions(facts: Facts) -> Iterator[ConstantCondition]:
    from kql_lint.syntax import ast

    if not facts.whole:
        return
    for where in facts.nodes_of(ast.Where):
        if facts.intact(where, where.start, where.end):
            for node in _conjuncts(where.predicate):
                if isinstance(node, (ast.Binary, ast.In)) and isinstance(node.left, ast.Literal):
                    holds = _result(facts, node)
                    if holds is not None:
                        yield ConstantCondition(node, holds, _column(facts, node.left))


def _conjuncts(predicate: ast.Expression) -> list[ast.Expression]:
    """The conditions that a filter puts together by ``and``, in their order."""
    from kql_lint.syntax import ast

    found, waiting = [], [predicate]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Logical) and one.op == "and":
            waiting += reversed(one.operands)
        else:
            found.append(one)
    return found


def _result(facts: Facts, node: ast.Binary | ast.In) -> bool | None:
    """What a comparison of string literals gives; None where it is another one, or that is not certain."""
    from kql_lint.syntax import ast

    operands = [node.left, *(node.items if isinstance(node, ast.In) else [node.right])]
    for one in operands:
        if not isinstance(one, ast.Literal) or not isinstance(one.value, str) or is_placeholder(one.value):
            return None
    value = value_of(facts, node)
    results = {constant.value for constant in value.constants or ()}
    return bool(results.pop()) if value.exact and results in ({True}, {False}) else None


def _column(facts: Facts, node: ast.Expression) -> str | None:
    from kql_lint.syntax import ast

    name = str(node.value) if isinstance(node, ast.Literal) else ""
    return name if any(name in table.columns for row in facts.rows for table in row.tables) else None
