"""`tolower(x) == "y"`: every value is copied in lower case before it is compared; `x =~ "y"` compares at once.

A filter on what a function makes of a column can't use the column's index, and the function is called for each row.
`=~`, `!~`, `in~` and `!in~` ignore case themselves. The result is the same.

Nothing is reported where a string has the other case, so that it never matches (lowercased-compare-never-matches), and
where not all strings are known from the text.

Source: [Kusto query best practices](https://learn.microsoft.com/en-us/kusto/query/best-practices).

## Bad

```kql
SigninLogs
| where tolower(UserPrincipalName) == "admin@contoso.com"
| project TimeGenerated, IPAddress
```

## Good

```kql
SigninLogs
| where UserPrincipalName =~ "admin@contoso.com"
| project TimeGenerated, IPAddress
```

## When to silence it

When the table is small and the function is there for the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._exact import FOLDING
from kql_lint.rules._expressions import of_kind, value_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_FOLDS = {"tolower": "lower", "toupper": "upper"}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Binary):
        if node.op in FOLDING:
            calls = [side for side in (node.left, node.right) if _is_folded(facts, side)]
            others = [side for side in (node.left, node.right) if side not in calls]
            if calls and _are_comparable(facts, calls, others):
                yield _report(facts, node, calls)
    for found in of_kind(facts, ast.In):
        is_folded = found.op in FOLDING and _is_folded(facts, found.left)
        if is_folded and _are_comparable(facts, [found.left], found.items):
            yield _report(facts, found, [found.left])


def _is_folded(facts: Facts, node: ast.Expression) -> bool:
    """Whether it is a call that gives a string another case."""
    from kql_lint.syntax import ast

    return (
        isinstance(node, ast.Call)
        and node.name.name in _FOLDS
        and len(node.arguments) == 1
        and value_of(facts, node.arguments[0]).type == "string"
        and value_of(facts, node).constants is None
    )


def _are_comparable(facts: Facts, calls: Sequence[ast.Expression], others: Sequence[ast.Expression]) -> bool:
    """Whether the comparison finds the same where case is ignored: both are folded, or the strings are known."""
    cases = {_FOLDS[call.name.name] for call in calls}  # type: ignore[attr-defined]  # they are calls
    return len(cases) == 1 and all(_is_in_case(facts, other, *cases) for other in others)


def _is_in_case(facts: Facts, node: ast.Expression, case: str) -> bool:
    """Whether all that the value can be are strings of a case.

    LIMIT: of ASCII; beyond it, the documentation does not say which letters are equal where case is ignored.
    """
    value = value_of(facts, node)
    if not value.constants or not value.exact:
        return False
    texts = [one.value for one in value.constants]
    return all(isinstance(one, str) and one.isascii() and getattr(one, case)() == one for one in texts)


def _report(facts: Facts, node: ast.Binary | ast.In, calls: Sequence[ast.Expression]) -> Diagnostic:
    operator = FOLDING[node.op]
    name = calls[0].name.name  # type: ignore[attr-defined]
    message = f"{name}() changes every value before it is compared; {operator} ignores case itself"
    first = calls[0]
    return RULE.report(
        first.start, first.end, message, help=f"use {operator} without {name}()", fixes=_fixes(facts, node, calls)
    )


def _fixes(facts: Facts, node: ast.Binary | ast.In, calls: Sequence[ast.Expression]) -> tuple[Fix, ...]:
    from kql_lint.syntax import ast

    arguments = [call.arguments[0] for call in calls if isinstance(call, ast.Call)]
    if not all(isinstance(one, (ast.Name, ast.Member, ast.Index, ast.Call)) for one in arguments):
        return ()
    unwrapped = [
        Edit(call.start, call.end, facts.text[argument.start : argument.end])
        for call, argument in zip(calls, arguments, strict=True)
    ]
    operator = Edit(node.op_start, node.op_end, FOLDING[node.op])
    return (Fix(f"use {operator.text}", tuple(sorted([*unwrapped, operator])), "safe"),)


RULE = Rule(
    code="KL506",
    name="case-folded-equality",
    summary="A value is put into lower or upper case only to be compared",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
