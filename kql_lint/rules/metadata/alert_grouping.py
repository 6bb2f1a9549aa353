"""How the rule groups its alerts into incidents doesn't work as it is written.

`groupingConfiguration` groups by single entities, alert details and custom details only if `matchingMethod` is
`Selected`. With `AllEntities` or `AnyAlert` the service ignores `groupByEntities`, `groupByAlertDetails` and
`groupByCustomDetails`, and incidents come out differently from what the lists say. With `Selected` there has to be
something that is selected, and the wizard offers only entities that the rule maps: one that no entity mapping has is in
no alert, so nothing is grouped by it.

Alerts can be grouped by the alert details `DisplayName` and `Severity`. Names of custom details are checked by
custom-details-column.

Nothing is reported where grouping or the creation of incidents is turned off, where the deployment decides, and of
entities in rules that read them from elsewhere (`sentinelEntitiesMappings`, the old columns such as
`AccountCustomEntity`). Source: [create a rule](https://learn.microsoft.com/en-us/azure/sentinel/create-analytics-rules)
and the documentation of [azurerm](https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/sentinel_alert_rule_scheduled).

## Bad

```yaml
id: 5f2f0a4d-9b1a-4d6c-8f10-3c7c0a6a2d11
name: Sign-in from an anonymous network
description: A sign-in from an anonymous network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where RiskEventTypes has "anonymizedIPAddress"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 5h
    matchingMethod: AnyAlert
    groupByEntities:
      - Account
```

## Good

```yaml
id: 5f2f0a4d-9b1a-4d6c-8f10-3c7c0a6a2d11
name: Sign-in from an anonymous network
description: A sign-in from an anonymous network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where RiskEventTypes has "anonymizedIPAddress"
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: 5h
    matchingMethod: Selected
    groupByEntities:
      - Account
```

## When to silence it

When the lists are kept for later, while alerts are grouped in another way for now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules.metadata._settings import choice, fixes, is_analytic, replaced, wrong
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean, listing

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.hosts.settings import Grouping, TextList
    from kql_lint.rules.rule import Detection

_SELECTED = "Selected"
_KEYS = ("groupByEntities", "groupByAlertDetails", "groupByCustomDetails")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule, grouping = detection.rule, detection.rule.grouping
    if grouping is None or not is_analytic(rule) or _is_off(grouping.enabled) or _is_off(grouping.create):
        return
    method = grouping.method
    if method is None:
        # azurerm takes AnyAlert where nothing is said; the API asks for a method.
        selected = None if grouping.whole else True
    elif method.hole:
        selected = True
    else:
        known = detection.facts.catalogue.limits.values("matching-method")
        folded = method.value.strip().casefold()
        if folded not in {name.casefold() for name in known}:
            return  # what it is meant to be isn't known
        selected = folded == _SELECTED.casefold()
    if selected:
        yield from _nothing_selected(detection, grouping)
        yield from _entities(detection, grouping)
        yield from _details(detection, grouping)
    else:
        yield from _ignored(detection, grouping)


def _is_off(text: Text | None) -> bool:
    """Whether a switch is off, or may be: only the deployment knows."""
    return text is not None and (text.hole or text.value.strip().casefold() == "false")


def _lists(grouping: Grouping) -> tuple[TextList | None, ...]:
    return grouping.entities, grouping.alert_details, grouping.custom_details


def _ignored(detection: Detection, grouping: Grouping) -> Iterator[Diagnostic]:
    """Lists that count only with another method: one finding, as there is one cause."""
    there = [one for one in _lists(grouping) if one is not None and one.items]
    if not there:
        return
    method, word = grouping.method, detection.rule.word("matchingMethod")
    verb = "is" if len(there) == 1 else "are"
    named = f"{listing([one.key for one in there])} {verb} ignored"
    related = tuple(Related(one.start, one.end, f"{one.key} counts with {_SELECTED} only") for one in there)
    if method is None:
        first, *others = related
        message = f"{named} without {word} {_SELECTED}"
        yield RULE.report(first.start, first.end, message, related=tuple(others))
        return
    message = f'{word} is "{method.value}", so {named}'
    yield RULE.report(*method.span, message, related=related, fixes=replaced(method, _SELECTED, "intent"))


def _nothing_selected(detection: Detection, grouping: Grouping) -> Iterator[Diagnostic]:
    method, lists = grouping.method, _lists(grouping)
    if method is None or method.hole or not grouping.whole:
        return
    if all(one is None or (one.whole and not one.items) for one in lists):
        words = listing([detection.rule.word(key) for key in _KEYS])
        message = f"{detection.rule.word('matchingMethod')} is {method.value}, but {words} are empty"
        yield RULE.report(*method.span, message)


def _entities(detection: Detection, grouping: Grouping) -> Iterator[Diagnostic]:
    rule, limits = detection.rule, detection.facts.catalogue.limits
    mapped = _mapped(detection)
    for text in grouping.entities.items if grouping.entities is not None else ():
        if text.hole:
            continue
        close = wrong(rule, text, limits.entities())
        if close is not None:
            message = f'Sentinel knows no entity "{text.value}"{did_you_mean(close.names)}'
            if close.case_only:
                message = f'the entity "{text.value}" is written "{close.names[0]}"'
            yield RULE.report(*text.span, message, fixes=fixes(text, close))
        elif mapped is not None and text.value.casefold() not in mapped:
            yield RULE.report(*text.span, f"incidents are grouped by {text.value}, which no entity mapping has")


def _mapped(detection: Detection) -> set[str] | None:
    """The entities that alerts have, their names case-folded; None where that can't be known."""
    rule = detection.rule
    names = [mapping.entity for mapping in rule.entity_mappings]
    if not rule.maps_all or "sentinelEntitiesMappings" in rule.keys or any(one is None or one.hole for one in names):
        return None
    old = detection.facts.catalogue.limits.old_entity_columns
    read = {entity.casefold() for column, entity in old.items() if column in detection.query.text}
    return read | {name.value.casefold() for name in names if name is not None}


def _details(detection: Detection, grouping: Grouping) -> Iterator[Diagnostic]:
    names = detection.facts.catalogue.limits.values("alert-detail")
    for text in grouping.alert_details.items if grouping.alert_details is not None else ():
        close = wrong(detection.rule, text, names)
        if close is not None:
            message = f'incidents can\'t be grouped by the alert detail "{text.value}"{choice(close, names)}'
            yield RULE.report(*text.span, message, fixes=fixes(text, close))


RULE = Rule(
    code="KL614",
    name="alert-grouping",
    summary="Alerts are grouped by something that is ignored, empty, or in none of them",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="incidentConfiguration",
    ),
)
