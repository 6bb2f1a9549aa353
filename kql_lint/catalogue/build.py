"""Makes the catalogue's values out of plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kql_lint.catalogue.model import (
    ACTION_TYPE,
    ColumnValues,
    Elsewhere,
    EventKind,
    EventKinds,
    Indicator,
    MixedCase,
    Pattern,
    PlatformFunction,
    ProviderEvent,
    Reference,
    Rename,
    Table,
)

if TYPE_CHECKING:
    from kql_lint.catalogue.data import (
        ColumnValuesData,
        ElsewhereData,
        EventKindData,
        EventKindsData,
        FunctionData,
        IndicatorData,
        ProviderEventData,
        ReferenceData,
        RenameData,
        TableData,
    )
    from kql_lint.catalogue.model import Definition
    from kql_lint.catalogue.scan import Parameter

CUSTOM = "custom"
SENTINEL = "sentinel"


def table(data: TableData) -> Table:
    """A table, complete: with overlays merged and the other platform's share in it."""
    references = _references(data.get("references", ()))
    return Table(
        name=data["table"],
        platform=data.get("platform", CUSTOM),
        columns=data.get("columns", {}),
        open=data.get("open", False),
        as_of=data.get("as_of"),
        always=frozenset(data.get("events", {}).get("always", ())),
        column_groups=_tuples(data.get("column_groups", {})),
        events=_events(data.get("events"), references),
        column_values={name: _values(value) for name, value in data.get("column_values", {}).items()},
        holds=data.get("holds", {}),
        mixed_case={
            name: MixedCase(value["source"], value["as_of"], tuple(value.get("values", ())))
            for name, value in data.get("mixed_case", {}).items()
        },
        description=data.get("description"),
        dynamic_fields=_tuples(data.get("dynamic_fields", {})),
        seen_keys=_tuples(data.get("seen_keys", {})),
        column_sources=_tuples(data.get("column_sources", {})),
        references=references,
        sources=data.get("sources", {}),
    )


def function(name: str, data: FunctionData, *, own: bool = False) -> PlatformFunction:
    """A function that a platform adds; one of whose columns none is known may give any."""
    columns = data.get("columns", {})
    return PlatformFunction(
        name=name,
        kind=data["kind"],
        provider=data.get("provider", ""),
        arguments=data.get("arguments", ""),
        columns=columns,
        open=data.get("open", not columns),
        returns=data.get("returns"),
        parameters=_parameters(data.get("parameters")),
        own=own,
    )


def custom_table(name: str, columns: Mapping[str, str]) -> Table:
    """A table of workspaces, of which a published schema has some columns."""
    return Table(name=name, platform=SENTINEL, columns=columns, open=True)


def parser(name: str) -> PlatformFunction:
    """A function that a published solution defines: what it gives depends on the version."""
    return PlatformFunction(
        name=name, kind="tabular", provider="a published solution", arguments="", columns={}, open=True
    )


def _parameters(text: str | None) -> tuple[Parameter, ...] | None:
    if text is None:
        return None
    from kql_lint.catalogue import scan

    return scan.parameters(text)


def stored(name: str, definition: Definition, data: FunctionData | None = None) -> PlatformFunction:
    """A function of the user's that a file defines; what it gives is told by its text."""
    told = data or {}
    parameters = _parameters(told.get("parameters"))
    if parameters is not None:
        definition.parameters = parameters
    return PlatformFunction(
        name=name,
        kind="tabular",
        provider=told.get("provider", ""),
        arguments=told.get("arguments", ""),
        columns={},
        open=True,
        parameters=None if definition.let else definition.parameters,
        definition=definition,
        own=True,
    )


def rename(data: RenameData) -> Rename:
    """A name that is no longer current."""
    return Rename(
        kind=data["kind"],
        old=data["old"],
        new=tuple(data["new"]),
        table=data.get("table"),
        since=data.get("since"),
        until=data.get("until"),
        platform=data.get("platform"),
        note=data.get("note"),
        source=data.get("source"),
    )


def _events(data: EventKindsData | None, references: tuple[Reference, ...]) -> EventKinds | None:
    """None where no kind is known: then nothing can be said about any."""
    if not data or not data.get("values"):
        return None
    entry = _event("any", data["any"], references) if "any" in data else None
    return EventKinds(
        column=data.get("column", ACTION_TYPE),
        closed=data.get("closed", False),
        any=(entry.columns or ()) if entry else (),
        values={name: _event(name, value, references) for name, value in data["values"].items()},
        any_entry=entry,
        elsewhere={name: _elsewhere(value) for name, value in data.get("elsewhere", {}).items()},
        as_of=data.get("as_of"),
        provider=data.get("provider"),
        bag=data.get("bag"),
    )


def _event(name: str, data: EventKindData, references: tuple[Reference, ...]) -> EventKind:
    return EventKind(
        name=name,
        title=data.get("title"),
        columns=tuple(data["columns"]) if "columns" in data else None,
        whole=data.get("whole", False),
        also_seen=tuple(data.get("also_seen", ())),
        never=frozenset(data.get("never", ())),
        instead=data.get("instead", {}),
        additional_fields=tuple(data.get("additional_fields", ())),
        description=data.get("description"),
        dynamic_fields=_tuples(data.get("dynamic_fields", {})),
        seen_keys=_tuples(data.get("seen_keys", {})),
        providers={provider: _provider_event(value) for provider, value in data.get("providers", {}).items()},
        field_rules=data.get("field_rules", {}),
        indicators=tuple(_indicator(item) for item in data.get("indicators", ())),
        patterns=tuple(Pattern(item["name"], item.get("rules")) for item in data.get("patterns", ())),
        detection_rules=data.get("detection_rules"),
        references=(*_references(data.get("references", ())), *references),
        sources=tuple(data.get("sources", ())),
    )


def _provider_event(data: ProviderEventData) -> ProviderEvent:
    return ProviderEvent(tuple(data.get("keys", ())), data.get("whole", False), data.get("source"), data.get("as_of"))


def _elsewhere(data: ElsewhereData) -> Elsewhere:
    return Elsewhere(data["provider"], data["channel"], tuple(data.get("tables", ())), data.get("now"))


def _values(data: ColumnValuesData) -> ColumnValues:
    return ColumnValues(
        tuple(data.get("values", ())), data.get("closed", False), data.get("cased", False), data.get("as_of")
    )


def _indicator(data: IndicatorData) -> Indicator:
    return Indicator(data["field"], data["kind"], data["value"], data.get("rules", 0), tuple(data.get("vendors", ())))


def _references(data: Iterable[ReferenceData]) -> tuple[Reference, ...]:
    return tuple(Reference(item["title"], item["url"]) for item in data)


def _tuples(data: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in data.items()}
