"""A join or lookup is on a key that only one of its sides has.

The query does not run: a key that is named alone has to be a column of both sides. Most often the two sides call it by
different names, or a `project` or `summarize` on one side has dropped it.

Keys of two names are written `$left.A == $right.B`; a column that is missing there is found by
[unknown-column](unknown-column.md), and so is a key that neither side has.

Nothing is reported where the columns of the side can't be known.

## Bad

```kql
DeviceProcessEvents
| where FileName =~ "mimikatz.exe"
| join kind=inner (
    IdentityInfo
    | project AccountUpn = tolower(AccountUPN), Department) on AccountName
```

```kql
DeviceLogonEvents
| where ActionType == "LogonFailed"
| summarize Failed = count() by AccountName
| join kind=inner (DeviceInfo | where IsInternetFacing) on DeviceId
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "mimikatz.exe"
| join kind=inner (
    IdentityInfo
    | project AccountName, Department) on AccountName
```

```kql
DeviceLogonEvents
| where ActionType == "LogonFailed"
| summarize Failed = count() by AccountName, DeviceId
| join kind=inner (DeviceInfo | where IsInternetFacing) on DeviceId
```

## When to silence it

When a table has the column in your workspace, and the catalogue does not list it. Better: add it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related, Severity
from kql_lint.rules._missing import verdict
from kql_lint.rules._names import close_columns, is_verbatim, keyword, rewritten, written
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts, MissingKey


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for missing in facts.missing_keys:
        yield _report(facts, missing)


def _report(facts: Facts, missing: MissingKey) -> Diagnostic:
    node, side = missing.node, missing.side
    related: tuple[Related, ...] = ()
    help_text = None
    severity = Severity.ERROR
    close: tuple[str, ...] = ()
    message = f'the {side} side has no column "{node.name}" to join on'
    place = missing.scope.dropped.get(node.name)
    if place is not None:
        message += f": {keyword(facts.text, place.start)} has dropped it"
        related = (Related(place.start, place.end, f'"{node.name}" is dropped here'),)
    else:
        close = close_columns(facts, missing.scope, node.name)
        severity, reason = verdict(facts, node.name, missing.scope, close)
        message += did_you_mean(close) or (reason if severity is Severity.WARNING else "")
        if close:
            names = (close[0], node.name) if side == "left" else (node.name, close[0])
            help_text = f"keys of different names are written $left.{names[0]} == $right.{names[1]}"
    return RULE.report(
        node.start,
        node.end,
        message,
        severity=severity,
        help=help_text,
        related=related,
        fixes=_fixes(facts, missing, close),
    )


def _fixes(facts: Facts, missing: MissingKey, close: tuple[str, ...]) -> tuple[Fix, ...]:
    """The one column of that side that is close, as a guess: in a condition its name, as a key the condition."""
    node = missing.node
    if len(close) != 1 or not is_verbatim(facts, node):
        return ()
    if facts.text[: node.start].rstrip().endswith("."):
        return rewritten(node, written(close[0]), "unsafe")
    left, right = (close[0], node.name) if missing.side == "left" else (node.name, close[0])
    return rewritten(node, f"$left.{written(left)} == $right.{written(right)}", "unsafe")


RULE = Rule(
    code="KL207",
    name="join-key-missing",
    summary="A key of a join or lookup that one of its sides lacks",
    severity=Severity.ERROR,
    fix="unsafe",
    documentation=__doc__ or "",
    check=_check,
)
