"""The command as a process of its own: what it loads, and how it behaves at the ends of pipes and terminals."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Write = Callable[..., Path]
COMMAND = (sys.executable, "-m", "kql_lint")


def run(*args: str, env: dict[str, str] | None = None, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *args], capture_output=True, env=os.environ | (env or {}), **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"], ["catalog", "--help"]])
def test_help_loads_neither_the_parser_nor_yaml(project: Path, arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from kql_lint.cli import run\n"
        "code = run(sys.argv[2:])\n"
        "print(code, sorted({'lark', 'yaml', 'kql_lint.rules'} & set(sys.modules)), file=sys.stderr)\n"
    )

    result = subprocess.run([sys.executable, "-c", code, "kql-lint", *arguments], capture_output=True, check=True)

    assert result.stderr == b"0 []\n"
    assert result.stdout


def test_the_version_is_that_of_the_package(project: Path) -> None:
    from kql_lint.version import __version__

    assert run("--version").stdout.decode() == f"kql-lint {__version__}\n"


def test_a_rule_is_linted(write: Write, bad: str) -> None:
    write("a.kql", bad)

    result = run("check", "a.kql", "--output-format", "concise")

    assert result.returncode == 1
    assert result.stderr == b""
    assert result.stdout.splitlines()[-1] == b"Found 1 error in 1 file (1 query)."


def test_a_reader_that_goes_away_is_no_error(write: Write, project: Path, bad: str) -> None:
    for number in range(300):
        write(f"rules/{number}.kql", bad)

    with _started("check", errors=project / "errors.txt") as process:
        assert process.stdout is not None
        process.stdout.read(100)
        process.stdout.close()

    assert process.returncode == 141
    assert (project / "errors.txt").read_text() == ""


def test_an_interrupt_ends_it_quietly(write: Write, project: Path, bad: str) -> None:
    for number in range(2000):
        write(f"rules/{number:04}.kql", bad)

    with _started("check", errors=project / "errors.txt") as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"r"  # it has begun
        process.send_signal(signal.SIGINT)
        process.stdout.read()

    assert process.returncode == 130
    assert (project / "errors.txt").read_text().strip() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_ended_leaves_no_half_written_files(
    write: Write, project: Path, bad: str, number: signal.Signals
) -> None:
    for each in range(500):
        write(f"rules/{each:04}.kql", bad)
    write("old.sarif", "of yesterday")

    arguments = ("check", "rules", "--output", "sarif=old.sarif", "--output", "html=new.html", "--jobs", "2")
    with _started(*arguments, errors=project / "errors.txt") as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"r"  # it has begun, and its pipe is soon full
        process.send_signal(number)
        process.stdout.read()

    assert process.returncode == 128 + number
    assert (project / "errors.txt").read_text() == ""
    assert (project / "old.sarif").read_text() == "of yesterday"
    assert sorted(os.listdir(project)) == [".git", "errors.txt", "old.sarif", "rules"]


@contextlib.contextmanager
def _started(*args: str, errors: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is still running, its standard error in a file: a pipe that nobody reads would stop it."""
    with errors.open("wb") as file, subprocess.Popen([*COMMAND, *args], stdout=subprocess.PIPE, stderr=file) as process:
        yield process


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_terminal_of_any_encoding_gets_the_report(write: Write, encoding: str) -> None:
    write("rühl.kql", "DeviceNetworkEvents\n| where ActionType == 'Verbindung \N{SNOWMAN}'\n")

    result = run("check", "rühl.kql", env={"PYTHONIOENCODING": encoding})

    text = result.stdout.decode(encoding)
    assert result.returncode == 1
    assert result.stderr == b""
    assert ("│" in text) is (encoding == "utf-8")
    assert ("\N{SNOWMAN}" in text) is (encoding == "utf-8")
    assert "KL101" in text


def test_on_a_terminal_there_are_colours_and_a_progress_line_that_leaves_no_trace(write: Write, bad: str) -> None:
    import pty

    write("a.kql", bad)
    for number in range(20):
        write(f"rules/{number}.kql", "DeviceEvents | take 1")
    # The delay of the progress line is for people; here it begins at once.
    code = (
        "import kql_lint.cli.progress as progress; progress.DELAY = progress.STEP = 0\n"
        "import sys; sys.argv[0] = 'kql-lint'\n"
        "from kql_lint.__main__ import main; main()\n"
    )
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, "check"], stdin=subprocess.DEVNULL, stdout=follower, stderr=follower
    )
    os.close(follower)
    text = _read(leader)
    os.close(leader)

    assert process.wait() == 1
    assert "\x1b[1;31merror KL101\x1b[0m" in text
    assert "\r[#-----------------------------] 1 of 21 files" in text
    assert "] 21 of 21 files\r\x1b[K" in text
    assert text.endswith("\r\x1b[KFound 1 error in 1 of 21 files (21 queries).\r\n[*] 1 fixable with --fix-intent.\r\n")


def _read(descriptor: int) -> str:
    """All that is written to a pseudo-terminal until its last writer is gone."""
    parts = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # Linux's way to say that nobody writes any more
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts).decode()
