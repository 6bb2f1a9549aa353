"""A custom detection filters on the time of the events, so that events which arrive late are lost.

The service gives each run of a custom detection the rows of its lookback period, and counts as of that period what
arrived in it as well: a laptop that was offline sends its events hours after they happened. A filter such as `Timestamp
> ago(1h)` throws those away, and no later run sees them either.

Leave the filter out. `ingestion_time()` tells when a row arrived, if the query is to read less. Not reported are
filters that reach as far back as the lookback period, and those that look for an earlier stretch: ranges with an end,
and queries that compare the time with several moments. Where the lookback is not known, nothing is.

Source: [required columns of custom
detections](https://learn.microsoft.com/en-us/defender-xdr/custom-detection-rules#required-columns-in-the-query-results)
and [rule schedule](https://learn.microsoft.com/en-us/graph/api/resources/security-ruleschedule?view=graph-rest-beta).

## Bad

```yaml
displayName: PsExec on a device
queryCondition:
  queryText: |
    DeviceProcessEvents
    | where Timestamp > ago(1h)
    | where FileName =~ "psexec.exe"
    | project Timestamp, DeviceId, ReportId
schedule: {period: 1H}
detectionAction:
  alertTemplate:
    title: PsExec on a device
    severity: medium
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

## Good

```yaml
displayName: PsExec on a device
queryCondition:
  queryText: |
    DeviceProcessEvents
    | where FileName =~ "psexec.exe"
    | project Timestamp, DeviceId, ReportId
schedule: {period: 1H}
detectionAction:
  alertTemplate:
    title: PsExec on a device
    severity: medium
    impactedAssets:
      - "@odata.type": "#microsoft.graph.security.impactedDeviceAsset"
        identifier: deviceId
```

## When to silence it

When only a part of the lookback period is meant to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._times import bounds
from kql_lint.rules.metadata.lookback_past_query_period import lookback
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection


def _check(detection: Detection) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    if detection.rule.kind != "custom-detection" or detection.facts.syntax_errors:
        return
    found = list(bounds(detection.facts))
    if len({one.seconds for one in found}) != 1 or not all(
        one.lower and isinstance(one.test, ast.Binary) for one in found
    ):
        return  # LIMIT: a baseline and what is compared with it look for events of several stretches
    known = lookback(detection)
    is_shorter = found[0].seconds < known[1] if known is not None else _is_continuous(detection)
    for one in found if is_shorter else ():
        if detection.query.is_own(one.test.start):
            yield RULE.report(
                *detection.query.map.span(one.test.start, one.test.end),
                "this filter drops events that arrive late; the detection reads its lookback period anyway",
                help="leave it out, or filter on ingestion_time()",
            )


def _is_continuous(detection: Detection) -> bool:
    frequency = detection.rule.frequency
    return frequency is not None and not frequency.hole and frequency.value in ("0", "PT0S")


RULE = Rule(
    code="KL509",
    name="time-filter-in-detection",
    summary="A custom detection whose query filters on the time of the events",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
    enabled=False,
)
