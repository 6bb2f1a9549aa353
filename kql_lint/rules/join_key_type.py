"""The two columns of a key of a `join` or `lookup` have different types.

The query doesn't run: the service compares a string with a string, a number with a number. Convert one of the two
with `extend` or `project` before the join.

Nothing is reported where a type can't be known. Of dynamic keys [dynamic-compared](dynamic-compared.md) speaks.

## Bad

```kql
SecurityAlert
| extend Port = tostring(parse_json(ExtendedProperties).Port)
| join kind=inner (DeviceNetworkEvents) on $left.Port == $right.RemotePort
```

## Good

```kql
SecurityAlert
| extend Port = toint(parse_json(ExtendedProperties).Port)
| join kind=inner (DeviceNetworkEvents) on $left.Port == $right.RemotePort
```

## When to silence it

When a column has another type in your workspace than in the catalogue. Better: declare it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._types import CASTS, with_article
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import KeyTypes
    from kql_lint.semantics.facts import Facts

_NUMBERS = ("int", "long", "real", "decimal")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for key in facts.key_types:
        yield _report(facts, key)


def _report(facts: Facts, key: KeyTypes) -> Diagnostic:
    from kql_lint.syntax import ast

    node = key.node
    subject = f'"{node.name}"' if isinstance(node, ast.Name) else "this key"
    message = f"{subject} is {with_article(key.left)} on the left side and {with_article(key.right)} on the right"
    return RULE.report(node.start, node.end, message, help=_help(key.left, key.right))


def _help(left: str, right: str) -> str:
    """Which side to convert, and how: to the wider number, or to what is no string where the string may hold it."""
    if left in _NUMBERS and right in _NUMBERS:
        side, wanted = ("left", right) if _NUMBERS.index(left) < _NUMBERS.index(right) else ("right", left)
    elif "string" in (left, right):
        side, wanted = ("right", "string") if left == "string" else ("left", "string")
    else:
        return "before the join, convert both sides to one type with extend"
    return f"before the join, convert the {side} side with extend and {CASTS[wanted]}()"


RULE = Rule(
    code="KL307",
    name="join-key-type",
    summary="A join key with different types on its two sides",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
