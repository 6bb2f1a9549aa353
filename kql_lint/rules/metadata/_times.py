"""How far back a query asks: the comparisons of its time column with moments that are told from now on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._names import lets
from kql_lint.rules.metadata import _durations

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_TIME_COLUMNS = frozenset({"TimeGenerated", "Timestamp"})
_LOWER = frozenset({">", ">="})
_UPPER = frozenset({"<", "<="})
# Functions of a moment that give one not much later than it: the day or the bin that it lies in.
_ROUNDED = frozenset({"bin", "floor", "startofday", "startofweek", "startofmonth", "startofyear"})
# How many lets and calls may lead to a moment.
_STEPS = 20


class Bound(NamedTuple):
    """A moment that the time column is compared with: so many seconds ago.  lower: rows from there on are asked for."""

    node: ast.Expression
    seconds: float
    lower: bool


def bounds(facts: Facts) -> Iterator[Bound]:
    """Each bound in a where, once a place, in the query's order."""
    from kql_lint.syntax import ast

    times = {
        read.node
        for read in facts.reads
        if read.clause == "where" and any(origin.column in _TIME_COLUMNS for origin in read.column.origins)
    }
    moments = _Moments(facts.query)
    for node in ast.walk(facts.query):
        pairs: list[tuple[ast.Expression, bool]] = []
        if isinstance(node, ast.Binary) and node.op in _LOWER | _UPPER:
            if node.left in times:
                pairs = [(node.right, node.op in _LOWER)]
            elif node.right in times:
                pairs = [(node.left, node.op in _UPPER)]
        elif isinstance(node, ast.Between) and not node.negated and node.left in times:
            pairs = [(node.low, True)]
        for moment, lower in pairs:
            seconds = moments.ago(moment, _STEPS)
            if seconds is not None:
                yield Bound(moment, seconds, lower)


class _Moments:
    """What the lets of a query say of moments and lengths of time."""

    def __init__(self, query: ast.Query) -> None:
        self._lets: dict[str, ast.Expression | None] = {}
        for let in lets(query):
            from kql_lint.syntax import ast

            # Of a name that is declared twice, which one holds depends on the place.
            value = let.value if isinstance(let.value, ast.Expression) else None
            self._lets[let.name.name] = None if let.name.name in self._lets else value

    def ago(self, node: ast.Expression, steps: int) -> float | None:
        """How many seconds before now a moment is."""
        from kql_lint.syntax import ast

        if steps == 0:
            return None
        if isinstance(node, ast.Name):
            value = self._lets.get(node.name)
            return None if value is None else self.ago(value, steps - 1)
        if isinstance(node, ast.Binary) and node.op in ("-", "+"):
            left, right = self.ago(node.left, steps - 1), self.length(node.right, steps - 1)
            if left is None or right is None:
                return None
            return left + right if node.op == "-" else left - right
        if isinstance(node, ast.Call):
            return self._call(node, steps - 1)
        return None

    def _call(self, node: ast.Call, steps: int) -> float | None:
        name = node.name.name
        if name == "ago" and len(node.arguments) == 1:
            return self.length(node.arguments[0], steps)
        if name == "now":
            offset = self.length(node.arguments[0], steps) if node.arguments else 0.0
            return None if offset is None else -offset
        if name in _ROUNDED and len(node.arguments) == 1 + (name in ("bin", "floor")):
            return self.ago(node.arguments[0], steps)
        return None

    def length(self, node: ast.Expression, steps: int) -> float | None:
        """A length of time in seconds."""
        from kql_lint.syntax import ast

        if steps == 0:
            return None
        if isinstance(node, ast.Name):
            value = self._lets.get(node.name)
            return None if value is None else self.length(value, steps - 1)
        if isinstance(node, ast.Literal):
            return _durations.kql(node.value) if node.type == "timespan" and isinstance(node.value, str) else None
        if isinstance(node, ast.Unary):
            value_of = self.length(node.operand, steps - 1)
            return None if value_of is None else -value_of if node.op == "-" else value_of
        if isinstance(node, ast.Binary) and node.op == "*":
            for number, span in ((node.left, node.right), (node.right, node.left)):
                seconds = self.length(span, steps - 1)
                if seconds is not None and isinstance(number, ast.Literal) and isinstance(number.value, int | float):
                    return seconds * number.value
        return None
