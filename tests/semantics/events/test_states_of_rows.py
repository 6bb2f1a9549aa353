"""Which ActionTypes a row can have at each point, and the facts that the rules read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.semantics.domains.domain import Domain
from kql_lint.semantics.facts import Facts

FactsOf = Callable[[str], Facts]


def _named(state: Domain) -> str:
    return "|".join(sorted(str(value) for value in state.values if value is not None))


def possible(facts: Facts, column: str) -> list[str]:
    """What each read of a column could see: ``all``, ``A|B``, ``not A``, for each row that feeds it."""
    seen: list[str] = []
    for read in facts.reads:
        if read.column.name == column:
            states = [
                read.states[origin.row].domain("ActionType")
                for origin in read.column.origins
                if origin.row in read.states
            ]
            seen += [
                "all" if state.everything else ("not " if state.excluding else "") + _named(state) for state in states
            ]
    return seen


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DeviceNetworkEvents | project RemoteIP", ["all"]),
        ("DeviceNetworkEvents | where ActionType == 'A' | project RemoteIP", ["A"]),
        # Above the filter nothing is narrowed.
        ("DeviceNetworkEvents | extend ip = RemoteIP | where ActionType == 'A'", ["all"]),
        # The left of `and` narrows its right; `or` does not.
        ("DeviceNetworkEvents | where ActionType in ('A', 'B') and RemoteIP == 'x'", ["A|B"]),
        ("DeviceNetworkEvents | where ActionType == 'A' or RemoteIP == 'x'", ["all"]),
        ("DeviceNetworkEvents | where ActionType != 'A' | where RemoteIP == 'x'", ["not A"]),
        # Branches of iff and case; each condition of case is tried where the ones before failed.
        ("DeviceNetworkEvents | extend x = iff(ActionType == 'A', RemoteIP, strcat(RemoteIP, 's'))", ["A", "not A"]),
        (
            "DeviceNetworkEvents | extend x = case(ActionType == 'A', RemoteIP, ActionType == 'B', RemoteIP, RemoteIP)",
            ["A", "B", "not A|B"],
        ),
        # An aggregate's predicate narrows for itself alone.
        ("DeviceNetworkEvents | summarize make_set_if(RemoteIP, ActionType == 'A'), dcount(RemoteIP)", ["A", "all"]),
        # Through renames, lets and functions.
        (
            "DeviceNetworkEvents | project Kind = ActionType, RemoteIP | where Kind == 'A' | project RemoteIP",
            ["all", "A"],
        ),
        ("let T = DeviceNetworkEvents | where ActionType == 'A'; T | project RemoteIP", ["A"]),
        (
            "let kinds = dynamic(['A', 'B']); DeviceNetworkEvents | where ActionType in (kinds) | project RemoteIP",
            ["A|B"],
        ),
        (
            "let f = (kind: string) { DeviceNetworkEvents | where ActionType == kind }; f('A') | project RemoteIP",
            ["A"],
        ),
        (
            "let kinds = datatable(Kind: string) ['A', 'B'];"
            " DeviceNetworkEvents | where ActionType in (kinds) | project RemoteIP",
            ["A|B"],
        ),
        (
            "DeviceNetworkEvents | where ActionType == 'A' | union (DeviceNetworkEvents | where ActionType == 'B')"
            " | project RemoteIP",
            ["A", "B"],
        ),
        # Behind an aggregation a key still comes from such rows.
        ("DeviceNetworkEvents | where ActionType == 'A' | summarize by RemoteIP | where RemoteIP != ''", ["A", "A"]),
        (
            "DeviceNetworkEvents | summarize arg_max(Timestamp, *) by RemotePort"
            " | where ActionType == 'A' | project RemoteIP",
            ["A"],
        ),
    ],
)
def test_what_a_read_column_can_see(facts: FactsOf, query: str, expected: list[str]) -> None:
    assert possible(facts(query), "RemoteIP") == expected


def test_two_references_to_one_variable_are_filtered_apart(facts: FactsOf) -> None:
    query = (
        "let T = DeviceNetworkEvents;"
        " T | where ActionType == 'A' | join (T | where ActionType == 'B') on RemotePort | project RemoteIP, RemoteIP1"
    )
    assert possible(facts(query), "RemoteIP") == ["A"]
    assert possible(facts(query), "RemoteIP1") == ["B"]


def test_the_empty_side_of_an_outer_join_is_possible(facts: FactsOf) -> None:
    query = (
        "DeviceInfo | join kind=leftouter ("
        "DeviceNetworkEvents | where ActionType == 'A' | project ActionType, RemoteIP"
        ") on $left.DeviceId == $right.RemoteIP | project Address = RemoteIP"
    )
    assert possible(facts(query), "RemoteIP") == ["A", "A", "|A"]


def test_comparisons_know_what_was_possible_before(facts: FactsOf) -> None:
    found = facts("DeviceNetworkEvents | where ActionType == 'A' | where ActionType in ('B', 'C') or RemotePort == 1")
    assert [(item.op, [constant.value for constant in item.constants], item.filters) for item in found.comparisons] == [
        ("==", ["A"], True),
        ("in", ["B", "C"], False),
    ]
    assert list(found.comparisons[1].before.values()) == [Domain.of(["A"])]


def test_a_filter_that_leaves_nothing(facts: FactsOf) -> None:
    query = "DeviceNetworkEvents | where ActionType == 'A' | where RemotePort == 1 and ActionType == 'B'"
    found = facts(query)
    assert [query[one.node.start : one.node.end] for one in found.exhausted] == ["ActionType == 'B'"]


def test_a_segment_tells_how_its_rows_end(facts: FactsOf) -> None:
    query = "DeviceNetworkEvents | extend ip = RemoteIP | where ActionType == 'A' | summarize by ip"
    found = facts(query)
    read = found.reads[0]
    (final,) = read.segment.final.values()
    assert final.domain("ActionType") == Domain.of(["A"])
    assert [query[node.start : node.end] for node in final.why("ActionType")] == ["ActionType == 'A'"]


def test_needed_reads_are_those_without_which_no_row_passes(facts: FactsOf) -> None:
    found = facts("DeviceNetworkEvents | where RemotePort == 443 and (RemoteIP == 'x' or ActionType == 'A')")
    assert [(read.column.name, read.needed) for read in found.reads] == [
        ("RemotePort", True),
        ("RemoteIP", False),
        ("ActionType", False),
    ]
