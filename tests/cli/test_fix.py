"""Fixes from the command line: what is written, what is printed, what is left alone."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kql_lint.cli import run

RULE = """\
id: 2f1b7c0e-6a5d-4f7e-9a53-0f6d5b3c1a77
name: A rule # "why"
kind: Scheduled
query: |
  let Unused = 5;
  DeviceNetworkEvents
  | where ActionType == "connectionsuccess"
  | take 5
"""
SAFE = RULE.replace("  let Unused = 5;\n", "")
INTENT = SAFE.replace("connectionsuccess", "ConnectionSuccess")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*args: str) -> int:
    return run(["check", "--isolated", "--no-cache", *args])


def written(text: str, name: str = "r.yaml") -> Path:
    path = Path(name)
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("options", "after", "code"),
    [
        (["--fix"], SAFE, 1),
        (["--fix-intent"], INTENT, 0),
        (["--fix", "--unsafe-fixes"], INTENT, 0),
        (["--fix-only"], SAFE, 0),
        (["--unsafe-fixes"], RULE, 1),
        ([], RULE, 1),
        (["--fix", "--ignore", "KL209"], RULE, 1),
        (["--diff"], RULE, 1),
    ],
)
def test_what_is_asked_for_is_written(options: list[str], after: str, code: int) -> None:
    path = written(RULE)

    assert check(*options) == code
    assert path.read_bytes().decode() == after


def test_findings_say_which_fix_they_have(capsys: pytest.CaptureFixture[str]) -> None:
    written(RULE)
    check()

    lines = capsys.readouterr().out.splitlines()
    assert "r.yaml:5:7: info KL209 unused-let [*]" in lines
    assert "r.yaml:7:25: error KL103 action-type-case [*intent]" in lines
    assert lines[-2:] == [
        "Found 1 error and 1 note in 1 file (1 query).",
        "[*] 1 fixable with --fix, 1 more with --fix-intent.",
    ]


def test_what_is_left_is_reported_and_what_was_fixed_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    written(RULE)
    written(RULE, "s.yaml")
    check("--fix", "--ignore", "KL608")

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith(("r.yaml", "s.yaml"))] == [
        "r.yaml:6:25: error KL103 action-type-case [*intent]",
        "s.yaml:6:25: error KL103 action-type-case [*intent]",
    ]
    assert lines[-2] == "Fixed 2 findings in 2 files. Found 2 errors in 2 files (2 queries)."


def test_a_diff_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    written(RULE)

    assert check("--diff", "--fix-intent") == 1
    out, err = capsys.readouterr()
    assert out == (
        "--- r.yaml\n+++ r.yaml\n@@ -2,7 +2,6 @@\n"
        ' name: A rule # "why"\n kind: Scheduled\n query: |\n'
        "-  let Unused = 5;\n   DeviceNetworkEvents\n"
        '-  | where ActionType == "connectionsuccess"\n+  | where ActionType == "ConnectionSuccess"\n   | take 5\n'
    )
    assert err == "kql-lint: Would fix 2 findings in 1 file.\n"

    written(INTENT)
    assert check("--diff", "--fix-intent") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbflet a = 5;\r\nDeviceEvents | take 5",
        "\ufefflet a = 5;\nDeviceEvents | where DeviceName == 'é' | take 5\n\n".encode("utf-16-le"),
        "\ufefflet a = 5;\nDeviceEvents | take 5\n".encode("utf-16-be"),
    ],
)
def test_nothing_else_changes_by_a_byte(raw: bytes) -> None:
    path = Path("q.kql")
    path.write_bytes(raw)
    path.chmod(0o640)

    assert check("--fix") == 0
    encoding = "utf-16" if raw[:3] != b"\xef\xbb\xbf" else "utf-8"
    text = raw.decode(encoding)
    line = text[text.index("let") : text.index("Device")]
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(raw[:2], "utf-8")
    assert path.read_bytes() == raw.replace(line.encode(codec), b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir() == ["q.kql"]


def test_a_link_stays_and_what_it_leads_to_is_fixed(here: Path) -> None:
    (here / "rules").mkdir()
    written(RULE, "rules/r.yaml")
    Path("link.yaml").symlink_to("rules/r.yaml")

    check("--fix", "link.yaml")

    assert Path("link.yaml").is_symlink()
    assert Path("rules/r.yaml").read_text() == SAFE


def test_a_file_that_is_read_only_is_left_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(RULE)
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may be allowed everything

    assert check("--fix") == 1
    assert path.read_text() == RULE
    assert capsys.readouterr().err == "kql-lint: r.yaml is left as it is: it is read-only\n"


def test_a_file_that_has_changed_meanwhile_is_left_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kql_lint.fixes import files

    path = written(RULE)

    def fix_text(*args: object) -> object:
        path.write_text("somebody else's")
        return original(*args)  # type: ignore[arg-type]

    original = files.fix_text
    monkeypatch.setattr(files, "fix_text", fix_text)

    assert check("--fix") == 1
    assert path.read_text() == "somebody else's"
    assert "r.yaml is left as it is: it has changed since it was read" in capsys.readouterr().err


PIPED = "let a = 5;\r\nDeviceNetworkEvents | where ActionType == 'connectionsuccess'"


def piped(text: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "kql_lint", "check", "--isolated", *options, "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=False)


def test_standard_input_comes_out_fixed_with_its_findings_on_standard_error() -> None:
    done = piped(PIPED, "--fix")

    assert done.stdout == PIPED.removeprefix("let a = 5;\r\n").encode()
    assert b"<stdin>:1:43: error KL103 action-type-case [*intent]" in done.stderr
    assert done.returncode == 1
    assert piped(PIPED, "--fix-intent").stdout == done.stdout.replace(b"connections", b"ConnectionS")


def test_standard_input_with_nothing_to_fix_comes_out_as_it_is() -> None:
    for text in ("DeviceEvents | take 5\r\n", "", "DeviceEvents |"):
        assert piped(text, "--fix").stdout == text.encode()


def test_standard_input_as_a_diff() -> None:
    done = piped(PIPED, "--diff")

    assert done.stdout.splitlines()[0] == b"--- <stdin>"
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("config", "after"),
    [
        ('unfixable = ["KL209"]', RULE),
        ('fixable = ["KL2"]', SAFE),
        ('fixable = ["KL1"]', RULE),
        ('fixable = ["KL2"]\nunfixable = ["unused-let"]', RULE),
        ('extend-safe-fixes = ["KL103"]', INTENT),
        ('extend-unsafe-fixes = ["KL2"]', RULE),
        ('extend-unsafe-fixes = ["KL2"]\nextend-safe-fixes = ["KL209"]', SAFE),
        ('[[per-path]]\npaths = ["r.yaml"]\nunfixable = ["ALL"]', RULE),
    ],
)
def test_the_configuration_says_what_is_fixed(config: str, after: str) -> None:
    path = written(RULE)
    Path(".kql-lint.toml").write_text(config)

    run(["check", "--no-cache", "--fix"])

    assert path.read_text() == after


def test_an_unknown_rule_in_the_configuration_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path(".kql-lint.toml").write_text('unfixable = ["unused-lets"]')

    assert run(["check"]) == 2
    assert '.kql-lint.toml:1:14: there is no rule "unused-lets"; did you mean "unused-let"?' in capsys.readouterr().err


def test_suppressed_findings_and_those_of_a_baseline_are_not_fixed() -> None:
    path = written(RULE.replace("5;\n", "5; // kql-lint: disable-line=KL209\n"))
    before = path.read_text()
    check("--fix")
    assert path.read_text() == before

    path = written(RULE)
    check("--write-baseline", "baseline.json")
    check("--fix", "--baseline", "baseline.json")
    assert path.read_text() == RULE


@pytest.mark.parametrize(
    "options",
    [["--fix", "--write-baseline", "b.json"], ["--diff", "--statistics"], ["--fix-only", "--output", "json=x"]],
)
def test_options_that_do_not_go_together(options: list[str]) -> None:
    written(RULE)

    assert check(*options) == 2
    assert Path("r.yaml").read_text() == RULE


def test_a_second_run_finds_nothing_to_fix() -> None:
    path = written(RULE)
    check("--fix-intent", "--unsafe-fixes")
    once = path.read_bytes()
    about = path.stat()

    assert check("--diff", "--unsafe-fixes") == 0
    check("--fix", "--unsafe-fixes")
    assert path.read_bytes() == once
    assert path.stat().st_mtime_ns == about.st_mtime_ns, "a file without a fix is not written"


def test_a_run_that_is_killed_leaves_each_file_as_it_was_or_fixed(here: Path) -> None:
    for number in range(60):
        written(RULE, f"r{number:02}.yaml")
    command = [sys.executable, "-m", "kql_lint", "check", "--isolated", "--no-cache", "--fix-intent", "-j", "1", "."]
    broken_off = 0
    for _ in range(6):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        before = sum(path.read_text() == INTENT for path in here.glob("*.yaml"))
        while process.poll() is None and sum(path.read_text() == INTENT for path in here.glob("*.yaml")) == before:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        broken_off += process.wait() == -signal.SIGKILL
        assert {path.read_text() for path in here.glob("*.yaml")} <= {RULE, INTENT}
    assert broken_off

    subprocess.run(command, check=False, capture_output=True)
    assert {path.read_text() for path in here.glob("*.yaml")} == {INTENT}
    # What is left of a write that was killed goes when that file is written next; others have no such file.
    assert not [name for name in os.listdir(here) if name.endswith(".tmp")]


def suppress(*args: str) -> int:
    return check("--add-suppressions", "--reason", "legacy", *args)


def test_comments_are_put_behind_what_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    path = written(RULE.replace("take 5", "project Nam, Nam2") + "entityMappings:\n  - entityType: Hosts\n")

    assert suppress() == 0
    assert path.read_text().splitlines()[4:] == [
        "  let Unused = 5; // kql-lint: disable-line=KL209 -- legacy",
        "  DeviceNetworkEvents",
        '  | where ActionType == "connectionsuccess" // kql-lint: disable-line=KL103 -- legacy',
        "  | project Nam, Nam2 // kql-lint: disable-line=KL201 -- legacy",
        "entityMappings:",
        "  - entityType: Hosts # kql-lint: disable-line=KL601,KL610 -- legacy",
    ]
    assert "Added comments for 6 findings. No findings in 1 file (1 query)." in capsys.readouterr().out
    assert check() == 0
    before = path.read_bytes()
    assert suppress() == 0
    assert path.read_bytes() == before


def test_a_comment_for_the_line_gets_the_rule_too() -> None:
    path = written(RULE.replace("5;\n", "5; // kql-lint: disable-line=KL901 -- why\n"))

    suppress("--select", "KL2")

    assert "let Unused = 5; // kql-lint: disable-line=KL901,KL209 -- why\n" in path.read_text()


def test_what_can_have_no_comment_is_still_reported() -> None:
    mapping = '{"entityType": "Hosts", "fieldMappings": [{"identifier": "HostName", "columnName": "DeviceName"}]}'
    rule = f'{{"displayName": "A", "query": "DeviceEvents", "entityMappings": [{mapping}]}}'
    path = written(f'{{"kind": "Scheduled", "properties": {rule}}}', "r.json")
    before = path.read_bytes()

    assert suppress() == 1
    assert path.read_bytes() == before


def test_comments_as_a_diff(capsys: pytest.CaptureFixture[str]) -> None:
    path = written(RULE)

    assert suppress("--diff") == 1
    assert path.read_text() == RULE
    out, err = capsys.readouterr()
    assert "+  let Unused = 5; // kql-lint: disable-line=KL209 -- legacy\n" in out
    assert err == "kql-lint: Would add comments for 2 findings.\n"


@pytest.mark.parametrize(
    "options", [["--add-suppressions", "--fix"], ["--reason", "x"], ["--add-suppressions", "--reason", "a\nb"]]
)
def test_options_of_comments_that_do_not_go_together(options: list[str]) -> None:
    assert check(*options) == 2


HEAD = "id: 2f1b7c0e-6a5d-4f7e-9a53-0f6d5b3c1a77\nname: A rule\nkind: Scheduled\nquery: |\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n\n  let Unused = 5;\n  SigninLogs\n", "\n\n  SigninLogs\n"),
        ("  let Unused = 5;\n\n  SigninLogs\n", "\n  SigninLogs\n"),
        ("  SigninLogs;\n  let Unused = 5;\n", "  SigninLogs;\n"),
        ("  print 1;\n\n\n  let Unused = 5;\n\n  SigninLogs\n", "  print 1;\n\n\n\n  SigninLogs\n"),
        # The first line says how far all are indented, so that this one can't go.
        ("  let Unused = 5;\n    SigninLogs\n  | take 5\n", "  let Unused = 5;\n    SigninLogs\n  | take 5\n"),
    ],
)
def test_a_line_that_goes_leaves_one_indentation_beside_blank_lines(before: str, after: str) -> None:
    path = written(f"{HEAD}{before}version: 1.0.0\n")

    check("--fix-only", "--select", "KL209")

    assert path.read_text() == f"{HEAD}{after}version: 1.0.0\n"
    assert check("--select", "KL001,KL004,KL005") == 0
