"""A column whose values come in several cases is compared by an operator that counts case.

The service writes the same value of some columns in different ways: operations of `AzureActivity` come as
`Microsoft.Storage/storageAccounts/listKeys/action` and as `MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION`. `==` and
`in` find the rows of one spelling and miss the others; `!=` and `!in` exclude those of one spelling alone.

Which columns these are is in the catalogue, with the source of each: `kql-lint catalog show AzureActivity`. Nothing is
reported where the query has the string in another spelling as well.

Source: [the activity log in Azure
Monitor](https://learn.microsoft.com/en-us/azure/azure-monitor/platform/activity-log), and reports of rows in both
cases ([AzureActivity](https://github.com/Azure/Azure-Sentinel/issues/4350),
[SubStatus](https://github.com/Azure/Azure-Sentinel/pull/8077)).

## Bad

```kql
AzureActivity
| where OperationNameValue == "microsoft.storage/storageaccounts/listkeys/action"
| summarize count() by Caller
```

```kql
SecurityEvent
| where EventID == 4625 and SubStatus != "0xc0000064"
| summarize count() by Account
```

## Good

```kql
AzureActivity
| where OperationNameValue =~ "microsoft.storage/storageaccounts/listkeys/action"
| summarize count() by Caller
```

```kql
SecurityEvent
| where EventID == 4625 and SubStatus !~ "0xc0000064"
| summarize count() by Account
```

## When to silence it

When you have seen that all rows of your workspace have the value in this case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._exact import Exact, exact_comparisons, shown
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.catalogue import MixedCase
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Constant


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.semantics.events.kinds import mixed_case_of

    for found in exact_comparisons(facts):
        known = {mixed_case_of(origin) for origin in found.origins}
        if None in known:
            continue
        strings = tuple(one for one in found.strings if all(_comes_in_several(one, fact) for fact in known if fact))
        if strings:
            yield _report(found._replace(strings=strings))


def _comes_in_several(string: Constant, fact: MixedCase) -> bool:
    return not fact.values or str(string.value).casefold() in {value.casefold() for value in fact.values}


def _report(found: Exact) -> Diagnostic:
    tables = listing(list(dict.fromkeys(origin.row.name for origin in found.origins)))
    verb = "excludes" if found.negated else "matches"
    message = (
        f"{found.column} of {tables} is written in several cases, and {found.node.op} {verb} "
        f"{shown(found.strings)} in this case only"
    )
    return RULE.report(found.node.start, found.node.end, message, help=found.advice, fixes=found.fixes)


RULE = Rule(
    code="KL418",
    name="case-sensitive-value",
    summary="A column whose values come in several cases is compared with one of them",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
