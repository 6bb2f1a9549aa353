"""What tells the detection rule around a query from others, and changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.runner.places import span_of
from kql_lint.runner.report import RuleId

if TYPE_CHECKING:
    from kql_lint.hosts.detection import DetectionRule, Text
    from kql_lint.hosts.hosted import HostedQuery
    from kql_lint.source import Source

# What the service keeps scheduled and NRT rules as is one kind of resource.
_ANALYTIC = {"scheduled": "analytic", "nrt": "analytic"}


def identity(source: Source, query: HostedQuery, rule: DetectionRule) -> RuleId | None:
    """What is known of the rule of a query; None where it has neither an id nor a name that is known."""
    given, name = _known(rule.id), _known(rule.name)
    first = given or name
    if first is None:
        return None
    title = name.value.strip() if name is not None else ""
    text = " ".join(query.text[query.preamble :].split())
    written = rule.name.value.strip() if rule.name is not None else ""
    return RuleId(
        given.value if given is not None else "",
        span_of(source, *first.span),
        _ANALYTIC.get(rule.kind, rule.kind),
        _hash("\0".join((written, text))),
        title,
        span_of(source, *name.span) if name is not None else None,
        "" if query.holes or not text else _hash(text),
        _mappings(rule),
        rule.version.value if rule.version is not None and not rule.version.hole else "",
    )


def _known(text: Text | None) -> Text | None:
    return text if text is not None and not text.hole else None


def _mappings(rule: DetectionRule) -> str:
    """A hash of the entity mappings, in whatever order; "" where they are not all known."""
    found = []
    for mapping in rule.entity_mappings:
        texts = [mapping.entity, *(text for field in mapping.fields for text in (field.identifier, field.column))]
        if not mapping.whole or any(text is None or text.hole for text in texts):
            return ""
        fields = sorted(
            f"{field.identifier.value}={field.column.value}" for field in mapping.fields if field.identifier
        )
        found.append(f"{mapping.entity.value if mapping.entity is not None else ''}: {', '.join(fields)}")
    return _hash("\n".join(sorted(found))) if rule.maps_all else ""


def _hash(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
