"""A column is read from a watchlist that does not have it.

Nobody but you knows the columns of your watchlists. An overlay of the catalogue declares them:

```yaml
watchlists:
  vip-users: [UserPrincipalName, Department]
```

Then a name that the watchlist lacks is found, with the columns that every watchlist has (`SearchKey`,
`LastUpdatedTimeUTC`, `_DTItemId`) taken into account. Nothing is reported for watchlists that no overlay declares, nor
where the columns of other tables have come in: there the name is an [unknown column](unknown-column.md).

A name in the wrong case is put right by a fix.

## Bad

```kql
_GetWatchlist("vip-users")
| where Departement == "Finance"
```

```kql
SigninLogs
| where UserPrincipalName in ((_GetWatchlist("vip-users") | project UPN))
```

## Good

```kql
_GetWatchlist("vip-users")
| where Department == "Finance"
```

```kql
SigninLogs
| where UserPrincipalName in ((_GetWatchlist("vip-users") | project UserPrincipalName))
```

A watchlist that no overlay declares:

```kql
_GetWatchlist("servers")
| where Owner == "infrastructure"
```

## When to silence it

Never: when the watchlist has the column, the overlay is what has to be put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import respelled
from kql_lint.rules._scopes import alike
from kql_lint.rules._unknown import OfWatchlist, of_watchlists
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_HELP = "its columns are those that your overlay of the catalogue declares"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for found in of_watchlists(facts):
        yield _report(facts, found)


def _report(facts: Facts, found: OfWatchlist) -> Diagnostic:
    from kql_lint.suggest import best

    node = found.unknown.node
    close = best(alike(facts, node.name, found.unknown.scope.columns.__contains__))
    message = f'the watchlist "{found.alias}" has no column "{node.name}"{did_you_mean(close)}'
    return RULE.report(node.start, node.end, message, help=_HELP, fixes=respelled(facts, node, close))


RULE = Rule(
    code="KL206",
    name="watchlist-column",
    summary="A column that a watchlist, as an overlay declares it, lacks",
    severity=Severity.WARNING,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
