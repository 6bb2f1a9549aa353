"""The shape of a catalogue file once it is read: plain dictionaries, as YAML has them.

Every key is optional save those that the reader demands, so that an overlay can hold just what it adds.  What comes
from the cache is compared with these types.
"""

from __future__ import annotations

from typing import TypedDict


class IndicatorData(TypedDict, total=False):
    """A field and a value that detection rules check together."""

    field: str
    kind: str
    value: str
    rules: int
    vendors: list[str]


class PatternData(TypedDict, total=False):
    """An attack technique that rules on the event look for."""

    name: str
    rules: int


class ReferenceData(TypedDict):
    """A page to read."""

    title: str
    url: str


class ProviderEventData(TypedDict, total=False):
    """The keys that a provider's event has in the bag."""

    keys: list[str]
    whole: bool
    source: str
    as_of: str


class EventKindData(TypedDict, total=False):
    """What is known of one kind of event."""

    title: str
    description: str
    columns: list[str]
    whole: bool
    also_seen: list[str]
    never: list[str]
    instead: dict[str, str]
    additional_fields: list[str]
    dynamic_fields: dict[str, list[str]]
    seen_keys: dict[str, list[str]]
    providers: dict[str, ProviderEventData]
    field_rules: dict[str, int]
    indicators: list[IndicatorData]
    patterns: list[PatternData]
    detection_rules: int
    references: list[ReferenceData]
    sources: list[str]


class ElsewhereData(TypedDict, total=False):
    """A kind of event that never reaches a table, though its number or name is looked for there."""

    provider: str
    channel: str
    tables: list[str]
    now: str


class EventKindsData(TypedDict, total=False):
    """The kinds of events that a table has, and the column that tells them apart."""

    column: str
    provider: str
    bag: str
    closed: bool
    as_of: str
    always: list[str]
    any: EventKindData
    values: dict[str, EventKindData]
    elsewhere: dict[str, ElsewhereData]


class ColumnValuesData(TypedDict, total=False):
    """What a column can hold."""

    closed: bool
    cased: bool
    as_of: str
    values: list[str]


class MixedCaseData(TypedDict, total=False):
    """What tells that the values of a column are written in several cases; values: which, where not all."""

    source: str
    as_of: str
    values: list[str]


class TableData(TypedDict, total=False):
    """A table file."""

    table: str
    platform: str
    description: str
    shares: str
    open: bool
    as_of: str
    sources: dict[str, str]
    references: list[ReferenceData]
    columns: dict[str, str]
    column_sources: dict[str, list[str]]
    column_groups: dict[str, list[str]]
    column_values: dict[str, ColumnValuesData]
    holds: dict[str, str]
    mixed_case: dict[str, MixedCaseData]
    dynamic_fields: dict[str, list[str]]
    seen_keys: dict[str, list[str]]
    events: EventKindsData


class FunctionData(TypedDict, total=False):
    """A function that a platform or the user adds to KQL; path is that of a file that defines it."""

    kind: str
    provider: str
    arguments: str
    parameters: str
    columns: dict[str, str]
    open: bool
    returns: str
    path: str


class RenameData(TypedDict, total=False):
    """A name that is no longer current."""

    kind: str
    table: str
    old: str
    new: list[str]
    since: str
    until: str
    platform: str
    note: str
    source: str


class PlatformData(TypedDict, total=False):
    """What is true of all tables of a platform."""

    as_of: str
    source: str
    time_column: str
    table_page: str
    standard_columns: dict[str, str]


class TableAliasData(TypedDict, total=False):
    """The columns that a foreign name may be; has: what they hold, where that is not what the name stands for."""

    columns: list[str]
    has: str


class TableAliasesData(TypedDict):
    """What foreign names are in some tables."""

    tables: list[str]
    aliases: dict[str, TableAliasData]


class CollectionsData(TypedDict, total=False):
    """A file that is not a table's."""

    platforms: dict[str, PlatformData]
    functions: dict[str, FunctionData]
    renames: list[RenameData]
    aliases: dict[str, list[str]]
    table_aliases: list[TableAliasesData]
    watchlists: dict[str, dict[str, str]]


class LimitData(TypedDict):
    """A limit of a service, and the source that says so."""

    value: int
    source: str


class EntityData(TypedDict):
    """An entity of Sentinel's."""

    identifiers: list[str]
    required: list[str]
    source: str


class NamesData(TypedDict):
    """Names, such as the properties of an alert, and the source that lists them."""

    names: list[str]
    source: str


class ConnectorsData(TypedDict):
    """The tables that a data connector brings together, and the page that says so."""

    connectors: dict[str, list[str]]
    source: str


class OldColumnsData(TypedDict):
    """Columns that entities were read from, each with its entity."""

    columns: dict[str, str]
    source: str


class DetectionsData(TypedDict):
    """What Defender XDR asks of a custom detection."""

    asset_columns: list[str]
    asset_identifiers: dict[str, str]
    periods: list[str]
    lookback_minutes: dict[str, int]
    continuous_tables: list[str]
    continuous_operators: list[str]


class LimitsData(TypedDict):
    """limits.yaml."""

    sources: dict[str, str]
    as_of: dict[str, str]
    limits: dict[str, LimitData]
    entities: dict[str, EntityData]
    strong_identifiers: dict[str, list[str]]
    list_identifiers: NamesData
    alert_properties: NamesData
    values: dict[str, NamesData]
    keys: dict[str, NamesData]
    earlier_keys: dict[str, list[str]]
    connector_tables: ConnectorsData
    old_entity_columns: OldColumnsData
    custom_detections: DetectionsData
