"""What holes leave of what is known: stretches of a query whose content only the deployment knows.

A hole in an expression is a value of an unknown type.  In the place of a name, a list of columns or operators it may
bring in columns and take others away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Scope, Value
from kql_lint.syntax import ast, touches

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.frame import Frame

# Whatever the holes in these, their columns are those of the input.
_FILTERS = (ast.Where, ast.Take, ast.Sample, ast.Top, ast.Sort, ast.Render, ast.As)
# A hole in these may bring in columns, but none in the place of one that is named beside it.
_CHOOSERS = (ast.Project, ast.Distinct, ast.Print, ast.Summarize)
# Of these, it may take columns away.
_REMOVERS = (ast.ProjectAway, ast.ProjectKeep, ast.ProjectReorder)
# The tables of these are bound by themselves.
_COMBINERS = (ast.Join, ast.Lookup, ast.Union, ast.Search)
_OPEN = "a placeholder"
# What these take is a time, a duration or a number.
_OF_VALUES = frozenset(
    {"ago", "bin", "floor", "datetime_add", "todatetime", "totimespan", "toint", "tolong", "todouble"}
)
_ORDER = frozenset({"<", "<=", ">", ">="})


def scalar(binder: Context, node: ast.Hole, frame: Frame) -> Value:
    """The value of a hole; what stands whole beside it in a condition is bound, but narrows nothing."""
    filters, frame.filters = frame.filters, False
    for part in node.parts:
        binder.scalar(part, frame)
    frame.filters = filters
    return Value(node.type)


def evaluate(binder: Context, node: ast.Hole, frame: Frame | None) -> Value | Scope:
    """What a hole gives that may be a table or a scalar; frame: the surroundings of a scalar, where there are."""
    if node.type != UNKNOWN:
        return Value(node.type)
    return binder.opened(node, _OPEN) if frame is None else Scope(open=True)


def is_value(nodes: Sequence[ast.Expression]) -> bool:
    """Whether each of some arguments is one value: a hole may stand for several, or for none."""
    return not any(map(_may_be_several, nodes))


def _may_be_several(node: ast.Expression) -> bool:
    """Whether a hole in an argument may have a comma in it."""
    if isinstance(node, ast.NamedExpression):
        return not node.names or _may_be_several(node.value)
    while isinstance(node, (ast.Binary, ast.Unary)):
        if isinstance(node, ast.Binary) and _is_unknown(node.right):
            return True
        node = node.left if isinstance(node, ast.Binary) else node.operand
    return _is_unknown(node)


def _is_unknown(node: ast.Expression) -> bool:
    return type(node) is ast.Hole and node.type == UNKNOWN


def are_values(facts: Facts) -> bool:
    """Whether each hole of a query is a number or a time: none may be a table, a condition, a list or a name.

    Then all there is of the query is known but for these: what a ``let`` is used for, say.
    """
    values: set[tuple[int, int]] = set()
    for node in facts.nodes:
        parts: Sequence[ast.Expression] = ()
        if isinstance(node, ast.Call) and node.name.name in _OF_VALUES:
            parts = node.arguments
        elif isinstance(node, ast.Binary) and node.op in _ORDER:
            parts = (node.left, node.right)
        elif isinstance(node, ast.Between):
            parts = (node.low, node.high)
        elif isinstance(node, (ast.Take, ast.Top)):
            parts = (node.count,)
        values.update((part.start, part.end) for part in parts if isinstance(part, ast.Hole))
    return all(any(start <= hole[0] and hole[1] <= end for start, end in values) for hole in facts.loose)


def behind(binder: Context, operator: ast.Operator, result: Scope) -> Scope:
    """The scope behind an operator that has been bound, with what the holes in it may do to its columns."""
    if not touches(binder.facts.loose, operator.start + 1, operator.end - 1):
        return _with_hidden_names(binder, operator, result)
    if isinstance(operator, _REMOVERS):
        return _with_more(binder, operator, result)
    if isinstance(operator, _FILTERS) or (isinstance(operator, _COMBINERS) and not _has_unknown_parameter(operator)):
        return result
    if isinstance(operator, (*_CHOOSERS, ast.Extend, ast.Serialize)):
        return _with_hidden_names(binder, operator, result)
    return _replaced(binder, operator, result)


def _with_hidden_names(binder: Context, operator: ast.Operator, result: Scope) -> Scope:
    """The scope with columns whose names are in a hole, where there may be some."""
    nodes: list[ast.Expression] = []
    if isinstance(operator, ast.Summarize):
        # A named hole may be arg_max(Timestamp, *), which gives more than the column of that name.
        nodes = [_value_of(node) for node in operator.aggregates] + (operator.by or [])
    elif isinstance(operator, (ast.Project, ast.Distinct, ast.Print, ast.Extend, ast.Serialize)):
        nodes = operator.columns
    if not any(map(hides_name, nodes)):
        return result
    if isinstance(operator, _CHOOSERS):
        return _with_more(binder, operator, result)
    return _replaced(binder, operator, result)


def _value_of(node: ast.Expression) -> ast.Expression:
    return node.value if isinstance(node, ast.NamedExpression) and _is_unknown(node.value) else node


def _with_more(binder: Context, operator: ast.Operator, result: Scope) -> Scope:
    """The scope with further columns, which are not known."""
    columns = binder.opened(operator, _OPEN, result.columns).columns
    dropped = {name: node for name, node in result.dropped.items() if node is not operator}
    return Scope(columns, True, dropped, result.states, result.hidden)


def _replaced(binder: Context, operator: ast.Operator, result: Scope) -> Scope:
    """An open scope each of whose columns may be another of its name."""
    return binder.opened(operator, _OPEN, {name: Column(name, UNKNOWN) for name in result.columns})


def hides_name(node: ast.Expression) -> bool:
    """Whether an expression among the columns of an operator gives a column, or several, whose names are in a hole."""
    if isinstance(node, ast.NamedExpression):
        mixed = isinstance(node.value, ast.Hole) and (node.value.mixed or node.compound)
        return not node.names or mixed or _gives_unknown(node.value)
    if _gives_unknown(node):
        return True
    while not isinstance(node, ast.Damaged):
        if isinstance(node, ast.NamedExpression):
            return hides_name(node)
        if isinstance(node, (ast.Member, ast.Index)):
            if isinstance(node.member if isinstance(node, ast.Member) else node.index, ast.Damaged):
                return True
            node = node.target
        elif isinstance(node, ast.Ordered):
            node = node.expression
        elif isinstance(node, ast.Call) and node.arguments:
            node = node.arguments[0]  # which the name is taken from, where it is not from the function's alone
        elif isinstance(node, (ast.Binary, ast.In, ast.Between)):
            node = node.left  # a hole in front may hold `name =`
        elif isinstance(node, ast.Logical):
            node = node.operands[0]
        else:
            return False
    return True


def is_whole(node: ast.Logical) -> bool:
    """Whether an ``and`` or ``or`` is what it looks like: a hole without brackets may have an ``or`` of its own."""
    return not any(type(operand) is ast.Hole and not operand.parenthesized for operand in node.operands)


def _gives_unknown(node: ast.Expression) -> bool:
    """Whether a call gives columns that an argument names: ``arg_max(Timestamp, {{columns}})``."""
    return isinstance(node, ast.Call) and not is_value(node.arguments) and functions.gives_several(node.name.name)


def _has_unknown_parameter(operator: ast.Join | ast.Lookup | ast.Union | ast.Search) -> bool:
    return any(isinstance(item.value, ast.Damaged) for item in operator.parameters)
