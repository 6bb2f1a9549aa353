"""A table or an ActionType is called by a name that it no longer has.

Microsoft renames tables and ActionTypes now and then. A query on the old table fails; a filter on the old ActionType
lets through nothing that was recorded since. The message has the new name, and since when it holds where that is known.

A table whose successor is there while the old one still answers is reported as information.

## Bad

```kql
DeviceEvents
| where ActionType == "UsbDriveMount"
| project Timestamp, DeviceName, AdditionalFields
```

```kql
NetworkCommunicationEvents
| where RemotePort == 3389
```

## Good

```kql
DeviceEvents
| where ActionType == "UsbDriveMounted"
| project Timestamp, DeviceName, AdditionalFields
```

Asking for both names is fine:

```kql
DeviceEvents
| where ActionType in ("UsbDriveMount", "UsbDriveMounted")
| project Timestamp, DeviceName, AdditionalFields
```

## When to silence it

When the query is for data that was exported before the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._literals import compared_literals, replacement
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.catalogue import Rename
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax.ast import Node


def _check(facts: Facts) -> Iterator[Diagnostic]:
    yield from _gone_tables(facts)
    yield from _superseded_tables(facts)
    yield from _action_types(facts)


def _gone_tables(facts: Facts) -> Iterator[Diagnostic]:
    for unknown in facts.unknown_tables:
        node, name = unknown.node, unknown.node.name
        rename = facts.catalogue.rename("table", name)
        if rename is not None:
            fixes: tuple[Fix, ...] = ()
            if len(rename.new) == 1 and facts.text[node.start : node.end] == name:
                edit = Edit(node.start, node.end, rename.new[0])
                fixes = (Fix(f"write {rename.new[0]}", (edit,), "intent"),)
            message = f"the table {name} is now {listing(rename.new)}{_since(rename)}"
            yield RULE.report(node.start, node.end, message, help=rename.note, fixes=fixes)


def _superseded_tables(facts: Facts) -> Iterator[Diagnostic]:
    """Tables that are still there: the first reference to each, for information; a pattern takes the successor, too."""
    from kql_lint.syntax import ast

    seen: dict[str, Node] = {}
    for row in facts.rows:
        if not isinstance(row.node, ast.Wildcard):
            seen.setdefault(row.name, row.node)
    for name, node in seen.items():
        rename = facts.catalogue.rename("table", name)
        if rename is not None:
            message = f"the table {name} has a successor, {listing(rename.new)}{_since(rename)}"
            yield RULE.report(node.start, node.end, message, severity=Severity.INFO, help=rename.note)


def _action_types(facts: Facts) -> Iterator[Diagnostic]:
    literals = list(compared_literals(facts))
    values = {value for _, value, _ in literals}
    for node, value, comparisons in literals:
        if facts.holes and not all(comparison.complete for comparison in comparisons):
            continue  # the new name may be in a hole
        tables = {origin.row.name: None for comparison in comparisons for origin in comparison.origins}
        renames = [facts.catalogue.rename("action_type", value, table) for table in tables]
        rename = renames[0] if renames else None
        # A rule that asks for both names knows of the change; in a union the name may be another table's.
        if rename is None or None in renames or not values.isdisjoint(rename.new):
            continue
        new = listing(quoted(rename.new), "or")
        fixes = replacement(facts, node, value, rename.new[0]) if len(rename.new) == 1 else ()
        message = f'ActionType "{value}" of {listing(list(tables))} is now {new}{_since(rename)}'
        yield RULE.report(node.start, node.end, message, help=rename.note, fixes=fixes)


def _since(rename: Rename) -> str:
    return f" (since {rename.since})" if rename.since else ""


RULE = Rule(
    code="KL106",
    name="renamed-name",
    summary="A table or ActionType under a name it no longer has",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
