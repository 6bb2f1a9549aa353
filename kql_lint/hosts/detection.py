"""What a file says about the detection rule around a query: its id, schedule, entity mappings and the like.

All places are offsets of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kql_lint.hosts.nodes import Entry, Mapping, Scalar, Sequence
from kql_lint.source import PositionMap

# What templates put into a value: {{name}}, {%...%}, ${name}, @{name}, #{name}, <%...%>, __NAME__ as a whole.
_TEMPLATE = re.compile(r"\{\{|\{%|[$@#]\{|<%|\A__\w+__\Z")


@dataclass(slots=True)
class Text:
    """A text of the file: its value, and where each of its characters stands.

    hole says that the value is a parameter or an expression that only the deployment knows.
    """

    value: str
    map: PositionMap
    hole: bool = False

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the file."""
        return self.map.span(0, len(self.value))


@dataclass(slots=True)
class FieldMapping:
    """One identifier of an entity (``HostName``, ``sidColumn``) and the column that it is read from."""

    identifier: Text | None
    column: Text


@dataclass(slots=True)
class EntityMapping:
    """An entity (``Host``; of a custom detection ``hosts``) with its fields.

    start and end are the place of its name, or of what stands for it.
    """

    entity: Text | None
    fields: tuple[FieldMapping, ...]
    start: int
    end: int


@dataclass(slots=True)
class Asset:
    """What a custom detection acts on: the type in OData's words, as written, and the column in the API's spelling.

    For ``#microsoft.graph.security.impactedDeviceAsset`` the identifier is ``deviceId``, and the column DeviceId.
    """

    type: Text | None
    identifier: Text


@dataclass(slots=True)
class DetectionRule:
    """A rule as a file has it; kind is ``scheduled``, ``nrt``, ``hunting`` or ``custom-detection``.

    start and end are the place in the file at which what the rule lacks is reported.  Frequency and period are as they
    are written (``PT1H``, ``1h``); a custom detection has a frequency only.  Lists are in the order of the file.
    is_template: it has the shape of Azure-Sentinel's templates in YAML, which write ``1h`` and ``gt`` where the API
    takes ``PT1H`` and ``GreaterThan``.  is_whole: what is not there is missing, since nothing gives it a default.
    words are what the file calls the API's keys, where that is something else.  A host sets these three.
    """

    kind: str
    start: int
    end: int
    id: Text | None = None
    name: Text | None = None
    description: Text | None = None
    severity: Text | None = None
    frequency: Text | None = None
    period: Text | None = None
    lookback: Text | None = None  # that of a custom detection, where it does not follow from the frequency
    trigger_operator: Text | None = None
    trigger_threshold: Text | None = None
    suppression_enabled: Text | None = None
    suppression_duration: Text | None = None
    event_grouping: Text | None = None  # aggregationKind: SingleAlert or AlertPerResult
    entity_mappings: tuple[EntityMapping, ...] = ()
    sentinel_entities: tuple[Text, ...] = ()  # columns of sentinelEntitiesMappings
    custom_details: tuple[tuple[Text, Text], ...] = ()  # the detail's name, the column
    group_by_details: tuple[Text, ...] = ()  # names of custom details, in groupByCustomDetails
    alert_formats: tuple[tuple[str, Text], ...] = ()  # alertDisplayNameFormat, alertDescriptionFormat, title ...
    alert_columns: tuple[tuple[str, Text], ...] = ()  # alertTacticsColumnName and the like, with the column
    alert_properties: tuple[tuple[Text | None, Text], ...] = ()  # alertDynamicProperties: the property, the column
    impacted_assets: tuple[Asset, ...] = ()
    response_actions: tuple[Asset, ...] = ()
    is_template: bool = False
    is_whole: bool = False
    words: dict[str, str] = field(default_factory=dict)

    def word(self, key: str) -> str:
        """What the file calls a key of the API (``queryPeriod``), for messages: in Terraform ``query_period``."""
        return self.words.get(key, key)


def read_detection(
    node: Mapping, kind: str, place: Callable[[Scalar], PositionMap], start: int, end: int
) -> DetectionRule:
    """The rule that a mapping is.

    node has the keys of Sentinel's ARM ``properties``, as rules in YAML have them too (``id`` and ``name`` beside
    them), or for a ``custom-detection`` those of Microsoft Graph's detectionRule, of the shape of 2026 or the one
    before it.  place gives the map of a scalar's
    value into the file; start and end are where what the rule lacks is reported.  What is missing, null or of another
    shape than it ought to be is left out; a text with a template's braces counts as a hole.  Never raises.
    """
    reader = _Reader(place)
    rule = DetectionRule(kind, start, end)
    if kind == "custom-detection":
        reader.custom_detection(rule, node)
    else:
        reader.sentinel(rule, node)
    return rule


class _Reader:
    def __init__(self, place: Callable[[Scalar], PositionMap]) -> None:
        self._place = place

    # --- the two shapes -------------------------------------------------------------------------------------------

    def sentinel(self, rule: DetectionRule, node: Mapping) -> None:
        rule.id = self._value(node, "id")
        rule.name = self._value(node, "displayName") or self._value(node, "name")
        rule.description = self._value(node, "description")
        rule.severity = self._value(node, "severity")
        rule.frequency = self._value(node, "queryFrequency")
        rule.period = self._value(node, "queryPeriod")
        rule.trigger_operator = self._value(node, "triggerOperator")
        rule.trigger_threshold = self._value(node, "triggerThreshold")
        rule.suppression_enabled = self._value(node, "suppressionEnabled")
        rule.suppression_duration = self._value(node, "suppressionDuration")
        rule.event_grouping = self._value(_mapping(node, "eventGroupingSettings"), "aggregationKind")
        rule.entity_mappings = tuple(map(self._entity, _items(node, "entityMappings")))
        rule.sentinel_entities = tuple(self._each(_items(node, "sentinelEntitiesMappings"), "columnName"))
        rule.custom_details = tuple(self._pairs(_mapping(node, "customDetails")))
        self._grouping(rule, node)
        self._override(rule, _mapping(node, "alertDetailsOverride"))

    def _grouping(self, rule: DetectionRule, node: Mapping) -> None:
        grouping = _mapping(_mapping(node, "incidentConfiguration"), "groupingConfiguration")
        listed = grouping.get("groupByCustomDetails")
        items = listed.items if isinstance(listed, Sequence) else []
        rule.group_by_details = tuple(self._text(item) for item in items if isinstance(item, Scalar))

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

    def custom_detection(self, rule: DetectionRule, node: Mapping) -> None:
        action = _mapping(node, "detectionAction")
        template = _mapping(action, "alertTemplate")
        rule.id = self._value(node, "id")
        rule.name = self._value(node, "displayName")
        rule.severity = self._value(template, "severity")
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
        return EntityMapping(entity, tuple(fields), start, end)

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

    def _each(self, nodes: list[Mapping], key: str) -> Iterator[Text]:
        return (text for node in nodes if (text := self._value(node, key)) is not None)

    def _value(self, node: Mapping, key: str, braces: bool = False) -> Text | None:
        """The text of a key; None where there is none.  braces: the service itself reads ``{{Column}}`` in it."""
        value = node.get(key)
        return self._text(value, braces) if isinstance(value, Scalar) and not value.is_null else None

    def _text(self, scalar: Scalar, braces: bool = False) -> Text:
        hole = scalar.hole or (not braces and _TEMPLATE.search(scalar.value) is not None)
        return Text(scalar.value, self._place(scalar), hole)


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
    places = PositionMap()
    extra = entry.end - entry.start - len(entry.key)
    if extra in (0, 2):
        places.copy(entry.start + extra // 2, len(entry.key))
    else:
        places.stand(len(entry.key), entry.start, entry.end)
    return Text(entry.key, places, _TEMPLATE.search(entry.key) is not None)
