"""Mistakes for each rule on logic, planted through the constructs of queries: each is found at its place, alone."""

from __future__ import annotations

import pytest

from kql_lint import analyze
from kql_lint.rules import RULES

CONSTRUCTS = {
    "a filter": "DeviceProcessEvents\n{}",
    "behind other filters": 'DeviceProcessEvents\n| where InitiatingProcessFileName =~ "explorer.exe"\n'
    "| extend Length = strlen(ProcessCommandLine)\n| where Length > 20\n{}",
    "a let": "let Started = DeviceProcessEvents\n{};\nStarted\n| project-away DeviceName",
    "a materialized let that is used twice": "let Started = materialize(DeviceProcessEvents\n{});\n"
    "union Started, (Started | project DeviceId)",
    "a function": "let Started = () {{ DeviceProcessEvents {} }};\nStarted()\n| take 10",
    "a function that gets its table": "let Chosen = (T:(*)) {{ T {} }};\nDeviceProcessEvents\n| invoke Chosen()",
    "the right side of a join": 'DeviceEvents\n| where ActionType == "UsbDriveMounted"\n'
    "| join kind=inner (DeviceProcessEvents {}) on DeviceId",
    "the left side of a lookup": "DeviceProcessEvents\n{}\n| lookup kind=inner (DeviceInfo) on DeviceId",
    "a branch of a union": "union (DeviceProcessEvents {}), DeviceFileEvents\n| project DeviceId",
    "a fork": "DeviceProcessEvents\n| fork ({}) (count)",
}

# The rule, what is planted, and the text that the finding lies on.
MISTAKES = [
    ("KL401", "| where ProcessId == 4\n| where ProcessId == 8", "ProcessId == 8"),
    ("KL401", '| where FileName startswith "a" and FileName == "b.exe"', 'FileName == "b.exe"'),
    ("KL401", "| where Timestamp > ago(1d)\n| where Timestamp < ago(2d)", "Timestamp < ago(2d)"),
    ("KL402", '| where FileName != "a.exe" or FileName != "b.exe"', 'FileName != "a.exe" or FileName != "b.exe"'),
    ("KL402", "| where Timestamp < ago(1h) or Timestamp > ago(2h)", "Timestamp < ago(1h) or Timestamp > ago(2h)"),
    ("KL403", '| where tolower(FileName) == "CMD.exe"', '"CMD.exe"'),
    ("KL403", '| extend Program = tolower(FileName)\n| where Program in ("CMD.exe")', '"CMD.exe"'),
    ("KL404", "| where Timestamp between (ago(1d) .. ago(7d))", "ago(1d) .. ago(7d)"),
    (
        "KL409",
        '| where FileName =~ "cmd.exe" or FolderPath has "Temp" or FolderPath has "Temp"',
        'FolderPath has "Temp"',
    ),
    ("KL410", '| where Program = FileName =~ "cmd.exe"', "="),
    ("KL411", "| where ProcessCreationTime == datetime(null)", "ProcessCreationTime == datetime(null)"),
    ("KL412", '| where SHA1 == "44d88612fea8a8f36de82e1278abb02f"', '"44d88612fea8a8f36de82e1278abb02f"'),
    ("KL412", '| where FileName in~ ("psexec*.exe", "cmd.exe")', '"psexec*.exe"'),
    ("KL412", '| where ProcessId == "cmd.exe"', '"cmd.exe"'),
    ("KL413", '| where FolderPath endswith "C:\\temp"', '"C:\\temp"'),
    (
        "KL414",
        "| where DeviceName in (toscalar(DeviceInfo | distinct DeviceName))",
        "toscalar(DeviceInfo | distinct DeviceName)",
    ),
    (
        "KL415",
        "| where DeviceId in ((DeviceInfo | project DeviceName, DeviceId))",
        "DeviceInfo | project DeviceName, DeviceId",
    ),
    ("KL416", "| summarize DeviceId = take_any(DeviceId) by ProcessId", "ProcessId"),
    (
        "KL416",
        "| join kind=leftsemi (DeviceFileEvents) on $left.ProcessId == $right.InitiatingProcessId",
        "ProcessId",
    ),
    ("KL419", '| where ProcessCommandLine contains "user*add"', '"user*add"'),
    ("KL419", '| where ProcessCommandLine =~ @".*-enc\\s+.*"', '@".*-enc\\s+.*"'),
    (
        "KL420",
        "| extend Hour = bin(Timestamp, 1h)\n| join kind=leftsemi (DeviceFileEvents) on $left.Hour == $right.Timestamp",
        "$left.Hour == $right.Timestamp",
    ),
]


def said(query: str) -> list[tuple[str, str]]:
    return [(one.code, query[one.start : one.end]) for one in analyze(query).diagnostics if one.code.startswith("KL4")]


@pytest.mark.parametrize("construct", CONSTRUCTS)
@pytest.mark.parametrize(("code", "planted", "place"), MISTAKES)
def test_a_mistake_is_found_at_its_place(code: str, planted: str, place: str, construct: str) -> None:
    form = CONSTRUCTS[construct]
    written = planted.removeprefix("| ") if construct == "a fork" else planted
    query = form.format(written.replace("{", "{{"))
    assert said(query) == [(code, place)]


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_without_a_mistake_nothing_is_said(construct: str) -> None:
    sound = '| where FileName =~ "cmd.exe"'
    query = CONSTRUCTS[construct].format(sound.removeprefix("| ") if construct == "a fork" else sound)
    assert said(query) == []


def test_each_rule_on_logic_that_looks_at_queries_is_planted() -> None:
    on = {rule.code for rule in RULES if rule.code.startswith("KL4") and rule.check is not None and rule.enabled}
    # No column of the table that all this is about is known to be written in several cases.
    assert on - {code for code, *_ in MISTAKES} == {"KL418"}
