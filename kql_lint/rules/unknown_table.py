"""A table is named that neither the platform's schema nor the query knows.

A name close to a known table is most likely a slip, and the query fails. Any other may well be right: workspaces have
custom tables, saved functions and watchlists of their own. So may one in the style of such functions: `imProcess`, or
words with an underscore between them (`GCP_IAM`). Those are reported as information, since nothing that comes
after them can be checked.

Some tables are in Defender XDR alone, and many in Sentinel alone. A query for Sentinel that reads one of Defender's own
fails, which is a warning. A query for Defender runs on Sentinel's where a workspace is connected; that is information.

## Bad

```kql
DeviceProccessEvents
| where FileName =~ "vssadmin.exe" and ProcessCommandLine has "delete shadows"
```

```kql platform=sentinel
ExposureGraphNodes
| where NodeLabel == "virtualmachine"
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

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import current, is_parser_like, joined, respelled, slips
from kql_lint.rules.rule import Rule
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts, ForeignTable
    from kql_lint.syntax import ast

_DECLARE = "if it is a table of your own, declare it in an overlay of the catalogue: its queries are then checked too"


def _check(facts: Facts) -> Iterator[Diagnostic]:
    for unknown in facts.unknown_tables:
        if facts.catalogue.rename("table", unknown.node.name) is None:  # else renamed-name has said more
            yield _report(facts, unknown.node)
    said: set[str] = set()
    for foreign in facts.foreign_tables:
        if foreign.node.name not in said and facts.catalogue.rename("table", foreign.node.name) is None:
            said.add(foreign.node.name)
            yield _foreign(facts, foreign)


def _foreign(facts: Facts, foreign: ForeignTable) -> Diagnostic:
    """A query for Defender XDR can read the tables of a connected workspace; one for Sentinel can't do the reverse."""
    node, in_sentinel = foreign.node, foreign.platform == "sentinel"
    lacking, having = ("Defender XDR", "Sentinel") if in_sentinel else ("Sentinel", "Defender XDR")
    date = facts.catalogue.platform_as_of(facts.platform)
    return RULE.report(
        node.start,
        node.end,
        f'{lacking} has no table "{node.name}"{f" as of {date}" if date else ""}; {having} has it',
        severity=Severity.INFO if in_sentinel else Severity.WARNING,
        help="the query runs only where a Sentinel workspace is connected to Defender" if in_sentinel else None,
    )


def _report(facts: Facts, node: ast.Name) -> Diagnostic:
    close = _close(facts, node.name)
    # Nobody strikes the underscore of `GCP_IAM` by mistake: it may be a function of the workspace.
    certain = bool(close) and not (joined(node.name) and not any(map(joined, close)))
    return RULE.report(
        node.start,
        node.end,
        f'unknown table "{node.name}"{did_you_mean(close)}',
        severity=Severity.WARNING if certain else Severity.INFO,
        help=None if close else _DECLARE,
        fixes=respelled(facts, node, close),
    )


def _close(facts: Facts, name: str) -> tuple[str, ...]:
    """Known tables that it is mistyped for.  A part of a name is no slip: ``requests`` is not ``AppRequests``."""
    from kql_lint.suggest import Candidates

    if name.endswith("_CL") or is_parser_like(name):
        return ()  # custom logs are named freely, and workspaces have parsers of their own
    renames = facts.catalogue.renames("table")
    names = facts.catalogue.memory.get("tables", lambda: Candidates([*facts.catalogue.table_names(), *renames]))
    return current(slips(name, names), renames)


RULE = Rule(
    code="KL202",
    name="unknown-table",
    summary="A table that neither the platform's schema nor the query knows",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
)
