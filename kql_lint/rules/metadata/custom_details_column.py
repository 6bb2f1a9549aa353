"""A custom detail is read from a column that the query does not return.

Custom details put what matters of an event into the alert. A detail whose column is not in the result stays empty, and
Sentinel's wizard and API refuse the rule when it is saved. Names of columns are case-sensitive. The same goes for
incidents that are grouped by custom details (`groupByCustomDetails`): they name the details, not the columns.

Where the columns of the result can't be known wholly, nothing is reported.

## Bad

```yaml
id: 2b7c1d0a-9a51-4d15-a6dc-53c0c3a3a5d4
name: Office starts a script host
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  DeviceProcessEvents
  | where InitiatingProcessFileName in~ ("winword.exe", "excel.exe")
  | where FileName =~ "wscript.exe"
  | project TimeGenerated, DeviceName, FileName
customDetails:
  CommandLine: ProcessCommandLine
  Script: Filename
```

## Good

```yaml
id: 2b7c1d0a-9a51-4d15-a6dc-53c0c3a3a5d4
name: Office starts a script host
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  DeviceProcessEvents
  | where InitiatingProcessFileName in~ ("winword.exe", "excel.exe")
  | where FileName =~ "wscript.exe"
  | project TimeGenerated, DeviceName, FileName, ProcessCommandLine
customDetails:
  CommandLine: ProcessCommandLine
  Script: FileName
```

## When to silence it

When the table has a column in your workspace that the catalogue does not list. Better: add it in an overlay of the
catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules._names import slips
from kql_lint.rules.metadata._columns import missing_column, name_fix
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.rules.rule import Detection


def _check(detection: Detection) -> Iterator[Diagnostic]:
    from kql_lint.suggest import Candidates

    details = detection.rule.custom_details
    for name, column in details:
        found = missing_column(RULE, detection, column, f'for the custom detail "{name.value}"')
        if found is not None:
            yield found
    names = {name.value: None for name, _ in details}
    known = Candidates(names)
    folded = {name.casefold() for name in names}
    for group in detection.rule.group_by_details:
        if not group.hole and group.value not in names:
            close = slips(group.value, known)
            message = f'incidents are grouped by "{group.value}", which is no custom detail{did_you_mean(close)}'
            # Whether the case counts here is not written anywhere.
            alike = group.value.casefold() in folded
            severity = Severity.WARNING if alike else Severity.ERROR
            yield RULE.report(*group.span, message, severity=severity, fixes=name_fix(group, close, names))


RULE = Rule(
    code="KL602",
    name="custom-details-column",
    summary="A custom detail is read from a column that the query does not return",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="customDetails incidentConfiguration",
        hunting="customDetails",
        detection="customDetails",
    ),
)
