"""A rule that is to run in near-real time has something that such rules can't have.

Sentinel runs an NRT rule every minute over what came in during the last one. Its schedule and its threshold can't be
set: `queryFrequency`, `queryPeriod` and the trigger have no effect, and whoever reads them is misled. Its query may
name several tables and watchlists, says the documentation today, so joins and unions are not reported. The service
used to refuse them ("NRT queries cannot use joins or unions"); the last report of that is from June 2023.

Defender runs a custom detection continuously (`period: "0"`) on conditions, and rejects it otherwise: one table, out of
a list; no `join`, `union` or `externaldata`; only operators that transformations of Azure Monitor have, which leaves
out `summarize` and `distinct`; no comments. Its schedule can't have a `lookback`. Sources: [NRT
rules](https://learn.microsoft.com/en-us/azure/sentinel/create-nrt-rules), [continuous
detections](https://learn.microsoft.com/en-us/defender-xdr/custom-detection-rules#continuous-nrt-frequency),
[schedules](https://learn.microsoft.com/en-us/graph/api/resources/security-ruleschedule).

What is wrong with a schedule of an NRT rule is a warning.

## Bad

```yaml
displayName: LSASS is read by a process out of a user's folder
queryCondition:
  queryText: |
    DeviceEvents
    | where ActionType == "OpenProcessApiCall" and FileName =~ "lsass.exe"
    | where InitiatingProcessFolderPath startswith "C:\\\\Users"
    | join kind=inner (DeviceInfo | where IsInternetFacing) on DeviceId
schedule: {period: "0"}
detectionAction:
  alertTemplate:
    title: LSASS is read by a process out of a user's folder
    severity: high
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

```yaml
id: 4f7a1a86-5d7f-4b0e-8a05-6a0d9a3d1c77
name: Sign-in without multi-factor authentication
kind: NRT
queryPeriod: 1h
query: SigninLogs | where AuthenticationRequirement == "singleFactorAuthentication"
```

## Good

```yaml
displayName: LSASS is read by a process out of a user's folder
queryCondition:
  queryText: |
    DeviceEvents
    | where ActionType == "OpenProcessApiCall" and FileName =~ "lsass.exe"
    | where InitiatingProcessFolderPath startswith "C:\\\\Users"
schedule: {period: "0"}
detectionAction:
  alertTemplate:
    title: LSASS is read by a process out of a user's folder
    severity: high
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

```yaml
id: 4f7a1a86-5d7f-4b0e-8a05-6a0d9a3d1c77
name: Sign-in without multi-factor authentication
kind: NRT
query: SigninLogs | where AuthenticationRequirement == "singleFactorAuthentication"
```

## When to silence it

When Microsoft has lifted the limit and this version of kql-lint does not know yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._durations import iso
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    if rule.kind == "nrt":
        yield from _schedule(detection)
    elif rule.kind == "custom-detection" and _is_continuous(rule.frequency):
        if rule.lookback is not None:
            message = "a detection that runs continuously can't have a lookback"
            yield RULE.report(*rule.lookback.span, message)
        yield from _continuous(detection)


def _is_continuous(frequency: Text | None) -> bool:
    return frequency is not None and not frequency.hole and (frequency.value == "0" or iso(frequency.value) == 0)


def _schedule(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    settings = (
        ("queryFrequency", rule.frequency),
        ("queryPeriod", rule.period),
        ("triggerOperator", rule.trigger_operator),
        ("triggerThreshold", rule.trigger_threshold),
    )
    for key, text in settings:
        if text is not None:
            message = f"{rule.word(key)} has no effect in an NRT rule, which runs every minute and reports each result"
            yield RULE.report(*text.span, message, severity=Severity.WARNING)


def _continuous(detection: Detection) -> Iterator[Diagnostic]:
    facts = detection.facts
    limits = facts.catalogue.limits
    if facts.syntax_errors:
        return
    for start, end, word in _operators(detection):
        if word not in limits.continuous_operators:
            yield _report(detection, start, end, f"{word} can't be used in a detection that runs continuously")
    tables = {row.node.start: row for row in facts.rows}
    rows = [tables[start] for start in sorted(tables)]
    for row in rows:
        if row.name not in limits.continuous_tables:
            message = f"a detection can't run continuously on {row.name}"
            yield _report(detection, row.node.start, row.node.end, message)
    others = [row for row in rows if row.name != rows[0].name]
    if others:
        message = f"a detection that runs continuously has one table: {rows[0].name} or {others[0].name}"
        yield _report(detection, others[0].node.start, others[0].node.end, message)
    yield from _comments(detection)


def _operators(detection: Detection) -> Iterator[tuple[int, int, str]]:
    """The word of each pipe operator, and of externaldata, with its place in the query."""
    from kql_lint.syntax import ast

    text = detection.facts.text
    for node in detection.facts.nodes_of(ast.Operator, ast.ExternalData):
        word = _WORD.match(text, node.start)
        if word is not None:
            yield word.start(), word.end(), "where" if word[0] == "filter" else word[0]


def _comments(detection: Detection) -> Iterator[Diagnostic]:
    """The first comment: one is enough to have the query refused."""
    from kql_lint.hosts.tokens import TOKEN

    for token in TOKEN.finditer(detection.query.text):
        if token.lastgroup == "comment":
            message = "a detection that runs continuously can't have comments in its query"
            yield _report(detection, token.start(), token.end(), message)
            return


def _report(detection: Detection, start: int, end: int, message: str) -> Diagnostic:
    return RULE.report(*detection.query.map.span(start, end), message)


RULE = Rule(
    code="KL609",
    name="nrt-not-supported",
    summary="Something that a rule in near-real time can't have, or that has no effect in one",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="queryFrequency queryPeriod triggerOperator triggerThreshold",
        detection="schedule queryText",
    ),
)
