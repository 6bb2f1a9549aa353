"""Analytics rules whose keys begin with capitals (``DisplayName``, ``Query``), as PowerShell's modules export them.

The modules are AzSentinel and Az.SecurityInsights.  But for the capitals the keys are those of the API.
"""

from __future__ import annotations

from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.rule_keys import HINTS, NAMES, SCHEDULE

# Other tools have a Query too; one of these says that it is a rule's.
_TELLING = frozenset({"QueryFrequency", "QueryPeriod", "TriggerOperator", "TriggerThreshold"})
# How deep the properties of a rule nest: IncidentConfiguration, its grouping, a list there.
_DEPTH = 6


def capital(key: str) -> str:
    """A key of the API's as these exports write it."""
    return key[:1].upper() + key[1:]


_OTHERS = ("query", "kind", "description", "status", "version", "templateVersion", "techniques")
KEYS = frozenset(map(capital, {*SCHEDULE, *HINTS, *NAMES, *_OTHERS}))
WORDS = {key: capital(key) for key in (*SCHEDULE, *HINTS, *NAMES, *_OTHERS)}
"""What such a file calls the API's keys."""


def is_rule(node: Mapping) -> bool:
    """Whether a mapping is such a rule, with a query or without; a schema has its keys, but no values."""
    return any(key in node and not isinstance(node.get(key), Mapping) for key in _TELLING)


def as_api(node: Mapping, depth: int = 0) -> Mapping:
    """The mapping with the API's keys, in what lies in it as well; details keep the names that the user gave them."""
    entries = []
    for entry in node.entries:
        key = entry.key[:1].lower() + entry.key[1:]
        value = entry.value if key == "customDetails" else _below(entry.value, depth + 1)
        entries.append(Entry(key, entry.start, entry.end, value, entry.key if key != entry.key else ""))
    return Mapping(node.start, entries)


def _below(node: Node | None, depth: int) -> Node | None:
    if node is None or isinstance(node, Scalar) or depth > _DEPTH:
        return node
    if isinstance(node, Mapping):
        return as_api(node, depth)
    items = (_below(item, depth) for item in node.items)
    return Sequence(node.start, [item for item in items if item is not None])
