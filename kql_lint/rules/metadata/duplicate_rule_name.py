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

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata._seen import Placed, Seen, same_id, same_name
from kql_lint.rules.rule import Rule, Settings

_COMPARED = frozenset({"analytic", "custom-detection"})


def seen() -> Seen:
    """What remembers the names of a run."""
    return Seen(_key, _judge)


def _key(one: Placed) -> tuple[str, str, str] | None:
    rule = one.rule
    if rule.resource not in _COMPARED or rule.named is None or not rule.query or not rule.name:
        return None
    return one.kind, rule.resource, same_name(rule.name)


def _judge(one: Placed, other: Placed) -> Diagnostic | None:
    """Two rules of one name with different queries; of one id as well, that is what is reported."""
    rule, first = one.rule, other.rule
    if rule.named is None or first.named is None or first.query == rule.query:
        return None
    if first.id and same_id(first.id) == same_id(rule.id):
        return None
    start, end = rule.named[:2]
    if one.path != other.path:
        message = f'the name "{rule.name}" is also that of a rule with another query in {other.path}'
        return RULE.report(start, end, message)
    message = f'the name "{rule.name}" is that of an earlier rule with another query in this file'
    related = (Related(first.named[0], first.named[1], "the first rule with this name"),)
    return RULE.report(start, end, message, related=related)


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
