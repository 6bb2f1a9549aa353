"""A nested setting of the rule has a key that doesn't exist, so that what it says is lost.

The service ignores keys that it doesn't know. With `alertNameFormat` in place of `alertDisplayNameFormat` the alert
keeps its static name, and nobody is told. Looked at are `alertDetailsOverride` with its dynamic properties,
`eventGroupingSettings`, `incidentConfiguration` with `groupingConfiguration`, entity mappings with their fields,
required data connectors, and the alert template of a custom detection in the shape of Microsoft Graph, which refuses
such a key.

A key that resembles one of the setting's, or has all words of it, is an error. Another unknown key is a warning where
the setting is one of the first four: it may be new. The case of keys doesn't count, nor do keys that earlier versions
of the API had. Nothing is reported of objects that only resemble a rule, such as the arguments of a module. The keys
are data of the catalogue (`catalog/limits.yaml`), taken from the
[API](https://learn.microsoft.com/en-us/azure/templates/microsoft.securityinsights/alertrules).

## Bad

```yaml
id: 2c7f8f3a-0c0e-4c6e-9a5b-8f4b4d3f7e20
name: Sign-in from an anonymous network
description: A sign-in from an anonymous network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where RiskEventTypes has "anonymizedIPAddress"
alertDetailsOverride:
  alertNameFormat: Anonymous sign-in of {{UserPrincipalName}}
```

## Good

```yaml
id: 2c7f8f3a-0c0e-4c6e-9a5b-8f4b4d3f7e20
name: Sign-in from an anonymous network
description: A sign-in from an anonymous network.
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: SigninLogs | where RiskEventTypes has "anonymizedIPAddress"
alertDetailsOverride:
  alertDisplayNameFormat: Anonymous sign-in of {{UserPrincipalName}}
```

## When to silence it

When a tool of yours reads the key and translates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.metadata._settings import Meant, fixes, meant
from kql_lint.rules.rule import Rule, Settings
from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.hosts.detection import DetectionRule, Text
    from kql_lint.hosts.settings import Section
    from kql_lint.rules.rule import Detection

# Of these every unknown key is reported; others have notes of all kinds in them, or are lists of the user's.
_CLOSED = frozenset({"alertDetailsOverride", "eventGroupingSettings", "incidentConfiguration", "groupingConfiguration"})
# How many letters two words share that differ in their ending alone.
_STEM = 4
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def _check(detection: Detection) -> Iterator[Diagnostic]:
    rule, limits = detection.rule, detection.facts.catalogue.limits
    if rule.format == "object" or (rule.kind == "custom-detection" and rule.format != "graph"):
        return
    for section in rule.sections:
        known = limits.folded_keys(section.name)
        for entry in section.entries:
            # A loop of ARM's or a merge of YAML's is no key, nor is what tells a reader something.
            if entry.key.casefold() in known or entry.key in ("copy", "<<") or entry.key[:1] in "@$_":
                continue
            text = section.text(entry)
            if not text.hole:
                given = {one.key.casefold() for one in section.entries}
                free = [key for key in limits.keys(section.name) if key.casefold() not in given]
                yield from _key(rule, section, text, free)


def _key(rule: DetectionRule, section: Section, text: Text, free: list[str]) -> Iterator[Diagnostic]:
    names = [rule.word(key) for key in free]
    if text.value[:1].isupper():
        names = [name[:1].upper() + name[1:] for name in names]  # as PowerShell's modules export them
    close = _meant(text.value, names)
    if close.names:
        message = f'{rule.word(section.name)} has no setting "{text.value}"{did_you_mean(close.names)}'
        yield RULE.report(*text.span, message, fixes=fixes(text, close))
    elif section.name in _CLOSED:
        message = f'{rule.word(section.name)} has no setting "{text.value}"'
        yield RULE.report(*text.span, message, severity=Severity.WARNING)


def _meant(key: str, free: list[str]) -> Meant:
    """The keys that one is close to: by its letters, or as it has the same words with one left out or too many."""
    from kql_lint.suggest import bare

    close = meant(key, free)
    if close.names:
        return close
    shortened = tuple(other for other in free if bare(key) in _shortened(other))
    if shortened:
        return Meant(shortened)
    own = _words(key)
    return Meant(tuple(other for other in free if _within(own, _words(other)) or _within(_words(other), own)))


def _shortened(key: str) -> set[str]:
    """The key with one word or more left out, case-folded."""
    words = _words(key)
    return {"".join(some) for count in range(1, len(words)) for some in combinations(words, count)}


def _within(words: list[str], others: list[str]) -> bool:
    """Whether each word is one of the others, or the beginning of one, or begins with one."""
    return bool(words) and all(any(_alike(word, other) for other in others) for word in words)


def _alike(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    return left == right or (len(short) >= _STEM and long.startswith(short))


def _words(key: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(key)]


RULE = Rule(
    code="KL615",
    name="unknown-override-key",
    summary="A key of a nested setting that doesn't exist, so that the setting is lost",
    severity=Severity.ERROR,
    fix="intent",
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic=(
            "alertDetailsOverride eventGroupingSettings incidentConfiguration entityMappings requiredDataConnectors"
        ),
        hunting="entityMappings requiredDataConnectors",
        detection="alertTemplate",
    ),
)
