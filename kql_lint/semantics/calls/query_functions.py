"""Functions that the query defines: their declaration, and what a call of one gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kql_lint.semantics.calls.parameter_uses import Mark, Received, judge
from kql_lint.semantics.contract_facts import MisfitArgument, MisfitCall
from kql_lint.semantics.facts import FunctionUse, NameUse
from kql_lint.semantics.placeholders import is_value
from kql_lint.semantics.scopes.environment import Environment, LocalFunction
from kql_lint.semantics.scopes.scope import Column, Scope, Value, extended
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

_UNKNOWN = Value()

# Where functions call each other so deeply, the declared result will do.
_MAX_ACTIVE = 30
# What it costs to bind a character of a function's body.
_STEPS = 4
# What a call costs of Python's stack, on top of what its body does (see the binder's MAX_DEPTH).
_CALLS = 12


def declare(binder: Context, name: str, node: ast.Function) -> LocalFunction:
    """Bind a function's body with its parameters as they are declared."""
    function = LocalFunction(name, node, binder.environment.captured())
    environment = function.environment.inner()
    for parameter in node.parameters:
        environment.declare(parameter.name, _declared(parameter))
        if parameter.default is not None:
            binder.scalar(parameter.default, binder.frame(None, "other"))
    outer, binder.declaring = binder.declaring, binder.declaring or bool(node.parameters)
    function.result = _body(binder, function, environment)
    binder.declaring = outer
    return function


def declare_parameters(binder: Context, parameters: Sequence[ast.FunctionParameter]) -> None:
    """``declare query_parameters``: names whose values come from outside."""
    for parameter in parameters:
        binder.environment.declare(parameter.name, _declared(parameter))


def call(
    binder: Context,
    node: ast.Node,
    function: LocalFunction,
    arguments: Sequence[ast.Expression],
    frame: Frame | None = None,
    piped: Scope | None = None,
) -> Value | Scope:
    """What a call gives, or a bare name; node is its place, piped the table that ``invoke`` hands over first."""
    binder.facts.functions.append(FunctionUse(function.node, function.name, None))
    if function in binder.active:  # LIMIT: KQL has no recursion; a rule could say so here
        return Value()
    if not binder.affords(len(function.node.parameters), node):
        for argument in arguments:
            binder.evaluate(argument, frame)
        return Value()
    received = receive(binder, function.node.parameters, arguments, frame, piped)
    if isinstance(node, (ast.Call, ast.Name)):
        _lacking(binder, node.name if isinstance(node, ast.Call) else node, function, received)
    if matters(function, received):
        if not binder.affords(cost(function, received), node):
            return Value()
        expanded = expand(binder, function, received)
        if expanded is not None:
            return expanded
    result = function.result
    if isinstance(result, Scope):
        return binder.fresh(result, node)
    return result or _UNKNOWN


def as_value(binder: Context, node: ast.Expression, local: Value | Scope | LocalFunction) -> Value:
    """What an expression gives where a scalar is wanted, if it gives local; a table gives its first column."""
    if isinstance(local, Value):
        return local
    if isinstance(local, LocalFunction):
        local = call(binder, node, local, [])
        if isinstance(local, Value):
            return local
    binder.facts.tables_as_values[node] = local
    column = next(iter(local.columns.values()), None)
    if column is None:
        return _UNKNOWN
    constants = None if local.is_partial(column) else column.constants
    return Value(column.type, (), constants, exact=local.whole)


def _lacking(binder: Context, node: ast.Name, function: LocalFunction, received: Received) -> None:
    """Record the first column that a table which is handed over lacks."""
    for parameter, table in zip(function.node.parameters, received, strict=True):
        if parameter.type is None and isinstance(table, Scope) and not table.open:
            names = (column.name.name for column in parameter.columns)
            lacks = next((name for name in names if name not in table.columns and name not in table.hidden), None)
            if lacks is not None:
                binder.facts.misfit_arguments.append(MisfitArgument(node, function.name, lacks))


def matters(function: LocalFunction, received: Received) -> bool:
    """Whether the body may give or show something else for what is handed over than for the parameters as declared."""
    return any(_matters(parameter, item) for parameter, item in zip(function.node.parameters, received, strict=True))


def _matters(parameter: ast.FunctionParameter, item: Value | Scope | None) -> bool:
    if parameter.type is None:
        # Of a table of which nothing is known no more is known than of any table that will do.
        return not (parameter.open and isinstance(item, Scope) and item.open and not item.columns)
    return isinstance(item, Value) and bool(item.origins or item.constants or item.bag)


def count(binder: Context, node: ast.Call, function: LocalFunction, *, piped: bool = False) -> None:
    """Record a call with too many arguments or too few; piped: ``invoke`` hands over the first."""
    given, most = len(node.arguments) + piped, len(function.node.parameters)
    damaged = any(isinstance(argument, ast.Damaged) for argument in node.arguments) or not is_value(node.arguments)
    if not function.required <= given <= most and not damaged:
        binder.facts.misfit_calls.append(MisfitCall(node.name, given - piped, function.required - piped, most - piped))
    parameters = {parameter.name.name: parameter.name for parameter in function.node.parameters}
    for argument in node.arguments:
        if isinstance(argument, ast.NamedExpression):
            if binder.facts.names is not None:
                known = [name for name in argument.names if name.name in parameters]
                binder.facts.names.uses += [NameUse(name, parameters[name.name]) for name in known]
            names = [name for name in argument.names if name.name not in parameters]
            binder.facts.misfit_arguments += [MisfitArgument(name, function.name) for name in names]


def cost(function: LocalFunction, received: Received) -> int:
    """How many steps it takes to bind a function's body for what a call hands over."""
    constants = sum(len(item.constants or ()) for item in received if isinstance(item, Value))
    return _STEPS * (function.node.end - function.node.start) + constants


def expand(binder: Context, function: LocalFunction, received: Received) -> Value | Scope | None:
    """Bind a function's body for what a call hands over; None where that is too deep."""
    if len(binder.active) >= _MAX_ACTIVE or binder.is_deep():
        return None
    before = Mark(binder)
    environment = function.environment.inner()
    for parameter, local in zip(function.node.parameters, received, strict=True):
        environment.declare(parameter.name, _received(parameter, local))
    result = _body(binder, function, environment)
    judge(binder, function, received, before)
    return result


def receive(
    binder: Context,
    parameters: Sequence[ast.FunctionParameter],
    arguments: Sequence[ast.Expression],
    frame: Frame | None,
    piped: Scope | None,
) -> list[Value | Scope | None]:
    """What each parameter receives, in order; None where nothing is given and there is no default."""
    named: dict[str, ast.Expression] = {}
    positional: list[ast.Expression] = []
    for argument in arguments:
        if isinstance(argument, ast.NamedExpression) and len(argument.names) == 1:
            named[argument.names[0].name] = argument.value
        else:
            positional.append(argument)
    received: list[Value | Scope | None] = []
    for parameter in parameters:
        if piped is not None and not received:
            received.append(piped)
            continue
        given = named.get(parameter.name.name) or (positional.pop(0) if positional else parameter.default)
        received.append(_bound(binder, parameter, given, frame) if given is not None else None)
    for superfluous in positional:
        binder.evaluate(superfluous, frame)
    return received


def _bound(
    binder: Context, parameter: ast.FunctionParameter, given: ast.Expression, frame: Frame | None
) -> Value | Scope:
    if parameter.type is None:
        return binder.tabular(given)
    binder.passed.append(given)
    return binder.scalar(given, frame or binder.frame(None, "other"))


def _declared(parameter: ast.FunctionParameter) -> Value | Scope:
    if parameter.type is not None:
        return Value(parameter.type)
    return Scope(_columns(parameter), open=parameter.open)


def _columns(parameter: ast.FunctionParameter) -> dict[str, Column]:
    return {column.name.name: Column(column.name.name, column.type, declared=column) for column in parameter.columns}


def _received(parameter: ast.FunctionParameter, local: Value | Scope | None) -> Value | Scope:
    """The parameter's meaning inside the body, for what the call hands over."""
    if isinstance(local, Value) and parameter.type is not None:
        return replace(local, type=parameter.type)
    if isinstance(local, Scope) and parameter.type is None:
        missing = {name: column for name, column in _columns(parameter).items() if name not in local.columns}
        if not missing:
            return local
        return local.with_columns(extended(local.columns, missing))
    declared = _declared(parameter)
    if isinstance(declared, Scope):
        declared.open = True  # handed over: something that is not understood
    return declared


def _body(binder: Context, function: LocalFunction, environment: Environment) -> Value | Scope:
    outer = binder.environment, binder.next_column, binder.segment
    binder.environment, binder.next_column = environment, 1
    binder.active.append(function)
    binder.depth += _CALLS
    result = binder.run(function.node.body)
    binder.depth -= _CALLS
    binder.active.pop()
    binder.environment, binder.next_column, binder.segment = outer
    return result if result is not None else _UNKNOWN
