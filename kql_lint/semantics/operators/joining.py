"""Operators that put two tables side by side: join, lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.operators import keys
from kql_lint.semantics.operators.columns import parameter
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.projection import side_by_side
from kql_lint.semantics.scopes.scope import ALWAYS_PARTIAL, UNKNOWN, ActionTypeSet, Column, Row, Scope, Value, moment
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kql_lint.semantics.context import Context

_LEFT_ONLY = frozenset({"anti", "leftanti", "leftsemi", "leftantisemi"})
_RIGHT_ONLY = frozenset({"rightanti", "rightsemi", "rightantisemi"})
_LEFT_MAY_LACK = frozenset({"rightouter", "fullouter"})
_RIGHT_MAY_LACK = frozenset({"leftouter", "fullouter"})
_NONE = ActionTypeSet(frozenset({""}), False)


def join(binder: Context, operator: ast.Join, scope: Scope | None) -> Scope:
    """``join kind=k (right) on keys``: which sides come out depends on the kind."""
    left = scope or Scope(open=True)
    right = _bind_sides(binder, operator, left)
    kind = parameter(operator.parameters, "kind") or "innerunique"
    if kind in _LEFT_ONLY:
        return left.fewer()
    if kind in _RIGHT_ONLY:
        dropped = put(left.dropped, right.dropped)
        return Scope(right.columns, right.open, dropped, right.action_types, right.hidden, mixed=right.mixed)
    return _joined(binder, operator, left, right, right.columns.values(), kind)


def lookup(binder: Context, operator: ast.Lookup, scope: Scope | None) -> Scope:
    """``lookup kind=k (right) on keys``: the right side's keys don't come out."""
    left = scope or Scope(open=True)
    right = _bind_sides(binder, operator, left)
    kind = parameter(operator.parameters, "kind") or "leftouter"
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
    rows = len(right.action_types) + (len(left.action_types) if kind in _LEFT_MAY_LACK else 0)
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


def _rows(left: Scope, right: Scope, kind: str) -> Mapping[Row, ActionTypeSet]:
    """The states of both sides' rows; that of a side whose columns may be empty holds the empty text too."""
    lefts = _perhaps_none(left.action_types) if kind in _LEFT_MAY_LACK else left.action_types
    rights = _perhaps_none(right.action_types) if kind in _RIGHT_MAY_LACK else right.action_types
    return put(lefts, rights) if rights else lefts


def _perhaps_none(states: Mapping[Row, ActionTypeSet]) -> Mapping[Row, ActionTypeSet]:
    return put(states, {row: state | _NONE for row, state in states.items() if "" not in state})


def _bind_sides(binder: Context, operator: ast.Join | ast.Lookup, left: Scope) -> Scope:
    right = binder.tabular(operator.right)
    frame = binder.frame(left, "join", right)
    frame.members = {"$left": left, "$right": right}
    keys.check_operator(binder, operator)
    for condition in operator.on:
        _condition(binder, operator, condition, frame, right)
    if operator.where is not None:
        binder.scalar(operator.where, frame)
    return right


def _condition(
    binder: Context, operator: ast.Join | ast.Lookup, condition: ast.Expression, frame: Frame, right: Scope
) -> None:
    if isinstance(condition, ast.Name):
        _common_key(binder, condition, frame, right)
    elif isinstance(condition, ast.Logical) and condition.op == "and":
        for operand in condition.operands:
            _condition(binder, operator, operand, frame, right)
    else:
        binder.scalar(condition, frame)
        if isinstance(condition, ast.Binary):
            binder.dynamic_use((condition.left, condition.right), "join")
        keys.check_condition(binder, operator, condition)


def _common_key(binder: Context, node: ast.Name, frame: Frame, right: Scope) -> None:
    """``on X``: both sides must have it."""
    left = frame.scope
    sides = {"left": left, "right": right}
    lacking = [side for side, scope in sides.items() if not _may_have(scope, node.name)]
    if len(lacking) == 2:
        binder.unknown_column(node, left)
    elif lacking:
        binder.missing_key(node, lacking[0], sides[lacking[0]])
    values: list[Value] = []
    for scope in sides.values():
        column = scope.columns.get(node.name)
        if column is not None:
            values.append(binder.read(node, column, frame, scope, scope.action_types))
            binder.values[node] = values[-1]
            binder.dynamic_use([node], "join")
    if len(values) == 2:
        keys.check_types(binder, node, *values)


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
