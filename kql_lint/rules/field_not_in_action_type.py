"""A column is read that the events left by the ActionType filter do not fill.

What a row of a Defender table holds depends on its ActionType: a `ListeningConnectionCreated` event has a local address
and no remote one. The schema has the column all the same, so the query runs.

The message says what is known. "Always empty" rests on evidence about that very column: published events of several
sources, and the kind of event. If a filter needs a value from it, the rule can never fire, and the finding is an error.
"The catalogue lists no X" says less: the ActionType has a list of fields, the column is not on it, and no event is
known to fill it. That is always a warning.

The finding is made only where the ActionTypes that are still possible are known one by one, and none of them is known
to fill the column. A published event that does outweighs a list that lacks it; `--strict-fields` takes the lists
literally. Filters that come later count too, as long as no aggregation lies between: a column is of no use when the
rows that have it are dropped afterwards. Nothing is said of AdditionalFields, of `coalesce`, `isempty`,
`iff(isempty(X), "none", X)` and `X == "" or X has "y"`, nor where `project-away` or `project-reorder` merely names the
column.

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
from kql_lint.rules._fields import UnlistedRead, filling, first_reads, message, unlisted_reads
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    # Those that are seen in practice are field-not-listed's.
    reads = (found for found in unlisted_reads(facts) if facts.strict_fields or not found.seen)
    for unlisted in first_reads(reads):
        yield _report(unlisted)


def _report(unlisted: UnlistedRead) -> Diagnostic:
    node = unlisted.read.node
    blocks = unlisted.never and unlisted.blocks
    return RULE.report(
        node.start,
        node.end,
        message(unlisted, listing(unlisted.kinds)),
        severity=Severity.ERROR if blocks else Severity.WARNING,
        help=_help(unlisted),
        related=unlisted.related,
    )


def _help(unlisted: UnlistedRead) -> str | None:
    if unlisted.instead:
        return f"read {listing(unlisted.instead, 'or')} instead"
    others = filling(unlisted.rows[0], unlisted.column)
    if others:
        return f"known to be filled for {listing(others, limit=6)}"
    if unlisted.never:
        return None
    return f"kql-lint catalog show {unlisted.tables[0]} {unlisted.kinds[0]} prints what it lists"


RULE = Rule(
    code="KL104",
    name="field-not-in-action-type",
    summary="Column is empty, or not listed, for every ActionType still possible",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
