"""Custom detections in the flat YAML of XDRConverter, which deploys them: ``ruleName``, ``alertTitle``, ``queryText``.

Its keys: https://github.com/f-bader/XDRConverter/blob/main/CustomDetection.schema.json
"""

from __future__ import annotations

from kql_lint.hosts.nodes import Entry, Mapping, Node, Sequence

# Other tools have a queryText too; two of these say that it is a detection's.
_TELLING = frozenset({"ruleName", "alertTitle", "alertSeverity", "alertCategory", "alertDescription"})
ASSETS = "impactedEntities"
KEYS = frozenset({*_TELLING, "guid", "frequency", "alertRecommendedAction"})

# What Microsoft Graph calls these keys.
_RULE = {"guid": "id", "id": "id", "ruleName": "displayName"}
_ALERT = {
    "alertTitle": "title",
    "alertDescription": "description",
    "alertSeverity": "severity",
    "alertCategory": "category",
    "alertRecommendedAction": "recommendedActions",
    "mitreTechniques": "mitreTechniques",
    "entityMappings": "entityMappings",
    "customDetails": "customDetails",
}
WORDS = {"displayName": "ruleName", **{graph: flat for flat, graph in _ALERT.items()}}


def is_flat(node: Mapping) -> bool:
    """Whether a mapping with a ``queryText`` is such a detection."""
    return sum(key in node for key in _TELLING) > 1


def as_graph(node: Mapping) -> Mapping:
    """The detection in the shape of Microsoft Graph's, with the same scalars at their places."""
    alert = _renamed(node, _ALERT)
    assets = node.get(ASSETS)
    if isinstance(assets, Sequence):
        items: list[Node] = [_renamed(item, {"entityIdentifier": "identifier"}) for item in assets.items]
        alert.entries.append(_entry("impactedAssets", Sequence(assets.start, items)))
    rule = _renamed(node, _RULE)
    rule.entries.append(_entry("schedule", _renamed(node, {"frequency": "frequency"})))
    action = Mapping(node.start, [_entry("alertTemplate", alert)])
    rule.entries.append(_entry("detectionAction", action))
    return rule


def _renamed(node: Node, names: dict[str, str]) -> Mapping:
    """The entries of a mapping that have one of these keys, under the other name."""
    entries = node.entries if isinstance(node, Mapping) else []
    kept = [Entry(names[one.key], one.start, one.end, one.value, one.key) for one in entries if one.key in names]
    return Mapping(node.start, kept)


def _entry(key: str, value: Mapping | Sequence) -> Entry:
    return Entry(key, value.start, value.start, value)
