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

from collections.abc import Iterable
from typing import Protocol

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.rule import Rule, Settings


class _Id(Protocol):
    """A rule's id as a report has it: see RuleId there."""

    @property
    def id(self) -> str: ...
    @property
    def span(self) -> tuple[int, ...]: ...
    @property
    def resource(self) -> str: ...
    @property
    def content(self) -> str: ...


class Seen:
    """The ids of all files so far; one object a run, given the files in their order."""

    def __init__(self) -> None:
        # By the kind of file, the resource and the id: the file that has it first, and what the rule is there.
        self._first: dict[tuple[str, str, str], tuple[str, str]] = {}

    def check(self, path: str, ids: Iterable[_Id]) -> list[Diagnostic]:
        """The rules of a file whose id an earlier one has, unless they are the same rule in another file.

        ids are those of the file, in its order, with their places; offsets of the findings are those of the file.
        """
        kind = kind_of(path)
        found: list[Diagnostic] = []
        here: dict[tuple[str, str], tuple[int, int]] = {}
        for one in ids:
            key, (start, end) = (one.resource, one.id.strip().casefold()), one.span[:2]
            if not key[1]:
                continue
            if key in here:
                related = (Related(*here[key], "the first rule with this id"),)
                message = f"the id {one.id} is that of an earlier rule in this file"
                found.append(RULE.report(start, end, message, related=related))
                continue
            here[key] = (start, end)
            other, content = self._first.setdefault((kind, *key), (path, one.content))
            if other != path and content != one.content:
                found.append(RULE.report(start, end, f"the id {one.id} is also that of a rule in {other}"))
        return found


def kind_of(path: str) -> str:
    """The kind of a file by its ending, for comparisons with others."""
    suffix = path[path.rfind(".") :].casefold()
    return ".yaml" if suffix == ".yml" else suffix


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
