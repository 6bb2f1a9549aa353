"""A custom detection does not return a column that Defender needs to make an alert of it.

Defender takes the time of the alert, the event behind it and the asset that is hit from the result. It rejects a rule
whose query does not return them:

- `Timestamp` or `TimeGenerated`, as the event has it (a warning where all tables are Sentinel's, of which the
  documentation does not say it);
- what identifies the event: `ReportId`, and for the tables of Defender for Endpoint (`Device...`) `DeviceId` with it.
  Alerts (`Alert...`) and Sentinel's tables need neither;
- a column with the asset: the one that `impactedAssets` or `responseActions` name, or else one of the columns that
  Defender knows an asset by, such as `DeviceId`, `AccountObjectId` or `RecipientEmailAddress`. A rule that maps
  entities (`entityMappings`) may use any column for that.

An action on an email needs `NetworkMessageId` and `RecipientEmailAddress`.

A `summarize` can keep the event: `summarize arg_max(Timestamp, ReportId), count() by DeviceId`. Where the columns of
the result can't be known wholly, nothing is reported. Source: [required
columns](https://learn.microsoft.com/en-us/defender-xdr/custom-detection-rules#required-columns-in-the-query-results).

## Bad

```yaml
displayName: Many antivirus detections on a device
queryCondition:
  queryText: |
    DeviceEvents
    | where ActionType == "AntivirusDetection"
    | summarize Detections = count() by DeviceId
    | where Detections > 5
schedule: {period: 24H}
detectionAction:
  alertTemplate:
    title: Many antivirus detections on a device
    severity: medium
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

## Good

```yaml
displayName: Many antivirus detections on a device
queryCondition:
  queryText: |
    DeviceEvents
    | where ActionType == "AntivirusDetection"
    | summarize arg_max(Timestamp, ReportId), Detections = count() by DeviceId
    | where Detections > 5
schedule: {period: 24H}
detectionAction:
  alertTemplate:
    title: Many antivirus detections on a device
    severity: medium
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

## When to silence it

When Defender accepts the rule as it is: its requirements have been relaxed before.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._columns import dropped, is_missing
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Asset
    from kql_lint.rules.rule import Detection

_TIMES = ("Timestamp", "TimeGenerated")
# Of these tables the event is identified by less: Alert* by its time, Observation* by a column of its own.
_OTHERS = ("Alert", "Observation")
_EMAIL_ACTIONS = frozenset(
    {
        *("moveToDeletedItemsResponseAction", "moveToInboxResponseAction", "moveToJunkResponseAction"),
        *("softDeleteResponseAction", "hardDeleteResponseAction"),
    }
)
_EMAIL_COLUMNS = ("NetworkMessageId", "RecipientEmailAddress")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    if detection.rule.kind != "custom-detection" or detection.columns is None:
        return
    if all(is_missing(detection, name) for name in _TIMES):
        what = "the query returns neither Timestamp nor TimeGenerated, the alert's time"
        # The page asks for it of rules "by using Defender XDR data", and says nothing of the others.
        sure = any(table.platform == "defender" for row in detection.facts.rows for table in row.tables)
        yield _lacks(detection, "Timestamp", what, Severity.ERROR if sure else Severity.WARNING)
    needed = {name: why for name, why in _event(detection) if is_missing(detection, name)}
    for name, why in needed.items():
        yield _lacks(detection, name, f"the query does not return {name}, which {why}")
    yield from _assets(detection, needed)
    for action in detection.rule.response_actions:
        if action.type is not None and action.type.value.rpartition(".")[2] in _EMAIL_ACTIONS:
            missing = [name for name in _EMAIL_COLUMNS if is_missing(detection, name)]
            if missing:
                message = f"an action on emails needs {listing(_EMAIL_COLUMNS)}; the query lacks {listing(missing)}"
                yield RULE.report(*action.type.span, message)


def _event(detection: Detection) -> Iterator[tuple[str, str]]:
    """The columns that identify the event, and why; none unless every table is known to ask for them."""
    facts = detection.facts
    names = {row.name for row in facts.rows}
    defenders = all(any(table.platform == "defender" for table in row.tables) for row in facts.rows)
    if not names or facts.unknown_tables or not defenders or any(name.startswith(_OTHERS) for name in names):
        return
    # A table without such a column has no events in this sense; joined to one that has, it asks for nothing.
    if any("ReportId" in table.columns for row in facts.rows for table in row.tables):
        yield "ReportId", "leads back to the event"
        if all(name.startswith("Device") for name in names):
            yield "DeviceId", "tells the event's device"


def _assets(detection: Detection, reported: Container[str]) -> Iterator[Diagnostic]:
    rule, limits = detection.rule, detection.facts.catalogue.limits
    for asset in (*rule.impacted_assets, *rule.response_actions):
        for part, start in _identifiers(asset):
            column = limits.asset_identifiers.get(part)
            if column is not None and column not in reported and is_missing(detection, column):
                span = asset.identifier.map.span(start, start + len(part))
                message = f"the query does not return {column}, from which {part} is read"
                yield RULE.report(*span, message, related=dropped(detection, column))
    if rule.impacted_assets or rule.entity_mappings:
        return
    if all(is_missing(detection, name) for name in limits.asset_columns):
        message = "the query returns no column that tells the device, account or mailbox that is hit"
        columns = ", ".join(limits.asset_columns)
        start, end = _place(detection, "")
        yield RULE.report(start, end, message, severity=Severity.WARNING, help=f"columns of assets: {columns}")


def _identifiers(asset: Asset) -> Iterator[tuple[str, int]]:
    """The identifiers of an asset (``deviceId``, ``sha1,sha256``) and where each begins in its text."""
    if asset.identifier.hole:
        return
    start = 0
    for part in asset.identifier.value.split(","):
        stripped = part.strip()
        if stripped:
            yield stripped, start + part.index(stripped)
        start += len(part) + 1


def _lacks(detection: Detection, name: str, message: str, severity: Severity = Severity.ERROR) -> Diagnostic:
    start, end = _place(detection, name)
    return RULE.report(start, end, message, severity=severity)


def _place(detection: Detection, name: str) -> tuple[int, int]:
    """Where the column is dropped, or else what the rule begins with."""
    related = dropped(detection, name)
    return (related[0].start, related[0].end) if related else (detection.rule.start, detection.rule.end)


RULE = Rule(
    code="KL607",
    name="detection-output-columns",
    summary="A custom detection lacks a column that Defender makes the alert of",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        detection="impactedAssets responseActions",
    ),
)
