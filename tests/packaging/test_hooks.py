from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

HOOKS = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_the_hooks_are_what_pre_commit_expects() -> None:
    assert [hook["id"] for hook in HOOKS] == ["kql-lint", "kql-lint-rules", "kql-lint-fix"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert {"id", "name", "entry", "language", "files"} <= set(hook)


def test_each_hook_takes_its_own_files_and_together_they_take_all_that_is_read() -> None:
    from kql_lint.hosts import SUFFIXES

    queries, rules, fixes = (re.compile(hook["files"]) for hook in HOOKS)

    assert {suffix for suffix in SUFFIXES if queries.search(f"rules/a{suffix}")} == {".kql", ".csl", ".kusto"}
    assert {suffix for suffix in SUFFIXES if rules.search(f"rules/a{suffix}")} == set(SUFFIXES) - {
        ".kql",
        ".csl",
        ".kusto",
    }
    assert {suffix for suffix in SUFFIXES if fixes.search(f"rules/a{suffix}")} == set(SUFFIXES)
    assert not queries.search("rules/a.kql.bak")


def test_the_command_of_a_hook_lints_the_files_it_is_given(
    kql_lint: Callable[..., Result], write: Callable[..., Path]
) -> None:
    write("rules/a.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n')
    write("pyproject.toml", '[tool.kql-lint]\nexclude = ["archive/"]\n')
    write("archive/a.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n')

    for hook in HOOKS:
        program, *arguments = hook["entry"].split()
        assert program == "kql-lint"
        assert kql_lint(*arguments, "rules/a.kql", "archive/a.kql").stdout.endswith(
            "Found 1 error in 1 file (1 query).\n[*] 1 fixable with --fix-intent.\n"
        )
        assert kql_lint(*arguments, "archive/a.kql").exit_code == 0


class Repository:
    """A git repository in which the real pre-commit runs the hooks, without the environment it would make for them."""

    def __init__(self, folder: Path, *, fixing: bool = False) -> None:
        self.folder = folder
        # language: system takes kql-lint from the path instead of installing it, which would need the network.
        hooks = [hook | {"language": "system"} for hook in HOOKS if fixing is (hook["id"] == "kql-lint-fix")]
        (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
        self.environment = os.environ | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.call("git", "init", "--quiet")

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, encoding="utf-8", check=False
        )

    def run(self) -> tuple[int, dict[str, str], str]:
        """The exit code of pre-commit, what became of each hook, and all that it printed."""
        self.call("git", "add", ".")
        done = self.call(sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never")
        found = re.findall(r"^kql-lint \(([\w ]+)\)\.+(?:\(.*\))?(\w+)$", done.stdout, re.MULTILINE)
        return done.returncode, dict(found), done.stdout + done.stderr


RULE = """id: 3f1c6a52-6f0e-4b52-9a41-0c6a2d6a7c11
name: Connections
description: All of them.
severity: Low
kind: Hunting
query: |
  DeviceNetworkEvents
  | where ActionType == "%s"
"""


def test_a_clean_repository_is_green(project: Path, write: Callable[..., Path]) -> None:
    write("rules/a.kql", "DeviceNetworkEvents\n| take 10\n")
    write("rules/b.yaml", RULE % "ConnectionSuccess")
    write("README.md", "# Rules\n")
    write("package.json", '{"name": "rules"}\n')

    code, hooks, output = Repository(project).run()

    assert (code, hooks) == (0, {"queries": "Passed", "rules": "Passed"}), output


def test_a_mistake_in_a_rule_is_red_and_shown(project: Path, write: Callable[..., Path]) -> None:
    write("rules/a.kql", "DeviceNetworkEvents\n| take 10\n")
    write("rules/b c.yaml", RULE % "ConnectionSucces")

    code, hooks, output = Repository(project).run()

    assert (code, hooks) == (1, {"queries": "Passed", "rules": "Failed"}), output
    assert (
        'rules/b c.yaml:8:25: error KL101 unknown-action-type [*intent]\n  unknown ActionType "ConnectionSucces"'
        in output
    )


def test_a_repository_without_rules_has_nothing_to_lint(project: Path, write: Callable[..., Path]) -> None:
    write("notes.txt", "nothing\n")

    code, hooks, output = Repository(project).run()

    # the configuration of pre-commit itself is YAML
    assert (code, hooks) == (0, {"queries": "Skipped", "rules": "Passed"}), output


def test_pre_commit_finds_the_manifest_valid() -> None:
    manifest = str(Path(__file__).parents[2] / ".pre-commit-hooks.yaml")

    done = subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", manifest], check=False)

    assert done.returncode == 0


def test_safe_fixes_are_made_and_the_commit_is_held_back_once(project: Path, write: Callable[..., Path]) -> None:
    write("rules/a.kql", "let Unused = 5;\nDeviceNetworkEvents\n| take 10\n")
    repository = Repository(project, fixing=True)

    code, hooks, output = repository.run()
    assert (code, hooks) == (1, {"safe fixes": "Failed"}), output
    assert (project / "rules" / "a.kql").read_text() == "DeviceNetworkEvents\n| take 10\n"

    code, hooks, output = repository.run()
    assert (code, hooks) == (0, {"safe fixes": "Passed"}), output
