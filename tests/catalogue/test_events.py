"""Kinds of events that another column than ActionType tells apart: the format, the import, and SecurityEvent."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.catalogue import Catalogue, EventKinds
from kql_lint.catalogue.check import check
from kql_lint.catalogue.importer import run_import
from kql_lint.catalogue.problems import CatalogueError
from kql_lint.catalogue.show import NotInCatalogue, show

BADGES = """\
table: Badge_CL
columns:
  TimeGenerated: datetime
  Event: int
  Door: string
  Reason: string
  Site: string
"""
KINDS = """\
kind\ttitle\tcolumn\twhole
1\tDoor opened\tDoor\tyes
2\tDoor kept shut\tDoor\tyes
2\tDoor kept shut\tReason\tyes
3\tSelf-test\t-\tyes
4\t\tDoor\t
"""
WITH_EVENTS = """\
events:
  column: Event
  always: [TimeGenerated, Event, Site]
  values:
    1:
      title: Door opened
      columns: [Door]
      whole: true
    2:
      title: Door kept shut
      columns: [Door, Reason]
      whole: true
    3:
      title: Self-test
      columns: []
      whole: true
    4:
      columns: [Door]
"""


def security_event() -> EventKinds:
    (table,) = Catalogue.default().tables("SecurityEvent")
    assert table.events is not None
    return table.events


def write(path: Path, content: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_import_of_kinds(tmp_path: Path) -> None:
    out = tmp_path / "catalog"
    write(out / "Badge_CL.yaml", BADGES)
    kinds = write(tmp_path / "Badge_CL.tsv", KINDS)
    run_import([kinds], str(out), by="Event")
    assert (out / "Badge_CL.yaml").read_text(encoding="utf-8") == BADGES + WITH_EVENTS
    assert check([str(out)]) == []
    again = run_import([kinds], str(out), by="Event")
    assert again.written == []


def test_import_takes_the_kinds_anew(tmp_path: Path) -> None:
    out = tmp_path / "catalog"
    write(out / "Badge_CL.yaml", BADGES + WITH_EVENTS)
    run_import([write(tmp_path / "Badge_CL.tsv", "kind\tcolumn\n2\tReason\n")], str(out), by="Event")
    (table,) = Catalogue.with_overlays([str(out)]).tables("Badge_CL")
    assert table.events is not None
    assert table.events.values["2"].columns == ("Reason",)
    assert table.events.values["1"].columns == ("Door",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("kind\tcolumn\n\tDoor\n", "2:1: the row has no kind of event"),
        ("kind\tcolumn\n1\tDoor\n2\t\n", "3:1: the row has no column name"),
    ],
)
def test_rows_that_say_too_little(tmp_path: Path, content: str, message: str) -> None:
    path = write(tmp_path / "Badge_CL.tsv", content)
    with pytest.raises(CatalogueError) as caught:
        run_import([path], str(tmp_path / "out"))
    assert [str(problem) for problem in caught.value.problems] == [f"{path}:{message}"]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ("  column: Evnt\n", '9:3: Badge_CL has no column "Evnt"; did you mean "Event"?'),
        ("  values: {}\n", '8:1: Badge_CL has no column "ActionType"'),
        (
            "  column: Event\n  values:\n    1: {whole: true}\n",
            '11:9: "whole" is of a list of "columns", and there is none',
        ),
        (
            "  column: Event\n  values:\n    1: {columns: [Dor]}\n",
            '11:19: Badge_CL has no column "Dor"; did you mean "Door"?',
        ),
        (
            "  column: Event\n  values:\n    1: {columns: [Door], whole: true, instead: {Door: Site}}\n",
            '11:49: "Door" is not in "never"',
        ),
    ],
)
def test_check(tmp_path: Path, events: str, message: str) -> None:
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}events:\n{events}")
    assert [str(problem) for problem in check([path])] == [f"{path}:{message}"]


def test_what_a_whole_list_lacks_can_be_read_elsewhere(tmp_path: Path) -> None:
    content = "events:\n  column: Event\n  values:\n    1: {columns: [Door], whole: true, instead: {Reason: Door}}\n"
    assert check([write(tmp_path / "Badge_CL.yaml", BADGES + content)]) == []


def test_an_overlay_adds_kinds(tmp_path: Path) -> None:
    path = write(
        tmp_path / "SecurityEvent.yaml",
        "table: SecurityEvent\nevents:\n  always: [Fqbn]\n  values:\n    9999: {columns: [CommandLine], whole: true}\n",
    )
    assert check([path]) == []
    (table,) = Catalogue.with_overlays([path]).tables("SecurityEvent")
    assert table.events is not None
    assert table.events.column == "EventID"
    assert table.events.values["9999"].columns == ("CommandLine",)
    assert table.events.values["4689"].whole
    assert {"Fqbn", "Computer"} <= table.always


def test_security_event() -> None:
    known = security_event()
    assert (known.column, known.closed, known.as_of, len(known.values)) == ("EventID", False, "2026-08", 425)
    process = known.values["4688"]
    assert process.whole
    assert process.columns is not None
    assert "NewProcessName" in process.columns
    assert "ProcessName" not in process.columns
    assert process.instead == {"ProcessName": "NewProcessName", "FilePath": "NewProcessName"}
    assert [name for name, kind in known.values.items() if not kind.whole] == ["1102", "8002"]


def test_columns_that_the_service_computes_depend_on_no_event() -> None:
    (table,) = Catalogue.default().tables("SecurityEvent")
    assert {"Account", "AccountType", "Activity", "Computer", "EventData", "EventID", "Process"} <= table.always
    assert {"SubjectAccount", "TargetAccount", "LogonTypeName", "TimeGenerated"} <= table.always
    assert table.always.isdisjoint({"ProcessName", "NewProcessName", "IpAddress", "DeviceId", "LogonType"})


def test_event_ids_are_no_action_types() -> None:
    assert "4688" not in Catalogue.default().action_types()


def test_show() -> None:
    lines = show("SecurityEvent", "4689").splitlines()
    assert lines[:3] == ["SecurityEvent | where EventID == 4689", "  A process has exited", ""]
    assert "Fields (9; it fills no others)" in lines
    assert "  ProcessName        string" in lines
    with pytest.raises(NotInCatalogue) as caught:
        show("SecurityEvent", "46888")
    assert str(caught.value) == 'SecurityEvent has no EventID "46888"; did you mean 4688 or 4888?'


def test_show_lists_the_kinds() -> None:
    text = show("SecurityEvent")
    assert "Kinds of events, by EventID (425; there are more; as of 2026-08)" in text
    assert "ActionTypes" not in text


VALUES = """\
table\tcolumn\tvalue\tsureness\tsource
Badge_CL\tDoor\tFront\tdocumented\tthe maker's handbook 2025-03
Badge_CL\tDoor\tBack\tdocumented\tthe maker's handbook 2025-03
Badge_CL\tReason\tUnknown card\tdocumented, may be open\tthe maker's handbook 2025-03
Badge_CL\tSite\tBerlin\tfrom queries of several repositories\tpublic queries
Badge_CL\tFloor\t1\tdocumented\tthe maker's handbook 2025-03
Other_CL\tDoor\tFront\tdocumented\tthe maker's handbook 2025-03
"""


def test_import_of_values(tmp_path: Path) -> None:
    out = tmp_path / "catalog"
    write(out / "Badge_CL.yaml", BADGES)
    run_import([write(tmp_path / "values.tsv", VALUES)], str(out))
    assert (out / "Badge_CL.yaml").read_text(encoding="utf-8") == BADGES + (
        "column_values:\n"
        "  Door:\n    closed: true\n    as_of: 2025-03\n    values: [Front, Back]\n"
        "  Reason:\n    as_of: 2025-03\n    values: [Unknown card]\n"
        "  Site:\n    cased: true\n    values: [Berlin]\n"
    )
    assert not (out / "Other_CL.yaml").exists()
    assert check([str(out)]) == []


def test_values_of_a_column_that_is_not_there(tmp_path: Path) -> None:
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}column_values:\n  Dor: {{values: [Front]}}\n")
    assert [str(problem) for problem in check([path])] == [
        f'{path}:9:3: Badge_CL has no column "Dor"; did you mean "Door"?'
    ]


def test_shipped_values() -> None:
    (table,) = Catalogue.default().tables("EmailEvents", "defender")
    known = table.column_values["DeliveryAction"]
    assert (known.values, known.closed, known.cased, known.as_of) == (
        ("Blocked", "Delivered", "Junked", "Replaced"),
        True,
        True,
        "2024-01",
    )
    (logons,) = Catalogue.default().tables("DeviceLogonEvents", "defender")
    assert logons.column_values["LogonType"].cased
    assert not logons.column_values["LogonType"].closed


def test_forms_of_values(tmp_path: Path) -> None:
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}holds: {{Door: digits, Dor: md5}}\n")
    assert [str(problem) for problem in check([path])] == [
        f'{path}:8:23: Badge_CL has no column "Dor"; did you mean "Door"?'
    ]
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}holds: {{Door: number}}\n")
    assert [str(problem) for problem in check([path])] == [
        f'{path}:8:15: "number" is no form of values: one of address, command line, device, digits, file name, guid, '
        "id on device, json, md5, path, registry key, sha1, sha256"
    ]


def test_columns_whose_values_are_written_in_several_cases(tmp_path: Path) -> None:
    told = "sources: {seen: rows of ours}\nmixed_case: {Door: {source: seen, as_of: 2026-03}}\n"
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}{told}")
    assert check([path]) == []
    (table,) = Catalogue.with_overlays([path]).tables("Badge_CL")
    assert (table.mixed_case["Door"].source, table.mixed_case["Door"].as_of) == ("seen", "2026-03")
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}{told.replace('{source: seen', '{source: heard')}")
    assert [str(problem) for problem in check([path])] == [
        f'{path}:9:14: "heard" is not among the sources at the top of the file'
    ]
    path = write(tmp_path / "Badge_CL.yaml", f"{BADGES}mixed_case: {{Dor: {{source: seen}}}}\n")
    assert [str(problem) for problem in check([path])] == [f'{path}:8:19: "Dor" lacks "as_of"']


def test_the_column_of_the_time_is_told_by_the_platform() -> None:
    catalogue = Catalogue.default()
    columns = {
        (table.platform, table.name): catalogue.time_column(table)
        for name in ("DeviceEvents", "SigninLogs", "DeviceTvmSoftwareVulnerabilitiesKB")
        for table in catalogue.tables(name)
    }
    assert columns["defender", "DeviceEvents"] == "Timestamp"
    assert columns["sentinel", "DeviceEvents"] == columns["sentinel", "SigninLogs"] == "TimeGenerated"
    assert columns["defender", "DeviceTvmSoftwareVulnerabilitiesKB"] is None
