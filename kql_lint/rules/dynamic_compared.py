"""Rows are grouped, sorted, told apart or joined by a dynamic value, or two dynamic values are compared.

The service refuses it: "Summarize group key is of a 'dynamic' type. Please use an explicit cast". Members of dynamic
columns are dynamic too, as are what `parse_json()` gives and the elements that `mv-expand` makes without a type. A
cast says which values are meant: `tostring()`, `tolong()`, `todatetime()`.

A dynamic value may be compared with a value of another type, which says what it is compared as; that is not reported.

## Bad

```kql
SigninLogs
| summarize count() by UserPrincipalName, DeviceDetail.operatingSystem
```

```kql
AuditLogs
| mv-expand Target = TargetResources
| sort by Target.displayName asc
```

```kql
AuditLogs
| extend Old = TargetResources[0].modifiedProperties[0].oldValue
| where Old != TargetResources[0].modifiedProperties[0].newValue
```

## Good

```kql
SigninLogs
| where DeviceDetail.operatingSystem == "Linux"
| summarize count() by UserPrincipalName, Browser = tostring(DeviceDetail.browser)
```

```kql
AuditLogs
| mv-expand Target = TargetResources
| extend Name = tostring(Target.displayName)
| sort by Name asc
```

## When to silence it

When a column that the catalogue calls dynamic is of another type in your workspace. Better: declare it in an overlay
of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._types import advice, source
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import DynamicUse
    from kql_lint.semantics.facts import Facts

# Sources: the service's messages ("Summarize group key 'x' is of a 'dynamic' type", "order operator: key can't be of
# dynamic type", "join key 'x' is of a 'dynamic' type"), Microsoft's language service (KS116, KS241), and of two values
# that are compared https://github.com/MicrosoftDocs/dataexplorer-docs/issues/43.
_CAN_NOT = {
    "summarize": "rows can't be grouped by a dynamic value",
    "sort": "rows can't be sorted by a dynamic value",
    "top": "rows can't be ranked by a dynamic value",
    "distinct": "rows can't be told apart by a dynamic value",
    "sample-distinct": "rows can't be told apart by a dynamic value",
    "partition": "rows can't be split by a dynamic value",
    "join": "rows can't be joined on a dynamic value",
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for use in facts.dynamic_uses:
        yield _report(facts, use)


def _report(facts: Facts, use: DynamicUse) -> Diagnostic:
    from kql_lint.syntax import ast

    node = use.node
    if isinstance(node, ast.Binary) and use.use not in _CAN_NOT:
        left, right = source(facts, node.left), source(facts, node.right)
        text = f"tostring({left}) {use.use} tostring({right})" if left and right else None
        message = f"{use.use} can't compare two dynamic values{advice(text)}"
        return RULE.report(node.op_start, node.op_end, message)
    if isinstance(node, ast.Ordered):
        node = node.expression
    if isinstance(node, ast.NamedExpression):
        node = node.value
    text = source(facts, node)
    message = _CAN_NOT[use.use] + advice(f"tostring({text})" if text else None)
    if use.use == "join":
        message = f"{_CAN_NOT['join']}; make it a column with extend and tostring() before"
    return RULE.report(node.start, node.end, message)


RULE = Rule(
    code="KL306",
    name="dynamic-compared",
    summary="Rows grouped, sorted or joined by dynamic values, or two of those compared",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
