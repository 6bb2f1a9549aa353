"""A `let` has the name of a table, so that the table can't be reached below it.

Whoever reads `SigninLogs | ...` thinks of the table, and the query means something narrower. A colleague who adds a
condition for all sign-ins adds it to the few that the `let` has left.

A `let` that replaces the table on purpose is not reported: one that reads another table (`let EmailEvents =
EmailEvents_CL`), the rows of a `datatable`, or a value, where the query doesn't read the table as well.

Only tables of the platform that the query is for are meant: `DnsEvents` is a fine name in a query on Defender's own
tables. Where nothing tells the platform, the tables that the query uses do; in doubt nothing is reported.

## Bad

```kql
let SigninLogs = SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "50126";
SigninLogs
| summarize Attempts = count() by IPAddress
```

## Good

```kql
let FailedSignins = SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "50126";
FailedSignins
| summarize Attempts = count() by IPAddress
```

## When to silence it

When the narrowed table is meant wherever the query names it, and its readers know.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import let_statements
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_HELP = "below it the name means the let; another name keeps the two apart"
_EVERYWHERE = "custom"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    read = {row.name for row in facts.rows}
    for let in let_statements(facts):
        node = let.name
        if node.name not in facts.catalogue.table_names() or not (node.name in read or _is_meant(facts, let)):
            continue
        if _possible(facts) <= _platforms(facts, node.name):
            yield RULE.report(node.start, node.end, f'this let hides the table "{node.name}"', help=_HELP)


def _is_meant(facts: Facts, let: ast.Let) -> bool:
    """Whether the query means the table by the name of a let that is none: ``let Usage = 90; Usage | take 5``."""
    from kql_lint.syntax import ast

    if isinstance(let.value, (ast.Pipeline, ast.Function, ast.DataTable, ast.ExternalData, ast.Name, ast.Call)):
        return False
    sources = (node.source for node in facts.nodes_of(ast.Pipeline) if node.operators)
    return any(isinstance(source, ast.Name) and source.name == let.name.name for source in sources)


def _possible(facts: Facts) -> set[str]:
    """The platforms that the query can be for: that which it is said to be for, or those of the tables it uses."""
    if facts.platform != "auto":
        return {facts.platform}
    possible = {"defender", "sentinel"}
    for name in {row.name for row in facts.rows}:
        possible = (possible & _platforms(facts, name)) or possible
    return possible


def _platforms(facts: Facts, name: str) -> set[str]:
    platforms = {table.platform for table in facts.catalogue.tables(name)}
    return {"defender", "sentinel"} if _EVERYWHERE in platforms else platforms


RULE = Rule(
    code="KL210",
    name="let-shadows-table",
    summary="A let with the name of a table, which it hides",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
