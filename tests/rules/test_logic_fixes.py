"""The fixes of the rules on logic: what the query is once they are applied."""

from __future__ import annotations

import pytest

from kql_lint import analyze


def fixed(query: str, code: str) -> str:
    """The query with the first fix of each finding of the rule."""
    edits = [
        edit
        for found in analyze(query).diagnostics
        if found.code == code and found.fixes
        for edit in found.fixes[0].edits
    ]
    for edit in sorted(edits, reverse=True):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query


@pytest.mark.parametrize(
    ("code", "query", "expected"),
    [
        (
            "KL404",
            "SigninLogs | where TimeGenerated between (ago(1d) .. ago(7d))",
            "SigninLogs | where TimeGenerated between (ago(7d) .. ago(1d))",
        ),
        (
            "KL403",
            'SigninLogs | where tolower(Identity) in ("Admin@a.b", @"Root@a.b", "a@a.b")',
            'SigninLogs | where tolower(Identity) in ("admin@a.b", @"root@a.b", "a@a.b")',
        ),
        (
            "KL403",
            'DeviceProcessEvents | extend P = toupper(FileName) | where P == "cmd.exe"',
            'DeviceProcessEvents | extend P = toupper(FileName) | where P == "CMD.EXE"',
        ),
        (
            "KL411",
            "DeviceProcessEvents | where datetime(null) == ProcessCreationTime and ProcessId > 4",
            "DeviceProcessEvents | where isnull(ProcessCreationTime) and ProcessId > 4",
        ),
        (
            "KL413",
            r'DeviceProcessEvents | where FolderPath in~ ("C:\temp\\a.exe", "C:\\new\bin")',
            r'DeviceProcessEvents | where FolderPath in~ ("C:\\temp\\a.exe", "C:\\new\\bin")',
        ),
    ],
)
def test_the_fix_says_what_was_meant(code: str, query: str, expected: str) -> None:
    assert fixed(query, code) == expected
    assert analyze(expected).diagnostics == []


def test_a_literal_that_is_used_elsewhere_too_keeps_its_case() -> None:
    query = 'let User = "Admin@a.b"; SigninLogs | where tolower(UserPrincipalName) == User or Identity contains User'
    assert fixed(query, "KL403") == query
