"""``check``: what it finds in overlays and in a whole catalogue."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kql_lint import resources
from kql_lint.catalogue.check import check
from kql_lint.catalogue.importer import write_index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small catalogue: two tables of the shipped one, the Sentinel copy of the first, and all functions."""
    shipped = resources.catalog_folder()
    for name in (
        "defender/DeviceNetworkEvents.yaml",
        "defender/DeviceInfo.yaml",
        "sentinel/DeviceNetworkEvents.yaml",
        "functions.yaml",
    ):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(os.path.join(shipped, name), target)
    write_index(str(tmp_path))
    return tmp_path


def found(folder: Path) -> list[str]:
    return [str(problem).removeprefix(f"{folder}{os.sep}") for problem in check([str(folder)])]


def change(path: Path, old: str, new: str) -> int:
    """Replaces the first old and gives the line it is in."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_a_sound_catalogue(folder: Path) -> None:
    assert found(folder) == []


def test_a_column_that_the_table_lacks(folder: Path) -> None:
    path = folder / "defender/DeviceNetworkEvents.yaml"
    line = change(
        path, "      columns: [DeviceId, Timestamp, RemoteIP,", "      columns: [DeviceId, Timestamp, RemotIP,"
    )
    assert found(folder) == [
        f'defender/DeviceNetworkEvents.yaml:{line}:38: DeviceNetworkEvents has no column "RemotIP"; '
        'did you mean "RemoteIP"?'
    ]


def test_a_source_that_is_not_explained(folder: Path) -> None:
    line = change(folder / "defender/DeviceNetworkEvents.yaml", "      sources: [seed,", "      sources: [hearsay,")
    assert found(folder) == [
        f'defender/DeviceNetworkEvents.yaml:{line}:17: "hearsay" is not among the sources at the top of the file'
    ]


def test_an_index_that_is_out_of_date(folder: Path) -> None:
    (folder / "defender/DeviceInfo.yaml").unlink()
    assert found(folder) == [
        "columns.tsv:2:1: out of date; kql-lint catalog import -o FOLDER writes it anew",
        "index.tsv:1:1: out of date; kql-lint catalog import -o FOLDER writes it anew",
    ]
    write_index(str(folder))
    assert found(folder) == []


def test_a_checkout_with_the_line_ends_of_windows(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert found(folder) == []


def test_a_file_under_another_name(folder: Path) -> None:
    (folder / "defender/DeviceInfo.yaml").rename(folder / "defender/Devices.yaml")
    assert found(folder) == [
        'defender/Devices.yaml:1:1: the file of table "DeviceInfo" must be named DeviceInfo.yaml'
    ]  # fmt: skip


def test_a_file_in_the_wrong_folder(folder: Path) -> None:
    (folder / "defender/DeviceInfo.yaml").rename(folder / "sentinel/DeviceInfo.yaml")
    write_index(str(folder))
    assert found(folder) == ['sentinel/DeviceInfo.yaml:2:1: a file in sentinel/ must say "platform: sentinel"']


def test_a_copy_without_its_original(folder: Path) -> None:
    (folder / "defender/DeviceNetworkEvents.yaml").unlink()
    write_index(str(folder))
    assert found(folder) == [
        "sentinel/DeviceNetworkEvents.yaml:3:1: there is no defender/DeviceNetworkEvents.yaml to share with"
    ]


def test_action_types_that_differ_in_case_alone(folder: Path) -> None:
    path = folder / "defender/DeviceNetworkEvents.yaml"
    line = change(path, "    ConnectionFound:\n", "    CONNECTIONSUCCESS:\n")
    assert [problem for problem in found(folder) if "index" not in problem] == [
        f"defender/DeviceNetworkEvents.yaml:{line}:5: "
        'ActionType "CONNECTIONSUCCESS" differs from "ConnectionSuccess" in case alone'
    ]


def test_overlays_are_checked_with_the_columns_they_go_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "table: DeviceInfo\ncolumns:\n  Owner: string\n"
        "events:\n  column: Owner\n  always: [Owner, DeviceId, DeviceIdd]\n",
        encoding="utf-8",
    )
    assert [str(problem) for problem in check([str(tmp_path)])] == [
        f'{path}:6:29: DeviceInfo has no column "DeviceIdd"; did you mean "DeviceId"?'
    ]


def test_all_mistakes_of_a_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("table: A_CL\ncolumns:\n  X: strin\n  Y: text\nclosed: true\n", encoding="utf-8")
    assert [(problem.line, problem.column) for problem in check([str(path)])] == [(3, 6), (4, 6), (5, 1)]


def test_a_table_without_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("table: A_CL\n", encoding="utf-8")
    assert [str(problem) for problem in check([str(path)])] == [
        f"{path}:1:1: the table has no columns; say open: true if they are not known"
    ]
    path.write_text("table: A_CL\nopen: true\nevents: {always: [Anything]}\n", encoding="utf-8")
    assert check([str(path)]) == []


def test_a_scalar_function_with_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("functions:\n  F:\n    kind: scalar\n    columns: [A]\n", encoding="utf-8")
    assert [str(problem) for problem in check([str(path)])] == [f'{path}:4:5: "F" is scalar and has no columns']


def test_a_column_that_is_both_filled_and_never_filled(folder: Path) -> None:
    path = folder / "defender/DeviceNetworkEvents.yaml"
    line = change(
        path,
        "      never: [RemoteIP, RemotePort, RemoteUrl, RemoteIPType]",
        "      never: [LocalIP, RemoteIPs]\n      instead: {RemotePort: LocalPort}",
    )
    name = "defender/DeviceNetworkEvents.yaml"
    assert found(folder) == [
        f'{name}:{line}:15: "LocalIP" is in "columns", so it is filled',
        f'{name}:{line}:24: DeviceNetworkEvents has no column "RemoteIPs"; did you mean "RemoteIP"?',
        f'{name}:{line + 1}:17: "RemotePort" is not in "never"',
    ]


def test_aliases_lead_to_columns_of_their_tables(folder: Path) -> None:
    (folder / "aliases.yaml").write_text(
        """\
table_aliases:
  - tables: [DeviceNetworkEvents, DeviceInfo, DeviceFileEvents]
    aliases:
      DestinationPort: RemotePort
      OSPlatform: DeviceName
      Country: {columns: [], has: no place}
""",
        encoding="utf-8",
    )
    assert sorted(found(folder)) == [
        'aliases.yaml:2:47: there is no table "DeviceFileEvents"',
        'aliases.yaml:4:7: DeviceInfo has no column "RemotePort"',
        'aliases.yaml:5:7: DeviceInfo has a column "OSPlatform" of its own',
    ]
