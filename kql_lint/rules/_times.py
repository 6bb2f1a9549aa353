"""Numbers and times that expressions surely lie between, as far as the text tells: what ranges are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.rules._expressions import definition, value_of

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_DAY = 864_000_000_000
# How far the start or end of a day, week, month or year is from a time in it.
_PERIODS = {"day": _DAY, "week": 7 * _DAY, "month": 31 * _DAY, "year": 366 * _DAY}
_MOST_NESTED = 20


class Extent(NamedTuple):
    """The least and the largest that a value can be, counted from a base: ``number``, ``now``, ``time`` or ``span``."""

    base: str
    low: float
    high: float

    def moved(self, low: float, high: float) -> Extent:
        """The same, further on."""
        return Extent(self.base, self.low + low, self.high + high)


def extent(facts: Facts, node: ast.Expression, depth: int = 0) -> Extent | None:
    """What a number, a time or a length of time lies between; None where the text does not tell."""
    from kql_lint.syntax import ast

    if depth > _MOST_NESTED:
        return None
    node = definition(facts, node)
    if isinstance(node, ast.Literal):
        return _literal(node)
    if isinstance(node, ast.Unary) and node.op == "-":
        inner = extent(facts, node.operand, depth + 1)
        return Extent(inner.base, -inner.high, -inner.low) if inner and inner.base in ("number", "span") else None
    if isinstance(node, ast.Binary) and node.op in "+-":
        return _sum(node.op, extent(facts, node.left, depth + 1), extent(facts, node.right, depth + 1))
    if isinstance(node, ast.Call):
        return _call(facts, node, depth + 1)
    return _constant(facts, node)


def _constant(facts: Facts, node: ast.Expression) -> Extent | None:
    value = value_of(facts, node)
    if value.constants is None or len(value.constants) != 1 or not value.exact:
        return None
    number = value.constants[0].value
    told = isinstance(number, (int, float)) and not isinstance(number, bool)
    return Extent("number", number, number) if told else None  # type: ignore[arg-type]


def _literal(node: ast.Literal) -> Extent | None:
    from kql_lint.semantics.domains.evaluation.times import parse_datetime, parse_timespan
    from kql_lint.semantics.domains.scalars import Datetime, Timespan

    value: object = node.value
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return Extent("number", value, value)
    if isinstance(value, str) and node.type == "datetime":
        value = parse_datetime(value.strip().strip("\"'"))
    elif isinstance(value, str) and node.type == "timespan":
        value = parse_timespan(value)
    if isinstance(value, Datetime):
        return Extent("time", value.ticks, value.ticks)
    return Extent("span", value.ticks, value.ticks) if isinstance(value, Timespan) else None


def _sum(op: str, left: Extent | None, right: Extent | None) -> Extent | None:
    if left is None or right is None:
        return None
    if left.base == right.base and (op == "-" or left.base in ("number", "span")):
        base = left.base if left.base in ("number", "span") else "span"
        added = right if op == "+" else Extent(right.base, -right.high, -right.low)
        return Extent(base, left.low + added.low, left.high + added.high)
    if right.base != "span" or left.base not in ("now", "time"):
        return None
    return left.moved(right.low, right.high) if op == "+" else left.moved(-right.high, -right.low)


def _call(facts: Facts, node: ast.Call, depth: int) -> Extent | None:
    name = node.name.name
    given = [extent(facts, argument, depth) for argument in node.arguments]
    first = given[0] if given else None
    if name == "now" and not given:
        return Extent("now", 0, 0)
    if name in ("now", "ago"):
        return _sum("+" if name == "now" else "-", Extent("now", 0, 0), first) if len(given) == 1 else None
    if name in ("bin", "floor") and len(given) == 2 and first is not None:
        size = given[1]
        fits = size is not None and size.base == ("number" if first.base == "number" else "span") and size.low > 0
        return first.moved(-size.high, 0) if size is not None and fits else None
    period = _PERIODS.get(name.removeprefix("startof").removeprefix("endof"))
    if period is None or len(given) != 1 or first is None or not name.startswith(("startof", "endof")):
        return None
    return first.moved(-period, 0) if name.startswith("startof") else first.moved(0, period)
