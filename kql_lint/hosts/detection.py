"""What a file says about the detection rule around a query: its id, schedule, entity mappings and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.source import PositionMap


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
    """One identifier of an entity (``HostName``) and the column that it is read from."""

    identifier: Text | None
    column: Text


@dataclass(slots=True)
class EntityMapping:
    """An entity (``Host``) with its fields."""

    entity: Text | None
    fields: tuple[FieldMapping, ...]
    start: int
    end: int


@dataclass(slots=True)
class DetectionRule:
    """A rule as a file has it; kind is ``scheduled``, ``nrt``, ``hunting`` or ``custom-detection``.

    start and end are the place in the file at which what the rule lacks is reported.  Frequency and period are as they
    are written (``PT1H``, ``1h``).
    """

    kind: str
    start: int
    end: int
    id: Text | None = None
    name: Text | None = None
    frequency: Text | None = None
    period: Text | None = None
    trigger_operator: Text | None = None
    trigger_threshold: Text | None = None
    entity_mappings: tuple[EntityMapping, ...] = ()
    custom_details: tuple[tuple[Text, Text], ...] = ()  # the detail's name, the column
    alert_formats: tuple[tuple[str, Text], ...] = ()  # alertDisplayNameFormat, alertDescriptionFormat
    alert_columns: tuple[tuple[str, Text], ...] = ()  # alertTacticsColumnName and the like, with the column
