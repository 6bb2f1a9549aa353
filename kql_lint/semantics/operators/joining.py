"""Operators that put two tables side by side: join, lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.events.narrowing import narrow
from kql_lint.semantics.operators import keys
from kql_lint.semantics.operators.columns import parameter
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.projection import side_by_side
from kql_lint.semantics.scopes.scope import ALWAYS_PARTIAL, UNKNOWN, Column, Row, Scope, Value, moment
from kql_lint.semantics.scopes.state import State
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kql_lint.semantics.context import Context

_LEFT_ONLY = frozenset({"anti", "leftanti", "leftsemi", "leftantisemi"})
_RIGHT_ONLY = frozenset({"rightanti", "rightsemi", "rightantisemi"})
_LEFT_MAY_LACK = frozenset({"rightouter", "fullouter"})
_RIGHT_MAY_LACK = frozenset({"leftouter", "fullouter"})
# Kinds in whose rows both keys are there and equal, seen from each side.
_LEFT_MATCHES = frozenset({"inner", "innerunique", "leftsemi", "rightouter"})
_RIGHT_MATCHES = frozenset({"inner", "innerunique", "rightsemi", "leftouter"})


def join(binder: Context, operator: ast.Join, scope: Scope | None) -> Scope:
    """``join kind=k (right) on keys``: which sides come out depends on the kind."""
    left = scope or Scope(open=True)
    kind = parameter(operator.parameters, "kind") or "innerunique"
    left, right = _bind_sides(binder, operator, left, kind)
    if kind in _LEFT_ONLY:
        return left.fewer()
    if kind in _RIGHT_ONLY:
        dropped = put(left.dropped, right.dropped)
        return Scope(right.columns, right.open, dropped, right.states, right.hidden, mixed=right.mixed)
    return _joined(binder, operator, left, right, right.columns.values(), kind)


def lookup(binder: Context, operator: ast.Lookup, scope: Scope | None) -> Scope:
    """``lookup kind=k (right) on keys``: the right side's keys don't come out."""
    left = scope or Scope(open=True)
    kind = parameter(operator.parameters, "kind") or "leftouter"
    left, right = _bind_sides(binder, operator, left, kind)
    used = set(_right_keys(operator.on))
    others = [column for name, column in right.columns.items() if name not in used]
    return _joined(binder, operator, left, right, others, kind)


def _joined(
    binder: Context,
    operator: ast.Join | ast.Lookup,
    left: Scope,
    right: Scope,
    others: Collection[Column],
    kind: str,
) -> Scope:
    """The left side with these columns of the right one beside it."""
    rows = len(right.states) + (len(left.states) if kind in _LEFT_MAY_LACK else 0)
    if not binder.affords(len(others) + len(right.dropped) + rows, operator):
        return Scope(open=True)
    if left.open:  # it may have columns of these names itself
        others = [Column(column.name, UNKNOWN) for column in others]
    mixed = moment() if kind in _LEFT_MAY_LACK else left.mixed
    others = [_taken_over(column, right, kind) for column in others]
    columns, tries = side_by_side(left.columns, others)
    if not binder.affords(tries, operator):
        return Scope(open=True)
    dropped = put(left.dropped, {name: node for name, node in right.dropped.items() if name not in left.dropped})
    splits = put(left.splits, {name: parts for name, parts in right.splits.items() if name not in left.splits})
    is_open = left.open or right.open
    states = _rows(left, right, kind)
    return Scope(columns, is_open, dropped, states, _hidden(left, right), splits=splits, mixed=mixed)


def _taken_over(column: Column, right: Scope, kind: str) -> Column:
    """The column as the left side gets it: as old as the join, or one that may be empty."""
    is_partial = kind in _RIGHT_MAY_LACK or right.is_partial(column)
    return column.aged(ALWAYS_PARTIAL if is_partial else moment())


def _hidden(left: Scope, right: Scope) -> dict[str, Column]:
    """The columns that no schema lists, of both sides: a name that the left side has itself gets a ``1``."""
    hidden = dict(left.hidden)
    for name, column in right.hidden.items():
        taken = name in left.hidden or name in left.columns
        hidden[f"{name}1" if taken else name] = column
    hidden.update((f"{name}1", column) for name, column in right.columns.items() if name in left.hidden)
    return hidden


def _rows(left: Scope, right: Scope, kind: str) -> Mapping[Row, State]:
    """The states of both sides' rows; those of a side that may be missing say so."""
    lefts = _perhaps_missing(left.states) if kind in _LEFT_MAY_LACK else left.states
    rights = _perhaps_missing(right.states) if kind in _RIGHT_MAY_LACK else right.states
    return put(lefts, rights) if rights else lefts


def _perhaps_missing(states: Mapping[Row, State]) -> Mapping[Row, State]:
    return put(states, {row: state.perhaps_missing() for row, state in states.items() if state.domains})


def _bind_sides(binder: Context, operator: ast.Join | ast.Lookup, left: Scope, kind: str) -> tuple[Scope, Scope]:
    """Both sides, of which each has what the other one leaves of it where their keys are equal."""
    right = binder.tabular(operator.right)
    frame = binder.frame(left, "join", right)
    frame.members = {"$left": left, "$right": right}
    keys.check_operator(binder, operator)
    equal: list[tuple[ast.Expression, Value, Value]] = []
    for condition in operator.on:
        equal += _condition(binder, operator, condition, frame, right)
    if operator.where is not None:
        binder.scalar(operator.where, frame)
    lefts, rights = left.states, right.states
    for node, one, other in equal:
        if kind in _LEFT_MATCHES:
            lefts = narrow(lefts, keys.matching(one, other, rights), node)
        if kind in _RIGHT_MATCHES:
            rights = narrow(rights, keys.matching(other, one, lefts), node)
    return (
        left.narrowed(lefts) if lefts is not left.states else left,
        right.narrowed(rights) if rights is not right.states else right,
    )


_Keys = list[tuple[ast.Expression, Value, Value]]
"""Conditions with what is equal in them, the left side's first."""


def _condition(
    binder: Context, operator: ast.Join | ast.Lookup, condition: ast.Expression, frame: Frame, right: Scope
) -> _Keys:
    if isinstance(condition, ast.Name):
        return _common_key(binder, condition, frame, right)
    if isinstance(condition, ast.Logical) and condition.op == "and":
        return [key for operand in condition.operands for key in _condition(binder, operator, operand, frame, right)]
    binder.scalar(condition, frame)
    equal: _Keys = []
    if isinstance(condition, ast.Binary):
        binder.dynamic_use((condition.left, condition.right), "join")
        sides = [_members_side(operand) for operand in (condition.left, condition.right)]
        if condition.op == "==" and sorted(filter(None, sides)) == ["$left", "$right"]:
            values = [binder.value_of(condition.left), binder.value_of(condition.right)]
            one, other = values if sides[0] == "$left" else reversed(values)
            equal = [(condition, one, other)]
    keys.check_condition(binder, operator, condition)
    return equal


def _members_side(node: ast.Expression) -> str | None:
    target = node.target if isinstance(node, ast.Member) else None
    return target.name if isinstance(target, ast.Name) else None


def _common_key(binder: Context, node: ast.Name, frame: Frame, right: Scope) -> _Keys:
    """``on X``: both sides must have it."""
    left = frame.scope
    sides = {"left": left, "right": right}
    lacking = [side for side, scope in sides.items() if not _may_have(scope, node.name)]
    if len(lacking) == 2:
        binder.unknown_column(node, left)
    elif lacking:
        binder.missing_key(node, lacking[0], sides[lacking[0]])
    values: list[Value] = []
    for side, scope in sides.items():
        column = scope.columns.get(node.name)
        if column is not None:
            values.append(binder.read(node, column, frame, scope, scope.states, side=side))
            binder.values[node] = values[-1]
            binder.dynamic_use([node], "join")
    if len(values) < 2:
        return []
    keys.check_types(binder, node, *values)
    return [(node, values[0], values[1])]


def _may_have(scope: Scope, name: str) -> bool:
    return name in scope.columns or name in scope.hidden or scope.open


def _right_keys(conditions: Sequence[ast.Expression]) -> list[str]:
    """The names of the right side's keys."""
    keys: list[str] = []
    for condition in conditions:
        if isinstance(condition, ast.Name):
            keys.append(condition.name)
        elif isinstance(condition, ast.Logical):
            keys += _right_keys(condition.operands)
        elif isinstance(condition, ast.Binary):
            keys += _members_of("$right", condition)
    return keys


def _members_of(side: str, condition: ast.Binary) -> list[str]:
    return [
        operand.member.name
        for operand in (condition.left, condition.right)
        if isinstance(operand, ast.Member)
        and isinstance(operand.target, ast.Name)
        and operand.target.name == side
        and isinstance(operand.member, ast.Name)
    ]
