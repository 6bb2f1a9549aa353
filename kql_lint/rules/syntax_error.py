"""The query is not KQL: the service refuses to run it.

The message says what was found and what could stand there. Each error is reported, and the rest of the query is read
on from the next `|` or `;`, so that the other rules still work there.

## Bad

```kql
DeviceProcessEvents
| where FileName =~ "wmic.exe" and
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "wmic.exe" and ProcessCommandLine has "process call create"
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When the service accepts the query all the same. That is a mistake of kql-lint: please report it.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL001",
    name="syntax-error",
    summary="Text that is not KQL",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
)
