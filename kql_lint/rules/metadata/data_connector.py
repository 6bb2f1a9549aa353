"""A data connector that the rule requires is incomplete, a placeholder, or brings a table that the query doesn't read.

`requiredDataConnectors` tells which data a template needs. The content hub shows the template as usable when these
tables have data. Microsoft's checks of published templates refuse a connector without `dataTypes`; a placeholder such
as `YourConnectorId` matches no connector, so that the template looks as if its data were missing.

A data type that the query never reads is a note. It is reported only where that is certain: the catalogue knows the
table (`SigninLogs`, also as `SecurityAlert (MDATP)`), its name is nowhere in the query, and the query calls no function
that may read it, such as a parser. `BehaviorAnalytics` stands for all tables that UEBA fills, such as `IdentityInfo`.
Which connectors there are is not checked: new ones appear every week.

## Bad

```yaml
id: 8e0f6c61-64b0-4a85-9a0e-7c4f1f0a3d55
name: Sign-in with a legacy protocol
description: A sign-in with IMAP.
severity: Low
kind: Scheduled
requiredDataConnectors:
  - connectorId: YourConnectorId
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
      - AuditLogs
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
```

## Good

```yaml
id: 8e0f6c61-64b0-4a85-9a0e-7c4f1f0a3d55
name: Sign-in with a legacy protocol
description: A sign-in with IMAP.
severity: Low
kind: Scheduled
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
```

## When to silence it

When the table is read by something else that belongs to the template, such as its playbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.hosts.settings import Connector
    from kql_lint.rules.rule import Detection

# What skeletons of templates have in the place of a name.
_PLACEHOLDER = re.compile(
    r"<[^>]*>|\[[^\]]*\]|your[ _-]?\w*|\w*placeholder\w*|todo|tbd|xxx+|connector_?id|data_?types?", re.IGNORECASE
)
_TABLE = re.compile(r"(\w+)(?: *\([^()]*\))?")
# Calls that read no table of their own.
_HARMLESS = frozenset({"toscalar", "materialize"})


def _check(detection: Detection) -> Iterator[Diagnostic]:
    for connector in detection.rule.connectors:
        yield from _connector(connector)
        types = connector.data_types
        for text in types.items if types is not None else ():
            if not text.hole and _PLACEHOLDER.fullmatch(text.value.strip()):
                yield RULE.report(*text.span, f'"{text.value}" is a placeholder for a data type')
    yield from _unread(detection)


def _connector(connector: Connector) -> Iterator[Diagnostic]:
    name, types = connector.id, connector.data_types
    if name is not None and not name.hole and _PLACEHOLDER.fullmatch(name.value.strip()):
        yield RULE.report(*name.span, f'"{name.value}" is a placeholder for the id of a data connector')
        return
    if not connector.whole:
        return
    if name is None:
        yield RULE.report(connector.start, connector.end, "a data connector has no connectorId")
    elif types is None and (connector.start, connector.end) == name.span:
        message = "a data connector is a mapping of connectorId and dataTypes, not a string"
        yield RULE.report(*name.span, message)
    elif types is None or (types.whole and not types.items):
        place = (connector.start, connector.end) if types is None else (types.start, types.end)
        yield RULE.report(*place, f"the data connector {name.value} lists no dataTypes")


def _unread(detection: Detection) -> Iterator[Diagnostic]:
    """The tables that the rule requires, and that its query certainly does not read."""
    named = [
        (text, table, _together(detection, connector, table))
        for connector in detection.rule.connectors
        for text in (connector.data_types.items if connector.data_types is not None else ())
        if not text.hole and (table := _table(text)) is not None
    ]
    query = detection.facts.text
    unread = [(text, table) for text, table, tables in named if not any(_is_named(query, one) for one in tables)]
    # With none of them the tables are called something else in the query.
    if not unread or len(unread) == len(named) or not _reads_all_itself(detection):
        return
    for text, table in unread:
        if detection.facts.catalogue.tables(table):
            message = f"the query doesn't read {table}, which the rule requires"
            yield RULE.report(*text.span, message, severity=Severity.INFO)


def _table(text: Text) -> str | None:
    found = _TABLE.fullmatch(text.value.strip())
    return found[1] if found else None


def _together(detection: Detection, connector: Connector, table: str) -> Sequence[str]:
    """The tables that a data type of a connector stands for."""
    tables = detection.facts.catalogue.limits.connector_tables.get(connector.id.value) if connector.id else None
    return tables if tables is not None and table in tables else (table,)


def _is_named(query: str, table: str) -> bool:
    return re.search(rf"\b{re.escape(table)}\b", query) is not None


def _reads_all_itself(detection: Detection) -> bool:
    """Whether the tables that the query names are all that it reads."""
    from kql_lint.syntax import ast

    facts = detection.facts
    if facts.syntax_errors or facts.unknown_functions or facts.unknown_tables or facts.holes or facts.cut is not None:
        return False
    if detection.query.foreign or detection.query.preamble:
        return False
    own = {application.node for application in facts.applications}
    for node in facts.nodes:
        if isinstance(node, ast.Search | ast.Find | ast.Function):
            return False
        if isinstance(node, ast.Call) and node not in own and node.name.name not in _HARMLESS:
            return False
    return bool(facts.rows)


RULE = Rule(
    code="KL613",
    name="data-connector",
    summary="A required data connector without dataTypes, a placeholder, or of a table that isn't read",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="requiredDataConnectors",
        hunting="requiredDataConnectors",
    ),
)
