"""A character that only looks like one of KQL: the service refuses to run the query.

Word processors, wikis and chat programs turn straight quotes into typographic ones, hyphens into dashes, and ASCII into
full-width characters. A query pasted from there looks right and is not. The query is read on as if the right character
stood there. Inside strings and comments any character is fine.

## Bad

```kql
DeviceProcessEvents
| where FileName =~ “wmic.exe”
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "wmic.exe"
```

## When to silence it

Never: there is no query in which such a character works.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL002",
    name="confusable-character",
    summary="A typographic quote, dash or full-width character in place of KQL's own",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    fix="safe",
)
