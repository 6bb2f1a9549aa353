"""A rule file in which no query was found: it was not checked, which is not the same as being clean.

It is an empty file, or one whose text is all comments, or a YAML rule without a `query`. An empty YAML file, which need
not have been a rule, is a note.

## Bad

```yaml
id: 0c1f6a52-5a5a-4b53-a4ce-0d8fd1bb9a5b
name: Remote service created
kind: Scheduled
# the query was lost in a merge
```

## Good

```yaml
id: 0c1f6a52-5a5a-4b53-a4ce-0d8fd1bb9a5b
name: Remote service created
kind: Scheduled
query: |
  DeviceEvents
  | where ActionType == "ServiceInstalled"
```

## When to silence it

When the file is meant to have no query: exclude it.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL004",
    name="no-query-found",
    summary="A rule file without a query in it",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
)
