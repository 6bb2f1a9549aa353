"""Calls: KQL's own functions, those the query defines, those the platforms add."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.calls import bags, query_functions
from kql_lint.semantics.calls.arguments import applied, arguments_of, signature_of
from kql_lint.semantics.calls.derived import derived, of_call
from kql_lint.semantics.calls.folding import COLLECTIONS, collected, folded
from kql_lint.semantics.calls.intrinsics import SPECIAL
from kql_lint.semantics.events.kinds import kinds_of, tells_kind
from kql_lint.semantics.events.narrowing import narrow, of_value
from kql_lint.semantics.facts import FunctionUse
from kql_lint.semantics.placeholders import is_value
from kql_lint.semantics.scopes.environment import Local, LocalFunction
from kql_lint.semantics.scopes.scope import UNKNOWN, Column, Derivation, Row, Scope, Value, constant_text
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import PlatformFunction
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame

_UNKNOWN = Value()

_TRIMS = frozenset({"trim", "trim_start", "trim_end"})
# A pattern that matches white space alone.
_WHITE_SPACE = re.compile(r"(?:\\[snrt]|[ \t]|\[(?:\\[snrt]|[ \t])+\]|[*+?])+")
_CASES = {"tolower": "lower", "toupper": "upper"}


def scalar_call(binder: Context, node: ast.Call, frame: Frame) -> Value:
    """The value of a call where a scalar is wanted."""
    local = call(binder, node, frame)
    return local if isinstance(local, Value) else query_functions.as_value(binder, node, local)


def call(binder: Context, node: ast.Call, frame: Frame) -> Local:
    """What a call gives."""
    name = node.name.name
    local = binder.environment.find(name)
    if local is not None:
        binder.name_use(node.name, name)
        if not isinstance(local, LocalFunction):
            return local
        query_functions.count(binder, node, local)
        return query_functions.call(binder, node, local, node.arguments, frame)
    binder.facts.calls.append(node.name)
    special = SPECIAL.get(name)
    if special is not None:
        return special(binder, node, frame)
    signature = signature_of(name, frame)
    if signature is not None:
        return _known_call(binder, node, signature, frame)
    return _platform_call(binder, node, frame)


def is_known(binder: Context, name: str) -> bool:
    """Whether a function of this name exists."""
    kinds = (functions.scalar, functions.source, functions.aggregate)
    return any(kind(name) for kind in kinds) or binder.catalogue.function(name) is not None


def is_table(binder: Context, name: str) -> bool:
    """Whether the bare name may stand for a table: ``in (OurParser)``; KQL's own functions always have brackets."""
    function = binder.catalogue.function(name)
    if function is not None and (function.own or function.kind == "tabular"):
        return True
    return functions.source(name) is not None or bool(binder.catalogue.tables(name))


def _known_call(binder: Context, node: ast.Call, signature: functions.FunctionSignature, frame: Frame) -> Value:
    name = node.name.name
    if signature.kind == "aggregate" and name.endswith("if"):
        values = _filtered_arguments(binder, node, frame)
    else:
        values = arguments_of(binder, node, frame)
    kind = applied(binder, node, signature, values, frame)
    if name in bags.PARSERS and values and values[0].constants is None:
        return bags.parsed(kind, values[0])
    bags.read_by_function(binder, node, values, frame)
    truth = of_call(name, values)
    if truth is not None:
        return Value(kind, derivation=Derivation(truth=truth))
    last = values[-1] if values else _UNKNOWN
    if last.constants is None and (name == "tostring" or (name in _TRIMS and _trims_white_space(values))):
        return replace(last, type=kind)
    if last.constants is None and last.origins and name in _CASES:
        return Value(kind, last.origins, None, _CASES[name], partial=last.partial, absent=last.absent, apart=last.apart)
    if signature.kind == "aggregate":
        return collected(node, kind, values, frame) if name in COLLECTIONS else Value(kind)
    result, made = folded(binder, node, name, kind, values), derived(name, values, kind)
    return result if made.derivation is None else replace(result, derivation=made.derivation)


def _trims_white_space(values: list[Value]) -> bool:
    """Whether a trim takes white space off what has none at its ends, so that all is left."""
    pattern = constant_text(values[0]) if len(values) == 2 else None
    if pattern is None or not _WHITE_SPACE.fullmatch(pattern):
        return False
    return not any(tells_kind(origin) and _may_have_blanks(origin.row) for origin in values[1].origins)


def _may_have_blanks(row: Row) -> bool:
    """Whether a kind of event of the row's table may begin or end with white space, as one of CloudAppEvents does."""
    known = kinds_of(row)
    return known is None or not known.closed or any(value != value.strip() for value in known.values)


def _filtered_arguments(binder: Context, node: ast.Call, frame: Frame) -> list[Value]:
    """The arguments of ``countif(p)``, ``sumif(x, p)`` and their like: p narrows what x is read from."""
    place = 0 if node.name.name == "countif" else 1
    if place >= len(node.arguments) or not is_value(node.arguments):
        return arguments_of(binder, node, frame)
    states, filters, frame.filters = frame.states, frame.filters, False
    predicate = node.arguments[place]
    values = {place: binder.scalar(predicate, frame)}
    truth = of_value(values[place])
    if truth is not None:
        frame.states = narrow(states, truth.holds, predicate)
    for index, argument in enumerate(node.arguments):
        if index != place:
            values[index] = binder.scalar(argument, frame)
    frame.states, frame.filters = states, filters
    return [values[index] for index in range(len(node.arguments))]


def _platform_call(binder: Context, node: ast.Call, frame: Frame) -> Local:
    function = binder.catalogue.function(node.name.name)
    if function is not None:
        return platform(binder, node.name, function, node.arguments, frame)
    for argument in node.arguments:
        # What a function that nothing is known of makes of a bare name is not known either.
        if frame.columns or not isinstance(argument, (ast.Name, ast.Binary)):
            binder.evaluate(argument, frame)
    if functions.source(node.name.name) is not None:
        return binder.opened(node, f"{node.name.name}, which is not modelled")
    binder.unknown_function(node.name)
    return _UNKNOWN


def platform(
    binder: Context,
    node: ast.Name,
    function: PlatformFunction,
    arguments: Sequence[ast.Expression],
    frame: Frame | None,
) -> Value | Scope:
    """What a function gives that a platform or the user adds; node is its name."""
    binder.facts.functions.append(FunctionUse(node, function.name, function))
    if function.definition is not None:
        from kql_lint.semantics.calls import stored_functions

        return stored_functions.call(binder, node, function.definition, arguments, frame)
    for argument in arguments:
        binder.evaluate(argument, frame)
    if not function.tabular:
        return Value(function.returns or UNKNOWN)
    if not function.open:
        return Scope(platform_columns(function))
    return binder.opened(node, f"{function.name} may give further columns", platform_columns(function))


def platform_columns(function: PlatformFunction) -> dict[str, Column]:
    """The columns that are known of what a function of the platform gives."""
    return {name: Column(name, kind) for name, kind in function.columns.items()}
