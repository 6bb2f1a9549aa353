"""A function gets an argument of a type that it does not take.

The service refuses the query, or the function gives nothing: there is no sum of texts, and `substring` starts at a
number. Texts that hold numbers, times or JSON have to be converted first.

Some arguments have to be constants: a regular expression, a format, a part of a date. A column can't be one. Of a part
of a date there are a few only (`day`, not `days`). The arguments of `coalesce`, `max_of` and `min_of` are of one type,
and `bin` rounds times to times, numbers to numbers.

A function of the query that names the columns of a table takes only tables that have them.

Numbers pass for one another. Dynamic values pass for anything, since they hold values of any type. Nothing is reported
of an argument whose type can't be known, nor where a column may well hold JSON that the schema calls a text.

## Bad

```kql
SigninLogs
| summarize Failures = sum(ResultType) by UserPrincipalName
```

```kql
DeviceProcessEvents
| extend Day = format_datetime("2024-03-01", "yyyy-MM")
```

```kql
IdentityInfo
| extend Age = datetime_diff("days", now(), AccountCreationTime)
```

## Good

```kql
SigninLogs
| summarize Failures = countif(ResultType != "0") by UserPrincipalName
```

```kql
DeviceProcessEvents
| extend Day = format_datetime(Timestamp, "yyyy-MM"), Length = strlen(ProcessCommandLine)
| extend Version = toint(split(ProcessVersionInfoProductVersion, ".")[0])
```

## When to silence it

When a column has another type in your workspace than in the catalogue. Better: declare it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._argument_sets import unfit
from kql_lint.rules._types import advice, applications, cast, with_article
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Application
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.functions import FunctionSignature, Parameter
    from kql_lint.syntax import ast

# These give back what is no text as it is.
# Source: https://learn.microsoft.com/en-us/kusto/query/parse-json-function
_TAKE_ANYTHING = frozenset({"parse_json", "parsejson", "todynamic", "toobject"})
# Of a bool or a guid Microsoft's language service says more than is sure to hold for the service itself.
_REPORTED = frozenset({"string", "int", "long", "real", "decimal", "datetime", "timespan"})
_WORDS = {
    "number": "a number",
    "integer": "an integer",
    "summable": "a number, datetime or timespan",
    "orderable": "a number, datetime, timespan, string or bool",
    "text": "a string or dynamic value",
    "array": "a dynamic array",
    "bag": "a dynamic property bag",
}

_ARRAYS = "split() makes an array of the parts of a text, parse_json() of JSON"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for application in applications(facts):
        if application.clause != "search" and application.signature.name not in _TAKE_ANYTHING:
            yield from _unfit(facts, application)
            yield from _no_constants(facts, application)
            for node, message in unfit(application):
                yield RULE.report(node.start, node.end, message)
    yield from _lacking(facts)


def _lacking(facts: Facts) -> Iterator[Diagnostic]:
    """Tables handed over to functions of the query that lack a column which the function asks for."""
    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    lacking = {item.node: item for item in facts.misfit_arguments if item.lacks is not None and item.node.start < end}
    for node, item in lacking.items():
        message = f'{item.function}() takes a table with a column "{item.lacks}", which the one it is given lacks'
        yield RULE.report(node.start, node.end, message)


def _unfit(facts: Facts, application: Application) -> Iterator[Diagnostic]:
    misfits = _misfits(application.signature, application.types)
    if not misfits:
        return
    from kql_lint.semantics.placeholders import is_value

    if not is_value(application.node.arguments):
        return
    named = {condition.node for condition in facts.named_conditions}
    for place, parameters in misfits:
        if application.node.arguments[place] not in named and _is_sure(application, place, parameters):
            yield _report(facts, application, place, parameters)


def _no_constants(facts: Facts, application: Application) -> Iterator[Diagnostic]:
    """Arguments that are read from a row where the function takes a constant, as regular expressions are."""
    for place, parameter in _constants(application.signature, len(application.types)):
        node = application.node.arguments[place]
        if application.arguments[place].constants is None and _reads_column(facts, node):
            what = f"argument {place + 1} ({parameter.name}) of {application.node.name.name}()"
            yield RULE.report(node.start, node.end, f"{what} must be a constant, not a column")


def _reads_column(facts: Facts, node: ast.Expression) -> bool:
    from kql_lint.syntax import ast

    stack: list[ast.Node] = [node]
    inside: set[ast.Node] = set()
    while stack:
        inner = stack.pop()
        inside.add(inner)
        if not isinstance(inner, ast.Pipeline):  # a subquery gives one value for all rows
            stack.extend(ast.children(inner))
    return any(read.node in inside for read in facts.reads)


@lru_cache(maxsize=4096)
def _constants(signature: FunctionSignature, count: int) -> tuple[tuple[int, Parameter], ...]:
    """The places of a call's count arguments that take constants alone, with their parameters."""
    return tuple(signature.wants_constant(count))


@lru_cache(maxsize=4096)
def _misfits(signature: FunctionSignature, types: tuple[str, ...]) -> tuple[tuple[int, tuple[Parameter, ...]], ...]:
    """The places of arguments that no overload takes there, each with the parameters that stand there."""
    overloads = [overload for overload in signature.overloads if overload.takes(len(types))]
    if any(all(parameter.accepts(kind) for kind, parameter in overload.matched(types)) for overload in overloads):
        return ()
    rows = [overload.assign(len(types)) for overload in overloads]
    found: list[tuple[int, tuple[Parameter, ...]]] = []
    for place, kind in enumerate(types):
        parameters = tuple([row[place] for row in rows if place < len(row)])
        taken = len(parameters) < len(rows) or any(parameter.accepts(kind) for parameter in parameters)
        if parameters and not taken:
            found.append((place, parameters))
    return tuple(found)


def _is_sure(application: Application, place: int, parameters: Sequence[Parameter]) -> bool:
    from kql_lint.semantics.contracts import is_surely_static

    kind = application.types[place]
    if kind not in _REPORTED or not application.arguments[place].is_settled:
        return False
    if not all(parameter.type in ("array", "bag", "dynamic") for parameter in parameters):
        return True
    return is_surely_static(application.arguments[place])


def _report(facts: Facts, application: Application, place: int, parameters: Sequence[Parameter]) -> Diagnostic:
    node, kind = application.node.arguments[place], application.types[place]
    wanted = list(dict.fromkeys(part for parameter in parameters for part in parameter.type.split("|")))
    taken = listing([_WORDS.get(part) or with_article(part) for part in wanted], "or")
    name = application.node.name.name
    message = f"{name}() takes {taken} as argument {place + 1} ({parameters[0].name}), not {with_article(kind)}"
    if wanted == ["array"] and kind == "string":
        return RULE.report(node.start, node.end, message, help=_ARRAYS)
    text = cast(facts, node, kind, wanted[0]) if len(wanted) == 1 else None
    return RULE.report(node.start, node.end, message + advice(text))


RULE = Rule(
    code="KL302",
    name="argument-type",
    summary="An argument of a type that the function does not take",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
