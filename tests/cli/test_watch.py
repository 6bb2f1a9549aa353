"""``check --watch``: what is linted again when, and how it ends.  Nothing here waits for a time: it reads output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.cli import watching

Write = Callable[..., Path]
KqlLint = Callable[..., Result]
GUARD = 120  # seconds: a process that says nothing for so long is ended, and the test fails
NO_FINDINGS = "kql-lint: watching "
KL101 = (
    'rules/a.kql:2:23: KL101 [error] unknown ActionType "ConnectionSucces" for DeviceNetworkEvents; did you mean '
    '"ConnectionSuccess"?'
)


class Watching:
    """A run with --watch, whose output is read round by round."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def round(self) -> list[str]:
        """The lines of the next round, up to the one that says that it waits."""
        assert self.process.stdout is not None
        lines: list[str] = []
        for line in self.process.stdout:
            if line.startswith(NO_FINDINGS):
                return lines
            lines.append(line.rstrip("\n"))
        raise AssertionError(f"it has ended with {self.process.wait()} and said {lines}")

    def interrupt(self) -> tuple[int, str]:
        """Its exit code after Ctrl-C, and what it still says."""
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGINT)
        rest = self.process.stdout.read()
        return self.process.wait(), rest


@contextlib.contextmanager
def watched(*args: str) -> Iterator[Watching]:
    command = (sys.executable, "-m", "kql_lint", "check", "--watch", "--output-format", "concise", *args)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        guard = threading.Timer(GUARD, process.kill)
        guard.start()
        try:
            yield Watching(process)
        finally:
            guard.cancel()
            process.kill()


def replace(path: Path, content: str) -> None:
    """As editors save: a new file takes the old one's place."""
    new = path.with_name(f".{path.name}.swp")
    new.write_text(content)
    new.replace(path)


def test_a_file_is_linted_again_when_it_is_saved_and_ctrl_c_ends_it(write: Write, bad: str, good: str) -> None:
    path = write("rules/a.kql", bad)
    write("rules/b.kql", good)

    with watched("rules") as run:
        assert run.round() == [KL101, "Found 1 error in 1 of 2 files (2 queries)."]
        replace(path, good)
        assert run.round() == ["kql-lint: changed: rules/a.kql", "No findings in 2 files (2 queries)."]
        replace(path, bad)
        assert run.round() == [
            "kql-lint: changed: rules/a.kql",
            KL101,
            "Found 1 error in 1 of 2 files (2 queries).",
        ]
        assert run.interrupt() == (130, "\n")  # behind the ^C of the terminal


def test_new_renamed_and_removed_files_are_noticed(write: Write, project: Path, bad: str, good: str) -> None:
    write("rules/good.kql", good)

    with watched() as run:
        assert run.round() == ["No findings in 1 file (1 query)."]
        write("rules/a.kql", bad)
        assert run.round() == [
            "kql-lint: changed: rules/a.kql",
            KL101,
            "Found 1 error in 1 of 2 files (2 queries).",
        ]
        (project / "rules/a.kql").rename(project / "rules/b.kql")
        assert run.round()[:2] == ["kql-lint: changed: rules/a.kql and rules/b.kql", KL101.replace("a.kql", "b.kql")]
        (project / "rules/b.kql").unlink()
        assert run.round()[-1] == "No findings in 1 file (1 query)."


def test_a_broken_configuration_is_shown_and_waited_out(write: Write, bad: str) -> None:
    write("rules/a.kql", bad)

    with watched("rules") as run:
        assert run.round()[0] == KL101
        config = write(".kql-lint.toml", 'ignore = ["KL10"\n')  # above what is linted, and new
        changed, said = run.round()
        assert changed == "kql-lint: changed: .kql-lint.toml"
        assert said.startswith("kql-lint: ")
        assert ".kql-lint.toml:" in said
        config.write_text('ignore = ["KL101"]\n')
        assert run.round() == ["kql-lint: changed: .kql-lint.toml", "No findings in 1 file (1 query)."]


def test_one_that_is_broken_from_the_start_is_waited_out_as_well(write: Write, bad: str) -> None:
    write("rules/a.kql", bad)
    config = write(".kql-lint.toml", 'select = ["nothing"]\n')

    with watched("rules") as run:
        (said,) = run.round()
        assert said.startswith("kql-lint: ")
        config.unlink()
        assert run.round()[1] == KL101


OVERLAY = """\
table: Visits_CL
platform: sentinel
columns:
  TimeGenerated: datetime
  {column}: string
"""


def test_files_are_linted_again_when_an_overlay_changes_and_a_broken_one_is_waited_out(write: Write) -> None:
    write("rules/a.kql", "Visits_CL | project TimeGenerated, Visitor")
    write(".kql-lint.toml", 'catalog = ["tables"]\n')
    overlay = write("tables/Visits_CL.yaml", OVERLAY.format(column="Visitor"))
    changed = f"kql-lint: changed: {os.path.join('tables', 'Visits_CL.yaml')}"

    with watched("rules") as run:
        assert run.round() == ["No findings in 1 file (1 query)."]
        overlay.write_text(OVERLAY.format(column="Guest"))
        assert [line.split(" ")[1] for line in run.round()[1:2]] == ["KL201"]
        overlay.write_text("table: [\n")
        said = run.round()
        assert said[0] == changed
        assert "tables/Visits_CL.yaml:" in said[1]
        overlay.write_text(OVERLAY.format(column="Visitor"))
        assert run.round() == [changed, "No findings in 1 file (1 query)."]


def test_files_are_linted_again_when_a_function_that_they_call_changes_or_is_new(write: Write) -> None:
    write("rules/a.kql", "Visits() | project Visitor")
    write(".kql-lint.toml", 'functions = ["functions/**/*.kql"]\n')
    function = write("functions/visits.kql", ".create-or-alter function Visits() { print Guest='x' }")

    with watched("rules") as run:
        assert "KL201" in run.round()[0]
        function.write_text(".create-or-alter function Visits() { print Visitor='x' }")
        assert run.round()[-1] == "No findings in 1 file (1 query)."
        function.rename(function.with_name("other.txt"))
        assert run.round()[-1] != "No findings in 1 file (1 query)."


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_a_rule_names_is_watched_whoever_has_read_it(write: Write, bad: str, good: str, jobs: str) -> None:
    bicep = (
        "resource rule 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {\n"
        "  kind: 'Scheduled'\n  properties: {\n    query: loadTextContent('../queries/%s.query')\n  }\n}\n"
    )
    for number in range(60):  # more than the first process lints by itself
        write(f"rules/{number:02}.bicep", bicep % number)
        query = write(f"queries/{number}.query", good)

    with watched("rules", "--no-cache", "--jobs", jobs, "--select", "KL101") as run:
        assert run.round()[-1].startswith("No findings in 60 files")
        query.write_text(bad)
        changed, found, *_ = run.round()
        assert changed == "kql-lint: changed: queries/59.query"
        assert "KL101" in found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "--watch and standard input can't be combined"),
        (["--fix"], "--watch and fixes can't be combined"),
        (["--diff"], "--watch and fixes can't be combined"),
        (["--add-suppressions"], "--watch and fixes can't be combined"),
        (["--write-baseline", "b.json"], "--watch and --write-baseline can't be combined"),
        (["--output", "sarif=a.sarif"], "--watch and --output can't be combined"),
        (["--output-format", "json"], "--watch prints findings as text or concise, not as json"),
    ],
)
def test_what_writes_or_makes_one_document_can_not_be_watched(
    kql_lint: KqlLint, arguments: list[str], message: str
) -> None:
    result = kql_lint("check", "--watch", *arguments)

    assert result.exit_code == 2
    assert f"Error: {message}\n" in result.output


def test_what_no_file_puts_right_ends_it(write: Write, bad: str) -> None:
    write("rules/a.kql", bad)
    command = [sys.executable, "-m", "kql_lint", "check", "--watch", "--select", "KL9999", "rules"]

    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=GUARD)

    assert result.returncode == 2
    assert '"KL9999"' in result.stderr


def test_a_terminal_is_cleared_before_each_round_but_the_first(write: Write, bad: str, good: str) -> None:
    import pty

    path = write("rules/a.kql", bad)
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "kql_lint", "check", "--watch", "--output-format", "concise"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower)
    os.close(follower)
    guard = threading.Timer(GUARD, process.kill)
    guard.start()
    try:
        first = _read_until(leader, "Ctrl-C to stop\r\n")
        replace(path, good)
        second = _read_until(leader, "Ctrl-C to stop\r\n")
    finally:
        guard.cancel()
        process.send_signal(signal.SIGINT)
        code = process.wait()
        os.close(leader)

    assert code == 130
    assert "\x1b[2J" not in first
    assert second.startswith("\x1b[H\x1b[2J\x1b[3Jkql-lint: changed: rules/a.kql\r\nNo findings in 1 file")


def _read_until(descriptor: int, text: str) -> str:
    found = b""
    while not found.decode(errors="replace").endswith(text):
        found += os.read(descriptor, 4096)  # raises OSError when the process is gone
    return found.decode()


def test_the_files_that_editors_put_beside_one_are_no_change(project: Path, good: str, write: Write) -> None:
    path = write("rules/a.kql", good)
    seen = watching.Seen()
    seen.note("rules")
    seen.note("rules/a.kql")
    for name in (".a.kql.swp", "4913", "a.kql~", ".#a.kql", "#a.kql#", "a.kql.tmp"):
        write(f"rules/{name}", good)

    assert seen.changed() == []
    write("rules/b.kql", good)
    assert seen.changed() == ["rules/b.kql"]
    path.unlink()
    assert seen.changed() == ["rules/a.kql", "rules/b.kql"]


def test_what_is_not_there_is_watched_too(project: Path, write: Write) -> None:
    seen = watching.Seen()
    seen.note("rules/a.kql")

    assert seen.changed() == []
    write("rules/a.kql")
    assert seen.changed() == ["rules/a.kql"]


def test_a_slow_poll_is_followed_by_a_longer_pause(
    monkeypatch: pytest.MonkeyPatch, project: Path, write: Write
) -> None:
    seen = watching.Seen()
    seen.note("a.kql")
    pauses: list[float] = []
    clock = iter([0.0, 0.1, 0.1, 0.1001, 0.1001, 0.2])  # polls of 100 ms, 0.1 ms and one that finds a change

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            write("a.kql")

    monkeypatch.setattr(watching.time, "sleep", sleep)
    monkeypatch.setattr(watching.time, "perf_counter", lambda: next(clock))

    assert watching._next_change(seen) == ["a.kql"]
    assert pauses == [watching.INTERVAL, 2.0, watching.INTERVAL, watching.SETTLING]
