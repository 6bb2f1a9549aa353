"""Git runs nothing that a branch, or the repository's own configuration, would have it run; and says what is true."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint import git
from kql_lint.git import GitError, WorkTree

BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'
Call = Callable[..., Result]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def run(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def create(folder: Path) -> Path:
    """A repository with a branch main, and two rules on the branch topic, which is checked out."""
    folder.mkdir()
    run(folder, "init", "--quiet")
    run(folder, "symbolic-ref", "HEAD", "refs/heads/main")
    put(folder / "rules/old.kql")
    commit(folder)
    run(folder, "checkout", "--quiet", "-b", "topic")
    put(folder / "rules/new.kql")
    put(folder / "rules/deep/new.kql")
    commit(folder)
    return folder


def put(path: Path, text: str = BAD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def commit(folder: Path) -> None:
    run(folder, "add", ".")
    run(folder, "commit", "--quiet", "--allow-empty", "-m", "a commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return create(tmp_path / "repository")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a file ``sprung`` behind when it is run."""
    path = put(tmp_path / "trap", f"#!/bin/sh\ntouch '{tmp_path}/sprung'\nexit 1\n")
    path.chmod(0o755)
    return path


def sprung(trap: Path) -> bool:
    return (trap.parent / "sprung").exists()


def lint(kql_lint: Call, folder: Path, *arguments: str) -> list[str]:
    """The files in which something was found."""
    os.chdir(folder)
    result = kql_lint("check", "--output-format", "concise", "-q", *arguments)
    assert (result.exit_code, result.stderr) == (1, ""), result.output
    return [line.partition(":")[0] for line in result.stdout.splitlines()]


def plant(folder: Path, trap: Path) -> None:
    """Makes a folder of a branch look like a repository whose configuration runs a program."""
    run(folder.parent, "init", "--quiet", "--bare", str(folder / "bare"))
    put(
        folder / "bare/config",
        f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = {trap}\n",
    )
    run(folder / "bare", "--git-dir=.", "--work-tree=.", "-c", "core.fsmonitor=false", "add", "HEAD")
    run(folder / "bare", "--git-dir=.", "-c", "core.fsmonitor=false", "commit", "--quiet", "-m", "trap")
    for path in (folder / "bare").iterdir():
        shutil.move(path, folder / path.name)
    (folder / "bare").rmdir()
    for empty in ("refs/tags", "objects/info"):
        put(folder / empty / "keep", "")


def test_the_trap_is_one(repository: Path, trap: Path) -> None:
    """To ask git itself where the top is runs the program: else the tests below could not fail."""
    plant(repository / "rules", trap)

    assert run(repository / "rules", "rev-parse", "--show-toplevel") == str(repository / "rules")
    subprocess.run(["git", "-C", str(repository / "rules"), "diff"], capture_output=True, check=False)
    assert sprung(trap)


@pytest.mark.parametrize("names", [["rules"], ["rules/deep", "rules/new.kql"], ["."], ["rules/deep/.."]])
def test_a_repository_that_was_committed_is_data(
    kql_lint: Call, repository: Path, trap: Path, names: list[str]
) -> None:
    plant(repository / "rules", trap)
    commit(repository)

    found = lint(kql_lint, repository, *names, "--changed-since", "main")

    assert not sprung(trap)
    assert found == ["rules/deep/new.kql", "rules/new.kql"]


def test_in_the_folder_itself_too(kql_lint: Call, repository: Path, trap: Path) -> None:
    plant(repository / "rules", trap)
    commit(repository)

    assert lint(kql_lint, repository / "rules", "--changed-since", "main") == ["deep/new.kql", "new.kql"]
    assert not sprung(trap)


def test_the_top_may_look_like_a_repository_as_well(kql_lint: Call, repository: Path, trap: Path) -> None:
    plant(repository, trap)
    commit(repository)

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


def test_behind_a_git_folder_that_is_none_git_does_not_look_further(
    kql_lint: Call, repository: Path, trap: Path
) -> None:
    plant(repository / "rules", trap)
    (repository / "rules" / ".git").mkdir()
    os.chdir(repository)

    result = kql_lint("check", "rules", "--changed-since", "main")

    assert (result.exit_code, result.stdout, sprung(trap)) == (2, "", False)
    assert result.stderr.startswith("kql-lint: --changed-since main: git says: ")


def test_an_old_git_that_takes_the_folder_itself_is_noticed(
    repository: Path, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(repository / "rules", trap)
    (repository / "rules" / ".git").mkdir()
    monkeypatch.setattr(git, "_SETTINGS", tuple(one for one in git._SETTINGS if "bare" not in one))

    with pytest.raises(GitError, match=r"^git takes .*/rules for the repository of .*/rules$"):
        WorkTree(str(repository / "rules"))

    assert not sprung(trap)


def test_git_that_is_too_old_is_said(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = put(tmp_path / "bin/git", "#!/bin/sh\necho git version 2.25.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent))

    with pytest.raises(GitError, match=r"^git 2\.30 or newer is needed for this, and there is 2\.25$"):
        WorkTree(str(repository))


@pytest.mark.parametrize(
    "setting", ["core.fsmonitor", "diff.external", "core.pager", "diff.t.textconv", "diff.t.command", "gpg.program"]
)
def test_programs_of_the_repository_s_configuration_do_not_run(
    kql_lint: Call, repository: Path, trap: Path, setting: str
) -> None:
    put(repository / ".gitattributes", "*.kql diff=t\n")
    commit(repository)
    run(repository, "config", setting, str(trap))

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


def test_hooks_do_not_run(kql_lint: Call, repository: Path, trap: Path) -> None:
    for name in ("post-index-change", "fsmonitor-watchman", "pre-auto-gc"):
        shutil.copy(trap, repository / ".git/hooks" / name)
    os.utime(repository / "rules/old.kql", (1, 1))  # git notes in its index that it is the same

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


@pytest.mark.parametrize("name", ["GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS"])
def test_programs_in_the_environment_do_not_run(
    kql_lint: Call, repository: Path, trap: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, str(trap))

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "{other}/.git"),
        ("GIT_WORK_TREE", "{other}"),
        ("GIT_INDEX_FILE", "{other}/.git/index"),
        ("GIT_COMMON_DIR", "{other}/.git"),
        ("GIT_OBJECT_DIRECTORY", "{other}/.git/objects"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_TRACE", "1"),
        ("GIT_LITERAL_PATHSPECS", "0"),
        ("GIT_DIFF_OPTS", "--relative"),
    ],
)
def test_nothing_in_the_environment_leads_to_another_repository(
    kql_lint: Call, repository: Path, tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create(tmp_path / "other")
    monkeypatch.setenv(name, value.format(other=other))

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]


def test_the_configuration_of_the_repository_changes_nothing(kql_lint: Call, repository: Path, tmp_path: Path) -> None:
    other = create(tmp_path / "other")
    (other / "rules/new.kql").unlink()
    for setting, value in (("core.worktree", str(other)), ("diff.relative", "true"), ("diff.noprefix", "true")):
        run(repository, "config", setting, value)

    assert lint(kql_lint, repository / "rules", "--changed-since", "main") == ["deep/new.kql", "new.kql"]


@pytest.mark.parametrize(
    "rev", ["--output=owned", "-O owned", "--exec=./trap", "--all", "^main", "main..topic", "a\0b", "--", "@{-1}@{99}"]
)
def test_a_revision_is_never_an_option(repository: Path, rev: str) -> None:
    before = sorted(os.listdir(repository))

    assert WorkTree(str(repository)).commit(rev) is None
    assert sorted(os.listdir(repository)) == before


def test_a_branch_that_is_called_like_an_option_or_a_file_is_one(repository: Path) -> None:
    tree = WorkTree(str(repository))
    run(repository, "update-ref", "refs/heads/--output=owned", "main")
    run(repository, "update-ref", "refs/heads/rules", "main")

    assert tree.commit("--output=owned") is None
    assert tree.commit("heads/--output=owned") == tree.commit("rules") == tree.commit("main")


def test_missing_objects_of_a_partial_clone_are_not_fetched(repository: Path, tmp_path: Path, trap: Path) -> None:
    run(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    run(tmp_path, "clone", "--quiet", "--filter=tree:0", "--no-checkout", f"file://{repository}", str(clone))
    run(clone, "config", "remote.origin.uploadpack", str(trap))
    run(clone, "config", "protocol.file.allow", "always")
    tree = WorkTree(str(clone))
    commit = tree.commit("origin/main")
    assert commit is not None

    with pytest.raises(GitError, match=r"^this clone is partial and lacks what to compare with: "):
        tree.changed(commit)

    assert not sprung(trap)


@pytest.mark.parametrize("entry", ["", ".", "bin", "./bin"])
def test_git_is_not_taken_from_the_working_directory(
    kql_lint: Call, repository: Path, trap: Path, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("git", "bin/git"):
        (repository / name).parent.mkdir(exist_ok=True)
        shutil.copy(trap, repository / name)
    monkeypatch.setenv("PATH", os.pathsep.join([entry, os.environ["PATH"]]))

    assert lint(kql_lint, repository, "--changed-since", "main") == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


def test_a_submodule_is_asked_in_the_same_way(kql_lint: Call, repository: Path, tmp_path: Path, trap: Path) -> None:
    create(tmp_path / "shared")
    run(repository, "submodule", "--quiet", "add", str(tmp_path / "shared"), "shared")
    commit(repository)
    run(repository, "branch", "base")
    put(repository / "shared/rules/more.kql")
    for setting in ("core.fsmonitor", "diff.external"):
        run(repository / "shared", "config", setting, str(trap))

    assert lint(kql_lint, repository, "--changed-since", "base") == ["shared/rules/more.kql"]
    assert not sprung(trap)


def test_a_link_of_the_branch_to_another_repository_is_a_file(
    kql_lint: Call, repository: Path, tmp_path: Path, trap: Path
) -> None:
    other = create(tmp_path / "other")
    run(other, "config", "core.fsmonitor", str(trap))
    (repository / "rules/link").symlink_to(other)
    commit(repository)
    os.chdir(repository)

    result = kql_lint("check", "--changed-since", "main", "--output-format", "concise", "-q")

    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["rules/deep/new.kql", "rules/new.kql"]
    assert not sprung(trap)


def test_a_linked_work_tree(kql_lint: Call, repository: Path, tmp_path: Path, trap: Path) -> None:
    run(repository, "worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second", "main")
    put(tmp_path / "second/rules/other.kql")
    plant(tmp_path / "second/rules", trap)

    assert lint(kql_lint, tmp_path / "second", "rules", "--changed-since", "main") == ["rules/other.kql"]
    assert not sprung(trap)


def test_git_is_given_up_after_a_while(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = put(tmp_path / "bin/git", f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent))
    monkeypatch.setattr(git, "SECONDS", 0.2)

    with pytest.raises(GitError, match=r"^git gave no answer within 0\.2 seconds$"):
        WorkTree(str(repository))
