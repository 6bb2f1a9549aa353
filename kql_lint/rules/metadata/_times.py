"""How far back a query asks: the comparisons of its time column with moments that are told from now on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._names import lets
from kql_lint.rules.metadata import _durations

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

TIME_COLUMNS = frozenset({"TimeGenerated", "Timestamp"})
_LOWER = frozenset({">", ">="})
_UPPER = frozenset({"<", "<="})
# Functions of a moment that give one not much later than it: the day or the bin that it lies in.
_ROUNDED = frozenset({"bin", "floor", "startofday", "startofweek", "startofmonth", "startofyear"})
_CONVERSIONS = frozenset({"totimespan", "totime"})
# How many lets and calls may lead to a moment.
STEPS = 20


class Bound(NamedTuple):
    """A moment that the time column is compared with: so many seconds ago.  lower: rows from there on are asked for.

    test is the comparison, or the operator, that it stands in.
    """

    node: ast.Expression
    seconds: float
    lower: bool
    test: ast.Node


def bounds(facts: Facts) -> Iterator[Bound]:
    """Each bound in a where or make-series, once a place, in the query's order."""
    from kql_lint.syntax import ast

    read_by = {
        read.node: read.clause
        for read in facts.reads
        if any(origin.column in TIME_COLUMNS for origin in read.column.origins)
    }
    times = {node for node, clause in read_by.items() if clause == "where"}
    moments = Moments(facts.query)
    for node in facts.nodes:
        pairs: list[tuple[ast.Expression, bool]] = []
        if isinstance(node, ast.Binary) and node.op in _LOWER | _UPPER:
            if node.left in times:
                pairs = [(node.right, node.op in _LOWER)]
            elif node.right in times:
                pairs = [(node.left, node.op in _UPPER)]
        elif isinstance(node, ast.Between) and not node.negated and node.left in times:
            pairs = [(node.low, True)]
        elif isinstance(node, ast.MakeSeries) and node.lower is not None and node.on in read_by:
            pairs = [(node.lower, True)]
        for moment, lower in pairs:
            seconds = moments.ago(moment, STEPS)
            if seconds is not None:
                yield Bound(moment, seconds, lower, node)


def _handed(query: ast.Query, functions: dict[str, ast.Function]) -> dict[str, tuple[ast.Expression, ...]]:
    """What each parameter of the query's functions may stand for: its default, and what the calls hand over."""
    from kql_lint.syntax import ast

    found: dict[str, list[ast.Expression]] = {}
    declared: set[str] = set()
    twice: set[str] = set()
    for function in functions.values():
        for parameter in function.parameters:
            (twice if parameter.name.name in declared else declared).add(parameter.name.name)
            found.setdefault(parameter.name.name, []).extend([parameter.default] if parameter.default else [])
    for node in ast.walk(query):
        called = functions.get(node.name.name) if isinstance(node, ast.Call) else None
        if called is None or not isinstance(node, ast.Call):
            continue
        plain = [parameter for parameter in called.parameters if parameter.type is not None]
        parameters = plain if len(node.arguments) < len(called.parameters) else called.parameters
        for parameter, argument in zip(parameters, node.arguments, strict=False):
            value = argument.value if isinstance(argument, ast.NamedExpression) else argument
            found[parameter.name.name].append(value)
    return {name: () if name in twice else tuple(values) for name, values in found.items()}


class Moments:
    """What the lets of a query say of moments and lengths of time."""

    def __init__(self, query: ast.Query) -> None:
        from kql_lint.syntax import ast

        self._lets: dict[str, tuple[ast.Expression, ...]] = {}
        functions: dict[str, ast.Function] = {}
        for let in lets(query):
            if isinstance(let.value, ast.Expression):
                self._declare(let.name.name, (let.value,))
            else:
                functions[let.name.name] = let.value
        handed = _handed(query, functions) if functions else {}
        for name, values in handed.items():
            self._declare(name, values)

    def _declare(self, name: str, values: tuple[ast.Expression, ...]) -> None:
        # Of a name that is declared twice, which one holds depends on the place.
        self._lets[name] = () if name in self._lets else values

    def _furthest(self, name: str, of: Callable[[ast.Expression, int], float | None], steps: int) -> float | None:
        """The largest of what a name may stand for; None where one of them is not known."""
        values = [of(value, steps) for value in self._lets.get(name, ())]
        known = [value for value in values if value is not None]
        return max(known) if known and len(known) == len(values) else None

    def ago(self, node: ast.Expression, steps: int) -> float | None:
        """How many seconds before now a moment is."""
        from kql_lint.syntax import ast

        if steps == 0:
            return None
        if isinstance(node, ast.Name):
            return self._furthest(node.name, self.ago, steps - 1)
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
            return self._furthest(node.name, self.length, steps - 1)
        if isinstance(node, ast.Literal):
            return _durations.kql(node.value) if node.type == "timespan" and isinstance(node.value, str) else None
        if isinstance(node, ast.Unary):
            value_of = self.length(node.operand, steps - 1)
            return None if value_of is None else -value_of if node.op == "-" else value_of
        if isinstance(node, ast.Call) and node.name.name in _CONVERSIONS and len(node.arguments) == 1:
            text = node.arguments[0]
            is_text = isinstance(text, ast.Literal) and isinstance(text.value, str)
            return _durations.kql(str(text.value)) if is_text and isinstance(text, ast.Literal) else None
        if isinstance(node, ast.Binary) and node.op in ("+", "-"):
            left, right = self.length(node.left, steps - 1), self.length(node.right, steps - 1)
            if left is None or right is None:
                return None
            return left + right if node.op == "+" else left - right
        if isinstance(node, ast.Binary) and node.op == "*":
            for number, span in ((node.left, node.right), (node.right, node.left)):
                seconds = self.length(span, steps - 1)
                if seconds is not None and isinstance(number, ast.Literal) and isinstance(number.value, int | float):
                    return seconds * number.value
        return None
