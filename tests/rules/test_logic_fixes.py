"""The fixes of the rules on logic: what the query is once they are applied."""

from __future__ import annotations

import pytest

from kql_lint import analyze


def fixed(query: str, code: str) -> str:
    """The query with the first fix of each finding of the rule."""
    edits = [
        edit
        for found in analyze(query, extend_select=[code]).diagnostics
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
        (
            "KL418",
            'SecurityEvent | where EventID == 4625 and SubStatus !in ("0xc0000064", "0xc000006a")',
            'SecurityEvent | where EventID == 4625 and SubStatus !in~ ("0xc0000064", "0xc000006a")',
        ),
        (
            "KL501",
            "EmailAttachmentInfo | join hint.strategy=broadcast (DeviceFileEvents) on SHA256",
            "EmailAttachmentInfo | join kind=inner hint.strategy=broadcast (DeviceFileEvents) on SHA256",
        ),
        (
            "KL502",
            'DeviceProcessEvents | where ProcessCommandLine !contains "net.exe user"',
            'DeviceProcessEvents | where ProcessCommandLine !has "net.exe user"',
        ),
        (
            "KL506",
            'SigninLogs | where "a@b.c" == tolower(UserPrincipalName) or tolower(AppId) !in ("a", "b")',
            'SigninLogs | where "a@b.c" =~ UserPrincipalName or AppId !in~ ("a", "b")',
        ),
        (
            "KL506",
            "SigninLogs | where toupper(Identity) != toupper(tostring(DeviceDetail.displayName))",
            "SigninLogs | where Identity !~ tostring(DeviceDetail.displayName)",
        ),
        (
            "KL507",
            'AuditLogs\n| summarize N = count() by Id, Identity\n| where Id == "a" and Identity has "b"\n| take 5',
            'AuditLogs\n| where Id == "a" and Identity has "b"\n| summarize N = count() by Id, Identity\n| take 5',
        ),
        (
            "KL507",
            'SigninLogs\n| join kind=leftouter (AuditLogs) on Identity\n| extend A = 1\n| where AppId == "a"',
            'SigninLogs\n| where AppId == "a"\n| join kind=leftouter (AuditLogs) on Identity\n| extend A = 1',
        ),
        (
            "KL508",
            r'DeviceEvents | where FolderPath matches regex @"(?i)^C:\\Temp\\" and FileName matches regex "a\\.ps1$"',
            r'DeviceEvents | where FolderPath startswith @"C:\Temp\" and FileName endswith_cs "a.ps1"',
        ),
        (
            "KL510",
            'DeviceProcessEvents | where FileName in ("cmd.exe", "bash") and "a.dll" <> InitiatingProcessFileName',
            'DeviceProcessEvents | where FileName in~ ("cmd.exe", "bash") and "a.dll" !~ InitiatingProcessFileName',
        ),
    ],
)
def test_the_fix_says_what_was_meant(code: str, query: str, expected: str) -> None:
    assert fixed(query, code) == expected
    assert analyze(expected, extend_select=[code]).diagnostics == []


def test_a_literal_that_is_used_elsewhere_too_keeps_its_case() -> None:
    query = 'let User = "Admin@a.b"; SigninLogs | where tolower(UserPrincipalName) == User or Identity contains User'
    assert fixed(query, "KL403") == query


def test_a_filter_is_not_moved_past_a_comment() -> None:
    query = "SigninLogs\n| summarize N = count() by AppId // all\n| where AppId has 'a'"
    assert fixed(query, "KL507") == query
