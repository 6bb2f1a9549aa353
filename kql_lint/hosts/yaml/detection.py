"""What a YAML file says about the rule around a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.hosts.detection import DetectionRule
from kql_lint.hosts.effort import Effort
from kql_lint.hosts.nodes import Entry, Mapping, Scalar, Sequence
from kql_lint.hosts.rule_keys import is_rule_by_keys, rule_kind
from kql_lint.hosts.rule_reader import read_detection
from kql_lint.hosts.yaml.flat import WORDS, as_graph
from kql_lint.hosts.yaml.scalars import place

if TYPE_CHECKING:
    from kql_lint.source import PositionMap

# How deep merges (<<) may be nested in one another; a file may merge a mapping into itself.
_MERGES = 8


class Merges:
    """Mappings with what they merge, for one file of this length; each is made once, as many rules can merge it."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self._known: dict[tuple[int, int], Mapping] = {}

    def merged(self, node: Mapping, depth: int = _MERGES) -> Mapping:
        """The mapping with what it merges put before its own entries, which count; the last of each key is there."""
        if "<<" not in node or depth == 0:
            return node
        key = id(node), depth
        if key not in self._known:
            self._known[key] = self._made(node, depth)
        return self._known[key]

    def _made(self, node: Mapping, depth: int) -> Mapping:
        value = node.get("<<")
        bases = value.items if isinstance(value, Sequence) else [value]
        entries: dict[str, Entry] = {}
        for base in reversed(bases):  # the first of several counts
            if isinstance(base, Mapping):
                given = self.merged(base, depth - 1).entries
                if not self.effort.affords(len(given), node.start, node.start + 1):
                    break
                entries.update((entry.key, entry) for entry in given)
        entries.update((entry.key, entry) for entry in node.entries if entry.key != "<<")
        return Mapping(node.start, list(entries.values()))


def sentinel_rule(
    text: str, merges: Merges, node: Mapping, above: tuple[Mapping, ...], words: dict[str, str] | None = None
) -> DetectionRule | None:
    """The rule that a mapping with a ``query`` is; None where nothing but the query tells that it is Sentinel's.

    words: what the file calls the keys, where that is not what the API does.
    """
    merged = merges.merged(node)
    if not any(is_rule_by_keys(mapping) for mapping in (merged, *above)):
        return None
    rule = _read(text, merges, node, merged, rule_kind((merged, *above)), "template")
    if rule is not None:
        rule.keys |= {entry.key for mapping in above for entry in mapping.entries}
        rule.words = (words or {}) | rule.words
    return rule


def custom_detection(text: str, merges: Merges, node: Mapping) -> DetectionRule | None:
    """The rule that a mapping with a ``queryCondition`` is; None where reading it takes more than is left."""
    return _read(text, merges, node, merges.merged(node), "custom-detection", "graph")


def flat_detection(text: str, merges: Merges, node: Mapping) -> DetectionRule | None:
    """The rule that a mapping in XDRConverter's flat shape is; None where reading it takes more than is left."""
    rule = _read(text, merges, node, as_graph(merges.merged(node)), "custom-detection", "xdr-converter")
    if rule is not None:
        rule.words = WORDS | rule.words
    return rule


def _read(text: str, merges: Merges, node: Mapping, merged: Mapping, kind: str, format: str) -> DetectionRule | None:
    first = node.entries[0]
    if not merges.effort.affords_rule(merged, first.start, first.end):
        return None

    def placed(scalar: Scalar) -> PositionMap:
        return place(text, scalar)

    rule = read_detection(merged, kind, placed, first.start, first.end, format)
    rule.is_template = kind != "custom-detection"
    rule.is_whole = True
    return rule
