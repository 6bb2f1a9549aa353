"""ActionType is compared with a value in the wrong case, by an operator for which case counts.

`==`, `in`, `!=` and `!in` compare letter by letter: `"processcreated"` is not `"ProcessCreated"`. The filter never
matches, and an exclusion excludes nothing. The `_cs` operators are checked in the same way.

Where the table's list of values can't be whole (CloudAppEvents, the Identity tables), it is a warning, and only for
values of several words: there may well be both a `send` and a `Send`.

## Bad

```kql
DeviceProcessEvents
| where ActionType == "processcreated"
| where FileName =~ "certutil.exe" and ProcessCommandLine has "urlcache"
```

## Good

```kql
DeviceProcessEvents
| where ActionType == "ProcessCreated"
| where FileName =~ "certutil.exe" and ProcessCommandLine has "urlcache"
```

`=~` and `in~` ignore case:

```kql
DeviceProcessEvents
| where ActionType =~ "processcreated"
| where FileName =~ "certutil.exe" and ProcessCommandLine has "urlcache"
```

## When to silence it

Never that we know of: write the value as the table has it, which also lets the service use its index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._literals import consequence_of, replacement, unknown_literals
from kql_lint.rules._names import is_renamed
from kql_lint.rules._patterns import DeadPattern, dead_patterns
from kql_lint.rules.action_type_of_other_table import is_compound
from kql_lint.rules.rule import Rule
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.rules._literals import ComparedLiteral
    from kql_lint.semantics.facts import Facts


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for literal in unknown_literals(facts):
        renamed = all(is_renamed(facts, "action_type", name, literal.tables) for name in literal.spellings)
        if not renamed and (literal.closed or is_compound(literal.spellings[0])):  # else renamed-name has said more
            yield _report(facts, literal)
    for pattern in dead_patterns(facts):
        # Of what is compared in one case, KL403 says that the case is wrong.
        if pattern.spelling is not None and pattern.comparison.folded is None:
            yield _report_pattern(facts, pattern, pattern.spelling)


def _report(facts: Facts, literal: ComparedLiteral) -> Diagnostic:
    op, found = literal.comparisons[0].op, consequence_of(facts, literal)
    right = literal.spellings[0]
    return RULE.report(
        literal.node.start,
        literal.node.end,
        f'ActionType "{literal.value}" is written {listing(quoted(literal.spellings), "or")} '
        f"in {listing(literal.tables)}: {op} is case-sensitive{found.of_case}",
        severity=found.severity,
        related=literal.related,
        fixes=replacement(facts, literal.node, literal.value, right) if len(literal.spellings) == 1 else (),
    )


def _report_pattern(facts: Facts, pattern: DeadPattern, right: str) -> Diagnostic:
    node, text, op = pattern.node, pattern.texts[0], pattern.comparison.op
    return RULE.report(
        node.start,
        node.end,
        f'"{text}" is written "{right}" in the ActionTypes of {listing(pattern.tables)}: '
        f"{op} is case-sensitive{pattern.consequence.of_case}",
        severity=pattern.consequence.severity,
        fixes=replacement(facts, node, text, right),
    )


RULE = Rule(
    code="KL103",
    name="action-type-case",
    summary="A value compared with ActionType in the wrong case, where case counts",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check=_check,
)
