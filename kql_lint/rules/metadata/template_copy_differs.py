"""A rule and its copy in another kind of file map different entities.

Repositories often have a rule twice: in YAML, which people edit, and in a template of ARM that a tool made of it, or in
Terraform. When the mappings of one are corrected and the other is left, what is deployed isn't what was reviewed.

Compared are analytics rules of the same name in files of different kinds, if the entity mappings of both are wholly
known; their order doesn't count. Each rule that differs from the first one, in the order of the files, is reported.

The rule is off by default: a repository may have rules of the same name that are no copies.

## Bad

```yaml title="rule.yaml"
id: 0a9b8c7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
```

```json title="template.json"
{
  "displayName": "Sign-in with a legacy protocol",
  "kind": "Scheduled",
  "queryFrequency": "PT1H",
  "queryPeriod": "PT1H",
  "triggerOperator": "GreaterThan",
  "triggerThreshold": 0,
  "query": "SigninLogs | where ClientAppUsed == \\"IMAP4\\"",
  "entityMappings": [
    {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "IPAddress"}]}
  ]
}
```

## Good

```yaml title="rule.yaml"
id: 0a9b8c7d-6e5f-4a3b-9c2d-1e0f9a8b7c6d
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
```

```json title="template.json"
{
  "displayName": "Sign-in with a legacy protocol",
  "kind": "Scheduled",
  "queryFrequency": "PT1H",
  "queryPeriod": "PT1H",
  "triggerOperator": "GreaterThan",
  "triggerThreshold": 0,
  "query": "SigninLogs | where ClientAppUsed == \\"IMAP4\\"",
  "entityMappings": [
    {"entityType": "Account", "fieldMappings": [{"identifier": "FullName", "columnName": "UserPrincipalName"}]}
  ]
}
```

## When to silence it

When the two are meant to differ. A rule for which this is silenced is not compared with others.
"""

from __future__ import annotations

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._seen import Placed, Seen, same_name
from kql_lint.rules.rule import Rule, Settings


def seen() -> Seen:
    """What remembers the rules of a run, and what they map."""
    return Seen(_key, _judge)


def _key(one: Placed) -> str | None:
    rule = one.rule
    compared = rule.resource == "analytic" and rule.named is not None and rule.name and rule.mappings
    return same_name(rule.name) if compared else None


def _judge(one: Placed, other: Placed) -> Diagnostic | None:
    """Two rules of one name in files of different kinds that map different entities."""
    rule = one.rule
    if rule.named is None or rule.mappings == other.rule.mappings or one.kind == other.kind:
        return None
    message = f'the entity mappings of "{rule.name}" differ from those of the rule in {other.path}'
    return RULE.report(rule.named[0], rule.named[1], message)


RULE = Rule(
    code="KL620",
    name="template-copy-differs",
    summary="A rule and its copy in another kind of file map different entities",
    severity=Severity.INFO,
    documentation=__doc__ or "",
    enabled=False,
    settings=Settings(
        analytic="entityMappings",
    ),
)
