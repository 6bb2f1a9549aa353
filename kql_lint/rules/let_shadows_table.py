"""A `let` has the name of a table, so that the table can't be reached below it.

Whoever reads `SigninLogs | ...` thinks of the table, and the query means something narrower. A colleague who adds a
condition for all sign-ins adds it to the few that the `let` has left.

Only tables of the platform that the query is for are meant: `DnsEvents` is a fine name in a query on Defender's own
tables. Where nothing tells the platform, the tables that the query uses do; in doubt nothing is reported.

## Bad

```kql
let SigninLogs = SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "50126";
SigninLogs
| summarize Attempts = count() by IPAddress
```

## Good

```kql
let FailedSignins = SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "50126";
FailedSignins
| summarize Attempts = count() by IPAddress
```

## When to silence it

When the table is replaced on purpose: by rows of a `datatable`, to test a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import lets
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_HELP = "below it the name means the let; another name keeps the two apart"
_EVERYWHERE = "custom"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for let in lets(facts.query):
        node = let.name
        if node.name in facts.catalogue.table_names() and _possible(facts) <= _platforms(facts, node.name):
            yield RULE.report(node.start, node.end, f'this let hides the table "{node.name}"', help=_HELP)


def _possible(facts: Facts) -> set[str]:
    """The platforms that the query can be for: that which it is said to be for, or those of the tables it uses."""
    if facts.platform != "auto":
        return {facts.platform}
    possible = {"defender", "sentinel"}
    for name in {row.name for row in facts.rows}:
        possible = (possible & _platforms(facts, name)) or possible
    return possible


def _platforms(facts: Facts, name: str) -> set[str]:
    platforms = {table.platform for table in facts.catalogue.tables(name)}
    return {"defender", "sentinel"} if _EVERYWHERE in platforms else platforms


RULE = Rule(
    code="KL210",
    name="let-shadows-table",
    summary="A let with the name of a table, which it hides",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check=_check,
)
