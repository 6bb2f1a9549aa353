"""A small catalogue and short ways to ask the binder, for all tests of semantics."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from kql_lint.catalogue.model import EventKind, EventKinds, PlatformFunction, Rename, Table
from kql_lint.semantics import Bound, bind
from kql_lint.syntax import parse


class SmallCatalogue:
    """Four tables: one of Sentinel, one of Defender, one of both, one with columns that may be missing."""

    def __init__(self) -> None:
        events = ("ConnectionSuccess", "ListeningConnectionCreated")
        kinds = EventKinds("ActionType", True, (), {name: EventKind(name) for name in events})
        network = {"Timestamp": "datetime", "ActionType": "string", "RemoteIP": "string", "RemotePort": "int"}
        self._tables = {
            "SigninLogs": (
                _table(
                    "SigninLogs", "sentinel", TimeGenerated="datetime", UserName="string", Status="dynamic", Code="int"
                ),
            ),
            "DeviceInfo": (
                _table("DeviceInfo", "defender", Timestamp="datetime", DeviceId="string", OSPlatform="string"),
            ),
            "DeviceNetworkEvents": (
                Table("DeviceNetworkEvents", "defender", {**network, "Bag": "string"}, events=kinds),
                Table(
                    "DeviceNetworkEvents",
                    "sentinel",
                    {"TimeGenerated": "datetime", **network, "Bag": "dynamic"},
                    events=kinds,
                ),
            ),
            "AzureDiagnostics": (Table("AzureDiagnostics", "sentinel", {"Category": "string"}, open=True),),
        }
        watchlist = PlatformFunction(
            "_GetWatchlist", "tabular", "Sentinel", "alias", {"SearchKey": "string"}, open=True
        )
        profile = PlatformFunction(
            "FileProfile", "invoke", "Defender", "hash", {"GlobalPrevalence": "long"}, open=False
        )
        self._functions = {function.name: function for function in (watchlist, profile)}

    def tables(self, name: str, platform: str | None = None) -> tuple[Table, ...]:
        return tuple(table for table in self._tables.get(name, ()) if platform in (None, table.platform))

    def table_names(self) -> Collection[str]:
        return self._tables.keys()

    def function(self, name: str) -> PlatformFunction | None:
        return self._functions.get(name)

    def standard_columns(self, platform: str) -> dict[str, str]:
        return (
            {"_TimeReceived": "datetime", "_ItemId": "string", "TenantId": "string"} if platform == "sentinel" else {}
        )

    def rename(self, kind: str, name: str, table: str | None = None) -> Rename | None:
        return Rename("table", "MachineInfo", ("DeviceInfo",)) if (kind, name) == ("table", "MachineInfo") else None

    def watchlist(self, alias: str) -> None:
        return None


def _table(name: str, platform: str, **columns: str) -> Table:
    return Table(name, platform, columns)


def bound(text: str, platform: str = "auto") -> Bound:
    """Parse and bind a query on the small catalogue."""
    parsed = parse(text)
    assert parsed.diagnostics == [], text
    return bind(parsed.query, text, SmallCatalogue(), platform=platform)  # type: ignore[arg-type]


@pytest.fixture
def columns() -> Callable[..., list[str] | None]:
    """The output columns of a query as ``name: type``, None where they can't be known."""

    def ask(text: str, platform: str = "auto") -> list[str] | None:
        found = bound(text, platform).output_columns
        return None if found is None else [f"{name}: {kind}" for name, kind in found]

    return ask


@pytest.fixture
def unknown() -> Callable[[str], list[str]]:
    """The names in a query that are no column, variable or function."""
    return lambda text: [item.node.name for item in bound(text).facts.unknown_columns]


@pytest.fixture
def attempt() -> Callable[[str], Bound]:
    """What binding makes of a text that may have syntax errors."""

    def ask(text: str) -> Bound:
        parsed = parse(text)
        errors = [error.start for error in parsed.diagnostics]
        return bind(parsed.query, text, SmallCatalogue(), errors=errors)  # type: ignore[arg-type]

    return ask


@pytest.fixture
def facts() -> Callable[[str], object]:
    """All facts of a query."""
    return lambda text: bound(text).facts
