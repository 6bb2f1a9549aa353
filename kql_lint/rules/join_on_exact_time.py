"""A join compares the start of a time span with the time of an event, to the tick, and finds next to nothing.

`bin()`, `startofday()` and their like, and the axis of `make-series`, give the start of an hour or of a day. The time
of an event is exact to 100 nanoseconds. As keys of a join the two are equal only where an event happens right on the
boundary.

What both sides are rounded to is not reported, nor a time that neither side has from a table.

## Bad

```kql
SigninLogs
| summarize Failed = countif(ResultType != "0") by Hour = bin(TimeGenerated, 1h)
| where Failed > 100
| join kind=inner (SigninLogs | where ResultType == "0") on $left.Hour == $right.TimeGenerated
| project Hour, UserPrincipalName
```

## Good

```kql
SigninLogs
| summarize Failed = countif(ResultType != "0") by Hour = bin(TimeGenerated, 1h)
| where Failed > 100
| join kind=inner (SigninLogs | where ResultType == "0" | extend Hour = bin(TimeGenerated, 1h)) on Hour
| project Hour, UserPrincipalName
```

## When to silence it

When the table has whole hours or days itself, as tables do that Azure fills once an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._expressions import reads_by_node
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import ColumnRead, Facts
    from kql_lint.semantics.scopes.scope import Column
    from kql_lint.syntax import ast

_MOST_NAMES = 8
_ROUNDING = frozenset({"bin", "floor", "bin_at", "startofday", "startofweek", "startofmonth", "startofyear"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    reads: dict[ast.Node, list[ColumnRead]] = {}
    for read in facts.reads:
        if read.clause == "join" and read.column.type == "datetime" and not read.declared:
            reads.setdefault(read.node, []).append(read)
    if not reads or not facts.whole:
        return
    from kql_lint.syntax import ast

    for node in facts.nodes:
        if isinstance(node, (ast.Join, ast.Lookup)):
            for condition in node.on:
                for key in _keys(condition):
                    yield from _judged(facts, key, [read for part in _parts(key) for read in reads.get(part, ())])


def _keys(condition: ast.Expression) -> Iterator[ast.Expression]:
    from kql_lint.syntax import ast

    if isinstance(condition, ast.Logical) and condition.op == "and":
        for operand in condition.operands:
            yield from _keys(operand)
    else:
        yield condition


def _parts(key: ast.Expression) -> list[ast.Expression]:
    """Where the columns of a key are read: one name for both sides, or a member of each."""
    from kql_lint.syntax import ast

    if isinstance(key, ast.Binary) and key.op == "==":
        return [side.member for side in (key.left, key.right) if isinstance(side, ast.Member)]
    return [key] if isinstance(key, ast.Name) else []


def _judged(facts: Facts, key: ast.Expression, reads: list[ColumnRead]) -> Iterator[Diagnostic]:
    """The finding where one side's time is rounded, and the other side's a table's own."""
    exact = [read.column for read in reads if read.column.origins]
    rounded = [(read.column, made) for read in reads if (made := _rounding(facts, read.column)) is not None]
    if not exact or not rounded or len(exact) + len(rounded) < len(reads) or not facts.intact(key, key.start, key.end):
        return
    origin, (column, made) = exact[0].origins[0], rounded[0]
    yield RULE.report(
        key.start,
        key.end,
        f"{column.name} is the start of a time span, and {origin.column} of {origin.row.name} is exact: "
        "they are hardly ever equal",
        help=f"round both sides: bin({origin.column}, 1h)",
        related=(Related(made.start, made.end, f"{column.name} is rounded here"),),
    )


def _rounding(facts: Facts, column: Column, depth: int = 0) -> ast.Node | None:
    """What makes whole hours or days of the column; None where nothing surely does."""
    from kql_lint.syntax import ast

    made = column.declared
    if column.origins or made is None or depth > _MOST_NAMES:
        return None
    value = made.value if isinstance(made, ast.NamedExpression) else made
    if not isinstance(value, ast.Expression):
        return _axis(facts, value) if isinstance(value, ast.Expansion) else None
    read = reads_by_node(facts).get(value) if isinstance(value, ast.Name) else None
    if read is not None and read.column is not column:
        found = _rounding(facts, read.column, depth + 1)
        if found is not None:
            return found
    if isinstance(value, ast.Call):
        return value if value.name.name in _ROUNDING else None
    return _axis(facts, value) if isinstance(value, ast.Name) else None


def _axis(facts: Facts, expanded: ast.Node) -> ast.Node | None:
    """The ``make-series`` of whose axis a column is one of the times, once ``mv-expand`` has taken the array apart."""
    from kql_lint.syntax import ast

    name = expanded.expression if isinstance(expanded, ast.Expansion) else expanded
    found: ast.Node | None = None
    for node in facts.nodes:
        if isinstance(node, ast.Pipeline) and node.start <= expanded.start and expanded.end <= node.end:
            for operator in node.operators:
                if isinstance(operator, ast.MakeSeries) and operator.end <= expanded.start:
                    axis = operator.on
                    same = isinstance(axis, ast.Name) and isinstance(name, ast.Name) and axis.name == name.name
                    found = operator.on if same else found
    return found


RULE = Rule(
    code="KL420",
    name="join-on-exact-time",
    summary="A join of rounded times with exact ones, which are hardly ever equal",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
