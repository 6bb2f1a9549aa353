"""`contains` searches for a string of whole words, which `has` finds in the index.

The service keeps an index of the terms of each string: its runs of letters and digits, of three characters or more.
`has` looks a term up there; `contains` reads every value of the column. For a string such as `"Invoke-Mimikatz"` or
`"powershell.exe"` the two find the same rows, unless more letters or digits follow or precede it.

Reported are filters on strings of several terms that begin and end with a letter or digit. A single word is not:
`contains "admin"` may well be meant to find `administrator`.

Source: [string operators](https://learn.microsoft.com/en-us/kusto/query/datatypes-string-operators) and [Kusto query
best practices](https://learn.microsoft.com/en-us/kusto/query/best-practices).

## Bad

```kql
DeviceProcessEvents
| where ProcessCommandLine contains "Invoke-Mimikatz"
| project Timestamp, DeviceName, ProcessCommandLine
```

## Good

```kql
DeviceProcessEvents
| where ProcessCommandLine has "Invoke-Mimikatz"
| project Timestamp, DeviceName, ProcessCommandLine
```

## When to silence it

When the string may be a part of a longer word: `contains "net user"` finds `net users` as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._expressions import of_kind, reads_by_node, value_of
from kql_lint.rules._literals import is_placeholder
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_OPERATORS = {
    "contains": "has",
    "!contains": "!has",
    "contains_cs": "has_cs",
    "!contains_cs": "!has_cs",
    "notcontains": "!has",
    "notcontainscs": "!has_cs",
}
# Where rows are looked for; elsewhere those that are there are read anyway.
_FILTERS = frozenset({"where", "search", "join"})
# Terms of fewer characters are not in the index.
_SHORTEST = 3
_TERM = re.compile(r"[A-Za-z0-9]+")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for node in of_kind(facts, ast.Binary):
        better = _OPERATORS.get(node.op)
        if better is not None and isinstance(node.right, ast.Literal) and _has_index(facts, node.left):
            text = node.right.value
            if isinstance(text, str) and _is_words(text):
                yield _report(node, text, better)


def _has_index(facts: Facts, node: ast.Expression) -> bool:
    """Whether it is a column of a table that rows are looked up by, so that the index is of use."""
    read = reads_by_node(facts).get(node)
    if read is None or read.clause not in _FILTERS:
        return False
    value = value_of(facts, node)
    return bool(value.origins) and value.folded is None


def _is_words(text: str) -> bool:
    """Whether it is of several terms, begins and ends with one, and has one that is in the index."""
    terms = _TERM.findall(text)
    whole = text.isascii() and text[:1].isalnum() and text[-1:].isalnum()
    return whole and len(terms) > 1 and max(map(len, terms)) >= _SHORTEST and not is_placeholder(text)


def _report(node: ast.Binary, text: str, better: str) -> Diagnostic:
    return RULE.report(
        node.op_start,
        node.op_end,
        f'{node.op} reads every value to find "{text}"; {better} finds it in the index of terms',
        help=f"use {better}, unless it may be a part of a longer word",
        fixes=(Fix(f"use {better}", (Edit(node.op_start, node.op_end, better),), "unsafe"),),
    )


RULE = Rule(
    code="KL502",
    name="contains-for-whole-word",
    summary="contains where has would find the same words in the index",
    severity=Severity.INFO,
    fix="unsafe",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
