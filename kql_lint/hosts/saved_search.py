"""What a saved search says of the hunting query that it is, in the keys that a rule has in Sentinel's API.

Sentinel keeps a hunting query as a saved search of Log Analytics, in the category "Hunting Queries".  What a rule has
settings for is in its tags: ``{"name": "tactics", "value": "Persistence,Execution"}``; Terraform's azurerm has tags
that are a map.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence

_CATEGORY = "hunting queries"
_ALIASES = ("functionAlias", "function_alias")
# Tags with names that commas separate.
_LISTS = ("tactics", "techniques")
_NAME = re.compile(r"[^,\s](?:[^,]*[^,\s])?")

Cut = Callable[[Scalar, int, int], Scalar]


def hunting_query(properties: Mapping, cut: Cut) -> Mapping | None:
    """The keys of a rule for the properties of a saved search; None for one that is no hunting query.

    cut gives the part of a scalar from one offset of its value to another, as a scalar with its own place.
    """
    if any(_text(properties, alias) for alias in _ALIASES):
        return None
    tags = _tags(_find(properties, "tags"))
    if _text(properties, "category").casefold() != _CATEGORY and not any(tag in _LISTS for tag in tags):
        return None
    name = _entry(properties, "displayName")
    entries = [] if name is None else [Entry("displayName", name.start, name.end, name.value)]
    for key in _LISTS:
        value = tags.get(key)
        if isinstance(value, Scalar):
            entries.append(Entry(key, value.start, value.end, _names(value, cut)))
    return Mapping(properties.start, entries)


def _tags(node: Node | None) -> dict[str, Node | None]:
    """The values of tags by their names, in lower case: of a list of names and values, or of a mapping."""
    if isinstance(node, Mapping):
        return {entry.key.lower(): entry.value for entry in node.entries}
    items = node.items if isinstance(node, Sequence) else []
    return {_text(item, "name").lower(): _find(item, "value") for item in items if isinstance(item, Mapping)}


def _names(value: Scalar, cut: Cut) -> Sequence:
    if value.hole:
        return Sequence(value.start, [value])
    return Sequence(value.start, [cut(value, *found.span()) for found in _NAME.finditer(value.value)])


def _text(node: Mapping, key: str) -> str:
    value = _find(node, key)
    return value.value.strip() if isinstance(value, Scalar) and not value.is_null else ""


def _find(node: Mapping, key: str) -> Node | None:
    entry = _entry(node, key)
    return None if entry is None else entry.value


def _entry(node: Mapping, key: str) -> Entry | None:
    """The entry of a key, whose case does not count: older versions of the API give ``Category`` and ``Tags``."""
    folded = key.casefold()
    return next((entry for entry in reversed(node.entries) if entry.key.casefold() == folded), None)
