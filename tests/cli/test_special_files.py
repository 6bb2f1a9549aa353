"""Devices, named pipes and files past any size, wherever one can be named: refused, and never waited for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

PIPE = "is a named pipe, not a regular file"
DEVICE = "is a device, not a regular file"
FOLDER = "is a directory, not a file"


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("name", "config", "shown"),
    [
        ("tables.yaml", 'catalog = ["tables.yaml"]', "{project}/tables.yaml:1:1: "),
        ("tables/a.yaml", 'catalog = ["tables"]', "{project}/tables/a.yaml:1:1: "),
        ("known.json", 'baseline = "known.json"', "{project}/known.json: "),
    ],
)
def test_what_a_configuration_names(
    kql_lint: Call, write: Write, project: Path, good: str, name: str, config: str, shown: str
) -> None:
    write("a.kql", good)
    write(".kql-lint.toml", config)
    pipe(project / name)

    result = kql_lint("check", "a.kql")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"kql-lint: {shown.format(project=project)}{PIPE}\n"


@pytest.mark.parametrize(
    ("name", "patterns"), [("f.kql", "f.kql"), ("f/a.kql", "f/*.kql"), ("f/a.yaml", "f"), ("f/a.json", "f")]
)
def test_files_of_functions(kql_lint: Call, write: Write, project: Path, good: str, name: str, patterns: str) -> None:
    write("a.kql", good)
    write(".kql-lint.toml", f'functions = ["{patterns}"]')
    pipe(project / name)

    result = kql_lint("check", "a.kql", "--output-format", "concise", "-q")

    assert (result.exit_code, result.stdout, result.stderr) == (1, f"{name}:1:1: KL005 [error] {PIPE}\n", "")


@pytest.mark.parametrize("name", [".kql-lint.toml", ".kql-lint.yaml", "pyproject.toml"])
def test_a_configuration_that_is_found(kql_lint: Call, write: Write, project: Path, good: str, name: str) -> None:
    write("a.kql", good)
    pipe(project / name)

    result = kql_lint("check")

    assert (result.exit_code, result.stderr) == (2, f"kql-lint: {project}/{name}: {PIPE}\n")


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        (("check", "--config"), ""),
        (("check", "--baseline"), ""),
        (("check", "--write-baseline"), ""),
        (("check", "--catalog"), ":1:1"),
        (("schema", "--catalog"), ":1:1"),
        (("trace", "--catalog"), ":1:1"),
        (("catalog", "show", "DeviceInfo", "--catalog"), ":1:1"),
        (("catalog", "import"), ":1:1"),
    ],
)
@pytest.mark.parametrize(("path", "message"), [("/dev/zero", DEVICE), ("pipe.kql", PIPE)])
def test_what_the_command_line_names(
    kql_lint: Call,
    write: Write,
    project: Path,
    good: str,
    arguments: tuple[str, ...],
    place: str,
    path: str,
    message: str,
) -> None:
    write("a.kql", good)
    pipe(project / "pipe.kql")

    result = kql_lint(*arguments, path)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"kql-lint: {path}{place}: {message}\n"


@pytest.mark.parametrize("name", ["config", "baseline", "write-baseline"])
def test_a_folder_where_a_file_is_meant(kql_lint: Call, write: Write, good: str, name: str) -> None:
    write("a.kql", good)
    write("folder/x")

    result = kql_lint("check", f"--{name}", "folder")

    assert (result.exit_code, result.stderr) == (2, f"kql-lint: folder: {FOLDER}\n")


@pytest.mark.parametrize(
    ("name", "config", "size", "message"),
    [
        (
            "tables.yaml",
            'catalog = ["tables.yaml"]',
            10_000_001,
            "a file of the catalogue: 10.0 MB, and the limit is 10",
        ),
        ("known.json", 'baseline = "known.json"', 50_000_001, "a baseline: 50.0 MB, and the limit is 50"),
        ("pyproject.toml", "", 1_000_001, "a configuration: 1.0 MB, and the limit is 1"),
    ],
)
def test_what_is_past_its_limit(
    kql_lint: Call, write: Write, good: str, name: str, config: str, size: int, message: str
) -> None:
    write("a.kql", good)
    if config:
        write(".kql-lint.toml", config)
    with write(name).open("wb") as file:
        file.truncate(size)  # takes no room on the disk

    result = kql_lint("check", "a.kql")

    assert result.exit_code == 2
    assert result.stderr.endswith(f": is too large to be {message} MB\n")
    assert name in result.stderr


def test_a_gitignore_past_its_limit_or_behind_a_link_excludes_nothing(
    kql_lint: Call, write: Write, project: Path, tmp_path: Path, bad: str
) -> None:
    write("large/a.kql", bad)
    write("large/.gitignore", "*.kql\n" + "# filler\n" * 120_000)
    write("linked/a.kql", bad)
    (tmp_path / "ignore").write_text("*.kql\n")
    (project / "linked" / ".gitignore").symlink_to(tmp_path / "ignore")

    result = kql_lint("check", "--output-format", "concise", "-q")

    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["large/a.kql", "linked/a.kql"]


@pytest.mark.parametrize("command", ["check", "schema", "trace"])
def test_standard_input_that_never_ends(project: Path, command: str) -> None:
    with open("/dev/zero", "rb") as endless:
        done = subprocess.run(
            [sys.executable, "-m", "kql_lint", command, "-", "--stdin-filename", "a.kql"],
            stdin=endless,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    said = done.stdout if command == "check" else done.stderr
    assert "is too large to be a rule: more than 10 MB\n" in said
    assert "Traceback" not in done.stderr


def test_standard_input_that_is_a_folder(project: Path) -> None:
    command = f"{sys.executable} -m kql_lint check - --output-format concise -q < ."

    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stderr
    assert done.returncode != 0
