from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

HOOKS = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def test_the_hooks_are_what_pre_commit_expects() -> None:
    assert [hook["id"] for hook in HOOKS] == ["kql-lint", "kql-lint-rules"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert {"id", "name", "entry", "language", "files"} <= set(hook)


def test_each_hook_takes_its_own_files_and_together_they_take_all_that_is_read() -> None:
    from kql_lint.hosts import SUFFIXES

    queries, rules = (re.compile(hook["files"]) for hook in HOOKS)

    assert {suffix for suffix in SUFFIXES if queries.search(f"rules/a{suffix}")} == {".kql", ".csl", ".kusto"}
    assert {suffix for suffix in SUFFIXES if rules.search(f"rules/a{suffix}")} == set(SUFFIXES) - {
        ".kql",
        ".csl",
        ".kusto",
    }
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
            "Found 1 error in 1 file (1 query).\n"
        )
        assert kql_lint(*arguments, "archive/a.kql").exit_code == 0
