"""mv-expand, mv-apply, parse, evaluate, invoke, scan, search, find, partition, graphs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.semantics.facts import Facts
from kql_lint.semantics.operators import OPEN, OPERATORS
from kql_lint.syntax import ast

Columns = Callable[..., list[str] | None]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SigninLogs | project UserName, Status | mv-expand Status to typeof(string)",
            ["UserName: string", "Status: string"],
        ),
        (
            "SigninLogs | project UserName, Status | mv-expand with_itemindex=Place Part = Status.parts",
            ["UserName: string", "Status: dynamic", "Part: dynamic", "Place: long"],
        ),
        (
            "SigninLogs | project UserName, Status | mv-apply Status on (project City = tostring(Status.city))",
            ["UserName: string", "City: string"],
        ),
        (
            "SigninLogs | project UserName | parse UserName with User '@' Domain '.' Level: int *",
            ["UserName: string", "User: string", "Domain: string", "Level: int"],
        ),
        (
            "SigninLogs | project UserName | parse-kv UserName as (user: string, port: long) with (kv_delimiter = '=')",
            ["UserName: string", "user: string", "port: long"],
        ),
        ("DeviceInfo | evaluate narrow()", ["Row: long", "Column: string", "Value: string"]),
        (
            "SigninLogs | project UserName, Status | evaluate bag_unpack(Status) : (UserName: string, city: string)",
            ["UserName: string", "city: string"],
        ),
        (
            "datatable(SHA1: string) [] | invoke FileProfile(SHA1, 1000)",
            ["SHA1: string", "GlobalPrevalence: long"],
        ),
        (
            "print Id = 1 | scan with_match_id=Match declare (Sum: long = 0) with (step s: true => Sum = s.Sum + Id;)",
            ["Id: long", "Sum: long", "Match: long"],
        ),
        (
            "search in (DeviceInfo) 'windows'",
            ["$table: string", "Timestamp: datetime", "DeviceId: string", "OSPlatform: string"],
        ),
        (
            "find in (DeviceInfo, SigninLogs) where DeviceId == 'x' project DeviceId, UserName",
            ["source_: string", "DeviceId: string", "UserName: string"],
        ),
        (
            "DeviceInfo | partition by OSPlatform (summarize Devices = dcount(DeviceId) by OSPlatform)",
            ["OSPlatform: string", "Devices: long"],
        ),
        (
            "DeviceInfo | make-graph DeviceId --> OSPlatform | graph-match (d)-[e]->(p) project d.DeviceId, Name = 'x'",
            ["d_DeviceId: unknown", "Name: string"],
        ),
    ],
)
def test_columns_of(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "SigninLogs | evaluate bag_unpack(Status)",
        "SigninLogs | evaluate our_plugin(1)",
        "SigninLogs | fork (count) (take 1)",
        "SigninLogs | facet by UserName with (take 1)",
        "SigninLogs | invoke OurFunction()",
        "_GetWatchlist('vip')",
        "cluster('help').database('Samples').StormEvents",
        "search 'windows'",
    ],
)
def test_columns_that_depend_on_data_are_not_told(columns: Columns, query: str) -> None:
    assert columns(query) is None


def test_every_operator_is_modelled_or_said_to_be_open() -> None:
    operators = {item for item in vars(ast).values() if isinstance(item, type) and issubclass(item, ast.Operator)} - {
        ast.Operator
    }
    assert operators == OPERATORS.keys() | OPEN.keys()
    assert OPERATORS.keys().isdisjoint(OPEN)


def test_the_key_of_a_partition_is_known_in_its_subquery(facts: Callable[[str], Facts]) -> None:
    found = facts(
        "DeviceInfo | partition by OSPlatform (project DeviceId | extend Key = toscalar(OSPlatform)"
        " | where Key != OSPlatform and DeviceId != Timestamp)"
        " | where OSPlatform == 'x' and Key == 'y'"
    )
    assert found.unknown_tables == []
    assert [item.node.name for item in found.unknown_columns] == ["Timestamp", "OSPlatform"]


def test_toscalar_takes_no_column(facts: Callable[[str], Facts]) -> None:
    found = facts("DeviceInfo | extend Id = toscalar(DeviceId)")
    assert [item.node.name for item in found.unknown_tables] == ["DeviceId"]
