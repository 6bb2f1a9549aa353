"""A table is named that neither the platform's schema nor the query knows.

A name close to a known table is most likely a slip, and the query fails. Any other may well be right: workspaces have
custom tables, saved functions and watchlists of their own. Those are reported as information, since nothing that comes
after them can be checked.

## Bad

```kql
DeviceProccessEvents
| where FileName =~ "vssadmin.exe" and ProcessCommandLine has "delete shadows"
```

## Good

```kql
DeviceProcessEvents
| where FileName =~ "vssadmin.exe" and ProcessCommandLine has "delete shadows"
```

`union isfuzzy=true` is there for tables that may be missing:

```kql
union isfuzzy=true DeviceProcessEvents, OurSysmonParser
| where FileName =~ "vssadmin.exe"
```

## When to silence it

When the table is one of your own. Better: declare it in an overlay of the catalogue, with its columns, so that queries
on it are checked too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.rules._text import did_you_mean
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_LONG_NAME = 8
_DECLARE = "if it is a table of your own, declare it in an overlay of the catalogue: its queries are then checked too"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for unknown in facts.unknown_tables:
        if facts.catalogue.rename("table", unknown.node.name) is None:  # else renamed-name has said more
            yield _report(facts, unknown.node)


def _report(facts: Facts, node: ast.Name) -> Diagnostic:
    from kql_lint.catalogue.suggest import suggest

    close = tuple(name for name in suggest(node.name, facts.catalogue.table_names()) if _is_slip(node.name, name))
    return RULE.report(
        node.start,
        node.end,
        f'unknown table "{node.name}"{did_you_mean(close)}',
        severity=Severity.WARNING if close else Severity.INFO,
        help=None if close else _DECLARE,
        fixes=_fixes(facts, node, close),
    )


def _is_slip(name: str, known: str) -> bool:
    """Whether a name is a known one mistyped.  A part of it is none: ``requests`` is not meant for ``AppRequests``."""
    from kql_lint.catalogue.suggest import distance

    if name.endswith("_CL"):  # names of custom logs are chosen freely
        return False
    bound = 2 if len(name) >= _LONG_NAME else 1
    return distance(name.casefold(), known.casefold(), bound) <= bound


def _fixes(facts: Facts, node: ast.Name, close: tuple[str, ...]) -> tuple[Fix, ...]:
    """The right spelling where only the case differs: a query that fails then runs."""
    alike = [name for name in close if name.casefold() == node.name.casefold()]
    if len(alike) != 1 or facts.text[node.start : node.end] != node.name:
        return ()
    return (Fix(f"write {alike[0]}", (Edit(node.start, node.end, alike[0]),), "safe"),)


RULE = Rule(
    code="KL202",
    name="unknown-table",
    summary="A table that neither the platform's schema nor the query knows",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
