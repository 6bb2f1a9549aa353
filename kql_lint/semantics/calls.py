"""Calls: KQL's own functions, those the query defines, those the platforms add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kql_lint.semantics import expressions, functions, invocation, sources
from kql_lint.semantics.environment import Local, LocalFunction
from kql_lint.semantics.predicates import fold, narrow
from kql_lint.semantics.scope import UNKNOWN, Column, Constant, Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import PlatformFunction
    from kql_lint.semantics.binder import Binder
    from kql_lint.semantics.frame import Frame

_UNKNOWN = Value()

# Functions whose value is the argument's, with these of the argument's marks kept.
_KEEP_ORIGIN = frozenset({"tostring", "trim", "trim_start", "trim_end"})
_FOLDS = {"tolower": "lower", "toupper": "upper"}
# Beyond so many constants a value is as good as any.
_MAX_CONSTANTS = 2000


def scalar_call(binder: Binder, node: ast.Call, frame: Frame) -> Value:
    """The value of a call where a scalar is wanted."""
    local = call(binder, node, frame)
    return local if isinstance(local, Value) else expressions.as_value(binder, local)


def call(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    """What a call gives."""
    name = node.name.name
    local = binder.environment.find(name)
    if local is not None:
        if not isinstance(local, LocalFunction):
            return local
        return call_local(binder, local, node.arguments, frame)
    binder.facts.calls.append(node.name)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(binder, node, frame)
    signature = signature_of(name, frame)
    if signature is not None:
        return _known_call(binder, node, signature, frame)
    return _platform_call(binder, node, frame)


def call_local(
    binder: Binder, function: LocalFunction, arguments: Sequence[ast.Expression], frame: Frame | None
) -> Value | Scope:
    """What a call of a function that the query defines gives."""
    return invocation.call(binder, function, arguments, frame, None)


def signature_of(name: str, frame: Frame) -> functions.FunctionSignature | None:
    """The function of this name; among the aggregates of summarize and its like, an aggregate first."""
    if frame.clause == "summarize":
        return functions.aggregate(name) or functions.scalar(name)
    return functions.scalar(name) or functions.aggregate(name)


def is_known(binder: Binder, name: str) -> bool:
    """Whether a function of this name exists, so that the bare name is no unknown column."""
    kinds = (functions.scalar, functions.source, functions.aggregate)
    return any(kind(name) for kind in kinds) or binder.catalogue.function(name) is not None


@cache
def gives_always(name: str, kind: str) -> bool:
    """Whether a scalar function gives values of this type, whatever its arguments."""
    signature = functions.scalar(name)
    return signature is not None and all(overload.returns == kind for overload in signature.overloads)


def arguments_of(binder: Binder, node: ast.Call, frame: Frame) -> list[Value]:
    """Bind the arguments of a call in order."""
    filters, frame.filters = frame.filters, False
    values = [binder.scalar(argument, frame) for argument in node.arguments]
    frame.filters = filters
    return values


def _known_call(binder: Binder, node: ast.Call, signature: functions.FunctionSignature, frame: Frame) -> Value:
    name = node.name.name
    if signature.kind == "aggregate" and name.endswith("if"):
        values = _filtered_arguments(binder, node, frame)
    else:
        values = arguments_of(binder, node, frame)
    kind = _type_of(signature, node, values)
    if name in _KEEP_ORIGIN and values:
        return Value(kind, values[-1].origins, values[-1].constants, values[-1].folded)
    if name in _FOLDS and values:
        return _folded(_FOLDS[name], kind, values[0])
    if name == "strcat":
        return Value(kind, (), _concatenated(node, values))
    return Value(kind)


def _type_of(signature: functions.FunctionSignature, node: ast.Call, values: list[Value]) -> str:
    types = tuple([value.type for value in values])
    if any(isinstance(argument, ast.TypeOf) for argument in node.arguments):
        literals = [argument.type if isinstance(argument, ast.TypeOf) else None for argument in node.arguments]
        return signature.return_type(types, literals)
    return _return_type(signature, types)


@lru_cache(maxsize=4096)
def _return_type(signature: functions.FunctionSignature, types: tuple[str, ...]) -> str:
    return signature.return_type(types)


def _filtered_arguments(binder: Binder, node: ast.Call, frame: Frame) -> list[Value]:
    """The arguments of ``countif(p)``, ``sumif(x, p)`` and their like: p narrows what x is read from."""
    place = 0 if node.name.name == "countif" else 1
    if place >= len(node.arguments):
        return arguments_of(binder, node, frame)
    states, filters, frame.filters = frame.states, frame.filters, False
    predicate = node.arguments[place]
    values = {place: binder.scalar(predicate, frame)}
    frame.states = narrow(predicate, states, binder.value_of)
    for index, argument in enumerate(node.arguments):
        if index != place:
            values[index] = binder.scalar(argument, frame)
    frame.states, frame.filters = states, filters
    return [values[index] for index in range(len(node.arguments))]


def _folded(case: str, kind: str, value: Value) -> Value:
    if value.constants is None:
        return Value(kind, value.origins, None, case)
    return Value(kind, (), tuple(_fold_constant(constant, case) for constant in value.constants))


def _fold_constant(constant: Constant, case: str) -> Constant:
    return Constant(fold(constant.value, case), constant.node) if isinstance(constant.value, str) else constant


def _concatenated(node: ast.Call, values: list[Value]) -> tuple[Constant, ...] | None:
    """The text that ``strcat`` gives where every part is one known text."""
    parts: list[str] = []
    for value in values:
        if value.constants is None or len(value.constants) != 1 or not isinstance(value.constants[0].value, str):
            return None
        parts.append(value.constants[0].value)
    return (Constant("".join(parts), node),) if parts else None


# --- functions with a meaning of their own ------------------------------------------------------------------------


def _iff(binder: Binder, node: ast.Call, frame: Frame) -> Value:
    """``iff(c, a, b)``: c narrows what a sees, and its opposite what b sees."""
    states, filters, frame.filters = frame.states, frame.filters, False
    values: list[Value] = []
    for index, argument in enumerate(node.arguments):
        if index and states:
            frame.states = narrow(node.arguments[0], states, binder.value_of, negated=index > 1)
        values.append(binder.scalar(argument, frame))
    frame.states, frame.filters = states, filters
    return _typed(node, values, frame)


def _case(binder: Binder, node: ast.Call, frame: Frame) -> Value:
    """``case(c1, v1, c2, v2, ..., else)``: each condition is tried where those before it failed."""
    states, filters, frame.filters = frame.states, frame.filters, False
    values: list[Value] = []
    remaining = states
    for index, argument in enumerate(node.arguments):
        is_value = index % 2 == 1
        if is_value and states:
            frame.states = narrow(node.arguments[index - 1], remaining, binder.value_of)
        values.append(binder.scalar(argument, frame))
        if is_value and states:
            remaining = narrow(node.arguments[index - 1], remaining, binder.value_of, negated=True)
        frame.states = remaining
    frame.states, frame.filters = states, filters
    return _typed(node, values, frame)


def _typed(node: ast.Call, values: list[Value], frame: Frame) -> Value:
    signature = signature_of(node.name.name, frame)
    return Value(_type_of(signature, node, values)) if signature is not None else _UNKNOWN


def _over_elements(binder: Binder, node: ast.Call, frame: Frame) -> Value:
    """``all(edge, condition)``, ``any(...)`` and ``map(edge, value)`` over each edge, or inner node."""
    element = _element(node.arguments[0], frame) if node.arguments and frame.members else None
    signature = signature_of(node.name.name, frame)
    if element is None or signature is None:
        return _known_call(binder, node, signature, frame) if signature is not None else _UNKNOWN
    inside = binder.frame(element, frame.clause)
    inside.members = frame.members
    values = [Value(), *(binder.scalar(argument, inside) for argument in node.arguments[1:])]
    return Value(_type_of(signature, node, values))


def _element(node: ast.Expression, frame: Frame) -> Scope | None:
    if isinstance(node, ast.Name) and frame.members is not None:
        return frame.members.get(node.name)
    if isinstance(node, ast.Call) and node.name.name == "inner_nodes":
        return frame.inner_nodes
    return None


def _column_ifexists(binder: Binder, node: ast.Call, frame: Frame) -> Value:
    """``column_ifexists("Name", default)``."""
    values = arguments_of(binder, node, frame)
    name = _only_text(values[:1])
    column = frame.columns.get(name) if name is not None else None
    if column is not None:
        return expressions.read(binder, node.arguments[0], column, frame)
    default = values[1].type if len(values) > 1 else UNKNOWN
    return Value(UNKNOWN if frame.scope.open or name is None else default)


def _materialize(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    if not node.arguments:
        return Scope(open=True)
    return binder.tabular(_tabular_argument(node.arguments[0]))


def _toscalar(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    if not node.arguments:
        return _UNKNOWN
    value = expressions.as_value(binder, binder.evaluate(_tabular_argument(node.arguments[0])))
    return Value(value.type, (), value.constants)


def _tabular_argument(argument: ast.Expression) -> ast.Expression:
    return argument.value if isinstance(argument, ast.NamedExpression) else argument


def _table(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    """``table("T")``, whose argument may also be a constant."""
    name = _only_text(arguments_of(binder, node, frame)[:1])
    if name is None:
        return binder.opened(node, "a table whose name is computed")
    local = binder.environment.find(name)
    if isinstance(local, Scope):
        return binder.fresh(local, node)
    tables = sources.lookup(binder, name)
    return sources.table_scope(binder, node, tables) if tables else binder.opened(node, "a table not in the catalogue")


def _only_text(values: list[Value]) -> str | None:
    constants = values[0].constants if values else None
    if constants and len(constants) == 1 and isinstance(constants[0].value, str):
        return constants[0].value
    return None


def _elsewhere(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    arguments_of(binder, node, frame)
    return binder.opened(node, "a table of another database")


def _platform_call(binder: Binder, node: ast.Call, frame: Frame) -> Local:
    for argument in node.arguments:
        binder.evaluate(argument, frame)
    function = binder.catalogue.function(node.name.name)
    if function is None:
        binder.unknown_function(node.name)
        return _UNKNOWN
    return platform_scope(binder, node, function) if function.tabular else Value(function.returns or UNKNOWN)


def platform_scope(binder: Binder, node: ast.Node, function: PlatformFunction) -> Scope:
    """The table that a function of the platform gives."""
    if not function.open:
        return Scope(platform_columns(function))
    return binder.opened(node, f"{function.name} may give further columns", platform_columns(function))


def platform_columns(function: PlatformFunction) -> dict[str, Column]:
    """The columns that are known of what a function of the platform gives."""
    return {name: Column(name, kind) for name, kind in function.columns.items()}


_SPECIAL: dict[str, Callable[[Binder, ast.Call, Frame], Local]] = {
    "iff": _iff,
    "iif": _iff,
    "case": _case,
    "all": _over_elements,
    "any": _over_elements,
    "map": _over_elements,
    "column_ifexists": _column_ifexists,
    "columnifexists": _column_ifexists,
    "materialize": _materialize,
    "toscalar": _toscalar,
    "table": _table,
    "external_table": _elsewhere,
    "materialized_view": _elsewhere,
    "stored_query_result": _elsewhere,
    "cluster": _elsewhere,
    "database": _elsewhere,
    "workspace": _elsewhere,
    "adx": _elsewhere,
    "arg": _elsewhere,
}
