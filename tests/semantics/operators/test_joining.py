"""join, lookup and union: which columns come out, and under which names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Columns = Callable[..., list[str] | None]

SIDES = "datatable(Id: string, A: long) [] | join kind={kind} (datatable(Id: string, A: string, B: bool) []) on Id"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("inner", ["Id: string", "A: long", "Id1: string", "A1: string", "B: bool"]),
        ("leftouter", ["Id: string", "A: long", "Id1: string", "A1: string", "B: bool"]),
        ("leftanti", ["Id: string", "A: long"]),
        ("leftsemi", ["Id: string", "A: long"]),
        ("rightanti", ["Id: string", "A: string", "B: bool"]),
        ("rightsemi", ["Id: string", "A: string", "B: bool"]),
    ],
)
def test_the_kind_of_a_join_says_which_sides_come_out(columns: Columns, kind: str, expected: list[str]) -> None:
    assert columns(SIDES.format(kind=kind)) == expected


def test_numbers_of_a_join_give_way_to_names_that_are_there(columns: Columns) -> None:
    query = "datatable(A: long, A1: long) [] | join (datatable(A: string) []) on $left.A1 == $right.A"
    assert columns(query) == ["A: long", "A1: long", "A2: string"]


def test_lookup_leaves_the_keys_of_the_right_side_out(columns: Columns) -> None:
    query = (
        "SigninLogs | project UserName, Code | lookup (datatable(Name: string, Code: long, Team: string) []) on {on}"
    )
    assert columns(query.format(on="$left.UserName == $right.Name")) == [
        "UserName: string",
        "Code: int",
        "Code1: long",
        "Team: string",
    ]
    assert columns(query.format(on="Code")) == ["UserName: string", "Code: int", "Name: string", "Team: string"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "union (print A = 1, B = 'x'), (print B = 'y', C = true)",
            ["A: long", "B: string", "C: bool"],
        ),
        # The same name with several types becomes a column for each.
        ("union (print A = 1), (print A = 'x')", ["A_long: long", "A_string: string"]),
        ("union kind=inner (print A = 1, B = 2), (print B = 3)", ["B: long"]),
        ("print A = 1 | union withsource=Table (print B = 2)", ["Table: string", "A: long", "B: long"]),
        (
            "let Mine1 = view () { print A = 1 }; let Mine2 = view () { print B = 2 }; union Mine*",
            ["A: long", "B: long"],
        ),
        (
            "union Device* | project-keep DeviceId, RemoteIP",
            ["DeviceId: string", "RemoteIP: string"],
        ),
    ],
)
def test_union_merges_columns_by_name_and_type(columns: Columns, query: str, expected: list[str]) -> None:
    assert columns(query) == expected


def test_types_that_agree_on_one_platform_are_united(columns: Columns) -> None:
    query = "union (DeviceNetworkEvents | project Bag), (SigninLogs | project Bag = Status)"
    assert columns(query) == ["Bag: dynamic"]
    assert columns(query, "defender") == ["Bag_string: string", "Bag_dynamic: dynamic"]


def test_a_union_with_an_unknown_table_is_open(columns: Columns) -> None:
    assert columns("union isfuzzy=true DeviceInfo, OurTable_CL") is None
