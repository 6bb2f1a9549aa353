"""Standard streams that are closed or full, and a working directory that is gone: said in a sentence, or borne."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
COMMAND = (sys.executable, "-m", "kql_lint")


def run(*args: str, before: Callable[[], None] | None = None, **streams: object) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own; before is done in it first."""
    return subprocess.run([*COMMAND, *args], text=True, preexec_fn=before, **streams)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    "arguments", [["check", "a.kql"], ["rules"], ["--help"], ["schema", "a.kql"], ["trace", "a.kql"], ["config"]]
)
def test_a_full_disk_under_the_output(write: Write, bad: str, arguments: list[str]) -> None:
    write("a.kql", bad)

    with open("/dev/full", "w") as full:
        result = run(*arguments, stdout=full, stderr=subprocess.PIPE)

    assert result.returncode == 2
    assert result.stderr == "kql-lint: the output can't be written: no space left on device\n"


def test_nobody_who_can_be_told_is_no_reason_to_break_off(write: Write, bad: str) -> None:
    write("a.kql", bad)

    with open("/dev/full", "w") as full:
        result = run("check", "nope.kql", "a.kql", "--quiet", stdout=subprocess.PIPE, stderr=full)

    assert result.returncode == 2
    assert result.stdout.startswith("a.kql:2:23: error KL101 ")


def test_closed_streams(write: Write, project: Path, bad: str) -> None:
    write("a.kql", bad)

    def close_all() -> None:
        for number in range(3):
            os.close(number)

    result = run("check", "a.kql", "nope.kql", "--output", "concise=out.txt", "--quiet", before=close_all)

    assert result.returncode == 2
    assert (project / "out.txt").read_text().startswith("a.kql:2:23: KL101 [error] unknown ActionType")


def test_closed_streams_do_not_change_the_exit_code(write: Write, bad: str, good: str) -> None:
    write("bad.kql", bad)
    write("good.kql", good)

    codes = [run("check", name, before=lambda: os.close(1)).returncode for name in ("good.kql", "bad.kql")]

    assert codes == [0, 1]
    assert run("--version", before=lambda: os.close(1)).returncode == 0


def test_closed_standard_input_that_is_to_be_linted(project: Path) -> None:
    result = run("check", "-", before=lambda: os.close(0), capture_output=True)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "kql-lint: standard input is closed\n"


def test_help_that_nobody_reads(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    result = run("--help", stdout=writer, stderr=subprocess.PIPE)

    os.close(writer)
    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize("arguments", [["check"], ["check", "-"], ["schema", "."], ["config"]])
def test_a_working_directory_that_is_gone(project: Path, tmp_path: Path, arguments: list[str]) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()

    def leave() -> None:
        os.chdir(gone)
        gone.rmdir()

    result = run(*arguments, before=leave, capture_output=True)

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "kql-lint: the working directory can't be used: no such file or directory\n"
