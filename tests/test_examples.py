"""Every file of rules_examples/ is linted, and these are the findings: no more, no fewer, in these words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.config import Configurations
from kql_lint.policy.apply import Policy
from kql_lint.policy.select import Layer
from kql_lint.policy.settings import AllSettings, Said
from kql_lint.policy.versions import Base
from kql_lint.rules import RULES
from kql_lint.rules.rule import Rule
from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

EXAMPLES = Path(__file__).parent.parent / "rules_examples"
FILES = sorted(
    path.relative_to(EXAMPLES).as_posix()
    for path in EXAMPLES.rglob("*")
    if path.is_file() and path.parent.name != "catalog" and path.name not in (".kql-lint.toml", "baseline.json")
)

EXPECTED = {
    "pattern-taken-literally/bad.kql": [
        '4:37 warning KL419 contains takes "user*add" as it is written: it knows no wildcards',
    ],
    "join-on-exact-time/bad.kql": [
        "5:61 warning KL420 Hour is the start of a time span, and TimeGenerated of SigninLogs is exact: "
        "they are hardly ever equal",
    ],
    "scalar-of-many-rows/bad.kql": [
        "5:31 warning KL414 toscalar() takes the first row alone, and this table can have many",
    ],
    "in-compares-first-column/bad.kql": [
        "7:20 warning KL415 in compares SHA256 with FileName, the first column of this table, not with SHA256",
    ],
    "id-without-device/bad.kql": [
        "5:14 warning KL416 each device counts its own ProcessId, and rows are joined by it without the device",
    ],
    "unpacked-columns-unknown/bad.yaml": [
        "20:11 info KL417 key is a column only where bag_unpack finds it in the data: without such rows the rule "
        "can't be saved",
    ],
    "escape-in-path/bad.kql": [
        "3:31 warning KL413 \\t in this path is a tab, which no path has; "
        "write @ before the string, or two backslashes",
    ],
    "compared-with-null/bad.kql": [
        "3:9 error KL411 nothing equals null, so this comparison never matches; write isnull(ProcessCreationTime)",
    ],
    "repeated-operand/bad.kql": [
        '3:46 warning KL409 this repeats an operand of the same "or" and has no effect',
    ],
    "reversed-range/bad.kql": [
        "3:28 error KL404 the range starts after it ends, so it never matches",
    ],
    "lowercased-compare-never-matches/bad.kql": [
        '3:30 error KL403 the value compared is in lower case, so "PowerShell.exe" never matches',
    ],
    "always-true-filter/bad.kql": [
        "3:9 warning KL402 every value differs from one of these, so this is always true; "
        "use and, or !in, to exclude both",
    ],
    "contradictory-filter/bad.kql": [
        "5:9 error KL401 RemotePort can only be 3389 here, so no row passes this filter",
    ],
    "syntax-error/fix.kql": ["3:32 error KL001 `&` is not an operator of KQL; write `and`"],
    "unknown-value/fix.kql": [
        '3:27 warning KL121 DeliveryAction of EmailEvents has no value "Deliverd"; did you mean "Delivered"?'
    ],
    "unknown-column/fix.kql": ['3:9 error KL201 unknown column "FileNam"; did you mean "FileName"?'],
    "watchlist-column/fix.kql": [
        '3:11 warning KL206 the watchlist "vip-users" has no column "userprincipalname"; '
        'did you mean "UserPrincipalName"?'
    ],
    "join-key-missing/fix.kql": [
        '3:62 error KL207 the right side has no column "DeviceId" to join on; did you mean "DeviceIds"?'
    ],
    "join-condition/fix.kql": ['3:13 error KL211 join has no kind "Inner"; did you mean "inner"?'],
    "action-type-case/bad.kql": [
        '4:44 warning KL103 ActionType "logonfailed" is written "LogonFailed" in DeviceLogonEvents: '
        "== is case-sensitive and never matches",
    ],
    "action-type-of-other-table/bad.kql": [
        '3:23 error KL102 ActionType "RegistryValueSet" is not in DeviceProcessEvents but in DeviceRegistryEvents',
    ],
    "alias-column/bad.kql": [
        '4:9 error KL208 unknown column "DestinationPort"; DeviceNetworkEvents calls it "RemotePort"',
    ],
    "bad-literal/bad.kql": [
        '3:61 error KL003 datetime literal "2024-02-30" names no day: February 2024 has 29 days',
        '4:50 error KL003 "10.0.0.0/33" is no IPv4 range: the prefix length goes up to 32, not 33',
        '5:38 error KL003 regular expression: "(?!" is a negative lookahead, which the service does not support',
    ],
    "column-of-other-platform/bad.yaml": [
        '13:15 warning KL204 OAuthAppInfo has "Timestamp" in Defender only; in Sentinel write "TimeGenerated"',
    ],
    "confusable-character/bad.kql": [
        '3:21 error KL002 `“` (U+201C) is not what it looks like to KQL; write `"`',
        '3:30 error KL002 `”` (U+201D) is not what it looks like to KQL; write `"`',
    ],
    "event-id-of-other-channel/bad.kql": [
        "3:20 error KL112 EventID 7045 never reaches SecurityEvent, so this filter never matches",
    ],
    "value-never-written/bad.kql": [
        "4:32 warning KL412 RegistryKey of DeviceRegistryEvents holds the whole name of the hive, such as "
        'HKEY_LOCAL_MACHINE, never "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"',
    ],
    "unknown-value/bad.kql": [
        '3:27 warning KL121 DeliveryAction of EmailEvents has no value "Quarantined" as of 2024-01',
    ],
    "value-case/bad.kql": [
        '3:22 error KL122 "remoteinteractive" is written "RemoteInteractive" in LogonType of DeviceLogonEvents: '
        "== is case-sensitive and never matches",
    ],
    "field-not-in-event-id/bad.kql": [
        "4:9 error KL111 ProcessName is always empty for EventID 4688, so this filter never matches",
    ],
    "unknown-bag-key/bad.kql": [
        '4:28 warning KL110 EventData has no key "NewProcessName" for EventID 4663; did you mean "ProcessName"?',
        '6:65 warning KL110 EventData has no key "subjectUserName" for EventID 4663; did you mean "SubjectUserName"?',
    ],
    "field-not-in-action-type/bad.kql": [
        "4:9 error KL104 RemotePort is always empty for ListeningConnectionCreated, so this filter never matches",
    ],
    "field-not-listed/bad.kql": [
        "5:34 info KL105 LocalIP is not a field listed for ConnectionSuccess in DeviceNetworkEvents, "
        "but recorded in practice",
    ],
    "declared-twice/bad.kql": [
        '3:5 error KL212 "SearchWindow" is declared already',
    ],
    "join-condition/bad.kql": [
        "6:53 error KL211 both sides of the condition are columns of $left",
    ],
    "join-key-type/bad.kql": [
        '4:8 error KL307 "RemotePort" is an int on the left side and a string on the right',
    ],
    "name-instead-of-comparison/bad.kql": [
        "3:26 warning KL410 = only names a value here, so this filter keeps every row; write IsInternetFacing == true",
    ],
    "join-key-missing/bad.kql": [
        '8:38 error KL207 the left side has no column "DeviceId" to join on: summarize has dropped it',
    ],
    "no-action-type-left/bad.kql": [
        '5:9 error KL107 ActionType can only be "FileCreated" here, so no row passes this filter',
    ],
    "no-query-found/bad.yaml": [
        '1:1 warning KL004 no query found in the rule "Service installed from a user folder": it has no query',
    ],
    "pattern-matches-no-action-type/bad.kql": [
        '4:24 error KL108 no ActionType of DeviceNetworkEvents has the whole word "Inspected"',
    ],
    "renamed-name/bad.kql": [
        '4:23 warning KL106 ActionType "UsbDriveMount" of DeviceEvents is now "UsbDriveMounted" (since 2021-02)',
    ],
    "several-queries/bad.kql": [
        "7:1 info KL006 2 queries in this file have only blank lines between them; each is linted on its own",
    ],
    "string-used-as-column/bad.kql": [
        '5:35 warning KL205 "User name" is a text here, not the column User name',
    ],
    "analysis-limit/bad.kql": [
        "6:9 warning KL007 query is too complex to analyze completely",
    ],
    "syntax-error/bad.kql": [
        "3:35 error KL001 unexpected `|`; expected an expression",
    ],
    "unknown-action-type/bad.kql": [
        '4:23 error KL101 unknown ActionType "ProcessCreatd" for DeviceProcessEvents; did you mean "ProcessCreated"?',
    ],
    "unknown-column/bad.kql": [
        '5:9 error KL201 no column "ProcessCommandLine" here: summarize has dropped it',
    ],
    "unknown-function/bad.kql": [
        '3:9 warning KL203 unknown function "toLower"; did you mean "tolower"?',
        '5:20 info KL203 unknown function "IsEncoded"',
    ],
    "unknown-table/bad.kql": [
        '2:1 warning KL202 unknown table "DeviceProcesEvents"; did you mean "DeviceProcessEvents"?',
    ],
    "unreadable-file/bad.yaml": [
        "6:26 error KL005 broken YAML: the indentation is wrong here, or a line above lacks something",
    ],
    "let-shadows-table/bad.kql": [
        '2:5 warning KL210 this let hides the table "SigninLogs"',
    ],
    "watchlist-column/bad.kql": [
        '4:70 warning KL206 the watchlist "vip-users" has no column "UPN"',
    ],
    "unused-let/bad.kql": [
        '3:5 info KL209 "Excluded" is never used',
    ],
    "aggregate-outside-summarize/bad.kql": [
        "3:41 error KL304 count() aggregates rows, which summarize, make-series, top-nested and pivot do",
        "4:34 error KL304 make_set() aggregates rows, which summarize, make-series, top-nested and pivot do",
    ],
    "argument-count/bad.kql": [
        "5:17 error KL303 iff() takes 3 arguments, not 2",
        "5:21 error KL303 IsLocal() takes 1 argument, not 2",
    ],
    "argument-type/bad.kql": [
        '3:29 warning KL302 ago() takes a timespan as argument 1 (timespan), not a string; write totimespan("7d")',
        "4:28 warning KL302 sum() takes a number, datetime or timespan as argument 1 (expr), not a string; "
        "write toreal(ResultType)",
    ],
    "dynamic-compared/bad.kql": [
        "4:53 warning KL306 rows can't be grouped by a dynamic value; write tostring(DeviceDetail.browser)",
        "4:82 warning KL306 rows can't be grouped by a dynamic value; write tostring(LocationDetails.city)",
    ],
    "isnull-on-string/bad.kql": [
        "8:9 warning KL305 isnull() is always false for a string, which is never null; write isempty()",
    ],
    "operator-type-mismatch/bad.kql": [
        "3:19 error KL301 >= is not defined for datetime and timespan; write ago(7d)",
        '4:55 error KL301 or is not defined for bool and string; write InitiatingProcessFileName =~ "excel.exe"',
        '5:29 error KL301 + is not defined for string and string; write strcat(FileName, " ")',
    ],
    "join-without-kind/bad.kql": [
        "4:3 warning KL501 join without a kind keeps one arbitrary row of its left side for each key",
    ],
    "contains-for-whole-word/bad.kql": [
        '3:28 info KL502 contains reads every value to find "Invoke-Mimikatz"; has finds it in the index of terms',
    ],
    "no-time-filter/bad.kql": [
        "2:1 info KL503 DeviceProcessEvents is read without a time filter",
    ],
    "take-in-detection/bad.yaml": [
        "19:5 warning KL504 take keeps some rows, and it is not defined which: the rule misses the others",
    ],
    "unscoped-search/bad.kql": [
        "2:1 warning KL505 search without tables reads every table of the workspace",
    ],
    "case-folded-equality/bad.kql": [
        "3:9 info KL506 tolower() changes every value before it is compared; =~ ignores case itself",
    ],
    "late-filter/bad.kql": [
        "4:9 info KL507 this filter could stand before summarize, which would then have fewer rows",
    ],
    "regex-for-plain-text/bad.kql": [
        "3:42 info KL508 the regular expression is a plain string; contains finds the same with less work",
    ],
    "time-filter-in-detection/bad.yaml": [
        "5:13 warning KL509 this filter drops events that arrive late; the detection reads its lookback period anyway",
    ],
    "case-sensitive-name/bad.kql": [
        '3:9 warning KL510 the case of file names varies, and in matches "wmic.exe" and 1 more in this case only',
    ],
    "case-sensitive-value/bad.kql": [
        "3:9 warning KL418 OperationNameValue of AzureActivity is written in several cases, and == matches "
        '"microsoft.storage/storageaccounts/listkeys/action" in this case only',
    ],
    "entity-mapping-column/bad.yaml": [
        '19:21 error KL601 the query returns no column "Devicename" for HostName of Host; did you mean "DeviceName"?',
        '23:21 error KL601 the query returns no column "AccountName" for Name of Account',
        '26:21 error KL601 File has no identifier "Path"',
    ],
    "custom-details-column/bad.yaml": [
        '17:10 error KL602 the query returns no column "InitiatedBy" for the custom detail "Actor"',
        '23:28 warning KL602 incidents are grouped by "application", which is no custom detail; '
        'did you mean "Application"?',
    ],
    "alert-override-placeholder/bad.yaml": [
        '16:28 error KL603 "{{UserId}" is no placeholder: its braces do not match; write {{UserId}}',
        '17:36 warning KL603 "{UserId}" is shown as it is written; a placeholder has two braces: {{UserId}}',
        '17:79 error KL603 the query returns no column "ClientIp" for {{ClientIp}} in alertDescriptionFormat; '
        'did you mean "ClientIP"?',
        '18:28 error KL603 the query returns no column "Severity" for alertSeverityColumnName',
    ],
    "lookback-past-query-period/bad.yaml": [
        "16:38 warning KL604 the rule sees 1 day of data, and this asks for rows 14 days back",
    ],
    "query-schedule/bad.yaml": [
        "4:17 error KL605 with a period of 2 days or more the frequency is 1 hour at least",
        '6:18 error KL605 triggerOperator can\'t be "gte"; write gt, lt, eq or ne',
    ],
    "service-limit/bad.yaml": [
        "20:22 error KL606 Account is given 4 identifiers; 3 are allowed",
        '22:3 error KL606 "Number of starts" can\'t name a custom detail: it takes letters, digits and _, '
        "a letter first",
    ],
    "detection-output-columns/bad.yaml": [
        "7:7 error KL607 the query does not return DeviceId, which tells the event's device",
        "7:7 error KL607 the query does not return ReportId, which leads back to the event",
    ],
    "duplicate-rule-id/bad.yaml": [
        "6:5 error KL608 the id C9A1B6DE-6FD3-4E52-9F8E-1F6F0A7C8D07 is that of an earlier rule in this file",
    ],
    "nrt-not-supported/bad.yaml": [
        "5:5 error KL609 a detection that runs continuously can't have comments in its query",
        "8:7 error KL609 summarize can't be used in a detection that runs continuously",
    ],
    "rule-shape/bad.yaml": [
        "1:1 warning KL610 the rule lacks description",
        '1:5 warning KL610 the id "SOC-0042" is not a GUID',
        '3:11 error KL610 severity can\'t be "Moderate"; write High, Medium, Low or Informational',
        '5:10 warning KL610 version "1.0" is not of the form X.Y.Z',
        "15:22 warning KL610 suppressionDuration is 30 minutes and the rule runs every 1 hour: it suppresses nothing",
        '31:20 error KL610 aggregationKind can\'t be "SingelAlert"; did you mean "SingleAlert"?',
        '37:23 error KL610 lookbackDuration "1 day" is no length of time; write it as 5h, 30m or 1d',
        '38:21 error KL610 matchingMethod can\'t be "AllEntites"; did you mean "AllEntities"?',
    ],
    "unknown-tactic/bad.yaml": [
        '5:5 warning KL611 unknown tactic "Colection"; did you mean "Collection"?',
        '6:5 warning KL611 the tactic "CommandandControl" is written "CommandAndControl"',
        '8:5 warning KL611 the technique "T1002" is revoked in MITRE ATT&CK; it is now T1560',
        '9:5 warning KL611 "t1105" is not a technique; write T1105',
    ],
    "technique-of-other-tactic/bad.yaml": [
        "10:22 warning KL612 T1003 belongs to CredentialAccess, which is none of the rule's tactics",
    ],
    "data-connector/bad.yaml": [
        '8:18 warning KL613 "<connector id>" is a placeholder for the id of a data connector',
        "14:9 info KL613 the query doesn't read SigninLogs, which the rule requires",
        "15:5 warning KL613 the data connector Office365 lists no dataTypes",
    ],
    "alert-grouping/bad.yaml": [
        "27:32 error KL614 incidents are grouped by Mailbox, which no entity mapping has",
        '28:27 error KL614 incidents can\'t be grouped by the alert detail "Severty"; did you mean "Severity"?',
        '48:21 error KL614 matchingMethod is "AnyAlert", so groupByAlertDetails is ignored',
    ],
    "unknown-override-key/bad.yaml": [
        '16:3 error KL615 alertDetailsOverride has no setting "alertnameFormat"; '
        'did you mean "alertDisplayNameFormat"?',
        '18:7 error KL615 alertDynamicProperties has no setting "property"; did you mean "alertProperty"?',
        '21:3 error KL615 eventGroupingSettings has no setting "aggregation"; did you mean "aggregationKind"?',
    ],
    "entity-mapped-to-list/bad.yaml": [
        "21:21 warning KL616 Parts is a list, from which Name of Account can't be read",
        "25:21 warning KL616 Hosts is a list, from which HostName of Host can't be read",
    ],
    "old-entity-column/bad.yaml": [
        "13:47 warning KL617 Sentinel no longer reads entities from HostCustomEntity and AccountCustomEntity; "
        "map them in entityMappings",
    ],
    "weak-entity-identifier/bad.yaml": [
        "14:17 info KL618 Account is identified by Name alone, which is weak",
        "18:17 info KL618 Host is identified by HostName alone, which is weak",
    ],
    "duplicate-rule-name/bad.yaml": [
        '16:7 warning KL619 the name "Many failed sign-ins" is that of an earlier rule with another query in this file',
    ],
    "repository/analytics/lsass-memory-read.yaml": [
        '15:25 error KL102 ActionType "ReadProcessMemoryApiCall" is not in DeviceProcessEvents but in DeviceEvents',
    ],
    "repository/analytics/remote-desktop-from-new-device.yaml": [
        '20:51 warning KL101 unknown ActionType "ConnectionSucess" for DeviceNetworkEvents, '
        'so this item never matches; did you mean "ConnectionSuccess"?',
    ],
    "repository/analytics/removable-drive-copy.yaml": [
        '8:58 error KL103 ActionType "usbdrivemounted" is written "UsbDriveMounted" in DeviceEvents: '
        "== is case-sensitive and never matches",
    ],
    "repository/bicep/rules.bicep": [
        '17:31 error KL101 unknown ActionType "ListeningConnectionCreatd" for DeviceNetworkEvents; '
        'did you mean "ListeningConnectionCreated"?',
        '49:50 error KL601 the query returns no column "Computr" for HostName of Host; did you mean "Computer"?',
    ],
    "repository/docs/beaconing.md": [
        '16:23 error KL101 unknown ActionType "ConnectionFailure" for DeviceNetworkEvents; '
        'did you mean "ConnectionFailed"?',
    ],
    "repository/hunting/new-listeners.yaml": [
        "9:22 error KL104 RemoteUrl is always empty for ListeningConnectionCreated, so this filter never matches",
    ],
    "repository/hunting/service-then-logon.kql": [
        '8:9 error KL107 ActionType can only be "LogonSuccess" here, so no row passes this filter',
    ],
    "repository/terraform/custom-detections.tf": [
        '16:62 error KL201 unknown column "InitiatingProcesFileName"; did you mean "InitiatingProcessFileName"?',
    ],
    "repository/terraform/rules.tf": [
        '26:27 error KL101 unknown ActionType "FileCreatd" for DeviceFileEvents; did you mean "FileCreated"?',
        '42:14 error KL602 the query returns no column "AccountName" for the custom detail "User"',
    ],
    "unused-suppression/bad.kql": [
        '3:1 warning KL901 "unknown-action-type" suppresses nothing on the next line',
        '5:32 warning KL901 "field-not-in-action-type" suppresses nothing on the next line',
        '7:9 error KL201 unknown column "Zone"; it is a column of AADDomainServicesDNSAuditsDynamicUpdates, '
        "AADDomainServicesDNSAuditsGeneral, DnsAuditEvents and 3 more",
        "7:23 warning KL901 this suppression ended on 2025-06-30 and suppresses nothing any more",
    ],
    "bad-suppression/bad.yaml": [
        '12:31 warning KL902 there is no rule "unkown-column"; did you mean "unknown-column"?',
        '16:16 warning KL902 "ignore" is nothing that kql-lint can do; there are disable-line, disable-next-line, '
        "disable, enable, disable-file",
        '17:77 warning KL902 "2027-02-30" is no day; write until=2027-01-31',
    ],
    "version-not-raised/bad.yaml": [
        "6:10 info KL621 the query has changed since main, and the version is still 1.0.0",
    ],
    "stale-baseline/bad.kql": [
        "4:5 info KL903 KL201 is no longer reported in bad.kql for this line",
    ],
}


def findings(name: str) -> list[str]:
    """What a run over one file alone says, of the file and of its baseline; a rule that is off is on for its own.

    before.yaml is what the files of its folder were at another revision.
    """
    overlay = (EXAMPLES / name).parent / "catalog"
    own = tuple(rule.code for rule in RULES if name.startswith(f"{rule.name}/"))
    options = Options(catalog=(str(overlay),) if overlay.exists() else (), extend_select=own)
    report = lint_file(str(EXAMPLES / name), options, read_source)
    assert report.errors == []
    said = Said(layer=Layer(extend_select=own))
    before = (EXAMPLES / name).parent / "before.yaml"
    base = Base("main", lambda _: before.read_bytes()) if before.exists() else None
    policy = Policy(AllSettings(Configurations(), said), base=base)
    policy.judge(report)
    return [
        f"{finding.span.line}:{finding.span.column} {finding.diagnostic.severity.label} "
        f"{finding.diagnostic.code} {finding.diagnostic.message}"
        for one in [report, *policy.finish()]
        for finding in one.findings
    ]


@pytest.mark.parametrize("name", FILES)
def test_findings(name: str) -> None:
    assert findings(name) == EXPECTED.get(name, [])


def test_no_expectation_without_its_file() -> None:
    assert EXPECTED.keys() <= set(FILES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_bad_and_a_good_file(rule: Rule) -> None:
    names = {Path(name).stem for name in FILES if name.startswith(f"{rule.name}/")}
    assert names - {"fix", "before"} == {"bad", "good"}
