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

from collections.abc import Iterable
from typing import Protocol

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata.duplicate_rule_id import kind_of
from kql_lint.rules.rule import Rule, Settings


class Mapped(Protocol):
    """A rule as a report has it: see RuleId there."""

    @property
    def resource(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def named(self) -> tuple[int, ...] | None: ...
    @property
    def mappings(self) -> str: ...


class Seen:
    """The rules of all files so far; one object a run, given the files in their order."""

    def __init__(self) -> None:
        # By the name: the first file that has it, and what that rule maps.
        self._first: dict[str, tuple[str, str]] = {}

    def check(self, path: str, rules: Iterable[Mapped]) -> list[Diagnostic]:
        """The rules of a file that map other entities than one of that name in another kind of file."""
        found = []
        for one in rules:
            if one.resource != "analytic" or one.named is None or not one.name or not one.mappings:
                continue
            other, mappings = self._first.setdefault(" ".join(one.name.casefold().split()), (path, one.mappings))
            if mappings != one.mappings and kind_of(other) != kind_of(path):
                message = f'the entity mappings of "{one.name}" differ from those of the rule in {other}'
                found.append(RULE.report(one.named[0], one.named[1], message))
        return found


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
