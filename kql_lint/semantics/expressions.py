"""What is known of each kind of scalar expression, and the facts found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kql_lint.semantics import placeholders
from kql_lint.semantics.calls import bags, dispatch, query_functions
from kql_lint.semantics.calls.arguments import gives_always
from kql_lint.semantics.calls.derived import derived
from kql_lint.semantics.calls.folding import dynamic, folded, literal
from kql_lint.semantics.contracts import is_surely_static
from kql_lint.semantics.domains.scalars import UNTOLD
from kql_lint.semantics.domains.string_operators import OPERATORS
from kql_lint.semantics.events.comparisons import Compared, compared_list, compared_values, comparison
from kql_lint.semantics.events.kinds import is_kind
from kql_lint.semantics.events.narrowing import narrow, of_between, of_binary, of_list, of_value
from kql_lint.semantics.placeholders import is_whole
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.scope import UNKNOWN, Constant, Derivation, Value, constant_text
from kql_lint.semantics.scopes.state import Truth, conjunction, disjunction
from kql_lint.semantics.types import between_type, binary_type, unary_type
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context

_UNKNOWN = Value()
_BOOL = Value("bool")
_DYNAMIC = Value("dynamic")
_ARITHMETIC = frozenset("+-*/%")
_TRUTH = frozenset({"bool", "dynamic", UNKNOWN})


def _name(binder: Context, node: ast.Name, frame: Frame) -> Value:
    column, scope = frame.columns.get(node.name), frame.scope
    if column is None and frame.right is not None:
        column, scope = frame.right.columns.get(node.name), frame.right
    if column is None:
        return _other_name(binder, node, frame)
    return binder.read(node, column, frame, scope)


def _other_name(binder: Context, node: ast.Name, frame: Frame) -> Value:
    """A name that is no column in scope: a variable, a function without its brackets, or unknown."""
    if frame.members is not None and node.name in frame.members:
        return _UNKNOWN  # an element of a graph pattern as a whole
    local = binder.environment.find(node.name)
    if local is not None:
        binder.variables.append(node)
        binder.name_use(node, node.name)
        return query_functions.as_value(binder, node, local)
    hidden = frame.scope.hidden.get(node.name)
    if hidden is None and frame.right is not None:
        hidden = frame.right.hidden.get(node.name)
    if hidden is not None:
        return Value(hidden.type)
    if frame.scope.open or (frame.right is not None and frame.right.open):
        binder.unlisted_column(node, frame.scope)
        return _UNKNOWN
    if not dispatch.is_table(binder, node.name):
        narrowed = frame.states is not frame.scope.states
        binder.unknown_column(node, frame.scope.narrowed(frame.states) if narrowed else frame.scope)
    return _UNKNOWN


def _literal(binder: Context, node: ast.Literal, frame: Frame) -> Value:
    return literal(node)


def _dynamic(binder: Context, node: ast.Dynamic, frame: Frame) -> Value:
    return dynamic(node)


def _member(binder: Context, node: ast.Member, frame: Frame) -> Value:
    """``a.b.c``: a path into a dynamic value, or a column of ``$left`` and its like."""
    spine = [node]
    target = node.target
    while isinstance(target, ast.Member):
        spine.append(target)
        target = target.target
    spine.reverse()
    value = _qualified(binder, spine[0], frame)
    if value is None:
        before = binder.scalar(target, frame)
        _check_members(binder, spine[0], before, frame)
        value = _step(binder, spine[0], before)
    binder.values[spine[0]] = value
    for step in spine[1:]:
        value = _step(binder, step, value)
        binder.values[step] = value
    return value


def _check_members(binder: Context, node: ast.Member, value: Value, frame: Frame) -> None:
    """Record a path into what has no members, or the key that it reads."""
    if not isinstance(node.member, ast.Name):
        return
    if _is_static(node.target, value, frame):
        binder.unknown_column(node.member, frame.scope, value.type)
    else:
        binder.key_read(node.member, node.member.name, bags.bag_of(value), frame)


def _is_static(made: ast.Expression, value: Value, frame: Frame) -> bool:
    """Whether a value has no members: what ``tostring`` gives, or a column that is no dynamic one."""
    if value.type in (UNKNOWN, "dynamic"):
        return False
    if isinstance(made, ast.Name):
        column = frame.columns.get(made.name)
        declared = column.declared if column is not None else None
        made = declared.value if isinstance(declared, ast.NamedExpression) else made
    certain = isinstance(made, ast.Call) and gives_always(made.name.name, value.type)
    return certain or is_surely_static(value)


def _step(binder: Context, node: ast.Member, value: Value) -> Value:
    """What stands under a key of a dynamic value."""
    if value.known is not UNTOLD and isinstance(node.member, ast.Name):
        key = Constant(node.member.name, node.member)
        return folded(binder, node, "[]", "dynamic", [value, Value("string", (), (key,))])
    return _path(value)


def _path(value: Value) -> Value:
    return _UNKNOWN if value.type == UNKNOWN else _DYNAMIC


def _qualified(binder: Context, node: ast.Member, frame: Frame) -> Value | None:
    """The column ``$left.x`` names; None where the target is no such thing."""
    target, member = node.target, node.member
    if frame.members is None or not isinstance(target, ast.Name) or not isinstance(member, ast.Name):
        return None
    scope = frame.members.get(target.name)
    if scope is None:
        return None
    column = scope.columns.get(member.name)
    if column is not None:
        value = binder.read(member, column, frame, scope, scope.states)
        value = replace(value, apart=True) if frame.apart else value
        binder.values[member] = value
        return value
    hidden = scope.hidden.get(member.name)
    if hidden is not None:
        return Value(hidden.type)
    if not scope.open:
        binder.unknown_column(member, scope)
    return _UNKNOWN


def _index(binder: Context, node: ast.Index, frame: Frame) -> Value:
    value = binder.scalar(node.target, frame)
    index = binder.scalar(node.index, frame)
    key = constant_text(index)
    if _is_static(node.target, value, frame):
        binder.misuse(node, "[]", value)
    elif key is not None:
        binder.key_read(node.index, key, bags.bag_of(value), frame)
    if value.known is not UNTOLD:
        return folded(binder, node, "[]", "dynamic", [value, index])
    return derived("[]", [value, index], "dynamic") if value.is_traced and value.type == "dynamic" else _path(value)


def _unary(binder: Context, node: ast.Unary, frame: Frame) -> Value:
    value = binder.scalar(node.operand, frame)
    kind = unary_type(node.op, value.type, isinstance(node.operand, ast.Literal))
    if kind is None:
        binder.mismatch(node, value)
    return folded(binder, node, node.op, kind, [value]) if kind is not None else _UNKNOWN


def _binary(binder: Context, node: ast.Binary, frame: Frame) -> Value:
    """A chain such as ``a + b + c`` is deep on its left: walked without recursion."""
    spine = [node]
    left = node.left
    while isinstance(left, ast.Binary):
        spine.append(left)
        left = left.left
    outer, filters = frame.compared, frame.filters
    frame.compared, frame.filters = outer or any(step.op not in _ARITHMETIC for step in spine), False
    value = binder.scalar(left, frame)
    while spine:
        step = spine.pop()
        right = binder.scalar(step.right, frame)
        frame.filters = filters and not spine
        value = _one_binary(binder, step, value, right, frame)
        binder.values[step] = value
    frame.compared = outer
    return value


def _one_binary(binder: Context, node: ast.Binary, left: Value, right: Value, frame: Frame) -> Value:
    kind = binary_type(node.op, left.type, right.type)
    if kind is None:
        binder.mismatch(node, left, right)
    if node.op in _ARITHMETIC:
        guessed = binder.facts.holes and UNKNOWN in (left.type, right.type)
        return _UNKNOWN if guessed or kind is None else folded(binder, node, node.op, kind, [left, right])
    if left.type == right.type == "dynamic" and frame.clause != "join":  # a join's keys are recorded one by one
        binder.dynamic_comparison(node, left, right)
    if not (left.is_traced or right.is_traced):
        return folded(binder, node, node.op, "bool", [left, right])
    _record_comparison(binder, node, compared_values(node.op, left, right), frame)
    return predicate(of_binary(node.op, left, right))


def predicate(truth: Truth | None) -> Value:
    """The Value of a predicate of which so much is known."""
    return _BOOL if truth is None else Value("bool", derivation=Derivation(truth=truth))


def _record_comparison(binder: Context, node: ast.Binary | ast.In, found: Compared | None, frame: Frame) -> None:
    fact = comparison(node, found, frame.states, frame.filters)
    if fact is not None:
        binder.facts.comparisons.append(fact)


def _logical(binder: Context, node: ast.Logical, frame: Frame) -> Value:
    states, filters = frame.states, frame.filters
    narrows = node.op == "and" and is_whole(node)
    frame.filters = filters and narrows
    boolean = True
    operands: list[Value] = []
    truths: list[Truth | None] = []
    for operand in node.operands:
        value = binder.scalar(operand, frame)
        operands.append(value)
        boolean = value.type in _TRUTH and boolean
        truth = of_value(value)
        truths.append(truth)
        if not narrows or truth is None:
            continue
        if not frame.filters:
            frame.states = narrow(frame.states, truth.holds, operand)
        elif not (isinstance(operand, ast.Logical) and operand.op == "and"):  # which has seen to it itself
            frame.states = binder.filtered(operand, frame.states)
    if not frame.filters:  # else what the filter keeps is what comes behind it
        frame.states = states
    frame.filters = filters
    if not boolean and frame.clause != "search":  # there a text alone stands for "has"
        binder.mismatch(node, *operands)
    if not is_whole(node):
        return _BOOL
    made = conjunction(truths) if node.op == "and" else disjunction(truths)
    return predicate(made) if made is not None else folded(binder, node, node.op, "bool", operands)


def _in(binder: Context, node: ast.In, frame: Frame) -> Value:
    outer, filters = frame.compared, frame.filters
    frame.compared, frame.filters = True, False
    value = binder.scalar(node.left, frame)
    frame.compared = outer
    constants = [list_item(binder, item, frame).constants for item in node.items]
    frame.filters = filters
    told = sum(len(values) for values in constants if values)
    tried = max(told - len(node.items), 0) if is_kind(value) and not OPERATORS[node.op].whole else 0
    if not binder.compares(told, node, tried):
        binder.values.update(dict.fromkeys(node.items, _UNKNOWN))
    if binary_type(node.op, value.type, "string") is None:
        binder.mismatch(node, value)
    items = [binder.value_of(item) for item in node.items]
    if not (value.is_traced or any(item.is_traced for item in items)):
        # A filter may leave a table fewer values than these, or none: then nothing is in it, and has_all is true.
        may_be_fewer = any(not (item.exact or item.alternatives) for item in items)
        return _BOOL if may_be_fewer else folded(binder, node, node.op, "bool", [value, *items])
    _record_comparison(binder, node, compared_list(node.op, value, items), frame)
    return predicate(of_list(node.op, value, items))


def list_item(binder: Context, item: ast.Expression, frame: Frame) -> Value:
    """One item of ``in (...)``: a scalar, or a table whose first column it is."""
    if isinstance(item, (ast.Pipeline, ast.DataTable, ast.ExternalData, ast.Call, ast.Member)):
        value = query_functions.as_value(binder, item, binder.evaluate(item, frame))
        binder.values[item] = value
        return value
    return binder.scalar(item, frame)


def _between(binder: Context, node: ast.Between, frame: Frame) -> Value:
    outer, filters = frame.compared, frame.filters
    frame.compared, frame.filters = True, False
    left = binder.scalar(node.left, frame)
    frame.compared = outer
    low, high = binder.scalar(node.low, frame), binder.scalar(node.high, frame)
    frame.filters = filters
    if between_type(left.type, low.type, high.type) is None:
        binder.mismatch(node, left, low, high)
    return predicate(of_between(left, low, high, node.negated))


def _named(binder: Context, node: ast.NamedExpression, frame: Frame) -> Value:
    return binder.scalar(node.value, frame)


def _ordered(binder: Context, node: ast.Ordered, frame: Frame) -> Value:
    return binder.scalar(node.expression, frame)


def _pipeline(binder: Context, node: ast.Expression, frame: Frame) -> Value:
    return query_functions.as_value(binder, node, binder.tabular(node))


def _unknown(binder: Context, node: ast.Expression, frame: Frame) -> Value:
    return _UNKNOWN


SCALARS: dict[type[ast.Node], Callable[[Context, Any, Frame], Value]] = {
    ast.Name: _name,
    ast.Literal: _literal,
    ast.Call: dispatch.scalar_call,
    ast.Member: _member,
    ast.Index: _index,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Logical: _logical,
    ast.In: _in,
    ast.Between: _between,
    ast.Dynamic: _dynamic,
    ast.NamedExpression: _named,
    ast.Ordered: _ordered,
    ast.Pipeline: _pipeline,
    ast.DataTable: _pipeline,
    ast.ExternalData: _pipeline,
    ast.Wildcard: _unknown,
    ast.TypeOf: _unknown,
    ast.Damaged: _unknown,
    ast.Hole: placeholders.scalar,
}
"""How each kind of expression is bound."""
