"""Reads what a file says about a detection rule out of a mapping: that of Sentinel's API, or of Microsoft Graph's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from kql_lint.hosts.detection import Asset, DetectionRule, EntityMapping, FieldMapping, Text
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.settings import Connector, Grouping, Section, TextList
from kql_lint.source import PositionMap

# What templates put into a value: {{name}}, {%...%}, ${name}, @{name}, #{name}, <%...%>, __NAME__ as a whole.
_TEMPLATE = re.compile(r"\{\{|\{%|[$@#]\{|<%|\A__\w+__\Z")


# The nested settings whose keys are looked at, and those of them that are lists.
_SECTIONS = ("alertDetailsOverride", "eventGroupingSettings", "incidentConfiguration")
# More keys than a nested setting has.
_FEW = 9
# Keys with which a file adds more to a mapping than is written there: a merge of YAML's, a loop of ARM's.
_ADDING = ("<<", "copy")


def read_detection(
    node: Mapping,
    kind: str,
    place: Callable[[Scalar], PositionMap],
    start: int,
    end: int,
    format: str,
    *,
    complete: bool = True,
) -> DetectionRule:
    """The rule that a mapping is.

    node has the keys of Sentinel's ARM ``properties``, as rules in YAML have them too (``id`` and ``name`` beside
    them), or for a ``custom-detection`` those of Microsoft Graph's detectionRule, of the shape of 2026 or the one
    before it.  place gives the map of a scalar's value into the file; start and end are where what the rule lacks is
    reported; format is that of the rule.  What is missing, null or of another shape than it ought to be is left out; a
    text with a template's braces counts as a hole.  complete: nothing was left out of node.  Never raises.
    """
    reader = _Reader(place, complete)
    rule = DetectionRule(kind, start, end, format)
    if kind == "custom-detection":
        reader.custom_detection(rule, node)
    else:
        reader.sentinel(rule, node)
    rule.keys = frozenset(entry.key for entry in node.entries)
    rule.words = reader.words
    return rule


class _Reader:
    """words are what the file calls the keys that were come across, where that is something else."""

    def __init__(self, place: Callable[[Scalar], PositionMap], complete: bool) -> None:
        self.words: dict[str, str] = {}
        self._place = place
        self._complete = complete

    # --- the two shapes -------------------------------------------------------------------------------------------

    def sentinel(self, rule: DetectionRule, node: Mapping) -> None:
        self._words(node)
        given = node.last
        rule.id = self._of(given.get("id"))
        rule.kind_text = self._of(given.get("kind"))
        rule.name = self._of(given.get("displayName")) or self._of(given.get("name"))
        rule.description = self._of(given.get("description"))
        rule.severity = self._of(given.get("severity"))
        rule.status = self._of(given.get("status"))
        rule.version = self._of(given.get("templateVersion")) or self._of(given.get("version"))
        rule.tactics = self._list(node, "tactics")
        rule.techniques = self._list(node, "relevantTechniques") or self._list(node, "techniques")
        rule.frequency = self._of(given.get("queryFrequency"))
        rule.period = self._of(given.get("queryPeriod"))
        rule.trigger_operator = self._of(given.get("triggerOperator"))
        rule.trigger_threshold = self._of(given.get("triggerThreshold"))
        rule.suppression_enabled = self._of(given.get("suppressionEnabled"))
        rule.suppression_duration = self._of(given.get("suppressionDuration"))
        rule.event_grouping = self._value(_mapping(node, "eventGroupingSettings"), "aggregationKind")
        rule.sentinel_entities = tuple(self._each(_items(node, "sentinelEntitiesMappings"), "columnName"))
        rule.custom_details = tuple(self._pairs(_mapping(node, "customDetails")))
        self._entity_mappings(rule, node)
        rule.connectors = tuple(self._connectors(node))
        rule.grouping = self._grouping(_mapping(node, "incidentConfiguration"))
        if rule.grouping is not None and rule.grouping.custom_details is not None:
            rule.group_by_details = rule.grouping.custom_details.items
        self._override(rule, _mapping(node, "alertDetailsOverride"))
        rule.sections = tuple(self._sections(node))

    def _entity_mappings(self, rule: DetectionRule, node: Mapping) -> None:
        rule.entity_mappings = tuple(map(self._entity, _items(node, "entityMappings")))
        entry = node.last.get("entityMappings")
        value = entry.value if entry is not None else None
        if entry is None or (isinstance(value, Scalar) and value.is_null):
            rule.maps_all = self._is_whole(node)
        elif isinstance(value, Sequence):
            rule.maps_all = self._complete and all(isinstance(item, Mapping) for item in value.items)
            if not value.items and self._complete:
                rule.maps_nothing = entry.start, entry.end

    def _grouping(self, incident: Mapping) -> Grouping | None:
        entry = incident.last.get("groupingConfiguration")
        if entry is None or not isinstance(entry.value, Mapping):
            return None
        node = entry.value
        return Grouping(
            create=self._value(incident, "createIncident"),
            enabled=self._value(node, "enabled"),
            method=self._value(node, "matchingMethod"),
            lookback=self._value(node, "lookbackDuration"),
            entities=self._list(node, "groupByEntities"),
            alert_details=self._list(node, "groupByAlertDetails"),
            custom_details=self._list(node, "groupByCustomDetails"),
            whole=self._is_whole(node),
            start=entry.start,
            end=entry.end,
        )

    def _connectors(self, node: Mapping) -> Iterator[Connector]:
        value = node.get("requiredDataConnectors")
        for item in value.items if isinstance(value, Sequence) else []:
            if isinstance(item, Mapping):
                first = item.entries[0] if item.entries else Entry("", item.start, item.start + 1, None)
                name, types = self._value(item, "connectorId"), self._list(item, "dataTypes")
                yield Connector(name, types, self._is_whole(item), first.start, first.end)
            elif isinstance(item, Scalar) and not item.is_null and not item.hole:
                text = self._text(item)
                yield Connector(text, None, not text.hole, *text.span)

    def _override(self, rule: DetectionRule, override: Mapping) -> None:
        for key in ("alertDisplayNameFormat", "alertDescriptionFormat"):
            text = self._value(override, key, braces=True)
            if text is not None:
                rule.alert_formats += ((key, text),)
        for key in ("alertSeverityColumnName", "alertTacticsColumnName"):
            text = self._value(override, key)
            if text is not None and text.value.strip():  # an empty one overrides nothing
                rule.alert_columns += ((key, text),)
        rule.alert_properties = tuple(
            (self._value(item, "alertProperty"), text)
            for item in _items(override, "alertDynamicProperties")
            if (text := self._value(item, "value")) is not None and text.value.strip()
        )

    def _sections(self, node: Mapping) -> Iterator[Section]:
        for name in _SECTIONS:
            yield from self._section(name, node.get(name))
        yield from self._section(
            "groupingConfiguration", _mapping(node, "incidentConfiguration").get("groupingConfiguration")
        )
        properties = _items(_mapping(node, "alertDetailsOverride"), "alertDynamicProperties")
        mappings = _items(node, "entityMappings")
        fields = [field for item in mappings for field in _items(item, "fieldMappings")]
        named = (("alertDynamicProperties", properties), ("entityMappings", mappings), ("fieldMappings", fields))
        for name, items in (*named, ("requiredDataConnectors", _items(node, "requiredDataConnectors"))):
            for item in items:
                yield from self._section(name, item)

    def _section(self, name: str, node: Node | None) -> Iterator[Section]:
        if isinstance(node, Mapping):
            self._words(node)
            yield Section(name, tuple(node.entries), _key)

    def custom_detection(self, rule: DetectionRule, node: Mapping) -> None:
        action = _mapping(node, "detectionAction")
        template = _mapping(action, "alertTemplate")
        for part in (node, template):
            self._words(part)
        rule.id = self._value(node, "id")
        rule.name = self._value(node, "displayName")
        rule.severity = self._value(template, "severity")
        rule.category = self._value(template, "category")
        rule.techniques = self._list(template, "mitreTechniques")
        rule.tactics = self._graph_tactics(template)
        schedule = _mapping(node, "schedule")
        rule.frequency = self._value(schedule, "frequency") or self._value(schedule, "period")
        rule.lookback = self._value(schedule, "lookback")
        for key in ("title", "description"):
            text = self._value(template, key, braces=True)
            if text is not None:
                rule.alert_formats += ((key, text),)
        rule.entity_mappings = tuple(self._entities(_mapping(template, "entityMappings")))
        rule.custom_details = tuple(self._pairs(_mapping(template, "customDetails")))
        rule.impacted_assets = tuple(self._assets(_items(template, "impactedAssets")))
        rule.response_actions = tuple(self._assets(_items(action, "responseActions")))
        rule.sections = tuple(self._section("alertTemplate", template))

    def _graph_tactics(self, template: Mapping) -> TextList | None:
        """The tactics in the API's shape of 2026: ``[{tactic: Execution, techniques: [...]}]``."""
        entry = template.last.get("tactics")
        if entry is None:
            return None
        names = tuple(self._each(_items(template, "tactics"), "tactic"))
        return TextList("tactics", names, False, entry.start, entry.end)

    # --- their parts ----------------------------------------------------------------------------------------------

    def _entity(self, node: Mapping) -> EntityMapping:
        entity = self._value(node, "entityType")
        fields = []
        for item in _items(node, "fieldMappings"):
            column = self._value(item, "columnName")
            if column is not None:
                fields.append(FieldMapping(self._value(item, "identifier"), column))
        first = entity or (fields[0].column if fields else None)
        start, end = first.span if first is not None else (node.start, node.start + 1)
        listed = node.get("fieldMappings")
        whole = self._is_whole(node) and (listed is None or isinstance(listed, Sequence))
        if isinstance(listed, Sequence):
            whole = whole and len(fields) == len(listed.items)
            whole = whole and all(isinstance(item, Mapping) and self._is_whole(item) for item in listed.items)
        return EntityMapping(entity, tuple(fields), start, end, whole)

    def _entities(self, node: Mapping) -> Iterator[EntityMapping]:
        """Graph's own shape: ``{accounts: [{sidColumn: AccountSid}], hosts: [...]}``."""
        for entry in node.entries:
            items = entry.value.items if isinstance(entry.value, Sequence) else []
            for item in items:
                if isinstance(item, Mapping):
                    columns = (pair for pair in self._pairs(item) if pair[0].value.endswith("Column"))
                    fields = tuple(FieldMapping(identifier, column) for identifier, column in columns)
                    yield EntityMapping(_key(entry), fields, entry.start, entry.end)

    def _assets(self, nodes: list[Mapping]) -> Iterator[Asset]:
        for node in nodes:
            identifier = self._value(node, "identifier")
            if identifier is not None:
                yield Asset(self._value(node, "@odata.type"), identifier)

    def _pairs(self, node: Mapping) -> Iterator[tuple[Text, Text]]:
        for entry in node.entries:
            if isinstance(entry.value, Scalar) and not entry.value.is_null:
                yield _key(entry), self._text(entry.value)

    def _list(self, node: Mapping, key: str) -> TextList | None:
        """The strings of a list; None where the key is missing.  null is an empty list."""
        entry = _entry(node, key)
        if entry is None:
            return None
        name, value = entry.written or entry.key, entry.value
        if not isinstance(value, Sequence):
            empty = isinstance(value, Scalar) and value.is_null
            return TextList(name, (), empty and self._complete, entry.start, entry.end)
        items = tuple(self._text(item) for item in value.items if isinstance(item, Scalar))
        whole = self._complete and len(items) == len(value.items) and not any(item.hole for item in items)
        return TextList(name, items, whole, entry.start, entry.end)

    def _is_whole(self, node: Mapping) -> bool:
        """Whether what a mapping lacks is missing."""
        return self._complete and not node.is_partial and not any(key in node for key in _ADDING)

    def _words(self, node: Mapping) -> None:
        for entry in node.entries:
            if entry.written:
                self.words[entry.key] = entry.written

    def _each(self, nodes: list[Mapping], key: str) -> Iterator[Text]:
        return (text for node in nodes if (text := self._value(node, key)) is not None)

    def _value(self, node: Mapping, key: str, braces: bool = False) -> Text | None:
        """The text of a key; None where there is none.  braces: the service itself reads ``{{Column}}`` in it."""
        return self._of(_entry(node, key), braces)

    def _of(self, entry: Entry | None, braces: bool = False) -> Text | None:
        value = entry.value if entry is not None else None
        return self._text(value, braces) if isinstance(value, Scalar) and not value.is_null else None

    def _text(self, scalar: Scalar, braces: bool = False) -> Text:
        hole = scalar.hole or (not braces and _TEMPLATE.search(scalar.value) is not None)
        return Text(scalar.value, partial(self._place, scalar), hole)


def _entry(node: Mapping, key: str) -> Entry | None:
    """The entry of a key, whose case does not count; that of a whole rule, which has many keys, does."""
    found = node.last.get(key)
    if found is None and 0 < len(node.entries) <= _FEW:
        folded = key.casefold()
        found = next((one for one in reversed(node.entries) if one.key.casefold() == folded), None)
    return found


def _mapping(node: Mapping, key: str) -> Mapping:
    """The mapping of a key, an empty one where there is none."""
    value = node.get(key)
    return value if isinstance(value, Mapping) else Mapping(node.start)


def _items(node: Mapping, key: str) -> list[Mapping]:
    """The mappings in the sequence of a key."""
    value = node.get(key)
    return [item for item in value.items if isinstance(item, Mapping)] if isinstance(value, Sequence) else []


def _key(entry: Entry) -> Text:
    """The text that a key is; its characters are those of the file but for quotes around it or escapes in it."""
    key = entry.written or entry.key
    return Text(key, partial(_key_places, entry, len(key)), _TEMPLATE.search(key) is not None)


def _key_places(entry: Entry, length: int) -> PositionMap:
    places = PositionMap()
    extra = entry.end - entry.start - length
    if extra in (0, 2):
        places.copy(entry.start + extra // 2, length)
    else:
        places.stand(length, entry.start, entry.end)
    return places
