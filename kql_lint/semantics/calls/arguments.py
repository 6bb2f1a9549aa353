"""The signature that a call has, its arguments, and the type it gives."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.contract_facts import Application
from kql_lint.semantics.placeholders import is_value
from kql_lint.semantics.scopes.scope import UNKNOWN, Value
from kql_lint.semantics.types import SCALAR_TYPES
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame


_TYPES = frozenset(SCALAR_TYPES)


def signature_of(name: str, frame: Frame) -> functions.FunctionSignature | None:
    """The function of this name; among the aggregates of summarize, pivot and their like, an aggregate first."""
    if frame.clause in ("summarize", "plugin"):
        return functions.aggregate(name) or functions.scalar(name)
    return functions.scalar(name) or functions.aggregate(name)


@cache
def gives_always(name: str, kind: str) -> bool:
    """Whether a scalar function gives values of this type, whatever its arguments."""
    signature = functions.scalar(name)
    return signature is not None and all(overload.returns == kind for overload in signature.overloads)


def arguments_of(binder: Context, node: ast.Call, frame: Frame) -> list[Value]:
    """Bind the arguments of a call in order."""
    filters, frame.filters = frame.filters, False
    values = [binder.scalar(argument, frame) for argument in node.arguments]
    frame.filters = filters
    return values


def applied(
    binder: Context, node: ast.Call, signature: functions.FunctionSignature, values: list[Value], frame: Frame
) -> str:
    """Record the call, and give the type of its value for the Values of its arguments."""
    types = tuple([value.type for value in values])
    for argument in node.arguments:
        if isinstance(argument, ast.NamedExpression):
            _named_conditions(binder, node, signature, frame)
            break
    binder.facts.applications.append(Application(node, signature, values, types, frame.clause))
    if UNKNOWN in types and (binder.facts.holes or not is_value(node.arguments)):
        given = len(types)
        certain = is_value(node.arguments) or signature.min_args == given == signature.max_args
        return _return_type_beside_hole(signature, types, certain)
    if any(isinstance(argument, ast.TypeOf) for argument in node.arguments):
        literals = [argument.type if isinstance(argument, ast.TypeOf) else None for argument in node.arguments]
        return signature.return_type(types, literals)
    return _return_type(signature, types)


def _named_conditions(binder: Context, node: ast.Call, signature: functions.FunctionSignature, frame: Frame) -> None:
    """Record the names that are given to arguments which are conditions: ``countif(a = "x")``."""
    count = len(node.arguments)
    overload = next((overload for overload in signature.overloads if overload.takes(count)), None)
    for argument, parameter in zip(node.arguments, overload.assign(count) if overload else (), strict=False):
        if isinstance(argument, ast.NamedExpression) and parameter.type == "bool":
            binder.named_condition(argument, node.name.name, frame)


@lru_cache(maxsize=256)
def _return_type_beside_hole(signature: functions.FunctionSignature, types: tuple[str, ...], certain: bool) -> str:
    """The type that a call gives whatever an argument is of which nothing is known; certain: it is one argument."""
    returned = {overload.returns for overload in signature.overloads}
    if certain and not (len(returned) == 1 and returned <= _TYPES) and types.count(UNKNOWN) == 1:
        place = types.index(UNKNOWN)
        tried = {signature.return_type((*types[:place], kind, *types[place + 1 :])) for kind in SCALAR_TYPES}
        returned = tried - {UNKNOWN}  # that of a type which the function does not take
    return returned.pop() if len(returned) == 1 and returned <= _TYPES else UNKNOWN


@lru_cache(maxsize=4096)
def _return_type(signature: functions.FunctionSignature, types: tuple[str, ...]) -> str:
    return signature.return_type(types)
