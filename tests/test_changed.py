"""What a branch touched, asked of a real git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.changed import ChangedError, changed_since

Call = Callable[..., Result]
Git = Callable[..., str]

BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'


def git_in(folder: Path) -> Git:
    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    return git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a branch "main" of one commit, and the branch "topic" checked out; it is the working folder."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "repository"
    create(folder, "rules/old.kql", "rules/gone.kql", "rules/moved.kql", "rules/staged.kql", "rules/loose.kql")
    git_in(folder)("checkout", "--quiet", "-b", "topic")
    monkeypatch.chdir(folder)
    return folder


def create(folder: Path, *names: str) -> Git:
    folder.mkdir()
    git = git_in(folder)
    git("init", "--quiet")
    git("symbolic-ref", "HEAD", "refs/heads/main")
    for name in names:
        put(folder / name, f"// {name}\n{BAD}")
    git("add", ".")
    git("commit", "--quiet", "--allow-empty", "-m", "first")
    return git


def put(path: Path, text: str = BAD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def linted(result: Result) -> list[str]:
    return sorted({line.partition(":")[0] for line in result.stdout.splitlines() if ": KL" in line})


def check(kql_lint: Call, repository: Path, *arguments: str) -> Result:
    os.chdir(repository)  # the fixture of the command line works in a folder of its own
    return kql_lint("check", "--output-format", "concise", "-q", *arguments)


def test_what_was_committed_staged_changed_and_added_since_the_branch_began(kql_lint: Call, repository: Path) -> None:
    git = git_in(repository)
    put(repository / "rules/committed.kql")
    git("rm", "--quiet", "rules/gone.kql")
    git("mv", "rules/moved.kql", "rules/new name.kql")
    git("add", ".")
    git("commit", "--quiet", "-m", "topic")
    put(repository / "rules/staged.kql", "// staged\n" + BAD)
    git("add", ".")
    put(repository / "rules/loose.kql", "// loose\n" + BAD)
    put(repository / "rules/untracked – “neu”.kql")
    put(repository / "rules/ignored.kql")
    put(repository / ".gitignore", "ignored.kql\n")
    # What happens on main meanwhile is not the branch's.
    git("stash", "--quiet", "--include-untracked")
    git("checkout", "--quiet", "main")
    put(repository / "rules/old.kql", "// on main\n" + BAD)
    git("commit", "--quiet", "-am", "main goes on")
    git("checkout", "--quiet", "topic")
    git("stash", "pop", "--quiet", "--index")

    found = linted(check(kql_lint, repository, "--changed-since", "main"))

    assert found == [
        "rules/committed.kql",
        "rules/loose.kql",
        "rules/new name.kql",
        "rules/staged.kql",
        "rules/untracked – “neu”.kql",
    ]


def test_it_works_in_a_folder_of_the_repository_and_from_outside(
    kql_lint: Call, repository: Path, tmp_path: Path
) -> None:
    put(repository / "rules/deep/new.kql")

    inside = check(kql_lint, repository / "rules", "--changed-since", "main")
    outside = check(kql_lint, tmp_path, "repository/rules", "--changed-since", "main")
    named = check(kql_lint, repository, "rules/old.kql", "rules/deep/new.kql", "--changed-since", "main")

    assert linted(inside) == ["deep/new.kql"]
    assert linted(outside) == ["repository/rules/deep/new.kql"]
    assert linted(named) == ["rules/deep/new.kql"]


def test_names_with_line_ends_and_undecodable_bytes(repository: Path) -> None:
    strange = [repository / "rules" / "a\nb.kql", Path(os.fsdecode(os.fsencode(repository) + b"/rules/caf\xe9.kql"))]
    for path in strange:
        put(path)
    git_in(repository)("add", str(strange[0]))

    changed = changed_since("main", ["."])

    assert all(str(path) in changed for path in strange)
    assert str(repository / "rules" / "old.kql") not in changed


def test_nothing_has_changed(kql_lint: Call, repository: Path) -> None:
    result = check(kql_lint, repository, "--changed-since", "main")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "kql-lint: no rule files have changed since main\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".kql-lint.toml", 'catalog = ["catalog/"]\nfunctions = ["parsers/**/*.yaml"]\nignore = ["KL105"]\n'),
        ("catalog/ours.yaml", "table: Badge_CL\ncolumns: {Door: string, Level: int}\n"),
        ("parsers/acme/one.yaml", "FunctionName: AcmeProxy\nFunctionQuery: Syslog | take 5\n"),
    ],
)
def test_what_files_depend_on_has_changed_so_all_of_them_are_linted(
    kql_lint: Call, repository: Path, name: str, text: str
) -> None:
    git = git_in(repository)
    put(repository / ".kql-lint.toml", 'catalog = ["catalog/"]\nfunctions = ["parsers/**/*.yaml"]\n')
    put(repository / "catalog/ours.yaml", "table: Badge_CL\ncolumns: {Door: string}\n")
    put(repository / "parsers/acme/one.yaml", "FunctionName: AcmeProxy\nFunctionQuery: Syslog\n")
    put(repository / "other/.kql-lint.toml", "")
    put(repository / "other/a.kql")
    git("add", ".")
    git("commit", "--quiet", "-m", "configuration")
    put(repository / name, text)

    result = check(kql_lint, repository, "--changed-since", "HEAD")

    assert result.stderr == f"kql-lint: {name} has changed, so all files that depend on it are linted\n"
    assert [path for path in linted(result) if path.startswith("other/")] == []
    assert len(linted(result)) == 5


def test_an_overlay_that_is_gone_counts_too(kql_lint: Call, repository: Path) -> None:
    git = git_in(repository)
    put(repository / ".kql-lint.toml", 'catalog = ["catalog/"]\n')
    put(repository / "catalog/a.yaml", "table: A_CL\ncolumns: {Door: string}\n")
    put(repository / "catalog/b.yaml", "table: B_CL\ncolumns: {Door: string}\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "configuration")
    git("rm", "--quiet", "catalog/b.yaml")

    result = check(kql_lint, repository, "--changed-since", "HEAD")

    assert result.stderr == "kql-lint: catalog/b.yaml has changed, so all files that depend on it are linted\n"


def test_a_submodule_is_compared_with_the_commit_that_the_branch_began_with(
    kql_lint: Call, repository: Path, tmp_path: Path
) -> None:
    create(tmp_path / "shared", "lib/same.kql", "lib/other.kql")
    git = git_in(repository)
    git("submodule", "--quiet", "add", str(tmp_path / "shared"), "shared")
    git("commit", "--quiet", "-m", "a submodule")
    git("branch", "--quiet", "base")
    inner = git_in(repository / "shared")
    put(repository / "shared/lib/committed.kql")
    inner("add", ".")
    inner("commit", "--quiet", "-m", "inner")
    git("commit", "--quiet", "-am", "a newer submodule")
    put(repository / "shared/lib/other.kql", "// changed\n" + BAD)
    put(repository / "shared/lib/untracked.kql")

    assert linted(check(kql_lint, repository, "--changed-since", "base")) == [
        "shared/lib/committed.kql",
        "shared/lib/other.kql",
        "shared/lib/untracked.kql",
    ]
    # Before there was one, all in it is new.
    assert "shared/lib/same.kql" in linted(check(kql_lint, repository, "--changed-since", "main"))
    # In the submodule itself, a name means what it means to git there.
    assert linted(check(kql_lint, repository / "shared", "--changed-since", "HEAD")) == [
        "lib/other.kql",
        "lib/untracked.kql",
    ]


def test_a_second_work_tree(kql_lint: Call, repository: Path, tmp_path: Path) -> None:
    git_in(repository)("worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second", "main")
    put(tmp_path / "second/rules/new.kql")

    assert linted(check(kql_lint, tmp_path / "second", "--changed-since", "main")) == ["rules/new.kql"]


def test_what_a_hook_sets_does_not_lead_to_another_repository(
    kql_lint: Call, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tmp_path / "another", "a.kql")
    put(repository / "rules/new.kql")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "another" / ".git" / "index"))

    assert linted(check(kql_lint, repository / "rules", "--changed-since", "main")) == ["new.kql"]


def said(kql_lint: Call, folder: Path, rev: str) -> str:
    result = check(kql_lint, folder, "--changed-since", rev)
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr.removeprefix(f"kql-lint: --changed-since {rev}: ").removesuffix("\n")


@pytest.mark.parametrize("rev", ["mian", "--output=x", "HEAD:rules", "HEAD@{99}", ""])
def test_a_name_that_git_does_not_know(kql_lint: Call, repository: Path, rev: str) -> None:
    assert said(kql_lint, repository, rev) == f"git knows no commit of this name in {repository}"


def test_outside_of_a_repository(kql_lint: Call, repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside / "a.kql")

    assert said(kql_lint, outside, "main") == f"{outside} is not in a git repository"


def test_a_repository_without_a_commit(kql_lint: Call, repository: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    put(empty / "a.kql")
    git_in(empty)("init", "--quiet")

    assert said(kql_lint, empty, "HEAD") == f"git knows no commit of this name in {empty}"


def test_histories_that_have_nothing_in_common(kql_lint: Call, repository: Path) -> None:
    git = git_in(repository)
    git("checkout", "--quiet", "--orphan", "alone")
    git("commit", "--quiet", "-m", "alone")

    assert said(kql_lint, repository, "main") == "it has no commit in common with HEAD"


SHALLOW = (
    "; this clone is shallow: get its history with git fetch --unshallow "
    "(in GitHub Actions: fetch-depth: 0 for actions/checkout)"
)


def test_a_shallow_clone(kql_lint: Call, repository: Path, tmp_path: Path) -> None:
    git = git_in(repository)
    for branch in ("main", "topic"):
        git("checkout", "--quiet", branch)
        put(repository / f"rules/{branch}.kql")
        git("add", ".")
        git("commit", "--quiet", "-m", branch)
    shallow = tmp_path / "shallow"
    git("clone", "--quiet", "--depth", "1", "--no-single-branch", f"file://{repository}", str(shallow))

    assert said(kql_lint, shallow, "origin/main") == "it has no commit in common with HEAD" + SHALLOW
    assert said(kql_lint, shallow, "v1") == f"git knows no commit of this name in {shallow}{SHALLOW}"


def test_without_git(kql_lint: Call, repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert said(kql_lint, repository, "main") == "git is needed for this, and there is none on the path"


def test_what_git_refuses_is_said_in_its_words(repository: Path) -> None:
    (repository / ".git" / "HEAD").write_text("nothing\n")

    with pytest.raises(ChangedError, match=r"^git says: not a git repository"):
        changed_since("main", ["."])


def test_standard_input_is_no_file_that_git_knows(kql_lint: Call, repository: Path) -> None:
    result = check(kql_lint, repository, "-", "--changed-since", "main")

    assert result.exit_code == 2
    assert "- (standard input) can't be combined with --changed-since" in result.stderr
