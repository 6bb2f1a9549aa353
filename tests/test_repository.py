"""How far a tree may lead: into its own repository, and nowhere else unless the user says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kql_lint.repository import Boundary, around, link_out, top_of


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository ``home/repo`` with folders, beside a folder ``home/other``."""
    for name in ("home/repo/.git/hooks", "home/repo/rules/deep", "home/repo/.github", "home/other"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path / "home" / "repo"


def test_the_top_is_the_nearest_folder_with_a_git_folder_or_file(tree: Path) -> None:
    (tree / "rules" / "module").mkdir()
    (tree / "rules" / "module" / ".git").write_text("gitdir: ../../.git/modules/module\n")

    assert top_of(str(tree / "rules" / "deep")) == top_of(str(tree)) == str(tree)
    assert top_of(str(tree / "rules" / "module")) == str(tree / "rules" / "module")
    assert top_of(str(tree.parent / "other")) is None


def test_what_looks_like_a_repository_without_its_git_folder_is_none(tree: Path) -> None:
    for name in ("objects", "refs"):
        (tree / "rules" / name).mkdir()
    (tree / "rules" / "HEAD").write_text("ref: refs/heads/main\n")
    (tree / "rules" / "config").write_text("[core]\n\tworktree = .\n\tfsmonitor = ./run\n")

    assert top_of(str(tree / "rules" / "deep")) == str(tree)


def test_a_boundary_holds_what_lies_below_the_top_but_not_in_git_s_folder(tree: Path) -> None:
    boundary = around(str(tree / "rules"))

    assert boundary == Boundary((str(tree),))
    for inside in ("", "rules/a.kql", "not/there", ".github/x.yml", "rules/../a", "git/.gitignore"):
        assert boundary.holds(str(tree / inside))
    for outside in ("..", "../other", "../repo2/a", ".git", ".git/config", ".GIT/config", "rules/.git/config", "/"):
        assert not boundary.holds(str(tree / outside)), outside


def test_links_are_followed_to_their_end(tree: Path) -> None:
    (tree / "out").symlink_to("../other")
    (tree / "back").symlink_to("../other/again")
    (tree.parent / "other" / "again").symlink_to(tree / "rules")
    (tree / "nowhere").symlink_to("/nowhere/at/all")
    boundary = around(str(tree))

    assert not boundary.holds(str(tree / "out" / "a.kql"))
    assert not boundary.holds(str(tree / "nowhere"))
    assert boundary.holds(str(tree / "back" / "a.kql"))
    assert boundary.plus([str(tree / "out")]).holds(str(tree / "out" / "a.kql"))


def test_outside_of_a_repository_the_boundary_is_what_is_named(tree: Path) -> None:
    folder = tree.parent / "other"
    (folder / "a.yaml").touch()

    assert around(str(folder)) == Boundary((str(folder),), repository=False)
    assert around(str(folder / "a.yaml")) == Boundary((str(folder / "a.yaml"),), repository=False)


def test_the_root_of_the_file_system_may_be_allowed() -> None:
    assert Boundary(()).plus(["/"]).holds("/etc/hostname")
    assert not Boundary(()).holds("/etc/hostname")


def test_a_link_in_a_repository_that_leads_out_of_it_is_found_anywhere_on_a_path(tree: Path) -> None:
    (tree / "rules" / "out").symlink_to("../../other")
    (tree / "rules" / "in").symlink_to("deep")
    (tree / "hook").symlink_to(".git/hooks")
    (tree.parent / "other" / ".git").mkdir()  # that it leads into another repository makes no difference

    assert link_out(str(tree / "rules" / "out")) == str(tree / "rules" / "out")
    assert link_out(str(tree / "rules" / "out" / "a" / "b.kql")) == str(tree / "rules" / "out")
    assert link_out(str(tree / "hook" / "post-commit")) == str(tree / "hook")
    assert link_out(str(tree / "rules" / "in" / "a.kql")) is None


def test_links_of_the_user_s_own_lead_wherever_they_like(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.parent / "link").symlink_to(tree)
    (tree.parent / "shared").symlink_to("/usr")
    monkeypatch.chdir(tree.parent / "link")

    assert link_out(str(tree.parent / "link" / "rules")) is None
    assert link_out(str(tree.parent / "shared")) is None
    assert link_out("rules") is None


def test_a_link_in_a_circle_is_no_way_out(tree: Path) -> None:
    (tree / "a").symlink_to("b")
    (tree / "b").symlink_to("a")

    assert link_out(str(tree / "a")) is None


def test_a_name_that_no_file_can_have_is_no_way_out() -> None:
    assert Boundary(("/repo",)).holds("/repo/a\0b")


def test_another_machine_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows to look at \\\\host\\share logs the user in at that host."""
    import ntpath

    asked: list[str] = []

    def realpath(path: str) -> str:
        asked.append(path)
        return path

    monkeypatch.setattr(os, "path", ntpath)
    monkeypatch.setattr(ntpath, "realpath", realpath)
    monkeypatch.setattr(ntpath, "abspath", ntpath.normpath)
    boundary = Boundary(("C:\\repo",))

    assert not boundary.holds("\\\\evil\\share\\tables.yaml")
    assert asked == []
    assert boundary.plus(["\\\\files\\rules"]).holds("\\\\files\\rules\\a.yaml")
