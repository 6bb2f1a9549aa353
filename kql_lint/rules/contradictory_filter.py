"""The filters on a column exclude each other: no row can pass them all.

Each filter that a row passes narrows what its columns can hold: to some values, a range of numbers or times, strings
that begin with a prefix. If a later filter asks for something else, no row is left and the rule never fires. Most often
`or` was meant, a list, or another column.

kql-lint follows the columns through `let`, functions, `extend`, joins and unions. Where one branch of a union can pass,
it says nothing. A column that only one table of a union has is empty in the rows of the others. For ActionType, see
no-action-type-left.

## Bad

```kql
DeviceNetworkEvents
| where RemotePort == 3389
| where InitiatingProcessFileName =~ "mstsc.exe"
| where RemotePort > 49151
```

```kql
DeviceProcessEvents
| extend Tool = tolower(FileName)
| where FileName endswith ".dll"
| where FileName == "rundll32.exe"
```

```kql
SigninLogs
| where RiskLevelDuringSignIn == "high" and RiskLevelDuringSignIn == "medium"
| summarize count() by UserPrincipalName
```

```kql
union DeviceProcessEvents, DeviceNetworkEvents
| where RemotePort == 443 and FileName == "curl.exe"
```

## Good

```kql
DeviceNetworkEvents
| where RemotePort == 3389 or RemotePort > 49151
| where InitiatingProcessFileName =~ "mstsc.exe"
```

```kql
SigninLogs
| where RiskLevelDuringSignIn in ("high", "medium")
| summarize count() by UserPrincipalName
```

## When to silence it

Never that we know of: such a query returns nothing, whatever the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._constant_conditions import constant_conditions
from kql_lint.rules._contradictions import Contradiction, contradictions, inside
from kql_lint.rules.no_action_type_left import is_of_action_type
from kql_lint.rules.reversed_range import reversed_bounds, reversed_ranges
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for condition in constant_conditions(facts):
        if not condition.holds:
            message = "this compares constants alone and is never true, so no row passes this filter"
            yield RULE.report(condition.node.start, condition.node.end, message, help=condition.help)
    for one in contradictions(facts):
        if not is_of_action_type(one) and not _is_explained(facts, one):
            yield one.report(RULE)


def _is_explained(facts: Facts, contradiction: Contradiction) -> bool:
    """Whether another rule says of a comparison, there or before, that no value of the column passes it."""
    from kql_lint.syntax import ast

    if isinstance(contradiction.node, ast.Between) and not contradiction.earlier:
        return True  # a range that nothing lies in: reversed-range's, as far as it is certain
    nodes = (contradiction.node, *contradiction.earlier)
    if any(inside(found, contradiction.node) for found in reversed_ranges(facts)):
        return True
    if any(second is contradiction.node for _, _, second in reversed_bounds(facts)):
        return True
    return any(
        _is_unknown(comparison)
        for comparison in facts.comparisons
        if any(inside(comparison.node, node) for node in nodes)
    )


def _is_unknown(comparison: Comparison) -> bool:
    """Whether the lists of the column's values have none of those that it is compared with."""
    from kql_lint.semantics.events.kinds import list_of

    lists = [list_of(origin) for origin in comparison.origins]
    return all(
        known is not None and all(str(constant.value) not in known.values for constant in comparison.constants)
        for known in lists
    )


RULE = Rule(
    code="KL401",
    name="contradictory-filter",
    summary="Filters on a column that exclude each other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
