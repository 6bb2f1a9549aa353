"""extend, project and its kin, distinct, serialize: the columns that come out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Columns = Callable[..., list[str] | None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DeviceInfo | project DeviceId, Name = tolower(DeviceId)", ["DeviceId: string", "Name: string"]),
        # Unnamed expressions: a conversion keeps the name, any other is numbered through the query.
        (
            "SigninLogs | project tostring(Code), strcat(UserName, '@'), Code + 1 | extend now()",
            ["Code: string", "Column1: string", "Column2: long", "Column3: datetime"],
        ),
        (
            "SigninLogs | project Status.location.city, Status['error'][0]",
            ["Status_location_city: dynamic", "Status_error_0: dynamic"],
        ),
        (
            "DeviceInfo | extend DeviceId = strlen(DeviceId)",
            ["Timestamp: datetime", "DeviceId: long", "OSPlatform: string"],
        ),
        # All expressions of one extend see its input.
        (
            "DeviceInfo | project DeviceId | extend OSPlatform = DeviceId, DeviceId = 1",
            ["DeviceId: long", "OSPlatform: string"],
        ),
        ("DeviceInfo | project-away Device*, OSPlatform", ["Timestamp: datetime"]),
        ("DeviceInfo | project-keep *Platform, Timestamp", ["Timestamp: datetime", "OSPlatform: string"]),
        (
            "DeviceInfo | project-rename Machine = DeviceId",
            ["Timestamp: datetime", "Machine: string", "OSPlatform: string"],
        ),
        (
            "DeviceInfo | project-reorder OS*, DeviceId",
            ["OSPlatform: string", "DeviceId: string", "Timestamp: datetime"],
        ),
        ('DeviceInfo | project-by-names "OS*", "Nothing"', ["OSPlatform: string"]),
        ("DeviceInfo | distinct OSPlatform, strlen(DeviceId)", ["OSPlatform: string", "strlen_DeviceId: long"]),
        ("DeviceInfo | project DeviceId | distinct *", ["DeviceId: string"]),
        (
            "DeviceInfo | project DeviceId | serialize Row = row_number()",
            ["DeviceId: string", "Row: long"],
        ),
        ("print 1, Greeting = 'hello', now()", ["print_0: long", "Greeting: string", "print_2: datetime"]),
        ("range Day from ago(7d) to now() step 1d", ["Day: datetime"]),
        ("range n from 1 to 3 step 1", ["n: long"]),
        (
            "DeviceInfo | getschema",
            ["ColumnName: string", "ColumnOrdinal: long", "DataType: string", "ColumnType: string"],
        ),
        ("datatable(Name: string, Age: int) ['Ann', 41]", ["Name: string", "Age: int"]),
        ("externaldata(Url: string) [@'https://example.org/list.csv'] with (format = 'csv')", ["Url: string"]),
    ],
)
def test_columns_of(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


def test_columns_of_an_open_table_are_not_told(columns: Columns) -> None:
    assert columns("OurTable_CL | extend Port = 443") is None
    assert columns("AzureDiagnostics | where Category == 'x'") is None


def test_projecting_closes_an_open_scope(columns: Columns) -> None:
    assert columns("OurTable_CL | project Host_s, Port = toint(Port_d)") == ["Host_s: unknown", "Port: int"]
    assert columns("OurTable_CL | project-keep Host_s") == ["Host_s: unknown"]
    assert columns("OurTable_CL | project-keep Host*") is None


def test_both_platforms_columns_count(columns: Columns) -> None:
    query = "DeviceNetworkEvents | project-away Remote*"
    assert columns(query) == ["TimeGenerated: datetime", "Timestamp: datetime", "ActionType: string", "Bag: string"]
    assert columns(query, "defender") == ["Timestamp: datetime", "ActionType: string", "Bag: string"]
    sentinel = ["TimeGenerated: datetime", "Timestamp: datetime", "ActionType: string", "Bag: dynamic"]
    assert columns(query, "sentinel") == sentinel
    assert columns("DeviceInfo | project-keep Time*", "sentinel") == ["Timestamp: datetime"]
