"""Which rows a predicate keeps: what is known of their columns behind it."""

from __future__ import annotations

import pytest

from kql_lint.catalogue import Catalogue
from kql_lint.semantics import bind
from kql_lint.semantics.domains.domain import EVERYTHING, Domain
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.syntax import parse

CATALOGUE = Catalogue.default()


def scope_of(query: str) -> Scope:
    parsed = parse(query)
    assert parsed.diagnostics == []
    result = bind(parsed.query, query, CATALOGUE).result
    assert isinstance(result, Scope)
    return result


def states(query: str, column: str = "ActionType") -> dict[str, Domain]:
    """What a column of each table can hold at the end of a query."""
    return {row.name: state.domain(column) for row, state in scope_of(query).states.items()}


def kept(table: str, text: str, column: str = "ActionType", lets: str = "") -> Domain:
    """What a column can hold behind a filter."""
    return states(f"{lets}{table} | where {text}", column)[table]


def only(*values: str | int | bool | None) -> Domain:
    return Domain.of(values)


def without(*values: str | int | bool | None) -> Domain:
    return Domain.but(values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ActionType == "FileCreated"', only("FileCreated")),
        ('"FileCreated" == ActionType', only("FileCreated")),
        ('(ActionType) == ("FileCreated")', only("FileCreated")),
        ('ActionType != "FileCreated"', without("FileCreated")),
        ('ActionType <> "FileCreated"', without("FileCreated")),
        ('"FileCreated" != ActionType', without("FileCreated")),
        ('ActionType in ("FileCreated", "FileDeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType in (dynamic(["FileCreated", "FileDeleted"]))', only("FileCreated", "FileDeleted")),
        ('ActionType !in ("FileCreated", "FileDeleted")', without("FileCreated", "FileDeleted")),
        ('ActionType =~ "filecreated"', only("FileCreated")),
        ('"filecreated" =~ ActionType', only("FileCreated")),
        ('ActionType !~ "filecreated"', without("FileCreated")),
        ('ActionType in~ ("FILECREATED", "filedeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType !in~ ("FILECREATED")', without("FileCreated")),
        ('ActionType has "FileCreated"', only("FileCreated")),
        ('ActionType : "filecreated"', only("FileCreated")),
        ('ActionType !has "FileCreated"', without("FileCreated")),
        ('ActionType contains "modif"', only("FileModified", "FileModifiedAggregatedReport")),
        ('ActionType startswith "filec"', only("FileCreated", "FileCreatedAggregatedReport")),
        ('ActionType startswith_cs "FileD"', only("FileDeleted")),
        ('ActionType endswith "deleted"', only("FileDeleted")),
        ('ActionType !endswith "deleted"', without("FileDeleted")),
        ('ActionType has_any ("filedeleted", "filecreated")', only("FileCreated", "FileDeleted")),
        ('ActionType has_all ("filedeleted")', only("FileDeleted")),
        ('ActionType matches regex "^FileD"', only("FileDeleted")),
        ('ActionType matches regex "(File)+Created"', only("FileCreated", "FileCreatedAggregatedReport")),
        ('tolower(ActionType) == "filedeleted"', only("FileDeleted")),
        ('toupper(ActionType) in ("FILEDELETED", "x")', only("FileDeleted")),
        ('tolower(ActionType) != "filedeleted"', without("FileDeleted")),
    ],
)
def test_operators(text: str, expected: Domain) -> None:
    assert kept("DeviceFileEvents", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ActionType == "FileCreated" or ActionType == "FileDeleted"', only("FileCreated", "FileDeleted")),
        ('ActionType == "FileCreated" and FileName == "a.lnk"', only("FileCreated")),
        ('ActionType == "FileCreated" or FileName == "a.lnk"', EVERYTHING),
        ('not(ActionType == "FileCreated")', without("FileCreated")),
        ('not(not(ActionType == "FileCreated"))', only("FileCreated")),
        ('not(ActionType != "FileCreated" or FileName == "a.lnk")', only("FileCreated")),
        ('not(ActionType == "FileCreated" and FileName == "a.lnk")', EVERYTHING),
        ('not(ActionType != "FileCreated" and ActionType != "FileDeleted")', only("FileCreated", "FileDeleted")),
        ('ActionType != "FileCreated" and ActionType !startswith "FileD"', without("FileCreated", "FileDeleted")),
        ('(ActionType == "FileCreated" and FileSize > 9) or (ActionType == "FileDeleted" and FileSize > 1)',
         only("FileCreated", "FileDeleted")),
        ('ActionType == "FileCreated" and ActionType == "FileDeleted"', only()),
        ('(ActionType == "FileCreated" and FileName == "a") == false', EVERYTHING),
    ],
)  # fmt: skip
def test_logic(text: str, expected: Domain) -> None:
    assert kept("DeviceFileEvents", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ActionType == FileName",
        'ActionType == strcat("File", FileName)',
        "ActionType in ((DeviceEvents | distinct ActionType))",
        'ActionType matches regex "File++Created"',
        "ActionType in (dynamic([]))",
        "ActionType == tostring(now())",
    ],
)
def test_what_is_not_understood_narrows_nothing(text: str) -> None:
    assert kept("DeviceFileEvents", text) == EVERYTHING
    assert kept("DeviceFileEvents", f"not({text})") == EVERYTHING


def test_the_complement_of_what_is_not_understood_narrows_nothing() -> None:
    assert kept("DeviceFileEvents", "ActionType !in (FileName)") == EVERYTHING
    assert kept("DeviceFileEvents", 'not(FileName == "a.lnk" and FileSize > 9)') == EVERYTHING


def test_a_list_that_is_known_in_part_still_excludes_that_part() -> None:
    assert kept("DeviceFileEvents", 'ActionType !in ("FileCreated", FileName)') == without("FileCreated")
    assert kept("DeviceFileEvents", 'not(ActionType in ("FileCreated", FileName))') == without("FileCreated")
    assert kept("DeviceFileEvents", 'ActionType in ("FileCreated", FileName)') == EVERYTHING


def test_strings_of_a_list_that_may_be_shorter_rule_nothing_out() -> None:
    lets = 'let K = datatable(k: string, x: string) ["a", "ImpossibleTravel", "b", "RareCountry"]; '
    left = kept("BehaviorInfo", 'ActionType !in~ ((K | where k == "a" | project x))', lets=lets)
    assert "RareCountry" in left
    assert "RareCountry" in kept("BehaviorInfo", 'ActionType has_all ((K | where k == "b" | project x))', lets=lets)


def test_lets() -> None:
    lets = 'let Wanted = dynamic(["FileCreated", "FileRenamed"]); '
    assert kept("DeviceFileEvents", "ActionType in (Wanted)", lets=lets) == only("FileCreated", "FileRenamed")


def test_unknown_values_that_match_stay_possible_where_the_list_is_open() -> None:
    state = kept("IdentityQueryEvents", 'ActionType contains "query"')
    assert "LDAP query" in state
    assert "WMI query" in state
    assert "LDAP" not in state
    assert kept("IdentityQueryEvents", 'ActionType has "LDAP"').among(("LDAP query", "DNS query")) == ("LDAP query",)
    assert "Ldap Query" in kept("IdentityQueryEvents", 'ActionType =~ "ldap query"')


def test_unknown_values_stay_possible_where_no_known_one_matches() -> None:
    state = kept("DeviceFileEvents", 'ActionType startswith "Folder"')
    assert "FolderCreated" in state
    assert "FileCreated" not in state


def test_a_table_without_a_list_takes_literals_as_they_are() -> None:
    assert kept("BehaviorInfo", 'ActionType == "ImpossibleTravel"') == only("ImpossibleTravel")
    prefixed = kept("BehaviorInfo", 'ActionType startswith "Impossible"')
    assert "impossibletravel" in prefixed
    assert "" not in prefixed
    assert "Travel" not in prefixed
    folded = kept("BehaviorInfo", 'ActionType =~ "ImpossibleTravel"')
    assert "impossibletravel" in folded
    assert "Impossible" not in folded


def test_each_side_of_a_join_has_its_own_state() -> None:
    joined = "DeviceFileEvents | join kind=inner DeviceProcessEvents on DeviceId"
    both = states(f'{joined} | where ActionType == "FileCreated" and ActionType1 == "ProcessCreated"')
    assert both == {"DeviceFileEvents": only("FileCreated"), "DeviceProcessEvents": only("ProcessCreated")}
    either = states(f'{joined} | where ActionType == "FileCreated" or ActionType1 == "ProcessCreated"')
    assert either == {"DeviceFileEvents": EVERYTHING, "DeviceProcessEvents": EVERYTHING}


def test_a_column_of_a_union_narrows_each_of_its_rows() -> None:
    query = (
        'union (DeviceFileEvents | where ActionType in ("FileCreated", "FileDeleted")), DeviceProcessEvents'
        ' | where ActionType != "FileDeleted"'
    )
    assert states(query) == {"DeviceFileEvents": only("FileCreated"), "DeviceProcessEvents": without("FileDeleted")}


def test_a_column_of_a_union_may_be_another_one_of_each_table() -> None:
    query = (
        "union (DeviceFileEvents | project X = ActionType), (DeviceProcessEvents | project X = FileName)"
        ' | where X == "FileCreated"'
    )
    assert states(query)["DeviceFileEvents"] == only("FileCreated")
    assert states(query, "FileName")["DeviceProcessEvents"] == only("FileCreated")


def test_deep_predicates_are_followed_as_far_as_they_are_bound() -> None:
    text = "not(" * 98 + 'ActionType == "FileCreated"' + ")" * 98
    assert kept("DeviceFileEvents", text) in (EVERYTHING, only("FileCreated"))


def test_a_comparison_tells_what_is_compared() -> None:
    query = (
        'DeviceFileEvents | where ActionType != "FileDeleted"'
        ' | where tolower(ActionType) !in ("filecreated", FileName, 7)'
    )
    facts = bind(parse(query).query, query, CATALOGUE).facts
    found = facts.comparisons[-1]
    assert (found.op, found.folded, found.filters, found.complete) == ("!in", "lower", True, False)
    assert [constant.value for constant in found.constants] == ["filecreated"]
    assert [(origin.row.name, origin.column) for origin in found.origins] == [("DeviceFileEvents", "ActionType")]
    assert list(found.before.values()) == [without("FileDeleted")]


@pytest.mark.parametrize("text", ['ShareName == "FileCreated"', "ActionType == FileName", "ActionType == 1"])
def test_other_comparisons_are_no_facts(text: str) -> None:
    query = f"DeviceFileEvents | where {text}"
    assert bind(parse(query).query, query, CATALOGUE).facts.comparisons == []


def test_sets_past_any_table_are_given_up() -> None:
    wanted = " or ".join(f'ActionType == "Custom{number}"' for number in range(550))
    assert kept("DeviceFileEvents", wanted) == EVERYTHING
    unwanted = " and ".join(f'ActionType != "Custom{number}"' for number in range(501))
    assert kept("DeviceFileEvents", unwanted) == EVERYTHING
    assert kept("DeviceFileEvents", f'{unwanted} and ActionType == "FileCreated"') == only("FileCreated")


CREATED = only("FileCreated")
LISTED = 'let L = dynamic(["FileCreated", "FileDeleted"]); '


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a predicate as a value
        ('(ActionType == "FileCreated") == true', CREATED),
        ('(ActionType == "FileCreated") == false', without("FileCreated")),
        ('(ActionType != "FileCreated") != true', CREATED),
        ('tobool(ActionType == "FileCreated")', CREATED),
        ('iff(FileSize > 9, ActionType == "FileCreated", ActionType == "FileDeleted")',
         only("FileCreated", "FileDeleted")),
        ('iff(ActionType == "FileCreated", true, false)', CREATED),
        ('iff(ActionType == "FileCreated", false, true)', without("FileCreated")),
        ('case(ActionType == "FileCreated", true, ActionType == "FileDeleted", true, false)',
         only("FileCreated", "FileDeleted")),
        # one of some constants
        ('iff(ActionType == "FileCreated", "new", "old") == "new"', CREATED),
        ('iff(ActionType == "FileCreated", "new", "old") != "new"', without("FileCreated")),
        ('case(ActionType == "FileCreated", "a", ActionType == "FileDeleted", "b", "c") in ("a", "b")',
         only("FileCreated", "FileDeleted")),
        ('toupper(iff(ActionType == "FileCreated", "new", "old")) == "NEW"', CREATED),
        # emptiness
        ("isempty(ActionType)", only("", None)),
        ("isnotempty(ActionType)", without("", None)),
        ("not(isempty(ActionType))", without("", None)),
        # what functions make of a value
        ('substring(ActionType, 0, 5) == "FileD"', only("FileDeleted")),
        ('strcat(ActionType, "!") == "FileCreated!"', CREATED),
        ('replace_string(ActionType, "File", "") == "Created"', CREATED),
        ('strcat(ActionType, ActionType) == "FileCreatedFileCreated"', CREATED),
        ('"FileCreatedX" startswith ActionType', only("FileCreated", "")),
        ('strlen(ActionType) == 11 and ActionType endswith "Deleted"', only("FileDeleted")),
        ('indexof(ActionType, "Deleted") >= 0', only("FileDeleted")),
        # nothing says what substring gives of a string that is shorter
        ('tolower(substring(ActionType, 4)) == "created"', only("FileCreated", "")),
        ('set_has_element(dynamic(["FileCreated", "x"]), ActionType)', CREATED),
        ('array_index_of(dynamic(["FileCreated", "x"]), ActionType) >= 0', CREATED),
        # the list on the left
        ('"FileCreated" in (ActionType)', CREATED),
        ('"FileCreated" !in (ActionType)', without("FileCreated")),
    ],
)  # fmt: skip
def test_predicates_in_other_words(text: str, expected: Domain) -> None:
    assert kept("DeviceFileEvents", text) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('DeviceFileEvents | extend New = ActionType == "FileCreated" | where New', CREATED),
        ('DeviceFileEvents | extend New = ActionType == "FileCreated" | where not(New)', without("FileCreated")),
        ('DeviceFileEvents | extend New = ActionType == "FileCreated" | extend Q = New | where Q == true', CREATED),
        ('DeviceFileEvents | extend K = iff(ActionType == "FileCreated", "new", "old") | where K == "new"', CREATED),
        ('let isNew = (x: string) { x == "FileCreated" }; DeviceFileEvents | where isNew(ActionType)', CREATED),
        ("let ending = (x: string) { substring(x, 4) }; DeviceFileEvents | where ending(ActionType) == 'Created'",
         only("FileCreated", "")),
        ('DeviceFileEvents | where FileSize > 1 | search ActionType == "FileCreated"', CREATED),
        ('find in (DeviceFileEvents) where ActionType == "FileCreated"', CREATED),
        # keys of a join, a lookup and a literal table
        ('let K = datatable(ActionType: string, Note: string) ["FileCreated", "x"];'
         " DeviceFileEvents | join kind=inner K on ActionType", CREATED),
        ('let K = datatable(Kind: string, Note: string) ["FileCreated", "x"];'
         " DeviceFileEvents | lookup kind=inner K on $left.ActionType == $right.Kind", CREATED),
        ('let K = datatable(Kind: string, Note: string) ["FileCreated", "x"];'
         " DeviceFileEvents | lookup K on $left.ActionType == $right.Kind", EVERYTHING),
        ('let K = datatable(Kind: string) ["FileCreated", "FileDeleted"];'
         " DeviceFileEvents | join kind=leftsemi (K | where Kind has 'Created') on $left.ActionType == $right.Kind",
         only("FileCreated", "FileDeleted")),
    ],
)  # fmt: skip
def test_what_travels(query: str, expected: Domain) -> None:
    assert states(query)["DeviceFileEvents"] == expected


def test_a_constant_may_stand_on_the_left_of_any_operator() -> None:
    domain = kept("DeviceFileEvents", '"FileCreatedNow" has ActionType')
    assert domain.among(("FileCreated", "FileDeleted")) == ()
    assert "FileCreatedNow" in domain


def test_keys_of_a_join_narrow_each_other() -> None:
    query = (
        'DeviceFileEvents | where ActionType in ("FileCreated", "FileDeleted") | join kind=inner '
        '(DeviceEvents | where ActionType != "FileDeleted") on ActionType'
    )
    assert states(query) == {"DeviceFileEvents": only("FileCreated"), "DeviceEvents": only("FileCreated")}


def test_numbers_and_times_are_intervals() -> None:
    ports = kept("DeviceNetworkEvents", "RemotePort > 1024 and RemotePort <= 2000", "RemotePort")
    assert [port in ports for port in (1024, 1025, 2000, 2001, None)] == [False, True, True, False, False]
    others = kept("DeviceNetworkEvents", "not(RemotePort > 1024)", "RemotePort")
    assert [port in others for port in (1024, 1025, None)] == [True, False, True]
    assert kept("DeviceNetworkEvents", "RemotePort between (79 .. 81)", "RemotePort") == only(79, 80, 81)
    assert kept("DeviceNetworkEvents", "RemotePort > 5 and RemotePort < 5", "RemotePort").empty
    assert kept("DeviceNetworkEvents", "RemotePort > 5 and RemotePort < 6", "RemotePort").empty


def test_kinds_that_are_numbers() -> None:
    events = "EventID"
    assert kept("SecurityEvent", "EventID in (4624, 4625)", events) == only(4624, 4625)
    assert kept("SecurityEvent", 'tostring(EventID) == "4688"', events) == only(4688)
    assert kept("SecurityEvent", "EventID between (4720 .. 4722)", events) == only(4720, 4721, 4722)
    assert kept("SecurityEvent", "EventID != 4688", events) == without(4688)
    has = kept("SecurityEvent", 'tostring(EventID) has "4688"', events)
    assert 4688 in has
    assert 4624 not in has


def test_strings_that_are_tested_twice() -> None:
    def name(text: str) -> Domain:
        return kept("DeviceProcessEvents", text, "FileName")

    assert name('FileName endswith ".exe" and FileName == "a.dll"').empty
    assert name('FileName startswith "a" and FileName startswith "b"').empty
    assert name('FileName contains "abc" and FileName !contains "b"').empty
    assert name('FileName =~ "cmd.exe" and FileName =~ "powershell.exe"').empty
    assert not name('FileName startswith "a" and FileName startswith "ab"').empty
    assert not name('FileName startswith "a" and FileName endswith "b"').empty
    assert not name('FileName has "a" and FileName !has "ab"').empty


def test_a_row_of_a_table_that_lacks_the_column_does_not_pass() -> None:
    query = (
        'union DeviceProcessEvents, DeviceNetworkEvents | where ActionType == "ListeningConnectionCreated"'
        ' | where FileName == "x"'
    )
    found = {row.name: state.empty for row, state in scope_of(query).states.items()}
    assert found == {"DeviceProcessEvents": False, "DeviceNetworkEvents": True}
    kept_rows = {row.name: state.empty for row, state in scope_of(query.replace("==", "!=")).states.items()}
    assert kept_rows == {"DeviceProcessEvents": False, "DeviceNetworkEvents": False}


def test_a_branch_of_or_that_never_holds_counts_for_nothing() -> None:
    text = '(ActionType == "FileCreated" and ActionType == "FileDeleted") or ActionType == "FileRenamed"'
    assert kept("DeviceFileEvents", text) == only("FileRenamed")


def test_what_a_step_of_scan_had_is_another_row() -> None:
    query = (
        "DeviceFileEvents | sort by Timestamp asc | scan with (step a: ActionType == 'FileCreated';"
        " step b: a.ActionType == 'FileDeleted';)"
    )
    assert states(query)["DeviceFileEvents"] == EVERYTHING


def test_a_state_tells_what_narrowed_it_wherever_that_stands() -> None:
    query = (
        "let T = DeviceNetworkEvents | where ActionType == 'ConnectionSuccess';\n"
        "DeviceInfo | join kind=inner (T | where RemotePort == 443) on DeviceId"
    )
    state = next(state for row, state in scope_of(query).states.items() if row.name == "DeviceNetworkEvents")
    assert [query[node.start : node.end] for node in state.why("ActionType")] == ["ActionType == 'ConnectionSuccess'"]
    assert [query[node.start : node.end] for node in state.why("RemotePort")] == ["RemotePort == 443"]
