"""The rule's schedule is one that the service does not take: too long, too short, or in no format it knows.

Sentinel runs a scheduled rule every 5 minutes at most and every 14 days at least, over 5 minutes to 14 days of data. It
may not look at less than the time since it last ran, which would leave gaps, and one that looks at 2 days or more may
run every hour at most. In templates (YAML) a length of time is written `1h`, everywhere else as ISO 8601 has it:
`PT1H`, `P14D`. A custom detection runs every 1, 3, 12 or 24 hours or continuously, over Sentinel's data alone every 5
minutes to 14 days. A `lookback` of its own must be at least as long as the frequency. (Microsoft Graph calls `period`
deprecated and announced its removal from the beta API for October 2026; `frequency` replaces it.)

The trigger belongs to the schedule: `triggerOperator` is one of four, and `triggerThreshold` a number up to 10,000. A
rule that has some of these four settings needs all of them.

Sources: [scheduled rules](https://learn.microsoft.com/en-us/azure/sentinel/scheduled-rules-overview),
[custom detections](https://learn.microsoft.com/en-us/defender-xdr/custom-detection-rules), their
[schedule](https://learn.microsoft.com/en-us/graph/api/resources/security-ruleschedule), and the tests that Microsoft
runs on its own templates.

## Bad

```yaml
id: 9a3e5f1c-1f9c-4a39-bd0a-90d6b3f1b8a4
name: Password spray
kind: Scheduled
queryFrequency: 1d
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  | where Accounts > 50
```

```yaml
id: 9a3e5f1c-1f9c-4a39-bd0a-90d6b3f1b8a4
name: Password spray
kind: Scheduled
queryFrequency: 1h
queryPeriod: 30d
triggerOperator: ">"
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  | where Accounts > 50
```

## Good

```yaml
id: 9a3e5f1c-1f9c-4a39-bd0a-90d6b3f1b8a4
name: Password spray
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  | where Accounts > 50
```

## When to silence it

When another tool replaces the schedule before the rule is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata import _durations
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import listing

if TYPE_CHECKING:
    from kql_lint.catalogue.limits import Limits
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection

_OPERATORS = ("GreaterThan", "LessThan", "Equal", "NotEqual")
_SHORT_OPERATORS = ("gt", "lt", "eq", "ne")
_NUMBER = re.compile(r"\d{1,9}")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    limits = detection.facts.catalogue.limits
    if detection.rule.kind == "scheduled":
        yield from _missing(detection)
        yield from _scheduled(detection, limits)
        yield from _trigger(detection, limits)
    elif detection.rule.kind == "custom-detection":
        yield from _custom(detection, limits)


def _missing(detection: Detection) -> Iterator[Diagnostic]:
    """What of a schedule is not there; one that is not there at all may be given by what deploys the rule."""
    rule = detection.rule
    settings = {
        "queryFrequency": rule.frequency,
        "queryPeriod": rule.period,
        "triggerOperator": rule.trigger_operator,
        "triggerThreshold": rule.trigger_threshold,
    }
    missing = [rule.word(key) for key, text in settings.items() if text is None]
    if rule.is_whole and 0 < len(missing) < len(settings):
        yield RULE.report(rule.start, rule.end, f"the schedule lacks {listing(missing)}")


def _scheduled(detection: Detection, limits: Limits) -> Iterator[Diagnostic]:
    rule = detection.rule
    least, most = limits.number("schedule-minutes-at-least") * 60, limits.number("schedule-minutes-at-most") * 60
    lengths: list[int | None] = []
    for key, text in (("queryFrequency", rule.frequency), ("queryPeriod", rule.period)):
        if text is None:
            lengths.append(None)
            continue
        seconds = None if text.hole else _durations.period(text.value, rule.is_template)
        lengths.append(seconds if seconds is not None and least <= seconds <= most else None)
        if not text.hole:
            yield from _length(rule.word(key), text, seconds, least, most, rule.is_template)
    frequency, period = lengths
    if frequency is not None and period is not None and rule.frequency is not None and rule.period is not None:
        what = f"{rule.word('queryPeriod')} is {_durations.shown(period)}"
        yield from _together(limits, rule.frequency, frequency, period, Related(*rule.period.span, what))


def _length(
    key: str, text: Text, seconds: int | None, least: int, most: int, is_template: bool
) -> Iterator[Diagnostic]:
    if seconds is None:
        forms = "1h, 30m or 14d" if is_template else "PT1H, PT30M or P14D"
        yield RULE.report(*text.span, f'{key} "{text.value}" is no length of time; write it as {forms}')
    elif not least <= seconds <= most:
        allowed = f"{_durations.shown(least)} to {_durations.shown(most)}"
        yield RULE.report(*text.span, f"{key} is {_durations.shown(seconds)}; allowed are {allowed}")


def _together(limits: Limits, frequency: Text, every: int, back: int, period: Related) -> Iterator[Diagnostic]:
    related = (period,)
    if every > back:
        gap = _durations.shown(every - back)
        message = f"the rule runs every {_durations.shown(every)} and looks back {_durations.shown(back)}: "
        verb = "is" if gap.startswith("1 ") else "are"
        yield RULE.report(*frequency.span, f"{message}{gap} {verb} never looked at", related=related)
    long, at_most = limits.number("long-period-minutes") * 60, limits.number("long-period-frequency-minutes") * 60
    if back >= long and every < at_most:
        needed = _durations.shown(at_most)
        message = f"with a period of {_durations.shown(long)} or more the frequency is {needed} at least"
        yield RULE.report(*frequency.span, message, related=related)


def _trigger(detection: Detection, limits: Limits) -> Iterator[Diagnostic]:
    rule = detection.rule
    operator, threshold = rule.trigger_operator, rule.trigger_threshold
    allowed = (*_SHORT_OPERATORS, *_OPERATORS) if rule.is_template else _OPERATORS
    # The API's names are read without regard to their case; whether a template's are is not known.
    known = {name.casefold() for name in allowed}
    if operator is not None and not operator.hole and operator.value.casefold() not in known:
        choice = listing(_SHORT_OPERATORS if rule.is_template else _OPERATORS, "or")
        what = f'{rule.word("triggerOperator")} can\'t be "{operator.value}"'
        yield RULE.report(*operator.span, f"{what}; write {choice}")
    most = limits.number("trigger-threshold")
    if threshold is not None and not threshold.hole:
        number = int(threshold.value) if _NUMBER.fullmatch(threshold.value) else -1
        if not 0 <= number <= most:
            what = f'{rule.word("triggerThreshold")} can\'t be "{threshold.value}"'
            yield RULE.report(*threshold.span, f"{what}; it is a whole number from 0 to {most:,}")


def _custom(detection: Detection, limits: Limits) -> Iterator[Diagnostic]:
    """Period is a word of a list; its successor, frequency, any length; zero runs continuously."""
    text, lookback = detection.rule.frequency, detection.rule.lookback
    if text is None or text.hole:
        return
    every = _durations.iso(text.value)
    back = None if lookback is None or lookback.hole else _durations.iso(lookback.value)
    if every and back is not None and lookback is not None and back < every:
        message = f"lookback is {_durations.shown(back)} and the detection runs every {_durations.shown(every)}"
        told = Related(*text.span, f"frequency is {text.value}")
        yield RULE.report(*lookback.span, f"{message}; it must be at least as long", related=(told,))
    if text.value.upper() in limits.periods:
        return
    seconds = _durations.iso(text.value)
    least, most = limits.number("detection-minutes-at-least") * 60, limits.number("detection-minutes-at-most") * 60
    if seconds is None:
        choice = listing(limits.periods, "or", limit=9)
        yield RULE.report(*text.span, f'a detection can\'t run every "{text.value}"; write {choice}, or as PT1H')
    elif seconds and not least <= seconds <= most:
        allowed = f"{_durations.shown(least)} to {_durations.shown(most)}"
        yield RULE.report(*text.span, f"the detection runs every {_durations.shown(seconds)}; allowed are {allowed}")


RULE = Rule(
    code="KL605",
    name="query-schedule",
    summary="A frequency, period or trigger that the service does not take",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="queryFrequency queryPeriod triggerOperator triggerThreshold",
        detection="schedule",
    ),
)
