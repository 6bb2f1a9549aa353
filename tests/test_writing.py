"""Files that are written whole or not at all, and what runs that are killed leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint import writing

KqlLint = Callable[..., Result]
BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def until(condition: Callable[[], bool]) -> None:
    for _ in range(6000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about within a minute")


def locked(folder: Path) -> list[str]:
    """The files that some process has locked: a temporary file is, a moment after it is made."""
    import fcntl

    found = []
    for path in folder.iterdir():
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append(path.name)
    return found


@posix
def test_the_next_run_takes_away_what_a_killed_one_left(kql_lint: KqlLint, project: Path) -> None:
    (project / "a.kql").write_text(BAD)
    out = project / "out"
    out.mkdir()
    command = [sys.executable, "-m", "kql_lint", "check", "-", "--output", "json=out/report.json"]
    killed = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=project)
    until(lambda: locked(out) != [])
    (left,) = locked(out)
    assert writing.is_temporary(left, "report.json")

    kql_lint("check", "a.kql", "--output", "json=out/report.json")
    assert names(out) == ["report.json", left]  # that one is still at it

    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert names(out) == ["report.json", left]
    kql_lint("check", "a.kql", "--output", "json=out/report.json")
    assert names(out) == ["report.json"]


@posix
@pytest.mark.parametrize(
    "write", ["check a.kql --write-baseline out/known.json", "catalog import t.csv --table t -o out"]
)
def test_so_do_the_others_that_write_files(kql_lint: KqlLint, project: Path, write: str) -> None:
    (project / "a.kql").write_text(BAD)
    (project / "t.csv").write_text("ColumnName,ColumnType\nName,string\n")
    out = project / "out"
    out.mkdir()
    (out / "known.json").write_text('{"version": 1, "findings": []}')
    for name in ("known.json.0123abcd.tmp", "t.yaml.0123abcd.tmp"):
        (out / name).write_text("of a run that was killed")

    assert kql_lint(*write.split()).exit_code == 0

    assert len([name for name in names(out) if name.endswith(".tmp")]) == 1


def test_only_what_is_certainly_a_leftover_is_taken_away(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    foreign = [
        "a.json.tmp",
        "a.json.1234.tmp",
        "a.json.0123ABCD.tmp",
        "a.json.0123abcd.tmp2",
        "a.json.0123abcd.bak",
        "b.json.0123abcd.tmp",
        "xa.json.0123abcd.tmp",
        "a.json.0123abcd.0123abcd.tmp",
    ]
    for name in foreign:
        (tmp_path / name).write_text("x")
    (tmp_path / "a.json.00000000.tmp").mkdir()
    (tmp_path / "a.json.00000001.tmp").symlink_to(tmp_path / "a.json.tmp")
    (tmp_path / "a.json.00000002.tmp").write_text("of a run that was killed")
    before = names(tmp_path)

    writing.clear_leftovers(str(target))

    assert set(before) - set(names(tmp_path)) == {"a.json.00000002.tmp"}


def test_what_is_being_written_stays(tmp_path: Path) -> None:
    target = str(tmp_path / "a.json")
    first, descriptor = writing.begin(target)
    writing.clear_leftovers(target)
    second, other = writing.begin(target)
    assert first != second
    assert names(tmp_path) == sorted(map(os.path.basename, (first, second)))
    os.close(descriptor)
    os.close(other)
    writing.clear_leftovers(target)
    assert names(tmp_path) == []


def test_without_locks_only_what_is_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_locked", lambda descriptor: None)
    target = str(tmp_path / "a.json")
    for unique, days in (("00000000", 0), ("00000001", 2)):
        path = tmp_path / f"a.json.{unique}.tmp"
        path.write_text("x")
        then = time.time() - days * 24 * 60 * 60
        os.utime(path, (then, then))

    writing.clear_leftovers(target)

    assert names(tmp_path) == ["a.json.00000000.tmp"]


def test_a_file_taken_for_a_leftover_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = writing._locked
    once = [True]

    def locked(descriptor: int) -> bool | None:
        if once and once.pop():  # another run gets hold of it first, and takes it away
            for path in tmp_path.iterdir():
                path.unlink()
        return real(descriptor)

    monkeypatch.setattr(writing, "_locked", locked)
    writing.replace_file(str(tmp_path / "a.json"), b"whole")

    assert (tmp_path / "a.json").read_bytes() == b"whole"
    assert names(tmp_path) == ["a.json"]


def test_a_folder_that_is_not_there_has_no_leftovers(tmp_path: Path) -> None:
    writing.clear_leftovers(str(tmp_path / "missing" / "a.json"))
    writing.clear_leftovers("nul\0byte/a")
