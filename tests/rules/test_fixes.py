"""The fixes of the ActionType rules, applied."""

from __future__ import annotations

import pytest

from kql_lint import analyze
from kql_lint.diagnostic import Diagnostic


def one(query: str, code: str) -> Diagnostic:
    found = [diagnostic for diagnostic in analyze(query).diagnostics if diagnostic.code == code]
    assert len(found) == 1
    return found[0]


def applied(query: str, diagnostic: Diagnostic) -> str:
    (fix,) = diagnostic.fixes
    for edit in sorted(fix.edits, key=lambda edit: edit.start, reverse=True):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"ProcessCreatd"', '"ProcessCreated"'),
        ("'ProcessCreatd'", "'ProcessCreated'"),
        ("@'ProcessCreatd'", "@'ProcessCreated'"),
        ('h"ProcessCreatd"', 'h"ProcessCreated"'),
        ('H@"ProcessCreatd"', 'H@"ProcessCreated"'),
        ("```ProcessCreatd```", "```ProcessCreated```"),
    ],
)
def test_a_close_name_goes_between_the_quotes_as_they_are(before: str, after: str) -> None:
    query = "DeviceProcessEvents\n| where ActionType in ({}, 'OpenProcess')"
    diagnostic = one(query.format(before), "KL101")
    assert diagnostic.fixes[0].safety == "intent"
    assert diagnostic.fixes[0].title == 'replace by "ProcessCreated"'
    fixed = applied(query.format(before), diagnostic)
    assert fixed == query.format(after)
    assert analyze(fixed).diagnostics == []


def test_the_fix_of_a_let_is_in_the_let() -> None:
    query = 'let Kinds = dynamic(["FileCreated", "FileModifed"]);\nDeviceFileEvents | where ActionType in (Kinds)'
    assert applied(query, one(query, "KL101")) == query.replace("FileModifed", "FileModified")


def test_two_close_names_are_not_chosen_between() -> None:
    query = 'DeviceRegistryEvents | where ActionType == "RegistryKeyChanged"'
    diagnostic = one(query, "KL101")
    assert diagnostic.message.endswith('did you mean "RegistryKeyCreated" or "RegistryKeyRenamed"?')
    assert diagnostic.fixes == ()


def test_a_literal_with_escapes_is_left_to_its_author() -> None:
    query = r'DeviceProcessEvents | where ActionType == "Process\x43reatd"'
    diagnostic = one(query, "KL101")
    assert diagnostic.message.endswith('did you mean "ProcessCreated"?')
    assert diagnostic.fixes == ()


def test_case() -> None:
    query = "DeviceLogonEvents | summarize countif(ActionType == 'logonfailed') by DeviceId"
    diagnostic = one(query, "KL103")
    assert diagnostic.fixes[0].safety == "intent"
    assert applied(query, diagnostic) == query.replace("logonfailed", "LogonFailed")


def test_the_other_table_is_offered_unsafely() -> None:
    query = 'DeviceProcessEvents | where ActionType == "RegistryValueSet"'
    diagnostic = one(query, "KL102")
    assert diagnostic.fixes[0].safety == "unsafe"
    assert applied(query, diagnostic) == 'DeviceRegistryEvents | where ActionType == "RegistryValueSet"'


def test_no_table_is_offered_where_there_are_several() -> None:
    query = 'DeviceNetworkEvents | where ActionType == "LogonFailed"'
    assert one(query, "KL102").fixes == ()


def test_help_names_the_values_of_a_short_list() -> None:
    query = 'DeviceProcessEvents | where ActionType == "Injected"'
    assert one(query, "KL101").help == (
        "DeviceProcessEvents has OpenProcess, ProcessCreated and ProcessCreatedAggregatedReport"
    )


def test_help_tells_which_action_types_record_the_field() -> None:
    query = 'DeviceNetworkEvents | where ActionType == "ListeningConnectionCreated" | where RemotePort == 443'
    assert one(query, "KL104").help == (
        "known to be filled for ConnectionSuccess, ConnectionFailed, InboundConnectionAccepted, ConnectionRequest, "
        "DnsConnectionInspected and 13 more"
    )


def test_help_offers_contains_for_has() -> None:
    query = 'DeviceNetworkEvents | where ActionType has "Aggregated"'
    assert one(query, "KL108").help == (
        'an ActionType is one word; contains would match "ConnectionFailedAggregatedReport" and '
        '"ConnectionSuccessAggregatedReport"'
    )


@pytest.mark.parametrize(
    ("query", "fixed", "safety"),
    [
        ('T | where A == "x" && B == "y"', 'T | where A == "x" and B == "y"', "safe"),
        ('T | where A=="x"&&B=="y"', 'T | where A=="x" and B=="y"', "safe"),
        ('T | where A == "x" || B == "y"', 'T | where A == "x" or B == "y"', "safe"),
        ('T | where A !=~ "x"', 'T | where A !~ "x"', "safe"),
        ('T | where A === "x"', 'T | where A == "x"', "safe"),
        ('T | where A == "x" AND B == "y"', 'T | where A == "x" and B == "y"', "safe"),
        ('T | where A NOT IN ("x")', 'T | where A !in ("x")', "safe"),
        ('T | where A not has_cs "x"', 'T | where A !has_cs "x"', "safe"),
        ('T | where (A = "x")', 'T | where (A == "x")', "intent"),
        ("T | summarize count() A", "T | summarize count() by A", "intent"),
        ("T | top 5 A", "T | top 5 by A", "intent"),
        ("T\nwhere A > 1", "T\n| where A > 1", "intent"),
        ("T | wher A > 1", "T | where A > 1", "unsafe"),
        ("T | project A B", "T | project A, B", "unsafe"),
        ("let n = 5\nT | take n", "let n = 5;\nT | take n", "unsafe"),
    ],
)
def test_misspelt_kql_is_put_right(query: str, fixed: str, safety: str) -> None:
    diagnostic = one(query, "KL001")

    assert [fix.safety for fix in diagnostic.fixes] == [safety]
    assert applied(query, diagnostic) == fixed
    assert not [found for found in analyze(fixed).diagnostics if found.code == "KL001"]


@pytest.mark.parametrize("query", ['T | where A == "x', "T | where A ! B", "T | where A is null", "T | where (A"])
def test_where_nothing_tells_what_is_meant_there_is_no_fix(query: str) -> None:
    assert analyze(query).diagnostics[0].fixes == ()
