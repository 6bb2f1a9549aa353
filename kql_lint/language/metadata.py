"""Where a rule's metadata names columns that its query returns.  Offsets are the file's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kql_lint.diagnostic import Edit
    from kql_lint.hosts.detection import DetectionRule, Text

# Sentinel's own pattern of a placeholder.
_PLACEHOLDER = re.compile(r"\{\{\s*(?P<name>[^{}]*?)\s*\}\}")


class ColumnName(NamedTuple):
    """A place that names a column of the result: the value's first to last character of a string of the file.

    fixed: the name is derived from the service's words (``deviceId`` for DeviceId), so that no other can stand there.
    """

    name: str
    text: Text
    first: int
    last: int
    fixed: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the file."""
        return self.text.map.span(self.first, self.last)

    def renamed(self, new: str) -> tuple[Edit, ...] | None:
        """The edit that writes another name there; None where the file can't have it."""
        if self.fixed or (self.last - self.first < len(self.text.value) and set("{}") & set(new)):
            return None
        return self.text.replacing(self.first, self.last, new)


def column_names(rule: DetectionRule | None) -> Iterator[ColumnName]:
    """The columns that a rule's settings name; what only the deployment knows is left out."""
    if rule is None:
        return
    for text in _columns(rule):
        if not text.hole and text.value:
            yield ColumnName(text.value, text, 0, len(text.value))
    for _, text in rule.alert_formats:
        for found in () if text.hole else _PLACEHOLDER.finditer(text.value):
            if found["name"]:
                yield ColumnName(found["name"], text, *found.span("name"))
    for asset in (*rule.impacted_assets, *rule.response_actions):
        text = asset.identifier
        if not text.hole and text.value:
            yield ColumnName(text.value[:1].upper() + text.value[1:], text, 0, len(text.value), fixed=True)


def _columns(rule: DetectionRule) -> Iterator[Text]:
    for mapping in rule.entity_mappings:
        yield from (one.column for one in mapping.fields)
    yield from rule.sentinel_entities
    yield from (column for _, column in rule.custom_details)
    yield from (column for _, column in rule.alert_columns)
    yield from (column for _, column in rule.alert_properties)
