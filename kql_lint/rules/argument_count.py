"""A function is called with more arguments than it takes, with fewer than it needs, or with one of another name.

The service refuses the query. Most often a bracket is closed in the wrong place, so that an argument of the outer
function has become one of the inner; or the `else` of `iff` or `case` is missing.

The functions that a query defines with `let` are checked as KQL's own are, and so are calls of a pattern that is
declared without a body. Of functions that are saved in the workspace nothing is known. The values of a `datatable` are
counted too: they come in whole rows.

## Bad

```kql
DeviceProcessEvents
| extend Kind = iff(FileName =~ "powershell.exe", "shell")
```

```kql
let IsOffice = (name: string) { name in~ ("winword.exe", "excel.exe") };
DeviceProcessEvents
| where IsOffice(InitiatingProcessFileName, FileName)
```

## Good

```kql
let IsOffice = (name: string) { name in~ ("winword.exe", "excel.exe") };
DeviceProcessEvents
| where IsOffice(InitiatingProcessFileName)
| extend Kind = iff(FileName =~ "powershell.exe", "shell", "other")
```

## When to silence it

When the function has got a parameter that this version of kql-lint does not know yet. Please report it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._types import aggregates_rows, applications, is_allowed
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Application, MisfitCall
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.functions import FunctionSignature


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for application in applications(facts):
        given = len(application.types)
        if not application.signature.takes(given) and _is_countable(application):
            name = application.node.name
            takes = _takes(application.signature, given)
            yield RULE.report(name.start, name.end, f"{name.name}() takes {takes}, not {given}")
    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    yield from _of_empty_patterns(facts, end)
    yield from _of_no_parameter(facts, end)
    yield from _incomplete_rows(facts, end)
    places = {call.node: call for call in facts.misfit_calls if call.node.start < end}
    yield from map(_local, places.values())


def _of_empty_patterns(facts: Facts, end: int) -> Iterator[Diagnostic]:
    """Calls of a pattern that is declared without a body, up to an offset: none of them has a meaning."""
    from kql_lint.syntax import ast

    empty = {
        statement.name.name
        for statement in facts.query.statements
        if isinstance(statement, ast.DeclarePattern)
        and facts.text[statement.name.end : statement.end].strip(" ;") == ""
    }
    for node in facts.nodes_of(ast.Call) if empty else ():
        if node.name.name in empty and node.start < end:
            message = f'the pattern "{node.name.name}" is declared without a body, so that no call of it fits'
            yield RULE.report(node.name.start, node.name.end, message)


def _of_no_parameter(facts: Facts, end: int) -> Iterator[Diagnostic]:
    """Arguments of the query's functions, up to an offset, that are given to a parameter which there is not."""
    named = {
        item.node: item.function for item in facts.misfit_arguments if item.lacks is None and item.node.start < end
    }
    for node, function in named.items():
        yield RULE.report(node.start, node.end, f'{function}() has no parameter "{node.name}"')


def _incomplete_rows(facts: Facts, end: int) -> Iterator[Diagnostic]:
    """Literal tables, up to an offset, whose last row lacks values."""
    from kql_lint.semantics.placeholders import is_value
    from kql_lint.syntax import ast

    for node in facts.nodes_of(ast.DataTable):
        if not node.values or not node.columns or node.end > end:
            continue
        width, given = len(node.columns), len(node.values)
        whole = is_value(node.values) and not any(isinstance(value, ast.Damaged) for value in node.values)
        if whole and given % width:
            last = node.values[-1]
            message = f"the last row of this datatable has {given % width} of {width} values"
            yield RULE.report(last.start, last.end, message)


def _is_countable(application: Application) -> bool:
    """Whether the arguments are those of this function, and as many as it looks: a star may stand for several."""
    from kql_lint.semantics.placeholders import is_value
    from kql_lint.syntax import ast

    if aggregates_rows(application) and (application.signature.kind == "scalar" or not is_allowed(application)):
        return False  # KL304's, which says what may be meant
    several = (ast.Damaged, ast.Wildcard)
    if not is_value(application.node.arguments):
        return False
    return not any(isinstance(argument, several) for argument in application.node.arguments)


def _local(call: MisfitCall) -> Diagnostic:
    node = call.node
    takes = _range(call.least, call.most)
    return RULE.report(node.start, node.end, f"{node.name}() takes {takes}, not {call.given}")


def _takes(signature: FunctionSignature, given: int) -> str:
    overload = signature.overloads[0]
    if given >= signature.min_args and any(parameter.grouped for parameter in overload.parameters):
        if overload.parameters[-1].grouped:
            return "its arguments in pairs"
        return "pairs of a condition and a value, then one value for all other cases"
    return _range(signature.min_args, signature.max_args)


def _range(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more arguments"
    if least == most:
        return f"{most or 'no'} argument{'s' if most != 1 else ''}"
    return f"{least} {'or' if most == least + 1 else 'to'} {most} arguments"


RULE = Rule(
    code="KL303",
    name="argument-count",
    summary="A function called with too many arguments, or too few",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
