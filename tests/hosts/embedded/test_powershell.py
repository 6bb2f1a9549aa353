"""Here-strings of PowerShell scripts that are plainly KQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.hosts import HostedQuery, extract
from kql_lint.source import Source


def queries(text: str) -> list[HostedQuery]:
    found = extract(Source("a.ps1", text))
    assert found is not None
    return found.queries


SCRIPT = """\
# Logons of a user
param([int] $days = 7, [string] $user)

<#
$old = @"
SigninLogs | where Never == 1
"@
#>
$logons = @"
SigninLogs
| where TimeGenerated > ago($($days + (1))d) and UserPrincipalName == "$user"
| join kind=inner (AuditLogs) on `$left.Id == $right.Id
| where Path has "a``b" or Name == "${env:NAME}"
"@

$text = @"
Hello | world
"@
$events = @'
DeviceEvents
| where DeviceName == "$name"
| take 5
'@
Get-Query -Query (@'
DeviceEvents | where ActionType == "{0}" | take {1} | extend a = dynamic({{}})
'@ -f $type, 5)
"""


def test_here_strings_are_queries() -> None:
    expanded, literal, formatted = queries(SCRIPT)

    assert expanded.text == (
        "SigninLogs\n"
        '| where TimeGenerated > ago(${expression}d) and UserPrincipalName == "${user}"\n'
        "| join kind=inner (AuditLogs) on $left.Id == $right.Id\n"
        '| where Path has "a`b" or Name == "${envNAME}"'
    )
    assert [expanded.text[start:end] for start, end in expanded.holes] == ["${expression}", "${user}", "${envNAME}"]
    assert literal.text == 'DeviceEvents\n| where DeviceName == "$name"\n| take 5'
    assert literal.holes == ()
    assert formatted.text == 'DeviceEvents | where ActionType == "${x0}" | take ${x1} | extend a = dynamic({})'
    assert {query.kind for query in (expanded, literal, formatted)} == {"powershell"}


def test_places_are_those_of_the_script() -> None:
    expanded = queries(SCRIPT)[0]

    for word in ("AuditLogs", "$right", "Name =="):
        start = expanded.text.index(word)
        assert SCRIPT[slice(*expanded.map.span(start, start + len(word)))] == word
    hole = expanded.text.index("${expression}")
    assert SCRIPT[slice(*expanded.map.span(hole, hole + 13))] == "$($days + (1))"


def test_comments_speak_about_the_query_behind_them() -> None:
    found = extract(Source("a.ps1", "# kql-lint: disable-next-line=KL201\n$q = @'\nT\n| take 5\n'@\n"))

    assert found is not None
    assert [comment.text for comment in found.comments] == ["disable-next-line=KL201"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$a = @'\r\n'@\r\n",
        "$a = @'\nT | where a == 1\n",  # never closed
        "$a = @'\nGet-Process | where { $_.CPU }\n'@",
        "# @'\nT\n| take 5\n'@\n",
        "$a = @' T\n| take 5\n'@",
    ],
)
def test_no_query(text: str) -> None:
    assert queries(text) == []


@given(st.text("@'\"\n\r |whertak5T`${}()#<>-f0", max_size=120))
def test_any_script_is_read(text: str) -> None:
    for query in queries(text):
        assert query.map.length == len(query.text)
