"""A comment suppresses findings that are not there.

The mistake was fixed and the comment stayed, or it stands on the wrong line. Left there, it hides the next mistake of
that kind. A comment whose `until` has passed is reported too: it suppresses nothing any more.

A rule that is not selected in this run is not judged, and neither is one that could not run: behind a syntax error, or
in a file that cannot be read.

The fix removes the comment, or the rules in it that have no effect.

## Bad

```text
DeviceProcessEvents
// kql-lint: disable-next-line=unknown-column -- the column comes with the next release
| where FileName =~ "rundll32.exe"
```

## Good

```text
DeviceProcessEvents
| where FileName =~ "rundll32.exe"
```

## When to silence it

When the same file is linted for several platforms, and the finding appears for one of them only.
"""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.rules.rule import Rule

RULE = Rule(
    code="KL901",
    name="unused-suppression",
    summary="A comment that suppresses findings which are not there",
    severity=Severity.WARNING,
    fix="safe",
    documentation=__doc__ or "",
)
