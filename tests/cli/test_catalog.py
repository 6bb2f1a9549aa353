from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

SCHEMA = (
    "ColumnName,ColumnOrdinal,DataType,ColumnType\nTimestamp,0,System.DateTime,datetime\nBadge,1,System.String,string\n"
)


def test_a_table_and_an_action_type_are_shown(kql_lint: Call) -> None:
    table = kql_lint("catalog", "show", "DeviceNetworkEvents")
    event = kql_lint("catalog", "show", "DeviceNetworkEvents", "ConnectionSuccess")

    assert table.stdout.startswith("DeviceNetworkEvents (defender, sentinel), as of 2026-08\n")
    assert "\n  RemotePort " in table.stdout
    assert event.stdout.startswith('DeviceNetworkEvents | where ActionType == "ConnectionSuccess"\n')
    assert (table.exit_code, event.exit_code) == (0, 0)


FORMAT = json.loads((Path(__file__).parents[2] / "docs" / "catalog.schema.json").read_text(encoding="utf-8"))


def test_a_table_is_shown_to_programs(kql_lint: Call) -> None:
    result = kql_lint("catalog", "show", "DeviceNetworkEvents", "--output-format", "json")

    assert result.exit_code == 0
    (table,) = json.loads(result.stdout)
    jsonschema.validate([table], FORMAT)
    assert (table["version"], table["table"], table["platforms"]) == (
        1,
        "DeviceNetworkEvents",
        ["defender", "sentinel"],
    )
    columns = {column["name"]: column for column in table["columns"]}
    assert columns["RemotePort"] == {
        "name": "RemotePort",
        "types": {"defender": "int", "sentinel": "int"},
        "on_every_event": False,
        "type_is_a_guess": False,
        "form": None,
        "values": None,
    }
    assert columns["AdditionalFields"]["types"] == {"defender": "string", "sentinel": "dynamic"}
    assert list(columns["TenantId"]["types"]) == ["sentinel"]
    events = table["events"]
    kinds = {kind["name"]: kind for kind in events["kinds"]}
    assert (events["column"], events["complete"], len(kinds)) == ("ActionType", True, 24)
    listening = kinds["ListeningConnectionCreated"]
    assert listening["title"] == "Listening connection created"
    assert listening["columns"] == [
        *("DeviceId", "Timestamp", "LocalIP", "LocalPort", "Protocol", "InitiatingProcessFileName"),
    ]
    assert {"RemoteIP", "RemotePort", "RemoteUrl"} <= set(listening["always_empty"])
    assert set(kinds["DnsConnectionInspected"]["keys"]) == {"AdditionalFields"}


def test_one_kind_and_one_platform_are_shown_to_programs(kql_lint: Call) -> None:
    result = kql_lint("catalog", "show", "SecurityEvent", "4688", "--output-format", "json", "--platform", "sentinel")

    (table,) = json.loads(result.stdout)
    jsonschema.validate([table], FORMAT)
    assert table["platforms"] == ["sentinel"]
    assert [kind["name"] for kind in table["events"]["kinds"]] == ["4688"]
    assert table["events"]["column"] == "EventID"


@pytest.mark.parametrize("name", ["Event", "SecurityAlert", "SigninLogs", "CloudAppEvents", "IdentityInfo"])
def test_what_programs_get_is_as_the_schema_says(kql_lint: Call, name: str) -> None:
    jsonschema.validate(json.loads(kql_lint("catalog", "show", name, "--output-format", "json").stdout), FORMAT)


def test_a_table_of_ones_own_is_shown_to_programs(kql_lint: Call, write: Write) -> None:
    write("own.yaml", "table: Doors_CL\ncolumns: {TimeGenerated: datetime, Badge: string}\n")

    result = kql_lint("catalog", "show", "Doors_CL", "--catalog", "own.yaml", "--output-format", "json")

    (table,) = json.loads(result.stdout)
    jsonschema.validate([table], FORMAT)
    assert (table["platforms"], table["as_of"], table["events"]) == (["custom"], {"custom": None}, None)
    assert [column["types"] for column in table["columns"]] == [{"custom": "datetime"}, {"custom": "string"}]


def test_programs_hear_of_unknown_names_on_standard_error(kql_lint: Call) -> None:
    result = kql_lint("catalog", "show", "DeviceNetworkEvent", "--output-format", "json")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean DeviceNetworkEvents?" in result.stderr


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["DeviceNetworkEvent"],
            'kql-lint: the catalogue has no table "DeviceNetworkEvent"; did you mean DeviceNetworkEvents?\n',
        ),
        (["DeviceNetworkEvents", "Foo"], 'kql-lint: DeviceNetworkEvents has no ActionType "Foo"\n'),
    ],
)
def test_a_name_that_is_not_known(kql_lint: Call, names: list[str], message: str) -> None:
    result = kql_lint("catalog", "show", *names)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_an_export_becomes_an_overlay_that_check_and_lint_use(kql_lint: Call, write: Write) -> None:
    write("doors.csv", SCHEMA)
    write("a.kql", "DoorEvents_CL\n| project Timestamp, Badge, Door\n")
    write("pyproject.toml", '[tool.kql-lint]\ncatalog = ["catalog"]\n')
    (write("catalog/.keep")).unlink()

    imported = kql_lint("catalog", "import", "doors.csv", "--table", "DoorEvents_CL")
    checked = kql_lint("catalog", "check", "catalog")
    linted = kql_lint("check", "--output-format", "concise", "-q")

    assert (imported.exit_code, imported.stdout) == (0, "wrote catalog/DoorEvents_CL.yaml\n")
    assert (checked.exit_code, checked.stdout) == (0, "The catalogue is sound.\n")
    assert kql_lint("catalog", "show", "DoorEvents_CL").stdout.startswith("DoorEvents_CL")
    assert linted.stdout.startswith("a.kql:2:29: KL201 [error] ")


def test_mistakes_in_an_overlay_are_found_at_their_places(kql_lint: Call, write: Write) -> None:
    write("catalog/DoorEvents_CL.yaml", "table: DoorEvents_CL\ncolumns:\n  Badge: text\n")
    write("a.kql", "DoorEvents_CL\n| take 1\n")

    checked = kql_lint("catalog", "check", "catalog")
    linted = kql_lint("check", "a.kql", "--catalog", "catalog")

    assert checked.exit_code == 1
    assert checked.stdout.startswith("catalog/DoorEvents_CL.yaml:3:10: ")
    assert linted.exit_code == 2
    assert linted.stderr == f"kql-lint: {checked.stdout}"


def test_the_shipped_catalogue_is_sound(kql_lint: Call) -> None:
    assert kql_lint("catalog", "check").stdout == "The catalogue is sound.\n"


def test_paths_that_are_not_there(kql_lint: Call) -> None:
    checked = kql_lint("catalog", "check", "gone")
    imported = kql_lint("catalog", "import", "gone.csv")

    assert (checked.exit_code, checked.stderr) == (2, "kql-lint: gone: no such file or directory\n")
    assert (imported.exit_code, imported.stderr) == (2, "kql-lint: gone.csv: no such file or directory\n")
