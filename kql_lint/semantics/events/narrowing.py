"""Which rows a predicate keeps: pure functions over expressions, used by the binder.

A state is sound: it never leaves out a kind of event (an ActionType, an EventID) that a row may still have.  So each
predicate is seen as two sets, the kinds it may hold for and those it may fail for, and both are everything where it is
not understood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.domains.string_operators import OPERATORS, SYMMETRIC, StringOperator
from kql_lint.semantics.events.kinds import NUMBERS, comparable, is_kind, is_listed, kinds_of
from kql_lint.semantics.facts import Comparison
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.scope import EVERYTHING, NOTHING, ActionTypeSet, Constant, Row, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import EventKinds

ValueOf = Callable[[ast.Expression], Value]
Outcomes = tuple[ActionTypeSet, ActionTypeSet]  # the kinds a predicate may hold for, and those it may fail for

_MAX_DEPTH = 100  # deeper predicates narrow nothing: the depth of the recursion must not grow with the input
_MAX_VALUES = 500  # no table has so many kinds of events: larger sets cost time and tell nothing


def narrow(
    expression: ast.Expression, states: Mapping[Row, ActionTypeSet], value_of: ValueOf, negated: bool = False
) -> Mapping[Row, ActionTypeSet]:
    """The states of the rows that the predicate keeps; of those it does not keep where negated."""
    changes = narrowings(expression, states, value_of, negated)
    return put(states, changes) if changes else states


def narrowings(
    expression: ast.Expression, states: Mapping[Row, ActionTypeSet], value_of: ValueOf, negated: bool = False
) -> dict[Row, ActionTypeSet]:
    """The new states of those of the rows that the predicate says something about."""
    if not states:
        return {}
    met: dict[tuple[int, int], ActionTypeSet] = {}  # by ids, since most rows share both
    changes: dict[Row, ActionTypeSet] = {}
    for row, outcome in _outcomes(expression, value_of, _MAX_DEPTH).items():
        state = states.get(row)
        if state is not None:
            key = id(state), id(outcome)
            if key not in met:
                met[key] = _bounded(state & outcome[negated])
            changes[row] = met[key]
    return changes


def _bounded(state: ActionTypeSet) -> ActionTypeSet:
    return EVERYTHING if len(state.values) > _MAX_VALUES else state


def comparison(
    expression: ast.Expression, states: Mapping[Row, ActionTypeSet], value_of: ValueOf, filters: bool = False
) -> Comparison | None:
    """The fact that the Binary or In compares a column with constants, or None where it does not.

    The column is one that tells kinds of events, or whose values are listed.
    """
    found = _compared(expression, value_of) or _compared(expression, value_of, is_listed)
    if found is None or not found.certain:
        return None
    assert isinstance(expression, (ast.Binary, ast.In))
    rows = dict.fromkeys(origin.row for origin in found.column.origins)
    return Comparison(
        node=expression,
        op=expression.op,
        origins=found.column.origins,
        constants=found.certain,
        before={row: states[row] for row in rows if row in states},
        folded=found.column.folded,
        filters=filters,
        complete=found.complete and len(found.certain) == len(found.possible),
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """The column on one side of a comparison, and the constants on the other, as the catalogue writes them.

    certain are those that it is surely compared with, possible those and what else a list may hold; complete: all that
    it may hold is known.
    """

    operator: StringOperator
    column: Value
    certain: tuple[Constant, ...]
    possible: tuple[Constant, ...]
    complete: bool


def _compared(
    expression: ast.Expression, value_of: ValueOf, fits: Callable[[Value], bool] = is_kind
) -> _Compared | None:
    if isinstance(expression, ast.In):
        return _compared_in(expression, value_of, fits)
    if not isinstance(expression, ast.Binary) or expression.op not in OPERATORS:
        return None
    column, text = value_of(expression.left), value_of(expression.right)
    if expression.op in SYMMETRIC and not fits(column):
        column, text = text, column
    if not fits(column) or text.constants is None or len(text.constants) != 1 or not text.exact:
        return None
    constants = comparable(column, text.constants)
    return _Compared(OPERATORS[expression.op], column, constants, constants, bool(constants))


def _compared_in(expression: ast.In, value_of: ValueOf, fits: Callable[[Value], bool]) -> _Compared | None:
    column = value_of(expression.left)
    if expression.op not in OPERATORS or not fits(column):
        return None
    certain: list[Constant] = []
    possible: list[Constant] = []
    complete = True
    for item in expression.items:
        value = value_of(item)
        texts = comparable(column, value.constants or ())
        possible += texts
        certain += texts if value.exact else ()
        complete = complete and value.constants is not None and len(texts) == len(value.constants)
    # An empty list is a place to fill in, not a filter that nothing passes.
    complete = complete and bool(possible)
    return _Compared(OPERATORS[expression.op], column, tuple(certain), tuple(possible), complete)


def _outcomes(expression: ast.Expression, value_of: ValueOf, depth: int) -> dict[Row, Outcomes]:
    """The outcomes for each row that the predicate says something about."""
    if depth == 0:
        return {}
    if isinstance(expression, ast.Logical):
        if not is_whole(expression):
            return {}
        parts = [_outcomes(operand, value_of, depth - 1) for operand in expression.operands]
        return _together(parts, expression.op == "and")
    if isinstance(expression, ast.Call):
        if expression.name.name == "not" and len(expression.arguments) == 1:
            inner = _outcomes(expression.arguments[0], value_of, depth - 1)
            swapped = {id(outcome): (outcome[1], outcome[0]) for outcome in inner.values()}
            return {row: swapped[id(outcome)] for row, outcome in inner.items()}
        return {}
    if isinstance(expression, ast.Between):
        return _outcomes_between(expression, value_of)
    found = _compared(expression, value_of)
    if found is None:
        return {}
    by_list: dict[EventKinds | None, Outcomes] = {}  # after a union a column may come from thousands of rows
    outcomes: dict[Row, Outcomes] = {}
    for origin in found.column.origins:
        known = kinds_of(origin.row)
        if known not in by_list:
            by_list[known] = _outcome_of(found, known)
        outcomes[origin.row] = by_list[known]
    return outcomes


def _outcomes_between(expression: ast.Between, value_of: ValueOf) -> dict[Row, Outcomes]:
    """``EventID between (4720 .. 4726)``: a few whole numbers, each of which may be a kind."""
    column = value_of(expression.left)
    if not is_kind(column):
        return {}
    values = map(value_of, (expression.low, expression.high))
    ends = [comparable(column, one.constants or ()) for one in values if one.exact]
    if column.type not in NUMBERS or [len(end) for end in ends] != [1, 1]:
        return {}
    first, last = (int(str(end[0].value)) for end in ends)
    if last - first >= _MAX_VALUES:
        return {}
    among = ActionTypeSet(frozenset(map(str, range(first, last + 1))), False)
    outcome = (~among, among) if expression.negated else (among, ~among)
    return {origin.row: outcome for origin in column.origins}


def is_whole(node: ast.Logical) -> bool:
    """Whether an ``and`` or ``or`` is what it looks like: a hole without brackets may have an ``or`` of its own."""
    return not any(type(operand) is ast.Hole and not operand.parenthesized for operand in node.operands)


def _together(parts: list[dict[Row, Outcomes]], conjunction: bool) -> dict[Row, Outcomes]:
    """The outcomes of ``and`` (conjunction) or ``or`` over those of its operands; rows that share those share them."""
    told: dict[Row, list[Outcomes]] = {}
    for part in parts:
        for row, outcome in part.items():
            told.setdefault(row, []).append(outcome)
    result: dict[Row, Outcomes] = {}
    made: dict[tuple[int, ...], Outcomes] = {}
    for row, outcomes in told.items():
        key = tuple(map(id, outcomes))
        if key not in made:
            made[key] = _of_all(outcomes, conjunction, len(outcomes) == len(parts))
        result[row] = made[key]
    return result


def _of_all(outcomes: list[Outcomes], conjunction: bool, complete: bool) -> Outcomes:
    """The outcome of ``and`` or ``or`` for one row; complete: all operands say something about it."""
    holds, fails = (EVERYTHING, NOTHING) if conjunction else (NOTHING, EVERYTHING)
    if not complete:  # the others may hold for everything, and fail for everything
        holds = fails = EVERYTHING
    for part_holds, part_fails in outcomes:
        holds = _bounded(holds & part_holds if conjunction else holds | part_holds)
        fails = _bounded(fails | part_fails if conjunction else fails & part_fails)
    return holds, fails


def _outcome_of(found: _Compared, known: EventKinds | None) -> Outcomes:
    operator = found.operator
    if operator.whole and not operator.folds and found.column.folded is None:
        possible = ActionTypeSet(frozenset(_values(found.possible)), False)
        outcome = (possible if found.complete else EVERYTHING, ActionTypeSet(frozenset(_values(found.certain))))
    else:
        outcome = _holds(found, known), _fails(found, known)
    return (outcome[1], outcome[0]) if operator.negated else outcome


def _values(constants: tuple[Constant, ...]) -> list[str]:
    return [str(constant.value) for constant in constants]


def _holds(found: _Compared, known: EventKinds | None) -> ActionTypeSet:
    """The kinds that a positive test may hold for, tried on each value that is known, if any are.

    With more texts than are certain it may hold for more; where it has to match all of them, for fewer.
    """
    all_of = found.operator.all_of
    if not (found.complete or all_of):
        return EVERYTHING
    matching, failing, untold = _tried(found, found.certain if all_of else found.possible, known)
    if found.complete and not untold and known is not None and known.closed and matching - {""}:
        return ActionTypeSet(matching, False)
    return ActionTypeSet(failing)


def _fails(found: _Compared, known: EventKinds | None) -> ActionTypeSet:
    """The kinds that a positive test may fail for: all but those that it surely matches."""
    all_of = found.operator.all_of
    if all_of and not found.complete:
        return EVERYTHING
    return ActionTypeSet(_tried(found, found.possible if all_of else found.certain, known)[0])


def _tried(
    found: _Compared, texts: tuple[Constant, ...], known: EventKinds | None
) -> tuple[frozenset[str], frozenset[str], bool]:
    """The known values, and the empty string, that match and fail; whether it can't be told of any."""
    matching: set[str] = set()
    failing: set[str] = set()
    untold = False
    values = (*(known.values if known else ()), "")
    asked = [fold(value, found.column.folded) for value in values]
    test = found.operator.test(_values(texts), asked)
    for value, folded in zip(values, asked, strict=True):
        result = test(folded)
        if result is None:
            untold = True
        else:
            (matching if result else failing).add(value)
    return frozenset(matching), frozenset(failing), untold


def keeps_others(predicate: ast.Expression, row: Row, value_of: ValueOf) -> bool:
    """Whether the predicate compares a column of the row's that is empty in rows of others, and may keep those."""
    compared = (_compared(node, value_of) for node in ast.walk(predicate) if isinstance(node, (ast.Binary, ast.In)))
    partial = any(found.column.partial for found in compared if found is not None)
    return partial and "" in narrow(predicate, {row: EVERYTHING}, value_of)[row]


def fold(value: str, folded: str | None) -> str:
    """The value as ``tolower()`` (folded ``lower``) or ``toupper()`` (``upper``) leaves it."""
    if folded == "lower":
        return value.lower()
    return value.upper() if folded == "upper" else value
