"""The rule names a tactic or technique that MITRE ATT&CK or the service doesn't have.

Sentinel refuses an analytics rule with an unknown tactic. A hunting query keeps the name, but the MITRE page and every
filter by tactic leave the query out. Tactics are written without blanks, each word with a capital:
`CommandAndControl`, `PrivilegeEscalation`. A spelling that differs in its case alone is a warning, since the service
reads it but other tools compare it as it is; the Terraform provider azurerm refuses it.

Techniques are written `T1059`, sub-techniques `T1059.001`. A technique that ATT&CK has revoked is reported with what
it became, where that is one technique. Sentinel's API (ARM templates, Bicep, Terraform) takes no sub-techniques in
`techniques` and refuses the rule: "The expected format is 'T####'". Templates in YAML may name them, and so may the
tags `tactics` and `techniques` of a saved search, which is what a hunting query is in ARM, Bicep and Terraform.

The 17 tactics are those of the [API](https://learn.microsoft.com/en-us/azure/templates/microsoft.securityinsights/alertrules),
which has two of ATT&CK for ICS (`ImpairProcessControl`, `InhibitResponseFunction`) and `PreAttack` beside those of the
Enterprise matrix. Techniques are those of ATT&CK 18.1 for enterprise, mobile and ICS.

## Bad

```yaml
id: 6d0b8f0a-9d62-4f0e-8a53-2a4de2f1f0c5
name: PowerShell starts from Office
description: An Office application starts PowerShell.
severity: High
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - Executon
relevantTechniques:
  - T1086
query: |
  DeviceProcessEvents
  | where InitiatingProcessFileName in~ ("winword.exe", "excel.exe")
  | where FileName =~ "powershell.exe"
```

## Good

```yaml
id: 6d0b8f0a-9d62-4f0e-8a53-2a4de2f1f0c5
name: PowerShell starts from Office
description: An Office application starts PowerShell.
severity: High
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - Execution
relevantTechniques:
  - T1059.001
query: |
  DeviceProcessEvents
  | where InitiatingProcessFileName in~ ("winword.exe", "excel.exe")
  | where FileName =~ "powershell.exe"
```

## When to silence it

When ATT&CK has a new technique that this version of kql-lint doesn't know yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._settings import counts_case, fixes, is_analytic, meant, replaced
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection

_TECHNIQUE = re.compile(r"T\d{4}(?:\.\d{3})?", re.ASCII)
# How a rule is written that goes to the API as it is.
_OF_THE_API = frozenset({"arm", "arm-template", "azurerm"})


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    for text in rule.tactics.items if rule.tactics is not None else ():
        if not text.hole:
            yield from _tactic(detection, text)
    if rule.category is not None and not rule.category.hole:
        yield from _category(detection, rule.category)
    for text in rule.techniques.items if rule.techniques is not None else ():
        if not text.hole:
            yield from _technique(detection, text)


def _tactic(detection: Detection, text: Text) -> Iterator[Diagnostic]:
    rule, names = detection.rule, detection.facts.catalogue.limits.values("tactic")
    value = text.value.strip()
    if value in names:
        return
    if not value:
        yield RULE.report(*text.span, "a tactic is empty", severity=Severity.WARNING)
        return
    if _TECHNIQUE.fullmatch(value):
        where = rule.techniques.key if rule.techniques is not None else rule.word("techniques")
        message = f'"{value}" is a technique, not a tactic; list it under {where}'
        yield RULE.report(*text.span, message, severity=_refused(detection))
        return
    close = meant(value, names)
    if rule.kind == "custom-detection" and not close.names:
        return  # the API says no more than that it is a string
    severity = _refused(detection)
    if close.case_only and not counts_case(rule):
        severity = Severity.WARNING
        message = f'the tactic "{value}" is written "{close.names[0]}"'
    else:
        message = f'unknown tactic "{value}"{did_you_mean(close.names)}'
    help_text = None if close.names else f"tactics: {', '.join(names)}"
    yield RULE.report(*text.span, message, severity=severity, help=help_text, fixes=fixes(text, close))


def _refused(detection: Detection) -> Severity:
    """Of an analytics rule the service refuses what it doesn't know; elsewhere it counts for nothing."""
    rule = detection.rule
    return Severity.ERROR if is_analytic(rule) and rule.format != "object" else Severity.WARNING


def _category(detection: Detection, text: Text) -> Iterator[Diagnostic]:
    """The category of a custom detection: a tactic or one of a few more.  What resembles none of them may be new."""
    limits = detection.facts.catalogue.limits
    names = (*limits.values("tactic"), *limits.values("category"))
    if text.value in names:
        return
    close = meant(text.value, names)
    if close.names and not close.case_only:
        message = f'unknown {detection.rule.word("category")} "{text.value}"{did_you_mean(close.names)}'
        yield RULE.report(*text.span, message, severity=Severity.WARNING, fixes=fixes(text, close))


def _technique(detection: Detection, text: Text) -> Iterator[Diagnostic]:
    value = text.value.strip()
    if not _TECHNIQUE.fullmatch(value):
        yield _malformed(text, value)
        return
    known = detection.facts.catalogue.techniques.find(value)
    parent = value.partition(".")[0]
    if _goes_to_the_api(detection) and parent != value:
        message = f'the API takes no sub-techniques: "{value}" is refused; write {parent}'
        yield RULE.report(*text.span, message, fixes=replaced(text, parent, "intent"))
    elif known is None:
        message = f'MITRE ATT&CK has no technique "{value}"'
        yield RULE.report(*text.span, message, severity=Severity.WARNING)
    elif known.state:
        successor = known.successor
        if successor is not None and _goes_to_the_api(detection):
            successor = successor.partition(".")[0]
        became = f"; it is now {known.successor}" if known.successor is not None else ""
        message = f'the technique "{value}" is {known.state} in MITRE ATT&CK{became}'
        fix = replaced(text, successor, "intent") if successor is not None else ()
        yield RULE.report(*text.span, message, severity=Severity.WARNING, fixes=fix)


def _goes_to_the_api(detection: Detection) -> bool:
    """Whether the rule is an analytics rule as the API takes it; a hunting query's techniques are a free text there."""
    return is_analytic(detection.rule) and detection.rule.format in _OF_THE_API


def _malformed(text: Text, value: str) -> Diagnostic:
    upper = value.upper().replace(" ", "")
    if not value:
        return RULE.report(*text.span, "a technique is empty", severity=Severity.WARNING)
    good = _TECHNIQUE.fullmatch(upper) is not None
    advice = f"; write {upper}" if good else "; write it as T1059 or T1059.001"
    fix = replaced(text, upper, "safe") if good else ()
    return RULE.report(*text.span, f'"{value}" is not a technique{advice}', severity=Severity.WARNING, fixes=fix)


RULE = Rule(
    code="KL611",
    name="unknown-tactic",
    summary="An unknown tactic, or a technique that is unknown, revoked or misspelt",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="tactics techniques",
        hunting="tactics techniques",
        detection="category mitreTechniques",
    ),
)
