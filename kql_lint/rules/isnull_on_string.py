"""A text is asked whether it is null, which no text ever is.

The string type has no null: what is missing is the empty text. So `isnull(AccountName)` is false in every row, also in
those that an outer join has filled up, and `isnotnull(AccountName)` lets every row pass. `isempty()` and
`isnotempty()` are what is meant; they work for every type.

The fix writes them.

## Bad

```kql
DeviceLogonEvents
| where isnotnull(AccountName) and isnull(RemoteIP)
```

## Good

```kql
DeviceLogonEvents
| where isnotempty(AccountName) and isempty(RemoteIP)
```

```kql
SecurityEvent
| where isnull(EventID)
```

## When to silence it

When a column that the catalogue calls a string is of another type in your workspace. Better: declare it in an overlay
of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._types import applications
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_MEANT = {"isnull": "isempty", "isnotnull": "isnotempty", "notnull": "isnotempty"}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for application in applications(facts):
        name = application.node.name
        if name.name in _MEANT and application.types == ("string",) and application.arguments[0].is_settled:
            yield _report(facts, name)


def _report(facts: Facts, name: ast.Name) -> Diagnostic:
    meant = _MEANT[name.name]
    always = "false" if name.name == "isnull" else "true"
    message = f"{name.name}() is always {always} for a string, which is never null; write {meant}()"
    fixes: tuple[Fix, ...] = ()
    if facts.text[name.start : name.end] == name.name:
        fixes = (Fix(f"write {meant}()", (Edit(name.start, name.end, meant),), "intent"),)
    return RULE.report(name.start, name.end, message, fixes=fixes)


RULE = Rule(
    code="KL305",
    name="isnull-on-string",
    summary="A text is asked whether it is null, which it never is",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
