"""The fixes and helps of KL201 and KL202."""

from __future__ import annotations

import pytest

from kql_lint import analyze
from kql_lint.diagnostic import Diagnostic
from kql_lint.rules._names import mistyped


def one(query: str) -> Diagnostic:
    (diagnostic,) = analyze(query).diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("query", "fixed"),
    [
        ("SigninLogs | project IpAddress", "SigninLogs | project IPAddress"),
        ("signinlogs | where ResultType == '0'", "SigninLogs | where ResultType == '0'"),
    ],
)
def test_a_name_in_the_wrong_case_is_put_right(query: str, fixed: str) -> None:
    (fix,) = one(query).fixes
    (edit,) = fix.edits
    assert fix.safety == "safe"
    assert query[: edit.start] + edit.text + query[edit.end :] == fixed
    assert analyze(fixed).diagnostics == []


@pytest.mark.parametrize(
    ("query", "fixed"),
    [
        ("SigninLogs | project UserPrincipleName", "SigninLogs | project UserPrincipalName"),
        ("SigninLog | where ResultType == '0'", "SigninLogs | where ResultType == '0'"),
        ("SigninLogs | join kind=inner AuditLogs on CorrelationIdd | take 5", None),
    ],
)
def test_the_one_name_that_is_close_is_a_guess(query: str, fixed: str | None) -> None:
    (fix,) = one(query).fixes
    (edit,) = fix.edits
    assert fix.safety == "unsafe"
    after = query[: edit.start] + edit.text + query[edit.end :]
    assert after == (fixed or query.replace("Idd", "Id"))
    assert analyze(after).diagnostics == []


def test_a_name_in_another_form_is_left_to_its_author() -> None:
    assert one("SigninLogs | project ['IpAddress']").fixes == ()


def test_a_table_that_resembles_none_comes_with_advice() -> None:
    diagnostic = one("OurFirewall_CL | where Port_d == 443")
    assert diagnostic.severity.label == "info"
    assert diagnostic.help is not None
    assert "declare it" in diagnostic.help


def test_every_unknown_column_is_reported_once() -> None:
    query = "DeviceEvents | where Host == 'a' or Host == 'b'"
    assert [query[found.start : found.end] for found in analyze(query).diagnostics] == ["Host", "Host"]


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("AlertNae", "AlertName", "AlertName"),
        ("AlerttName", "AlertName", "AlertName"),
        ("alrtname", "AlertName", "AlertName"),
        ("AletrName", "AlertName", "AlertName"),
        ("AlwrtName", "AlertName", "AlertName"),
        ("AlertNames", "AlertName", None),  # a plural
        ("lertName", "AlertName", None),
        ("DeviceIp", "DeviceId", None),
        ("Alert_Name", "AlertName", None),
        ("Alert2Name", "Alert1Name", None),
        ("AlertName", "AlertName", None),
        ("alertname", "AlertName", None),
        ("Vlue", "Value", None),  # too short to tell
        ("AlrtNme", "AlertName", None),
        ("", "AlertName", None),
    ],
)
def test_what_is_surely_a_typing_error(name: str, known: str, expected: str | None) -> None:
    assert mistyped(name, ["DeviceName", known]) == expected


def test_a_guid_without_guid_is_one_mistake() -> None:
    text = "SigninLogs | where AppId == ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a"
    (found,) = [one for one in analyze(text).diagnostics if one.code == "KL201"]

    assert text[found.start : found.end] == "ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a"
    assert found.message == '"ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a" without guid(...) is read as names and minus signs'
    assert found.help == "write guid(ad67d136-c1db-4f9f-88ef-d94f3b6b0b5a), or put quotes around it"
