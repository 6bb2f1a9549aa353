"""Checks what a table's file says: that columns it speaks of are the table's, and that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from kql_lint.catalogue.model import ACTION_TYPE
from kql_lint.catalogue.problems import Problem
from kql_lint.suggest import suggest

if TYPE_CHECKING:
    from kql_lint.catalogue.data import EventKindData, TableData
    from kql_lint.catalogue.model import EventKinds
    from kql_lint.catalogue.reader import Path, Reading


def check_table(reading: Reading, columns: frozenset[str] | None, over: EventKinds | None = None) -> list[Problem]:
    """What is wrong with a sound table file.

    columns are all that the table has, None where that is not known; over: the kinds of events of the table that the
    file goes over, which say what the file does not.
    """
    return list(_Check(reading, columns, over).problems())


class _Check:
    def __init__(self, reading: Reading, columns: frozenset[str] | None, over: EventKinds | None) -> None:
        self.reading = reading
        self.columns = columns
        self.by = over.column if over is not None else ACTION_TYPE
        self.data = cast("TableData", reading.data)
        events = self.data.get("events", {})
        is_told = "provider" in events and "bag" in events
        self.has_providers = is_told or (over is not None and over.provider is not None and over.bag is not None)

    def problems(self) -> Iterator[Problem]:
        data = self.data
        for group, names in data.get("column_groups", {}).items():
            yield from self._listed(("column_groups", group), names)
        for source, names in data.get("column_sources", {}).items():
            yield from self._listed(("column_sources", source), names)
            yield from self._source(("column_sources", source), source)
        for bag in data.get("dynamic_fields", {}):
            yield from self._column(("dynamic_fields", bag), bag)
        for bag in data.get("seen_keys", {}):
            yield from self._column(("seen_keys", bag), bag)
        for column in data.get("column_values", {}):
            yield from self._column(("column_values", column), column)
        for path in data.get("holds", {}):  # of a value in a bag, with the keys that lead to it
            yield from self._column(("holds", path), path.partition(".")[0])
        for column, fact in data.get("mixed_case", {}).items():
            yield from self._column(("mixed_case", column), column)
            yield from self._source(("mixed_case", column), fact["source"])
        yield from self._events()

    def _events(self) -> Iterator[Problem]:
        known = self.data.get("events", {})
        column = known.get("column", self.by)
        if known:
            at: Path = ("events", "column") if "column" in known else ("events",)
            yield from self._column(at, column)
        for key, name in (("provider", known.get("provider")), ("bag", known.get("bag"))):
            if name is not None:
                yield from self._column(("events", key), name)
        yield from self._listed(("events", "always"), known.get("always", ()))
        if "any" in known:
            yield from self._event(("events", "any"), known["any"])
        folded: dict[str, str] = {}
        for name, value in known.get("values", {}).items():
            at = ("events", "values", name)
            other = folded.setdefault(name.casefold(), name)
            if other != name:
                yield self._problem(at, f'{column} "{name}" differs from "{other}" in case alone')
            if name == "any":
                yield self._problem(at, f'"any" is no {column}: it stands beside "values", for no filter at all')
            yield from self._event(at, value)
        for name in known.get("elsewhere", {}):
            if name in known.get("values", {}):
                yield self._problem(("events", "elsewhere", name), f'"{name}" is in "values" too')

    def _event(self, at: Path, value: EventKindData) -> Iterator[Problem]:
        yield from self._listed((*at, "columns"), value.get("columns", ()))
        yield from self._listed((*at, "also_seen"), value.get("also_seen", ()))
        for number, name in enumerate(value.get("also_seen", ())):
            if name in value.get("columns", ()):
                yield self._problem((*at, "also_seen", number), f'"{name}" is in "columns" too')
        yield from self._listed((*at, "never"), value.get("never", ()))
        for number, name in enumerate(value.get("never", ())):
            for key in ("columns", "also_seen"):
                if name in value.get(key, ()):  # type: ignore[operator]
                    yield self._problem((*at, "never", number), f'"{name}" is in "{key}", so it is filled')
        if value.get("whole") and "columns" not in value:
            yield self._problem((*at, "whole"), '"whole" is of a list of "columns", and there is none')
        for name, other in value.get("instead", {}).items():
            yield from self._column((*at, "instead", name), other.partition(".")[0])
            if not (name in value.get("never", ()) or self._is_left_out(name, value)):
                yield self._problem((*at, "instead", name), f'"{name}" is not in "never"')
        if value.get("additional_fields"):
            yield from self._column((*at, "additional_fields"), "AdditionalFields")
        parts = {key: value.get(key, {}) for key in ("dynamic_fields", "seen_keys", "field_rules")}
        for part, known in parts.items():
            for key in cast("dict[str, object]", known):
                yield from self._column((*at, part, key), key)
        for provider, event in value.get("providers", {}).items():
            if not self.has_providers:
                yield self._problem((*at, "providers"), '"providers" needs "provider" and "bag" in "events"')
            if "source" in event:
                yield from self._source((*at, "providers", provider, "source"), event["source"])
        for number, source in enumerate(value.get("sources", ())):
            yield from self._source((*at, "sources", number), source)

    def _is_left_out(self, name: str, value: EventKindData) -> bool:
        """Whether a list that is whole lacks the column, so that it is never filled."""
        return value.get("whole", False) and name not in (*value.get("columns", ()), *value.get("also_seen", ()))

    def _listed(self, at: Path, names: Iterable[str]) -> Iterator[Problem]:
        for number, name in enumerate(names):
            yield from self._column((*at, number), name)

    def _column(self, at: Path, name: str) -> Iterator[Problem]:
        if self.columns is not None and name not in self.columns:
            close = suggest(name, self.columns, 1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            yield self._problem(at, f'{self.data["table"]} has no column "{name}"{hint}')

    def _source(self, at: Path, name: str) -> Iterator[Problem]:
        """An overlay that lists no sources may name those of the table it goes over."""
        if "sources" in self.data and name not in self.data["sources"]:
            yield self._problem(at, f'"{name}" is not among the sources at the top of the file')

    def _problem(self, at: Path, message: str) -> Problem:
        while at not in self.reading.marks and at:
            at = at[:-1]
        line, column = self.reading.marks.get(at, (1, 1))
        return Problem(self.reading.path, line, column, message)
