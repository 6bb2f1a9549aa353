"""Arithmetic on numbers, timespans and datetimes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from kql_lint.semantics.domains.evaluation.signature import LONG, Function, is_any, is_integer
from kql_lint.semantics.domains.scalars import TICKS_PER_SECOND, UNTOLD, Datetime, Relative, Timespan

_DAY = 24 * 3_600 * TICKS_PER_SECOND
_LAST = 3_652_059 * _DAY  # the days of the years 1 to 9999


def _plus(left: object, right: object) -> object:
    if isinstance(left, Timespan) and isinstance(right, (Datetime, Relative)):
        left, right = right, left
    if isinstance(left, Relative):
        return Relative(left.ticks + right.ticks) if isinstance(right, Timespan) else UNTOLD
    if isinstance(left, Datetime):
        return _datetime(left.ticks + right.ticks) if isinstance(right, Timespan) else UNTOLD
    if isinstance(left, Timespan):
        return _timespan(left.ticks + right.ticks) if isinstance(right, Timespan) else UNTOLD
    return _number(left, right, lambda a, b: a + b)


def _minus(left: object, right: object = UNTOLD) -> object:
    """``left - right``, or ``-left`` where there is no right."""
    if right is UNTOLD:
        return _timespan(-left.ticks) if isinstance(left, Timespan) else _number(0, left, lambda a, b: a - b)
    if isinstance(left, Relative):
        if isinstance(right, Relative):
            return _timespan(left.ticks - right.ticks)
        return Relative(left.ticks - right.ticks) if isinstance(right, Timespan) else UNTOLD
    if isinstance(left, Datetime):
        if isinstance(right, Datetime):
            return _timespan(left.ticks - right.ticks)
        return _datetime(left.ticks - right.ticks) if isinstance(right, Timespan) else UNTOLD
    if isinstance(left, Timespan):
        return _timespan(left.ticks - right.ticks) if isinstance(right, Timespan) else UNTOLD
    return _number(left, right, lambda a, b: a - b)


def _times(left: object, right: object) -> object:
    if isinstance(right, Timespan):
        left, right = right, left
    if isinstance(left, Timespan):
        factor = _fraction(right)
        return UNTOLD if factor is None else _timespan(left.ticks * factor)
    return _number(left, right, lambda a, b: a * b)


def _divided(left: object, right: object) -> object:
    if isinstance(left, Timespan):
        if isinstance(right, Timespan):
            return _real(Fraction(left.ticks, right.ticks)) if right.ticks else UNTOLD
        divisor = _fraction(right)
        return _timespan(left.ticks / divisor) if divisor else UNTOLD
    if isinstance(left, int) and isinstance(right, int):
        # "Truncated": of negative numbers no document says which way.
        return _long(left // right) if is_integer(left) and is_integer(right) and left >= 0 and right > 0 else UNTOLD
    return _number(left, right, lambda a, b: a / b) if _fraction(right) else UNTOLD


def _modulo(left: int, right: int) -> object:
    return left % abs(right) if right else UNTOLD  # "always a small non-negative number"


def _number(left: object, right: object, compute: Callable[[Fraction, Fraction], Fraction]) -> object:
    """What a computation gives of two numbers, exactly: a result that would have to be rounded is not told."""
    first, second = _fraction(left), _fraction(right)
    if first is None or second is None:
        return UNTOLD
    result = compute(first, second)
    return _long(result) if isinstance(left, int) and isinstance(right, int) else _real(result)


def _fraction(value: object) -> Fraction | None:
    if isinstance(value, float):
        return Fraction(value) if math.isfinite(value) else None
    return Fraction(value) if isinstance(value, int) and is_integer(value) else None


def _long(value: int | Fraction) -> object:
    return int(value) if -LONG <= value < LONG else UNTOLD


def _real(value: Fraction) -> object:
    try:
        result = float(value)
    except OverflowError:
        return UNTOLD
    return result if math.isfinite(result) and Fraction(result) == value else UNTOLD


def _timespan(ticks: int | Fraction) -> object:
    whole = -LONG < ticks < LONG and Fraction(ticks).denominator == 1
    return Timespan(int(ticks)) if whole else UNTOLD


def _datetime(ticks: int) -> object:
    return Datetime(ticks) if 0 <= ticks < _LAST else UNTOLD


def _abs(value: object) -> object:
    if isinstance(value, Timespan):
        return _timespan(abs(value.ticks))
    if isinstance(value, float):
        return abs(value) if math.isfinite(value) else UNTOLD
    return _long(abs(value)) if isinstance(value, int) and is_integer(value) else UNTOLD


def _min_of(*values: object) -> object:
    return _extreme(values, largest=False)


def _max_of(*values: object) -> object:
    return _extreme(values, largest=True)


def _extreme(values: tuple[object, ...], *, largest: bool) -> object:
    """The least or the largest of values of one type, which has an order."""
    numbers = [value for value in values if isinstance(value, int) and is_integer(value)]
    for kind in (Datetime, Timespan):
        times = [value for value in values if isinstance(value, kind)]
        if len(times) == len(values):
            return max(times) if largest else min(times)
    if len(numbers) < len(values):
        return UNTOLD
    return max(numbers) if largest else min(numbers)


def _bin(value: object, size: object) -> object:
    """The nearest multiple of a size that is not above the value."""
    if isinstance(size, Timespan):
        if size.ticks > 0 and isinstance(value, Timespan):
            return _timespan(value.ticks // size.ticks * size.ticks)
        # Where bins begin that do not fill a day no document says.
        if size.ticks > 0 and _DAY % size.ticks == 0 and isinstance(value, Datetime):
            return _datetime(value.ticks // size.ticks * size.ticks)
    elif isinstance(value, int) and isinstance(size, int) and is_integer(value) and is_integer(size) and size > 0:
        return _long(value // size * size)
    return UNTOLD


_TWO = (is_any, is_any)
FUNCTIONS = {
    "+": Function(_plus, _TWO),
    "-": Function(_minus, _TWO, least=1),
    "*": Function(_times, _TWO),
    "/": Function(_divided, _TWO),
    "%": Function(_modulo, (is_integer, is_integer)),
    "abs": Function(_abs, (is_any,)),
    "min_of": Function(_min_of, _TWO, repeats=True),
    "max_of": Function(_max_of, _TWO, repeats=True),
    "bin": Function(_bin, _TWO),
    "floor": Function(_bin, _TWO),
}
