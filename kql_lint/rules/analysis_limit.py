"""The query is too complex to be analyzed completely, so parts of it were not checked.

kql-lint follows what names stand for. A query of a few lines can make that endless: each of the statements
`let b = union a, a; let c = union b, b; ...` doubles the work. The analysis of a query therefore has a budget of steps
that grows with the length of the query. What comes after its end is unknown: no finding is wrong because of it, but
columns and ActionTypes are no longer checked. There is one finding for a query, where the budget ran out. In Bicep,
Terraform and ARM templates the same applies to expressions that build strings.

No query that people have published comes near the limit.

## Bad

```kql
let A = "0123456789ABCDEF";
let B = strcat(A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A);
let C = strcat(B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B);
let D = strcat(C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C);
let E = strcat(D, D, D, D, D, D, D, D, D, D, D, D, D, D, D, D);
DeviceEvents
| where FileName == E
```

## Good

```kql
let A = "0123456789ABCDEF";
let B = strcat(A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A);
DeviceEvents
| where FileName == B
```

## When to silence it

When the query is generated and you don't want kql-lint to check all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_WORD = re.compile(r"[\w-]+")


def _check(facts: Facts) -> Iterator[Diagnostic]:
    node = facts.cut
    if node is not None:
        word = _WORD.match(facts.text, node.start, node.end)  # an operator may go on for many lines
        message = "query is too complex to analyze completely"
        help_text = "use each let and function fewer times, or split the query"
        yield RULE.report(node.start, word.end() if word else node.end, message, help=help_text)


RULE = Rule(
    code="KL007",
    name="analysis-limit",
    summary="A query that is too complex to analyze completely",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
