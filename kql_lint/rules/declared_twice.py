"""A name is declared for a second time where the first declaration still holds.

The service refuses the query: within a query, or within the body of a function, a `let` gives a name once. So do the
parameters of a function, which its body can't declare again, those of `declare query_parameters`, and the columns of a
`datatable` or `externaldata`. Most often a statement was copied, and its copy has to have a name of its own or to go.

A function's body may well declare a name that the query has declared, too: inside it, the nearer one counts.

## Bad

```kql
let Window = 10d;
let Window = 1d;
DeviceNetworkEvents
| where Timestamp > ago(Window) and ActionType == "InboundConnectionAccepted"
```

## Good

```kql
let Window = 10d;
DeviceNetworkEvents
| where Timestamp > ago(Window) and ActionType == "InboundConnectionAccepted"
```

## When to silence it

Never: the query does not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._names import let_statements
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    yield from _repeated(facts, _declared(facts.query.statements))
    for let in let_statements(facts):
        if isinstance(let.value, ast.Function):
            parameters = [parameter.name for parameter in let.value.parameters]
            yield from _repeated(facts, [*parameters, *_declared(let.value.body)])
    for node in facts.nodes_of(ast.DataTable, ast.ExternalData):
        yield from _repeated(facts, [column.name for column in node.columns], "the column ")


def _declared(statements: Iterable[ast.Statement]) -> Iterator[ast.Name]:
    from kql_lint.syntax import ast

    for statement in statements:
        if isinstance(statement, ast.Let):
            yield statement.name
        elif isinstance(statement, ast.DeclareParameters):
            yield from (parameter.name for parameter in statement.parameters)


def _repeated(facts: Facts, names: Iterable[ast.Name], what: str = "") -> Iterator[Diagnostic]:
    """The names that stand there for a second time; none behind a syntax error or in a hole."""
    from kql_lint.syntax import touches

    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    first: dict[str, ast.Name] = {}
    for node in names:
        if node.start >= end or touches(facts.holes, node.start, node.end):
            continue
        earlier = first.setdefault(node.name, node)
        if earlier is not node:
            related = (Related(earlier.start, earlier.end, f'"{node.name}" is declared here'),)
            message = f'{what}"{node.name}" is declared already'
            yield RULE.report(node.start, node.end, message, related=related)


RULE = Rule(
    code="KL212",
    name="declared-twice",
    summary="A name that is declared a second time",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
