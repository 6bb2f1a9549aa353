from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.discover import Discovery, Problem, discover
from kql_lint.patterns import Patterns

SUFFIXES = (".kql", ".yaml", ".md")
Write = Callable[..., Path]


def found(*paths: str, exclude: tuple[str, ...] = (), force_exclude: bool = False) -> Discovery:
    return discover(paths or (".",), SUFFIXES, (Patterns(exclude, os.getcwd()),), force_exclude=force_exclude)


def test_a_directory_gives_the_files_below_it_in_the_order_of_their_paths(write: Write) -> None:
    for name in ("rules/b.kql", "rules/a/z.yaml", "rules/a.kql", "rules/notes.txt", "README.md", "other/x.KQL"):
        write(name)

    assert found().files == ["README.md", "other/x.KQL", "rules/a/z.yaml", "rules/a.kql", "rules/b.kql"]
    assert found("rules").files == ["rules/a/z.yaml", "rules/a.kql", "rules/b.kql"]
    assert found("rules/../rules/", "./other").files == [
        "other/x.KQL",
        "rules/a/z.yaml",
        "rules/a.kql",
        "rules/b.kql",
    ]


def test_a_file_is_linted_once_however_often_it_is_named(write: Write, project: Path) -> None:
    write("rules/a.kql")

    discovery = found("rules/a.kql", "rules", ".", "rules/a.kql", str(project / "rules" / "a.kql"))

    assert discovery == Discovery(["rules/a.kql"], [])


def test_an_absolute_path_below_the_working_directory_is_shown_relative_to_it(write: Write, tmp_path: Path) -> None:
    inside = write("rules/a.kql")
    outside = tmp_path / "elsewhere.kql"
    outside.touch()

    assert found(str(inside.parent), str(outside)).files == [str(outside), "rules/a.kql"]
    assert found(str(inside.parents[1])).files == ["rules/a.kql"]


def test_a_missing_path_is_a_problem_and_the_others_are_still_followed(write: Write) -> None:
    write("rules/a.kql")

    discovery = found("rulez", "rules")

    assert discovery.files == ["rules/a.kql"]
    assert discovery.problems == [Problem("rulez", "no such file or directory")]


def test_a_directory_that_cannot_be_listed_is_a_problem(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("rules/a.kql")
    write("rules/locked/b.kql")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.path.basename(path) == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)

    assert found() == Discovery(["rules/a.kql"], [Problem("rules/locked", "cannot be read: Permission denied")])


def test_folders_of_tools_are_left_out_unless_they_are_asked_for(write: Write) -> None:
    for folder in (".git", ".venv", "node_modules", "rules/.terraform"):
        write(f"{folder}/x.kql")
    write(".github/x.yaml")
    write("rules/x.kql")

    assert found().files == [".github/x.yaml", "rules/x.kql"]
    assert found("node_modules").files == ["node_modules/x.kql"]
    assert found(exclude=("!node_modules/",)).files == [".github/x.yaml", "node_modules/x.kql", "rules/x.kql"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("archive/", ["drafts/a.kql", "rules/a.kql", "rules/b.yaml"]),
        ("/archive/", ["drafts/a.kql", "rules/a.kql", "rules/archive/old.kql", "rules/b.yaml"]),
        ("*.yaml", ["archive/a.kql", "drafts/a.kql", "rules/a.kql", "rules/archive/old.kql"]),
        ("rules/**/old.*", ["archive/a.kql", "drafts/a.kql", "rules/a.kql", "rules/b.yaml"]),
        ("[ad]*/", ["rules/a.kql", "rules/b.yaml"]),
    ],
)
def test_exclude_patterns_mean_what_they_mean_to_git(write: Write, pattern: str, left: list[str]) -> None:
    for name in ("archive/a.kql", "drafts/a.kql", "rules/a.kql", "rules/archive/old.kql", "rules/b.yaml"):
        write(name)

    assert found(exclude=(pattern,)).files == left


def test_a_file_named_outright_is_taken_although_a_pattern_excludes_it(write: Write) -> None:
    write("archive/a.kql")

    assert found("archive/a.kql", exclude=("archive/",)).files == ["archive/a.kql"]
    assert found("archive/a.kql", exclude=("archive/",), force_exclude=True).files == []


def test_gitignore_files_count_each_for_its_own_folder_and_the_deepest_has_the_last_word(write: Write) -> None:
    write(".gitignore", "*.tmp.kql\nbuild/\n")
    write("rules/.gitignore", "!keep.tmp.kql\n/draft.kql\n")
    for name in (
        "a.tmp.kql",
        "build/a.kql",
        "draft.kql",
        "rules/a.kql",
        "rules/draft.kql",
        "rules/keep.tmp.kql",
        "rules/sub/draft.kql",
    ):
        write(name)

    expected = ["rules/a.kql", "rules/keep.tmp.kql", "rules/sub/draft.kql"]
    assert found().files == ["draft.kql", *expected]
    assert found("rules").files == expected


def test_lines_of_gitignore_that_are_no_pattern_cost_the_others_nothing(write: Write) -> None:
    # git itself passes over them, and ends lines at line feeds alone.
    write(".gitignore", "\ufeff*.tmp.kql\r\n!\r\n\\\n[z-a]\n[[:no:]]\nb\\\nbuild/\n\ufffd\u2028a.kql\n")
    for name in ("a.kql", "a.tmp.kql", "build/b.kql"):
        write(name)

    assert found().files == ["a.kql"]


def test_a_gitignore_that_is_no_file_is_none(write: Write, project: Path) -> None:
    write("rules/a.kql")
    os.mkfifo(project / ".gitignore")  # to open it would wait for whoever writes to it
    os.mkfifo(project / "rules" / ".gitignore")

    assert found("rules").files == ["rules/a.kql"]


def test_gitignore_files_above_the_repository_do_not_count(write: Write, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.kql\n")
    write("rules/a.kql")

    assert found().files == ["rules/a.kql"]


def test_the_users_own_pattern_is_stronger_than_gitignore(write: Write) -> None:
    write(".gitignore", "generated/\n")
    write("generated/a.kql")

    assert found().files == []
    assert found(exclude=("!generated/",)).files == ["generated/a.kql"]


def test_a_link_back_to_a_folder_around_it_is_named_and_not_followed(write: Write, project: Path) -> None:
    write("rules/a.kql")
    (project / "rules" / "loop").symlink_to(project / "rules", target_is_directory=True)
    (project / "rules" / "deep").mkdir()
    (project / "rules" / "deep" / "up").symlink_to("../..", target_is_directory=True)

    discovery = found()

    assert discovery.files == ["rules/a.kql"]
    real = os.path.realpath(project)
    assert sorted(discovery.problems, key=lambda problem: problem.path) == [
        Problem("rules/deep/up", f"skipped: this link leads back to {real}, a folder that it lies in", fatal=False),
        Problem("rules/loop", f"skipped: this link leads back to {real}/rules, a folder that it lies in", fatal=False),
    ]


def test_what_links_lead_to_is_linted_once_under_its_own_name(write: Write, project: Path, tmp_path: Path) -> None:
    write("b/real.kql")
    (project / "a").symlink_to("b", target_is_directory=True)
    (project / "a.kql").symlink_to("b/real.kql")
    write("rules/one.kql")
    (project / "rules" / "up").symlink_to("../b", target_is_directory=True)

    assert found() == Discovery(["b/real.kql", "rules/one.kql"], [])
    assert found("rules") == Discovery(["rules/one.kql", "rules/up/real.kql"], []), "within the repository"


OUT = "skipped: this link leads out of the repository; --allow-outside PATH allows that"


@pytest.fixture
def shared(write: Write, project: Path, tmp_path: Path) -> Path:
    """A folder beside the repository, to which a link in it leads, and to one of its files and into .git others."""
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "s.kql").touch()
    write("rules/a.kql")
    (project / "rules" / "shared").symlink_to(folder, target_is_directory=True)
    (project / "rules" / "s.kql").symlink_to(folder / "s.kql")
    (project / ".git" / "config").touch()
    (project / "rules" / "token.kql").symlink_to("../.git/config")
    (project / "rules" / "git").symlink_to("../.git", target_is_directory=True)
    return folder


def test_links_that_lead_out_of_the_repository_are_not_followed(shared: Path) -> None:
    assert found() == Discovery(
        ["rules/a.kql", "rules/s.kql", "rules/token.kql"],
        [Problem("rules/git", OUT, fatal=False), Problem("rules/shared", OUT, fatal=False)],
        {"rules/s.kql", "rules/token.kql"},
    )


def test_what_the_user_names_or_allows_is_read(shared: Path) -> None:
    allowed = discover(["rules"], SUFFIXES, allowed=["../shared"])
    named = found("../shared", "rules")

    assert allowed.refused == named.refused == {"rules/token.kql"}
    assert allowed.files == ["rules/a.kql", "rules/s.kql", "rules/token.kql"]
    assert named.files == ["../shared/s.kql", "rules/a.kql", "rules/token.kql"]


def test_to_name_a_link_of_the_repository_is_not_to_name_what_it_leads_to(shared: Path, write: Write) -> None:
    (shared / ".git").mkdir()  # a repository is no excuse
    problem = Problem("rules/shared", OUT)

    assert found("rules/shared") == Discovery([], [problem])
    assert found("rules/s.kql", "rules/shared/s.kql") == Discovery(
        ["rules/s.kql", "rules/shared/s.kql"], [], {"rules/s.kql", "rules/shared/s.kql"}
    )
    assert found("rules/s.kql", exclude=("s.kql",), force_exclude=True) == Discovery([], [])


def test_outside_of_a_repository_the_boundary_is_the_folder_and_links_that_are_named_are_followed(
    shared: Path, project: Path, write: Write
) -> None:
    (project / ".git" / "config").unlink()
    (project / ".git").rmdir()
    problem = Problem("rules/shared", OUT.replace("repository", "folder"), fatal=False)

    assert discover(["rules"], SUFFIXES).problems == [problem]
    assert found("rules/shared", "rules/s.kql").files == ["rules/shared/s.kql"]


def test_links_to_nowhere_and_to_themselves_are_left_to_the_reader_to_report(write: Write, project: Path) -> None:
    write("a.kql")
    (project / "gone.kql").symlink_to("nowhere")
    (project / "self.kql").symlink_to("self.kql")
    (project / "self").symlink_to("self")

    assert found() == Discovery(["a.kql", "gone.kql", "self.kql"], [])


def test_a_folder_with_the_name_of_a_rule_is_a_folder(write: Write) -> None:
    write("x.kql/y.kql")

    assert found().files == ["x.kql/y.kql"]
    assert found("x.kql").files == ["x.kql/y.kql"]


def test_what_is_neither_file_nor_folder_is_named(project: Path) -> None:
    os.mkfifo(project / "pipe.kql")

    assert found("pipe.kql") == Discovery([], [Problem("pipe.kql", "neither a file nor a directory")])
    assert found(".") == Discovery([], [])
