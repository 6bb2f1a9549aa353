"""``kql-lint schema``: what it prints, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]
FORMAT = json.loads((Path(__file__).parents[2] / "docs" / "schema.schema.json").read_text(encoding="utf-8"))

RDP = """\
let Hosts = DeviceInfo | where OSPlatform startswith "Windows" | summarize arg_max(Timestamp, MachineGroup) by DeviceId;
DeviceNetworkEvents
| where ActionType in ("InboundConnectionAccepted", "ConnectionSuccess", "ConnectionFailed")
| where ActionType != "ConnectionFailed"
| where LocalPort == 3389
| join kind=inner Hosts on DeviceId
| invoke FileProfile(InitiatingProcessSHA1, 500)
| summarize Attempts = count(), Last = max(Timestamp) by DeviceId, Source = RemoteIP, MachineGroup
"""

RULE = """\
name: Bags of a custom log
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  SigninLogs
  | where UserPrincipalName !in ((_GetWatchlist('breakglass') | project SearchKey))
  | extend Detail = parse_json(tostring(DeviceDetail))
  | project TimeGenerated, UserPrincipalName, Detail
  | evaluate bag_unpack(Detail)
"""


def records(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.stdout)
    jsonschema.validate(found, FORMAT)
    return found


def test_columns_tables_functions_and_the_action_types_that_remain(kql_lint: Call, write: Write) -> None:
    write("rules/rdp.kql", RDP)

    result = kql_lint("schema", "rules", "--platform", "defender")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "rules/rdp.kql:1:1:\n"
        "  columns\n"
        "    DeviceId      string    DeviceNetworkEvents.DeviceId\n"
        "    Source        string    DeviceNetworkEvents.RemoteIP\n"
        "    MachineGroup  string    DeviceInfo.MachineGroup\n"
        "    Attempts      long\n"
        "    Last          datetime\n"
        "  table DeviceInfo (defender) at 1:13\n"
        "    reads: Timestamp, DeviceId, OSPlatform, MachineGroup\n"
        "  table DeviceNetworkEvents (defender) at 2:1\n"
        "    reads: Timestamp, DeviceId, ActionType, RemoteIP, LocalPort, InitiatingProcessSHA1\n"
        "    ActionType: ConnectionSuccess, InboundConnectionAccepted\n"
        "  functions: FileProfile (of the platform)\n"
        "\n"
    )


def test_a_rule_whose_columns_are_not_all_known_says_why_and_where_in_its_file(kql_lint: Call, write: Write) -> None:
    write("rule.yaml", RULE)

    result = kql_lint("schema", "rule.yaml")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        'rule.yaml:8:3: "Bags of a custom log"\n'
        "  columns\n"
        "    TimeGenerated      datetime  SigninLogs.TimeGenerated\n"
        "    UserPrincipalName  string    SigninLogs.UserPrincipalName\n"
        "  further columns: not known, because of\n"
        "    12:5: evaluate bag_unpack, whose columns depend on the data\n"
        "  table SigninLogs (sentinel) at 8:3\n"
        "    reads: TimeGenerated, DeviceDetail, UserPrincipalName\n"
        "  functions: _GetWatchlist (of the platform)\n"
        "  watchlists: breakglass (columns not declared)\n"
        "\n"
    )


def test_json_has_all_of_it_with_places(kql_lint: Call, write: Write) -> None:
    write(
        "a.kql",
        'let vip = (name:string) { name has "admin" };\n'
        "DeviceEvents | where vip(AccountName) | project-away AccountSid\n",
    )

    result = kql_lint("schema", "a.kql", "--output-format", "json", "--platform", "sentinel")

    (record,) = records(result)
    columns = record.pop("columns")
    assert isinstance(columns, list)
    assert {
        "name": "AccountName",
        "type": "string",
        "origins": [{"table": "DeviceEvents", "column": "AccountName"}],
    } in columns
    assert record == {
        "version": 1,
        "filename": "a.kql",
        "query": None,
        "location": {"row": 1, "column": 1},
        "end_location": {"row": 2, "column": 64},
        "complete": True,
        "gaps": [],
        "tables": [
            {
                "name": "DeviceEvents",
                "platforms": ["sentinel"],
                "columns": ["AccountName", "AccountSid"],
                "action_types": {"any": True, "values": [], "excluded": [], "unlisted": []},
                "location": {"row": 2, "column": 1},
                "end_location": {"row": 2, "column": 13},
            }
        ],
        "functions": [
            {
                "name": "vip",
                "kind": "query",
                "path": None,
                "location": {"row": 1, "column": 12},
                "end_location": {"row": 1, "column": 45},
            }
        ],
        "watchlists": [],
        "syntax_errors": [],
    }


def test_a_table_variable_used_twice_keeps_what_either_use_leaves(kql_lint: Call, write: Write) -> None:
    write(
        "a.kql",
        'let T = DeviceLogonEvents | where ActionType != "LogonAttempted";\n'
        'T | where ActionType == "LogonSuccess"\n'
        '| join kind=leftanti (T | where ActionType == "LogonFailed") on DeviceId\n'
        "| project DeviceId\n",
    )
    write("b.kql", 'DeviceLogonEvents | where ActionType != "LogonAttempted" | project DeviceId\n')
    write("c.kql", 'DeviceLogonEvents | where ActionType == "LogonFailed" and ActionType == "LogonSuccess"\n')

    result = kql_lint("schema", "--output-format", "json")

    tables = [record["tables"] for record in records(result)]
    assert [[table["action_types"] for table in found] for found in tables] == [  # type: ignore[attr-defined]
        [{"any": False, "values": ["LogonFailed", "LogonSuccess"], "excluded": [], "unlisted": []}],
        [{"any": True, "values": [], "excluded": ["LogonAttempted"], "unlisted": []}],
        [{"any": False, "values": [], "excluded": [], "unlisted": []}],
    ]


def test_a_value_that_the_table_does_not_have_is_marked(kql_lint: Call, write: Write) -> None:
    write("a.kql", 'DeviceLogonEvents | where ActionType in ("LogonSuccess", "LogonFailure") | project DeviceId\n')
    write("b.kql", 'DeviceLogonEvents | where ActionType == "LogonFailed" and ActionType == "LogonSuccess" | count\n')

    found = [line for line in kql_lint("schema").stdout.splitlines() if "ActionType:" in line]

    assert found == [
        "    ActionType: LogonSuccess, LogonFailure (not in the catalogue)",
        "    ActionType: none, so that no row is left",
    ]


def test_several_queries_of_a_file_come_one_by_one(kql_lint: Call, write: Write) -> None:
    write(
        "hunt.md",
        "# Hunts\n\n```kql\nSigninLogs | count\n```\n\nand\n\n```kql\nprint Answer = 42\n```\n",
    )

    result = kql_lint("schema", "hunt.md")

    assert result.exit_code == 0
    assert result.stdout == (
        "hunt.md:4:1:\n"
        "  columns\n"
        "    Count  long\n"
        "  table SigninLogs (sentinel) at 4:1\n"
        "    reads: no column by name\n"
        "\n"
        "hunt.md:10:1:\n"
        "  columns\n"
        "    Answer  long\n"
        "\n"
    )


def test_a_query_with_a_syntax_error_and_a_file_that_is_no_text_cost_the_others_nothing(
    kql_lint: Call, write: Write
) -> None:
    write("a.kql", "SigninLogs\n| where UserPrincipalName = = 1\n| project UserPrincipalName\n")
    write("b.kql", b"SigninLogs | where \xff\n")
    write("c.kql", "print Answer = 42\n")
    write("d.kql", "// later\n")

    result = kql_lint("schema")

    assert result.exit_code == 1
    assert result.stdout == (
        "a.kql:1:1:\n"
        "  columns\n"
        "    UserPrincipalName  unknown\n"
        "  further columns: not known, because of\n"
        "    2:29: a syntax error: unexpected `=`; expected an expression\n"
        "  table SigninLogs (sentinel) at 1:1\n"
        "    reads: no column by name\n"
        "\n"
        "c.kql:1:1:\n"
        "  columns\n"
        "    Answer  long\n"
        "\n"
    )
    assert result.stderr == (
        "kql-lint: a.kql:2:29: syntax-error: unexpected `=`; expected an expression\n"
        "kql-lint: b.kql:1:20: unreadable-file: is not UTF-8: byte 0xFF here can't be decoded (invalid start byte); "
        "save it as UTF-8\n"
        "kql-lint: d.kql:1:1: no-query-found: no query found in this file: it has comments only\n"
    )


def test_standard_input_is_read_as_the_file_that_it_is_called(kql_lint: Call) -> None:
    plain = kql_lint("schema", "-", stdin=b"Foo_CL | project A\n")
    rule = kql_lint("schema", "-", "--stdin-filename", "rules/new.yaml", stdin=RULE.encode())

    assert plain.stdout == ("<stdin>:1:1:\n  columns\n    A  unknown\n  table Foo_CL (not in the catalogue) at 1:1\n\n")
    assert rule.stdout.startswith('rules/new.yaml:8:3: "Bags of a custom log"\n')


def test_what_gives_no_table(kql_lint: Call, write: Write) -> None:
    write("a.kql", "let x = 1;\n")
    write("b.kql", "SigninLogs | fork (count) (take 1)\n")

    result = kql_lint("schema")

    assert result.exit_code == 0
    assert result.stdout == (
        "a.kql:1:1:\n"
        "  columns: not known, because of\n"
        "    1:1: no statement gives a result\n"
        "\n"
        "b.kql:1:1:\n"
        "  columns: not known, because of\n"
        "    1:14: fork, which gives several tables\n"
        "  table SigninLogs (sentinel) at 1:1\n"
        "    reads: no column by name\n"
        "\n"
    )


def test_a_path_that_is_not_there_and_wrong_usage_exit_with_2(kql_lint: Call, write: Write) -> None:
    write("a.kql", "print Answer = 42\n")

    missing = kql_lint("schema", "a.kql", "nowhere.kql")

    assert (missing.exit_code, missing.stderr) == (2, "kql-lint: nowhere.kql: no such file or directory\n")
    assert missing.stdout == "a.kql:1:1:\n  columns\n    Answer  long\n\n"
    assert kql_lint("schema", "a.kql", "-").exit_code == 2
    assert kql_lint("schema", "--output-format", "sarif").exit_code == 2


def test_without_queries_json_is_an_empty_array(kql_lint: Call, write: Write) -> None:
    write("a.kql", "// nothing\n")

    assert json.loads(kql_lint("schema", "--output-format", "json").stdout) == []


def test_long_lists_are_broken_at_the_width_of_the_terminal(kql_lint: Call, write: Write) -> None:
    columns = (
        "Timestamp, DeviceId, DeviceName, ActionType, RemoteIP, RemotePort, RemoteUrl, LocalIP, LocalPort, Protocol"
    )
    write("a.kql", f"DeviceNetworkEvents | project {columns}, InitiatingProcessFileName\n")

    result = kql_lint("schema", "a.kql")

    assert result.stdout.endswith(
        "    reads: Timestamp, DeviceId, DeviceName, ActionType, RemoteIP, RemotePort, RemoteUrl, LocalIP, LocalPort, "
        "Protocol,\n"
        "      InitiatingProcessFileName\n"
        "    ActionType: any\n"
        "\n"
    )


def test_what_check_notes_of_files_is_no_failure_here_either(kql_lint: Call, write: Write, project: Path) -> None:
    write("data.json", b'{"values": [' + b"1," * 5_500_000 + b"1]}")
    write("a.kql", "print 1\n")

    noted = kql_lint("schema")
    (project / "gone.kql").symlink_to("nowhere.kql")
    gone = kql_lint("schema")

    assert (noted.exit_code, noted.stderr) == (0, "")
    assert (gone.exit_code, gone.stderr) == (1, "kql-lint: gone.kql:1:1: unreadable-file: no such file\n")
