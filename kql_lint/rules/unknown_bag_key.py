"""A key is read from a bag, such as EventData or AdditionalFields, that the events do not have.

A bag gives null for a key that it lacks, and the case of a key counts. So `EventData.ProcessName` of a
`WindowsEvent` whose EventID is 4688 is always empty: the event has `NewProcessName`. A filter on it never matches.

The events of Windows' security auditing are described whole by their provider's manifest: there, each key that the
EventIDs still possible lack is reported. What other events have in a bag changes without notice. Of these, only a key
is reported that differs from one that published events have: in its case, or by one letter; and one that differs from
any documented key by a separator alone (`Threat_Name`, `ThreatName`).

Keys are followed from the column on, through `parse_json`, `todynamic`, `tostring`, columns of `extend` and functions.

## Bad

```kql
WindowsEvent
| where Provider == "Microsoft-Windows-Security-Auditing" and EventID == 4688
| where tostring(EventData.ProcessName) endswith @"\\mshta.exe"
| project TimeGenerated, Computer, CommandLine = tostring(EventData.CommandLine)
```

```kql
DeviceEvents
| where ActionType == "UsbDriveMounted"
| extend Drive = parse_json(AdditionalFields)
| project Timestamp, DeviceName, Product = tostring(Drive.ProductNmae)
```

## Good

```kql
WindowsEvent
| where Provider == "Microsoft-Windows-Security-Auditing" and EventID == 4688
| where tostring(EventData.NewProcessName) endswith @"\\mshta.exe"
| project TimeGenerated, Computer, CommandLine = tostring(EventData.CommandLine)
```

```kql
DeviceEvents
| where ActionType == "UsbDriveMounted"
| extend Drive = parse_json(AdditionalFields)
| project Timestamp, DeviceName, Product = tostring(Drive.ProductName)
```

## When to silence it

When you have seen the key in such an event. Better than silencing: add it to the event in an overlay of the catalogue
(`seen_keys`, or `keys` of a provider). A query that expects the key to be missing, as `coalesce` and `isempty` say, is
not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.rules._keys import UnknownKey, unknown_keys
from kql_lint.rules._literals import replacement
from kql_lint.rules._names import same_but_case, written
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_FEW = 6


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in unknown_keys(facts):
        yield _report(facts, found)


def _report(facts: Facts, found: UnknownKey) -> Diagnostic:
    node, cased = found.read.node, same_but_case(found.read.key, found.close)
    close = (cased,) if cased is not None else found.close
    return RULE.report(
        node.start,
        node.end,
        f"{_message(found)}{did_you_mean(close)}",
        help=_help(found, cased is not None),
        related=tuple(Related(one.start, one.end, f"{found.by} is narrowed here") for one in found.filters),
        fixes=_fixes(facts, found, close[0]) if len(close) == 1 else (),
    )


def _message(found: UnknownKey) -> str:
    if not found.providers:
        return f'"{found.read.key}" is no known key of {found.bag} in {listing(found.tables)}'
    kinds = f"{found.by}{'s' if len(found.kinds) > 1 else ''} {listing(found.kinds, limit=_FEW)}"
    return f'{found.bag} has no key "{found.read.key}" for {kinds}'


def _help(found: UnknownKey, cased: bool) -> str | None:
    if cased:
        return "the case of a key counts: a key in another case gives null"
    if found.providers:
        return f"kql-lint catalog show {found.tables[0]} {found.kinds[0]} prints the keys of {listing(found.providers)}"
    return None


def _fixes(facts: Facts, found: UnknownKey, key: str) -> tuple[Fix, ...]:
    """Puts the key in the place of the unknown one, however that is written."""
    from kql_lint.syntax import ast

    node = found.read.node
    if isinstance(node, ast.Literal):
        text = str(node.value)
        return replacement(facts, node, text, text.replace(found.read.key, key, 1))
    if facts.text[node.start : node.end] == found.read.key and written(key) == key:
        return (Fix(f"write {key}", (Edit(node.start, node.end, key),), "intent"),)
    return ()


RULE = Rule(
    code="KL110",
    name="unknown-bag-key",
    summary="A key that the bag of no event still possible has",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
