"""A column is read that the events left by the EventID filter do not fill.

What a row of SecurityEvent holds depends on its EventID: a new process (4688) has its path in `NewProcessName`, and
`ProcessName` is empty. The schema has both columns whatever the event, so the query runs and never finds anything.

The facts are those of the events' provider: its manifest names all fields of each event. Columns that every event has,
and those that the service computes (`Account`, `Activity`, `Process`, `TargetAccount` ...), are never reported. The
same is said of any table for which an overlay of the catalogue lists kinds of events by another column than ActionType.

The finding is made only where the EventIDs that are still possible are known one by one, and none of them fills the
column. It is an error where a filter needs a value from it, so that the rule can never fire. Filters that come later
count too, as long as no aggregation lies between. Nothing is said of `coalesce`, `isempty` and
`iff(isempty(X), "none", X)`, nor where `project-away` or `project-reorder` merely names the column.

## Bad

```kql
SecurityEvent
| where EventID == 4688
| where ProcessName has "powershell.exe"
| project TimeGenerated, Computer, Account, CommandLine
```

```kql
SecurityEvent
| where EventID in (4624, 4634)
| summarize Logons = count() by TargetUserName, SubStatus
```

## Good

```kql
SecurityEvent
| where EventID == 4688
| where NewProcessName has "powershell.exe"
| project TimeGenerated, Computer, Account, CommandLine
```

```kql
SecurityEvent
| where EventID in (4624, 4625)
| summarize Logons = count() by TargetUserName, SubStatus
```

## When to silence it

When you have seen the column filled for that EventID. Better than silencing: add the column to the EventID in an
overlay of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._fields import UnlistedRead, filling, first_reads, message, unlisted_reads
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_FEW = 6


def _check(facts: Facts) -> Iterator[Diagnostic]:
    # Of an event whose list is not whole, nothing is known of the columns that it lacks.
    reads = (found for found in unlisted_reads(facts, of_action_types=False) if found.never)
    for unlisted in first_reads(reads):
        yield _report(unlisted)


def _report(unlisted: UnlistedRead) -> Diagnostic:
    node = unlisted.read.node
    return RULE.report(
        node.start,
        node.end,
        message(unlisted, _kinds(unlisted)),
        severity=Severity.ERROR if unlisted.blocks else Severity.WARNING,
        help=_help(unlisted),
        related=unlisted.related,
    )


def _kinds(unlisted: UnlistedRead) -> str:
    return f"{unlisted.by}{'s' if len(unlisted.kinds) > 1 else ''} {listing(unlisted.kinds, limit=_FEW)}"


def _help(unlisted: UnlistedRead) -> str | None:
    if unlisted.instead:
        return f"read {listing(unlisted.instead, 'or')} instead"
    others = filling(unlisted.rows[0], unlisted.column)
    if others and len(others) <= _FEW:
        return f"known to be filled for {listing(others)}"
    return f"kql-lint catalog show {unlisted.tables[0]} {unlisted.kinds[0]} prints what it fills"


RULE = Rule(
    code="KL111",
    name="field-not-in-event-id",
    summary="Column is empty for every EventID still possible",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
