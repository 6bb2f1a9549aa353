"""Runs over many files: in order, whatever the number of processes, and whatever happens to one of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import kql_lint.engine
from kql_lint.runner import FileReport, Options, pool, run
from kql_lint.runner.report import pack

COMMAND = (sys.executable, "-m", "kql_lint", "check")
COUNT = 90


@pytest.fixture
def rules(tmp_path: Path) -> list[Path]:
    """Rules of different lengths; every third names an ActionType that does not exist."""
    folder = tmp_path / "rules"
    folder.mkdir()
    paths = []
    for number in range(COUNT):
        value = "ConnectionSucces" if number % 3 == 0 else "ConnectionSuccess"
        text = f'DeviceNetworkEvents\n| where ActionType == "{value}"\n' + "| where RemotePort != 1\n" * (
            number % 7 * 9
        )
        path = folder / f"{number:03}.kql"
        path.write_text(text)
        paths.append(path)
    return paths


def reports(paths: list[Path], jobs: int) -> list[FileReport]:
    return list(run(((str(path), Options()) for path in paths), jobs=jobs))


def test_reports_come_in_order_and_do_not_depend_on_the_number_of_processes(rules: list[Path]) -> None:
    (rules[50]).write_bytes(b"DeviceEvents // caf\xe9")
    rules[60].unlink()

    alone, three = reports(rules, 1), reports(rules, 3)

    assert [report.path for report in alone] == [str(path) for path in rules]
    assert [(report.path, pack(report)) for report in three] == [(report.path, pack(report)) for report in alone]
    found = {report.path: report for report in three if report.findings}
    assert found[str(rules[60])].findings[0].diagnostic.message == "no such file"
    assert found[str(rules[50])].findings[0].diagnostic.message.startswith("is not UTF-8: byte 0xE9 here")
    assert len(found) == COUNT // 3 + 1  # the missing file is one of those with a mistake, the broken one is not
    assert [path for path, report in found.items() if report.source is None] == [str(rules[50]), str(rules[60])]


def test_processes_are_not_started_for_a_few_files(rules: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(jobs: int) -> object:
        raise AssertionError("a process was started")

    monkeypatch.setattr(pool, "_executor", refuse)

    assert len(reports(rules[:16], 4)) == 16


def test_where_no_process_can_be_started_the_files_are_linted_all_the_same(
    rules: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(jobs: int) -> object:
        raise OSError("no semaphores here")

    monkeypatch.setattr(pool, "_executor", refuse)

    assert sum(len(report.findings) for report in reports(rules, 4)) == COUNT // 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is patched here is only known to a fork")
def test_a_process_that_dies_costs_one_file(rules: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    original = kql_lint.engine.analyze

    def analyze(query: str, **options: object) -> object:
        if "Deadly" in query:
            os._exit(9)
        return original(query, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kql_lint.engine, "analyze", analyze)
    monkeypatch.setattr(pool, "_context", lambda: multiprocessing.get_context("fork"))
    rules[70].write_text("Deadly\n")

    found = reports(rules, 2)

    assert [report.path for report in found] == [str(path) for path in rules]
    assert {report.path: report.errors for report in found if report.errors} == {
        str(rules[70]): ["the process that linted it has died, perhaps for want of memory"]
    }
    assert sum(len(report.findings) for report in found) == COUNT // 3


def test_processes_that_begin_anew_give_the_same(rules: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    # as on Windows and macOS
    monkeypatch.setattr(pool, "_context", lambda: multiprocessing.get_context("spawn"))

    assert [pack(report) for report in reports(rules, 2)] == [pack(report) for report in reports(rules, 1)]


def test_content_is_taken_from_whoever_reads_it() -> None:
    (report,) = run([("from-an-editor.kql", Options())], read=lambda _path: b'DeviceEvents | where ActionType == "No"')

    assert [finding.diagnostic.code for finding in report.findings] == ["KL101"]


def test_runs_at_the_same_time_share_a_cache(rules: list[Path], tmp_path: Path) -> None:
    env = os.environ | {"KQL_LINT_CACHE_DIR": str(tmp_path / "cache")}
    command = [*COMMAND, str(rules[0].parent), "--output-format", "concise", "--jobs", "2"]

    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) for _ in range(3)]
    outputs = [process.communicate(timeout=60) for process in running]
    again = subprocess.run(command, capture_output=True, env=env, check=False)

    assert {(out, err) for out, err in outputs} == {(again.stdout, again.stderr)}
    assert again.stdout.count(b"KL101") == COUNT // 3
    assert list((tmp_path / "cache").rglob("*.tmp")) == []


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder that takes long enough to be interrupted in."""
    folder = tmp_path / "many"
    folder.mkdir()
    text = "DeviceNetworkEvents\n" + "| where RemotePort != 1 and DeviceName has 'x'\n" * 400
    for number in range(400):
        (folder / f"{number:03}.kql").write_text(f"{text}| where LocalPort == {number}\n")
    return folder


def started(folder: Path, cache: Path) -> subprocess.Popen[bytes]:
    env = os.environ | {"KQL_LINT_CACHE_DIR": str(cache)}
    return subprocess.Popen(
        [*COMMAND, str(folder), "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=env,
        start_new_session=True,
    )


def wait_for_workers(cache: Path) -> None:
    """Until results of the other processes arrive: more than are linted before they are started."""
    deadline = time.monotonic() + 30
    while len(list((cache / "results").glob("*/*"))) < 30:
        assert time.monotonic() < deadline, "nothing is linted"
        time.sleep(0.02)


def group(leader: int) -> Iterator[str]:
    """The processes of a process group, by the names of their states."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, process_group = entry.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if process_group == str(leader) and state not in "ZX":
            yield state


def wait_until_gone(leader: int) -> None:
    deadline = time.monotonic() + 10
    while list(group(leader)):
        assert time.monotonic() < deadline, "processes are left behind"
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGKILL", -9)])
def test_an_interrupted_run_leaves_nothing_behind(many: Path, tmp_path: Path, name: str, code: int) -> None:
    cache = tmp_path / "cache"
    process = started(many, cache)
    wait_for_workers(cache)

    # Ctrl-C goes to all processes of a terminal; a kill hits one.
    if name == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.kill()
    _, errors = process.communicate(timeout=30)

    assert process.returncode == code
    assert errors.strip() == b""  # what is typed next begins on a line of its own
    wait_until_gone(process.pid)
    if name == "SIGINT":
        assert list(cache.rglob("*.tmp")) == []
