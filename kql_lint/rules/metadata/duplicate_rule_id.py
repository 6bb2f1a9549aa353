"""Two rules of the repository have the same id, so that one of them replaces the other when they are deployed.

A rule copied to begin a new one keeps its id until someone changes it. Sentinel and the tools that deploy rules take
the id as the rule's identity: what is deployed last wins, without a word. Compared are the ids of files of the same
kind, so that a template made from a YAML rule is no duplicate of it; the case of a GUID does not count. The same rule
in another file, with the same name and query, is no duplicate either, nor is a hunting query that has the id of a rule.

Each rule but the first, in the order of the files, is reported.

## Bad

```yaml
id: 1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
---
id: 1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11
name: Sign-in from an unmanaged device
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where DeviceDetail.isManaged == false
```

## Good

```yaml
id: 1d4f9a2b-6a3e-4d0b-8c52-0f9d3f0c7a11
name: Sign-in with a legacy protocol
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where ClientAppUsed == "IMAP4"
---
id: 6c2ab4f0-5f1d-4a7d-9d0c-2b8f4c2e9d55
name: Sign-in from an unmanaged device
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where DeviceDetail.isManaged == false
```

## When to silence it

When the files are for different workspaces, and the same rule is meant to be in each. A rule for which this is
silenced, by a comment at its id or for its folder by `per-path`, is not compared with others: one side is enough.
"""

from __future__ import annotations

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata._seen import Placed, Seen, same_id
from kql_lint.rules.rule import Rule, Settings


def seen() -> Seen:
    """What remembers the ids of a run."""
    return Seen(_key, _judge)


def _key(one: Placed) -> tuple[str, str, str] | None:
    known = same_id(one.rule.id)
    return (one.kind, one.rule.resource, known) if known else None


def _judge(one: Placed, other: Placed) -> Diagnostic | None:
    """One id twice in a file, or in two files that have not the same rule."""
    start, end = one.rule.span[:2]
    if one.path == other.path:
        related = (Related(other.rule.span[0], other.rule.span[1], "the first rule with this id"),)
        return RULE.report(start, end, f"the id {one.rule.id} is that of an earlier rule in this file", related=related)
    if one.rule.content == other.rule.content:
        return None
    return RULE.report(start, end, f"the id {one.rule.id} is also that of a rule in {other.path}")


RULE = Rule(
    code="KL608",
    name="duplicate-rule-id",
    summary="Two rules have the same id, so that one replaces the other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    settings=Settings(
        analytic="id",
        hunting="id",
        detection="id",
    ),
)
