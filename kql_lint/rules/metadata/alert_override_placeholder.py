"""What an alert's name, description or severity is made of is missing: a placeholder or column that names no column.

An alert's name and description may hold columns in double braces: `Sign-in of {{UserPrincipalName}}`. One that the
query does not return, or whose braces do not match, stays in the text as it is or turns the whole override off. The
severity and tactics columns and the dynamic properties of an alert are looked up the same way, and so are the title and
description of a custom detection. A rule that sets a dynamic property which there is not can't be saved.

Each text takes three placeholders at most. A single brace around the name of a column (`{Account}`) is reported as a
warning, since it is shown as it is written.

## Bad

```yaml
id: c2b0a1f5-3b1d-49a1-9f53-6f0f41a2a9b7
name: Many failed sign-ins
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Failures = count() by UserPrincipalName
  | where Failures > 20
alertDetailsOverride:
  alertDisplayNameFormat: "{{Failures}} failed sign-ins of {{User}}"
  alertDescriptionFormat: "The account {{UserPrincipalName} failed to sign in {{Failures}} times."
```

## Good

```yaml
id: c2b0a1f5-3b1d-49a1-9f53-6f0f41a2a9b7
name: Many failed sign-ins
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Failures = count() by UserPrincipalName
  | where Failures > 20
alertDetailsOverride:
  alertDisplayNameFormat: "{{Failures}} failed sign-ins of {{UserPrincipalName}}"
  alertDescriptionFormat: "The account {{UserPrincipalName}} failed to sign in {{Failures}} times."
```

## When to silence it

When another tool fills in the braces before the rule is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Severity
from kql_lint.rules.metadata._columns import missing_column, name_fix
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection

# Properties that have a key of their own.
_KEYS = {
    "severity": "alertSeverityColumnName",
    "tactics": "alertTacticsColumnName",
    "alertname": "alertDisplayNameFormat",
    "description": "alertDescriptionFormat",
}
# Sentinel's own pattern of a placeholder is {{([^{}]*)}}; the rest is a name with braces that make none.
_BRACES = re.compile(
    r"\{\{(?P<name>[^{}]*)\}\}"
    r"|(?<!\{)(?:\{\{\s*(?P<opened>[A-Za-z_]\w*)(?:\s*\}(?!\}))?|\{?(?P<closed>[A-Za-z_]\w*)\}\})"
    r"|(?<!\{)\{(?P<single>[A-Za-z_]\w*)\}(?!\})"
)


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    name = "detection-placeholders" if rule.kind == "custom-detection" else "placeholders-per-format"
    for key, text in rule.alert_formats:
        if not text.hole:
            yield from _format(detection, rule.word(key), text, detection.facts.catalogue.limits.number(name))
    columns = [(f"for {rule.word(key)}", column) for key, column in rule.alert_columns]
    for prop, column in rule.alert_properties:
        columns.append((f"for the alert's {prop.value if prop is not None else 'property'}", column))
        if prop is not None and not prop.hole:
            yield from _property(detection, prop)
    for use, column in columns:
        found = missing_column(RULE, detection, column, use)
        if found is not None:
            yield found


def _property(detection: Detection, prop: Text) -> Iterator[Diagnostic]:
    """A property that can't be set so."""
    names = detection.facts.catalogue.limits.alert_properties
    if prop.value.casefold() in map(str.casefold, names):
        return
    from kql_lint.suggest import suggest

    close: tuple[str, ...] = ()
    key = _KEYS.get(prop.value.casefold())
    if key is not None:
        advice = f"; {detection.rule.word(key)} sets it"
    else:
        close = suggest(prop.value, names, limit=1)
        advice = did_you_mean(close) or f"; there are {listing(names, limit=len(names))}"
    message = f'no property "{prop.value}" of an alert can be set here{advice}'
    yield RULE.report(*prop.span, message, fixes=name_fix(prop, close))


def _format(detection: Detection, key: str, text: Text, most: int) -> Iterator[Diagnostic]:
    count = 0
    for found in _BRACES.finditer(text.value):
        if found["name"] is None:
            yield from _unbalanced(detection, text, found)
            continue
        count += 1
        if count == most + 1:
            message = f"{key} takes {most} placeholders, and this is one more"
            yield RULE.report(*text.map.span(*found.span()), message)
        yield from _placeholder(detection, key, text, found)


def _placeholder(detection: Detection, key: str, text: Text, found: re.Match[str]) -> Iterator[Diagnostic]:
    from kql_lint.hosts.detection import Text as Part

    name = found["name"].strip()
    if not name:
        yield RULE.report(*text.map.span(*found.span()), f"this placeholder of {key} names no column")
        return
    start = found.start("name") + len(found["name"]) - len(found["name"].lstrip())
    part = Part(name, partial(text.map.part, start, start + len(name)))
    missing = missing_column(RULE, detection, part, f"for {{{{{name}}}}} in {key}")
    if missing is not None:
        yield missing


def _unbalanced(detection: Detection, text: Text, found: re.Match[str]) -> Iterator[Diagnostic]:
    """A name in braces that make no placeholder; single ones are text, unless they hold a column."""
    span = text.map.span(*found.span())
    name = found["opened"] or found["closed"] or found["single"]
    if found["single"] is None:
        yield RULE.report(*span, f'"{found[0]}" is no placeholder: its braces do not match; write {{{{{name}}}}}')
    elif detection.columns is not None and name in detection.columns:
        edits = text.replacing(*found.span(), f"{{{{{name}}}}}")
        fixes = (Fix("write two braces", edits, "intent"),) if edits is not None else ()
        message = f'"{found[0]}" is shown as it is written; a placeholder has two braces: {{{{{name}}}}}'
        yield RULE.report(*span, message, severity=Severity.WARNING, fixes=fixes)


RULE = Rule(
    code="KL603",
    name="alert-override-placeholder",
    summary="A placeholder or column of the alert's name, text or severity that is not there",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="alertDetailsOverride",
        hunting="alertDetailsOverride",
        detection="title description",
    ),
)
