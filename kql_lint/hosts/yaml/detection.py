"""What a YAML file says about the rule around a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.hosts.detection import DetectionRule, read_detection
from kql_lint.hosts.nodes import Entry, Mapping, Scalar, Sequence
from kql_lint.hosts.rule_keys import is_rule_by_keys, rule_kind
from kql_lint.hosts.yaml.flat import WORDS, as_graph
from kql_lint.hosts.yaml.scalars import place

if TYPE_CHECKING:
    from kql_lint.source import PositionMap

# How deep merges (<<) may be nested in one another; a file may merge a mapping into itself.
_MERGES = 8


def sentinel_rule(text: str, node: Mapping, above: tuple[Mapping, ...]) -> DetectionRule | None:
    """The rule that a mapping with a ``query`` is; None where nothing but the query tells that it is Sentinel's."""
    merged = _merged(node, _MERGES)
    if not any(is_rule_by_keys(mapping) for mapping in (merged, *above)):
        return None
    return _read(text, node, merged, rule_kind((merged, *above)))


def custom_detection(text: str, node: Mapping) -> DetectionRule:
    """The rule that a mapping with a ``queryCondition`` is."""
    return _read(text, node, _merged(node, _MERGES), "custom-detection")


def flat_detection(text: str, node: Mapping) -> DetectionRule:
    """The rule that a mapping in XDRConverter's flat shape is."""
    rule = _read(text, node, as_graph(_merged(node, _MERGES)), "custom-detection")
    rule.words = WORDS
    return rule


def _read(text: str, node: Mapping, merged: Mapping, kind: str) -> DetectionRule:
    def placed(scalar: Scalar) -> PositionMap:
        return place(text, scalar)

    first = node.entries[0]
    rule = read_detection(merged, kind, placed, first.start, first.end)
    rule.is_template = kind != "custom-detection"
    rule.is_whole = True
    return rule


def _merged(node: Mapping, depth: int) -> Mapping:
    """The mapping with what it merges put before its own entries, which count."""
    if "<<" not in node or depth == 0:
        return node
    value = node.get("<<")
    bases = value.items if isinstance(value, Sequence) else [value]
    entries: list[Entry] = []
    for base in reversed(bases):  # the first of several counts
        if isinstance(base, Mapping):
            entries += _merged(base, depth - 1).entries
    return Mapping(node.start, entries + [entry for entry in node.entries if entry.key != "<<"])
