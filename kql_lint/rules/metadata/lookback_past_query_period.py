"""The query asks for rows that are older than what the rule looks at, so that it never sees them.

A scheduled rule sees the rows of its `queryPeriod` and no others, whatever the query asks for. With a period of one
day, `TimeGenerated > ago(14d)` finds one day of rows: a baseline of two weeks is empty, and everything looks new. A
custom detection sees what its frequency gives it: 4 hours if it runs every hour, 12 hours if it runs every 3, 48 hours
if it runs every 12, and 30 days if it runs once a day, unless its schedule has a `lookback`.

Looked at are the comparisons of the time column (`TimeGenerated`, `Timestamp`) in a `where`, and where a `make-series`
over it begins: with `ago(...)` or `now() - ...`, directly, through a `let` or as an argument of a function. Other
columns of type datetime are not, since their values may be of any age. A rule has one finding, at the place that goes
back furthest.

Nor are two rows of a scheduled rule further apart than its period: with `queryPeriod: 12m`, events up to 15 minutes
apart (`Second between (First .. (First + 15m))`) are found up to 12 minutes apart. How a shorter window overlaps from
one run to the next is not judged: rules that look at each row once are a choice.

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
from typing import TYPE_CHECKING, TypeAlias

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata import _durations
from kql_lint.rules.metadata._times import bounds
from kql_lint.rules.metadata._windows import windows
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.metadata._times import Bound
    from kql_lint.rules.rule import Detection
    from kql_lint.syntax import ast


_MOST_PLACES = 5
# What says how far back the rule looks, the seconds, and what to say of it.
_Lookback: TypeAlias = "tuple[Text, int, str]"


def _check(detection: Detection) -> Iterator[Diagnostic]:
    found = lookback(detection)
    if found is not None:
        yield from _older(detection, found) or _further_apart(detection, found)


def _older(detection: Detection, found: _Lookback) -> list[Diagnostic]:
    text, seconds, told = found
    # Rows up to a moment before the period: none of them is seen.  Rows from there on: some are.
    too_old = [
        bound
        for bound in bounds(detection.facts)
        if (bound.seconds > seconds if bound.lower else bound.seconds >= seconds)
        and bound.node.start >= detection.query.preamble
    ]
    if not too_old:
        return []
    oldest = max(too_old, key=lambda bound: (bound.lower, bound.seconds))
    others = [bound for bound in too_old if bound is not oldest]
    message = f"the rule sees {_durations.shown(seconds)} of data, and this asks for rows {_asked(oldest)}"
    places = [Related(*_place(detection, bound.node), f"this asks for rows {_asked(bound)}") for bound in others]
    related = (Related(*text.span, told), *places[:_MOST_PLACES])
    return [RULE.report(*_place(detection, oldest.node), message, related=related)]


def _further_apart(detection: Detection, found: _Lookback) -> list[Diagnostic]:
    """Two rows of a scheduled rule are no further apart than its period; a detection goes by when rows came in."""
    text, seconds, told = found
    if detection.rule.kind != "scheduled":
        return []
    wide = [one for one in windows(detection.facts) if one.seconds > seconds]
    wide = [one for one in wide if one.node.start >= detection.query.preamble]
    if not wide:
        return []
    widest = max(wide, key=lambda one: (one.least, one.seconds))
    how = "at least" if widest.least else "up to"
    message = f"the rule sees {_durations.shown(seconds)} of data, and this asks for rows {how} "
    message += f"{_durations.shown(widest.seconds)} apart"
    return [RULE.report(*_place(detection, widest.node), message, related=(Related(*text.span, told),))]


def _asked(bound: Bound) -> str:
    return f"{_durations.shown(bound.seconds)} back" if bound.lower else "older"


def _place(detection: Detection, node: ast.Node) -> tuple[int, int]:
    return detection.query.map.span(node.start, node.end)


def lookback(detection: Detection) -> _Lookback | None:
    """What says how far back the rule looks, and how far that is in seconds; None where that can't be known."""
    rule = detection.rule
    if rule.kind == "scheduled" and rule.period is not None and not rule.period.hole:
        seconds = _durations.period(rule.period.value, rule.is_template)
        return None if seconds is None else (rule.period, seconds, f"{rule.word('queryPeriod')} is {rule.period.value}")
    if rule.kind == "custom-detection" and rule.frequency is not None and not rule.frequency.hole:
        seconds = _durations.iso(rule.frequency.value) or _durations.template(rule.frequency.value.lower())
        if rule.lookback is not None:
            return _explicit(rule.lookback)
        minutes = detection.facts.catalogue.limits.lookback(seconds // 60) if seconds else None
        if minutes is None or not _is_defenders(detection):
            return None
        told = (
            f"a detection that runs every {_durations.shown(seconds or 0)} looks back {_durations.shown(minutes * 60)}"
        )
        return rule.frequency, minutes * 60, told
    return None


def _explicit(lookback: Text) -> _Lookback | None:
    seconds = None if lookback.hole else _durations.iso(lookback.value)
    return (lookback, seconds, f"lookback is {lookback.value}") if seconds else None


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
    settings=Settings(
        analytic="queryPeriod",
        detection="schedule",
    ),
)
