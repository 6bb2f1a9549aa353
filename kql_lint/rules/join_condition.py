"""A `join` or `lookup` has no condition, or one that doesn't compare a column of the left side with one of the right.

The query doesn't run. A condition is the name of a column that both sides have, or `$left.A == $right.B`; several
conditions are separated by commas, and all of them have to be met. Compute anything else, such as
`tolower(AccountName)`, with `extend` on its side before the join. A join can't use `!=`; filter after
the join instead.

`$left.Name == $left.Name` is most often a slip of copying.

There is no `kind=cross`: to pair each row with each, add the same constant to both sides and join on it.

## Bad

```kql
DeviceProcessEvents
| where FileName =~ "rundll32.exe"
| join kind=inner (DeviceNetworkEvents | where RemotePort == 445) on $left.DeviceId == $left.DeviceId
```

```kql
IdentityLogonEvents
| join kind=inner (IdentityInfo | project AccountUpn, Department)
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "rundll32.exe"
| join kind=inner (DeviceNetworkEvents | where RemotePort == 445) on $left.DeviceId == $right.DeviceId
```

```kql
IdentityLogonEvents
| join kind=inner (IdentityInfo | project AccountUpn, Department) on AccountUpn
```

## When to silence it

Never: the query does not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._names import keyword
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.contract_facts import JoinFault
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_SHAPE = "a condition is a column that both sides have, or $left.A == $right.B"
_COMPUTED = f"{_SHAPE}; anything else becomes a column by extend, or a filter behind the join"
_CROSS = "to pair each row with each, extend both sides with the same constant and join on it"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    checks = {"missing": _missing, "kind": _kind, "side": _side, "shape": _shape}
    for fault in facts.join_faults:
        yield checks[fault.what](facts, fault)


def _missing(facts: Facts, fault: JoinFault) -> Diagnostic:
    word = keyword(facts.text, fault.operator.start)
    return RULE.report(fault.operator.start, fault.operator.start + len(word), f"{word} has no condition", help=_SHAPE)


def _kind(facts: Facts, fault: JoinFault) -> Diagnostic:
    from kql_lint.semantics.operators.keys import JOIN_KINDS, LOOKUP_KINDS
    from kql_lint.suggest import suggest
    from kql_lint.syntax import ast

    node = fault.node
    given = facts.text[node.start : node.end]
    kinds = JOIN_KINDS if isinstance(fault.operator, ast.Join) else LOOKUP_KINDS
    alike = [kind for kind in kinds if kind == given.casefold()]
    close = alike or suggest(given, kinds)
    message = f'{keyword(facts.text, fault.operator.start)} has no kind "{given}"{did_you_mean(close)}'
    fixes = (Fix(f"write {alike[0]}", (Edit(node.start, node.end, alike[0]),), "safe"),) if alike else ()
    return RULE.report(node.start, node.end, message, help=_CROSS if given == "cross" else None, fixes=fixes)


def _side(facts: Facts, fault: JoinFault) -> Diagnostic:
    node = fault.node
    given = facts.text[node.start : node.end]
    other = given.replace("$left", "$right", 1) if given.startswith("$left") else given.replace("$right", "$left", 1)
    message = f"both sides of the condition are columns of {given[: given.index('.')]}" if "." in given else _SHAPE
    return RULE.report(node.start, node.end, message, help=f"write {other}, or the other side's name of the column")


def _shape(facts: Facts, fault: JoinFault) -> Diagnostic:
    from kql_lint.syntax import ast

    node: ast.Node = fault.node
    word = keyword(facts.text, fault.operator.start)
    message = f"{word} can't use this condition"
    if isinstance(node, ast.Binary) and node.op != "==":
        message = f"{word} can't compare its sides with {node.op}"
    elif isinstance(node, ast.Logical):
        message = f"{word} can't join its conditions with {node.op}"
    elif isinstance(node, ast.Binary):
        message = f"{word} compares columns of $left and $right, nothing else"
    return RULE.report(node.start, node.end, message, help=_COMPUTED)


RULE = Rule(
    code="KL211",
    name="join-condition",
    summary="A join without a condition between its two sides",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
