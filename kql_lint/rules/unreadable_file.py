"""The file cannot be read: nothing in it was checked.

It is neither UTF-8 nor UTF-16 with a byte order mark, it holds binary data, it is larger than the limit, it is a pipe
or a link that leads out of the repository, or its YAML or JSON is broken. The message says which, and where it is known
the finding points at the place. What hardly is a rule is a note: JSON and notebooks past the limit, broken YAML without
any key of a rule, and files in another encoding in which no word is about queries.

## Bad

```yaml
name: "Remote service created
query: |
  DeviceEvents
  | where ActionType == "ServiceInstalled"
```

## Good

```yaml
name: "Remote service created"
query: |
  DeviceEvents
  | where ActionType == "ServiceInstalled"
```

## When to silence it

When the file is not a rule: exclude it.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL005",
    name="unreadable-file",
    summary="A file that cannot be read",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
)
