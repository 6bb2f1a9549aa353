"""Comparisons: of values of one type with each other, and the string operators."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from kql_lint.semantics.domains.evaluation.signature import Function, is_any, is_integer
from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Relative, Timespan
from kql_lint.semantics.domains.string_operators import OPERATORS

_EXACT = 2**53
_NUMBERED = 500  # items of a list


def _equals(left: object, right: object) -> object:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) and isinstance(right, bool):
        return left is right
    order = _order(left, right)
    return UNTOLD if order is UNTOLD else order == 0


def _differs(left: object, right: object) -> object:
    same = _equals(left, right)
    return not same if isinstance(same, bool) else UNTOLD


def _order(left: object, right: object) -> object:
    """Below zero, zero or above it, as left is less than, equal to or more than right; UNTOLD of other than these."""
    for kind in (Datetime, Timespan, Relative):
        if isinstance(left, kind) and isinstance(right, kind):
            return (left.ticks > right.ticks) - (left.ticks < right.ticks)
    first, second = _number(left), _number(right)
    if first is None or second is None:
        return UNTOLD
    mixed = isinstance(first, float) != isinstance(second, float)
    if mixed and max(abs(first), abs(second)) > _EXACT:  # a long is rounded when it becomes a real
        return UNTOLD
    return (first > second) - (first < second)


def _number(value: object) -> int | float | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int) and is_integer(value) else None


def _ordered(holds: Callable[[int], bool], left: object, right: object) -> object:
    order = _order(left, right)
    return holds(order) if isinstance(order, int) else UNTOLD


def _text_operator(name: str, value: object, *items: object) -> object:
    """A string operator; an item may be an array."""
    operator = OPERATORS[name]
    needles = _flat(items)
    if needles is None:
        return UNTOLD
    if operator.kind == "==" and not operator.folds:
        return _among(operator.negated, value, needles)
    texts = [needle for needle in needles if isinstance(needle, str)]
    if not isinstance(value, str) or len(texts) < len(needles):
        return UNTOLD
    # Which case a letter beyond ASCII has, and where a term ends beside one, depends on tables that may differ.
    exact = not operator.folds and not operator.kind.startswith("has")
    if not exact and not all(text.isascii() for text in (value, *texts)):
        return UNTOLD
    found = operator.matches(value, texts)
    return UNTOLD if found is None else found != operator.negated


def _among(negated: bool, value: object, items: list[object]) -> object:
    """``in``: True where one item is equal, whatever the others are."""
    results = [_equals(value, item) for item in items]
    if True in results:
        return not negated
    return UNTOLD if UNTOLD in results else negated


def _flat(items: tuple[object, ...]) -> list[object] | None:
    """The items, arrays among them opened; None where there is none, which may be a place to fill in, or too many."""
    found: list[object] = []
    for item in items:
        found += item if isinstance(item, list) else [item]
    return found if 0 < len(found) <= _NUMBERED else None


_LISTS = frozenset({"in", "!in", "in~", "!in~", "has_any", "has_all"})
_TWO = (is_any, is_any)
FUNCTIONS = {name: Function(partial(_text_operator, name), _TWO, repeats=name in _LISTS) for name in OPERATORS} | {
    "==": Function(_equals, _TWO),
    "!=": Function(_differs, _TWO),
    "<>": Function(_differs, _TWO),
    "<": Function(partial(_ordered, lambda order: order < 0), _TWO),
    "<=": Function(partial(_ordered, lambda order: order <= 0), _TWO),
    ">": Function(partial(_ordered, lambda order: order > 0), _TWO),
    ">=": Function(partial(_ordered, lambda order: order >= 0), _TWO),
}
