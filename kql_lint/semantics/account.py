"""What binding a query may still cost, and the record of where that ran out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.facts import Opened

if TYPE_CHECKING:
    from kql_lint.budget import Budget
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# What it costs to compare with a constant: rules ask of each what it is.
_CONSTANT = 4
# What it costs more where it is looked for in each value that a table has.
_TRIED = 400


class Account:
    """The budget of a query, and the facts in which is said where it ran out; the binder is one.

    Whatever asks and is told no gives something unknown: an open scope, a Value of which nothing is known.
    """

    def __init__(self, facts: Facts, budget: Budget) -> None:
        self.facts = facts
        self.budget = budget

    def affords(self, steps: int, node: ast.Node) -> bool:
        """Whether there are so many steps left, which are then used up; node is what they are for."""
        if self.budget.spend(steps):
            return True
        if self.facts.whole:
            self.facts.whole = False
            self.facts.opened.append(Opened(node, "too complex to analyze completely"))
        self.cut_at(node)
        return False

    def compares(self, constants: int, node: ast.Node, tried: int = 0) -> bool:
        """Whether there are the steps left to compare with so many constants, which are then used up.

        tried: how many of them are looked for in each value that a table has.
        """
        return self.affords(_CONSTANT * constants + _TRIED * tried, node)

    def builds(self, characters: int, node: ast.Node) -> bool:
        """Whether there are the characters left of a string that is put together, which are then used up."""
        if self.budget.build(characters):
            return True
        self.cut_at(node)
        return False

    def cut_at(self, node: ast.Node) -> None:
        """Record that the budget ran out, where it did first."""
        if self.facts.cut is None:
            self.facts.cut = node
