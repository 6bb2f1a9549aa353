"""The shipped catalogue: sound, whole, and right where it matters."""

from __future__ import annotations

import pytest

from kql_lint import resources
from kql_lint.catalogue import Catalogue, EventKinds, FieldAlias
from kql_lint.catalogue.check import check
from kql_lint.catalogue.index import make_index, read_index

CATALOGUE = Catalogue.default()


def action_types(table: str, platform: str = "defender") -> EventKinds:
    (found,) = CATALOGUE.tables(table, platform)
    assert found.events is not None
    return found.events


def test_every_file_is_sound_and_the_index_up_to_date() -> None:
    assert [str(problem) for problem in check()] == []


def test_the_index_is_what_the_files_say() -> None:
    folder = resources.catalog_folder()
    assert read_index(folder).text() == make_index(folder).text()


def test_all_tables_are_there() -> None:
    platforms = read_index(resources.catalog_folder()).tables
    assert sum("defender" in where for where in platforms.values()) == 65
    assert sum("sentinel" in where for where in platforms.values()) == 928
    assert len(CATALOGUE.table_names()) == len(platforms) == 947


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("EmailUrlInfo", {"UrlChainId", "UrlChainPosition"}),
        ("AlertEvidence", {"AzureResourceId", "AzureSubscriptionId"}),
        ("EntraIdSignInEvents", {"RiskLevelDuringSignIn", "RiskEventTypes", "GatewayJA4", "UniqueTokenId"}),
        ("MessageEvents", {"Subject", "ThreadType", "MessageType"}),
        ("SecurityEvent", {"EventOriginId", "TimeCollected", "ImpersonationLevel"}),
        ("SecurityRecommendation", {"RecommendationLink", "RemediationDescription"}),
        ("AADSignInEventsBeta", {"AccountUpn", "ReportId", "ErrorCode"}),
        ("DeviceTvmInfoGathering", {"DeviceId", "AdditionalFields"}),
        ("CallActivityEvents", {"ActivityTimestamp", "CallId"}),
        ("GraphApiAuditEvents", {"RequestUri", "TimeGenerated"}),
        ("GraphAPIAuditEvents", {"RequestUri", "Timestamp"}),
    ],
)
def test_columns_that_came_with_2026(table: str, columns: set[str]) -> None:
    assert columns <= {column for copy in CATALOGUE.tables(table) for column in copy.columns}


def test_each_platform_s_lists_have_their_date() -> None:
    for name in ("SigninLogs", "DeviceEvents"):
        assert {CATALOGUE.as_of(table) for table in CATALOGUE.tables(name)} == {"2026-08"}


def test_standard_columns_are_one_fact() -> None:
    standard = CATALOGUE.standard_columns("sentinel")
    assert dict(standard) == {
        "TenantId": "string", "TimeGenerated": "datetime", "Type": "string", "SourceSystem": "string",
        "_TimeReceived": "datetime", "_ItemId": "string", "_ResourceId": "string", "_SubscriptionId": "string",
        "_IsBillable": "string", "_BilledSize": "real",
    }  # fmt: skip
    assert CATALOGUE.standard_columns("defender") == {}
    assert "TenantId" not in CATALOGUE.tables("SigninLogs")[0].columns


def test_tables_of_workspaces_are_known_in_part() -> None:
    (table,) = CATALOGUE.tables("Okta_CL")
    assert (table.platform, table.open) == ("sentinel", True)
    assert table.columns["published_t"] == "datetime"
    assert "Okta_CL" not in CATALOGUE.table_names()
    assert CATALOGUE.tables("NobodyHasThis_CL") == ()


def test_names_of_published_parsers_are_functions_of_which_nothing_is_known() -> None:
    function = CATALOGUE.function("OktaSSO")
    assert function is not None
    assert (function.tabular, function.open, dict(function.columns)) == (True, True, {})
    assert "OktaSSO" not in CATALOGUE.function_names()
    assert CATALOGUE.function("NobodyHasThis") is None


def test_all_action_types_are_there() -> None:
    index = read_index(resources.catalog_folder())
    pairs = [(table, value) for value, tables in index.action_types.items() for table in tables]
    # 350 values of the facts ("any" is none), four more that only have a title, and 34 that came later.
    assert len(pairs) == 388
    assert len({table for table, _ in pairs}) == 19


def test_each_list_of_action_types_has_its_date() -> None:
    names = {
        name for name in CATALOGUE.table_names() if any(table.events for table in CATALOGUE.tables(name, "defender"))
    }
    dates = {name: action_types(name).as_of for name in names}
    assert len(dates) == 19
    assert {name for name, date in dates.items() if date == "2023-05"} == {
        "DeviceEvents", "DeviceFileEvents", "DeviceImageLoadEvents", "DeviceLogonEvents", "DeviceNetworkEvents",
        "DeviceProcessEvents", "DeviceRegistryEvents", "EmailPostDeliveryEvents", "UrlClickEvents",
    }  # fmt: skip
    assert set(dates.values()) == {"2023-05", "2026-08"}


@pytest.mark.parametrize(
    "table", ["CloudAppEvents", "IdentityDirectoryEvents", "IdentityLogonEvents", "IdentityQueryEvents"]
)
def test_lists_that_can_never_be_whole_are_open(table: str) -> None:
    assert not action_types(table).closed


@pytest.mark.parametrize("table", ["DeviceEvents", "DeviceFileEvents", "DeviceNetworkEvents", "UrlClickEvents"])
def test_other_lists_are_closed(table: str) -> None:
    assert action_types(table).closed


@pytest.mark.parametrize(
    "table", ["BehaviorInfo", "CloudDnsEvents", "DataSecurityEvents", "IdentityEvents", "BehaviorEntities"]
)
def test_nothing_is_known_of_some_tables_values(table: str) -> None:
    tables = CATALOGUE.tables(table)
    assert all("ActionType" in found.columns for found in tables)
    assert [found.events for found in tables] == [None] * len(tables)


def test_a_dns_answer_is_valid_in_both_tables() -> None:
    assert CATALOGUE.tables_with_action_type("DnsQueryResponse") == ("DeviceEvents", "DeviceNetworkEvents")


def test_both_spellings_of_directory_replication_are_known() -> None:
    values = action_types("IdentityDirectoryEvents").values
    assert {"Directory Service replication", "Directory Services replication"} <= set(values)


def test_what_was_only_observed_in_queries_is_not_seen() -> None:
    # Queries on listening ports mention RemoteIP; no row or parser has it.
    seen = action_types("DeviceNetworkEvents").values["ListeningConnectionCreated"].also_seen
    assert "InitiatingProcessCommandLine" in seen
    assert not [name for name in seen if name.startswith("Remote")]


def test_the_sentinel_copy_has_its_own_columns_and_shares_the_action_types() -> None:
    defender, sentinel = CATALOGUE.tables("DeviceProcessEvents")
    assert (defender.platform, sentinel.platform) == ("defender", "sentinel")
    assert defender.columns["AdditionalFields"] == "string"
    assert sentinel.columns["AdditionalFields"] == "dynamic"
    assert "TimeGenerated" not in defender.columns
    assert {"TimeGenerated", "TenantId", "Type", "MachineGroup", "_IsBillable"} <= sentinel.always
    assert set(action_types("DeviceProcessEvents", "sentinel").values) == set(
        action_types("DeviceProcessEvents").values
    )
    # A group has only columns that this copy of the table has.
    assert all(set(group) <= set(sentinel.columns) for group in sentinel.column_groups.values())


def test_columns_that_every_network_event_has() -> None:
    (table,) = CATALOGUE.tables("DeviceNetworkEvents", "defender")
    assert table.always == {
        "Timestamp", "DeviceId", "DeviceName", "ActionType", "ReportId", "AppGuardContainerId",
    }  # fmt: skip
    assert table.column_groups["remote address"] == ("RemoteIP", "RemoteIPType")
    assert "InitiatingProcessParentFileName" in table.column_groups["initiating process"]
    assert "IsInitiatingProcessRemoteSession" in table.column_groups["initiating process"]


def test_a_type_that_no_source_gives_is_marked() -> None:
    guesses = {
        (table.name, column)
        for name in CATALOGUE.table_names()
        for table in CATALOGUE.tables(name, "defender")
        for column in table.guessed_types
    }
    assert len(guesses) == 6


def test_platform_functions() -> None:
    profile = CATALOGUE.function("FileProfile")
    assert profile is not None
    assert (profile.kind, profile.tabular, profile.provider) == ("invoke", True, "Defender")
    assert profile.columns["GlobalPrevalence"] == "int"
    watchlist = CATALOGUE.function("_GetWatchlist")
    assert watchlist is not None
    assert watchlist.open
    assert list(watchlist.columns) == ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey"]
    parser = CATALOGUE.function("_Im_NetworkSession")
    assert parser is not None
    assert parser.open


def test_functions_of_some_workspace_are_not_the_platforms() -> None:
    assert CATALOGUE.function("Queue") is None
    assert CATALOGUE.function("IsWorkingTime") is None


def test_renamed_names() -> None:
    table = CATALOGUE.rename("table", "AADSignInEventsBeta")
    assert table is not None
    assert table.new == ("EntraIdSignInEvents",)
    column = CATALOGUE.rename("column", "FinalEmailAction", "EmailEvents")
    assert column is not None
    assert (column.new, column.since) == (("EmailAction",), "2020-12")
    assert CATALOGUE.rename("column", "FinalEmailAction", "DeviceEvents") is None
    assert CATALOGUE.rename("table", "FinalEmailAction") is None


@pytest.mark.parametrize(
    ("name", "table", "columns"),
    [
        ("DestinationPort", "DeviceNetworkEvents", ("RemotePort",)),
        ("EventType", "DeviceFileEvents", ("ActionType",)),
        ("CommandLine", "DeviceProcessEvents", ("ProcessCommandLine", "InitiatingProcessCommandLine")),
        ("CommandLine", "DeviceNetworkEvents", ("InitiatingProcessCommandLine",)),
        (
            "parent_process_name",
            "DeviceProcessEvents",
            ("InitiatingProcessFileName",),
        ),
        ("parent_process_name", "DeviceFileEvents", ("InitiatingProcessParentFileName",)),
        ("Image", "DeviceProcessEvents", ("FolderPath",)),
        ("Image", "DeviceFileEvents", ("InitiatingProcessFolderPath",)),
        ("Image", "AlertEvidence", ("FolderPath",)),
        ("ImageLoaded", "DeviceImageLoadEvents", ("FolderPath",)),
        ("IpAddress", "DeviceLogonEvents", ("RemoteIP",)),
        ("SourceIp", "DeviceNetworkEvents", ("LocalIP",)),
        ("Image", "SecurityEvent", ("NewProcessName", "ProcessName")),
        ("ParentImage", "SecurityEvent", ("ParentProcessName",)),
        ("file_name", "DeviceFileEvents", ("FileName",)),
    ],
)
def test_what_others_call_a_column(name: str, table: str, columns: tuple[str, ...]) -> None:
    assert CATALOGUE.alias(name, table) == FieldAlias(columns)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("DestinationPort", "IdentityLogonEvents"),  # it has a column of this name itself
        ("DestinationPort", "SigninLogs"),
        ("NoSuchField", "DeviceNetworkEvents"),
    ],
)
def test_what_is_no_name_of_others(name: str, table: str) -> None:
    assert CATALOGUE.alias(name, table) is None


def test_columns_that_hold_something_else_than_the_name_says() -> None:
    assert CATALOGUE.alias("OriginalFileName", "DeviceImageLoadEvents") == FieldAlias(
        ("InitiatingProcessVersionInfoOriginalFileName",), "that of the loading process alone"
    )
    assert CATALOGUE.alias("ParentCommandLine", "DeviceFileEvents") == FieldAlias(
        (), "no command line of the parent process"
    )


def test_the_case_of_a_table_counts() -> None:
    assert CATALOGUE.tables("devicenetworkevents") == ()
    assert CATALOGUE.tables("../README") == ()


def test_what_is_never_filled_has_evidence_of_its_own() -> None:
    registry = action_types("DeviceRegistryEvents").values
    assert registry["RegistryKeyDeleted"].never == {"RegistryKey", "RegistryValueName", "RegistryValueData"}
    assert registry["RegistryKeyDeleted"].instead == {"RegistryKey": "PreviousRegistryKey"}
    network = action_types("DeviceNetworkEvents").values
    assert network["ListeningConnectionCreated"].never == {"RemoteIP", "RemotePort", "RemoteUrl", "RemoteIPType"}
    assert "RemoteUrl" in network["ConnectionFailed"].also_seen
    assert {"LocalIP", "LocalPort"} <= set(network["ConnectionAttempt"].also_seen)
    assert {"FileName", "ProcessCommandLine"} <= action_types("DeviceEvents").values["PowerShellCommand"].never


def test_nothing_is_both_filled_and_never_filled() -> None:
    for name in CATALOGUE.table_names():
        for table in CATALOGUE.tables(name):
            for value in table.events.values.values() if table.events else ():
                assert value.never.isdisjoint({*(value.columns or ()), *value.also_seen}), (name, value.name)
