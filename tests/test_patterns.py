"""Patterns as in .gitignore: they mean what git says, and no pattern takes longer than its length and the names'."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kql_lint.patterns import Chosen, Patterns, compiled, is_pattern
from tests.steps import steps

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is what is asked")

FILES = ["a", "ab.kql", "b", "-", "!b", "#b", "x ", "[b]", "\\b", "^", ":", "B1", "aab"]
FOLDERS = ["f", "f.a", "aa", "a-b"]


def excluded(lines: list[str], path: str, *, is_dir: bool = False) -> bool | None:
    return compiled(lines).excludes(path.split("/"), is_dir=is_dir)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository three folders deep with the same names in each."""
    top = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "--quiet"], cwd=top, check=True)
    (top / ".git" / "info" / "exclude").write_text("")

    def fill(folder: Path, depth: int) -> None:
        for name in FILES:
            (folder / name).write_text("")
        for name in FOLDERS if depth else ():
            (folder / name).mkdir()
            fill(folder / name, depth - 1)

    fill(top, 2)
    return top


def paths(top: Path) -> list[tuple[str, bool]]:
    """Every path below a folder, and whether it is a folder."""
    found = (path for path in sorted(top.rglob("*")) if ".git" not in path.parts and path.name != ".gitignore")
    return [(path.relative_to(top).as_posix(), path.is_dir()) for path in found]


def ignored_by_git(top: Path, names: list[str]) -> set[str]:
    command = ["git", "-c", "core.ignorecase=false", "check-ignore", "--no-index", "-z", "--stdin"]
    given = "\0".join(f"./{name}" for name in names).encode()  # ":" and the like mean something at the beginning
    done = subprocess.run(command, cwd=top, input=given, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {name.removeprefix("./") for name in done.stdout.decode().split("\0")} - {""}


def is_told(line: str) -> bool:
    """Whether git's manual says what a line means.

    Of a slash behind a backslash it says nothing.  "Other consecutive asterisks are considered regular asterisks", but
    up to git 2.40 that depended on where the texts lay in memory: `f**/a`.
    """
    return "\\/" not in line and not ("/" in line and re.search(r"[^/!]\*\*|!.+\*\*", line))


LINES = st.text(st.sampled_from("aabf*?[]!-^\\/ #.:"), max_size=9)
WORDS = st.lists(
    st.sampled_from(["a", "b", "f", "aa", "*", "**", "***", "?", "/", "!", "[a-f]", "[!a]", "[]b]", ".kql", "\\", " "]),
    max_size=7,
).map("".join)
CLASSES = st.sampled_from("alnum alpha blank cntrl digit graph lower print punct space upper xdigit x".split()).map(
    "[[:{}:]b]".format
)


@needs_git
@given(st.lists((LINES | WORDS | CLASSES).filter(is_told), min_size=1, max_size=4))
@example(["**/a", "f/**", "/f.a/**/b", "!f/aa/"])
@example(["f/", "!f/a"])
@example(["[z-a]", "[a-]", "[]-a]", "[[:alpha:]-]", "[a-c-e]", "[:]", "[[:]", "[[::]]", "[[:a]"])
@example(["\\!b", "\\#b", "x\\ ", "x ", "b\\", "[\\]b]*", "[\\b]"])
@example(["f**", "**f", "f/**b", "**", "/**", "**/", "*/", "/*", "//a", "/", "f//"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_they_mean_what_git_says(tree: Path, lines: list[str]) -> None:
    (tree / ".gitignore").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    there = paths(tree)
    expected = ignored_by_git(tree, [path for path, _ in there])

    spec = compiled(lines)
    found = {path for path, is_dir in there if spec.excludes(path.split("/"), is_dir=is_dir)}
    assert found == expected


@pytest.mark.parametrize("text", ["!", "a\\", "\\", "[", "[a", "[[:no:]]", "/", "# a", "", "  ", "! "])
def test_texts_that_are_none(text: str) -> None:
    assert not is_pattern(text)
    assert excluded([text, "b"], "b") is True


@pytest.mark.parametrize("text", ["a", "!a", "*.kql", "a/**/b", "[a-z]", "\\!a", "[z-a]", "a ", "\\ "])
def test_texts_that_are_one(text: str) -> None:
    assert is_pattern(text)


@given(st.lists(LINES, max_size=4))
def test_any_lines_can_be_compiled_and_nothing_is_said_on_the_way(lines: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compiled([*lines, "zz.kql"])

    assert found.excludes(["zz.kql"], is_dir=False)
    assert all(compiled([line])._step(found._top, "x", is_dir=False) for line in lines if is_pattern(line))


def test_a_folder_that_is_taken_back_is_taken_with_what_lies_in_it() -> None:
    assert excluded(["build/", "!build/"], "build/a.kql") is False
    assert excluded(["build/", "!build/"], "other/a.kql") is None
    assert excluded(["build/", "!build/a.kql"], "build/a.kql") is True


def test_of_what_is_chosen_the_last_pattern_decides(tmp_path: Path) -> None:
    chosen = Chosen(Patterns(("hunting/", "!hunting/old/", "*.draft.kql"), str(tmp_path)))
    names = ["hunting/a.kql", "hunting/old/a.kql", "hunting/old/a.draft.kql", "rules/a.kql", "a.draft.kql"]
    assert [chosen.matches(str(tmp_path / name)) for name in names] == [True, False, True, False, True]
    assert not chosen.matches(str(tmp_path.parent / "hunting" / "a.kql"))


STARS = "*a" * 40 + "*b"
HOSTILE = [
    ([STARS], "a" * 200),
    (["*aa" * 30 + "*b"], "a" * 200),
    (["*[ab]" * 40 + "*c"], "ab" * 100),
    (["?*" * 60 + "b"], "a" * 200),
    (["**/a" * 30 + "/b"], "/".join("a" * 200)),
    (["**/*a*a*a*b" * 8], "/".join(["a" * 20] * 20)),
    (["/**/" * 60 + "b"], "/".join("a" * 200)),
    (["*" * 200 + "b"], "a" * 200),
    (["[" * 200], "a" * 200),
    (["\\" * 200], "a" * 200),
    ([" " * 200 + "a"], "a" * 200),
    (["!" * 200 + "a"], "a" * 200),
]


@pytest.mark.parametrize(("lines", "path"), HOSTILE, ids=lambda value: str(value)[:14])
def test_no_pattern_takes_longer_than_its_length_times_that_of_the_path(lines: list[str], path: str) -> None:
    spec = compiled(lines)
    names = path.split("/")
    assert steps(lambda: spec.excludes(names, is_dir=False)) <= 20 * (len(names) + 4) * (len(lines[0]) + 4)
    assert spec.excludes(names, is_dir=False) is None


def test_many_names_are_found_without_looking_at_each() -> None:
    lines = [f"name{number}.kql" for number in range(2000)] + [f"*.{number}" for number in range(2000)]
    spec = compiled(lines)
    assert spec.excludes(["folder", "name1999.kql"], is_dir=False)
    assert spec.excludes(["folder", "a.1234"], is_dir=False)
    assert steps(lambda: spec.excludes(["folder", "other.kql"], is_dir=False)) < 200


def test_what_can_match_below_a_folder_only_is_looked_at_there_only() -> None:
    spec = compiled([f"/folder{number}/**/a*b*.kql" for number in range(2000)])
    assert spec.excludes(["folder7", "x", "axb.kql"], is_dir=False)
    spec.excludes(["other", "a.kql"], is_dir=False)
    assert steps(lambda: spec.excludes(["other", "b.kql"], is_dir=False)) < 200
