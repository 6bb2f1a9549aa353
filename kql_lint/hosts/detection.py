"""What a file says about the detection rule around a query: its id, schedule, entity mappings and the like.

All places are offsets of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit
from kql_lint.hosts.edits import in_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from kql_lint.hosts.settings import Connector, Grouping, Section, TextList
    from kql_lint.source import PositionMap


class Text:
    """A text of the file: its value, and where each of its characters stands, which is worked out when it is asked for.

    hole says that the value is a parameter or an expression that only the deployment knows.
    """

    __slots__ = ("_map", "_places", "hole", "value")

    def __init__(self, value: str, places: Callable[[], PositionMap], hole: bool = False) -> None:
        """Takes what gives the map of the value into the file."""
        self.value = value
        self.hole = hole
        self._places = places
        self._map: PositionMap | None = None

    @property
    def map(self) -> PositionMap:
        """The map of the value into the file."""
        if self._map is None:
            self._map = self._places()
        return self._map

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the file."""
        return self.map.span(0, len(self.value))

    def replacing(self, start: int, end: int, new: str) -> tuple[Edit, ...] | None:
        """The edit of the file that puts ``new`` in place of the value's start to end; None where it can't."""
        if self.map.spelling(start, end) is None:  # a key, or a number: a plain word needs no escape anywhere
            plain = _WORD.fullmatch(new) and self.map.is_verbatim(start, end)
            return (Edit(*self.map.span(start, end), new),) if plain else None
        return in_file((Edit(start, end, new),), self.value, self.map, "")


_WORD = re.compile(r"[A-Za-z0-9_.]+")


@dataclass(slots=True)
class FieldMapping:
    """One identifier of an entity (``HostName``, ``sidColumn``) and the column that it is read from."""

    identifier: Text | None
    column: Text


@dataclass(slots=True)
class EntityMapping:
    """An entity (``Host``; of a custom detection ``hosts``) with its fields.

    start and end are the place of its name, or of what stands for it.  whole: these are all fields that it has.
    """

    entity: Text | None
    fields: tuple[FieldMapping, ...]
    start: int
    end: int
    whole: bool = True


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
    keys are the API's names of all settings that the rule has on its top level, whatever their values.
    format says how the rule is written: ``template`` (YAML), ``arm`` (templates of Azure, Bicep, what azapi deploys),
    ``arm-template`` (a rule template in one), ``azurerm`` (Terraform's own resources), ``export`` (what the API or a
    PowerShell module gave), ``object`` (any other object of Bicep's or Terraform's), ``graph`` or ``xdr-converter``.
    is_template: it has the shape of Azure-Sentinel's templates in YAML, which write ``1h`` and ``gt`` where the API
    takes ``PT1H`` and ``GreaterThan``.  is_whole: what is not there is missing, since nothing gives it a default.
    words are what the file calls the API's keys, where that is something else.  A host sets these four.
    """

    kind: str
    start: int
    end: int
    format: str = "export"
    keys: frozenset[str] = frozenset()
    id: Text | None = None
    kind_text: Text | None = None  # the kind as it is written
    name: Text | None = None
    description: Text | None = None
    severity: Text | None = None
    status: Text | None = None
    version: Text | None = None  # that of a template; of a deployed rule that of the template which it came from
    tactics: TextList | None = None
    techniques: TextList | None = None
    category: Text | None = None  # that of a custom detection, mostly a tactic
    connectors: tuple[Connector, ...] = ()
    frequency: Text | None = None
    period: Text | None = None
    lookback: Text | None = None  # that of a custom detection, where it does not follow from the frequency
    trigger_operator: Text | None = None
    trigger_threshold: Text | None = None
    suppression_enabled: Text | None = None
    suppression_duration: Text | None = None
    event_grouping: Text | None = None  # aggregationKind: SingleAlert or AlertPerResult
    entity_mappings: tuple[EntityMapping, ...] = ()
    maps_nothing: tuple[int, int] | None = None  # the place of entityMappings that are an empty list
    maps_all: bool = False  # whether entity_mappings are all that the rule has
    sentinel_entities: tuple[Text, ...] = ()  # columns of sentinelEntitiesMappings
    custom_details: tuple[tuple[Text, Text], ...] = ()  # the detail's name, the column
    grouping: Grouping | None = None
    group_by_details: tuple[Text, ...] = ()  # names of custom details, in groupByCustomDetails
    sections: tuple[Section, ...] = ()  # the keys of nested settings
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
