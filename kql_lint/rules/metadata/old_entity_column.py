"""The query returns a column such as `AccountCustomEntity`, and no entity mapping reads it.

Before rules had entity mappings, Sentinel took the entities of an alert from columns with these names:
`AccountCustomEntity`, `HostCustomEntity`, `IPCustomEntity`, `URLCustomEntity`, `ProcessCustomEntity` and
`FileHashCustomEntity`. It no longer does, and the alerts of such a rule have no entities. Microsoft's checks of
published templates refuse a template whose query has one of them without a mapping. Outside of such templates a column
is not reported whose entity is mapped by other columns: the query computes with it, or it is left over.

Hunting queries are not reported, where the columns still name the entities of a bookmark.

## Bad

```yaml
id: 3e9c2d14-6c5e-4b8e-9a71-5a1d0c2b7f60
name: Sign-in with a legacy protocol
description: A sign-in with IMAP.
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ClientAppUsed == "IMAP4"
  | extend AccountCustomEntity = UserPrincipalName
```

## Good

```yaml
id: 3e9c2d14-6c5e-4b8e-9a71-5a1d0c2b7f60
name: Sign-in with a legacy protocol
description: A sign-in with IMAP.
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ClientAppUsed == "IMAP4"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
```

## When to silence it

When a playbook reads the column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata._settings import is_analytic, is_published
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule, result = detection.rule, detection.result
    if result is None or not is_analytic(rule) or not rule.maps_all:
        return
    mapped = {field.column.value for mapping in rule.entity_mappings for field in mapping.fields}
    # An entity that is mapped by other columns lacks nothing; the checks of templates look for the column all the same.
    there = {mapping.entity.value.casefold() for mapping in rule.entity_mappings if mapping.entity is not None}
    unread = [
        name
        for name, entity in detection.facts.catalogue.limits.old_entity_columns.items()
        if name in result.columns and name not in mapped and (entity.casefold() not in there or is_published(rule))
    ]
    if unread:
        # One finding a rule, since there is one cause.
        first, *others = sorted((_place(detection, name), name) for name in unread)
        names = listing([name for _, name in (first, *others)])
        message = f"Sentinel no longer reads entities from {names}; "
        message += f"map {'them' if others else 'it'} in {rule.word('entityMappings')}"
        yield RULE.report(*first[0], message, related=tuple(Related(*place, f"{name} too") for place, name in others))


def _place(detection: Detection, name: str) -> tuple[int, int]:
    """The last place at which the query gives a column this name, in the file."""
    from kql_lint.syntax import ast

    places = [
        (one.start, one.end)
        for node in detection.facts.nodes_of(ast.NamedExpression)
        for one in node.names
        if one.name == name
    ]
    if not places or not detection.query.is_own(max(places)[0]):
        return detection.rule.start, detection.rule.end
    return detection.query.map.span(*max(places))


RULE = Rule(
    code="KL617",
    name="old-entity-column",
    summary="A column that Sentinel once read entities from, which no entity mapping reads",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="entityMappings",
    ),
)
