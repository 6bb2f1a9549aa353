"""`where X = value` gives the value a name; it doesn't compare anything.

KQL compares with `==`. A single `=` names the expression behind it, and `where` accepts a named expression like any
other. So `where IsAdmin = true` keeps every row, since its condition is `true`, and `where A = B == "x"` filters by
`B == "x"` alone. If the value is no condition, as in `where Computer = "DC01"`, the service refuses the query.

If the name is no column of the table and the value is a condition, the filter works and the name is superfluous: an
info.

## Bad

```kql
DeviceInfo
| where IsInternetFacing = true
| summarize arg_max(Timestamp, *) by DeviceId
```

```kql
DeviceLogonEvents
| where LogonType = "RemoteInteractive"
```

## Good

```kql
DeviceInfo
| where IsInternetFacing == true
| summarize arg_max(Timestamp, *) by DeviceId
```

```kql
DeviceLogonEvents
| where LogonType == "RemoteInteractive"
```

## When to silence it

When the name is there on purpose, to tell readers what the condition means. A comment does that, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._types import advice, source
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import NamedCondition
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_MAYBE_CONDITIONS = frozenset({"bool", "dynamic", "unknown"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for condition in facts.named_conditions:
        found = _report(facts, condition)
        if condition.use == "where" or found.severity > Severity.INFO:
            yield found


def _report(facts: Facts, condition: NamedCondition) -> Diagnostic:
    node, name = condition.node, condition.node.names[0]
    equals = facts.text.index("=", name.end, node.value.start)
    severity, message = _said(facts, condition)
    fixes: tuple[Fix, ...] = ()
    if severity == Severity.INFO:
        fixes = (Fix(f"remove {name.name} =", (Edit(name.start, node.value.start, ""),), "safe"),)
    elif condition.of_column is not False and not _is_operation(node.value):
        fixes = (Fix("write ==", (Edit(equals, equals + 1, "=="),), "intent"),)
    return RULE.report(equals, equals + 1, message, severity=severity, fixes=fixes)


def _said(facts: Facts, condition: NamedCondition) -> tuple[Severity, str]:
    node, name = condition.node, condition.node.names[0]
    text = source(facts, _compared(node.value))
    text = f"({text})" if text and _is_operation(node.value) else text
    advised = advice(f"{facts.text[name.start : name.end]} == {text}" if text else None)
    if condition.type not in _MAYBE_CONDITIONS:
        return Severity.ERROR, f"= only names a value here, and {condition.use} needs a condition{advised}"
    if condition.constants is not None and condition.use == "where":
        kept = "every row" if all(constant.value is True for constant in condition.constants) else "no row"
        return Severity.WARNING, f"= only names a value here, so this filter keeps {kept}{advised}"
    if condition.type == "bool" and not condition.of_column and not _is_simple(node.value):
        return Severity.INFO, f'the name "{name.name}" has no effect: {condition.use} uses the condition alone'
    return Severity.WARNING, f'= only names a value here, and "{name.name}" is not compared{advised}'


def _compared(value: ast.Expression) -> ast.Expression:
    """What stands right behind the ``=``, up to an ``and`` or ``or``."""
    from kql_lint.syntax import ast

    while isinstance(value, ast.Logical):
        value = value.operands[0]
    return value


def _is_simple(value: ast.Expression) -> bool:
    """Whether the value is one that nobody would name: a column, a literal, a member."""
    from kql_lint.syntax import ast

    return isinstance(_compared(value), (ast.Name, ast.Literal, ast.Member, ast.Index))


def _is_operation(value: ast.Expression) -> bool:
    """Whether ``==`` can't be put in front of the value as it is: ``a == b == c`` is no KQL."""
    from kql_lint.syntax import ast

    return isinstance(_compared(value), (ast.Binary, ast.In, ast.Between))


RULE = Rule(
    code="KL410",
    name="name-instead-of-comparison",
    summary="= where == is meant: it names a value and compares nothing",
    severity=Severity.WARNING,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
