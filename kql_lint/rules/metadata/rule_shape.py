"""A setting of the rule is missing, empty, or has a value or form that the service or the template checks refuse.

An error is what Sentinel's API, or the Terraform provider azurerm, refuses:

- a kind or severity that there is not, another `aggregationKind` or `matchingMethod` than the API has;
- in ARM templates and Bicep a rule without one of `displayName`, `enabled`, `suppressionDuration` and
  `suppressionEnabled` that has the others, or a `templateVersion` that is not `X.Y.Z`;
- an entity mapping without any identifier, and columns of mappings and custom details that can't be names of columns;
- a duration in no form that the host takes, and a suppression of more than 24 hours.

A warning is what Microsoft's checks of its [published
templates](https://github.com/Azure/Azure-Sentinel/tree/master/.script/tests/detectionTemplateSchemaValidation) refuse
and the service may take: an `id` that is not a GUID, a `version` that is not `X.Y.Z`, an empty list of mappings, an
empty name or description. These are reported for rules in the templates' own format only, which is told by keys that no
other has: `relevantTechniques`, `requiredDataConnectors` or `version`. A template with `requiredDataConnectors`, which
is one of a published solution, needs `id`, `kind`, `name`, `description` and `severity` too. Custom detections in
XDRConverter's YAML are compared with its schema.

A suppression that ends before the rule runs again is a warning too: it suppresses nothing.

Values that a deployment fills in are not judged. The lists and limits are data of the catalogue (`catalog/limits.yaml`)
with the page that each comes from. The schedule has a rule of its own (query-schedule).

## Bad

```yaml
id: password-spray
name: Password spray
description: Many accounts fail to sign in from one address.
severity: Hihg
kind: Scheduled
version: 1.0
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
suppressionEnabled: true
suppressionDuration: 2d
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  | where Accounts > 50
eventGroupingSettings:
  aggregationKind: AlertPerRow
```

## Good

```yaml
id: 9a3e5f1c-1f9c-4a39-bd0a-90d6b3f1b8a4
name: Password spray
description: Many accounts fail to sign in from one address.
severity: High
kind: Scheduled
version: 1.0.0
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
suppressionEnabled: true
suppressionDuration: 5h
query: |
  SigninLogs
  | where ResultType == "50126"
  | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  | where Accounts > 50
eventGroupingSettings:
  aggregationKind: AlertPerResult
```

## When to silence it

When a tool of yours fills in or replaces the setting before it deploys the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata import _durations
from kql_lint.rules.metadata._columns import is_missing
from kql_lint.rules.metadata._settings import (
    choice,
    fixes,
    is_analytic,
    is_complete_template,
    is_published,
    meant,
    wrong,
)
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.hosts.detection import DetectionRule, Text
    from kql_lint.rules.rule import Detection

_GUID = re.compile(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+\.\d+", re.ASCII)
_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# What is needed, and its name in the API: by the published checks, and by the API itself.
_OF_TEMPLATES = ("id", "kind", "name", "description", "severity")
_OF_API = ("displayName", "enabled", "suppressionDuration", "suppressionEnabled")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    yield from _missing(detection.rule)
    yield from _identity(detection)
    yield from _severity(detection)
    if is_analytic(detection.rule):
        yield from _kind(detection)
        yield from _empty(detection.rule)
        yield from _mappings(detection)
        yield from _enumerations(detection)
        yield from _durations_of(detection)


# --- what is missing ----------------------------------------------------------------------------------------------


def _missing(rule: DetectionRule) -> Iterator[Diagnostic]:
    severity, by = Severity.WARNING, ""
    missing: list[str] = []
    if is_complete_template(rule) and is_analytic(rule):
        missing, by = _lacking(rule, _OF_TEMPLATES), "Microsoft's checks of published templates refuse"
    elif rule.format == "arm" and rule.is_whole and is_analytic(rule):
        missing, by, severity = _lacking(rule, _OF_API), "Sentinel's API refuses", Severity.ERROR
        if len(missing) > 1:
            missing = []  # what deploys the rule gives them to it, or the file shows something else
    elif rule.format == "xdr-converter" and rule.is_whole:
        missing, by = _lacking_of_detection(rule), "XDRConverter's schema refuses"
    if missing:
        message = f"the rule lacks {listing(missing, limit=6)}"
        needs = f"{by} a rule without {'it' if len(missing) == 1 else 'them'}"
        yield RULE.report(rule.start, rule.end, message, severity=severity, help=needs)


def _lacking(rule: DetectionRule, keys: tuple[str, ...]) -> list[str]:
    there = {key.casefold() for key in rule.keys}
    if "displayname" in there:
        there.add("name")
    return [rule.word(key) for key in keys if key.casefold() not in there]


def _lacking_of_detection(rule: DetectionRule) -> list[str]:
    formats = dict(rule.alert_formats)
    given = {
        "ruleName": rule.name,
        "alertTitle": formats.get("title"),
        "alertDescription": formats.get("description"),
        "alertSeverity": rule.severity,
        "alertCategory": rule.category,
        "frequency": rule.frequency,
    }
    return [key for key, text in given.items() if text is None]


def _empty(rule: DetectionRule) -> Iterator[Diagnostic]:
    """Names and texts that are there, with nothing in them."""
    texts = [("name", rule.name), ("description", rule.description)] if is_published(rule) else []
    if rule.format in ("arm", "azurerm"):
        texts = [("displayName", rule.name)]
    else:
        texts += [(key, text) for key, text in rule.alert_formats if is_published(rule)]
    for key, text in texts:
        if text is not None and not text.hole and not text.value.strip():
            severity = Severity.ERROR if key == "displayName" else Severity.WARNING
            yield RULE.report(*text.span, f"the {rule.word(key)} is empty", severity=severity)


# --- single values ------------------------------------------------------------------------------------------------


def _identity(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    given = rule.id
    if given is None or given.hole or _GUID.fullmatch(given.value.strip()):
        pass
    elif is_published(rule) or rule.format == "xdr-converter":
        yield RULE.report(*given.span, f'the id "{given.value}" is not a GUID', severity=Severity.WARNING)
    version = rule.version
    if version is None or version.hole or not (is_published(rule) or rule.format in ("arm", "azurerm")):
        return
    if not _VERSION.fullmatch(version.value.strip()):
        word = rule.word("version" if rule.format == "template" else "templateVersion")
        message = f'{word} "{version.value}" is not of the form X.Y.Z'
        severity = Severity.WARNING if rule.format == "template" else Severity.ERROR
        yield RULE.report(*version.span, message, severity=severity)


def _kind(detection: Detection) -> Iterator[Diagnostic]:
    text = detection.rule.kind_text
    if text is None or text.hole:
        return
    names = detection.facts.catalogue.limits.values("kind")
    close = meant(text.value, names)
    if close.case_only or text.value in names:
        return
    # What resembles no kind may be a word of another tool's around the rule.
    if close.names or is_published(detection.rule) or detection.rule.format == "arm":
        message = f'unknown kind "{text.value}"{did_you_mean(close.names)}'
        yield RULE.report(*text.span, message, fixes=fixes(text, close))


def _severity(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    # A hunting query has no severity in the service, and objects may be translated before they get there.
    certain = rule.kind != "hunting" and rule.format != "object"
    yield from _value(detection, "severity", rule.severity, "severity", certain)
    if rule.status is not None and is_published(rule):
        yield from _value(detection, "status", rule.status, "status", False)


def _enumerations(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    certain = rule.format != "object"
    yield from _value(detection, "aggregationKind", rule.event_grouping, "aggregation-kind", certain)
    if rule.grouping is not None:
        yield from _value(detection, "matchingMethod", rule.grouping.method, "matching-method", certain)


def _value(detection: Detection, key: str, text: Text | None, setting: str, certain: bool) -> Iterator[Diagnostic]:
    """What a setting has that is none of its values; unless that is certain, only what resembles one is reported."""
    rule, names = detection.rule, detection.facts.catalogue.limits.values(setting)
    close = wrong(rule, text, names)
    if text is None or close is None or not (certain or close.names):
        return
    message = f'{rule.word(key)} can\'t be "{text.value}"{choice(close, names)}'
    severity = Severity.ERROR if certain else Severity.WARNING
    yield RULE.report(*text.span, message, severity=severity, fixes=fixes(text, close))


# --- mappings -----------------------------------------------------------------------------------------------------


def _mappings(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    if rule.maps_nothing is not None and is_published(rule):
        message = f"{rule.word('entityMappings')} is empty; leave it out"
        yield RULE.report(*rule.maps_nothing, message, severity=Severity.WARNING)
    for mapping in rule.entity_mappings:
        if mapping.whole and not mapping.fields:
            name = mapping.entity.value if mapping.entity is not None else "the entity"
            yield RULE.report(mapping.start, mapping.end, f"{name} is mapped without any identifier")
    fields = [field.column for mapping in rule.entity_mappings for field in mapping.fields]
    for column in (*fields, *(column for _, column in rule.custom_details)):
        if column.hole or _COLUMN.fullmatch(column.value):
            continue
        if not is_missing(detection, column.value):  # else it is said that there is none
            what = (
                f'"{column.value}" can\'t be the name of a column' if column.value else "the name of a column is empty"
            )
            yield RULE.report(*column.span, f"{what}: it takes letters, digits and _, a letter or _ first")


# --- durations ----------------------------------------------------------------------------------------------------


def _durations_of(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    if rule.suppression_duration is not None:
        yield from _suppression(detection, rule.suppression_duration)
    if rule.grouping is not None and rule.grouping.lookback is not None:
        yield from _form(rule, "lookbackDuration", rule.grouping.lookback)


def _form(rule: DetectionRule, key: str, text: Text) -> Iterator[Diagnostic]:
    if not text.hole and _durations.period(text.value, rule.is_template) is None:
        forms = "5h, 30m or 1d" if rule.is_template else "PT5H, PT30M or P1D"
        yield RULE.report(*text.span, f'{rule.word(key)} "{text.value}" is no length of time; write it as {forms}')


def _suppression(detection: Detection, text: Text) -> Iterator[Diagnostic]:
    rule, enabled = detection.rule, detection.rule.suppression_enabled
    yield from _form(rule, "suppressionDuration", text)
    if text.hole or enabled is None or enabled.hole or enabled.value.casefold() != "true":
        return
    seconds = _durations.period(text.value, rule.is_template)
    if seconds is None:
        return
    limits = detection.facts.catalogue.limits
    most = limits.number("suppression-minutes-at-most") * 60
    word = rule.word("suppressionDuration")
    if seconds > most:
        page = limits.source("suppression-minutes-at-most")
        message = f"{word} is {_durations.shown(seconds)}; allowed are {_durations.shown(most)}"
        yield RULE.report(*text.span, message, help=f"see {page}")
        return
    every = rule.frequency
    runs = None if every is None or every.hole else _durations.period(every.value, rule.is_template)
    if runs is not None and every is not None and seconds < runs:
        message = f"{word} is {_durations.shown(seconds)} and the rule runs every {_durations.shown(runs)}: "
        told = Related(*every.span, f"{rule.word('queryFrequency')} is {every.value}")
        message += "it suppresses nothing"
        yield RULE.report(*text.span, message, severity=Severity.WARNING, related=(told,))


RULE = Rule(
    code="KL610",
    name="rule-shape",
    summary="A setting of the rule that is missing, empty, or of no value or form that there is",
    severity=Severity.ERROR,
    fix="safe",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic=(
            "id kind name description severity status version suppressionEnabled "
            "suppressionDuration entityMappings customDetails alertDetailsOverride "
            "eventGroupingSettings incidentConfiguration enabled"
        ),
        hunting="id severity version status",
        detection="id displayName title description severity category schedule",
    ),
)
