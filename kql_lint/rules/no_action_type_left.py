"""The filters on ActionType exclude each other: no row can pass them all.

A row has one ActionType. Two filters that ask for different ones, one after the other or joined by `and`, leave
nothing, and the rule never fires. What was meant is mostly `or`, a list, or two queries joined on the device. Filters
that exclude each ActionType that a table is known to have are a warning: there may be newer ones.

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

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._consequence import ITEM
from kql_lint.rules._contradictions import Contradiction, contradictions, inside
from kql_lint.rules._literals import ACTION_TYPE, unknown_literals
from kql_lint.rules._patterns import dead_patterns
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Comparison, Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    found = [one for one in contradictions(facts) if is_of_action_type(one)]
    if not found:
        return
    explained = _explained(facts)
    for one in found:
        compared = [comparison for comparison in facts.comparisons if inside(comparison.node, one.node)]
        if explained.isdisjoint(compared) and _had_known_values(one):
            yield one.report(RULE)


def is_of_action_type(contradiction: Contradiction) -> bool:
    """Whether it is the kind of event, in an ActionType, of which nothing is left."""
    from kql_lint.semantics.events.kinds import kind_column

    return any(one.column == kind_column(one.row) == ACTION_TYPE for one in contradiction.found)


def _had_known_values(contradiction: Contradiction) -> bool:
    """Whether a row could have a value of its table; if not, an earlier filter is to blame, and is reported."""
    from kql_lint.semantics.events.kinds import kinds_of

    for one in contradiction.found:
        known = kinds_of(one.row)
        if known is None or one.before.excluding or not one.before.values.isdisjoint(known.values):
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


RULE = Rule(
    code="KL107",
    name="no-action-type-left",
    summary="Filters on ActionType that exclude each other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
