"""What a comparison leaves of one column: the values for which it may hold, and those for which it may fail.

Where the column is compared as it is, sets of values and intervals are exact.  Else each value that the catalogue knows
is tried, on what has become of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.domains.domain import EMPTY, EVERYTHING, NO_VALUE, Domain, Interval, Scalar, Test, is_comparable
from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Relative, Timespan
from kql_lint.semantics.domains.string_operators import OPERATORS, StringOperator
from kql_lint.semantics.events.comparisons import ORDER, Compared
from kql_lint.semantics.events.kinds import NUMBERS, is_complete, list_of, scalars, type_of
from kql_lint.semantics.scopes.state import State

if TYPE_CHECKING:
    from kql_lint.catalogue import ColumnValues, EventKinds
    from kql_lint.semantics.scopes.scope import Constant, Origin, Step, Value

_ORDERED = frozenset({"int", "long", "real", "decimal", "datetime", "timespan"})
_EQUALITY = {"==": False, "!=": True, "<>": True, "in": False, "!in": True}  # whether it is negated
_MAX_NEEDLES = 100
_Forward = Callable[[Scalar], object]
_POSITIVE = {
    op: StringOperator(one.kind, one.folds, all_of=one.all_of) if one.negated else one for op, one in OPERATORS.items()
}


def outcome(
    found: Compared, origin: Origin, known: EventKinds | ColumnValues | None, steps: tuple[Step, ...]
) -> tuple[State, State] | None:
    """The states of a row of the column for which the comparison may hold, and for which it may fail."""
    column, kind = found.column, type_of(origin)
    if kind is None:
        return None
    forward = _forward(column, kind, steps)
    if forward is None:
        return None
    numbers = kind in NUMBERS
    pair: tuple[Domain, Domain] | None = None
    if forward is _same:
        pair = _exactly(found, kind, known, numbers)
    elif column.type == "string" and numbers and not steps and column.folded is None and found.op in _EQUALITY:
        pair = _as_numbers(found)
    if pair is None:
        trial = _Trial(found.op, known, numbers, kind, forward)
        pair = _by_trying(found, trial, direct=forward is _same)
    holds, fails = pair
    return State({origin.column: holds}), State({origin.column: fails})


def outcome_of_itself(
    op: str, origin: Origin, left: Constant | tuple[Value, tuple[Step, ...]], right: tuple[Value, tuple[Step, ...]]
) -> tuple[State, State] | None:
    """The states of a row for which two things made of the same column, or a constant, may compare so, and may not."""
    kind, known = type_of(origin), list_of(origin)
    if op not in OPERATORS or kind is None:
        return None
    one = _forward(left[0], kind, left[1]) if isinstance(left, tuple) else _always(left.value)
    two = _forward(right[0], kind, right[1])
    if one is None or two is None:
        return None
    numbers = kind in NUMBERS
    values = (*(scalars(known, numbers) if known is not None else ()), "" if kind == "string" else None)
    results = ((value, positive_test(op, (two(value),))(one(value))) for value in values)
    matching, failing, untold = _sorted_out(results)
    holds, fails = Domain.but(failing), Domain.but(matching - {None})
    if untold <= EMPTY and is_complete(known) and matching - EMPTY:
        holds = Domain.of(matching | untold)
    states = State({origin.column: holds}), State({origin.column: fails})
    return (states[1], states[0]) if is_negated(op) else states


def _always(constant: object) -> _Forward:
    return lambda value: constant


def _same(value: Scalar) -> object:
    return value


def _forward(column: Value, kind: str, steps: tuple[Step, ...]) -> _Forward | None:
    """What becomes of a value of the column before it is compared; None where that is not known."""
    if column.folded is None and not steps and (column.type == kind or {column.type, kind} <= NUMBERS):
        return _same
    if not steps and column.type != kind and not (column.type == "string" and kind in (*NUMBERS, "dynamic")):
        return None
    fold, text = column.folded, column.type == "string" or bool(steps)

    def forward(value: Scalar) -> object:
        result: object = value
        if text and not steps and kind in NUMBERS:
            result = "" if value is None else str(value)
        if fold is not None and isinstance(result, str):
            result = folded(result, fold)
        for step in steps:
            result = step.of(result)
        return result

    return forward


def folded(value: str, case: str | None) -> str:
    """The value as ``tolower()`` (case ``lower``) or ``toupper()`` (``upper``) leaves it."""
    if case == "lower":
        return value.lower()
    return value.upper() if case == "upper" else value


def _exactly(
    found: Compared, kind: str, known: EventKinds | ColumnValues | None, numbers: bool
) -> tuple[Domain, Domain] | None:
    """The domains where the column is compared as it is: those of values and intervals are exact."""
    possible = [constant.value for constant in found.possible]
    if not all(_is_of(value, kind) or _is_bound(value, kind, found.op) for value in possible):
        return EVERYTHING, EVERYTHING
    if found.op in _EQUALITY:
        among = Domain.of(possible) if found.complete else EVERYTHING  # type: ignore[arg-type]
        others = Domain.but(constant.value for constant in found.certain)  # type: ignore[misc]
        if not _EQUALITY[found.op]:
            return among, others
        # What is said of null differs: it may fail as well.
        return others, among if kind == "string" else among | NO_VALUE
    if found.op in ORDER:
        return _ordered(found.op, possible[0], kind) if found.complete and possible else (EVERYTHING, EVERYTHING)
    return None if kind == "string" and found.op in OPERATORS else (EVERYTHING, EVERYTHING)


def _as_numbers(found: Compared) -> tuple[Domain, Domain]:
    """``tostring(EventID) == "4688"``."""
    values: list[Scalar] = []
    for constant in found.possible:
        text = constant.value
        if text == "":
            values.append(None)
        elif isinstance(text, str) and text.isdigit() and str(int(text)) == text:
            values.append(int(text))
    certain = {constant.value for constant in found.certain}
    among = Domain.of(values) if found.complete else EVERYTHING
    others = Domain.but(value for value in values if ("" if value is None else str(value)) in certain)
    return (others, among) if _EQUALITY[found.op] else (among, others)


def _is_of(value: object, kind: str) -> bool:
    """Whether a constant is of a column's type."""
    if isinstance(value, bool):
        return kind == "bool"
    if isinstance(value, str):
        return kind == "string"
    if isinstance(value, (int, float)):
        return kind in ("int", "long", "real", "decimal")
    return isinstance(value, Datetime if kind == "datetime" else Timespan if kind == "timespan" else ())


def _is_bound(value: object, kind: str, op: str) -> bool:
    """Whether a constant is a time by the clock of the query's run, which only bounds a range.

    LIMIT: what it equals is not known, so that filters by such times and by dates are not compared with each other.
    """
    return isinstance(value, Relative) and kind == "datetime" and op in ORDER


def _ordered(op: str, bound: object, kind: str) -> tuple[Domain, Domain]:
    if kind not in _ORDERED:
        return EVERYTHING, EVERYTHING
    interval = _interval(op, bound, kind in NUMBERS)
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[op]
    # A comparison with null is no true one; whether it is false is not sure.
    return Domain(EMPTY, True, interval), Domain(frozenset(), True, _interval(opposite, bound, kind in NUMBERS))


def _interval(op: str, bound: object, whole: bool) -> Interval:
    """What is on one side of a bound; whole: of whole numbers, of which the next one is the bound."""
    if whole and isinstance(bound, float):
        if not bound.is_integer():
            return Interval()
        bound = int(bound)
    assert bound is None or isinstance(bound, (int, float, Datetime, Relative, Timespan))
    if whole and isinstance(bound, int) and op in ("<", ">"):
        bound, op = (bound - 1, "<=") if op == "<" else (bound + 1, ">=")
    if op in ("<", "<="):
        return Interval(high=bound, high_open=op == "<")
    return Interval(low=bound, low_open=op == ">")


class _Trial(NamedTuple):
    """What the values of a column are tried with: the operator, the list of them, and what is made of each before."""

    op: str
    known: EventKinds | ColumnValues | None
    numbers: bool
    kind: str
    forward: _Forward

    def run(self, constants: tuple[object, ...]) -> _Tried:
        """Try the known values, and the empty ones."""
        if self.forward is _same:
            return _tried_strings(self.op, self.known, constants)
        return _tried(self, constants)


_Tried = tuple[frozenset[Scalar], frozenset[Scalar], frozenset[Scalar]]
"""The values that match, those that fail, and those of which it can't be told."""


def _by_trying(found: Compared, trial: _Trial, *, direct: bool) -> tuple[Domain, Domain]:
    """The domains where each known value, and the empty one, is tried; direct: they are compared as they are.

    With more constants than are certain a test may hold for more; where it has to match all of them, for fewer.
    """
    operator = OPERATORS.get(found.op)
    all_of = operator is not None and operator.all_of
    possible = tuple([constant.value for constant in found.possible])
    certain = tuple([constant.value for constant in found.certain])
    holds = fails = EVERYTHING
    if found.complete or all_of:
        matching, failing, untold = trial.run(certain if all_of else possible)
        holds = Domain.but(failing)
        if found.complete and untold <= EMPTY and is_complete(trial.known) and matching - EMPTY:
            holds = Domain.of(matching | untold)
    if found.complete or not all_of:
        fails = Domain.but(trial.run(possible if all_of else certain)[0])
    if direct and operator is not None and found.complete and not is_complete(trial.known):
        one, other = (
            _tests(found.op, certain if all_of else possible),
            _tests(found.op, possible if all_of else certain),
        )
        holds &= Domain(tests=one)
        fails &= Domain(tests=frozenset(test.opposite for test in other))
    if trial.kind != "string":  # a comparison with null may be false, and may be null
        fails = fails | NO_VALUE
    if not is_negated(found.op):
        return holds, fails
    return fails, holds | NO_VALUE if trial.kind != "string" else holds


def _tests(op: str, constants: tuple[object, ...]) -> frozenset[Test]:
    """The test of an operator for these constants; none where there are none, too many, or others than strings."""
    needles = tuple([needle for needle in constants if isinstance(needle, str)])
    if not 0 < len(needles) == len(constants) <= _MAX_NEEDLES:
        return frozenset()
    return frozenset({Test(_POSITIVE[op], needles)})


@lru_cache(maxsize=2048)
def _tried_strings(op: str, known: EventKinds | ColumnValues | None, constants: tuple[object, ...]) -> _Tried:
    values = (*(scalars(known, False) if known is not None else ()), "")
    test = positive_test(op, constants, values)
    return _sorted_out((value, test(value)) for value in values)


def _tried(trial: _Trial, constants: tuple[object, ...]) -> _Tried:
    empty: tuple[Scalar, ...] = ("",) if trial.kind == "string" else (None,)
    values = (*(scalars(trial.known, trial.numbers) if trial.known is not None else ()), *empty)
    asked = [trial.forward(value) for value in values]
    test = positive_test(trial.op, constants, [text for text in asked if isinstance(text, str)])
    return _sorted_out((value, test(made)) for value, made in zip(values, asked, strict=True))


def _sorted_out(results: Iterable[tuple[Scalar, bool | None]]) -> _Tried:
    sorted_out: dict[bool | None, set[Scalar]] = {True: set(), False: set(), None: set()}
    for value, result in results:
        sorted_out[result].add(value)
    return frozenset(sorted_out[True]), frozenset(sorted_out[False]), frozenset(sorted_out[None])


def is_negated(op: str) -> bool:
    """Whether an operator keeps what does not match."""
    return op in OPERATORS and OPERATORS[op].negated


def positive_test(
    op: str, constants: tuple[object, ...], among: Sequence[Scalar] = ()
) -> Callable[[object], bool | None]:
    """The positive test of an operator, on what is made of a value; None where that can't be told."""
    if op in ORDER:
        bound = constants[0] if constants else None
        return lambda value: _is_in_order(op, value, bound)
    operator = OPERATORS.get(op)
    if operator is None:
        return lambda value: None
    if all(isinstance(constant, str) for constant in constants):
        test = operator.test([str(constant) for constant in constants], [one for one in among if isinstance(one, str)])
        return lambda value: test(value) if isinstance(value, str) else False if value is None else None
    if not operator.whole or operator.all_of:
        return lambda value: None
    if any(isinstance(constant, Relative) for constant in constants):
        return lambda value: None
    return lambda value: (
        None if value is UNTOLD or isinstance(value, Relative) else value is not None and value in constants
    )


def _is_in_order(op: str, value: object, bound: object) -> bool | None:
    if value is None:
        return False
    if value is UNTOLD or not is_comparable(value, bound):
        return None
    if value == bound:
        return op in ("<=", ">=")
    return bool(value < bound) == (op in ("<", "<="))  # type: ignore[operator]
