"""A regular expression that says no more than a plain string: `matches regex "cmd"` is `contains_cs "cmd"`.

A regular expression is run over every value and uses no index. Where the pattern has nothing in it but characters that
stand for themselves, an anchor at its begin or end, or `(?i)`, a string operator finds the same rows with less work:
`contains`, `startswith`, `endswith`, `==` or `=~`.

Source: [best practices for advanced
hunting](https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-best-practices) and [matches
regex](https://learn.microsoft.com/en-us/kusto/query/matches-regex-operator).

## Bad

```kql
DeviceProcessEvents
| where ProcessCommandLine matches regex @"(?i)\\.dll,Control_RunDLL"
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where ProcessCommandLine contains @".dll,Control_RunDLL"
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When the pattern is one of a list that is kept elsewhere, where others need a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._expressions import of_kind
from kql_lint.rules._literals import is_placeholder, rewritten
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_SPECIAL = frozenset(".^$*+?()[]{}|")
# By: begins at the start, ends at the end, ignores case.
_OPERATORS = {
    (False, False, False): "contains_cs",
    (False, False, True): "contains",
    (True, False, False): "startswith_cs",
    (True, False, True): "startswith",
    (False, True, False): "endswith_cs",
    (False, True, True): "endswith",
    (True, True, False): "==",
    (True, True, True): "=~",
}


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Binary):
        if node.op == "matches regex" and isinstance(node.right, ast.Literal) and isinstance(node.right.value, str):
            found = plain(node.right.value)
            if found is not None and not is_placeholder(node.right.value.rstrip("$")):
                yield _report(facts, node, node.right, *found)


def plain(pattern: str) -> tuple[str, str] | None:
    r"""The operator and the string that find the same as a regular expression; None where there are none.

    >>> plain(r"^cmd\.exe$"), plain("(?i).*whoami.*"), plain("a|b"), plain(r"\d")
    (('==', 'cmd.exe'), ('contains', 'whoami'), None, None)
    """
    folds = pattern.startswith("(?i)")
    pattern = pattern.removeprefix("(?i)")
    if folds and not pattern.isascii():
        return None  # LIMIT: which letters beyond ASCII are equal there is not documented
    # At an end without an anchor .* says nothing; behind one it stops at the line's end.
    begins, pattern = pattern.startswith("^"), pattern.removeprefix("^")
    if not begins:
        pattern = pattern.removeprefix(".*")
    ends = re.search(r"(?<!\\)(?:\\\\)*\$\Z", pattern) is not None
    pattern = pattern[:-1] if ends else re.sub(r"(?<!\\)\.\*\Z", "", pattern)
    text = _literal(pattern)
    return None if not text else (_OPERATORS[begins, ends, folds], text)


def _literal(pattern: str) -> str | None:
    """What a pattern of characters that stand for themselves says; None for any other."""
    found: list[str] = []
    escaped = False
    for character in pattern:
        if escaped and (character.isalnum() or not character.isascii()):
            return None
        if not escaped and character in _SPECIAL:
            return None
        escaped = character == "\\" and not escaped
        if not escaped:
            found.append(character)
    return None if escaped else "".join(found)


def _report(facts: Facts, node: ast.Binary, literal: ast.Literal, operator: str, text: str) -> Diagnostic:
    message = f"the regular expression is a plain string; {operator} finds the same with less work"
    written = rewritten(facts, literal, str(literal.value), text)
    fixes: tuple[Fix, ...] = ()
    if written is not None:
        edits = (Edit(node.op_start, node.op_end, operator), written)
        fixes = (Fix(f"use {operator}", edits, "safe"),)
    return RULE.report(literal.start, literal.end, message, help=f'use {operator} "{text}"', fixes=fixes)


RULE = Rule(
    code="KL508",
    name="regex-for-plain-text",
    summary="A regular expression that is a plain string",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
