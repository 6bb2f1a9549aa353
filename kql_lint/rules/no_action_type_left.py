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

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._consequence import ITEM
from kql_lint.rules._literals import ACTION_TYPE, unknown_literals
from kql_lint.rules._patterns import dead_patterns
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Exhausted, Facts
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.syntax.ast import Node

_FEW = 4


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.semantics.events.kinds import kind_column

    by_node: dict[Node, list[Exhausted]] = {}
    for one in facts.exhausted:
        if one.column == kind_column(one.row) == ACTION_TYPE:
            by_node.setdefault(one.node, []).append(one)
    if not by_node or not facts.whole:
        return
    explained = _explained(facts)
    comparisons = sorted(facts.comparisons, key=_start)
    for node, found in by_node.items():
        rows = [one.row for one in found]
        compared = _within(node, comparisons)
        if not compared or not _all_exhausted(compared, rows):
            continue
        if not explained.isdisjoint(compared) or not _had_known_values(compared, rows):
            continue
        nodes = dict.fromkeys(other for one in found for other in one.reasons)
        earlier = [other for other in nodes if other.start < node.start and not _inside(node, other)]
        if all(facts.intact(node, other.start, other.end) for other in earlier):
            yield _report(node, found, earlier)


def _start(comparison: Comparison) -> int:
    return comparison.node.start


def _within(node: Node, comparisons: list[Comparison]) -> list[Comparison]:
    """The comparisons inside the node; they are sorted by their start."""
    first = bisect_left(comparisons, node.start, key=_start)
    last = bisect_right(comparisons, node.end, key=_start)
    return [comparison for comparison in comparisons[first:last] if _inside(comparison.node, node)]


def _inside(inner: Node, outer: Node) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _all_exhausted(compared: list[Comparison], rows: list[Row]) -> bool:
    """Whether no table in play passes: one branch of a union that does is enough."""
    gone = set(rows)
    for comparison in compared:
        for origin in comparison.origins:
            before = comparison.before.get(origin.row)
            if origin.row not in gone and (before is None or not before.empty):
                return False
    return True


def _had_known_values(compared: list[Comparison], rows: list[Row]) -> bool:
    """Whether a row could have a value of its table; if not, an earlier filter is to blame, and is reported."""
    from kql_lint.semantics.events.kinds import kinds_of

    for row in rows:
        known = kinds_of(row)
        states = [found.before[row] for found in compared if row in found.before]
        if known is None or any(state.excluding or not state.values.isdisjoint(known.values) for state in states):
            return True
    return False


def _explained(facts: Facts) -> set[Comparison]:
    """The comparisons of which another rule says already that they let nothing through: no value in them is known."""
    unknown = {(literal.node, literal.value) for literal in unknown_literals(facts)}
    found = {pattern.comparison for pattern in dead_patterns(facts) if pattern.consequence.effect != ITEM}
    for comparison in facts.comparisons:
        if all((constant.node, str(constant.value)) in unknown for constant in comparison.constants):
            found.add(comparison)
    return found


def _report(node: Node, found: list[Exhausted], earlier: list[Node]) -> Diagnostic:
    left: dict[str, None] = {}
    for one in found:
        if not one.before.excluding:
            left.update(dict.fromkeys(sorted(map(str, one.before.values))))
    message = "these conditions exclude each other, so no row passes this filter"
    if left:
        values = f"one of {len(left)} values" if len(left) > _FEW else listing(quoted(left), "or")
        message = f"ActionType can only be {values} here, so no row passes this filter"
    related = tuple(Related(other.start, other.end, "ActionType is narrowed here") for other in earlier)
    return RULE.report(node.start, node.end, message, related=related)


RULE = Rule(
    code="KL107",
    name="no-action-type-left",
    summary="Filters on ActionType that exclude each other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
