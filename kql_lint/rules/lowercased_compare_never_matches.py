"""A string in lower case is compared with a literal that has capitals, or the other way round: it never matches.

What `tolower()` returns has no capitals, and what `toupper()` returns no small letters. A case-sensitive operator
(`==`, `in`, `!=`, `!in`, `has_cs`, `contains_cs`, `startswith_cs`, `endswith_cs`) then finds no `"PowerShell.exe"` in
it. The function may have been called earlier, in an `extend` or a `let`.

It is a warning where the operator is negated, so that it excludes nothing, and where other strings of the list can
match.

## Bad

```kql
DeviceProcessEvents
| where tolower(FileName) == "PowerShell.exe"
| project Timestamp, DeviceName, ProcessCommandLine
```

```kql
SigninLogs
| extend User = tolower(UserPrincipalName)
| where User in ("Admin@contoso.com", "Root@contoso.com")
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "PowerShell.exe"
| project Timestamp, DeviceName, ProcessCommandLine
```

```kql
SigninLogs
| extend User = tolower(UserPrincipalName)
| where User in ("admin@contoso.com", "root@contoso.com")
```

## When to silence it

Never that we know of: no value can match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.rules._contradictions import inside
from kql_lint.rules._expressions import definition, is_used_once, of_kind, value_of
from kql_lint.rules._literals import is_placeholder, replacement, unknown_literals
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.domains.string_operators import StringOperator
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Constant
    from kql_lint.syntax import ast

_FOLDS = {"tolower": "lower", "toupper": "upper"}
_IN_WORDS = {"lower": "lower case", "upper": "upper case"}
_KINDS = frozenset({"==", "has", "contains", "startswith", "endswith", "hasprefix", "hassuffix"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.semantics.domains.string_operators import OPERATORS
    from kql_lint.syntax import ast

    found: list[Diagnostic | None] = []
    for node in of_kind(facts, ast.Binary):
        found.append(_judged(facts, OPERATORS, node, node.left, [node.right]))
        if node.op in ("==", "!="):
            found.append(_judged(facts, OPERATORS, node, node.right, [node.left]))
    found += [_judged(facts, OPERATORS, node, node.left, node.items) for node in of_kind(facts, ast.In)]
    yield from filter(None, found)


def _judged(
    facts: Facts,
    operators: Mapping[str, StringOperator],
    node: ast.Binary | ast.In,
    folded: ast.Expression,
    items: list[ast.Expression],
) -> Diagnostic | None:
    """The finding where strings that are compared with a folded value have the other case."""
    operator = operators.get(node.op)
    if operator is None or operator.folds or operator.kind not in _KINDS:
        return None
    values = [value_of(facts, item) for item in items]
    told = [constant for value in values if value.exact for constant in value.constants or ()]
    case, call = _case(facts, folded) if told else (None, folded)
    if case is None:
        return None
    unknown = {literal.node for literal in unknown_literals(facts)}
    dead = [constant for constant in told if constant.node not in unknown and _is_dead(constant, case)]
    if not dead:
        return None
    every = len(dead) == len(told) and all(value.constants is not None and value.exact for value in values)
    certain = (operator.all_of or every) and not operator.negated
    severity = Severity.ERROR if certain else Severity.WARNING
    return _report(facts, node, dead, case, call, severity, operator.negated)


def _case(facts: Facts, node: ast.Expression) -> tuple[str | None, ast.Expression]:
    """The case that a value has, and the call which gave it that."""
    from kql_lint.syntax.ast import Call

    made = definition(facts, node)
    if isinstance(made, Call) and made.name.name in _FOLDS and len(made.arguments) == 1:
        return _FOLDS[made.name.name], made
    return value_of(facts, node).folded, node


def _is_dead(constant: Constant, case: str) -> bool:
    """Whether no string of the case equals or contains it."""
    from kql_lint.semantics.events.outcomes import folded

    text = constant.value
    return isinstance(text, str) and text.isascii() and not is_placeholder(text) and folded(text, case) != text


def _report(
    facts: Facts,
    node: ast.Binary | ast.In,
    dead: list[Constant],
    case: str,
    call: ast.Expression,
    severity: Severity,
    negated: bool,
) -> Diagnostic:
    first, *others = dead
    outside = [] if inside(first.node, node) else [Related(node.start, node.end, "compared here")]
    if not inside(call, node):
        outside.append(Related(call.start, call.end, f"in {_IN_WORDS[case]} from here on"))
    more = tuple(Related(other.node.start, other.node.end, "nor this") for other in others)
    return RULE.report(
        first.node.start,
        first.node.end,
        f'the value compared is in {_IN_WORDS[case]}, so "{first.value}" '
        + ("excludes nothing" if negated else "never matches"),
        severity=severity,
        related=(*outside, *more),
        fixes=_fixes(facts, node, dead, case),
    )


def _fixes(facts: Facts, node: ast.Expression, dead: list[Constant], case: str) -> tuple[Fix, ...]:
    """The literals in the other case, where they are used nowhere else."""
    from kql_lint.semantics.events.outcomes import folded

    edits: list[Edit] = []
    for constant in dead:
        text = str(constant.value)
        made = replacement(facts, constant.node, text, folded(text, case))
        if not made or not is_used_once(facts, constant.node, node):
            return ()
        edits += made[0].edits
    return (Fix(f"write {_IN_WORDS[case]}", tuple(edits), "intent"),)


RULE = Rule(
    code="KL403",
    name="lowercased-compare-never-matches",
    summary="A string literal whose case the compared value can't have",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
