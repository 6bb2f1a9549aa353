"""What is plainly KQL, and what is another language with pipes, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.hosts.guess import is_a_query, is_plainly_kql

KQL = [
    "SigninLogs\n| where ResultType == 0\n",
    "// comment\nDeviceEvents\r\n  | summarize count() by DeviceName\r\n",
    "DeviceEvents | where ActionType == 'x' | take 5",
    "let lookback = 7d;\nSigninLogs | where TimeGenerated > ago(lookback)",
    "let Names = datatable(Name: string)['a'];\nNames",
    "| extend Who = tostring(a)",
    "T\n| mv-expand a\n| project-away b",
    "T\n| join kind=inner (U) on a",
    "T\n| parse Message with * 'a' Name",
    "T\n| count\n",
    "search 'x'\n| distinct $table, Type",
]
OTHERS = [
    "",
    "SigninLogs",
    "let x = 5;\nconsole.log(x);",
    "let names = rows.map(r => r.name);",
    "cat access.log | sort | uniq -c | sort -rn",
    "ps aux \\\n| grep python \\\n| wc -l",
    "Get-Process\n| where { $_.CPU -gt 10 }\n| sort CPU",
    "Get-Process | Where-Object Name -eq x | Select-Object Id",
    "index=main sourcetype=x\n| stats count by user\n| where count > 5",
    "event_simpleName=ProcessRollup2\n| groupBy([ComputerName])",
    "#event_simpleName=DnsRequest\n| join(query={a}, field=[b])",
    "FROM logs-*\n| where event.code == 1\n| limit 10",
    "from logs-* metadata _id\n| where a == 1\n| keep a",
    "| where | count |\n|---|---|\n| a | 1 |",
    "| Computer | Count |\n| --- | --- |\n",
    "| project name | owner |\n",
    "SELECT a FROM b WHERE c = 1",
    "a || b",
    "Column | Meaning\n--- | ---\ncount | how many",
]


@pytest.mark.parametrize("text", KQL)
def test_kql(text: str) -> None:
    assert is_plainly_kql(text)


@pytest.mark.parametrize("text", OTHERS)
def test_others(text: str) -> None:
    assert not is_plainly_kql(text)


@given(st.text("|\n \twherextndTab=([]'1;", max_size=200))
def test_never_raises(text: str) -> None:
    assert is_plainly_kql(text) in (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff// a comment\n\nSigninLogs\n| where a == 1\n",
        "let lookback = 7d;\nSigninLogs | where TimeGenerated > ago(lookback)",
        "declare query_parameters(a: string);\nSyslog\n| where b == a",
        "search in (SigninLogs) 'x'\n| take 5",
        "union withsource=T *\n| summarize count() by T",
        "SigninLogs // those of today\n// and no others\n| where a == 1",
        "_GetWatchlist('a') | project b",
    ],
)
def test_a_file_that_is_a_query(text: str) -> None:
    assert is_a_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SigninLogs\n",
        "click>=8\nPyYAML\n",
        "Find out who signed in:\n\nSigninLogs\n| where a == 1\n",
        "find out who signed in\n| where a == 1\n",
        "Title: logons\nSigninLogs\n| where a == 1\n",
        "# heading\n\nSigninLogs\n| where a == 1\n",
        "cat a.log | grep b | wc -l",
        "a || b\n| where a == 1\n",
    ],
)
def test_a_file_that_may_be_anything(text: str) -> None:
    assert not is_a_query(text)
