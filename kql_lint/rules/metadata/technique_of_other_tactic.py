"""The rule names a technique that belongs to none of its tactics.

On Sentinel's MITRE page a technique is shown below its tactics: one whose tactic the rule doesn't name is counted
nowhere, or the tactic is wrong. Microsoft's checks of published templates refuse such a rule, and the API says of
metadata that techniques have to be aligned with the tactics.

A technique belongs to the tactics that MITRE ATT&CK 18.1 gives it, and to those that the template checks do, whose
table is older; only what neither of them has is reported. `PreAttack` stands for reconnaissance and resource
development. Nothing is reported of a rule with a tactic that isn't known, or one that the deployment fills in.

## Bad

```yaml
id: 1c6c9a3e-5d8b-4f37-b0c8-6f0a5f2d9b31
name: Memory of LSASS is read
description: A program of a user reads the memory of LSASS.
severity: High
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - LateralMovement
relevantTechniques:
  - T1003.001
query: |
  DeviceEvents
  | where ActionType == "ReadProcessMemoryApiCall" and FileName =~ "lsass.exe"
```

## Good

```yaml
id: 1c6c9a3e-5d8b-4f37-b0c8-6f0a5f2d9b31
name: Memory of LSASS is read
description: A program of a user reads the memory of LSASS.
severity: High
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - CredentialAccess
  - LateralMovement
relevantTechniques:
  - T1003.001
query: |
  DeviceEvents
  | where ActionType == "ReadProcessMemoryApiCall" and FileName =~ "lsass.exe"
```

## When to silence it

When your team files a technique under another tactic on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._settings import is_analytic, is_published
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection

# Sentinel's older name for what an attacker does before an attack.
_BEFORE = frozenset({"Reconnaissance", "ResourceDevelopment"})


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    if rule.techniques is None or not (is_analytic(rule) or rule.kind == "hunting"):
        return
    named = _tactics(detection)
    for text in rule.techniques.items if named is not None else ():
        known = None if text.hole else detection.facts.catalogue.techniques.find(text.value.strip())
        if known is None or known.state or not known.tactics or named is None or known.tactics & named:
            continue
        wanted = listing([name for name in detection.facts.catalogue.limits.values("tactic") if name in known.tactics])
        what = "which is none of the rule's tactics" if named else "and the rule names no tactic"
        word = rule.tactics.key if rule.tactics is not None else rule.word("tactics")
        yield RULE.report(*text.span, f"{known.id} belongs to {wanted}, {what}", help=f"add one of them to {word}")


def _tactics(detection: Detection) -> frozenset[str] | None:
    """The tactics that the rule names; None where one of them is not known."""
    rule, names = detection.rule, detection.facts.catalogue.limits.values("tactic")
    if rule.tactics is None:
        return frozenset() if is_published(rule) else None
    by_name = {name.casefold(): name for name in names}
    found = {by_name.get(text.value.strip().casefold()) for text in rule.tactics.items}
    if not rule.tactics.whole or None in found:
        return None
    known = frozenset(name for name in found if name is not None)
    return known | _BEFORE if "PreAttack" in known else known


RULE = Rule(
    code="KL612",
    name="technique-of-other-tactic",
    summary="A technique that belongs to none of the rule's tactics",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="tactics techniques",
        hunting="tactics techniques",
    ),
)
