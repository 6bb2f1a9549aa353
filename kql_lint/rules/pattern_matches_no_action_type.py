"""A pattern on ActionType matches none of the values that the table has.

`has` looks for whole words, and an ActionType is one word: `ActionType has "Connection"` finds no
`ConnectionSuccess`. `contains` and `startswith` do. Other patterns were written for another table, or hold a typing
error. Such a filter lets nothing through, and its negation excludes nothing.

The rule speaks only where the table's list of values is thought complete.

## Bad

```kql
DeviceNetworkEvents
| where ActionType has "Inspected"
| summarize count() by ActionType, DeviceName
```

```kql
DeviceEvents
| where ActionType startswith "Asr" and ActionType endswith "Block"
| summarize count() by ActionType
```

## Good

```kql
DeviceNetworkEvents
| where ActionType endswith "Inspected"
| summarize count() by ActionType, DeviceName
```

```kql
DeviceEvents
| where ActionType startswith "Asr" and ActionType endswith "Blocked"
| summarize count() by ActionType
```

## When to silence it

When the value it looks for is new and the catalogue does not have it yet: add it in an overlay instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._patterns import DeadPattern, dead_patterns
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_VERBS = {
    "has": "has the whole word",
    "hasprefix": "has a word that starts with",
    "hassuffix": "has a word that ends with",
    "contains": "contains",
    "startswith": "starts with",
    "endswith": "ends with",
    "matches regex": "matches the regex",
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for pattern in dead_patterns(facts):
        if pattern.spelling is None:
            yield _report(pattern)


def _report(pattern: DeadPattern) -> Diagnostic:
    operator = pattern.operator
    what = listing(quoted(pattern.texts), "and" if operator.all_of else "or")
    effect = ", so this excludes nothing" if operator.negated else ""
    return RULE.report(
        pattern.node.start,
        pattern.node.end,
        f"no ActionType of {listing(pattern.tables)} {_VERBS[operator.kind]} {what}{effect}",
        severity=Severity.WARNING if operator.negated else Severity.ERROR,
        help=_help(pattern),
    )


def _help(pattern: DeadPattern) -> str | None:
    """What ``contains`` would find in place of ``has``."""
    if pattern.operator.kind != "has":
        return None
    texts = [text.casefold() for text in pattern.texts]
    found = [value for value in pattern.known if any(text in value.casefold() for text in texts)]
    return f"an ActionType is one word; contains would match {listing(quoted(found))}" if found else None


RULE = Rule(
    code="KL108",
    name="pattern-matches-no-action-type",
    summary="A pattern on ActionType that no value of the table matches",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
