"""A column is compared with one of its values in the wrong case, where case counts.

`==`, `in` and their negations compare every letter as it is, so `"remoteinteractive"` is not `"RemoteInteractive"`: the
filter never matches. It is a warning where the query still gives something: under a negation, which then excludes
nothing, in a count, on one side of an `or`, and where other values stand beside it in a list.

It is reported for columns whose values are certain to the letter, since published queries agree on them.

## Bad

```kql
DeviceLogonEvents
| where LogonType == "remoteinteractive"
| project Timestamp, DeviceName, AccountName
```

## Good

```kql
DeviceLogonEvents
| where LogonType == "RemoteInteractive"
| project Timestamp, DeviceName, AccountName
```

```kql
DeviceLogonEvents
| where LogonType =~ "remoteinteractive"
| project Timestamp, DeviceName, AccountName
```

## When to silence it

When you have seen the value in this case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._literals import is_case_sensitive, places, replacement
from kql_lint.rules._values import ComparedValue, consequence_of, unknown_values
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in unknown_values(facts):
        if found.spellings and found.cased and all(map(is_case_sensitive, found.comparisons)):
            yield _report(facts, found)


def _report(facts: Facts, found: ComparedValue) -> Diagnostic:
    op, effect = found.comparisons[0].op, consequence_of(facts, found)
    right = listing(quoted(found.spellings), "or")
    fixes = replacement(facts, found.node, found.value, found.spellings[0]) if len(found.spellings) == 1 else ()
    return RULE.report(
        found.node.start,
        found.node.end,
        f'"{found.value}" is written {right} in {found.column} of {listing(found.tables)}: '
        f"{op} is case-sensitive{effect.of_case}",
        severity=effect.severity,
        related=places(found.node, found.comparisons, found.column),
        fixes=fixes,
    )


RULE = Rule(
    code="KL122",
    name="value-case",
    summary="A value of the column in the wrong case, where case counts",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
