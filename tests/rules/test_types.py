"""The fix of KL305, the helps of KL304, and what keeps the rules about types silent on one platform alone."""

from __future__ import annotations

import pytest

from kql_lint import analyze
from kql_lint.diagnostic import Diagnostic


def one(query: str, platform: str = "auto") -> Diagnostic:
    (diagnostic,) = analyze(query, platform=platform).diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("query", "fixed"),
    [
        ("SigninLogs | where isnull(IPAddress)", "SigninLogs | where isempty(IPAddress)"),
        ("SigninLogs | where isnotnull ( IPAddress )", "SigninLogs | where isnotempty ( IPAddress )"),
        ("SigninLogs | where notnull(IPAddress)", "SigninLogs | where isnotempty(IPAddress)"),
    ],
)
def test_a_text_is_asked_whether_it_is_empty(query: str, fixed: str) -> None:
    (fix,) = one(query).fixes
    (edit,) = fix.edits
    assert fix.safety == "intent"
    assert query[: edit.start] + edit.text + query[edit.end :] == fixed
    assert analyze(fixed).diagnostics == []


@pytest.mark.parametrize(
    ("call", "help_text"),
    [
        ("max(LocalPort)", "max_of() gives the largest of its arguments"),
        ("make_list(RemoteIP)", "pack_array() makes an array of its arguments"),
        ("dcount(RemoteIP)", None),
    ],
)
def test_what_may_be_meant_by_an_aggregate(call: str, help_text: str | None) -> None:
    assert one(f"DeviceNetworkEvents | extend x = {call}").help == help_text


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("DeviceEvents | where isnull(AdditionalFields)", "KL305"),
        ("DeviceEvents | where AdditionalFields < 5", "KL301"),
    ],
)
def test_a_type_counts_where_the_platform_is_known(query: str, code: str) -> None:
    """AdditionalFields is a string in Defender and dynamic in Sentinel."""
    assert one(query, "defender").code == code
    assert analyze(query, platform="sentinel").diagnostics == []
    assert analyze(query).diagnostics == []


def test_a_group_by_what_is_dynamic_on_one_platform() -> None:
    query = "DeviceEvents | summarize count() by AdditionalFields"
    assert one(query, "sentinel").code == "KL306"
    assert analyze(query, platform="defender").diagnostics == []


def test_a_placeholder_may_stand_for_several_arguments() -> None:
    query = "let f = (a: long, b: long) { a + b };\nprint f({numbers}), substring({text})"
    assert analyze(query).diagnostics == []
    assert one(query.replace("{text}", "'text'")).code == "KL303"


def test_what_makes_an_array_of_a_text() -> None:
    found = one("SigninLogs | extend n = array_length(strcat(IPAddress, ',', UserId))")
    assert found.message == "array_length() takes a dynamic array as argument 1 (array), not a string"
    assert found.help == "split() makes an array of the parts of a text, parse_json() of JSON"
