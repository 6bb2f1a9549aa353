"""A condition that is always true filters nothing: `A != "x" or A != "y"`.

Every value differs from at least one of two strings, so two exclusions joined by `or` keep every row. What was meant is
`and`, or `!in`. For a number or a time only rows without a value are left out.

A comparison of strings that are both constants is the same for every row, too, such as that of a column's name in
quotes. Numbers (`1 == 1`) and what a `let` names are taken for switches, and not reported.

## Bad

```kql
DeviceProcessEvents
| where FileName !~ "svchost.exe" or FileName !~ "services.exe"
| where ProcessCommandLine has "-enc"
```

```kql
SecurityEvent
| where EventID != 4624 or EventID != 4634
| project TimeGenerated, Computer, Account
```

```kql
DeviceProcessEvents
| where "FileName" != "svchost.exe"
| where ProcessCommandLine has "-enc"
```

## Good

```kql
DeviceProcessEvents
| where FileName !in~ ("svchost.exe", "services.exe")
| where ProcessCommandLine has "-enc"
```

```kql
SecurityEvent
| where EventID !in (4624, 4634)
| project TimeGenerated, Computer, Account
```

```kql
DeviceProcessEvents
| where FileName != "svchost.exe"
| where ProcessCommandLine has "-enc"
```

## When to silence it

When the condition is there on purpose, so that others can be added below it. `where true` is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._constant_conditions import constant_conditions
from kql_lint.rules._contradictions import contradictions, inside, rows_of
from kql_lint.rules._expressions import condensed, of_kind, reads_by_node, value_of
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.state import Condition
    from kql_lint.syntax import ast

_EXCLUDING = {"!=": False, "<>": False, "!~": True, "!in": False, "!in~": True}  # whether the case does not matter


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for condition in constant_conditions(facts):
        if condition.holds:
            said = "this compares constants alone and is always true, so it filters nothing"
            yield RULE.report(condition.node.start, condition.node.end, said, help=condition.help)
    for node in of_kind(facts, ast.Logical):
        if node.op == "or" and not any(inside(node, one.node) for one in contradictions(facts)):
            message = _always_true(facts, node)
            if message is not None:
                yield RULE.report(node.start, node.end, message)


def _always_true(facts: Facts, node: ast.Logical) -> str | None:
    """What to say of an ``or`` that no row fails; None where one may."""
    if _excludes_apart(facts, node):
        return "every value differs from one of these, so this is always true; use and, or !in, to exclude both"
    truth = value_of(facts, node).truth
    if truth is None or not truth.fails or not _has_all_rows(facts, node, truth.fails):
        return None
    if all(state.empty for state in truth.fails.values()):
        return "this is always true, so it filters nothing"
    if _fails_without_value(truth.fails) and not any(_asks_for_value(facts, operand) for operand in node.operands):
        return "this is true of every value, so it filters nothing"
    return None


def _asks_for_value(facts: Facts, operand: ast.Expression) -> bool:
    """Whether a condition is by itself nothing but the question whether there is a value."""
    truth = value_of(facts, operand).truth
    return truth is None or _fails_without_value(truth.fails)


def _fails_without_value(fails: Condition) -> bool:
    """Whether only rows in which a column that is no string has no value fail a condition."""
    from kql_lint.semantics.domains.domain import EMPTY
    from kql_lint.semantics.events.kinds import type_of
    from kql_lint.semantics.scopes.scope import Origin

    return all(
        any(
            domain.empty or (not domain.excluding and domain.values <= EMPTY and type_of(Origin(row, name)) != "string")
            for name, domain in state.domains.items()
        )
        for row, state in fails.items()
    )


def _has_all_rows(facts: Facts, node: ast.Logical, fails: Condition) -> bool:
    """Whether the condition tells of every row of the columns that are read in the node."""
    from kql_lint.syntax import ast

    reads = reads_by_node(facts)
    read = [reads[one] for one in ast.walk(node) if one in reads]
    return bool(read) and all(row in fails for one in read for row in rows_of(one))


def _excludes_apart(facts: Facts, node: ast.Logical) -> bool:
    """Whether two of the operands exclude different values of one expression."""
    from kql_lint.syntax import ast

    met: dict[str, list[tuple[bool, frozenset[object]]]] = {}
    for operand in node.operands:
        if not isinstance(operand, (ast.Binary, ast.In)) or operand.op not in _EXCLUDING:
            continue
        items = [operand.right] if isinstance(operand, ast.Binary) else operand.items
        values = [value_of(facts, item) for item in items]
        constants = [constant.value for value in values for constant in value.constants or ()]
        if all(value.constants for value in values) and all(isinstance(one, (str, int, float)) for one in constants):
            name = condensed(facts, operand.left)
            met.setdefault(name, []).append((_EXCLUDING[operand.op], frozenset(constants)))
    return any(map(_are_apart, met.values()))


def _are_apart(found: list[tuple[bool, frozenset[object]]]) -> bool:
    """Whether no value is excluded by all of them."""
    folds = any(one[0] for one in found)
    sets = [{value.casefold() if folds and isinstance(value, str) else value for value in one[1]} for one in found]
    return len(sets) > 1 and not set.intersection(*sets)


RULE = Rule(
    code="KL402",
    name="always-true-filter",
    summary="A condition that no row fails",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
