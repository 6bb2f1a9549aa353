"""What a column can hold: everything, some values, all but some values, an interval, strings that pass tests.

A domain is sound: it never lacks a value that a row may have.  It may have more, so what can't be told narrows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kql_lint.semantics.domains.scalars import Datetime, Relative, Timespan
from kql_lint.semantics.domains.string_operators import StringOperator

Scalar = str | int | float | bool | Datetime | Relative | Timespan | None
"""A value of a column: see ``scalars``.  None is null, which strings do not have."""

EMPTY: frozenset[Scalar] = frozenset({"", None})
"""What stands where a column has no value: the empty string, or null."""

_NUMBERS = (int, float)
_MAX_VALUES = 500  # no table has so many kinds of events: larger sets cost time and tell nothing
_MAX_TESTS = 8
_MAX_TRIED = 32


class Interval(NamedTuple):
    """Numbers or times between two ends; an end is None where there is none, and open where it is left out itself."""

    low: Scalar = None
    high: Scalar = None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: object) -> bool:
        """Whether a value lies in it; what can't be compared with its ends does."""
        low, high = self.low, self.high
        if low is not None and is_comparable(value, low) and (value < low or (self.low_open and value == low)):  # type: ignore[operator]
            return False
        above = high is not None and is_comparable(value, high)
        return not (above and (value > high or (self.high_open and value == high)))  # type: ignore[operator]

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        if self.low is None or self.high is None or not is_comparable(self.low, self.high):
            return False
        ends = self.low > self.high  # type: ignore[operator]
        return ends or (self.low == self.high and (self.low_open or self.high_open))

    def meet(self, other: Interval) -> Interval:
        """What lies in both."""
        if other is EVERYWHERE or self is EVERYWHERE:
            return self if other is EVERYWHERE else other
        low, low_open = _inner(self.low, self.low_open, other.low, other.low_open, 1)
        high, high_open = _inner(self.high, self.high_open, other.high, other.high_open, -1)
        return Interval(low, high, low_open, high_open)

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that has what lies in either."""
        if other is EVERYWHERE or self is EVERYWHERE:
            return EVERYWHERE
        low, low_open = _outer(self.low, self.low_open, other.low, other.low_open, -1)
        high, high_open = _outer(self.high, self.high_open, other.high, other.high_open, 1)
        return EVERYWHERE if low is high is None else Interval(low, high, low_open, high_open)


def is_comparable(one: object, other: object) -> bool:
    """Whether one of two scalars is less than the other, or they are the same."""
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    if isinstance(one, _NUMBERS):
        return isinstance(other, _NUMBERS)
    return one is not None and not isinstance(one, str) and type(one) is type(other)


def _inner(one: Scalar, one_open: bool, other: Scalar, other_open: bool, sign: int) -> tuple[Scalar, bool]:
    """The stricter of two ends: the higher one for sign 1, the lower one for -1."""
    if one is None or other is None or not is_comparable(one, other):
        return (other, other_open) if one is None else (one, one_open)
    if one == other:
        return one, one_open or other_open
    return (one, one_open) if (one > other) == (sign > 0) else (other, other_open)  # type: ignore[operator]


def _outer(one: Scalar, one_open: bool, other: Scalar, other_open: bool, sign: int) -> tuple[Scalar, bool]:
    if one is None or other is None or not is_comparable(one, other):
        return None, False
    if one == other:
        return one, one_open and other_open
    return (one, one_open) if (one > other) == (sign > 0) else (other, other_open)  # type: ignore[operator]


EVERYWHERE = Interval()


class Test(NamedTuple):
    """A string operator with what it looks for; negated in it: the strings that it does not match."""

    operator: StringOperator
    needles: tuple[str, ...]

    def passes(self, value: Scalar) -> bool:
        """Whether a value may pass."""
        if not isinstance(value, str):
            return True
        matched = self.operator.matches(value, self.needles)
        return matched is None or matched != self.operator.negated

    @property
    def opposite(self) -> Test:
        """What fails the test."""
        one = self.operator
        return Test(StringOperator(one.kind, one.folds, not one.negated, one.all_of), self.needles)

    def excludes(self, other: Test) -> bool:
        """Whether no string passes both.  False where that can't be told."""
        if self == other.opposite:
            return True
        one, two = self.operator, other.operator
        if one.negated or len(self.needles) != 1:
            return False
        needle = self.needles[0]
        if two.negated:
            # Each positive test but a regex asks for its needle in the value.
            wider = two.folds or not one.folds
            return wider and len(other.needles) == 1 and _implies(one.kind, needle, two, other.needles[0])
        if len(other.needles) != 1 or {one.kind, two.kind} - {"==", "startswith", "endswith"}:
            return False
        return _apart(one.kind, needle, two.kind, other.needles[0])


def _implies(kind: str, needle: str, other: StringOperator, wanted: str) -> bool:
    """Whether a string that passes the positive test of kind also passes the positive test of the other operator."""
    if other.folds:
        needle, wanted = needle.casefold(), wanted.casefold()
    if not wanted:
        return False
    if kind == "==":
        return other.matches(needle, (wanted,)) is True
    if kind == "matches regex":
        return False
    if other.kind == "contains":
        return wanted in needle
    if other.kind == kind == "startswith":
        return needle.startswith(wanted)
    return other.kind == kind == "endswith" and needle.endswith(wanted)


def _apart(kind: str, needle: str, other: str, wanted: str) -> bool:
    """Whether no string equals, begins or ends with both, whatever their case."""
    needle, wanted = needle.casefold(), wanted.casefold()
    if kind == "==" or other == "==":
        if other != "==":
            needle, wanted, other = wanted, needle, kind
            kind = other if kind != "==" else "=="
        if kind == "==":
            return needle != wanted
        return not (wanted.startswith(needle) if kind == "startswith" else wanted.endswith(needle))
    if kind != other:
        return False
    if kind == "startswith":
        return not (needle.startswith(wanted) or wanted.startswith(needle))
    return not (needle.endswith(wanted) or wanted.endswith(needle))


class Domain:
    """The values that are still possible: those of values, or where excluding is set any but those, if they also lie in
    the interval and pass the tests.  Never changed once made.

    A set of values has no interval and no tests: what they rule out is taken out of the set.
    """

    __slots__ = ("excluding", "interval", "tests", "values")

    def __init__(
        self,
        values: frozenset[Scalar] = frozenset(),
        excluding: bool = True,
        interval: Interval = EVERYWHERE,
        tests: frozenset[Test] = frozenset(),
    ) -> None:
        self.values = values
        self.excluding = excluding
        self.interval = interval
        self.tests = tests

    @classmethod
    def of(cls, values: Iterable[Scalar]) -> Domain:
        """These values alone."""
        return cls(frozenset(values), False)

    @classmethod
    def but(cls, values: Iterable[Scalar]) -> Domain:
        """Everything but these values."""
        return cls(frozenset(values), True)

    def __contains__(self, value: Scalar) -> bool:
        if not self.excluding:
            return value in self.values
        return value not in self.values and value in self.interval and all(test.passes(value) for test in self.tests)

    def __and__(self, other: Domain) -> Domain:
        if self is other:
            return self
        if not self.excluding:
            return self if other.everything else Domain.of(value for value in self.values if value in other)
        if not other.excluding:
            return other & self
        interval = self.interval.meet(other.interval)
        tests = self.tests
        if other.tests - tests:
            if any(one.excludes(two) or two.excludes(one) for one in tests for two in other.tests):
                return NOTHING
            tests = tests | other.tests if len(tests) < _MAX_TESTS else tests
        if interval.is_empty:  # null lies in no interval and outside of none
            return Domain.of(value for value in EMPTY if value in self and value in other)
        return _bounded(Domain(self.values | other.values, True, interval, tests))

    def __or__(self, other: Domain) -> Domain:
        if self is other or self.empty or other.everything:
            return other
        if other.empty or self.everything or self == other:
            return self
        if not self.excluding and not other.excluding:
            return _bounded(Domain(self.values | other.values, False))
        if self.excluding and other.excluding:
            values = self.values & other.values
            for one, two in ((self, other), (other, self)):
                if not two.is_plain and len(one.values) <= _MAX_TRIED:
                    values |= frozenset(value for value in one.values if value not in two)
            return Domain(values, True, self.interval.hull(other.interval), self.tests & other.tests)
        some, others = (other, self) if self.excluding else (self, other)
        interval = others.interval
        for value in some.values:
            if value not in interval:
                interval = interval.hull(Interval(value, value))
        tests = frozenset(test for test in others.tests if all(map(test.passes, some.values)))
        return Domain(others.values - some.values, True, interval, tests)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Domain):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return self.values, self.excluding, self.interval, self.tests

    def __repr__(self) -> str:
        parts = [f"{'not ' if self.excluding else ''}{sorted(map(repr, self.values))}"]
        parts += [repr(self.interval)] if self.interval != EVERYWHERE else []
        return f"Domain({', '.join(parts + [repr(test) for test in self.tests])})"

    @property
    def is_plain(self) -> bool:
        """Whether it is a set of values, or all but those."""
        return not self.tests and self.interval is EVERYWHERE

    @property
    def everything(self) -> bool:
        """True where nothing is ruled out."""
        return self.excluding and not self.values and self.is_plain

    @property
    def empty(self) -> bool:
        """True where no value is left at all, whatever a list of values has."""
        return not self.excluding and not self.values

    @property
    def lacks_empty(self) -> bool:
        """Whether neither the empty string nor null is in it."""
        return "" not in self and None not in self

    def among(self, known: Iterable[Scalar]) -> tuple[Scalar, ...]:
        """The known values that are still possible, in the order given."""
        return tuple(value for value in known if value in self)


def _bounded(domain: Domain) -> Domain:
    return EVERYTHING if len(domain.values) > _MAX_VALUES else domain


EVERYTHING = Domain()
NOTHING = Domain(frozenset(), False)
NO_VALUE = Domain(EMPTY, False)
"""What a column holds in a row that is not there: the other side of an outer join."""
SOME_VALUE = Domain(EMPTY, True)
