"""`toscalar()` takes one row of a table that can have many, and the rest is never compared.

`toscalar(T)` is the first column of the first row of `T`. Compared with a whole list of accounts or addresses, a column
is in fact compared with one of them, whichever comes first.

What chooses one row is not reported: an aggregation without `by`, `take 1`, `top 1`, `sort`, and a filter that looks
up a row of a watchlist or of another list.

## Bad

```kql
let Leavers = _GetWatchlist("Leavers") | distinct SearchKey;
SigninLogs
| where UserPrincipalName in (toscalar(Leavers))
| project TimeGenerated, UserPrincipalName, IPAddress
```

```kql
let Risky = toscalar(SigninLogs | where RiskLevelDuringSignIn == "high" | project UserPrincipalName);
OfficeActivity
| where UserId == Risky
| project TimeGenerated, UserId, Operation
```

## Good

```kql
let Leavers = _GetWatchlist("Leavers") | distinct SearchKey;
SigninLogs
| where UserPrincipalName in (Leavers)
| project TimeGenerated, UserPrincipalName, IPAddress
```

```kql
let Risky = SigninLogs | where RiskLevelDuringSignIn == "high" | project UserPrincipalName;
OfficeActivity
| where UserId in (Risky)
| project TimeGenerated, UserId, Operation
```

## When to silence it

When the table has one row for a reason that the query doesn't tell. `| take 1` says so, and silences it as well.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._contradictions import inside
from kql_lint.rules._expressions import definition, of_kind, value_of
from kql_lint.rules._row_counts import rows_of_table
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_ARITHMETIC = frozenset("+-*/%")
_MOST_NESTED = 8
# An array in one row is a list of its own.
_LISTS = frozenset({"dynamic", "unknown"})


def _check(facts: Facts) -> Iterator[Diagnostic]:
    if "toscalar" not in facts.text:
        return
    met: set[ast.Node] = set()
    reached: dict[bool, dict[ast.Node, int]] = {True: {}, False: {}}
    for node, operand, in_list in _compared(facts):
        for call in _calls(facts, operand, reached[in_list]):
            is_list = in_list and value_of(facts, call).type in _LISTS
            if call not in met and not is_list and call.arguments and rows_of_table(facts, call.arguments[0]).many:
                met.add(call)
                yield _report(call, node, in_list)


def _compared(facts: Facts) -> Iterator[tuple[ast.Expression, ast.Expression, bool]]:
    """The comparisons, with each of their operands, and whether a list is looked for in it."""
    from kql_lint.syntax import ast

    for binary in of_kind(facts, ast.Binary):
        if binary.op not in _ARITHMETIC:
            yield binary, binary.left, False
            yield binary, binary.right, False
    for one in of_kind(facts, ast.In):
        yield one, one.left, False
        yield from ((one, item, True) for item in one.items)
    for between in of_kind(facts, ast.Between):
        yield from ((between, operand, False) for operand in (between.left, between.low, between.high))


def _calls(facts: Facts, scalar: ast.Expression, reached: dict[ast.Node, int]) -> Iterator[ast.Call]:
    """The calls of toscalar() that a scalar is made of, by functions, lets and columns.

    reached: what was come to before, and how deep it was, so that a let that many others use is followed once.
    """
    from kql_lint.syntax import ast

    waiting = deque([(scalar, 0)])
    while waiting:
        node, depth = waiting.popleft()
        node = definition(facts, node)
        if depth > _MOST_NESTED or reached.get(node, depth + 1) <= depth:
            continue
        reached[node] = depth
        below: Sequence[ast.Expression] = ()
        if isinstance(node, ast.Call) and node.name.name == "toscalar":
            yield node
        elif isinstance(node, ast.Call):
            below = node.arguments
        elif isinstance(node, ast.Binary) and node.op in _ARITHMETIC:
            below = node.left, node.right
        elif isinstance(node, (ast.Member, ast.Index)):
            below = (node.target,)
        waiting += [(one, depth + 1) for one in below]


def _report(call: ast.Call, comparison: ast.Expression, in_list: bool) -> Diagnostic:
    related = () if inside(call, comparison) else (Related(comparison.start, comparison.end, "compared here"),)
    return RULE.report(
        call.start,
        call.end,
        "toscalar() takes the first row alone, and this table can have many",
        help="write in (table) without toscalar(), or collect the rows first: summarize make_set(column)"
        if in_list
        else "to compare with all rows write in (table); for one value of them, aggregate first: summarize max(column)",
        related=related,
    )


RULE = Rule(
    code="KL414",
    name="scalar-of-many-rows",
    summary="toscalar() of a table that can have many rows",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
