"""Diffs, which patch(1) takes where it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.fixes.diff import unified


def test_a_change_with_three_lines_around_it() -> None:
    before = "".join(f"{number}\n" for number in range(1, 10))

    assert unified("q.kql", before, before.replace("5\n", "five\nand a half\n")) == [
        "--- q.kql",
        "+++ q.kql",
        "@@ -2,7 +2,8 @@",
        " 2",
        " 3",
        " 4",
        "-5",
        "+five",
        "+and a half",
        " 6",
        " 7",
        " 8",
    ]


def test_changes_far_apart_are_two_hunks() -> None:
    before = "".join(f"{number}\n" for number in range(1, 30))

    lines = unified("q.kql", before, before.replace("\n5\n", "\nV\n").replace("\n20\n", "\nXX\n"))

    assert [line for line in lines if line.startswith("@@")] == ["@@ -2,7 +2,7 @@", "@@ -17,7 +17,7 @@"]


def test_the_end_without_a_line_end_is_said() -> None:
    assert unified("q.kql", "a", "a\n")[2:] == ["@@ -1 +1 @@", "-a", "\\ No newline at end of file", "+a"]


def test_nothing_changed() -> None:
    assert unified("q.kql", "a\n", "a\n") == []


LINES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=25)


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch(1)")
@given(LINES, LINES, st.booleans())
def test_patch_makes_the_same_of_it(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], end: bool
) -> None:
    folder: Path = tmp_path_factory.mktemp("diff")
    before, after = "\n".join(old) + "\n", "\n".join(new) + ("\n" if end else "")
    (folder / "q.kql").write_text(before)
    lines = unified("q.kql", before, after)
    if lines and after:
        subprocess.run(["patch", "-s", "q.kql"], cwd=folder, input="\n".join(lines) + "\n", text=True, check=True)
        assert (folder / "q.kql").read_text() == after


def test_a_long_text_is_not_compared_line_by_line() -> None:
    before = "".join(f"{number}\n" for number in range(9000))
    after = "".join(f"{number * 7}\n" for number in range(9000))

    assert len(unified("q.kql", before, after)) == 2 + 1 + 1 + 2 * 8999
