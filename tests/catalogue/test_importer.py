"""``catalog import``: what users export, over what they have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, CatalogueError
from kql_lint.catalogue.importer import run_import
from kql_lint.catalogue.index import read_index

Write = Callable[[str, "str | bytes"], str]

THREE = (
    "table\tcolumn\ttype\nFirewall_CL\tTimeGenerated\tdatetime\nFirewall_CL\tAction\tstring\nFirewall_CL\tBytes\tlong\n"
)
FIREWALL = """\
table: Firewall_CL
columns:
  TimeGenerated: datetime
  Action: string
  Bytes: long
"""


@pytest.fixture
def put(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "catalog"


def text(out: Path, name: str) -> str:
    return (out / name).read_bytes().decode()


@pytest.mark.parametrize(
    "content",
    [
        THREE,
        THREE.replace("\t", ","),
        THREE.replace("\t", ";"),
        THREE.replace("\n", "\r\n"),
        "\ufeff" + THREE.replace("\t", ","),
        THREE.encode("utf-16"),
        THREE.replace("table\tcolumn\ttype", "TableName\tColumn Name\tDataType").replace("string", "System.String"),
        'Table,Column,Type\n"Firewall_CL","TimeGenerated","datetime"\nFirewall_CL,Action,String\n\nFirewall_CL,Bytes,Int64',
        "table,column,type,position\nFirewall_CL,Bytes,long,3\nFirewall_CL,Action,string,2\n"
        "Firewall_CL,TimeGenerated,datetime,1\n",
    ],
)
def test_tables_of_columns(put: Write, out: Path, content: str | bytes) -> None:
    report = run_import([put("export.csv", content)], str(out))
    assert report.written == [str(out / "Firewall_CL.yaml")]
    assert text(out, "Firewall_CL.yaml") == FIREWALL


GETSCHEMA = """\
ColumnName,ColumnOrdinal,DataType,ColumnType
TimeGenerated,0,System.DateTime,datetime
Action,1,System.String,string
Bytes,2,System.Int64,long
"""


def test_an_export_of_getschema(put: Write, out: Path) -> None:
    run_import([put("anything.csv", GETSCHEMA)], str(out), table="Firewall_CL")
    assert text(out, "Firewall_CL.yaml") == FIREWALL


def test_the_file_names_the_table_where_nothing_else_does(put: Write, out: Path) -> None:
    run_import([put("Firewall_CL.csv", GETSCHEMA)], str(out), platform="sentinel")
    assert text(out, "sentinel/Firewall_CL.yaml") == FIREWALL.replace("columns", "platform: sentinel\ncolumns")


def test_what_is_imported_can_be_read(put: Write, out: Path) -> None:
    run_import([put("Firewall_CL.csv", GETSCHEMA)], str(out))
    (table,) = Catalogue.with_overlays([str(out)]).tables("Firewall_CL")
    assert dict(table.columns) == {"TimeGenerated": "datetime", "Action": "string", "Bytes": "long"}


HAND_WRITTEN = """\
# Kept by the network team.
table: Firewall_CL
description: >-
  What the firewall logs,
  in our own words.
columns:
  TimeGenerated: datetime
  # ALLOW or DENY
  Action: string
  Bytes: int  # both ways
  Rule: string

# Filled on every line of the log.
events:
  column: Action
  always: [TimeGenerated, Action]
"""


def test_what_was_written_by_hand_stays(put: Write, out: Path) -> None:
    put("catalog/Firewall_CL.yaml", HAND_WRITTEN)
    more = THREE + "Firewall_CL\tCountry\tstring\n"
    report = run_import([put("export.tsv", more)], str(out))
    assert text(out, "Firewall_CL.yaml") == HAND_WRITTEN.replace(
        "  Bytes: int  # both ways\n", "  Bytes: long  # both ways\n  Country: string\n"
    )
    assert report.absent == {"Firewall_CL": ["Rule"]}


def test_prune_takes_out_what_the_import_lacks(put: Write, out: Path) -> None:
    put("catalog/Firewall_CL.yaml", HAND_WRITTEN)
    report = run_import([put("export.tsv", THREE)], str(out), prune=True)
    assert text(out, "Firewall_CL.yaml") == HAND_WRITTEN.replace("Bytes: int", "Bytes: long").replace(
        "  Rule: string\n", ""
    )
    assert report.absent == {}


def test_a_second_import_changes_nothing(put: Write, out: Path) -> None:
    export = put("export.tsv", THREE)
    run_import([export], str(out))
    before = os.stat(out / "Firewall_CL.yaml").st_mtime_ns
    report = run_import([export], str(out))
    assert (report.written, report.kept) == ([], [str(out / "Firewall_CL.yaml")])
    assert os.stat(out / "Firewall_CL.yaml").st_mtime_ns == before


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("table,column,type\nT,A,string\nT,B,strng\n", 3, '"strng" of column "B" is no type of KQL'),
        ("table,column,type\nT,A,\n", 2, 'column "A" has no type'),
        ("table,column,type\nT,,string\n", 2, "the row has no column name"),
        ("table,column,type\n,A,string\n", 2, "the row has no table name"),
        ("table,column,type\nT 1,A,string\n", 2, '"T 1" is no name of a table'),
        ("table,column,type\n../T,A,string\n", 2, '"../T" is no name of a table'),
        ("table,column,type\nT,A,string\n\nT,A,long\n", 4, 'column "A" of T is there twice'),
        ("table,column,type,position\nT,A,string,first\n", 2, 'the position "first" is no number'),
        ("table,column,type\nT,A,string,1,2\n", 2, "5 fields, but the head line has 3 names"),
        ('table,column,type\nT,"A,string\nT,B,long\n', 2, "not well-formed: unexpected end of data"),
        ("a,b\n1,2\n", 1, "neither columns nor facts: the head line has a, b"),
        ("nothing here\n", 1, "no head line with columns separated by tabs, commas or semicolons"),
        (b"table,column,type\nT,A\xff,string\n", 2, "neither UTF-8 nor UTF-16"),
    ],
)
def test_a_wrong_file_is_told_with_its_line_and_nothing_is_written(
    put: Write, out: Path, content: str | bytes, place: int, message: str
) -> None:
    good, wrong = put("good.tsv", THREE), put("wrong.csv", content)
    with pytest.raises(CatalogueError) as caught:
        run_import([good, wrong], str(out))
    assert (caught.value.path, caught.value.line, caught.value.message) == (wrong, place, message)
    assert not out.exists()


def test_an_unsound_file_is_not_written_over(put: Write, out: Path) -> None:
    unsound = put("catalog/Firewall_CL.yaml", "table: Firewall_CL\ncolums: {}\n")
    with pytest.raises(CatalogueError, match='unknown key "colums"'):
        run_import([put("export.tsv", THREE)], str(out))
    assert Path(unsound).read_text() == "table: Firewall_CL\ncolums: {}\n"


def test_facts_on_action_types(put: Write, out: Path) -> None:
    head = "table\taction_type\t"
    files = [
        put("columns.tsv", "table\tcolumn\ttype\nT\tTimestamp\tdatetime\nT\tActionType\tstring\nT\tLocalIP\tstring\n"
            "T\tLocalIPType\tstring\nT\tAdditionalFields\tstring\n"),
        put("types.tsv", f"{head}title\tsources\nT\tOpened\tPort opened\tdocs\nT\tClosed \t\tobserved\n"),
        put("fields.tsv", f"{head}column\tevidence\nT\tOpened\tTimestamp\tsample:1\nT\tOpened\tLocalIP\tsample:2\n"
            "T\tOpened\tLocalIPType\tobserved:9\n"),
        put("keys.tsv", f"{head}key\nT\tOpened\tport\nT\t*\tnote\nT\tNeverHeardOf\tstray\n"),
    ]  # fmt: skip
    run_import(files, str(out))
    assert (
        text(out, "T.yaml")
        == """\
table: T
sources:
  docs: "Microsoft's documentation: aggregated reports, device discovery, disruption and response"
  observed: public queries of two repositories or more filter on it
  sample: a published anonymised row has a value in the column
columns:
  Timestamp: datetime
  ActionType: string
  LocalIP: string
  LocalIPType: string
  AdditionalFields: string
column_groups:
  local address: [LocalIP, LocalIPType]
dynamic_fields:
  AdditionalFields: [note, stray]
events:
  closed: true
  always: [Timestamp, ActionType]
  values:
    Opened:
      title: Port opened
      also_seen: [LocalIP]
      additional_fields: [port]
      sources: [docs]
    "Closed ":
      sources: [observed]
"""
    )


def test_functions(put: Write, out: Path) -> None:
    facts = (
        "function\tkind\tprovider\targuments\toutput_columns\n"
        "Profile\tinvoke\tDefender\t(column)\tSHA1:string,Size:int\n"
        "_List\ttabular\tSentinel\t(alias)\tKey:string,*\n"
        "Queue\ttabular\tuser-defined or unknown\t\t\n"
    )
    run_import([put("functions.tsv", facts)], str(out))
    assert (
        text(out, "functions.yaml")
        == """\
functions:
  Profile:
    kind: invoke
    provider: Defender
    arguments: "(column)"
    columns:
      SHA1: string
      Size: int
    open: false
  _List:
    kind: tabular
    provider: Sentinel
    arguments: "(alias)"
    columns:
      Key: string
    open: true
"""
    )


def test_the_seed_gives_what_is_shipped(out: Path) -> None:
    seed = Path(__file__).parent / "seed.txt"
    run_import([str(seed)], str(out))
    (shipped,) = Catalogue.default().tables("DeviceNetworkEvents", "defender")
    assert shipped.events is not None
    data = text(out, "DeviceNetworkEvents.yaml")
    assert "title: Connection succeeded\n" in data
    assert "      - {field: file_name, kind: in, value: agentexecutor.exe, rules: 1, vendors: [kusto]}\n" in data
    assert '      - {name: "Lateral Movement: SMB/Windows Admin Shares", rules: 1}\n' in data
    assert data.count("sources: [seed]\n") == 11


def test_the_index_is_written_where_there_is_one(put: Write, out: Path) -> None:
    export = put("export.tsv", THREE)
    run_import([export], str(out), platform="sentinel")
    assert not (out / "index.tsv").exists()
    run_import([export], str(out), platform="sentinel", index=True)
    assert text(out, "index.tsv") == "table\tFirewall_CL\tsentinel\n"
    run_import([put("more.tsv", THREE.replace("Firewall", "Proxy"))], str(out), platform="defender")
    assert dict(read_index(str(out)).tables) == {"Firewall_CL": ("sentinel",), "Proxy_CL": ("defender",)}


def test_the_index_alone(put: Write, out: Path) -> None:
    put("catalog/sentinel/A_CL.yaml", "table: A_CL\nplatform: sentinel\ncolumns:\n  X: int\n")
    run_import([], str(out), index=True)
    assert text(out, "index.tsv") == "table\tA_CL\tsentinel\n"


ADDITIONS = """\
table\tcolumn\ttype\tsource\twhat
Firewall\tRule\tstring\tazure-monitor-docs\tnew column
Firewall\tTenantId\tstring\trows of the service\tnew column
Firewall\tZone\tstring\tpublic queries\tnew column
Sensor_CL\tName_s\tstring\tconnector\tnew table
Sensor_CL\tTimeGenerated\tdatetime\tconnector\tnew table
"""


def test_columns_that_a_reference_has_beside_the_others(put: Write, out: Path) -> None:
    put("catalog/sentinel/Firewall.yaml", "table: Firewall\nplatform: sentinel\ncolumns:\n  Action: string\n")
    report = run_import([put("new.tsv", ADDITIONS)], str(out), platform="sentinel", as_of="2026-08")
    assert report.absent == {}
    assert text(out, "sentinel/Firewall.yaml") == (
        "table: Firewall\nplatform: sentinel\nsources:\n  public-queries: public queries of several authors read the "
        "column\ncolumns:\n  Action: string\n  Rule: string\n  Zone: string\n"
        "column_sources:\n  public-queries: [Zone]\n"
    )
    assert text(out, "custom_tables.tsv") == "as_of\t2026-08\nSensor_CL\tdatetime TimeGenerated\tstring Name_s\n"


def test_names_of_parser_functions_are_a_list(put: Write, out: Path) -> None:
    names = put("names.tsv", "function\tsource\nOktaSSO\tsome page\nAsset\tsome page\n")
    run_import([names], str(out), as_of="2026-08")
    assert text(out, "parser_functions.tsv") == "as_of\t2026-08\nAsset\t\nOktaSSO\t\n"
    with pytest.raises(CatalogueError, match="lists of tables, functions and events need a year and month"):
        run_import([names], str(out))


def test_what_a_platform_lacked(put: Write, out: Path) -> None:
    missing = put(
        "missing.tsv",
        "kind\ttable_or_function\tcolumn\ttype\tplatform\tsureness\tevidence\n"
        "table\tCalls\tCallId\tstring\tdefender\tdocumented\ta page\n"
        "rename\tcalls\t-\t-\tdefender\tdocumented\ta page\n"
        "function\tRate\t-\t-\tdefender\tdocumented\ta page\n"
        "column\tFirewall\tZone\tstring\tsentinel\tpublic queries\tsome\n",
    )
    run_import([missing], str(out), platform="defender")
    assert text(out, "defender/Calls.yaml") == "table: Calls\nplatform: defender\ncolumns:\n  CallId: string\n"
    assert text(out, "functions.yaml") == "functions:\n  Rate:\n    kind: invoke\n    provider: Defender\n"
    assert not (out / "sentinel").exists()


EVIDENCE = """\
table\taction_type\tcolumn\tevents_filled\tevents_total
Devices\tStarted\tLocalIP\t2\t3
Devices\tStarted\tRemoteIP\t0\t3
Devices\tNobodyListsIt\tLocalIP\t1\t1
Devices\t-\tLocalIP\t1\t1
"""
NEVER = """\
table\taction_type\tcolumn\tread_instead\tsureness\tevidence
Devices\tStarted\tRemoteIP\tAdditionalFields.ip\thigh\tevents
Devices\tStarted\tLocalIP\t-\thigh\ta column that an event fills
Devices\tStarted\tUrl\t-\tmedium\tnot sure
"""
DEVICES = """\
table: Devices
platform: defender
columns:
  ActionType: string
  LocalIP: string
  RemoteIP: string
  Url: string
  AdditionalFields: string
events:
  closed: true
  values:
    Started:
      also_seen: [Url]
      sources: []
"""


def test_evidence_adds_up_and_what_is_filled_is_never_empty(put: Write, out: Path) -> None:
    put("catalog/defender/Devices.yaml", DEVICES.replace("      sources: []\n", ""))
    run_import([put("filled.tsv", EVIDENCE), put("never.tsv", NEVER)], str(out), platform="defender")
    written = text(out, "defender/Devices.yaml")
    assert "      also_seen: [LocalIP, Url]\n      never: [RemoteIP]\n      instead:\n" in written
    assert "        RemoteIP: AdditionalFields.ip\n" in written
    assert "NobodyListsIt" not in written


def test_lists_of_action_types_that_came_later(put: Write, out: Path) -> None:
    put("catalog/defender/Devices.yaml", DEVICES.replace("      sources: []\n", ""))
    later = put(
        "later.tsv",
        "table\taction_type\tcatalogue_list\tsureness\tevidence\n"
        "Devices\tStopped\tclosed\tlikely\tstreamed event\nDevices\tPaused\tclosed\tunsure\tone query\n"
        "Clouds\tDeny\tnone\tdocumented, closed\ta page\n",
    )
    run_import([later], str(out), platform="defender")
    written = text(out, "defender/Devices.yaml")
    assert "    Stopped:\n      sources: [streamed-event]\n" in written
    assert "Paused" not in written
    assert "  closed: true\n  values:\n    Deny:\n      sources: [azure-monitor-docs]\n" in text(
        out, "defender/Clouds.yaml"
    )


def test_keys_of_bags_are_those_of_queries_or_those_of_events(put: Write, out: Path) -> None:
    columns = "table\tcolumn\ttype\nT\tActionType\tstring\nT\tAdditionalFields\tstring\n"
    known = "table\taction_type\ttitle\tsources\nT\tOpened\t\tdocs\n"
    queried = "table\taction_type\tkey\tobserved_repos\nT\tOpened\tDoor\t2\nT\tOpened\tRoom\t1\nT\t*\tSite\t1\n"
    bag = "AdditionalFields"
    seen = f"table\taction_type\tcolumn\tkey\tevents\nT\tOpened\t{bag}\tDoor\t3\nT\t-\t{bag}\tSite\t1\n"
    names = [put("c.tsv", columns), put("a.tsv", known), put("q.tsv", queried)]
    run_import(names, str(out))
    run_import([put("s.tsv", seen)], str(out))
    text_of_table = text(out, "T.yaml")
    assert text_of_table.endswith(
        "seen_keys:\n"
        "  AdditionalFields: [Site]\n"
        "events:\n"
        "  closed: true\n"
        "  always: [ActionType]\n"
        "  values:\n"
        "    Opened:\n"
        "      additional_fields: [Room]\n"
        "      seen_keys:\n"
        "        AdditionalFields: [Door]\n"
        "      sources: [docs]\n"
    )
    assert run_import([put("s.tsv", seen)], str(out)).written == []
