"""``kql-lint trace``: what is in scope behind each operator, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
from click.testing import Result

from kql_lint import trace
from kql_lint.catalogue import Catalogue

Call = Callable[..., Result]
Write = Callable[..., Path]
FORMAT = json.loads((Path(__file__).parents[2] / "docs" / "trace.schema.json").read_text(encoding="utf-8"))

RDP = """\
let Hosts = DeviceInfo | project DeviceId, OSPlatform;
DeviceNetworkEvents
| where ActionType in ("InboundConnectionAccepted", "ConnectionSuccess", "ConnectionFailed")
| where ActionType != "ConnectionFailed"
| project DeviceId, Port = LocalPort, Kind = "rdp", Fields = parse_json(AdditionalFields), ActionType
| join kind=leftouter Hosts on DeviceId
| extend Port = tostring(Port)
| summarize Attempts = count() by Port
"""

RULE = """\
name: Logons
query: |
  let Logons = SecurityEvent | where EventID in (4624, 4625);
  Logons
  | where EventID != 4624
  | evaluate bag_unpack(parse_json(EventData))
"""


def width(table: str) -> int:
    """How many columns a table has, on the first of its platforms."""
    return len(Catalogue.default().tables(table)[0].columns)


def steps(result: Result) -> list[dict[str, object]]:
    found = json.loads(result.stdout)
    jsonschema.validate(found, FORMAT)
    return [step for record in found for step in record["steps"]]


def test_columns_and_values_operator_by_operator(kql_lint: Call, write: Write) -> None:
    write("rules/rdp.kql", RDP)
    devices, network = width("DeviceInfo"), width("DeviceNetworkEvents")

    result = kql_lint("trace", "rules", "--platform", "defender")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "rules/rdp.kql:1:13: DeviceInfo\n"
        f"  columns ({devices}): Timestamp datetime, DeviceId string, DeviceName string, ClientVersion string,"
        " PublicIP string,\n"
        f"    OSArchitecture string, OSPlatform string, and {devices - 7} more\n"
        "rules/rdp.kql:1:26: project DeviceId, OSPlatform\n"
        "  columns (2): DeviceId string, OSPlatform string\n"
        "rules/rdp.kql:2:1: DeviceNetworkEvents\n"
        f"  columns ({network}): Timestamp datetime, DeviceId string, DeviceName string, ActionType string,"
        " RemoteIP string,\n"
        f"    RemotePort int, RemoteUrl string, and {network - 7} more\n"
        'rules/rdp.kql:3:3: where ActionType in ("InboundConnectionAccepted", "Connecti\u2026\n'
        f"  columns ({network}): as before\n"
        "  ActionType of DeviceNetworkEvents at 2:1: ConnectionSuccess, ConnectionFailed, InboundConnectionAccepted\n"
        'rules/rdp.kql:4:3: where ActionType != "ConnectionFailed"\n'
        f"  columns ({network}): as before\n"
        "  ActionType of DeviceNetworkEvents at 2:1: ConnectionSuccess, InboundConnectionAccepted\n"
        'rules/rdp.kql:5:3: project DeviceId, Port = LocalPort, Kind = "rdp", Fields =\u2026\n'
        '  columns (5): DeviceId string, Port int (DeviceNetworkEvents.LocalPort), Kind string ("rdp"),\n'
        "    Fields dynamic (parsed of DeviceNetworkEvents.AdditionalFields), ActionType string\n"
        "rules/rdp.kql:6:3: join kind=leftouter Hosts on DeviceId\n"
        "  columns (7)\n"
        "    new: DeviceId1 string (DeviceInfo.DeviceId), OSPlatform string\n"
        "rules/rdp.kql:7:3: extend Port = tostring(Port)\n"
        "  columns (7)\n"
        "    new: Port string (DeviceNetworkEvents.LocalPort)\n"
        "rules/rdp.kql:8:3: summarize Attempts = count() by Port\n"
        "  columns (2): Port string (DeviceNetworkEvents.LocalPort), Attempts long\n"
        "\n"
    )


def test_all_columns(kql_lint: Call, write: Write) -> None:
    write("a.kql", "DeviceInfo\n| project DeviceId, Name = DeviceName, Level = iff(OnboardingStatus == 'x', 1, 2)\n")

    lines = kql_lint("trace", "a.kql", "--columns", "--platform", "defender").stdout.splitlines()

    assert lines[1:3] == [
        f"  columns ({width('DeviceInfo')})",
        "    Timestamp              datetime  DeviceInfo.Timestamp",
    ]
    assert len(lines[2:-6]) == width("DeviceInfo")
    assert lines[-6:] == [
        "a.kql:2:3: project DeviceId, Name = DeviceName, Level = iff(Onboarding\u2026",
        "  columns (3)",
        "    DeviceId  string  DeviceInfo.DeviceId",
        "    Name      string  DeviceInfo.DeviceName",
        "    Level     long    1 or 2",
        "",
    ]


def test_a_rule_says_places_of_its_file_and_what_may_be_there_too(kql_lint: Call, write: Write) -> None:
    write("rule.yaml", RULE)
    count = width("SecurityEvent")
    begins = f"  columns ({count}): TenantId string, TimeGenerated datetime, SourceSystem string, Account string,"
    begins = f"{begins} AccountType string,"

    lines = kql_lint("trace", "rule.yaml").stdout.splitlines()

    assert [line for line in lines if not line.startswith("    ")] == [
        'rule.yaml:3:3: "Logons"',
        "rule.yaml:3:16: SecurityEvent",
        begins,
        "rule.yaml:3:32: where EventID in (4624, 4625)",
        f"  columns ({count}): as before",
        "  EventID of SecurityEvent at 3:16: 4624, 4625",
        "rule.yaml:4:3: Logons",
        begins,
        "  EventID of SecurityEvent at 3:16: 4624, 4625",
        "rule.yaml:5:5: where EventID != 4624",
        f"  columns ({count}): as before",
        "  EventID of SecurityEvent at 3:16: 4625",
        "rule.yaml:6:5: evaluate bag_unpack(parse_json(EventData))",
        f"  columns ({count - 1} known; there may be more)",
        "",
    ]


def test_queries_of_a_document(kql_lint: Call, write: Write) -> None:
    write("hunt.md", '# Hunts\n\n```kql\nlet N = 1;\nSyslog | take N\n```\n\n```kql\nprint A = 1, B = "x"\n```\n')

    assert kql_lint("trace", "hunt.md").stdout.splitlines()[-3:] == [
        'hunt.md:9:1: print A = 1, B = "x"',
        '  columns (2): A long (1), B string ("x")',
        "",
    ]


def test_no_row_is_left_and_what_is_excluded(kql_lint: Call, write: Write) -> None:
    write("a.kql", "DeviceLogonEvents\n| where ActionType != 'LogonFailed'\n| where ActionType == 'LogonFailed'\n")

    lines = [line for line in kql_lint("trace", "a.kql").stdout.splitlines() if "ActionType of" in line]

    assert lines == [
        "  ActionType of DeviceLogonEvents at 1:1: any but LogonFailed",
        "  ActionType of DeviceLogonEvents at 1:1: none, so that no row is left",
    ]


NARROWED = """\
DeviceNetworkEvents
| where RemotePort > 1024 and RemotePort != 8080 and RemoteUrl startswith "ex" and RemoteUrl !has_cs "Example"
| where LocalPort between (9 .. 11) and isnotempty(RemoteIP)
| where Protocol has_any ("tcp", "udp") and not(Protocol matches regex "^T") and Protocol in~ ("Tcp", "Udp")
| join kind=leftouter (DeviceInfo | where OSPlatform in ("Linux", "macOS")) on DeviceId
| where RemotePort < 100
"""


def test_every_column_that_is_compared(kql_lint: Call, write: Write) -> None:
    write("a.kql", NARROWED)

    lines = [line for line in kql_lint("trace", "a.kql").stdout.splitlines() if " of Device" in line]

    assert lines == [
        "  RemotePort of DeviceNetworkEvents at 1:1: >= 1025, not empty, any but 8080",
        '  RemoteUrl of DeviceNetworkEvents at 1:1: !has_cs "Example", startswith "ex", not empty',
        "  LocalPort of DeviceNetworkEvents at 1:1: 9, 10, 11",
        "  RemoteIP of DeviceNetworkEvents at 1:1: not empty",
        '  Protocol of DeviceNetworkEvents at 1:1: =~ ("Tcp", "Udp"), has any of ("tcp", "udp"),'
        ' not matches regex "^T",',
        "  OSPlatform of DeviceInfo at 5:24: Linux, macOS",
        "  OSPlatform of DeviceInfo at 5:24: empty, Linux, macOS",
        "  RemotePort of DeviceNetworkEvents at 1:1: none, so that no row is left",
    ]


def test_with_columns_all_that_is_known_is_said_each_time(kql_lint: Call, write: Write) -> None:
    write("a.kql", "DeviceLogonEvents\n| where ActionType == 'LogonFailed'\n| take 10\n")

    lines = kql_lint("trace", "a.kql", "--columns").stdout.splitlines()

    assert lines.count("  ActionType of DeviceLogonEvents at 1:1: LogonFailed") == 2


def test_json(kql_lint: Call, write: Write) -> None:
    write("rdp.kql", RDP)

    result = kql_lint("trace", "rdp.kql", "--output-format", "json", "--platform", "defender")

    found = steps(result)
    assert [step["text"] for step in found][:3] == ["DeviceInfo", "project DeviceId, OSPlatform", "DeviceNetworkEvents"]
    project = found[5]
    assert (project["location"], project["end_location"]) == ({"row": 5, "column": 3}, {"row": 5, "column": 102})
    assert (project["complete"], project["added"], len(project["removed"])) == (True, ["Port", "Kind", "Fields"], 44)  # type: ignore[arg-type]
    port, kind, fields = project["columns"][1:4]  # type: ignore[index]
    assert port == {
        "name": "Port",
        "type": "int",
        "origins": [{"table": "DeviceNetworkEvents", "column": "LocalPort"}],
        "parsed_of": [],
        "values": None,
        "declared": {"location": {"row": 5, "column": 21}, "end_location": {"row": 5, "column": 37}},
    }
    assert (kind["values"], kind["origins"]) == (["rdp"], [])
    assert fields["parsed_of"] == [{"table": "DeviceNetworkEvents", "column": "AdditionalFields"}]
    assert project["known"] == [
        {
            "table": "DeviceNetworkEvents",
            "column": "ActionType",
            "values": ["ConnectionSuccess", "InboundConnectionAccepted"],
            "excluded": [],
            "conditions": [],
            "location": {"row": 2, "column": 1},
            "end_location": {"row": 2, "column": 20},
        }
    ]


def test_a_syntax_error_and_a_file_that_is_no_text_cost_the_others_nothing(kql_lint: Call, write: Write) -> None:
    write("a.kql", "SigninLogs\n| where UserPrincipalName = = 1\n| project UserPrincipalName\n")
    write("b.kql", b"SigninLogs | where \xff\n")
    write("c.kql", "print Answer = 42\n")

    result = kql_lint("trace")

    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if line[:2] != "  "] == [
        "a.kql:1:1: SigninLogs",
        "a.kql:2:3: where UserPrincipalName = = 1",
        "a.kql:3:3: project UserPrincipalName",
        "",
        "c.kql:1:1: print Answer = 42",
        "",
    ]
    assert result.stderr == (
        "kql-lint: a.kql:2:29: syntax-error: unexpected `=`; expected an expression\n"
        "kql-lint: b.kql:1:20: unreadable-file: is not UTF-8: byte 0xFF here can't be decoded (invalid start byte); "
        "save it as UTF-8\n"
    )
    found = json.loads(kql_lint("trace", "a.kql", "--output-format", "json").stdout)
    jsonschema.validate(found, FORMAT)
    assert [error["message"] for error in found[0]["syntax_errors"]] == ["unexpected `=`; expected an expression"]


def test_hostile_names_are_cleaned(kql_lint: Call, write: Write) -> None:
    write("a.kql", "DeviceInfo | project ['a\u202eb\x1b[31m'] = DeviceId, B = 'x\u2028::error::y'\n")

    text, records = kql_lint("trace", "a.kql"), kql_lint("trace", "a.kql", "--output-format", "json")

    for output in (text.stdout, records.stdout):
        assert not {"\u202e", "\x1b", "\u2028"} & set(output)
    assert [column["name"] for column in steps(records)[1]["columns"]] == ["a\u202eb\x1b[31m", "B"]  # type: ignore[index, attr-defined]


def test_the_body_of_a_function_is_as_its_last_call_makes_it() -> None:
    query = "let F = (T: (A: string)) { T | where A == 'x' }; F((print A = 'y')) | project A"
    found = trace(query)

    assert [query[step.start : step.end] for step in found.steps] == [
        "print A = 'y'", "T", "where A == 'x'", "F((print A = 'y'))", "project A",
    ]  # fmt: skip
    assert [step.columns[0].values for step in found.steps][:2] == [("y",), ("y",)]


def test_joins_unions_and_forks_are_followed_before_themselves() -> None:
    query = "union (SigninLogs | take 1), (AuditLogs | count) | fork (where Type == 'a') (summarize by Type)"
    found = trace(query)

    assert [query[step.start : step.end].split()[0] for step in found.steps] == [
        "SigninLogs", "take", "AuditLogs", "count", "union", "where", "summarize", "fork",
    ]  # fmt: skip


def test_nothing_is_recorded_unless_it_is_asked_for() -> None:
    from kql_lint import analyze

    bound = analyze(RDP).bound
    assert bound is not None
    assert bound.facts.steps is None
