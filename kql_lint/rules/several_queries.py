"""Several queries in one file have nothing but blank lines between them.

Query editors run the one in which the cursor stands, so that such files are common. They are linted one by one all the
same. A program that sends the whole file to the service sends one query, and gets an error.

## Bad

```text
DeviceLogonEvents
| where ActionType == "LogonFailed"

DeviceLogonEvents
| where ActionType == "LogonSuccess"
```

## Good

```text
DeviceLogonEvents
| where ActionType == "LogonFailed";

DeviceLogonEvents
| where ActionType == "LogonSuccess"
```

## When to silence it

When the file is a notebook to run from by hand.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL006",
    name="several-queries",
    summary="Queries that only blank lines separate",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
)
