"""The names that Terraform's azurerm provider has for the properties of an analytics rule, in Sentinel's own words.

Source: the provider's documentation of azurerm_sentinel_alert_rule_scheduled and azurerm_sentinel_alert_rule_nrt.
Modules that wrap these resources mostly use the same names, with an ``s`` where a block became a list.
"""

from __future__ import annotations

from kql_lint.hosts.infrastructure.values import Partial
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence

_KEYS = {
    "display_name": "displayName",
    "query_frequency": "queryFrequency",
    "query_period": "queryPeriod",
    "trigger_operator": "triggerOperator",
    "trigger_threshold": "triggerThreshold",
    "suppression_enabled": "suppressionEnabled",
    "suppression_duration": "suppressionDuration",
    "custom_details": "customDetails",
    "event_grouping": "eventGroupingSettings",
    "event_grouping_settings": "eventGroupingSettings",
    "aggregation_method": "aggregationKind",
    "aggregation_kind": "aggregationKind",
    "entity_mapping": "entityMappings",
    "entity_mappings": "entityMappings",
    "entity_type": "entityType",
    "field_mapping": "fieldMappings",
    "field_mappings": "fieldMappings",
    "column_name": "columnName",
    "sentinel_entity_mapping": "sentinelEntitiesMappings",
    "sentinel_entity_mappings": "sentinelEntitiesMappings",
    "alert_details_override": "alertDetailsOverride",
    "display_name_format": "alertDisplayNameFormat",
    "description_format": "alertDescriptionFormat",
    "severity_column_name": "alertSeverityColumnName",
    "tactics_column_name": "alertTacticsColumnName",
    "dynamic_property": "alertDynamicProperties",
    "dynamic_properties": "alertDynamicProperties",
    "incident": "incidentConfiguration",
    "incident_configuration": "incidentConfiguration",
    "grouping": "groupingConfiguration",
    "create_incident": "createIncident",
    "create_incident_enabled": "createIncident",
    "lookback_duration": "lookbackDuration",
    "reopen_closed_incidents": "reopenClosedIncident",
    "entity_matching_method": "matchingMethod",
    "group_by_entities": "groupByEntities",
    "by_entities": "groupByEntities",
    "group_by_alert_details": "groupByAlertDetails",
    "by_alert_details": "groupByAlertDetails",
    "group_by_custom_details": "groupByCustomDetails",
    "by_custom_details": "groupByCustomDetails",
    "alert_rule_template_version": "templateVersion",
}
# The other way round; the first of several names is that of the provider.
_WORDS = {api: name for name, api in reversed(_KEYS.items())}
# What azurerm_sentinel_alert_rule_nrt calls differently.
_NRT = {
    "incidentConfiguration": "incident",
    "createIncident": "create_incident_enabled",
    "groupByEntities": "by_entities",
    "groupByAlertDetails": "by_alert_details",
    "groupByCustomDetails": "by_custom_details",
}
# What is a list there: one block after another, or a list of objects.
_LISTS = frozenset({"entityMappings", "fieldMappings", "sentinelEntitiesMappings", "alertDynamicProperties"})
_BELOW = _LISTS | {
    *("eventGroupingSettings", "alertDetailsOverride", "incidentConfiguration", "groupingConfiguration"),
}


def sentinel_names(node: Mapping) -> Mapping:
    """The mapping with Sentinel's names, in it and in what its parts are; its other keys stay as they are."""
    entries: list[Entry] = []
    lists: dict[str, Sequence] = {}
    for entry in node.entries:
        key = _KEYS.get(entry.key, entry.key)
        value = _below(key, entry.value) if key in _BELOW else entry.value
        if key in _LISTS:
            if key in lists and value is not None:
                lists[key].items += value.items if isinstance(value, Sequence) else [value]
                continue
            if isinstance(value, Sequence):
                lists[key] = value
        entries.append(Entry(key, entry.start, entry.end, value, entry.key if key != entry.key else ""))
    return Partial(node.start, entries) if node.is_partial else Mapping(node.start, entries)


def words(node: Mapping, kind: str) -> dict[str, str]:
    """What a rule of this kind calls Sentinel's properties; empty where the mapping has Sentinel's own names."""
    return words_of(kind) if any(entry.key in _KEYS for entry in node.entries) else {}


def words_of(kind: str) -> dict[str, str]:
    """What azurerm calls Sentinel's properties in rules of a kind (``scheduled``, ``nrt``)."""
    return _WORDS | _NRT if kind == "nrt" else _WORDS


def _below(key: str, value: Node | None) -> Node | None:
    """What a setting has below it; an item of a list that is no mapping is one that only the deployment knows."""
    if value is None or isinstance(value, Scalar):
        return value
    given = value.items if isinstance(value, Sequence) else [value]
    items = [sentinel_names(item) if isinstance(item, Mapping) else item for item in given]
    if key == "alertDynamicProperties":
        items = [_property(item) if isinstance(item, Mapping) else item for item in items]
    if key in _LISTS:
        return Sequence(value.start, items)
    return next((item for item in items if isinstance(item, Mapping)), value)


def _property(node: Mapping) -> Mapping:
    entries = [
        Entry("alertProperty", one.start, one.end, one.value, one.key) if one.key == "name" else one
        for one in node.entries
    ]
    return Partial(node.start, entries) if node.is_partial else Mapping(node.start, entries)
