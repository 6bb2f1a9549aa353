"""A join whose kind is not written: it keeps one arbitrary row of the left side for each key.

The default kind is `innerunique`. Before rows are matched, it removes all but one of the left side's rows with the same
key, and which one stays is not defined. If a device has ten sign-ins, nine of them, with their users and times, never
reach the result: the alert shows one of ten users, and another one in the next run.

`kind=inner` keeps every pair of rows. Where one row is enough, `kind=innerunique` says so. Nothing is reported where
the left side has one row for each key, because it was grouped by the key (`summarize ... by`, `distinct`).

Source: [Microsoft's best practices for advanced
hunting](https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-best-practices#optimize-the-join-operator) and
[innerunique join](https://learn.microsoft.com/en-us/kusto/query/join-innerunique).

## Bad

```kql
EmailAttachmentInfo
| where FileName endswith ".iso"
| join (DeviceFileEvents | where ActionType == "FileCreated") on SHA256
| project DeviceName, RecipientEmailAddress, SHA256
```

## Good

```kql
EmailAttachmentInfo
| where FileName endswith ".iso"
| join kind=inner (DeviceFileEvents | where ActionType == "FileCreated") on SHA256
| project DeviceName, RecipientEmailAddress, SHA256
```

```kql
EmailAttachmentInfo
| where FileName endswith ".iso"
| summarize Mails = count() by SHA256
| join (DeviceFileEvents | where ActionType == "FileCreated") on SHA256
| project DeviceName, Mails, SHA256
```

## When to silence it

When one row for each key is what you want and everybody who reads the rule knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._operators import keys_before, keyword, nodes_of, parameter
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for pipeline in nodes_of(facts, ast.Pipeline):
        for operator in pipeline.operators:
            if isinstance(operator, ast.Join) and parameter(operator, "kind") is None:
                keys = keys_before(facts, pipeline, operator)
                if keys is None or not keys <= set(_joined_by(operator.on)):
                    yield _report(facts, operator)


def _joined_by(conditions: Iterable[ast.Expression]) -> Iterator[str]:
    """The left side's columns of the conditions."""
    from kql_lint.syntax import ast

    for condition in conditions:
        if isinstance(condition, ast.Name):
            yield condition.name
        elif isinstance(condition, ast.Logical):
            yield from _joined_by(condition.operands)
        elif isinstance(condition, ast.Binary):
            for side in (condition.left, condition.right):
                if isinstance(side, ast.Member) and getattr(side.target, "name", "") == "$left":
                    yield getattr(side.member, "name", "")


def _report(facts: Facts, operator: ast.Join) -> Diagnostic:
    start, end = keyword(facts, operator)
    return RULE.report(
        start,
        end,
        "join without a kind keeps one arbitrary row of its left side for each key",
        help="write kind=inner to keep all of them, or kind=innerunique if one is enough",
        fixes=(Fix("write kind=inner", (Edit(end, end, " kind=inner"),), "unsafe"),),
    )


RULE = Rule(
    code="KL501",
    name="join-without-kind",
    summary="A join without a kind, which drops rows of its left side",
    severity=Severity.WARNING,
    fix="unsafe",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
