"""Constant folding: the value of a function or an operator whose operands the text tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from kql_lint.semantics.domains.evaluation import evaluate, is_evaluated, parse_datetime, parse_timespan
from kql_lint.semantics.domains.scalars import UNTOLD
from kql_lint.semantics.scopes.scope import UNKNOWN, Constant, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

# So many combinations are tried where operands have several possible values, as ``iff(c, "a", "b")`` has.
_MOST = 16
_INT = 2**31
# Types whose values are compared otherwise than the strings and numbers that they are written as.
_OPAQUE = frozenset({"guid", "decimal"})
# Functions that give one value for each that their argument may have: what is wrong with it is wrong with that.
_OF_ONE = frozenset({"tolower", "toupper", "tostring"})


def folded(binder: Context, node: ast.Expression, name: str, kind: str, operands: Sequence[Value]) -> Value:
    """The value of a function or operator (see ``evaluate`` for its name) of these operands; kind is its type.

    Of operands with several possible values each result is possible.  A result that is an operand, or an element of
    one, keeps the node in which it stands; of any other it is the node of the whole.  Only the type is known where an
    operand is not.
    """
    if not is_evaluated(name) or kind in _OPAQUE:
        return Value(kind)
    choices: list[list[object]] = []
    for operand in operands:
        choice = possible(operand)
        if choice is None:
            return Value(kind)
        choices.append(choice)
    count = prod(map(len, choices))
    work = count * sum(_size(value) for one in choices for value in one)
    if count > _MOST or not binder.builds(work, node):
        return Value(kind)
    results = [evaluate(name, chosen) for chosen in product(*choices)]
    if not all(_is_of(result, kind) for result in results):
        return Value(kind)
    if not binder.builds(max(sum(map(_size, results)) - work, 0), node):
        return Value(kind)
    alternatives = all(operand.exact or operand.alternatives for operand in operands)
    if name in _OF_ONE and len(operands) == 1:
        nodes = [constant.node for constant in operands[0].constants or ()]
        if len(nodes) == len(results):
            return told(kind, results, nodes, {}, alternatives)
    places = {_key(one.value): one.node for operand in operands for one in operand.constants or ()}
    return told(kind, results, [node] * len(results), places, alternatives)


def possible(value: Value) -> list[object] | None:
    """The few values that a scalar may have, each a whole one, as ``scalars`` has them; None where not all are told."""
    if value.known is not UNTOLD:
        return [value.known]
    if (
        not value.constants
        or value.type in _OPAQUE
        or value.type in ("dynamic", UNKNOWN)
        or len(value.constants) > _MOST
    ):
        return None
    return list({_key(one.value): one.value for one in value.constants}.values())


def surely(value: Value) -> bool | None:
    """What a condition surely is; None where it may be either, or null."""
    found = possible(value)
    return found[0] if found is not None and len(found) == 1 and isinstance(found[0], bool) else None


def told(
    kind: str,
    results: Sequence[object],
    nodes: Sequence[ast.Node],
    places: dict[object, ast.Node],
    alternatives: bool,
) -> Value:
    """The value of an expression that has one of these results; nodes are where each is told, places of their parts.

    Of an array, which it is in full where there is one result, the constants are the elements.
    """
    distinct = 1 if len(results) == 1 else len({_key(result) for result in results})
    found: dict[object, Constant] = {}
    for result, node in zip(results, nodes, strict=True):
        for item in result if isinstance(result, list) else [result]:
            if isinstance(item, (list, dict)):
                return Value(kind, known=results[0] if distinct == 1 else UNTOLD)
            key = _key(item)
            if key not in found:  # an array may have an element many times
                found[key] = Constant(item, places.get(key, node))
    known = results[0] if distinct == 1 and kind == "dynamic" else UNTOLD
    exact = distinct == 1
    return Value(kind, (), tuple(found.values()), exact=exact, known=known, alternatives=alternatives and not exact)


def either(kind: str, values: Iterable[Value]) -> Value:
    """The value of an expression that is one of these, by a condition."""
    every = list(values)
    if len(every) == 1:
        one = every[0]
        return Value(kind, (), one.constants, exact=one.exact, known=one.known, alternatives=one.alternatives)
    if not every or kind in _OPAQUE or any(value.constants is None or value.type == UNKNOWN for value in every):
        return Value(kind)
    constants = {_key(one.value): one for value in every for one in value.constants or ()}
    same = len(constants) == 1 and all(value.exact for value in every) and kind != "dynamic"
    meant = not same and all(value.exact or value.alternatives for value in every)
    return Value(kind, (), tuple(constants.values()), exact=same, alternatives=meant)


COLLECTIONS = frozenset({"make_list", "make_set", "makelist", "makeset", "make_list_if", "make_set_if"})
"""The aggregates that put what a column has into one array."""


def collected(node: ast.Call, kind: str, values: Sequence[Value], frame: Frame) -> Value:
    """What one of the COLLECTIONS gives: all that a column of a literal table has, or some of it."""
    if not values or not values[0].constants or values[0].type in ("dynamic", UNKNOWN):
        return Value(kind)
    every = frame.scope.whole and frame.over_all and len(values) == 1 and isinstance(node.arguments[0], ast.Name)
    constants = tuple(constant for constant in values[0].constants if constant.value is not None)
    return Value(kind, (), constants, exact=every)


def literal(node: ast.Literal) -> Value:
    """The value of a literal; of one in a form that is not certain only the type."""
    value: object = node.value
    if isinstance(value, str) and node.type != "string":
        value = UNTOLD
        if node.type == "datetime":
            value = parse_datetime(str(node.value))
        elif node.type == "timespan":
            value = parse_timespan(str(node.value))
    return Value(node.type) if value is UNTOLD else Value(node.type, (), (Constant(value, node),))


def dynamic(node: ast.Dynamic) -> Value:
    """The value of a dynamic literal: its elements, where it is an array of scalars."""
    if isinstance(node.value, ast.JsonArray):
        values = [_scalar(item) for item in node.value.items]
        if all(value is not UNTOLD for value in values):
            pairs = zip(values, node.value.items, strict=True)
            known = list(values) if not any(isinstance(value, float) for value in values) else UNTOLD
            return Value("dynamic", (), tuple(Constant(value, item) for value, item in pairs), known=known)
    elif isinstance(node.value, ast.Literal):
        value = _scalar(node.value)
        return (
            Value("dynamic") if value is UNTOLD else Value("dynamic", (), (Constant(value, node.value),), known=value)
        )
    return Value("dynamic", known=UNTOLD if node.value is None else _json(node.value))


def _scalar(node: ast.Expression) -> object:
    """The value of a literal in a dynamic one; UNTOLD of anything else."""
    constants = literal(node).constants if isinstance(node, ast.Literal) and node.type not in _OPAQUE else None
    return constants[0].value if constants else UNTOLD


def _json(node: ast.Expression) -> object:
    """An array or a bag as a Python value; the parser bounds how deep they are nested."""
    if isinstance(node, ast.JsonArray):
        items = [_json(item) for item in node.items]
        return UNTOLD if UNTOLD in items else items
    if isinstance(node, ast.JsonObject):
        bag: dict[str, object] = {}
        for key, item in node.pairs:
            value = _json(item)
            name = key.value if isinstance(key, ast.Literal) else None
            if not isinstance(name, str) or name in bag or value is UNTOLD:
                return UNTOLD
            bag[name] = value
        return bag
    return _scalar(node)


def _is_of(result: object, kind: str) -> bool:
    """Whether a result is told, and has the type: an int may be out of its range."""
    if kind == "int":
        return isinstance(result, int) and -_INT <= result < _INT
    return result is not UNTOLD


def _size(value: object) -> int:
    """How much work a value is: its characters or its items."""
    return len(value) if isinstance(value, (str, list, dict)) else 1


def _key(value: object) -> object:
    """What tells values apart, the type included: Python takes True for 1."""
    return type(value), repr(value) if isinstance(value, (list, dict)) else value
