"""An entity mapping can't be filled: the query does not return the column, or there is no such entity or identifier.

The alert then comes without the account, host or address that it is about. Nothing is grouped or correlated by it, and
a playbook has nothing to act on. Sentinel's wizard and API refuse some of these mappings; a rule that is changed in a
file later gets past neither. Names of columns are case-sensitive.

Where the columns of the result can't be known wholly (a function that is not declared, `bag_unpack`, an open table),
columns are not judged. What identifies each entity is data of the catalogue (`catalog/limits.yaml`), taken from
[Microsoft's table](https://learn.microsoft.com/en-us/azure/sentinel/entities-reference). A mapping without any of the
identifiers that Sentinel asks for is a warning.

## Bad

```yaml
id: 7d1c5c3e-6f0f-4f6a-8b77-0e5c7a0f6a10
name: Sign-in from an unusual country
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "0" and Location == "KP"
  | summarize Starts = count() by UserPrincipalName
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalname
  - entityType: IP
    fieldMappings:
      - identifier: IPAddress
        columnName: IPAddress
```

## Good

```yaml
id: 7d1c5c3e-6f0f-4f6a-8b77-0e5c7a0f6a10
name: Sign-in from an unusual country
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "0" and Location == "KP"
  | summarize Starts = count() by UserPrincipalName, IPAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
```

## When to silence it

When the table has a column in your workspace that the catalogue does not list. Better: add it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import slips
from kql_lint.rules.metadata._columns import case_fix, missing_column, name_fix
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.catalogue.limits import Entity
    from kql_lint.hosts.detection import EntityMapping, Text
    from kql_lint.rules.rule import Detection

_CUSTOM_DETECTION = "custom-detection"


def _check(detection: Detection) -> Iterator[Diagnostic]:
    for mapping in detection.rule.entity_mappings:
        if detection.rule.kind != _CUSTOM_DETECTION:
            yield from _entity(detection, mapping)
        name = mapping.entity.value if mapping.entity is not None else "the entity"
        for field in mapping.fields:
            use = f"for {field.identifier.value} of {name}" if field.identifier is not None else f"for {name}"
            found = missing_column(RULE, detection, field.column, use)
            if found is not None:
                yield found
    for column in detection.rule.sentinel_entities:
        found = missing_column(RULE, detection, column, "for sentinelEntitiesMappings")
        if found is not None:
            yield found


def _entity(detection: Detection, mapping: EntityMapping) -> Iterator[Diagnostic]:
    """The names of an entity and its identifiers, which Sentinel knows all of."""
    if mapping.entity is None or mapping.entity.hole:
        return
    from kql_lint.suggest import Candidates

    catalogue = detection.facts.catalogue
    limits = catalogue.limits
    entity = limits.entity(mapping.entity.value)
    if entity is None:
        close = slips(mapping.entity.value, catalogue.memory.get("entities", lambda: Candidates(limits.entities())))
        message = f'Sentinel knows no entity "{mapping.entity.value}"{did_you_mean(close)}'
        yield RULE.report(
            *mapping.entity.span,
            message,
            help=f"entities: {', '.join(limits.entities())}",
            fixes=name_fix(mapping.entity, close),
        )
        return
    identifiers = [field.identifier for field in mapping.fields if field.identifier is not None]
    seen: set[str] = set()
    for identifier in identifiers:
        if not identifier.hole:
            yield from _identifier(entity, identifier, identifier.value in seen)
            seen.add(identifier.value)
    if len(identifiers) == len(mapping.fields) and not any(one.hole for one in identifiers):
        yield from _required(entity, mapping, seen)


def _identifier(entity: Entity, identifier: Text, again: bool) -> Iterator[Diagnostic]:
    from kql_lint.suggest import Candidates

    if identifier.value not in entity.identifiers:
        alike = case_fix(identifier, entity.identifiers)
        close = slips(identifier.value, Candidates(entity.identifiers))
        message = f'{entity.name} has no identifier "{identifier.value}"{did_you_mean(close)}'
        help_text = f"identifiers of {entity.name}: {', '.join(entity.identifiers)}"
        # Whether the service is strict about the case is not written anywhere; its own templates are checked for it.
        severity = Severity.WARNING if alike else Severity.ERROR
        yield RULE.report(
            *identifier.span, message, severity=severity, help=help_text, fixes=alike or name_fix(identifier, close)
        )
    elif again:
        message = f'{entity.name} is given its identifier "{identifier.value}" twice'
        yield RULE.report(*identifier.span, message)


def _required(entity: Entity, mapping: EntityMapping, given: set[str]) -> Iterator[Diagnostic]:
    """At least one identifier that identifies: the domain of a host says nothing without its name."""
    if given - set(entity.identifiers) or not mapping.fields:
        return  # one that is misspelt may be the one
    if not any(given.issuperset(needed) for needed in entity.required):
        wanted = listing([" with ".join(needed) for needed in entity.required], "or", limit=10)
        message = f"{entity.name} can't be told by {listing(sorted(given))} alone: map {wanted}"
        yield RULE.report(mapping.start, mapping.end, message, severity=Severity.WARNING)


RULE = Rule(
    code="KL601",
    name="entity-mapping-column",
    summary="An entity is mapped to a column that the query does not return, or is none",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="entityMappings sentinelEntitiesMappings",
        hunting="entityMappings",
        detection="entityMappings",
    ),
)
