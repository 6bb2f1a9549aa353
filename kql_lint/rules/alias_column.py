"""A field is called by the name that another vendor or schema gives it, and the table has it under its own name.

What a name means depends on the table: Sysmon's `Image` is the new process in `DeviceProcessEvents`, and the initiating
one in `DeviceFileEvents`. Where the table has something like it only (the version of the loading process, not of the
image), the message says what it has, and there is no fix.

The query does not run: `DestinationPort` is Sysmon's and Elastic's name for what `DeviceNetworkEvents` calls
`RemotePort`, `EventType` is `ActionType`, `ParentProcessName` is `InitiatingProcessFileName`. The message has the
table's own column, or the few that it may be; where it is one, there is a fix.

It is the same with the time of an event: tables of Sentinel have `TimeGenerated`, tables that are in Defender alone
`Timestamp`.

## Bad

```kql
DeviceNetworkEvents
| where DestinationPort == 3389 and RemoteIPType == "Public"
```

```kql
DeviceProcessEvents
| where ProcessCommandLine has "-enc" and ParentImage endswith "winword.exe"
```

```kql
SigninLogs
| where Timestamp > ago(1d) and ResultType == "50126"
```

## Good

```kql
DeviceNetworkEvents
| where RemotePort == 3389 and RemoteIPType == "Public"
```

```kql
DeviceProcessEvents
| where ProcessCommandLine has "-enc" and InitiatingProcessFolderPath endswith "winword.exe"
```

```kql
SigninLogs
| where TimeGenerated > ago(1d) and ResultType == "50126"
```

## When to silence it

When the table has a column of that name in your workspace. Better: add it in an overlay of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Severity
from kql_lint.rules._names import is_verbatim, rewritten, written
from kql_lint.rules._unknown import Alias, aliases
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in aliases(facts):
        yield _report(facts, found)


def _report(facts: Facts, found: Alias) -> Diagnostic:
    node = found.unknown.node
    fixes: tuple[Fix, ...] = ()
    if len(found.names) == 1 and found.has is None and is_verbatim(facts, node):
        fixes = rewritten(node, written(found.names[0]), "intent")
    if found.has is None:
        what = f"calls it {listing(quoted(found.names), 'or')}"
    else:
        what = f"has {found.has}" + (f": {listing(quoted(found.names))}" if found.names else "")
    message = f'unknown column "{node.name}"; {found.table} {what}'
    return RULE.report(node.start, node.end, message, fixes=fixes)


RULE = Rule(
    code="KL208",
    name="alias-column",
    summary="A field under the name that another vendor or schema gives it",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
