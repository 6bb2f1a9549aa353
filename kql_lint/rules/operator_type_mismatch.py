"""An operator gets values of types that it is not defined for.

The query fails when it runs, or compares what can't be compared. `+` adds numbers and times, and joins no texts; `<`
knows no order of texts; `has` and its like look into texts alone; `and` and `or` take conditions, so a text after `or`
has to be compared with something too.

A point in time is held against another one: `Timestamp > 7d` compares it with a duration.

Likewise `mv-expand` and `[0]` work on dynamic values, not on strings that hold JSON; `where` takes a condition;
`take` and `top` take a whole number; `project-rename` takes names; `summarize` takes aggregates, in which the columns
stand, or keys behind `by`; `parse` needs a string between two columns; `kind=` takes the operator's own words.

Nothing is reported where a type can't be known, nor of dynamic values, which take the type they are compared with.

## Bad

```kql
DeviceProcessEvents
| where Timestamp >= 7d
```

```kql
DeviceLogonEvents
| where LogonType == "Network" or "RemoteInteractive"
```

```kql
SecurityEvent
| where EventID startswith "46"
```

```kql
DeviceProcessEvents
| extend Path = FolderPath + FileName
```

```kql
DeviceLogonEvents
| summarize Logons = count(), LogonType by DeviceName
```

## Good

```kql
DeviceProcessEvents
| where Timestamp >= ago(7d)
```

```kql
DeviceLogonEvents
| where LogonType in ("Network", "RemoteInteractive")
```

```kql
SecurityEvent
| where tostring(EventID) startswith "46"
| extend Source = strcat(Computer, " ", Activity)
```

## When to silence it

When a column has another type in your workspace than in the catalogue. Better: declare it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._misuses import as_condition, report_of
from kql_lint.rules._types import advice, cast, source
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import Mismatch
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_ORDER = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC = frozenset("+-*/%")
_NO_CONDITIONS = frozenset({"string", "int", "long", "real", "decimal", "datetime", "timespan", "guid"})
_NUMBERS = frozenset({"int", "long", "real", "decimal"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    named = {condition.node.value for condition in facts.named_conditions}
    for mismatch in facts.mismatches:
        node = mismatch.node
        if node in named:
            continue  # `where a = "x" and ...` is name-instead-of-comparison's
        if isinstance(node, ast.Binary):
            yield from _binary(facts, node, *mismatch.types)
        elif isinstance(node, ast.In):
            yield from _in(facts, node, mismatch.types[0])
        elif isinstance(node, ast.Logical):
            yield from _logical(facts, node, mismatch)
        elif isinstance(node, ast.Between):
            yield from _between(facts, node, *mismatch.types)
        elif isinstance(node, ast.Unary):
            yield from _unary(facts, node, mismatch.types[0])
    for misuse in facts.misuses:
        start, end, message, help_text = report_of(facts, misuse)
        yield RULE.report(start, end, message, help=help_text)


def _binary(facts: Facts, node: ast.Binary, left: str, right: str) -> Iterator[Diagnostic]:
    arithmetic, order = node.op in _ARITHMETIC, node.op in _ORDER
    if not arithmetic and "dynamic" in (left, right):
        return  # LIMIT: the service refuses some of these, which ones is not documented
    if not arithmetic and not order and "bool" in (left, right):
        return  # LIMIT: published queries have `_IsBillable =~ true`
    if order:
        text = _in_order(facts, node, left, right)
    elif arithmetic:
        text = _computed(facts, node, left, right)
    else:
        text = cast(facts, node.left, left, "string") if left != "string" else cast(facts, node.right, right, "string")
    yield _report(node.op_start, node.op_end, node.op, f"{left} and {right}", text)


def _in_order(facts: Facts, node: ast.Binary, left: str, right: str) -> str | None:
    if left == right == "string":
        first, second = source(facts, node.left), source(facts, node.right)
        return f"strcmp({first}, {second}) {node.op} 0" if first and second else None
    if "string" in (left, right):
        return _as_other(facts, node, left, right)
    if {left, right} == {"datetime", "timespan"}:
        span = source(facts, node.right if right == "timespan" else node.left)
        return f"ago({span})" if span else None
    return None


def _computed(facts: Facts, node: ast.Binary, left: str, right: str) -> str | None:
    if node.op == "+" and "string" in (left, right):
        first, second = source(facts, node.left), source(facts, node.right)
        return f"strcat({first}, {second})" if first and second else None
    return _as_other(facts, node, left, right)


def _as_other(facts: Facts, node: ast.Binary, left: str, right: str) -> str | None:
    """The text on one side as what the other side is."""
    if left == right:
        return None
    if left == "string":
        return cast(facts, node.left, left, right)
    return cast(facts, node.right, right, left)


def _in(facts: Facts, node: ast.In, left: str) -> Iterator[Diagnostic]:
    if left != "bool":
        yield _report(node.op_start, node.op_end, node.op, f"{left} and string", cast(facts, node.left, left, "string"))


def _logical(facts: Facts, node: ast.Logical, mismatch: Mismatch) -> Iterator[Diagnostic]:
    """The first operand that is no condition."""
    from kql_lint.syntax import ast

    for operand, kind in zip(node.operands, mismatch.types, strict=True):
        if kind not in _NO_CONDITIONS:
            continue
        text = source(facts, operand)
        if text is not None and isinstance(operand, ast.Literal):
            text = f"{_compared(facts, node)} {text}"
        else:
            text = as_condition(facts, operand, kind)
        yield _report(operand.start, operand.end, node.op, f"bool and {kind}", text)
        return


def _compared(facts: Facts, node: ast.Logical) -> str:
    """What the other operands compare, and how, where they do."""
    from kql_lint.syntax import ast

    for operand in node.operands:
        if isinstance(operand, ast.Binary) and operand.op not in _ARITHMETIC and isinstance(operand.left, ast.Name):
            return f"{source(facts, operand.left) or '...'} {operand.op}"
    return "... =="


def _between(facts: Facts, node: ast.Between, left: str, low: str, high: str) -> Iterator[Diagnostic]:
    """The bound that does not fit the value, or the value where no bound would."""
    op = "!between" if node.negated else "between"
    if "dynamic" in (left, low, high):
        return
    if left == "unknown":
        yield _report(node.low.start, node.low.end, op, f"{low} and {high}", None)
    elif left in ("string", "bool", "guid"):
        text = cast(facts, node.left, left, low) if low != left else None
        yield _report(node.left.start, node.left.end, op, f"{left} and {low}", text)
    elif not _same_kind(left, low):
        yield _report(node.low.start, node.low.end, op, f"{left} and {low}", _bound(facts, node.low, low, left))
    else:
        yield _report(node.high.start, node.high.end, op, f"{left} and {high}", _bound(facts, node.high, high, left))


def _same_kind(first: str, second: str) -> bool:
    return first == second or "unknown" in (first, second) or {first, second} <= _NUMBERS


def _bound(facts: Facts, node: ast.Expression, given: str, wanted: str) -> str | None:
    if (given, wanted) == ("timespan", "datetime"):
        text = source(facts, node)
        return f"ago({text})" if text else None
    return cast(facts, node, given, wanted)


def _unary(facts: Facts, node: ast.Unary, kind: str) -> Iterator[Diagnostic]:
    text = cast(facts, node.operand, kind, "real")
    yield _report(node.start, node.start + 1, node.op, kind, f"{node.op}{text}" if text else None)


def _report(start: int, end: int, op: str, types: str, text: str | None) -> Diagnostic:
    return RULE.report(start, end, f"{op} is not defined for {types}{advice(text)}")


RULE = Rule(
    code="KL301",
    name="operator-type-mismatch",
    summary="An operator between values of types that it is not defined for",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check=_check,
)
