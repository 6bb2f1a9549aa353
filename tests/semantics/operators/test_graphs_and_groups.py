"""Graphs and their patterns, macro-expand over a group of entities, and the keys of lookup plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.semantics.facts import Facts

Columns = Callable[..., list[str] | None]
Unknown = Callable[[str], list[str]]

# Who called whom, and what is known of each of them.
CALLS = (
    "let calls = datatable(caller: string, callee: string, minutes: long, org: string) [];"
    "let people = datatable(name: string, age: int, org: string) [];"
    "calls | make-graph caller --> callee with people on name"
)
ALONE = "datatable(caller: string, callee: string, minutes: long) [] | make-graph caller --> callee with_node_id=who"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            f"{CALLS} | graph-match (a)-[c]->(b) where a.age > 18 project a.name, b.age, Long = c.minutes > 9",
            ["a_name: string", "b_age: int", "Long: bool"],
        ),
        # Of a path, a column is the array of its edges' values; all() and map() go over one edge after the other.
        (
            f"{CALLS} | graph-match (a)-[c*1..3]->(b) where all(c, minutes > 9) project a.name, c.minutes",
            ["a_name: string", "c_minutes: dynamic"],
        ),
        (
            f"{CALLS} | graph-shortest-paths (a)-[c*1..3]->(b) project Way = map(c, callee), Last = b.name",
            ["Way: dynamic", "Last: string"],
        ),
        (f"{ALONE} | graph-match (a)-[c]->(b) project a.who, c.minutes", ["a_who: string", "c_minutes: long"]),
        (
            f"{CALLS} partitioned-by org (graph-match (a)-[c]->(b) project a.name, c.org)",
            ["a_name: string", "c_org: string"],
        ),
        (f"{CALLS} | graph-to-table nodes", ["name: string", "age: int", "org: string"]),
        (
            f"{CALLS} | graph-mark-components with_component_id=Group | graph-to-table nodes",
            ["name: string", "age: int", "org: string", "Group: long"],
        ),
        (
            f"{CALLS} | graph-where-edges minutes > 3 | graph-to-table edges with_source_id=Source",
            ["Source: long", "caller: string", "callee: string", "minutes: long", "org: string"],
        ),
        (
            "macro-expand entity_group [cluster('a').database('x'), cluster('b').database('x')] as Each"
            " (Each.Logs | where Level == 'error' | summarize Errors = count() by Host = tostring(HostName))",
            ["Host: string", "Errors: long"],
        ),
        (
            "macro-expand entity_group [database('x')] as Each (let since = ago(1d); DeviceInfo"
            " | where Timestamp > since | project DeviceId)",
            ["DeviceId: string"],
        ),
    ],
)
def test_columns_of(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"{CALLS} | graph-match (a)-[c]->(b) where a.height > 2 project b.name, c.minute", ["height", "minute"]),
        (f"{CALLS} | graph-match (a)-[c*1..3]->(b) where all(c, seconds > 9) project c.hours", ["seconds", "hours"]),
        (
            f"{CALLS} | graph-where-nodes minutes > 3 | graph-where-edges age > 3 | graph-to-table nodes",
            ["minutes", "age"],
        ),
        (f"{CALLS} partitioned-by org (graph-match (a)-[c]->(b) project a.weight)", ["weight"]),
        # The nodes of a stored graph are not known.
        ("graph('Network') | graph-match (a)-[c]->(b) where a.height > 2 project b.name, c.minute", []),
        (
            "macro-expand Everywhere as Each (Each.Logs | where Level == 'error' | extend At = Each.$current_database)",
            [],
        ),
        ("macro-expand Everywhere as Each (DeviceInfo | where Level == 'error')", ["Level"]),
    ],
)
def test_unknown_names(unknown: Unknown, query: str, expected: list[str]) -> None:
    assert unknown(query) == expected


NETS = "let nets = datatable(net: string, Owner: string, DeviceId: string) []; DeviceInfo | extend Ip = '10.0.0.1' | "


@pytest.mark.parametrize(
    ("call", "names", "keys"),
    [
        ("ipv4_lookup(nets, Ip, net)", [], []),
        ("ipv4_lookup(nets, Ip, net, DeviceId, return_unmatched = true)", [], []),
        ("ipv4_lookup(nets, Ip, nets_)", ["nets_"], []),
        # Further keys are columns of both sides.
        ("ipv4_lookup(nets, Ip, net, Owner)", ["Owner"], []),
        ("ipv4_lookup(nets, Ip, net, OSPlatform)", [], ["OSPlatform"]),
        # A table as the last argument, as here, says nothing about the first.
        ("new_activity_metrics(DeviceId, Timestamp, ago(7d), now(), 1d, OSPlatform)", [], []),
    ],
)
def test_columns_that_plugins_are_told(
    facts: Callable[[str], Facts], call: str, names: list[str], keys: list[str]
) -> None:
    found = facts(f"{NETS}evaluate {call}")
    assert [item.node.name for item in found.unknown_columns] == names
    assert [item.node.name for item in found.missing_keys] == keys
    assert found.unknown_tables == []


def test_a_match_id_comes_out_of_scan_only_if_it_is_asked_for(columns: Columns, unknown: Unknown) -> None:
    query = "print Id = 1 | scan with (step begin: Id == 1; step end: Id == 2;)"
    assert columns(query) == ["Id: long"]
    # Microsoft's binder says that it is there all the same.
    assert unknown(f"{query} | where match_id == 0") == []
