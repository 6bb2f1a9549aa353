"""scan: steps that match rows in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.operators.columns import declared_name, parameter
from kql_lint.semantics.scopes.scope import Column, Scope, extended
from kql_lint.semantics.tables import declared_columns
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context


def scan(binder: Context, operator: ast.Scan, scope: Scope | None) -> Scope:
    """``scan declare (x: long = 0) with (step s: condition => x = s.x + 1; ...)``: the declared columns are added."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "other")
    for node in (*operator.order_by, *operator.partition_by, *operator.defaults):
        if node is not None:
            binder.scalar(node, frame)
    inside = scope.with_columns(extended(scope.columns, declared_columns(operator.declarations)))
    members = {step.name.name: inside for step in operator.steps}
    for step in operator.steps:
        step_frame = binder.frame(inside, "other")
        step_frame.members = members
        step_frame.apart = True
        binder.scalar(step.condition, step_frame)
        for assignment in step.assignments:
            binder.scalar(assignment, step_frame)
    columns = extended(inside.columns, _assigned(operator, inside))
    match_id = parameter(operator.parameters, "with_match_id")
    if match_id is not None:
        columns = extended(columns, {match_id: Column(match_id, "long", declared=operator)})
    result = scope.with_columns(columns)
    # Microsoft's binder puts out a match_id in any case; the service's documentation has it only where it is asked for.
    result.hidden = {**scope.hidden, "match_id": Column("match_id", "long")}
    return result


def _assigned(operator: ast.Scan, scope: Scope) -> dict[str, Column]:
    """The columns that steps assign to: a row has there what a step gives, or what it had."""
    names = [declared_name(assignment) for step in operator.steps for assignment in step.assignments]
    before = {name: scope.columns[name] for name in names if name is not None and name in scope.columns}
    return {name: Column(name, column.type, declared=column.declared) for name, column in before.items()}
