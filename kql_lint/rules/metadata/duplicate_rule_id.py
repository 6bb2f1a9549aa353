"""Two rules of the repository have the same id, so that one of them replaces the other when they are deployed.

A rule copied to begin a new one keeps its id until someone changes it. Sentinel and the tools that deploy rules take
the id as the rule's identity: what is deployed last wins, without a word. Compared are the ids of files of the same
kind, so that a template made from a YAML rule is no duplicate of it; the case of a GUID does not count.

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

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.rule import Rule


class Seen:
    """The ids of all files so far; one object a run, given the files in their order."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], str] = {}  # by the kind of file and the id, the file that has it first

    def check(self, path: str, ids: Iterable[tuple[str, int, int]]) -> list[Diagnostic]:
        """The rules of a file whose id an earlier one has.

        ids are those of the file, in its order, with their places; offsets of the findings are those of the file.
        """
        kind = _kind(path)
        found: list[Diagnostic] = []
        here: dict[str, tuple[int, int]] = {}
        for value, start, end in ids:
            folded = value.strip().casefold()
            if not folded:
                continue
            if folded in here:
                related = (Related(*here[folded], "the first rule with this id"),)
                message = f"the id {value} is that of an earlier rule in this file"
                found.append(RULE.report(start, end, message, related=related))
                continue
            here[folded] = (start, end)
            other = self._first.setdefault((kind, folded), path)
            if other != path:
                found.append(RULE.report(start, end, f"the id {value} is also that of a rule in {other}"))
        return found


def _kind(path: str) -> str:
    suffix = path[path.rfind(".") :].casefold()
    return ".yaml" if suffix == ".yml" else suffix


RULE = Rule(
    code="KL608",
    name="duplicate-rule-id",
    summary="Two rules have the same id, so that one replaces the other",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
)
