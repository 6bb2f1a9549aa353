"""The rule is larger than the service takes: a query, name or text that is too long, too many mappings or details.

Sentinel rejects such a rule when it is deployed. The numbers are data of the catalogue (`catalog/limits.yaml`), each
with the page of Microsoft's documentation that says it: 10,000 characters a query, 10 entity mappings with 3
identifiers each, 20 custom details with names of up to 20 letters, digits and underscores, 256 characters a name, 5,000
characters a description. A custom detection takes 20 custom details.

An analytics rule may not search all tables either: `search *` and `union *` are rejected.

## Bad

```yaml
id: 53f2a4ab-3dc6-4d8c-8b4c-1f6d8f1f9be1
name: An address of the blocklist, anywhere
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  search *
  | where TimeGenerated > ago(1h)
customDetails:
  Table name: Computer
```

## Good

```yaml
id: 53f2a4ab-3dc6-4d8c-8b4c-1f6d8f1f9be1
name: An address of the blocklist, in sign-ins
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where IPAddress == "203.0.113.17"
customDetails:
  Application: AppDisplayName
```

## When to silence it

When the limit was raised for your tenant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Severity
from kql_lint.rules.rule import Rule, Settings

if TYPE_CHECKING:
    from kql_lint.hosts.detection import Text
    from kql_lint.rules.rule import Detection

_ANALYTICS = frozenset({"scheduled", "nrt"})
_DETAIL = re.compile(r"[A-Za-z]\w*", re.ASCII)


def _check(detection: Detection) -> Iterator[Diagnostic]:
    if detection.rule.kind in _ANALYTICS:
        yield from _query(detection)
        yield from _everything(detection)
        yield from _lengths(detection)
        yield from _mappings(detection)
        yield from _details(detection, "custom-details")
        yield from _names_of_details(detection)
    elif detection.rule.kind == "custom-detection":
        yield from _details(detection, "detection-custom-details")


def _report(detection: Detection, start: int, end: int, message: str, limit: str) -> Diagnostic:
    return RULE.report(start, end, message, help=f"see {detection.facts.catalogue.limits.source(limit)}")


def _query(detection: Detection) -> Iterator[Diagnostic]:
    query = detection.query
    most = detection.facts.catalogue.limits.number("query-characters")
    length = len(query.text) - query.preamble
    if query.holes or length <= most:
        return
    # The line in which the limit is passed.
    past = query.preamble + most
    line_end = query.text.find("\n", past)
    span = query.map.span(past, len(query.text) if line_end <= past else line_end)
    yield _report(detection, *span, f"the query has {length:,} characters; {most:,} are allowed", "query-characters")


def _everything(detection: Detection) -> Iterator[Diagnostic]:
    """``search *`` and ``union *``."""
    from kql_lint.syntax import ast

    for node in detection.facts.nodes_of(ast.Search, ast.Union):
        if isinstance(node, ast.Search) and not node.tables and isinstance(node.predicate, ast.Wildcard):
            star, word = node.predicate, "search"
        elif isinstance(node, ast.Union):
            stars = [one for one in node.tables if isinstance(one, ast.Wildcard)]
            if not stars or stars[0].pattern != "*":
                continue
            star, word = stars[0], "union"
        else:
            continue
        if star.pattern == "*" and star.start >= detection.query.preamble:
            span = detection.query.map.span(star.start, star.end)
            yield _report(detection, *span, f"an analytics rule can't {word} all tables", "query-characters")


def _lengths(detection: Detection) -> Iterator[Diagnostic]:
    rule = detection.rule
    formats = dict(rule.alert_formats)
    texts: tuple[tuple[str, Text | None, str], ...] = (
        ("name", rule.name, "name-characters"),
        ("description", rule.description, "description-characters"),
        ("alertDisplayNameFormat", formats.get("alertDisplayNameFormat"), "alert-name-characters"),
        ("alertDescriptionFormat", formats.get("alertDescriptionFormat"), "alert-description-characters"),
    )
    for what, text, limit in texts:
        most = detection.facts.catalogue.limits.number(limit)
        if text is not None and not text.hole and len(text.value) > most:
            message = f"the {rule.word(what)} has {len(text.value):,} characters; {most:,} are allowed"
            yield _report(detection, *text.map.span(most, len(text.value)), message, limit)


def _mappings(detection: Detection) -> Iterator[Diagnostic]:
    limits, mappings = detection.facts.catalogue.limits, detection.rule.entity_mappings
    most = limits.number("entity-mappings")
    if len(mappings) > most:
        message = f"the rule maps {len(mappings)} entities; {most} are allowed"
        yield _report(detection, mappings[most].start, mappings[most].end, message, "entity-mappings")
    most = limits.number("identifiers-per-entity")
    for mapping in mappings:
        if len(mapping.fields) > most:
            field = mapping.fields[most]
            name = mapping.entity.value if mapping.entity is not None else "an entity"
            message = f"{name} is given {len(mapping.fields)} identifiers; {most} are allowed"
            place = (field.identifier or field.column).span
            yield _report(detection, *place, message, "identifiers-per-entity")


def _details(detection: Detection, limit: str) -> Iterator[Diagnostic]:
    most, details = detection.facts.catalogue.limits.number(limit), detection.rule.custom_details
    if len(details) > most:
        message = f"the rule has {len(details)} custom details; {most} are allowed"
        yield _report(detection, *details[most][0].span, message, limit)


def _names_of_details(detection: Detection) -> Iterator[Diagnostic]:
    limit = "custom-detail-name-characters"
    most = detection.facts.catalogue.limits.number(limit)
    for name, _ in detection.rule.custom_details:
        if name.hole:
            continue
        if len(name.value) > most:
            message = f'the custom detail "{name.value}" has {len(name.value)} characters; {most} are allowed'
            yield _report(detection, *name.span, message, limit)
        elif not _DETAIL.fullmatch(name.value):
            message = f'"{name.value}" can\'t name a custom detail: it takes letters, digits and _, a letter first'
            yield _report(detection, *name.span, message, limit)


RULE = Rule(
    code="KL606",
    name="service-limit",
    summary="More than the service takes: characters, mappings, identifiers or details",
    severity=Severity.ERROR,
    documentation=__doc__ or "",
    check_detection=_check,
    settings=Settings(
        analytic="query name description entityMappings customDetails alertDetailsOverride",
        detection="customDetails",
    ),
)
