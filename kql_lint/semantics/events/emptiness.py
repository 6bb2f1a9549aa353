"""Which columns a predicate needs to be filled: rows in which they are empty or null do not pass it."""

from __future__ import annotations

from collections.abc import Callable

from kql_lint.semantics.events.narrowing import is_whole
from kql_lint.semantics.scopes.scope import Constant, Origin, Value
from kql_lint.syntax import ast

ValueOf = Callable[[ast.Expression], Value]
_Needs = dict[tuple[Origin, ...], frozenset[ast.Node]]

_MAX_DEPTH = 100

# Null compared with these gives null or false, an empty string false, unless the other side is empty itself.
_COMPARISONS = frozenset({"==", "=~", "<", "<=", ">", ">=", ":"}) | {
    kind + suffix
    for kind in ("has", "hasprefix", "hassuffix", "contains", "startswith", "endswith")
    for suffix in ("", "_cs")
}
_MIRRORED = frozenset({"==", "=~", "<", "<=", ">", ">=", "!=", "<>"})
_KEEP_EMPTINESS = frozenset({"tostring", "tolower", "toupper", "toint", "tolong", "trim", "trim_start", "trim_end"})
_PRESENT = frozenset({"isnotempty", "isnotnull", "notempty", "notnull"})
_ABSENT = frozenset({"isempty", "isnull"})
# True and false alike need an address: both are null for an empty text.
_ADDRESS = frozenset({"ipv4_is_private", "ipv4_is_in_range", "ipv4_is_in_any_range", "ipv6_is_in_range"})


def needed(predicate: ast.Expression, value_of: ValueOf) -> frozenset[ast.Node]:
    """The column references (Name nodes) in the predicate without whose value no row passes."""
    needs = _needs(predicate, value_of, False, _MAX_DEPTH)
    return frozenset(node for nodes in needs.values() for node in nodes)


def _needs(expression: ast.Expression, value_of: ValueOf, negated: bool, depth: int) -> _Needs:
    if depth == 0:
        return {}
    if isinstance(expression, ast.Logical) and is_whole(expression):
        parts = [_needs(operand, value_of, negated, depth - 1) for operand in expression.operands]
        return _all_of(parts) if (expression.op == "and") != negated else _any_of(parts)
    if isinstance(expression, ast.Call):
        return _needs_of_call(expression, value_of, negated, depth)
    if negated:
        return {}
    if isinstance(expression, ast.Binary):
        return _needs_of_binary(expression, value_of)
    if isinstance(expression, ast.In) and expression.op in ("in", "in~", "has_any", "has_all"):
        values = [value_of(item) for item in expression.items]
        # Of a list that may be shorter than it looks, all may be there where none is left.
        known = expression.op != "has_all" or all(value.exact for value in values)
        if known and values and all(value.constants and _filled(value.constants) for value in values):
            return _need(expression.left, value_of)
    if isinstance(expression, ast.Between) and not expression.negated:
        return _need(expression.left, value_of)
    return {}


def _needs_of_call(call: ast.Call, value_of: ValueOf, negated: bool, depth: int) -> _Needs:
    name, arguments = call.name.name, call.arguments
    if name == "not" and len(arguments) == 1:
        return _needs(arguments[0], value_of, not negated, depth - 1)
    if name in (_ABSENT if negated else _PRESENT) and len(arguments) == 1:
        return _need(arguments[0], value_of)
    if name in _ADDRESS and arguments:
        return _need(arguments[0], value_of)
    return {}


def _needs_of_binary(expression: ast.Binary, value_of: ValueOf) -> _Needs:
    for column, other in ((expression.left, expression.right), (expression.right, expression.left)):
        value = value_of(other)
        constants = value.constants
        if constants is not None and len(constants) == 1 and value.exact:
            if expression.op in _COMPARISONS and _filled(constants):
                return _need(column, value_of)
            if expression.op in ("!=", "<>") and constants[0].value == "":
                return _need(column, value_of)
        if expression.op not in _MIRRORED:
            return {}
    return {}


def _filled(constants: tuple[Constant, ...]) -> bool:
    return all(constant.value not in ("", None) for constant in constants)


def _need(expression: ast.Expression, value_of: ValueOf) -> _Needs:
    while isinstance(expression, ast.Call) and expression.name.name in _KEEP_EMPTINESS and expression.arguments:
        expression = expression.arguments[-1]
    if not isinstance(expression, ast.Name):
        return {}
    origins = value_of(expression).origins
    return {origins: frozenset({expression})} if origins else {}


def _all_of(parts: list[_Needs]) -> _Needs:
    result: dict[tuple[Origin, ...], set[ast.Node]] = {}
    for part in parts:
        for origins, nodes in part.items():
            result.setdefault(origins, set()).update(nodes)
    return {origins: frozenset(nodes) for origins, nodes in result.items()}


def _any_of(parts: list[_Needs]) -> _Needs:
    """What each of the alternatives needs."""
    common = set(parts[0]).intersection(*parts[1:]) if parts else set()
    return {origins: frozenset().union(*(part[origins] for part in parts)) for origins in common}
