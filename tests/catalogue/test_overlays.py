"""A user's own files over the shipped catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, CatalogueError, FieldAlias

Write = Callable[[str, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / "catalog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path.parent

    return write


def test_a_table_of_ones_own(put: Write) -> None:
    folder = put("Firewall_CL.yaml", "table: Firewall_CL\ncolumns:\n  TimeGenerated: datetime\n  Action: string\n")
    catalogue = Catalogue.with_overlays([str(folder)])
    (table,) = catalogue.tables("Firewall_CL")
    assert dict(table.columns) == {"TimeGenerated": "datetime", "Action": "string"}
    assert table.platform == "custom"
    assert not table.open
    assert catalogue.tables("Firewall_CL", "sentinel") == (table,)
    assert "Firewall_CL" in catalogue.table_names()
    assert Catalogue.default().tables("Firewall_CL") == ()


def test_columns_and_action_types_are_added_on_every_platform(put: Write) -> None:
    folder = put(
        "network.yaml",
        """\
table: DeviceNetworkEvents
columns:
  GeoCountry: string
column_groups:
  remote address: [RemoteIP, RemoteIPType, GeoCountry]
events:
  always: [GeoCountry]
  values:
    QuicConnectionInspected:
      title: QUIC connection inspected
      columns: [RemoteIP, AdditionalFields]
    ConnectionSuccess:
      title: It worked
""",
    )
    catalogue = Catalogue.with_overlays([str(folder)])
    defender, sentinel = catalogue.tables("DeviceNetworkEvents")
    for table in (defender, sentinel):
        assert table.columns["GeoCountry"] == "string"
        assert table.columns["RemotePort"] == "int"
        assert {"GeoCountry", "ReportId"} <= table.always
        assert table.column_groups["remote address"] == ("RemoteIP", "RemoteIPType", "GeoCountry")
        assert "initiating process" in table.column_groups
        assert table.events is not None
        assert table.events.closed
        assert table.events.values["QuicConnectionInspected"].columns == ("RemoteIP", "AdditionalFields")
        changed = table.events.values["ConnectionSuccess"]
        assert changed.title == "It worked"
        assert changed.columns is not None
        assert changed.columns[0] == "DeviceId"
    assert catalogue.tables_with_action_type("QuicConnectionInspected") == ("DeviceNetworkEvents",)


def test_one_platform_alone(put: Write) -> None:
    folder = put("x.yaml", "table: SigninLogs\nplatform: sentinel\nopen: true\n")
    (table,) = Catalogue.with_overlays([str(folder)]).tables("SigninLogs")
    assert table.open
    assert "UserPrincipalName" in table.columns


def test_a_later_overlay_goes_over_an_earlier_one(put: Write) -> None:
    put("a.yaml", "table: Sample_CL\ncolumns:\n  Size: int\n  Name: string\n")
    folder = put("b/c.yml", "table: Sample_CL\ncolumns:\n  Size: long\n").parent
    (table,) = Catalogue.with_overlays([str(folder)]).tables("Sample_CL")
    assert dict(table.columns) == {"Size": "long", "Name": "string"}


def test_functions_watchlists_renames_and_aliases(put: Write) -> None:
    folder = put(
        "more.yaml",
        """\
functions:
  CorpHosts:
    kind: tabular
    columns: {DeviceName: string, Owner: string}
  IsWorkingTime:
    kind: scalar
    returns: bool
watchlists:
  vips: [UserPrincipalName, Department]
  servers:
    Name: string
    Tier: int
renames:
  - {kind: table, old: Fw_CL, new: Firewall_CL, since: 2024-03}
aliases:
  hostile_ip: RemoteIP
table_aliases:
  - tables: [DeviceNetworkEvents, DeviceFileEvents]
    aliases:
      Image: InitiatingProcessFileName
      Actor: [InitiatingProcessAccountUpn, InitiatingProcessAccountName]
      Country: {columns: [], has: no place}
""",
    )
    catalogue = Catalogue.with_overlays([str(folder)])
    hosts, working = catalogue.function("CorpHosts"), catalogue.function("IsWorkingTime")
    assert hosts is not None
    assert (hosts.tabular, dict(hosts.columns), hosts.open) == (
        True,
        {"DeviceName": "string", "Owner": "string"},
        False,
    )
    assert working is not None
    assert (working.tabular, working.returns) == (False, "bool")
    assert catalogue.watchlist("vips") == {"UserPrincipalName": "string", "Department": "string"}
    assert catalogue.watchlist("servers") == {"Name": "string", "Tier": "int"}
    assert catalogue.watchlist("others") is None
    rename = catalogue.rename("table", "Fw_CL")
    assert rename is not None
    assert (rename.new, rename.since) == (("Firewall_CL",), "2024-03")
    assert catalogue.alias("HostileIP", "DeviceNetworkEvents") == FieldAlias(("RemoteIP",))
    assert catalogue.alias("Image", "DeviceFileEvents") == FieldAlias(("InitiatingProcessFileName",))
    assert catalogue.alias("actor", "DeviceFileEvents") == FieldAlias(
        ("InitiatingProcessAccountUpn", "InitiatingProcessAccountName")
    )
    assert catalogue.alias("Country", "DeviceFileEvents") == FieldAlias((), "no place")
    assert catalogue.alias("Country", "DeviceEvents") is None
    # what is shipped is still there
    assert catalogue.function("FileProfile") is not None
    assert catalogue.alias("DestinationPort", "DeviceNetworkEvents") == FieldAlias(("RemotePort",))
    assert catalogue.alias("Image", "DeviceRegistryEvents") == FieldAlias(("InitiatingProcessFolderPath",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("table: T\ncolumns:\n  A: strng\n", '3:6: "strng" is no type of KQL: one of'),
        ("table: T\ncolums:\n  A: string\n", '2:1: unknown key "colums"; did you mean "columns"?'),
        ("table: T\ncolumns:\n  A: string\n  B: int\n  A: long\n", '5:3: column "A" is there twice'),
        ("table: T\nopen: yes\n", '2:7: "open" must be true or false'),
        ("table: T\ncolumns: [A, B]\n", '2:10: "columns" must be a mapping (key: value)'),
        ("table: T\ncolumns:\n  A:\n", '3:5: "A" is empty'),
        ("table: a b\n", '1:8: "a b" is no name of a table'),
        ("table: T\nplatform: azure\n", '2:11: "azure" is no platform: one of defender, sentinel'),
        ("table: T\nevents: {always: [A, B, A]}\n", '2:25: "A" is listed twice'),
        ("table: [\n", "2:1: not YAML: "),
        ("", "1:1: the file is empty"),
        ("- a\n", '1:1: the file must be a mapping (key: value)'),
        ("functions:\n  F:\n    returns: int\n", '3:5: "F" lacks "kind"'),
        ("renames:\n  - {kind: table, old: A, new: B, since: May}\n", '2:42: "May" is no year and month (YYYY-MM)'),
        ("table_aliases:\n  - tables: [T]\n    aliases:\n      A: {columns: B}\n", '4:10: "A" lacks "has"'),
        ("table_aliases:\n  - aliases: {A: B}\n", '2:5: "table_aliases" lacks "tables"'),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_line_and_column(put: Write, text: str, expected: str) -> None:
    folder = put("wrong.yaml", text)
    with pytest.raises(CatalogueError) as caught:
        Catalogue.with_overlays([str(folder)])
    assert caught.value.path == str(folder / "wrong.yaml")
    assert f"{caught.value.line}:{caught.value.column}: {caught.value.message}".startswith(expected)


def test_aliases_can_not_make_a_small_file_endless(put: Write) -> None:
    names = ", ".join(f"c{number}" for number in range(3_000))
    lists = "".join(f"  w{number}: *all\n" for number in range(1_000))
    folder = put("wrong.yaml", f"watchlists:\n  all: &all [{names}]\n{lists}")

    with pytest.raises(CatalogueError, match=r"wrong\.yaml:1:1: the aliases of this file make it too large$"):
        Catalogue.with_overlays([str(folder)])


def test_a_list_may_be_used_more_than_once(put: Write) -> None:
    folder = put("ours.yaml", "watchlists:\n  one: &all [DeviceId, Owner]\n  two: *all\n")

    assert Catalogue.with_overlays([str(folder)]).watchlist("two") == {"DeviceId": "string", "Owner": "string"}


def test_text_that_is_not_utf8(put: Write) -> None:
    folder = put("wrong.yaml", "")
    (folder / "wrong.yaml").write_bytes(b"table: T\ndescription: caf\xe9\n")
    with pytest.raises(CatalogueError, match=r"wrong\.yaml:2:17: is not UTF-8"):
        Catalogue.with_overlays([str(folder)])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="there is no such file or folder"):
        Catalogue.with_overlays([str(tmp_path / "nowhere")])


def test_words_that_yaml_takes_for_something_else_are_names(put: Write) -> None:
    folder = put("x.yaml", "table: T\ncolumns:\n  On: string\n  No: int\n  1st: string\n")
    (table,) = Catalogue.with_overlays([str(folder)]).tables("T")
    assert list(table.columns) == ["On", "No", "1st"]
