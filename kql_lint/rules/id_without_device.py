"""Rows are joined or grouped by a number that each device counts for itself, and the device is missing.

A process ID is unique on one device, for as long as the process runs, and `ReportId` of Defender's device tables is a
counter of the device. Thousands of devices have a process 4712, so a join or a group by the number alone puts events
together that have nothing to do with each other. Microsoft's reference says of `ReportId` that it has to be used with
`DeviceName` and `Timestamp`.

What is filtered to one device before isn't reported, nor are keys of which kql-lint does not know what they hold.

## Bad

```kql
DeviceProcessEvents
| where FileName =~ "powershell.exe"
| join kind=inner (DeviceNetworkEvents | where RemoteIPType == "Public")
    on $left.ProcessId == $right.InitiatingProcessId
| project Timestamp, DeviceName, RemoteUrl, ProcessCommandLine
```

```kql
DeviceProcessEvents
| where FileName =~ "net.exe"
| summarize arg_max(Timestamp, *) by ReportId
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "powershell.exe"
| join kind=inner (DeviceNetworkEvents | where RemoteIPType == "Public")
    on DeviceId, $left.ProcessId == $right.InitiatingProcessId
| project Timestamp, DeviceName, RemoteUrl, ProcessCommandLine
```

```kql
DeviceProcessEvents
| where FileName =~ "net.exe"
| summarize arg_max(Timestamp, *) by DeviceId, ReportId
```

## When to silence it

When the data is of one device, for a reason that the query doesn't tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.semantics.facts import ColumnRead, Facts
    from kql_lint.syntax import ast

_DEVICE = "device"
_ID = "id on device"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    by_node = _reads_of_ids(facts)
    if not facts.whole or not by_node:
        return
    from kql_lint.syntax import ast

    for node in facts.nodes:
        keys = _keys(node)
        found = _lacking(facts, keys, by_node) if keys else None
        if found is not None and facts.intact(node, node.start, node.end):
            what = "joined" if isinstance(node, (ast.Join, ast.Lookup)) else "grouped"
            yield _report(found, what)


def _reads_of_ids(facts: Facts) -> dict[ast.Node, list[ColumnRead]]:
    """All reads of columns by their node, where the query reads an id of a device as a key at all."""
    clauses = ("by", "join")
    if not any(read.clause in clauses and _holds(read, _ID) for read in facts.reads):
        return {}
    by_node: dict[ast.Node, list[ColumnRead]] = {}
    for read in facts.reads:
        by_node.setdefault(read.node, []).append(read)
    # What a function reads of a table is known where it is called.
    return {node: [one for one in reads if not one.declared] or reads for node, reads in by_node.items()}


def _keys(node: ast.Node) -> Sequence[ast.Expression]:
    """What a join puts rows together by, or an operator groups them by."""
    from kql_lint.syntax import ast

    if isinstance(node, (ast.Join, ast.Lookup)):
        return node.on if node.where is None else ()
    if isinstance(node, ast.Summarize):
        return node.by or ()
    return node.by if isinstance(node, ast.MakeSeries) else ()


def _lacking(
    facts: Facts, keys: Sequence[ast.Expression], by_node: dict[ast.Node, list[ColumnRead]]
) -> list[ColumnRead] | None:
    """The reads of ids among the keys, where no key is the device; None where one is, or may be."""
    from kql_lint.syntax import ast

    found: list[ColumnRead] = []
    for key in keys:
        plain = _plain(key)
        for node in ast.walk(key):
            reads = by_node.get(node, [])
            if isinstance(node, (ast.Name, ast.Damaged)) and not reads and not _is_word(node, key):
                return None  # a variable, or what is not understood
            if not all(read.column.origins for read in reads) or any(_holds(read, _DEVICE) for read in reads):
                return None
            if node in plain and reads and all(_holds(read, _ID) for read in reads):
                found += reads
    return found if found and not any(_is_chosen(facts, read) for read in found) else None


def _plain(key: ast.Expression) -> list[ast.Node]:
    """The places of columns that are keys as they are."""
    from kql_lint.syntax import ast

    if isinstance(key, ast.NamedExpression):
        key = key.value
    if isinstance(key, ast.Logical) and key.op == "and":
        return [node for operand in key.operands for node in _plain(operand)]
    if isinstance(key, ast.Binary) and key.op == "==":
        return [side.member for side in (key.left, key.right) if isinstance(side, ast.Member)]
    return [key] if isinstance(key, ast.Name) else []


def _is_word(name: ast.Node, key: ast.Expression) -> bool:
    """Whether a name is that of a function, of a side, or of what the key is called."""
    from kql_lint.syntax import ast

    for node in ast.walk(key):
        if isinstance(node, ast.Call) and node.name is name:
            return True
        if isinstance(node, ast.NamedExpression) and name in node.names:
            return True
        if isinstance(node, ast.Member) and node.target is name:
            return True
    return False


def _holds(read: ColumnRead, what: str) -> bool:
    """Whether all that the column may be holds that."""
    from kql_lint.semantics.events.kinds import distinct, held_by

    return bool(read.column.origins) and all(held_by(origin) == what for origin in distinct(read.column.origins))


def _is_chosen(facts: Facts, read: ColumnRead) -> bool:
    """Whether a filter may leave rows of one device alone.

    LIMIT: a filter on the device that is not understood is taken for one that does.
    """
    from kql_lint.semantics.scopes.state import ANYTHING

    rows = {origin.row for origin in read.column.origins}
    for row in rows:
        names = {name for table in row.tables for name, held in table.holds.items() if held == _DEVICE}
        state = read.states.get(row, ANYTHING)
        if any(not (state.domain(name).excluding and state.domain(name).is_plain) for name in names):
            return True
        understood = any(not state.domain(name).everything for name in names)
        if not understood and any(_compares(other, row, names) for other in facts.reads):
            return True
    return False


def _compares(read: ColumnRead, row: object, names: set[str]) -> bool:
    """Whether a filter compares the device of the row."""
    return read.in_predicate and any(
        origin.column in names and (origin.row is row or origin.row.copy_of in (row, getattr(row, "copy_of", None)))
        for origin in read.column.origins
    )


def _report(reads: Sequence[ColumnRead], what: str) -> Diagnostic:
    first = reads[0]
    origin = first.column.origins[0]
    devices = [name for table in origin.row.tables for name, held in table.holds.items() if held == _DEVICE]
    columns = listing(list(dict.fromkeys(devices)), "or")
    return RULE.report(
        first.node.start,
        first.node.end,
        f"each device counts its own {origin.column}, and rows are {what} by it without the device",
        help=f"add {columns} to the keys",
    )


RULE = Rule(
    code="KL416",
    name="id-without-device",
    summary="Rows joined or grouped by a process ID or ReportId without the device",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
