"""The snippets for CI systems and the container: what they run exists, and what they pin is pinned."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "integrations"
SNIPPETS = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.yml"))


def texts(node: Any) -> Iterator[str]:
    """Every text in a YAML document."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def commands(path: str) -> list[list[str]]:
    """The words of each call of kql-lint in a snippet, with folders in place of the CI system's."""
    read = texts(yaml.safe_load((FOLDER / path).read_text(encoding="utf-8")))
    calls = (re.sub(r"\$\((\w+)\.(\w+)\)", r"\1-\2", text) for text in read if "-m kql_lint " in text)
    return [shlex.split(call.partition("-m kql_lint ")[2]) for call in calls]


def test_there_is_a_snippet_for_each_system() -> None:
    assert SNIPPETS == ["azure/azure-pipelines.yml", "github/kql-lint.yml", "gitlab/kql-lint.gitlab-ci.yml"]


@pytest.mark.parametrize(("path", "reports"), [(SNIPPETS[0], ["xml", "sarif"]), (SNIPPETS[2], ["json", "xml"])])
def test_what_a_snippet_runs_fails_for_a_finding_and_leaves_its_reports(
    path: str, reports: list[str], kql_lint: Callable[..., Result], write: Callable[..., Path], project: Path
) -> None:
    write("rules/a.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n')
    for folder in ("Agent-TempDirectory", "Build-ArtifactStagingDirectory"):
        (project / folder).mkdir()
    (words,) = commands(path)

    result = kql_lint(*words)

    assert (result.exit_code, result.stderr) == (1, "")
    written = [word.partition("=")[2] for word in words if "=" in word]
    assert [name.rpartition(".")[2] for name in written] == reports
    assert all("KL101" in (project / name).read_text(encoding="utf-8") for name in written)


def test_the_files_that_gitlab_collects_are_those_that_are_written() -> None:
    job = yaml.safe_load((FOLDER / SNIPPETS[2]).read_text(encoding="utf-8"))["kql-lint"]
    (words,) = commands(SNIPPETS[2])
    written = dict(word.split("=") for word in words if "=" in word)

    assert job["artifacts"]["reports"] == {"codequality": written["gitlab"], "junit": written["junit"]}
    assert job["artifacts"]["when"] == "always"


@pytest.mark.parametrize("path", SNIPPETS)
def test_no_snippet_keeps_anything_where_a_branch_can_put_files(path: str) -> None:
    read = yaml.safe_load((FOLDER / path).read_text(encoding="utf-8"))
    text = (FOLDER / path).read_text(encoding="utf-8")

    assert "CACHE" not in text
    assert "cache" not in read.get("kql-lint", {})


def test_the_workflow_gives_inputs_that_the_action_has() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    workflow = yaml.safe_load((FOLDER / SNIPPETS[1]).read_text(encoding="utf-8"))
    (given,) = [step["with"] for step in workflow["jobs"]["kql-lint"]["steps"] if "kql-lint@" in step["uses"]]

    assert set(given) <= set(action["inputs"])
    page = (ROOT / "docs" / "how-to" / "github.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (?:`(.*?)`)? ?\|", page, re.MULTILINE)
    assert rows == [(name, value["default"]) for name, value in action["inputs"].items()]


def test_the_image_is_pinned_and_its_user_has_no_rights() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    (base,) = [line.partition("=")[2] for line in lines if line.startswith("ARG BASE=")]
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]

    assert re.fullmatch(r"python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)
    assert bases == ["${BASE}", "${BASE}"]
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    # A folder that others can write to would not be used.
    assert any("install --directory --owner=kql-lint --mode=700 /var/cache/kql-lint" in line for line in lines)
    assert lines[-2:] == ['ENTRYPOINT ["kql-lint"]', 'CMD ["check", "."]']


def test_what_the_package_is_built_from_reaches_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}

    assert "*" in ignored
    assert kept == {"kql_lint", "grammar", "catalog", "pyproject.toml", "README.md", "LICENSE"}
    assert all((ROOT / name).exists() for name in kept)
