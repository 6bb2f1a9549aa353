"""A baseline holds a finding that is no longer there.

The mistake was fixed, or its file is gone. The entry is harmless until somebody writes the same mistake into the same
line again: then nobody is told. An entry is judged when its file is linted with its rule, and when its file does not
exist any more. One of KL608, KL619, KL620 or KL621 is judged by the latter alone, since it depends on the other files
of the run, or on another revision.

A baseline is written with `kql-lint check --write-baseline FILE`, and named by `--baseline FILE` or by the key
`baseline` of the configuration. Writing it anew takes the stale entries out.

## Bad

```json
{
  "version": 1,
  "findings": [
    {"path": "rules/rundll32.kql", "rule": "KL201", "line": "| where a line that was fixed long ago", "count": 1}
  ]
}
```

## Good

```json
{
  "version": 1,
  "findings": []
}
```

## When to silence it

When the baseline is written by a job of its own, which takes stale entries out anyway.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL903",
    name="stale-baseline",
    summary="An entry of a baseline whose finding is no longer there",
    severity=Severity.INFO,
    documentation=__doc__ or "",
)
