"""How far apart a query asks two rows to be: the comparisons of the time columns of two rows with a length of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules.metadata._times import STEPS, Moments

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


# The column by which Sentinel gives a rule its rows.
_TIME = "TimeGenerated"


class Window(NamedTuple):
    """A comparison of two rows' times: so many seconds apart at most; with least, at least."""

    node: ast.Expression
    seconds: float
    least: bool = False


def windows(facts: Facts) -> Iterator[Window]:
    """Each comparison of the kind in a query, in its order."""
    found = _Windows(facts)
    if len(found.times) > 1:
        for node in facts.nodes:
            yield from found.of(node)


class _Windows:
    """times are the places that read the time of a row as its table has it."""

    def __init__(self, facts: Facts) -> None:
        self.times = {
            read.node
            for read in facts.reads
            if read.column.origins and all(origin.column == _TIME for origin in read.column.origins)
        }
        self._moments = Moments(facts.query)

    def of(self, node: ast.Node) -> Iterator[Window]:
        """What one node compares; ``a between (b .. c)`` is ``b <= a`` and ``a <= c``."""
        from kql_lint.syntax import ast

        if isinstance(node, ast.Between) and not node.negated:
            yield from self._less(node.low, node.left)
            yield from self._less(node.left, node.high)
        elif isinstance(node, ast.Binary) and node.op in ("<", "<="):
            yield from self._less(node.left, node.right, node)
        elif isinstance(node, ast.Binary) and node.op in (">", ">="):
            yield from self._less(node.right, node.left, node)

    def _less(
        self, small: ast.Expression, large: ast.Expression, whole: ast.Expression | None = None
    ) -> Iterator[Window]:
        """What it says that one is less than the other: ``a < b + 1h``, ``a - 1h < b`` and ``a - b < 1h`` are the same.

        The other way round, ``a + 1h < b``, the two are at least so far apart.
        """
        for one, other, at_large in ((small, large, True), (large, small, False)):
            if one in self.times:
                for sign in "+-":
                    seconds = self._shifted(other, sign)
                    if seconds is not None and seconds > 0:
                        yield Window(whole or other, seconds, least=(sign == "-") == at_large)
            seconds = self._moments.length(other, STEPS) if self._is_distance(one) else None
            if seconds is not None and seconds > 0:
                yield Window(whole or other, seconds, least=not at_large)

    def _shifted(self, node: ast.Expression, sign: str) -> float | None:
        """How many seconds are added to a row's time, or taken from it."""
        from kql_lint.syntax import ast

        if isinstance(node, ast.Binary) and node.op == sign and node.left in self.times:
            return self._moments.length(node.right, STEPS)
        return None

    def _is_distance(self, node: ast.Expression) -> bool:
        from kql_lint.syntax import ast

        return isinstance(node, ast.Binary) and node.op == "-" and node.left in self.times and node.right in self.times
