"""Whatever lies in a folder: it is named with what is wrong, and the rules beside it are linted all the same."""

from __future__ import annotations

import builtins
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]


@pytest.fixture
def lint(kql_lint: Call, write: Write, bad: str) -> Callable[[], tuple[int, str, str]]:
    """Lints the folder, which has a rule zz.kql with a known mistake, and gives what is said about the rest."""
    write("zz.kql", bad)

    def run() -> tuple[int, str, str]:
        before = sorted(Path().rglob("*"))
        result = kql_lint("check", "--output-format", "concise", "--quiet")
        assert sorted(Path().rglob("*")) == before, "nothing is written"
        lines = result.stdout.splitlines()
        assert lines[-1].startswith("zz.kql:2:23: KL101 [error] "), "the others are still linted"
        return result.exit_code, "\n".join(lines[:-1]), result.stderr

    return run


Lint = Callable[[], tuple[int, str, str]]


def test_binary(lint: Lint, write: Write) -> None:
    write("a.kql", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\x00\x00\x01\xe0\x08\x06")

    code, out, err = lint()

    assert (code, err) == (1, "")
    assert out.startswith("a.kql:1:1: KL005 [error] is not UTF-8: byte 0x89 here can't be decoded")


def test_bytes_that_are_no_utf8(lint: Lint, write: Write) -> None:
    write("a.kql", b"DeviceEvents\n| where FileName == 'caf\xe9.exe'\n")

    code, out, _ = lint()

    assert code == 1
    assert out.startswith("a.kql:2:25: KL005 [error] ")
    assert "UTF-8" in out


@pytest.mark.parametrize(
    ("name", "data", "severity"),
    [
        ("notes.md", b"Le caf\xe9 est ferm\xe9.\n", "info"),
        ("data.json", b'{"name": "caf\xe9"}', "info"),
        ("data.yaml", b"\x00\x01\x02", "info"),
        ("notes.md", b"Caf\xe9\n```kql\nT\n```\n", "error"),
        ("rule.json", b'{"queryFrequency": "PT1H", "displayName": "caf\xe9"}', "error"),
        ("rule.yaml", "query: T\n".encode("utf-16-le"), "error"),
        ("a.kql", b"T | where a == 'caf\xe9'", "error"),
    ],
)
def test_another_encoding_is_a_note_where_nothing_tells_of_queries(
    lint: Lint, write: Write, name: str, data: bytes, severity: str
) -> None:
    write(name, data)

    _, out, _ = lint()

    assert out.startswith(f"{name}:")
    assert f" KL005 [{severity}] " in out


def test_utf16_with_a_mark_is_read_like_any_other(lint: Lint, write: Write, bad: str) -> None:
    write("a.kql", bad.encode("utf-16"))

    code, out, _ = lint()

    assert code == 1
    assert out.startswith('a.kql:2:23: KL101 [error] unknown ActionType "ConnectionSucces"')


def test_empty(lint: Lint, write: Write) -> None:
    write("a.kql", "")
    write("b.kql", "// to be written\n\n")

    code, out, _ = lint()

    assert code == 1
    assert [line.split(" ")[:3] for line in out.splitlines()] == [
        ["a.kql:1:1:", "KL004", "[warning]"],
        ["b.kql:1:1:", "KL004", "[warning]"],
    ]


def test_five_megabytes(lint: Lint, write: Write) -> None:
    hashes = ",\n".join(f'"{n:064x}"' for n in range(75_000))
    path = write("a.kql", f"let Known = dynamic([{hashes}]);\nDeviceFileEvents\n| where SHA256 in (Known)\n")
    assert path.stat().st_size > 5_000_000

    code, out, err = lint()

    assert (code, out, err) == (1, "", "")


def test_a_file_past_the_limit(lint: Lint, write: Write) -> None:
    write("a.kql", b"DeviceEvents\n" + b"// filler\n" * 1_100_000)

    code, out, _ = lint()

    assert code == 1
    assert out.startswith("a.kql:1:1: KL005 [error] ")


def test_broken_yaml(lint: Lint, write: Write) -> None:
    write("a.yaml", 'name: "Rule\nquery: |\n  DeviceEvents\n')

    code, out, _ = lint()

    assert code == 1
    assert out.startswith("a.yaml:")
    assert " KL005 [error] " in out


@pytest.fixture
def locked(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file a.kql that may not be read, whoever runs the tests."""
    write("a.kql", "DeviceEvents")
    real_open, real_access = builtins.open, os.access

    def refuse(file: object, *args: object, **kwargs: object) -> object:
        if str(file).endswith("a.kql"):
            raise PermissionError(13, "Permission denied", str(file))
        return real_open(file, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("a.kql") and real_access(path, mode))


@pytest.mark.usefixtures("locked")
def test_a_file_that_may_not_be_read(lint: Lint) -> None:
    code, out, _ = lint()

    assert code == 1
    assert out == "a.kql:1:1: KL005 [error] cannot be read: permission denied"


@pytest.mark.usefixtures("locked")
def test_one_that_is_named_costs_the_others_nothing(kql_lint: Call, write: Write, bad: str) -> None:
    write("zz.kql", bad)

    result = kql_lint("check", "a.kql", "zz.kql", "--output-format", "concise", "--quiet")

    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.split(" [")[0] for line in result.stdout.splitlines()] == ["a.kql:1:1: KL005", "zz.kql:2:23: KL101"]


def test_a_link_to_nowhere(lint: Lint, project: Path) -> None:
    (project / "a.kql").symlink_to("gone.kql")

    code, out, _ = lint()

    assert code == 1
    assert out == "a.kql:1:1: KL005 [error] no such file"


def test_a_folder_named_like_a_rule(lint: Lint, write: Write) -> None:
    write("a.kql/readme.txt", "")

    assert lint() == (1, "", "")


def test_folders_that_link_in_a_circle(lint: Lint, project: Path) -> None:
    (project / "rules").mkdir()
    (project / "rules" / "again").symlink_to("..", target_is_directory=True)

    code, out, err = lint()

    assert (code, out) == (1, "")
    assert err == (
        f"kql-lint: rules/again: skipped: this link leads back to {project.resolve()}, a folder that it lies in\n"
    )


def test_a_missing_path(kql_lint: Call, write: Write, bad: str) -> None:
    write("zz.kql", bad)

    result = kql_lint("check", "gone", "zz.kql", "--output-format", "concise", "-q")

    assert result.exit_code == 2
    assert result.stderr == "kql-lint: gone: no such file or directory\n"
    assert result.stdout.startswith("zz.kql:2:23: KL101 ")


def test_a_kind_of_file_that_is_not_read(kql_lint: Call, write: Write) -> None:
    write("rule.docx", "DeviceEvents | take 1")

    result = kql_lint("check", "rule.docx")

    assert result.exit_code == 2
    assert result.stderr == (
        "kql-lint: rule.docx: not a kind of file that kql-lint reads (.bicep, .csl, .ipynb, .json, .jsonc, .kql, "
        ".kusto, .markdown, .md, .ps1, .psm1, .tf, .workbook, .yaml, .yml, .txt)\n"
    )


def test_an_exception_in_the_linter_names_the_file_and_the_query(
    lint: Lint, write: Write, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kql_lint.engine

    write("a.kql", f"{good}\nDeviceFileEvents\n| take 13\n\n{good}")
    analyze = kql_lint.engine.analyze

    def fail(query: str, **options: object) -> object:
        if "take 13" in query:
            raise KeyError("unlucky")
        return analyze(query, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kql_lint.engine, "analyze", fail)

    code, _, err = lint()

    assert code == 2
    assert err.startswith("kql-lint: a.kql: internal error in the query 2 at line 5: KeyError: 'unlucky' at ")
    assert err.endswith("This is a mistake of kql-lint; please report it with the query.\n")
