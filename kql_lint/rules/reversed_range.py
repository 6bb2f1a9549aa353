"""A range whose start is after its end: no value lies in it.

`between (a .. b)` needs the smaller value first. `between (ago(1d) .. ago(7d))` starts yesterday and ends a week ago,
so it never matches; `!between` then excludes nothing. The same goes for two comparisons of one column that are joined
by `and`: `Timestamp > ago(1d) and Timestamp < ago(7d)`.

Numbers, datetimes, `now()`, `ago()`, sums with timespans, `bin()` and the start and end of a day, week, month or year
are compared, also where they come from a `let`.

## Bad

```kql
DeviceLogonEvents
| where Timestamp between (ago(1d) .. ago(7d))
| summarize count() by DeviceName
```

```kql
let Newest = now(-1h);
let Oldest = now(-1d);
DeviceNetworkEvents
| where Timestamp > Newest and Timestamp <= Oldest
| where RemotePort == 3389
```

## Good

```kql
DeviceLogonEvents
| where Timestamp between (ago(7d) .. ago(1d))
| summarize count() by DeviceName
```

## When to silence it

Never that we know of: such a filter never matches, whatever the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.rules._expressions import condensed, of_kind
from kql_lint.rules._times import Extent, extent
from kql_lint.rules._types import source
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_LOWER = {">": True, ">=": True, "<": False, "<=": False}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def _check(facts: Facts) -> Iterator[Diagnostic]:

    for node in reversed_ranges(facts):
        yield _between(facts, node)
    for name, first, second in reversed_bounds(facts):
        yield _excluded(facts, name, first, second)


def reversed_bounds(facts: Facts) -> Sequence[tuple[str, ast.Binary, ast.Binary]]:
    """The bounds of one ``and`` that nothing lies between: the column, and the first and the second of them."""
    return facts.memory.get("reversed bounds", lambda: list(_reversed_bounds(facts)))


def _reversed_bounds(facts: Facts) -> Iterator[tuple[str, ast.Binary, ast.Binary]]:
    from kql_lint.syntax import ast

    for logical in of_kind(facts, ast.Logical):
        if logical.op == "and":
            yield from _bounds(facts, logical)


def reversed_ranges(facts: Facts) -> Sequence[ast.Between]:
    """Every ``between`` that nothing lies in."""
    return facts.memory.get("reversed ranges", lambda: list(_reversed_ranges(facts)))


def _reversed_ranges(facts: Facts) -> Iterator[ast.Between]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Between):
        low, high = extent(facts, node.low), extent(facts, node.high)
        if low is not None and high is not None:
            if high.base == "span" and low.base in ("now", "time"):  # the end is so long after the start
                high = low.moved(high.low, high.high) if low.low == low.high else None
            if high is not None and _is_after(low, high):
                yield node


def _is_after(low: Extent, high: Extent) -> bool:
    return low.base == high.base and low.low > high.high


def _between(facts: Facts, node: ast.Between) -> Diagnostic:
    low, high = (facts.text[end.start : end.end] for end in (node.low, node.high))
    message = "the range starts after it ends, so it " + ("excludes nothing" if node.negated else "never matches")
    edits = (Edit(node.low.start, node.low.end, high), Edit(node.high.start, node.high.end, low))
    return RULE.report(
        node.low.start,
        node.high.end,
        message,
        severity=Severity.WARNING if node.negated else Severity.ERROR,
        fixes=(Fix("swap the ends", edits, "intent"),),
    )


def _bounds(facts: Facts, logical: ast.Logical) -> Iterator[tuple[str, ast.Binary, ast.Binary]]:
    """The upper and lower bounds of one column that exclude each other."""
    from kql_lint.syntax import ast

    bounds: dict[str, list[tuple[bool, ast.Binary, ast.Expression]]] = {}
    for node in logical.operands:
        if not isinstance(node, ast.Binary) or node.op not in _LOWER:
            continue
        for op, named, value in ((node.op, node.left, node.right), (_MIRRORED[node.op], node.right, node.left)):
            if isinstance(named, ast.Name):
                bounds.setdefault(condensed(facts, named), []).append((_LOWER[op], node, value))
    for name, ends in bounds.items():
        if len({is_lower for is_lower, _, _ in ends}) < 2:
            continue
        limits = ((is_lower, node, extent(facts, value)) for is_lower, node, value in ends)
        # KL401 sees to numbers
        found = [(is_lower, node, one) for is_lower, node, one in limits if one is not None and one.base != "number"]
        lower = max((one for one in found if one[0]), key=lambda one: one[2].low, default=None)
        upper = min((one for one in found if not one[0]), key=lambda one: one[2].high, default=None)
        if lower is not None and upper is not None and _is_after(lower[2], upper[2]):
            first, second = sorted((lower[1], upper[1]), key=lambda one: one.start)
            yield name, first, second


def _excluded(facts: Facts, name: str, first: ast.Binary, second: ast.Binary) -> Diagnostic:
    text = source(facts, first)
    reason = f"{name} can't also be {text.removeprefix(name).strip()}" if text and text.startswith(name) else None
    message = f"the range starts after it ends, so it never matches{f': {reason}' if reason else ''}"
    related = (Related(first.start, first.end, f"{name} is narrowed here"),)
    return RULE.report(second.start, second.end, message, related=related)


RULE = Rule(
    code="KL404",
    name="reversed-range",
    summary="A range that starts after it ends",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
