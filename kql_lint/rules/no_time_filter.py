"""A table is read without a filter on its time: all rows that the service keeps are looked at.

Tables are stored by time, so that a filter on the time column rules out most of the data before it is read. Without
one a query over a table of some terabytes takes minutes, uses up the tenant's quota or the cost of a search job, and
its result depends on the time range that happens to be chosen around it.

Any comparison of the time column (`Timestamp`, `TimeGenerated`), or of what was made of it, counts as such a filter, as
does `ingestion_time()`. Each side of a join needs its own. Queries of rules, workbooks, alerts and functions are not
looked at: what runs them asks for a time range. Nor is a table of which a `take` shows some rows.

Source: [Kusto query best practices](https://learn.microsoft.com/en-us/kusto/query/best-practices) and [best practices
for advanced hunting](https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-best-practices).

## Bad

```kql
DeviceProcessEvents
| where FileName =~ "psexec.exe"
| project DeviceName, AccountName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where Timestamp > ago(7d)
| where FileName =~ "psexec.exe"
| project DeviceName, AccountName, ProcessCommandLine
```

## When to silence it

When the query is always run with a time range chosen beside it, as in the portal's editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._operators import nodes_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import ColumnRead, Facts
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.syntax.ast import Node

# Where a column that is read is compared, or may be, in a way that leaves rows out.
_FILTERS = frozenset({"where", "search", "join", "plugin"})
_COMPUTES = frozenset({"extend", "project"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    if facts.bounded or facts.loose or facts.syntax_errors or not facts.whole or _is_bounded_as_a_whole(facts):
        return
    by_place: dict[Node, list[Row]] = {}
    for row in facts.rows:
        by_place.setdefault(row.node, []).append(row)
    left_out = {*_filtered(facts), *_looked_into(facts)}
    for place, rows in by_place.items():
        columns = dict.fromkeys(name for row in rows for name in _time_columns(facts, row))
        if place not in left_out and columns and _is_reference(facts, place, rows):
            name, column = facts.text[place.start : place.end], next(iter(columns))
            message = f"{name} is read without a time filter"
            yield RULE.report(place.start, place.end, message, help=f"add | where {column} > ago(1d)")


def _is_bounded_as_a_whole(facts: Facts) -> bool:
    return "ingestion_time(" in facts.text or "query_datetimescope" in facts.text


def _time_columns(facts: Facts, row: Row) -> list[str]:
    """The time column of each platform's copy of a table; none where one has none, and the query may be for that."""
    columns = [facts.catalogue.time_column(table) for table in row.tables]
    return [] if None in columns else [name for name in columns if name is not None]


def _is_reference(facts: Facts, place: Node, rows: list[Row]) -> bool:
    """Whether the table is named there, and not in another text that is called there."""
    from kql_lint.syntax import ast

    return isinstance(place, ast.Wildcard) or getattr(place, "name", None) == rows[0].name


def _filtered(facts: Facts) -> Iterator[Node]:
    """The references to tables whose time is compared."""
    from kql_lint.syntax import ast

    compared = {read.column.declared for read in facts.reads if read.clause in _FILTERS}
    made = [(one.start, one.end) for one in compared if isinstance(one, ast.NamedExpression)]
    axes = {series.on for series in nodes_of(facts, ast.MakeSeries) if series.lower is not None}
    for read in facts.reads:
        is_made = read.clause in _COMPUTES and any(start <= read.node.start < end for start, end in made)
        if read.clause in _FILTERS or is_made or read.node in axes:
            yield from _of_time(facts, read)


def _of_time(facts: Facts, read: ColumnRead) -> Iterator[Node]:
    """The references whose time a read column is."""
    for origin in read.column.origins:
        if origin.column in _time_columns(facts, origin.row):
            yield origin.row.node


def _looked_into(facts: Facts) -> Iterator[Node]:
    """The references of which only some rows are shown, or the columns."""
    from kql_lint.syntax import ast

    for pipeline in nodes_of(facts, ast.Pipeline):
        first = pipeline.operators[0] if pipeline.operators else None
        if isinstance(first, (ast.Take, ast.GetSchema)) and pipeline.source is not None:
            yield pipeline.source


RULE = Rule(
    code="KL503",
    name="no-time-filter",
    summary="A table is read without a filter on its time",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
