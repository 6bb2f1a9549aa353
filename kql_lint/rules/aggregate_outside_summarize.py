"""An aggregate is called where there are no groups of rows to aggregate.

`count()`, `dcount()`, `make_set()` and their like look at many rows, so they stand in `summarize`, `make-series`,
`top-nested` or `evaluate pivot`. In a `where` or `extend`, which see one row at a time, the service refuses them. It
also refuses one inside the other: `max(count())`.

To filter on an aggregate, compute it first and filter behind the `summarize`; what SQL calls `HAVING` is a `where` that
comes later. To compare each row with an aggregate, compute it in a `toscalar()`, or join it.

## Bad

```kql
DeviceLogonEvents
| where ActionType == "LogonFailed" and count() > 20
```

```kql
DeviceNetworkEvents
| summarize Busiest = max(count()) by DeviceName
```

## Good

```kql
DeviceLogonEvents
| where ActionType == "LogonFailed"
| summarize Failures = count() by DeviceName, AccountName
| where Failures > 20
```

```kql
let Usual = toscalar(DeviceNetworkEvents | summarize percentile(RemotePort, 50));
DeviceNetworkEvents
| where RemotePort > Usual
```

## When to silence it

Never: the query does not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._types import aggregates_rows, applications, is_allowed
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# What may be meant where there is one row at a time.
_INSTEAD = {
    "max": "max_of() gives the largest of its arguments",
    "min": "min_of() gives the smallest of its arguments",
    "make_list": "pack_array() makes an array of its arguments",
    "make_set": "pack_array() makes an array of its arguments",
    "make_bag": "bag_pack() makes a bag of its arguments",
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    aggregates = {item.node: item for item in applications(facts) if aggregates_rows(item)}
    nested = _nested(aggregates)
    for node, application in aggregates.items():
        name = node.name
        if not is_allowed(application):
            message = f"{name.name}() aggregates rows, which summarize, make-series, top-nested and pivot do"
            yield RULE.report(name.start, name.end, message, help=_INSTEAD.get(name.name))
        elif node in nested:
            message = f"{name.name}() can't stand inside {nested[node]}(): one aggregate takes no other"
            yield RULE.report(name.start, name.end, message)


def _nested(aggregates: Iterable[ast.Call]) -> dict[ast.Call, str]:
    """The calls inside an aggregate's arguments, with the aggregate's name; a subquery has groups of its own."""
    from kql_lint.syntax import ast

    inside: dict[ast.Call, str] = {}
    for outer in aggregates:
        stack: list[ast.Node] = list(outer.arguments)
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Call):
                inside.setdefault(node, outer.name.name)
            if not isinstance(node, ast.Pipeline):
                stack.extend(ast.children(node))
    return inside


RULE = Rule(
    code="KL304",
    name="aggregate-outside-summarize",
    summary="An aggregate where there are no groups of rows",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
