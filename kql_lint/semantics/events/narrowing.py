"""For which rows a predicate may hold, and what a filter leaves of them: the transfer functions of all columns.

A predicate is seen as two conditions, where it may hold and where it may not (``Truth``).  What is not understood may
do both anywhere.  Each kind of expression is given the Values of what it is made of, so a predicate can come from a
column, a let, a function or an ``iff`` as well as stand in the filter itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kql_lint.semantics.domains.domain import (
    NO_VALUE,
    SOME_VALUE,
)
from kql_lint.semantics.domains.string_operators import OPERATORS
from kql_lint.semantics.events.comparisons import (
    MIRRORED,
    ORDER,
    Compared,
    ValueOf,
    compared,
    compared_list,
    compared_values,
)
from kql_lint.semantics.events.kinds import NUMBERS, list_of
from kql_lint.semantics.events.outcomes import is_negated, outcome, outcome_of_itself, positive_test
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.scope import Case, Constant, Derivation, Origin, Row, Step, Value
from kql_lint.semantics.scopes.state import (
    ALWAYS,
    ANYTHING,
    NEVER,
    NOT_THERE,
    State,
    Truth,
    both,
    conjunction,
    disjunction,
    either,
    negation,
)
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.state import Condition

_TRUTH_VALUES = {"==": False, "=~": False, "!=": True, "<>": True}
_MAX_CASES = 32
_MAX_RANGE = 500
_SINGLE = {"in": "==", "in~": "=~", "has_any": "has"}  # what they ask of each item


def narrow(states: Mapping[Row, State], condition: Condition, node: ast.Node) -> Mapping[Row, State]:
    """The states of the rows for which the condition holds, which the node says."""
    changes = narrowings(states, condition, node)
    return put(states, changes) if changes else states


def narrowings(states: Mapping[Row, State], condition: Condition, node: ast.Node) -> dict[Row, State]:
    """The new states of those rows of which the condition rules something out."""
    if condition is NEVER:
        gone = {row: state.narrowed(NOT_THERE, node) for row, state in states.items()}
        return {row: state for row, state in gone.items() if state is not states[row]}
    met: dict[tuple[int, int], State] = {}  # by ids, since most rows share both
    changes: dict[Row, State] = {}
    for row, other in condition.items():
        state = states.get(row)
        if state is not None:
            key = id(state), id(other)
            if key not in met:
                met[key] = state.narrowed(other, node)
            if met[key] is not state:
                changes[row] = met[key]
    return changes


# --- predicates -----------------------------------------------------------------------------------------------------


def of_binary(op: str, left: Value, right: Value) -> Truth | None:
    """A comparison of two values by an operator."""
    of_predicate = _of_truth_value(op, left, right)
    if of_predicate is not None:
        return of_predicate
    if left.is_traced and right.is_traced and left.constants is None and right.constants is None:
        return _of_same_column(op, left, right)
    if op not in MIRRORED and right.is_traced and _only(left) is not None:
        return _of_same_column(op, left, right)
    found = compared_values(op, left, right)
    return None if found is None else of_compared(found)


def _of_same_column(op: str, left: Value, right: Value) -> Truth | None:
    """A comparison of a column, or a constant, with it or what functions made of it: ``tolower(X) != X``."""
    origins, steps = _source(right)
    constant = _only(left)
    if (constant is None and _source(left)[0] != origins) or left.apart or right.apart or len(origins) != 1:
        return None
    given = constant if constant is not None else (left, _source(left)[1])
    pair = outcome_of_itself(op, origins[0], given, (right, steps))
    return None if pair is None else Truth({origins[0].row: pair[0]}, {origins[0].row: pair[1]})


def _source(value: Value) -> tuple[tuple[Origin, ...], tuple[Step, ...]]:
    """The columns that a value is of, and the functions that they went through."""
    if value.origins or value.derivation is None:
        return value.origins, ()
    return value.derivation.origins, value.derivation.steps


def of_list(op: str, left: Value, items: Sequence[Value]) -> Truth | None:
    """``in`` and its like."""
    single = _SINGLE.get(op.removeprefix("!"))
    if single is not None and any(item.is_traced and item.constants is None for item in items):
        constants = [item for item in items if not item.is_traced or item.constants is not None]
        parts = [of_binary(single, left, item) for item in items if item not in constants]
        parts += [of_list(op.removeprefix("!"), left, constants)] if constants else []
        truth = disjunction(parts)
        return negation(truth) if op.startswith("!") else truth
    found = compared_list(op, left, items)
    return None if found is None or op not in OPERATORS else of_compared(found)


def of_between(left: Value, low: Value, high: Value, negated: bool) -> Truth | None:
    """``x between (low .. high)``."""
    first, last = _only(low), _only(high)
    if not left.is_traced or first is None or last is None:
        return None
    truth = conjunction((of_binary(">=", left, low), of_binary("<=", left, high)))
    numbers = _range(first.value, last.value) if left.type in NUMBERS else None
    if numbers:
        constants = tuple([Constant(number, first.node) for number in numbers])
        truth = of_compared(Compared("in", left, constants, constants, True))
    return negation(truth) if negated else truth


def _range(first: object, last: object) -> range | None:
    """The whole numbers from one to another, where they are not too many."""
    if not (isinstance(first, int) and isinstance(last, int)) or last - first >= _MAX_RANGE:
        return None
    return range(first, last + 1)


def of_emptiness(value: Value, *, empty: bool) -> Truth | None:
    """``isempty``, ``isnull`` and the functions that ask for the opposite."""
    if value.apart:
        return None
    outcomes: dict[str, tuple[State, State]] = {}
    holds: dict[Row, State] = {}
    fails: dict[Row, State] = {}
    for origin in value.origins:
        if origin.column not in outcomes:
            outcomes[origin.column] = State({origin.column: NO_VALUE}), State({origin.column: SOME_VALUE})
        holds[origin.row], fails[origin.row] = outcomes[origin.column]
    fails.update(dict.fromkeys(value.absent, NOT_THERE))
    truth = Truth(holds, fails) if holds else None
    return truth if empty else negation(truth)


def of_need(value: Value) -> Truth | None:
    """A predicate that is null where a value is empty, and about which nothing else is known."""
    filled = of_emptiness(value, empty=False)
    return None if filled is None else Truth(filled.holds, ALWAYS, filled.holds)


def of_value(value: Value) -> Truth | None:
    """A value where a predicate is wanted: what is known of it, true or false, or a column of those."""
    constant = _only(value)
    if constant is not None and isinstance(constant.value, bool):
        return Truth(ALWAYS, NEVER) if constant.value else Truth(NEVER, ALWAYS)
    origins = value.origins or (value.derivation.origins if value.derivation is not None else ())
    if value.truth is None and origins and value.type == "bool":
        return of_binary("==", value, Value("bool", (), (Constant(True, origins[0].row.node),)))
    return value.truth


def chosen(condition: Value, then: Value, otherwise: Value) -> Derivation | None:
    """``iff(condition, then, otherwise)``: a predicate, or one of some constants."""
    truth = of_value(condition) or Truth(ALWAYS, ALWAYS)
    if then.type == otherwise.type == "bool" and (
        then.truth or otherwise.truth or then.constants or otherwise.constants
    ):
        made = _chosen_truth(truth, then, otherwise)
        return None if made is None else Derivation(truth=made)
    cases = (*_cases(truth.holds, then), *_cases(truth.fails, otherwise))
    if len(cases) > _MAX_CASES or not any(case.condition for case in cases):
        return None
    return Derivation(cases=cases)


def _chosen_truth(truth: Truth, then: Value, otherwise: Value) -> Truth | None:
    one, two = (of_value(value) or Truth(ALWAYS, ALWAYS) for value in (then, otherwise))
    holds = either([both([truth.holds, one.holds]), both([truth.fails, two.holds])])
    fails = either([both([truth.holds, one.fails]), both([truth.fails, two.fails])])
    return Truth(holds, fails) if holds or fails or holds is NEVER or fails is NEVER else None


def _cases(condition: Condition, value: Value) -> tuple[Case, ...]:
    if value.derivation is not None and value.derivation.cases:
        return tuple(Case(both([condition, case.condition]), case.constant) for case in value.derivation.cases)
    if value.constants is not None and value.type != "dynamic" and 0 < len(value.constants) <= _MAX_CASES:
        return tuple(Case(condition, constant) for constant in value.constants)
    return (Case(condition, None),)


def _of_truth_value(op: str, left: Value, right: Value) -> Truth | None:
    """``p == true`` and its like."""
    if op not in _TRUTH_VALUES:
        return None
    truth, other = (left.truth, right) if left.truth is not None else (right.truth, left)
    constant = _only(other)
    if truth is None or constant is None or not isinstance(constant.value, bool):
        return None
    return truth if constant.value != _TRUTH_VALUES[op] else negation(truth)


def _only(value: Value) -> Constant | None:
    """The constant that a value surely is."""
    return value.constants[0] if value.constants is not None and len(value.constants) == 1 and value.exact else None


def of_compared(found: Compared) -> Truth | None:
    """A comparison of a value that comes from columns with constants."""
    column = found.column
    if column.apart:
        return None
    derivation = column.derivation
    if derivation is not None and derivation.cases:
        return _of_cases(found, derivation.cases)
    origins, steps = _source(column)
    outcomes: dict[object, tuple[State, State] | None] = {}
    holds: dict[Row, State] = {}
    fails: dict[Row, State] = {}
    for origin in origins:
        key = origin.row.tables, origin.column
        if key not in outcomes:
            outcomes[key] = outcome(found, origin, list_of(origin), steps)
        pair = outcomes[key]
        if pair is not None:
            _put(holds, origin.row, pair[0])
            _put(fails, origin.row, pair[1])
    for row in column.absent:
        missing = _of_missing(found, steps)
        if missing is not None:
            (fails if missing else holds)[row] = NOT_THERE
    holds = {row: state for row, state in holds.items() if state.domains}
    fails = {row: state for row, state in fails.items() if state.domains}
    return Truth(holds, fails) if holds or fails else None


def _put(condition: dict[Row, State], row: Row, state: State) -> None:
    """A row of which two columns may be the value says nothing of either."""
    condition[row] = ANYTHING if row in condition else state


def _of_missing(found: Compared, steps: tuple[Step, ...]) -> bool | None:
    """Whether the comparison is true of a row that lacks the column, None where that can't be told."""
    if not found.is_sure or steps:
        return None
    if found.column.type != "string":
        # Null equals nothing, and is neither below nor above anything.  LIMIT: of `!=` with a null nothing is said.
        compares = found.op in ORDER or found.op in ("==", "in")
        return False if compares and all(constant.value is not None for constant in found.possible) else None
    result = positive_test(found.op, tuple([constant.value for constant in found.possible]))("")
    return None if result is None else result != is_negated(found.op)


def _of_cases(found: Compared, cases: tuple[Case, ...]) -> Truth | None:
    """A comparison of one of some constants, each under a condition of its own."""
    test = positive_test(found.op, tuple([constant.value for constant in found.possible]))
    may: list[Condition] = []
    may_not: list[Condition] = []
    for case in cases:
        result = test(case.constant.value) if case.constant is not None and found.complete else None
        if not found.is_sure and (result or found.op == "has_all"):
            result = None
        if result is not None and is_negated(found.op):
            result = not result
        if result is not False:
            may.append(case.condition)
        if result is not True:
            may_not.append(case.condition)
    return Truth(either(may), either(may_not))


def keeps_others(predicate: ast.Expression, row: Row, value_of: ValueOf) -> bool:
    """Whether the predicate compares a column of the row's that is empty in rows of others, and may keep those."""
    for node in ast.walk(predicate):
        found = compared(node, value_of) if isinstance(node, (ast.Binary, ast.In)) else None
        if found is not None and found.column.partial:
            truth = of_value(value_of(predicate))
            state = truth.holds.get(row, ANYTHING) if truth is not None else ANYTHING
            return all("" in domain or None in domain for domain in state.domains.values())
    return False
