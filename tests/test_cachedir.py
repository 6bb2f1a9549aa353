"""Where the cache is, whom it is believed, and what a file of it can do to a run."""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint import cachedir

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path))
    assert cachedir.cache_dir() == str(tmp_path)
    monkeypatch.delenv("KQL_LINT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cachedir.cache_dir() == str(tmp_path / "kql-lint")


def test_windows_has_its_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KQL_LINT_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert cachedir.cache_dir() == str(tmp_path / "kql-lint")
    monkeypatch.delenv("LOCALAPPDATA")
    assert cachedir.cache_dir() is None


def test_a_value_comes_back(folder: Path) -> None:
    assert cachedir.load("room/name") is None
    cachedir.save("room/name", [1])
    cachedir.save("room/name", {"a": [1, None, True, "\ud800é"]})
    assert cachedir.load("room/name") == {"a": [1, None, True, "\ud800é"]}
    assert [path.name for path in (folder / "room").iterdir()] == ["name"]


@posix
def test_nobody_else_can_write_to_what_is_made(folder: Path) -> None:
    before = os.umask(0)
    try:
        cachedir.save("room/name", [1])
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "room", folder / "room" / "name")]
    assert modes == [0o700, 0o700, 0o600]
    assert cachedir.load("room/name") == [1]


@posix
@pytest.mark.parametrize("mode", [0o777, 0o775, 0o702])
def test_a_folder_that_others_can_write_to_is_not_used(folder: Path, mode: int) -> None:
    cachedir.save("name", [1])
    folder.chmod(mode)

    assert cachedir.why_not(str(folder)) == "can be written to by other users"
    assert cachedir.usable() is None
    assert cachedir.load("name") is None
    cachedir.save("other", [1])
    assert [path.name for path in folder.iterdir()] == ["name"]


@posix
def test_a_folder_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cachedir.save("name", [1])
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    assert cachedir.load("name") == [1]
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert cachedir.why_not(str(folder)) == (None if owner == 0 else "belongs to another user")


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_that_was_given_away_is_not_used(folder: Path) -> None:
    cachedir.save("name", [1])
    os.chown(folder, 12345, 12345)
    assert cachedir.why_not(str(folder)) == "belongs to another user"
    assert cachedir.load("name") is None


@pytest.mark.parametrize("mark", [".git", ".hg"])
@pytest.mark.parametrize("as_file", [False, True])
def test_a_folder_in_a_repository_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, as_file: bool
) -> None:
    top = tmp_path / "checkout"
    folder = top / ".cache" / "kql-lint"
    folder.mkdir(parents=True)
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(folder))
    cachedir.save("name", [1])
    cachedir._work_tree.cache_clear()
    (top / mark).write_text("gitdir: elsewhere") if as_file else (top / mark).mkdir()

    assert cachedir.why_not(str(folder)) == (
        f"is in the work tree of a repository ({top}), so a branch could bring files into it"
    )
    assert cachedir.load("name") is None
    cachedir.save("other", [1])
    assert [path.name for path in folder.iterdir()] == ["name"]


def test_a_link_into_a_repository_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkout" / ".git").mkdir(parents=True)
    (tmp_path / "checkout" / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "checkout" / "kept")
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "link"))

    assert cachedir.usable() is None


@posix
def test_a_pipe_or_a_device_in_it_is_no_entry(folder: Path) -> None:
    cachedir.save("name", [1])
    os.mkfifo(folder / "pipe")
    (folder / "zero").symlink_to("/dev/zero")
    assert cachedir.load("pipe") is None
    assert cachedir.load("zero") is None


def entry(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 200_000, b'{"a":' * 200_000, b"\0\0\0\0", b"[1,]", b'"\\ud8', b"I\x00\x00\x00\x00"],
)
def test_what_is_not_json_is_no_entry(folder: Path, body: bytes) -> None:
    cachedir.save("name", [1])
    (folder / "name").write_bytes(entry(body))
    assert cachedir.load("name") is None


def test_more_than_any_entry_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cachedir, "_ENTRY", cachedir._ENTRY._replace(limit=1000))
    cachedir.save("name", "x" * 900)
    cachedir.save("large", "x" * 1000)
    assert cachedir.load("name") == "x" * 900
    assert cachedir.load("large") is None


@given(st.binary(max_size=200), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_nothing_is_raised(folder: Path, body: bytes, checked: bool) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "name").write_bytes(entry(body) if checked else body)
    value = cachedir.load("name")
    assert value is None or json.loads(body) == value or value != value  # NaN is not itself
