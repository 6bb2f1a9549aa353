"""evaluate with its plugins, and invoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.calls import dispatch, query_functions
from kql_lint.semantics.facts import FunctionUse
from kql_lint.semantics.operators.columns import dropped
from kql_lint.semantics.scopes.environment import LocalFunction
from kql_lint.semantics.scopes.scope import Column, Scope, Value, extended
from kql_lint.semantics.tables import declared_columns
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

# Plugins that add columns to each row, or take one apart; behind any other the input's rows are gone.
# What each column of the input costs.
_COLUMN = 10
_EXTRA_KEY = "ExtraKey"
_KEEP_ROWS = frozenset({"bag_unpack", "ipv4_lookup", "ipv6_lookup", "geo_polygon_lookup", "geo_line_lookup"})


def evaluate(binder: Context, operator: ast.Evaluate, scope: Scope | None) -> Scope:
    """``evaluate plugin(arguments) : (schema)``."""
    given = scope or Scope()
    arguments = _arguments(binder, operator.call, given)
    binder.facts.calls.append(operator.call.name)
    name = operator.call.name.name
    if functions.plugin(name) is None:
        binder.unknown_function(operator.call.name, plugin=True)
    if not binder.affords(_COLUMN * len(given.columns), operator):
        return Scope(open=True)
    pairs = [(column.name, column.type) for column in given.columns.values()]
    output = functions.plugin_output(operator.call, arguments, pairs, given.open)
    columns = {column.name: _column(column, given, operator) for column in output.columns}
    is_open = output.open
    if operator.schema is not None:
        columns = {**(columns if operator.schema.open else {}), **declared_columns(operator.schema.columns)}
        is_open = operator.schema.open and given.open
    elif is_open:
        binder.opened(operator, f"evaluate {name}, whose columns depend on the data")
    return _behind(binder, operator, given, Scope(columns, is_open, dropped(given, columns, operator)))


def _behind(binder: Context, operator: ast.Evaluate, given: Scope, result: Scope) -> Scope:
    if operator.call.name.name in _KEEP_ROWS:
        return Scope(result.columns, result.open, result.dropped, given.states, given.hidden, mixed=given.mixed)
    binder.end_segment(given)
    stripped = {name: Column(name, column.type, (), column.declared) for name, column in result.columns.items()}
    return Scope(stripped, result.open, result.dropped)


def _column(output: functions.OutputColumn, scope: Scope, node: ast.Node) -> Column:
    column = scope.columns.get(output.source) if output.source is not None else None
    if column is not None and column.type == output.type:
        return column if column.name == output.name else column.renamed(output.name, node)
    return Column(output.name, output.type, declared=node)


def _arguments(binder: Context, call: ast.Call, scope: Scope) -> list[functions.Argument]:
    """Bind a plugin's arguments; names after a table that comes first may be that table's columns."""
    signature = functions.plugin(call.name.name)
    parameters = signature.parameters if signature is not None else ()
    keys_from = next((index for index, item in enumerate(parameters) if item.name == _EXTRA_KEY), len(call.arguments))
    frame = binder.frame(scope, "plugin")
    bound: list[functions.Argument] = []
    for index, node in enumerate(call.arguments):
        if index == 0 and parameters and parameters[0].type == "table":
            table = binder.tabular(node)
            frame.right = table
            pairs = [(column.name, column.type) for column in table.columns.values()]
            bound.append(functions.Argument(node, columns=pairs, open=table.open))
        elif index >= keys_from and isinstance(node, ast.Name):
            bound.append(functions.Argument(node, _common_key(binder, node, frame).type))
        else:
            bound.append(functions.Argument(node, _argument(binder, node, frame).type))
    return bound


def _common_key(binder: Context, node: ast.Name, frame: Frame) -> Value:
    """A key that both the input and the table have."""
    right = frame.right
    value = binder.scalar(node, binder.frame(frame.scope, "plugin"))
    if right is not None and not right.open and node.name not in right.columns and node.name in frame.columns:
        binder.missing_key(node, "right", right)
    return value


def _argument(binder: Context, node: ast.Expression, frame: Frame) -> Value:
    if isinstance(node, ast.NamedExpression):
        node = node.value
    return binder.scalar(node, frame)


def invoke(binder: Context, operator: ast.Invoke, scope: Scope | None) -> Scope:
    """``invoke f(arguments)``: the input is f's first argument."""
    scope = scope or Scope(open=True)
    call = operator.call
    if not isinstance(call, ast.Call):
        return binder.opened(operator, "invoke of what is not a call")
    frame = binder.frame(None, "other")
    local = binder.environment.find(call.name.name)
    if isinstance(local, LocalFunction):
        binder.name_use(call.name, call.name.name)
        query_functions.count(binder, call, local, piped=True)
        result = query_functions.call(binder, call.name, local, call.arguments, frame, scope)
        return result if isinstance(result, Scope) else binder.opened(operator, "invoke of a scalar function")
    binder.facts.calls.append(call.name)
    return _platform(binder, operator, call, scope)


def _platform(binder: Context, operator: ast.Invoke, call: ast.Call, scope: Scope) -> Scope:
    function = binder.catalogue.function(call.name.name)
    if function is not None:
        binder.facts.functions.append(FunctionUse(call.name, function.name, function))
        if function.definition is not None:
            frame = binder.frame(None, "other")
            from kql_lint.semantics.calls import stored_functions

            result = stored_functions.call(binder, call.name, function.definition, call.arguments, frame, scope)
            binder.end_segment(scope)
            return result if isinstance(result, Scope) else binder.opened(operator, "invoke of a scalar function")
    for argument in call.arguments:
        binder.scalar(argument, binder.frame(scope, "other"))
    if function is None:
        if not dispatch.is_known(binder, call.name.name):
            binder.unknown_function(call.name)
        return binder.opened(operator, "invoke of a function that the catalogue does not have")
    added = dispatch.platform_columns(function)
    if function.kind != "invoke" or function.open:
        every = extended(scope.columns, added) if function.kind == "invoke" else added
        return binder.opened(operator, f"{function.name} may give further columns", every)
    return scope.with_columns(extended(scope.columns, added))
