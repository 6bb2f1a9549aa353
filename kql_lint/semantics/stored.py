"""Functions of the user's that files define: what a call gives is found out by binding their text.

That is done once for each catalogue and platform, when a query first calls the function, apart from the query: facts
about the text of one have no place in the other.  A function that takes a table is bound again for each call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics import invocation
from kql_lint.semantics.environment import LocalFunction
from kql_lint.semantics.scope import UNKNOWN, Column, Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import Definition
    from kql_lint.catalogue.scan import Parameter
    from kql_lint.semantics.binder import Binder
    from kql_lint.semantics.frame import Frame
    from kql_lint.syntax import Parsed

# What a call costs of Python's stack, on top of what is counted in its body (see the binder's MAX_DEPTH).
_CALLS = 60

_HAS = "whose text has "

_BINDING = "being bound"
"""Stands for a function while it is being bound: who meets it then is called by it."""


@dataclass(eq=False, slots=True)
class _Stored:
    """What is known of a function.

    function is None where it could not be made out.  parameters are its own without their defaults, which belong to
    another text.  broken: its text has a syntax error.  why: what to say where its columns are not known.
    """

    parsed: Parsed
    function: LocalFunction | None = None
    parameters: Sequence[ast.FunctionParameter] = ()
    broken: bool = False
    why: str = ""


def call(
    binder: Binder,
    node: ast.Name,
    definition: Definition,
    arguments: Sequence[ast.Expression],
    frame: Frame | None,
    piped: Scope | None = None,
) -> Value | Scope:
    """What a call gives; node is the function's name, piped the table that ``invoke`` hands over.

    LIMIT: constants that are handed over don't reach the body, and the ActionTypes that a body keeps don't come out.
    """
    found = _load(binder, definition)
    if found is None or found.function is None:
        return binder.opened(node, f"{definition.name}, {found.why if found else 'which calls itself'}")
    received = invocation.receive(binder, found.parameters, arguments, frame, piped)
    result = found.function.result
    if found.function.tabular:
        inner = _inner(binder, definition, found.parsed)
        inner.expansions = binder.expansions
        result = invocation.expand(inner, found.function, received) or result
        binder.expansions = inner.expansions
    if isinstance(result, Value):
        return Value(UNKNOWN if found.broken else result.type)
    return _foreign(binder, node, definition, found, result or Scope(open=True))


def _foreign(binder: Binder, node: ast.Name, definition: Definition, found: _Stored, result: Scope) -> Scope:
    """The columns alone: where they come from lies in another text."""
    columns = {name: Column(name, column.type) for name, column in result.columns.items()}
    if result.open or found.broken:
        why = found.why or "whose columns depend on the table that it gets"
        return binder.opened(node, f"{definition.name}, {why}", columns)
    return Scope(columns, hidden=result.hidden)


def _load(binder: Binder, definition: Definition) -> _Stored | None:
    """What is known of a function; None while that is being found out."""
    from kql_lint.semantics.binder import MAX_DEPTH
    from kql_lint.syntax import parse

    known = definition.memo.get(binder.platform)
    if known is not None:
        return known if isinstance(known, _Stored) else None
    parsed = parse("" if definition.rivals else definition.text)
    found = _Stored(parsed)
    if definition.rivals:
        found.why = f"which {' and '.join((definition.path, *definition.rivals))} define in different ways"
    elif binder.depth + _CALLS > MAX_DEPTH:
        # LIMIT: what calls it stays open for the whole run, though a query that calls it outright could know more.
        found.why = "which is reached through too many functions"
        return found
    else:
        definition.memo[binder.platform] = _BINDING
        _bind(binder, definition, found)
    definition.memo[binder.platform] = found
    return found


def _bind(binder: Binder, definition: Definition, found: _Stored) -> None:
    """Find out what the function gives, with its parameters as they are declared."""
    inner = _inner(binder, definition, found.parsed)
    function = _function(inner, definition, found.parsed.query)
    _report(binder, definition, found, missing=function is None)
    if function is None:
        found.why = found.why or f"which {definition.path} does not define"
        return
    found.function = function
    found.parameters = [_without_default(parameter) for parameter in function.node.parameters]
    opened = next((item for item in inner.facts.opened if not item.settled), None)
    if opened is not None and not found.why:
        # Through however many functions: what is behind it all, and where that stands.
        _, through, root = opened.reason.rpartition(_HAS)
        place = "" if through else f" ({_place(definition, opened.node.start)})"
        found.why = f"{_HAS}{root if through else opened.told()}{place}"


def _report(binder: Binder, definition: Definition, found: _Stored, *, missing: bool) -> None:
    """A text that is not KQL can't be trusted: the user is told, once, and its columns are open."""
    from kql_lint.catalogue import Problem

    error = next(iter(found.parsed.diagnostics), None)
    if error is not None:
        found.broken = True
        found.why = f"which has a syntax error ({_place(definition, error.start)})"
        message = f"the function {definition.name} has a syntax error: {error.message}"
    elif missing:
        message = f"the function {definition.name} is not defined here"
    else:
        return
    line, column = definition.position(error.start if error is not None else 0)
    problem = Problem(definition.path, line, column, message)
    if str(problem) not in map(str, binder.catalogue.problems):  # once for each platform
        binder.catalogue.problems.append(problem)


def _place(definition: Definition, offset: int) -> str:
    line, column = definition.position(offset)
    return f"{definition.path}:{line}:{column}"


def _function(inner: Binder, definition: Definition, query: ast.Query) -> LocalFunction | None:
    """The function that a text stands for: one of its ``let`` statements, or the whole of it as a body."""
    if definition.let:
        inner.run([statement for statement in query.statements if isinstance(statement, ast.Let)])
        local = inner.environment.find(definition.let)
        return local if isinstance(local, LocalFunction) else None
    parameters = [_parameter(parameter) for parameter in definition.parameters]
    body = ast.Function(query.start, query.end, parameters, query.statements, False)
    return invocation.declare(inner, definition.name, body)


def _inner(binder: Binder, definition: Definition, parsed: Parsed) -> Binder:
    """A binder for the function's text, with facts of its own."""
    from kql_lint.semantics.binder import Binder

    depth = binder.depth + _CALLS
    return Binder(parsed.query, definition.text, binder.catalogue, binder.platform, False, (), depth)


def _parameter(parameter: Parameter) -> ast.FunctionParameter:
    columns = [ast.ColumnDeclaration(0, 0, ast.Name(0, 0, name), kind) for name, kind in parameter.columns]
    return ast.FunctionParameter(0, 0, ast.Name(0, 0, parameter.name), parameter.type, columns, parameter.open, None)


def _without_default(parameter: ast.FunctionParameter) -> ast.FunctionParameter:
    name, columns = parameter.name, parameter.columns
    return ast.FunctionParameter(0, 0, name, parameter.type, columns, parameter.open, None)
