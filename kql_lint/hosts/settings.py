"""The nested settings of a rule as a file has them: lists, data connectors, the grouping of alerts, and their keys.

All places are offsets of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kql_lint.hosts.detection import Text
    from kql_lint.hosts.nodes import Entry


@dataclass(slots=True)
class TextList:
    """A list of strings; key is what the file calls it, start and end are the place of that.

    whole: these are all items there are.  Else it, or some of it, is only known when the rule is deployed.
    """

    key: str
    items: tuple[Text, ...]
    whole: bool
    start: int
    end: int


@dataclass(slots=True)
class Connector:
    """A data connector that a template asks for, and the tables that it brings; start and end are its place.

    whole: a key that it lacks is missing.
    """

    id: Text | None
    data_types: TextList | None
    whole: bool
    start: int
    end: int


@dataclass(slots=True)
class Grouping:
    """How alerts are grouped into incidents; start and end are the place of its key.

    create is whether incidents are made at all.  whole: a key that it lacks is missing.
    """

    create: Text | None
    enabled: Text | None
    method: Text | None
    lookback: Text | None
    entities: TextList | None
    alert_details: TextList | None
    custom_details: TextList | None
    whole: bool
    start: int
    end: int


@dataclass(slots=True)
class Section:
    """The keys of a nested setting, which name calls as the API does.

    entries have them in the API's words; text gives one as it is written, with its place.
    """

    name: str
    entries: tuple[Entry, ...]
    text: Callable[[Entry], Text]
