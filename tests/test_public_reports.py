"""What people report in public of rules that fail, or find nothing: a small query of each, and what is said of it.

A case names what went wrong.  Each finding is its code, severity and message, with the text that it lies on.
"""

from __future__ import annotations

import pytest

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source


def found(path: str, text: str, platform: str = "auto", extend_select: tuple[str, ...] = ()) -> list[str]:
    options = Options(platform=platform, extend_select=extend_select)
    report = lint_file(path, options, lambda name: read_source(name, text.encode()))
    assert report.errors == []
    return [
        f"{item.diagnostic.code} {item.diagnostic.severity.label} [{text[item.span.start : item.span.end]}] "
        f"{item.diagnostic.message}"
        for item in report.findings
        if item.diagnostic.code != "KL209"
    ]


def rule(query: str, period: str = "1d", more: str = "") -> str:
    """A Sentinel rule in YAML."""
    lines = "".join(f"  {line}\n" for line in query.splitlines())
    return (
        "id: 5a0f3a51-3a52-4c8e-9a53-0d5f9f1c2b10\nname: A rule\nkind: Scheduled\nseverity: Medium\n"
        f"queryFrequency: 1h\nqueryPeriod: {period}\ntriggerOperator: gt\ntriggerThreshold: 0\nquery: |\n{lines}{more}"
    )


QUERIES = [
    pytest.param(
        "MiscEvents\n| where EventTime > ago(1d)\n| summarize dcount(ComputerName)",
        [
            "KL106 warning [MiscEvents] the table MiscEvents is now DeviceEvents",
            'KL208 error [EventTime] unknown column "EventTime"; DeviceEvents calls it "Timestamp"',
            'KL208 error [ComputerName] unknown column "ComputerName"; DeviceEvents calls it "DeviceName"',
        ],
        id="a table and columns under old names",
    ),
    pytest.param(
        'DeviceEvents\n| where ActionType == "AntivirusDetection" and ThreatName has "Cobalt"',
        [
            'KL201 error [ThreatName] unknown column "ThreatName"; '
            "it is a key of AdditionalFields for AntivirusDetection",
        ],
        id="a key of the bag as a column",
    ),
    pytest.param(
        'DeviceEvents\n| where ActionType == "NamedPipeEvent"\n| summarize count() by PipeName',
        ['KL201 error [PipeName] unknown column "PipeName"; it is a key of AdditionalFields for NamedPipeEvent'],
        id="another key of the bag",
    ),
    pytest.param(
        'DeviceEvents\n| where ActionType == "AntivirusDetection"\n| project Threat = AdditionalFields.ThreatName',
        ['KL201 error [ThreatName] "ThreatName" is read from a string, which has no members'],
        id="a member of a text",
    ),
    pytest.param(
        "EntraIdSignInEvents\n| summarize count() by AadDeviceId",
        [
            'KL106 error [AadDeviceId] the column "AadDeviceId" of EntraIdSignInEvents is now "EntraIdDeviceId" '
            "(since 2025-11)"
        ],
        id="a column that the successor of a table calls otherwise",
    ),
    pytest.param(
        'DeviceImageLoadEvents\n| where ImageLoaded endswith "dbghelp.dll" and Imphash == "13f08707f759af60"',
        [
            'KL208 error [ImageLoaded] unknown column "ImageLoaded"; DeviceImageLoadEvents calls it "FolderPath"',
            'KL208 error [Imphash] unknown column "Imphash"; DeviceImageLoadEvents has no import hash',
        ],
        id="Sysmon's names of an image, and a hash that the table lacks",
    ),
    pytest.param(
        'DeviceFileEvents\n| where Image endswith "excel.exe"',
        [
            'KL208 error [Image] unknown column "Image"; DeviceFileEvents calls it "InitiatingProcessFolderPath"',
        ],
        id="Sysmon's image in the table of files is the process",
    ),
    pytest.param(
        'DeviceImageLoadEvents\n| where OriginalFileName =~ "dbgcore.dll"',
        [
            'KL208 error [OriginalFileName] unknown column "OriginalFileName"; DeviceImageLoadEvents has that of the '
            'loading process alone: "InitiatingProcessVersionInfoOriginalFileName"'
        ],
        id="the version of another object",
    ),
    pytest.param(
        'DeviceEvents\n| where ActionType == "AntivirusDetection"\n'
        '| where tostring(parse_json(AdditionalFields).Threat_Name) startswith "PUA:"',
        [
            'KL110 warning [Threat_Name] "Threat_Name" is no known key of AdditionalFields in DeviceEvents; '
            'did you mean "ThreatName"?'
        ],
        id="a key with another separator",
    ),
    pytest.param(
        'DeviceLogonEvents\n| where LogonType == "Remote interactive (RDP) logons"',
        [
            'KL121 warning ["Remote interactive (RDP) logons"] LogonType of DeviceLogonEvents has no value '
            '"Remote interactive (RDP) logons"; did you mean "RemoteInteractive"?'
        ],
        id="documentation's words for a value",
    ),
    pytest.param('DeviceLogonEvents\n| where LogonType == "Remote something"', [], id="a value that nothing describes"),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_advanced_hunting(query: str, expected: list[str]) -> None:
    assert found("query.kql", query, "defender") == expected


def test_sysmons_names_in_the_security_log() -> None:
    query = 'SecurityEvent\n| where EventID == 4688 and Image endswith "mshta.exe" and ParentImage has "outlook"'

    assert found("query.kql", query, "sentinel") == [
        'KL208 error [Image] unknown column "Image"; SecurityEvent calls it "NewProcessName" or "ProcessName"',
        'KL208 error [ParentImage] unknown column "ParentImage"; SecurityEvent calls it "ParentProcessName"',
    ]


def test_a_body_of_a_function_without_its_semicolon() -> None:
    query = "let Starts = () {\nlet Rows = SecurityEvent\n| project TimeGenerated, Computer\nRows };\nStarts\n| count"

    assert found("query.kql", query, "sentinel") == [
        "KL001 error [] a new statement begins with `Rows`, but the one before it is not ended by `;`"
    ]


def test_a_table_whose_name_ends() -> None:
    text = rule("AADSpnSignInEventsBeta\n| where ErrorCode == 0\n| summarize dcount(IPAddress) by ApplicationId")

    assert found("rule.yaml", text) == [
        "KL106 warning [AADSpnSignInEventsBeta] the table AADSpnSignInEventsBeta is now EntraIdSpnSignInEvents (since "
        "2025-11; the old name ends in 2026-10), and Sentinel has no table of the new name"
    ]


def test_a_table_that_sentinel_lacks() -> None:
    text = rule("EntraIdSignInEvents\n| where ErrorCode == 50126\n| summarize dcount(IPAddress) by AccountUpn")

    assert found("rule.yaml", text) == [
        'KL202 warning [EntraIdSignInEvents] Sentinel has no table "EntraIdSignInEvents" as of 2026-08; Defender XDR '
        "has it"
    ]


@pytest.mark.parametrize("name", ["AccountUpn", "AccountUPN"])
def test_both_spellings_of_identity_info_are_some_workspaces(name: str) -> None:
    assert found("rule.yaml", rule(f"IdentityInfo\n| where isnotempty(AssignedRoles)\n| distinct {name}")) == []


def test_a_period_of_learning_that_is_a_sum() -> None:
    query = (
        "let Learning = 5d;\nlet Start = ago(Learning + 1h);\nCommonSecurityLog\n"
        "| where TimeGenerated between (Start .. ago(1h))\n| summarize count() by SourceIP"
    )

    assert found("rule.yaml", rule(query, "25h")) == [
        "KL604 warning [Start] the rule sees 25 hours of data, and this asks for rows 121 hours back"
    ]


def test_a_series_that_begins_before_the_period() -> None:
    query = (
        "let Back = 14d;\nSigninLogs\n| make-series Logons = count() on TimeGenerated"
        " from startofday(ago(Back)) to now() step 1h by UserPrincipalName"
    )

    assert found("rule.yaml", rule(query)) == [
        "KL604 warning [startofday(ago(Back))] the rule sees 1 day of data, and this asks for rows 14 days back"
    ]


def test_a_property_of_an_alert_that_can_not_be_set() -> None:
    override = "alertDetailsOverride:\n  alertDynamicProperties:\n    - {alertProperty: Tactics, value: Tactics}\n"

    assert found("rule.yaml", rule("SecurityAlert\n| project TimeGenerated, Tactics", more=override)) == [
        'KL603 error [Tactics] no property "Tactics" of an alert can be set here; alertTacticsColumnName sets it'
    ]


def test_a_detection_over_both_products_has_the_time_under_both_names() -> None:
    text = """\
kind: CustomDetection
properties:
  displayName: A detection
  queryCondition:
    queryText: |-
      AzureActivity
      | where OperationNameValue =~ "microsoft.authorization/roleassignments/write"
      | join kind=leftouter (IdentityInfo | summarize arg_max(TimeGenerated, *) by AccountUpn)
          on $left.Caller == $right.AccountUpn
      | project TimeGenerated, Caller, CallerIpAddress, Department
"""
    said = [line for line in found("rule.yaml", text, "defender") if not line.startswith("KL6")]

    assert said == [
        'KL202 info [AzureActivity] Defender XDR has no table "AzureActivity" as of 2026-08; Sentinel has it'
    ]


def test_a_here_string_of_powershell() -> None:
    text = '$Query = @"\nOAuthAppInfo\n| where PrivilegeLevel == "High"\n| project TimeGenerated, AppName\n"@\n'

    assert found("hunt.ps1", text, "defender") == [
        'KL204 warning [TimeGenerated] OAuthAppInfo has "TimeGenerated" in Sentinel only; in Defender write "Timestamp"'
    ]


CASES = [
    pytest.param(
        rule("AzureActivity\n| where OperationNameValue == 'microsoft.storage/storageaccounts/listkeys/action'"),
        "KL418 warning [OperationNameValue == 'microsoft.storage/storageaccounts/listkeys/action'] "
        "OperationNameValue of AzureActivity is written in several cases, and == matches "
        '"microsoft.storage/storageaccounts/listkeys/action" in this case only',
        id="operations of the activity log",
    ),
    pytest.param(
        rule(
            "SecurityEvent\n| where EventID == 4625\n| where SubStatus != '0xc0000064'\n| summarize count() by Account"
        ),
        "KL418 warning [SubStatus != '0xc0000064'] SubStatus of SecurityEvent is written in several cases, "
        'and != excludes "0xc0000064" in this case only',
        id="an excluded status",
    ),
    pytest.param(
        rule('IdentityLogonEvents\n| where Protocol == "NTLM"\n| summarize count() by AccountUpn'),
        'KL418 warning [Protocol == "NTLM"] Protocol of IdentityLogonEvents is written in several cases, '
        'and == matches "NTLM" in this case only',
        id="a protocol",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_case_against_the_data(text: str, expected: str) -> None:
    assert [line for line in found("rule.yaml", text) if not line.startswith("KL610")] == [expected]


def test_a_custom_detection_that_loses_late_events() -> None:
    text = """{
  "displayName": "PsExec",
  "queryCondition": {
    "queryText": "DeviceProcessEvents\\n| where Timestamp > ago(1h)\\n| project Timestamp, DeviceId, ReportId"
  },
  "schedule": {"period": "1H"},
  "detectionAction": {
    "alertTemplate": {
      "title": "PsExec",
      "severity": "medium",
      "category": "Execution",
      "impactedAssets": [
        {"@odata.type": "#microsoft.graph.security.impactedDeviceAsset", "identifier": "deviceId"}
      ]
    }
  }
}
"""
    assert found("rule.json", text) == []
    assert found("rule.json", text, extend_select=("KL509",)) == [
        "KL509 warning [Timestamp > ago(1h)] this filter drops events that arrive late; "
        "the detection reads its lookback period anyway"
    ]
