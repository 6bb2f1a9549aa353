"""A `search`, `find` or `union *` that names no table: every table of the workspace is read.

The service has to look at each row of each table, which takes long, can run into a timeout, and is dear where tables
are charged by what is read. What it finds depends on what else is collected: a new table can flood a rule with results.
Sentinel doesn't accept `search *` and `union *` in analytics rules.

`search in (Table1, Table2)`, `find in (...)` and a `union` of named tables look at these alone, and so does a `search`
behind a table. Patterns of names such as `union Device*` are not reported.

Source: [Kusto query best practices](https://learn.microsoft.com/en-us/kusto/query/best-practices) and [scheduled
analytics rules](https://learn.microsoft.com/en-us/azure/sentinel/scheduled-rules-overview).

## Bad

```kql
search "203.0.113.7"
| project TimeGenerated, $table
```

```kql
union *
| where TimeGenerated > ago(1h)
| summarize count() by Type
```

## Good

```kql
search in (SigninLogs, AADNonInteractiveUserSignInLogs) "203.0.113.7"
| project TimeGenerated, $table
```

## When to silence it

When the query is to find out which tables have something, and is run by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._operators import keyword, nodes_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for pipeline in nodes_of(facts, ast.Pipeline):
        source = pipeline.source
        if isinstance(source, (ast.Search, ast.Find)) and _reads_all(source.tables, where_none=True):
            word = "search" if isinstance(source, ast.Search) else "find"
            yield _report(*keyword(facts, source), f"{word} without tables", f"name the tables: {word} in (...)")
        if isinstance(source, ast.Union):
            yield from _union(source)
        for operator in pipeline.operators:
            if isinstance(operator, ast.Union):
                yield from _union(operator)


def _union(operator: ast.Union) -> Iterator[Diagnostic]:
    star = next((table for table in operator.tables if _reads_all([table], where_none=False)), None)
    if star is not None:
        yield _report(star.start, star.end, "union *", "name the tables")


def _reads_all(tables: Sequence[ast.Expression], *, where_none: bool) -> bool:
    if not tables:
        return where_none
    return any(getattr(table, "pattern", "") == "*" for table in tables)


def _report(start: int, end: int, what: str, advice: str) -> Diagnostic:
    return RULE.report(start, end, f"{what} reads every table of the workspace", help=advice)


RULE = Rule(
    code="KL505",
    name="unscoped-search",
    summary="A search, find or union that reads every table",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
