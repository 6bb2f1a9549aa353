"""An EventID is looked for in a table that its events never reach.

SecurityEvent has what Windows writes to its Security log, and AppLocker to its own. A new service (7045) is written to
the System log, and a PowerShell script block (4104) to PowerShell's own: both are in Event or WindowsEvent, where a
workspace collects them, and a query that looks for them in SecurityEvent never finds one.

It is a warning where the rest of the query can still match: one value among others, a part of an `or`, or a value that
is excluded.

## Bad

```kql
SecurityEvent
| where EventID == 7045
| project TimeGenerated, Computer, EventData
```

```kql
SecurityEvent
| where EventID in (4697, 7045)
| project TimeGenerated, Computer, EventData
```

## Good

```kql
Event
| where Source == "Service Control Manager" and EventID == 7045
| project TimeGenerated, Computer, RenderedDescription
```

```kql
union SecurityEvent, Event
| where EventID in (4697, 7045)
| project TimeGenerated, Computer, EventData
```

## When to silence it

When your workspace routes other logs to SecurityEvent.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._consequence import Consequence, consequence
from kql_lint.rules._literals import ACTION_TYPE, by_column, compared_literals, places
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.catalogue import Elsewhere
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Constant, Row


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for column in by_column(facts):
        if column is not None and column != ACTION_TYPE:
            yield from _of_column(facts, column)


def _of_column(facts: Facts, column: str) -> Iterator[Diagnostic]:
    for node, value, comparisons in compared_literals(facts, column=column):
        rows = list(dict.fromkeys(origin.row for comparison in comparisons for origin in comparison.origins))
        found = [elsewhere for row in rows if (elsewhere := _elsewhere(row, value)) is not None]
        if len(found) < len(rows):
            continue  # a table in play may have it
        effect = consequence(facts, comparisons, partial(_is_dead, rows))
        tables = listing(list(dict.fromkeys(row.name for row in rows)))
        yield RULE.report(
            node.start,
            node.end,
            f"{column} {value} never reaches {tables}{_clause(effect)}",
            severity=effect.severity,
            help=_help(found[0], column),
            related=places(node, comparisons, column),
        )


def _is_dead(rows: list[Row], constant: Constant) -> bool:
    return all(_elsewhere(row, str(constant.value)) is not None for row in rows)


def _elsewhere(row: Row, value: str) -> Elsewhere | None:
    from kql_lint.semantics.events.kinds import kinds_of

    known = kinds_of(row)
    return None if known is None else known.elsewhere.get(value)


def _clause(effect: Consequence) -> str:
    return ", so this filter never matches" if effect.severity is Severity.ERROR else effect.clause


def _help(elsewhere: Elsewhere, column: str) -> str:
    source = f"{elsewhere.provider} writes it to the log {elsewhere.channel}"
    if elsewhere.tables:
        return f"{source}: read {listing(elsewhere.tables, 'or')}"
    now = f"; {column} {elsewhere.now} has taken its place" if elsewhere.now else ""
    return f"{elsewhere.provider} wrote it to the log {elsewhere.channel}{now}"


RULE = Rule(
    code="KL112",
    name="event-id-of-other-channel",
    summary="An EventID that never reaches the table",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
