"""A column is compared with a value that it never has.

Some columns have a few fixed values: `DeliveryAction` of EmailEvents is Delivered, Junked, Blocked or Replaced. A
filter on any other value never matches.

A list is taken for complete only where the documentation enumerates it. Of other lists, only a typing error is
reported, a value that differs from a listed one by one letter, or in spaces and punctuation; and documentation's words
for a value, such as `Remote interactive (RDP) logons`. New values appear, so this is always a warning, and it names the
date of the list.

## Bad

```kql
EmailEvents
| where DeliveryAction == "Quarantined"
| project Timestamp, NetworkMessageId, RecipientEmailAddress
```

```kql
DeviceLogonEvents
| where LogonType == "RemoteInteractiv"
| project Timestamp, DeviceName, AccountName
```

## Good

```kql
EmailEvents
| where DeliveryAction == "Blocked"
| project Timestamp, NetworkMessageId, RecipientEmailAddress
```

```kql
DeviceLogonEvents
| where LogonType == "RemoteInteractive"
| project Timestamp, DeviceName, AccountName
```

## When to silence it

When you have seen the value. Better than silencing: add it to the column's values in an overlay of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._literals import places, replacement
from kql_lint.rules._slips import described, is_slip
from kql_lint.rules._values import ComparedValue, consequence_of, unknown_values
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_SHORT_LIST = 8


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in unknown_values(facts):
        if not found.spellings and (found.closed or is_slip(facts, found.value, found.known, found.lists)):
            yield _report(facts, found)


def _report(facts: Facts, found: ComparedValue) -> Diagnostic:
    from kql_lint.suggest import suggest

    meant = described(found.value, found.known)
    close = suggest(found.value, found.known) or ((meant,) if meant is not None else ())
    tables = listing(found.tables)
    message = f'{found.column} of {tables} has no value "{found.value}"'
    if not close and found.as_of is not None:
        message = f"{message} as of {found.as_of}"
    else:
        message = f"{message}{consequence_of(facts, found).clause}{did_you_mean(close)}"
    has = listing(found.known, limit=_SHORT_LIST)
    return RULE.report(
        found.node.start,
        found.node.end,
        message,
        help=f"{found.column} has {has}" if not close else None,
        related=places(found.node, found.comparisons, found.column),
        fixes=replacement(facts, found.node, found.value, close[0]) if len(close) == 1 else (),
    )


RULE = Rule(
    code="KL121",
    name="unknown-value",
    summary="A value that the column never has",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
