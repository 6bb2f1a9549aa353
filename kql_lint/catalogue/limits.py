"""What the services take of a detection rule: catalog/limits.yaml.  Its file has the page that says each fact."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.catalogue.store import load_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.catalogue.data import EntityData, LimitsData


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of Sentinel's: what identifies it, and sets of identifiers of which one has to be there.

    strong are sets that identify it for certain; empty where that was not looked at.
    """

    name: str
    identifiers: tuple[str, ...]
    required: tuple[tuple[str, ...], ...]
    strong: tuple[tuple[str, ...], ...] = ()


class Limits:
    """The facts of the file.  Names and identifiers are in the services' own spelling."""

    def __init__(self, data: LimitsData) -> None:
        self._data = data
        self._values = {setting: tuple(one["names"]) for setting, one in data["values"].items()}
        self._folded = {setting: self._all_keys(setting) for setting in data["keys"]}
        self._entities: dict[str, Entity] = {}
        self.alert_properties: tuple[str, ...] = tuple(data["alert_properties"]["names"])
        self.list_identifiers: frozenset[str] = frozenset(data["list_identifiers"]["names"])
        self.connector_tables: Mapping[str, list[str]] = data["connector_tables"]["connectors"]
        self.old_entity_columns: Mapping[str, str] = data["old_entity_columns"]["columns"]
        detections = data["custom_detections"]
        self.asset_columns: tuple[str, ...] = tuple(detections["asset_columns"])
        self.asset_identifiers: Mapping[str, str] = detections["asset_identifiers"]
        self.periods: tuple[str, ...] = tuple(detections["periods"])
        self.continuous_tables: frozenset[str] = frozenset(detections["continuous_tables"])
        self.continuous_operators: frozenset[str] = frozenset(detections["continuous_operators"])

    def number(self, name: str) -> int:
        """A number of the section ``limits``; KeyError where there is no such limit."""
        return self._data["limits"][name]["value"]

    def source(self, name: str) -> str:
        """The address of the page that says so."""
        return self._data["sources"][self._data["limits"][name]["source"]]

    def values(self, setting: str) -> tuple[str, ...]:
        """What a setting (``severity``) can be; KeyError where the file has no such setting."""
        return self._values[setting]

    def keys(self, setting: str) -> tuple[str, ...]:
        """The keys of a nested setting (``alertDetailsOverride``); KeyError where the file has no such setting."""
        return tuple(self._data["keys"][setting]["names"])

    def folded_keys(self, setting: str) -> frozenset[str]:
        """The keys of a nested setting and those that earlier versions of the API had in it, case-folded."""
        return self._folded[setting]

    def _all_keys(self, setting: str) -> frozenset[str]:
        earlier = self._data["earlier_keys"].get(setting, ())
        return frozenset(map(str.casefold, (*self.keys(setting), *earlier)))

    def entity(self, name: str) -> Entity | None:
        """An entity by its name; the case does not count."""
        if not self._entities:
            strong = self._data["strong_identifiers"]
            for one, data in self._data["entities"].items():
                self._entities[one.casefold()] = _entity(one, data, strong.get(one, []))
        return self._entities.get(name.casefold())

    def entities(self) -> tuple[str, ...]:
        """The names of all entities."""
        return tuple(self._data["entities"])

    def lookback(self, frequency: int) -> int | None:
        """How far back a detection over Defender's data looks that runs so often, both in minutes."""
        return self._data["custom_detections"]["lookback_minutes"].get(str(frequency))


def _entity(name: str, data: EntityData, strong: list[str]) -> Entity:
    return Entity(name, tuple(data["identifiers"]), _sets(data["required"]), _sets(strong))


def _sets(written: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one.split("+")) for one in written)


def read_limits(folder: str) -> Limits:
    """The limits of a catalog folder.  Raises CatalogueError for one that is wrong, OSError without one."""
    return Limits(load_limits(os.path.join(folder, "limits.yaml")))
