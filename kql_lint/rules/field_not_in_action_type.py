"""A column is read that the events left by the ActionType filter do not record.

What a row of a Defender table holds depends on its ActionType: a `ListeningConnectionCreated` event has a local address
and no remote one. The schema has the column all the same, so the query runs; the column is empty in every row. Reading
it gives nothing, and a filter that asks for a value leaves no row, so that the rule can never fire: then the finding is
an error.

The catalogue lists the fields of each ActionType. The finding is made only where the ActionTypes that are still
possible are known one by one, and every one of them lacks the column. Filters that come later count too, as long as no
aggregation lies between: a column is of no use when the rows that have it are dropped afterwards. Nothing is said of
AdditionalFields, of `coalesce` and `isempty`, nor where `project-away` and its like merely name the column.

## Bad

```kql
DeviceNetworkEvents
| where ActionType == "ListeningConnectionCreated"
| where RemotePort == 4444
| project Timestamp, DeviceName, LocalPort, InitiatingProcessFileName
```

```kql
DeviceNetworkEvents
| extend Target = RemoteUrl
| where ActionType == "ListeningConnectionCreated"
| summarize Listeners = dcount(DeviceId) by Target
```

## Good

```kql
DeviceNetworkEvents
| where ActionType == "ListeningConnectionCreated"
| where LocalPort == 4444
| project Timestamp, DeviceName, LocalPort, InitiatingProcessFileName
```

```kql
DeviceNetworkEvents
| where ActionType in ("ListeningConnectionCreated", "ConnectionSuccess")
| where RemotePort == 4444
| project Timestamp, DeviceName, RemotePort, InitiatingProcessFileName
```

## When to silence it

When you have seen the column filled for that ActionType. Better than silencing: add the column to the ActionType in an
overlay of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._fields import UnlistedRead, recording, unlisted_reads
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    found: dict[tuple[str, ...], UnlistedRead] = {}
    for unlisted in unlisted_reads(facts):
        if unlisted.seen and not facts.strict_fields:
            continue
        # One finding for a column of a table: the first filter that needs it, or else its first place.
        key = (unlisted.column, *unlisted.tables, *unlisted.action_types)
        if key not in found or (unlisted.blocks and not found[key].blocks):
            found[key] = unlisted
    for unlisted in found.values():
        yield _report(unlisted)


def _report(unlisted: UnlistedRead) -> Diagnostic:
    read, column = unlisted.read, unlisted.column
    verb = "listed" if unlisted.seen else "recorded"
    others = recording(unlisted.rows[0], column)
    message = f"{column} is not {verb} for {listing(unlisted.action_types)} in {listing(unlisted.tables)}"
    return RULE.report(
        read.node.start,
        read.node.end,
        f"{message}, so no row passes this filter" if unlisted.blocks else message,
        severity=Severity.ERROR if unlisted.blocks else Severity.WARNING,
        help=f"{unlisted.tables[0]} records {column} for {listing(others, limit=6)}" if others else None,
        related=unlisted.related,
    )


RULE = Rule(
    code="KL104",
    name="field-not-in-action-type",
    summary="A column that is empty for every ActionType still possible",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
