"""Patterns of files: they mean what they do to Python's glob, but no pattern and no names make the search long."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.globs import Glob, Steps, TooMuch

PARTS = ("**", "*", "a", "b", ".h", "?", "a*", "*.kql", ".*", "[ab]", "[!a]", "[*]", "*a*b")


def named(pattern: str, steps: Steps | None = None) -> list[str]:
    return sorted(Glob(pattern).files(lambda _: True, steps or Steps()))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with files in folders of all these names, three deep; the working directory."""
    folder = tmp_path_factory.mktemp("tree")
    for path in ("a", "b", ".h", "a/b", "a/aab", "a/.h", "b/a", "a/b/a", "a/b/.h", ".h/a", "aa"):
        (folder / path).mkdir()
        for name in ("c.kql", ".d.kql", "ab", "*"):
            (folder / path / name).touch()
    before = os.getcwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5))
def test_the_files_are_those_that_glob_finds(tree: Path, parts: list[str]) -> None:
    pattern = os.sep.join(parts)

    assert named(pattern) == sorted({path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path)})


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5))
def test_a_pattern_matches_the_files_that_it_names_and_no_others(tree: Path, parts: list[str]) -> None:
    pattern = os.sep.join(parts)
    everything = {os.path.join(folder, name) for folder, _, names in os.walk(tree) for name in names}

    matched = {path for path in everything if Glob(pattern).matches(path, Steps())}

    assert matched == {os.path.realpath(path) for path in named(pattern)}


@pytest.mark.parametrize(
    ("pattern", "base"),
    [
        ("/rules/**/*.kql", "/rules"),
        ("/*.kql", "/"),
        ("rules/a.kql", "rules/a.kql"),
        ("*.kql", "."),
        (glob.escape("/odd [1]*/x") + "/*.kql", "/odd [1]*/x"),
        ("/a/[b]/c?", "/a/b"),
        ("/a/../b/*", "/b"),
    ],
)
def test_the_base_is_what_is_certain(pattern: str, base: str) -> None:
    assert Glob(pattern).base == base


def test_a_pattern_without_wildcards_is_a_path(tree: Path) -> None:
    assert named("a/c.kql") == ["a/c.kql"]
    assert named("a") == named("gone") == []
    assert Glob("a/c.kql").matches(str(tree / "a" / "c.kql"), Steps())
    assert not Glob("a/c.kql").matches(str(tree / "a" / "c.kql" / "d"), Steps())
    assert sorted(Glob.below("a/b").files(lambda _: True, Steps())) == named("a/b/**/*")


def test_links_are_followed_where_they_may_be_and_never_by_any_number_of_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c.kql").touch()
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "b").symlink_to("a")
    asked: list[str] = []

    def refuse(path: str) -> bool:
        asked.append(path)
        return False

    assert named(str(tmp_path / "**" / "*.kql")) == [str(tmp_path / "a" / "c.kql")]
    assert named(str(tmp_path / "*" / "*.kql")) == [str(tmp_path / "a" / "c.kql"), str(tmp_path / "b" / "c.kql")]
    assert list(Glob(str(tmp_path / "*" / "*.kql")).files(refuse, Steps())) == [str(tmp_path / "a" / "c.kql")]
    assert asked == [str(tmp_path / "b")]


def test_each_folder_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath(*["a"] * 30)
    deep.mkdir(parents=True)
    (deep / "x.kql").touch()
    looked: list[str] = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (looked.append(path), scan(path))[1])

    assert named(str(tmp_path / ("**/a/" * 12 + "**/*.kql"))) == [str(deep / "x.kql")]
    assert len(looked) == 31


def steps_for(pattern: str) -> int:
    steps = Steps(10**9)
    named(pattern, steps)
    return 10**9 - steps.left


def test_more_folders_of_any_number_cost_steps_in_proportion(tree: Path) -> None:
    short, long = steps_for("**/a/" * 4 + "*.kql"), steps_for("**/a/" * 40 + "*.kql")

    assert long <= short * 10


def test_a_path_without_wildcards_is_that_file(tmp_path: Path) -> None:
    path = tmp_path / "a [1]*.kql"
    path.touch()

    assert named(glob.escape(str(path))) == [str(path)]
    assert named(str(path)) == named(str(tmp_path / "missing.kql")) == named("a\\") == []


def test_what_would_look_at_more_than_anybody_means_ends(tree: Path) -> None:
    with pytest.raises(TooMuch):
        named("**/*.kql", Steps(50))


def test_a_folder_that_can_not_be_read_is_said(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith(f"a{os.sep}b"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)

    with pytest.raises(PermissionError):
        named("**/*.kql")
