"""An account or host is mapped by identifiers that don't identify it for certain.

Sentinel merges the entities of different alerts by strong identifiers. `Name` alone is a weak one of an account: the
same name exists in every domain, so alerts about `admin` of two forests become one entity, and a user who is known by
the full name elsewhere becomes another. The same is true of a host's `HostName` without its domain.

Reported are analytics rules that map an Account or Host and give it none of the combinations that the documentation
calls strong (`catalog/limits.yaml`, after [Microsoft's
table](https://learn.microsoft.com/en-us/azure/sentinel/entities-reference)). The rule is off by default: a log often
has nothing better.

## Bad

```yaml
id: 4c3b2a19-8f7e-4d6c-9b5a-0e1f2d3c4b5a
name: Account added to a privileged group
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SecurityEvent | where EventID == 4728 and TargetUserName == "Domain Admins"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: Name
        columnName: SubjectUserName
```

## Good

```yaml
id: 4c3b2a19-8f7e-4d6c-9b5a-0e1f2d3c4b5a
name: Account added to a privileged group
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SecurityEvent | where EventID == 4728 and TargetUserName == "Domain Admins"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: Name
        columnName: SubjectUserName
      - identifier: NTDomain
        columnName: SubjectDomainName
```

## When to silence it

When the log has nothing else that tells the account or host.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._settings import is_analytic
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection


def _check(detection: Detection) -> Iterator[Diagnostic]:
    if not is_analytic(detection.rule):
        return
    for mapping in detection.rule.entity_mappings:
        entity = None if mapping.entity is None else detection.facts.catalogue.limits.entity(mapping.entity.value)
        names = [field.identifier for field in mapping.fields]
        if entity is None or not entity.strong or not mapping.whole:
            continue
        given = {name.value for name in names if name is not None and not name.hole}
        # Of one that can't be known, or has nothing that identifies it, something else is said.
        if len(given) < len(names) or not any(given.issuperset(needed) for needed in entity.required):
            continue
        if not any(given.issuperset(needed) for needed in entity.strong):
            wanted = listing([" with ".join(needed) for needed in entity.strong], "or", limit=12)
            message = f"{entity.name} is identified by {listing(sorted(given))} alone, which is weak"
            yield RULE.report(mapping.start, mapping.end, message, help=f"strong: {wanted}")


RULE = Rule(
    code="KL618",
    name="weak-entity-identifier",
    summary="An account or host is mapped by identifiers that others may have too",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    check_detection=_check,
    enabled=False,
    settings=Settings(
        analytic="entityMappings",
    ),
)
