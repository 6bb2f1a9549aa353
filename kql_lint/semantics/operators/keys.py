"""What a join or lookup demands of its kind, its condition and the types of its keys.

Source: Microsoft's language service (KS005, KS006, KS182, KS183, KS227, KS242).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.domains.domain import EVERYTHING, NO_VALUE, NOTHING, Domain
from kql_lint.semantics.domains.scalars import Relative
from kql_lint.semantics.scopes.scope import UNKNOWN, Value
from kql_lint.semantics.scopes.state import ALWAYS, State
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.semantics.scopes.state import Condition

JOIN_KINDS = (
    "inner",
    "innerunique",
    "leftouter",
    "rightouter",
    "fullouter",
    "leftanti",
    "leftantisemi",
    "anti",
    "leftsemi",
    "rightanti",
    "rightantisemi",
    "rightsemi",
)
LOOKUP_KINDS = ("inner", "leftouter")
# Keys of these two are compared (`$left.a == $right.b`), as the language service does it.
_WHOLE = {"int", "long"}
_SIDES = ("$left", "$right")
_NOT_READ = (ast.Hole, ast.Damaged)


def check_operator(binder: Context, operator: ast.Join | ast.Lookup) -> None:
    """Record a kind that there is not, and a condition that is missing."""
    kinds = JOIN_KINDS if isinstance(operator, ast.Join) else LOOKUP_KINDS
    for parameter in operator.parameters:
        word = parameter.value
        if parameter.name == "kind" and isinstance(word, ast.Name) and word.name not in kinds:
            binder.join_fault(operator, word, "kind")
            return
    # A placeholder may be the condition.
    if not operator.on and operator.where is None and not binder.facts.loose:
        binder.join_fault(operator, operator, "missing")


def check_condition(binder: Context, operator: ast.Join | ast.Lookup, condition: ast.Expression) -> None:
    """Record a condition other than ``$left.a == $right.b``; one that is no name and no ``and`` of conditions."""
    if isinstance(condition, _NOT_READ) or binder.facts.loose:
        return
    if not isinstance(condition, ast.Binary) or condition.op != "==":
        binder.join_fault(operator, condition, "shape")
        return
    sides = [_side(operand) for operand in (condition.left, condition.right)]
    if sides[0] is not None and sides[0] == sides[1]:
        binder.join_fault(operator, condition.right, "side")
    elif None in sides:
        operands = (condition.left, condition.right)
        if not any(isinstance(operand, _NOT_READ) for operand in operands):
            binder.join_fault(operator, condition, "shape")
    else:
        check_types(binder, condition, binder.value_of(condition.left), binder.value_of(condition.right))


def _side(node: ast.Expression) -> str | None:
    """Which side's column an operand is, None where it is none."""
    target = node.target if isinstance(node, (ast.Member, ast.Index)) else None
    return target.name if isinstance(target, ast.Name) and target.name in _SIDES else None


def check_types(binder: Context, node: ast.Expression, left: Value, right: Value) -> None:
    """Record two columns that are no key together; what there is to say of dynamic ones is dynamic-compared's."""
    types = {left.type, right.type}
    if len(types) == 1 or types == _WHOLE or types & {UNKNOWN, "dynamic"}:
        return
    if left.is_settled and right.is_settled:
        binder.key_types(node, left.type, right.type)


def matching(one: Value, other: Value, states: Mapping[Row, State]) -> Condition:
    """For which rows a column can be equal to what the other side's column, whose rows have these states, can hold."""
    if one.type != other.type and not {one.type, other.type} <= _WHOLE:
        return ALWAYS
    if not one.origins or one.folded is not None or one.type == "dynamic" or other.folded is not None:
        return ALWAYS
    domain = EVERYTHING
    if other.origins:
        domain = NOTHING
        for row, column in other.origins:
            domain = domain | (states[row].domain(column) if row in states else EVERYTHING)
        domain = domain | NO_VALUE if other.partial else domain
    elif other.constants and not other.partial and not other.is_traced and not _depends_on_now(other):
        # What a filter leaves of a literal table has none but these.
        domain = Domain.of(constant.value for constant in other.constants)  # type: ignore[misc]
    if domain.everything or domain.empty:
        return ALWAYS
    return {row: State({column: domain}) for row, column in one.origins}


def _depends_on_now(value: Value) -> bool:
    return any(isinstance(constant.value, Relative) for constant in value.constants or ())
