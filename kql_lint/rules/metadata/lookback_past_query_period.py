"""The query asks for rows that are older than what the rule looks at, so that it never sees them.

A scheduled rule sees the rows of its `queryPeriod` and no others, whatever the query asks for. With a period of one
day, `TimeGenerated > ago(14d)` finds one day of rows: a baseline of two weeks is empty, and everything looks new. A
custom detection sees what its frequency gives it: 4 hours if it runs every hour, 12 hours if it runs every 3, 48 hours
if it runs every 12, and 30 days if it runs once a day.

Looked at are the comparisons of the time column (`TimeGenerated`, `Timestamp`) in a `where`: with `ago(...)` or `now()
- ...`, directly or through a `let`. Other columns of type datetime are not, since their values may be of any age.

## Bad

```yaml
id: 0b7d52a7-8ac9-4d43-8c0a-6b1f5c1d2a10
name: First sign-in to an application
kind: Scheduled
queryFrequency: 1d
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
query: |
  let known = SigninLogs
      | where TimeGenerated between (ago(14d) .. ago(1d))
      | distinct AppDisplayName;
  SigninLogs
  | where TimeGenerated > ago(1d)
  | where AppDisplayName !in (known)
```

## Good

```yaml
id: 0b7d52a7-8ac9-4d43-8c0a-6b1f5c1d2a10
name: First sign-in to an application
kind: Scheduled
queryFrequency: 1d
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 0
query: |
  let known = SigninLogs
      | where TimeGenerated between (ago(14d) .. ago(1d))
      | distinct AppDisplayName;
  SigninLogs
  | where TimeGenerated > ago(1d)
  | where AppDisplayName !in (known)
```

## When to silence it

When the query is also run by hand over a longer time, and the rule is meant to see less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata import _durations
from kql_lint.rules.metadata._times import bounds
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection


def _check(detection: Detection) -> Iterator[Diagnostic]:
    found = _lookback(detection)
    if found is None:
        return
    text, seconds, told = found
    for bound in bounds(detection.facts):
        # Rows up to a moment before the period: none of them is seen.  Rows from there on: some are.
        too_old = bound.seconds > seconds if bound.lower else bound.seconds >= seconds
        start, end = bound.node.start, bound.node.end
        if too_old and start >= detection.query.preamble:
            what = f"{_durations.shown(bound.seconds)} back" if bound.lower else "older"
            message = f"the rule sees {_durations.shown(seconds)} of data, and this asks for rows {what}"
            related = (Related(*text.span, told),)
            yield RULE.report(*detection.query.map.span(start, end), message, related=related)


def _lookback(detection: Detection) -> tuple[Text, int, str] | None:
    """What says how far back the rule looks, and how far that is in seconds; None where that can't be known."""
    rule = detection.rule
    if rule.kind == "scheduled" and rule.period is not None and not rule.period.hole:
        seconds = _durations.period(rule.period.value, rule.is_template)
        return None if seconds is None else (rule.period, seconds, f"{rule.word('queryPeriod')} is {rule.period.value}")
    if rule.kind == "custom-detection" and rule.frequency is not None and not rule.frequency.hole:
        seconds = _durations.iso(rule.frequency.value) or _durations.template(rule.frequency.value.lower())
        minutes = detection.facts.catalogue.limits.lookback(seconds // 60) if seconds else None
        if minutes is None or not _is_defenders(detection):
            return None
        told = (
            f"a detection that runs every {_durations.shown(seconds or 0)} looks back {_durations.shown(minutes * 60)}"
        )
        return rule.frequency, minutes * 60, told
    return None


def _is_defenders(detection: Detection) -> bool:
    """Whether Defender has every table of the query: over Sentinel's data the lookback is a setting of its own."""
    facts = detection.facts
    known = all(any(table.platform == "defender" for table in row.tables) for row in facts.rows)
    return known and bool(facts.rows) and not facts.unknown_tables


RULE = Rule(
    code="KL604",
    name="lookback-past-query-period",
    summary="The query asks for rows that are older than the rule looks back",
    severity=Severity.WARNING,
    documentation=__doc__ or "",
    check_detection=_check,
)
