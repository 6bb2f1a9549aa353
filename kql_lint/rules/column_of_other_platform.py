"""A column is used that the table has on the other platform only.

Some forty tables of Defender XDR are in Microsoft Sentinel as well, with columns of their own. `TimeGenerated`,
`TenantId` and `Type` are Sentinel's; the time of an event is `Timestamp` in Defender, and some tables have no column of
that name in Sentinel. A query that is pasted from one portal into the other then fails, or works only where both
products are joined.

This rule needs to know for which platform a query is: the option `--platform`, or the file that holds it (a Sentinel
rule, say). Where nothing tells, columns of both are fine.

A query that also reads a table which only the other platform has runs where both are connected, and there the column is
known under both names: nothing is reported.

The fix puts the other platform's name in the place of the column where there is one. It is a guess: the two columns
need not have the same values.

## Bad

```kql platform=defender
DeviceProcessEvents
| where TimeGenerated > ago(1d) and FileName =~ "whoami.exe"
```

```kql platform=sentinel
OAuthAppInfo
| where Timestamp > ago(7d) and PrivilegeLevel == "High"
```

## Good

```kql platform=defender
DeviceProcessEvents
| where Timestamp > ago(1d) and FileName =~ "whoami.exe"
```

```kql platform=sentinel
OAuthAppInfo
| where TimeGenerated > ago(7d) and PrivilegeLevel == "High"
```

## When to silence it

When the query runs where both platforms' columns are there: in a Defender portal that your Sentinel workspace is
connected to, and no table of the query tells so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Severity
from kql_lint.rules._names import is_verbatim, rewritten, written
from kql_lint.rules._unknown import Elsewhere, elsewhere
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_NAMES = {"defender": "Defender", "sentinel": "Sentinel"}
_OTHER = {"defender": "Sentinel", "sentinel": "Defender"}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in elsewhere(facts):
        yield _report(facts, found)


def _report(facts: Facts, found: Elsewhere) -> Diagnostic:
    node = found.unknown.node
    message = f'{found.table} has "{node.name}" in {_NAMES[found.platform]} only'
    fixes: tuple[Fix, ...] = ()
    if found.here is not None:
        message += f'; in {_OTHER[found.platform]} write "{found.here}"'
        if is_verbatim(facts, node):
            fixes = rewritten(node, written(found.here), "unsafe")
    return RULE.report(node.start, node.end, message, fixes=fixes)


RULE = Rule(
    code="KL204",
    name="column-of-other-platform",
    summary="A column that the table has on the other platform only",
    severity=Severity.WARNING,
    fix="unsafe",
    documentation=__doc__ or "",
    check=_check,
)
