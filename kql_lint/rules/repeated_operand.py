"""The same condition twice in one `and` or `or`, or in one `case()`: usually another column was meant.

`X or X` is `X`, so the second one does nothing, and a `case()` never comes to the value of a repeated condition. Most
such conditions in public rules are copies in which a name or a value was to be changed:
`isnotempty(SHA1) or isnotempty(SHA1)`.

## Bad

```kql
DeviceFileEvents
| where isnotempty(InitiatingProcessSHA1) or isnotempty(InitiatingProcessSHA1)
| project Timestamp, DeviceName, FileName
```

```kql
SigninLogs
| extend Risk = case(RiskLevelDuringSignIn == "high", 3, RiskLevelDuringSignIn == "high", 2, 1)
```

## Good

```kql
DeviceFileEvents
| where isnotempty(InitiatingProcessSHA1) or isnotempty(InitiatingProcessSHA256)
| project Timestamp, DeviceName, FileName
```

```kql
SigninLogs
| extend Risk = case(RiskLevelDuringSignIn == "high", 3, RiskLevelDuringSignIn == "medium", 2, 1)
```

## When to silence it

When the query is generated and repeats conditions that do no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._expressions import condensed, of_kind
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# Each call of these gives another value.
_CHANGING = ("rand(", "new_guid(")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for logical in of_kind(facts, ast.Logical):
        # Groups in brackets are left out: their own operands are compared with each other.
        operands = [one for one in logical.operands if not isinstance(one, ast.Logical)]
        for first, second in _repeated(facts, operands):
            yield _report(first, second, f'this repeats an operand of the same "{logical.op}" and has no effect')
    for call in of_kind(facts, ast.Call):
        if call.name.name == "case":
            for first, second in _repeated(facts, call.arguments[:-1:2]):
                yield _report(first, second, "case() has this condition already, so it never comes to this one")


def _repeated(facts: Facts, nodes: Sequence[ast.Expression]) -> Iterator[tuple[ast.Expression, ast.Expression]]:
    """The first and each later one of those that are the same."""
    from kql_lint.syntax import ast

    met: dict[str, ast.Expression] = {}
    begins = Counter(facts.text[node.start : node.start + 1] for node in nodes)
    for node in nodes:
        if isinstance(node, (ast.Damaged, ast.Literal)) or begins[facts.text[node.start : node.start + 1]] == 1:
            continue
        text = condensed(facts, node)
        if text in met and not any(name in text for name in _CHANGING):
            yield met[text], node
        else:
            met[text] = node


def _report(first: ast.Expression, second: ast.Expression, message: str) -> Diagnostic:
    related = (Related(first.start, first.end, "the same condition"),)
    return RULE.report(second.start, second.end, message, related=related)


RULE = Rule(
    code="KL409",
    name="repeated-operand",
    summary="The same condition twice, where another column or value was meant",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
