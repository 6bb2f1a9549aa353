"""The filters on ActionType exclude each other: no row can pass them all.

A row has one ActionType. Two filters that ask for different ones, one after the other or joined by `and`, leave
nothing, and the rule never fires. What was meant is mostly `or`, a list, or two queries joined on the device.

## Bad

```kql
DeviceFileEvents
| where ActionType == "FileCreated" and ActionType == "FileRenamed"
| where FileName endswith ".lnk"
```

```kql
let Tampering = dynamic(["TamperingAttempt", "AntivirusError"]);
DeviceEvents
| where ActionType in (Tampering)
| where InitiatingProcessFileName !in~ ("msmpeng.exe", "mpcmdrun.exe")
| where ActionType == "ServiceInstalled"
```

## Good

```kql
DeviceFileEvents
| where ActionType in ("FileCreated", "FileRenamed")
| where FileName endswith ".lnk"
```

## When to silence it

Never that we know of: such a query returns nothing, whatever the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._literals import unknown_literals
from kql_lint.rules._patterns import dead_patterns
from kql_lint.rules._text import listing, quoted
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scope import Row
    from kql_lint.syntax.ast import Node

_FEW = 4


def _check(facts: Facts) -> Iterator[Diagnostic]:
    by_node: dict[Node, list[Row]] = {}
    for node, row in facts.exhausted:
        by_node.setdefault(node, []).append(row)
    for node, rows in by_node.items():
        compared = [comparison for comparison in facts.comparisons if _inside(comparison.node, node)]
        if not compared or not _all_exhausted(compared, rows) or _explained(facts, compared):
            continue
        earlier = _earlier(facts, node, rows)
        if all(facts.intact(node, other) for other in earlier):
            yield _report(node, rows, compared, earlier)


def _inside(inner: Node, outer: Node) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _all_exhausted(compared: list[Comparison], rows: list[Row]) -> bool:
    """Whether no table in play passes: one branch of a union that does is enough."""
    for comparison in compared:
        for origin in comparison.origins:
            before = comparison.before.get(origin.row)
            if origin.row not in rows and (before is None or not before.empty):
                return False
    return True


def _explained(facts: Facts, compared: list[Comparison]) -> bool:
    """Whether another rule says already that a filter here lets nothing through: no value it asks for is known."""
    patterns = {pattern.comparison for pattern in dead_patterns(facts)}
    unknown = {literal.node for literal in unknown_literals(facts)}
    return any(
        comparison in patterns or unknown.issuperset(constant.node for constant in comparison.constants)
        for comparison in compared
    )


def _report(node: Node, rows: list[Row], compared: list[Comparison], earlier: list[Node]) -> Diagnostic:
    left: dict[str, None] = {}
    for comparison in compared:
        for row in rows:
            state = comparison.before.get(row)
            if state is not None and not state.excluding:
                left.update(dict.fromkeys(sorted(state.values)))
    message = "these conditions exclude each other, so no row passes this filter"
    if left:
        values = f"one of {len(left)} values" if len(left) > _FEW else listing(quoted(left), "or")
        message = f"ActionType can only be {values} here, so no row passes this filter"
    related = tuple(Related(other.start, other.end, "ActionType is narrowed here") for other in earlier)
    return RULE.report(node.start, node.end, message, related=related)


def _earlier(facts: Facts, node: Node, rows: list[Row]) -> list[Node]:
    """The filters before this one that narrowed the rows."""
    nodes: dict[Node, None] = {}
    for read in facts.reads:
        for row in rows:
            nodes.update(dict.fromkeys(read.segment.narrowed_by.get(row, ())))
    return [other for other in nodes if other.start < node.start and not _inside(node, other)]


RULE = Rule(
    code="KL107",
    name="no-action-type-left",
    summary="Filters on ActionType that exclude each other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
