"""Functions of the user's that files define: what a call gives is found out by binding their text.

That is done once for each catalogue and platform, when a query first calls the function, apart from the query: facts
about the text of one have no place in the other.  A function is bound again for a call that hands over a table or
constants.  What comes out of a call are its columns with where they come from, the ActionTypes that the body leaves,
and what the body compares the call's own texts with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.calls import query_functions
from kql_lint.semantics.calls.remapping import Passage, size
from kql_lint.semantics.facts import Opened
from kql_lint.semantics.scopes.environment import LocalFunction
from kql_lint.semantics.scopes.scope import Column, Scope, Value
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.budget import Budget
    from kql_lint.catalogue import Catalogue, Definition
    from kql_lint.catalogue.scan import Parameter
    from kql_lint.semantics.context import Context
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.syntax import Parsed

# What a call costs of Python's stack, on top of what is counted in its body (see the binder's MAX_DEPTH).
_CALLS = 20

_HAS = "whose text has "

_ON_ITS_TABLE = "whose columns depend on the table that it gets"

_BINDING = "being bound"
"""Stands for a function while it is being bound: who meets it then is called by it."""


@dataclass(eq=False, slots=True)
class _Stored:
    """What is known of a function.

    function is None where it could not be made out.  parameters are its own without their defaults, which belong to
    another text.  broken: its text has a syntax error.  cut: it is too complex.  why: what to say where its columns are
    not known.
    """

    parsed: Parsed
    function: LocalFunction | None = None
    parameters: Sequence[ast.FunctionParameter] = ()
    broken: bool = False
    cut: bool = False
    why: str = ""


def call(
    binder: Context,
    node: ast.Name,
    definition: Definition,
    arguments: Sequence[ast.Expression],
    frame: Frame | None,
    piped: Scope | None = None,
) -> Value | Scope:
    """What a call gives; node is the function's name, piped the table that ``invoke`` hands over."""
    binder.budget.follow(definition, len(definition.text))
    found = _load(binder, definition)
    if found is not None and found.cut:
        binder.cut_at(node)
    if found is None or found.function is None:
        return binder.opened(node, f"{definition.name}, {found.why if found else 'which calls itself'}")
    received = query_functions.receive(binder, found.parameters, arguments, frame, piped)
    result = found.function.result
    expands = query_functions.matters(found.function, received) and definition not in binder.within
    cost = query_functions.cost(found.function, received) if expands else 0
    if not binder.affords(cost + sum(map(size, (*received, result))), node):
        return Scope(open=True) if isinstance(result, Scope) else Value()
    passage = Passage(binder, node, definition, received)
    if expands:
        inner = _inner(binder, definition, found.parsed, binder.budget)
        result = query_functions.expand(inner, found.function, received) or result
        if inner.facts.cut is not None:
            binder.cut_at(node)
        passage.comparisons(inner.facts.comparisons, inner.facts.used_otherwise)
    if isinstance(result, Value):
        return Value() if found.broken else passage.value(result)
    if result is None or result.open or found.broken:
        binder.facts.opened.append(Opened(node, f"{definition.name}, {found.why or _ON_ITS_TABLE}"))
    if result is None or found.broken:
        return Scope({name: Column(name, column.type) for name, column in _columns_of(result)}, open=True)
    return passage.scope(result)


def _columns_of(result: Scope | None) -> Iterator[tuple[str, Column]]:
    yield from result.columns.items() if result is not None else ()


def _load(binder: Context, definition: Definition) -> _Stored | None:
    """What is known of a function; None while that is being found out."""
    from kql_lint.syntax import parse

    if definition.memo.get(binder.platform) is None:
        if binder.is_deep():
            # LIMIT: what calls it stays open for the whole run, though a query that calls it outright could know more.
            return _Stored(parse(""), why="which is reached through too many functions")
        _bind_all(binder, definition)
    known = definition.memo[binder.platform]
    return known if isinstance(known, _Stored) else None


def _bind_all(binder: Context, definition: Definition) -> None:
    """Bind a function after all that it calls, one by one: Python's stack does not grow with the length of a chain."""
    waiting = [_begin(binder, definition)]
    while waiting:
        current, found, callees = waiting[-1]
        callee = next((callee for callee in callees if callee.memo.get(binder.platform) is None), None)
        if callee is not None:
            waiting.append(_begin(binder, callee))
            continue
        if not current.rivals:
            _bind(binder, current, found)
        current.memo[binder.platform] = found
        waiting.pop()


def _begin(binder: Context, definition: Definition) -> tuple[Definition, _Stored, Iterator[Definition]]:
    """A function that is about to be bound, and those that its text names."""
    from kql_lint.syntax import parse

    definition.memo[binder.platform] = _BINDING
    found = _Stored(parse("" if definition.rivals else definition.text))
    if definition.rivals:
        found.why = f"which {' and '.join((definition.path, *definition.rivals))} define in different ways"
    return definition, found, _callees(binder.catalogue, found.parsed.query)


def _callees(catalogue: Catalogue, query: ast.Query) -> Iterator[Definition]:
    names = catalogue.stored_functions()
    for node in ast.walk(query):
        if isinstance(node, ast.Name) and node.name in names:
            function = catalogue.function(node.name)
            if function is not None and function.definition is not None:
                yield function.definition


def _bind(binder: Context, definition: Definition, found: _Stored) -> None:
    """Find out what the function gives, with its parameters as they are declared."""
    inner = _inner(binder, definition, found.parsed)
    function = _function(inner, definition, found.parsed.query)
    _report(binder, definition, found, missing=function is None)
    if function is None:
        found.why = found.why or f"which {definition.path} does not define"
        return
    found.function = function
    found.cut = inner.facts.cut is not None
    found.parameters = [_without_default(parameter) for parameter in function.node.parameters]
    if found.cut and not found.why:
        found.why = "which is too complex to analyze completely"
    opened = next((item for item in inner.facts.opened if not item.settled), None)
    if opened is not None and not found.why:
        # Through however many functions: what is behind it all, and where that stands.
        _, through, root = opened.reason.rpartition(_HAS)
        place = "" if through else f" ({_place(definition, opened.node.start)})"
        found.why = f"{_HAS}{root if through else opened.told()}{place}"


def _report(binder: Context, definition: Definition, found: _Stored, *, missing: bool) -> None:
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


def _function(inner: Context, definition: Definition, query: ast.Query) -> LocalFunction | None:
    """The function that a text stands for: one of its ``let`` statements, or the whole of it as a body."""
    if definition.let:
        inner.run([statement for statement in query.statements if isinstance(statement, ast.Let)])
        local = inner.environment.find(definition.let)
        return local if isinstance(local, LocalFunction) else None
    parameters = [_parameter(parameter) for parameter in definition.parameters]
    body = ast.Function(query.start, query.end, parameters, query.statements, False)
    return query_functions.declare(inner, definition.name, body)


def _inner(binder: Context, definition: Definition, parsed: Parsed, budget: Budget | None = None) -> Context:
    """A binder for the function's text, with facts of its own, and a budget of its own where none is given."""
    inner = binder.apart(parsed.query, definition.text, binder.depth + _CALLS, budget)
    inner.within = (*binder.within, definition)
    return inner


def _parameter(parameter: Parameter) -> ast.FunctionParameter:
    columns = [ast.ColumnDeclaration(0, 0, ast.Name(0, 0, name), kind) for name, kind in parameter.columns]
    return ast.FunctionParameter(0, 0, ast.Name(0, 0, parameter.name), parameter.type, columns, parameter.open, None)


def _without_default(parameter: ast.FunctionParameter) -> ast.FunctionParameter:
    name, columns = parameter.name, parameter.columns
    return ast.FunctionParameter(0, 0, name, parameter.type, columns, parameter.open, None)
