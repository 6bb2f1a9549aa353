"""A table, column or ActionType is called by a name that it no longer has.

Microsoft renames tables, columns and ActionTypes now and then. A query on the old table or column fails; a filter on
the old ActionType matches nothing that was recorded since. The message has the new name, and since when, where that is
known.

A column under its old name is an error, since the query doesn't run. A table whose successor is there while the old one
still answers is reported as information, and as a warning once there is a date for its end. Behind a table that is gone
and has one successor, the successor's columns are checked.

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

```kql
EmailEvents
| where FinalEmailAction == "Move to junk mail folder"
```

## Good

```kql
DeviceEvents
| where ActionType == "UsbDriveMounted"
| project Timestamp, DeviceName, AdditionalFields
```

```kql
EmailEvents
| where EmailAction == "Move to junk mail folder"
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
from kql_lint.rules._literals import compared_literals, replacement, tables_of
from kql_lint.rules._names import is_verbatim, rewritten, written
from kql_lint.rules._unknown import Renamed, renamed
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.catalogue import Rename
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Row


def _check(facts: Facts) -> Iterator[Diagnostic]:
    yield from _gone_tables(facts)
    yield from _superseded_tables(facts)
    yield from _action_types(facts)
    for found in renamed(facts):
        yield _column(facts, found)


def _column(facts: Facts, found: Renamed) -> Diagnostic:
    node = found.unknown.node
    fixes: tuple[Fix, ...] = ()
    if len(found.names) == 1 and is_verbatim(facts, node):
        fixes = rewritten(node, written(found.names[0]), "intent")
    new = listing(quoted(found.names))
    message = f'the column "{node.name}" of {found.table} is now {new}{_since(found.rename)}'
    return RULE.report(node.start, node.end, message, severity=Severity.ERROR, help=found.rename.note, fixes=fixes)


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
    """Tables that are still there: the first reference to each, for information as long as no end is in sight.

    A pattern takes the successor, too.
    """
    from kql_lint.syntax import ast

    seen: dict[str, Row] = {}
    for row in facts.rows:
        if not isinstance(row.node, ast.Wildcard):
            seen.setdefault(row.name, row)
    for name, row in seen.items():
        rename = facts.catalogue.rename("table", name)
        if rename is None or (rename.platform is not None and rename.platform != facts.platform):
            continue
        if rename.until is None:
            message, severity = (
                f"the table {name} has a successor, {listing(rename.new)}{_since(rename)}",
                Severity.INFO,
            )
        else:
            message = f"the table {name} is now {listing(rename.new)}{_since(rename)}"
            severity = Severity.WARNING
        platforms = {table.platform for new in rename.new for table in facts.catalogue.tables(new)}
        lacks = facts.platform in _PLATFORMS and facts.platform not in platforms
        message += f", and {_PLATFORMS[facts.platform]} has no table of the new name" if lacks else ""
        yield RULE.report(row.node.start, row.node.end, message, severity=severity, help=rename.note)


def _action_types(facts: Facts) -> Iterator[Diagnostic]:
    literals = list(compared_literals(facts, words=True))
    values = {value.casefold() for _, value, _ in literals}
    for node, value, comparisons in literals:
        if facts.holes and not all(comparison.complete for comparison in comparisons):
            continue  # the new name may be in a hole
        tables = tables_of(facts, comparisons).names
        renames = [facts.catalogue.rename("action_type", value, table) for table in tables]
        rename = renames[0] if renames else None
        # A rule that asks for both names knows of the change; in a union the name may be another table's.
        if rename is None or None in renames or not values.isdisjoint(map(str.casefold, rename.new)):
            continue
        new = listing(quoted(rename.new), "or")
        fixes = replacement(facts, node, value, _cased(rename.new[0], comparisons)) if len(rename.new) == 1 else ()
        message = f'ActionType "{value}" of {listing(tables)} is now {new}{_since(rename)}'
        yield RULE.report(node.start, node.end, message, help=rename.note, fixes=fixes)


def _cased(name: str, comparisons: list[Comparison]) -> str:
    """The name as ``tolower(ActionType) == "..."`` needs it."""
    cases = {comparison.folded for comparison in comparisons}
    return name.lower() if cases == {"lower"} else name.upper() if cases == {"upper"} else name


_PLATFORMS = {"defender": "Defender", "sentinel": "Sentinel"}


def _since(rename: Rename) -> str:
    times = [f"since {rename.since}"] if rename.since else []
    times += [f"the old name ends in {rename.until}"] if rename.until else []
    return f" ({'; '.join(times)})" if times else ""


RULE = Rule(
    code="KL106",
    name="renamed-name",
    summary="Table, column or ActionType has been renamed",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
