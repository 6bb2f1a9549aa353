"""A column is read that is not among the fields listed for the ActionType, though it is known to be recorded.

The catalogue's list of an ActionType's fields is what detection rules can count on. Some columns are filled in practice
though the list lacks them: samples show them, or they come together with a column that is listed, as the initiating
process's command line comes with its file name. The query works; whether every event has the column is not promised.

There is one finding for a table, at the first such column. The rule is off by default, since hardly anyone acts on it:
`extend-select = ["field-not-listed"]` turns it on. With `--strict-fields` the lists are taken literally, and each of
the columns is a finding of field-not-in-action-type.

## Bad

```kql
DeviceNetworkEvents
| where ActionType == "ConnectionSuccess" and RemotePort == 3389
| project Timestamp, DeviceName, RemoteIP, LocalIP
```

## Good

```kql
DeviceNetworkEvents
| where ActionType == "ConnectionSuccess" and RemotePort == 3389
| project Timestamp, DeviceName, RemoteIP, RemotePort
```

## When to silence it

When what is recorded in practice is enough for you: switch the rule off, or put the columns into an overlay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._fields import UnlistedRead, unlisted_reads
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    if facts.strict_fields:
        return
    by_table: dict[tuple[str, ...], list[UnlistedRead]] = {}
    for unlisted in unlisted_reads(facts):
        if unlisted.seen:
            by_table.setdefault(tuple(unlisted.tables), []).append(unlisted)
    for group in by_table.values():
        yield _report(group)


def _report(group: list[UnlistedRead]) -> Diagnostic:
    columns = list(dict.fromkeys(unlisted.column for unlisted in group))
    action_types = list(dict.fromkeys(name for unlisted in group for name in unlisted.seen))
    first = group[0]
    is_field = "is not a field" if len(columns) == 1 else "are not fields"
    return RULE.report(
        first.read.node.start,
        first.read.node.end,
        f"{listing(columns)} {is_field} listed for {listing(action_types)} in {listing(first.tables)}, "
        f"but recorded in practice",
        related=first.related,
    )


RULE = Rule(
    code="KL105",
    name="field-not-listed",
    summary="A column that the ActionType's list lacks, though it is recorded in practice",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
