"""`== datetime(null)` never matches: isnull() tells whether a value is null.

Nothing equals null. Microsoft's page on null values says that `==` gives false for a null and another value, and null
for two nulls; a filter keeps neither. So `where LastSeen == datetime(null)` returns nothing, not the rows without a
value.

`!= datetime(null)` is documented to give true for every value but null, so it works and is not reported. Nor is a
comparison with `dynamic(null)`.

## Bad

```kql
DeviceProcessEvents
| where ProcessCreationTime == datetime(null)
| project Timestamp, DeviceName, FileName
```

## Good

```kql
DeviceProcessEvents
| where isnull(ProcessCreationTime)
| project Timestamp, DeviceName, FileName
```

## When to silence it

Never that we know of: such a comparison never matches, whatever the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._expressions import definition, of_kind
from kql_lint.rules._types import advice, source
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# LIMIT: what dynamic(null) equals is not documented, nor what a comparison by < or > with null gives.
_NOT_JUDGED = frozenset({"dynamic", "null", "string"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    if all(literal.value is not None for literal in facts.nodes_of(ast.Literal)):
        return
    for node in of_kind(facts, ast.Binary):
        if node.op != "==":
            continue
        for value, other in ((node.right, node.left), (node.left, node.right)):
            literal = definition(facts, value)
            if isinstance(literal, ast.Literal) and literal.value is None and literal.type not in _NOT_JUDGED:
                yield _report(facts, node, other)
                break


def _report(facts: Facts, node: ast.Binary, other: ast.Expression) -> Diagnostic:
    text = source(facts, other)
    edit = Edit(node.start, node.end, f"isnull({facts.text[other.start : other.end]})")
    return RULE.report(
        node.start,
        node.end,
        f"nothing equals null, so this comparison never matches{advice(f'isnull({text})' if text else None)}",
        fixes=(Fix("write isnull()", (edit,), "intent"),),
    )


RULE = Rule(
    code="KL411",
    name="compared-with-null",
    summary="A value is compared with null by ==, which never matches",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
