"""Two rules of the repository have the same name and different queries.

In the queue of incidents, in reports and in automation rules a rule is known by its name: nobody can tell which of the
two an alert comes from. Tools that find a deployed rule by its name overwrite one with the other. Most often one of
them is an older version, or a copy that was to be changed throughout.

Compared are analytics rules and custom detections in files of the same kind, so that a template made from a YAML rule
is no copy of it. Case and blanks around a name don't count. Two rules with the same id are reported by
duplicate-rule-id. Each rule but the first, in the order of the files, is reported.

## Bad

```yaml
id: 3f1a2b4c-7d0e-4e11-9a0f-0b1c2d3e4f50
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
---
id: 9c8b7a60-5e4d-4c3b-8a29-1f0e9d8c7b6a
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "POP3"
```

## Good

```yaml
id: 3f1a2b4c-7d0e-4e11-9a0f-0b1c2d3e4f50
name: Sign-in with IMAP
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
---
id: 9c8b7a60-5e4d-4c3b-8a29-1f0e9d8c7b6a
name: Sign-in with POP3
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "POP3"
```

## When to silence it

When the files are for different workspaces, each with its own query. A rule for which this is silenced, by a comment at
its name or for its folder by `per-path`, is not compared with others: one side is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata.duplicate_rule_id import kind_of
from kql_lint.rules.rule import Rule, Settings

_COMPARED = frozenset({"analytic", "custom-detection"})


class Named(Protocol):
    """A rule as a report has it: see RuleId there."""

    @property
    def id(self) -> str: ...
    @property
    def resource(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def named(self) -> tuple[int, ...] | None: ...
    @property
    def query(self) -> str: ...


class Seen:
    """The names of all files so far; one object a run, given the files in their order."""

    def __init__(self) -> None:
        # By the kind of file, the resource and the name: the file that has it first, and that rule.
        self._first: dict[tuple[str, str, str], tuple[str, Named]] = {}

    def check(self, path: str, rules: Iterable[Named]) -> list[Diagnostic]:
        """The rules of a file whose name one before them has, with another query; offsets are those of the file."""
        found = []
        for one in rules:
            if one.resource not in _COMPARED or one.named is None or not one.query or not one.name:
                continue
            key = kind_of(path), one.resource, " ".join(one.name.casefold().split())
            other, first = self._first.setdefault(key, (path, one))
            if first is one or first.query == one.query or first.named is None:
                continue
            if first.id and first.id.strip().casefold() == one.id.strip().casefold():
                continue  # they are reported as having the same id
            start, end = one.named[:2]
            if other == path:
                related = (Related(first.named[0], first.named[1], "the first rule with this name"),)
                message = f'the name "{one.name}" is that of an earlier rule with another query in this file'
                found.append(RULE.report(start, end, message, related=related))
            else:
                message = f'the name "{one.name}" is also that of a rule with another query in {other}'
                found.append(RULE.report(start, end, message))
        return found


RULE = Rule(
    code="KL619",
    name="duplicate-rule-name",
    summary="Two rules have the same name and different queries",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    settings=Settings(
        analytic="name",
        detection="displayName",
    ),
)
