"""KL621: a query that was changed under the same version, over a repository of git's."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.test_changed import Git, git_in

Call = Callable[..., Result]

TEMPLATE = """\
id: 5e2b7a90-3c1d-4f6e-8a7b-9c0d1e2f3a4b
name: Password spray
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
version: 1.0.0
query: |
  SigninLogs
  | where ResultType == "50126"
"""
CHANGED = TEMPLATE.replace('"50126"', '"50053"')
SAID = "KL621 [info] the query has changed since main, and the version is still 1.0.0"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def changed(kql_lint: Call, repository: Path) -> Callable[..., list[str]]:
    """What is said of rules since main: given the files of main's commit, and what the branch made of them.

    None takes a file away.
    """

    def put(files: dict[str, str | None]) -> None:
        for name, text in files.items():
            path = repository / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())

    def check(before: dict[str, str], after: dict[str, str | None], *arguments: str, commit: bool = False) -> list[str]:
        git = git_in(repository)
        git("init", "--quiet")
        git("symbolic-ref", "HEAD", "refs/heads/main")
        put({**before})
        git("add", ".")
        git("commit", "--quiet", "-m", "first")
        git("checkout", "--quiet", "-b", "topic")
        put(after)
        if commit:
            git("add", ".")
            git("commit", "--quiet", "-m", "second")
        os.chdir(repository)
        return said(kql_lint, *arguments)

    return check


def said(kql_lint: Call, *arguments: str) -> list[str]:
    options = ("--changed-since", "main", "--select", "KL621", "--output-format", "concise", "-q")
    result = kql_lint("check", ".", *options, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


Changed = Callable[..., list[str]]


@pytest.mark.parametrize("commit", [False, True])
def test_a_template_whose_version_stays(changed: Changed, commit: bool) -> None:
    assert changed({"rule.yaml": TEMPLATE}, {"rule.yaml": CHANGED}, commit=commit) == [f"rule.yaml:8:10: {SAID}"]


@pytest.mark.parametrize(
    "after",
    [
        TEMPLATE,
        TEMPLATE.replace("Password spray", "Password spraying"),
        TEMPLATE.replace("queryPeriod: 1h", "queryPeriod: 2h"),
        CHANGED.replace("1.0.0", "1.0.1"),
        CHANGED.replace("1.0.0", "1.0.10"),
        CHANGED.replace("1.0.0", "2.0.0"),
        CHANGED.replace("1.0.0", "1.1"),
        CHANGED.replace("1.0.0", '"{{version}}"'),
        CHANGED.replace("version: 1.0.0\n", ""),
        CHANGED.replace("5e2b7a90", "6e2b7a90"),
        TEMPLATE.replace("  | where", "  // failed sign-ins\n      |   where"),
        TEMPLATE.replace('"50126"', '"50126" // wrong password'),
        TEMPLATE.replace("\n", "\r\n"),
        "not: a rule\n",
    ],
)
def test_nothing_is_said_of(changed: Changed, after: str) -> None:
    assert changed({"rule.yaml": TEMPLATE}, {"rule.yaml": after}) == []


def test_a_comment_sign_in_a_string_is_no_comment(changed: Changed) -> None:
    before = TEMPLATE.replace('"50126"', '"http://a"')
    assert changed({"rule.yaml": before}, {"rule.yaml": before.replace("//a", "//b")}) == [f"rule.yaml:8:10: {SAID}"]


@pytest.mark.parametrize(("old", "new"), [("1.0.2", "1.0.1"), ("1.0.10", "1.0.9"), ("2.0.0", "1.9.9"), ("1.1.0", "1")])
def test_a_version_that_went_back(changed: Changed, old: str, new: str) -> None:
    before, after = TEMPLATE.replace("1.0.0", old), CHANGED.replace("1.0.0", new)
    message = f"the query has changed since main, and the version went from {old} back to {new}"
    assert changed({"rule.yaml": before}, {"rule.yaml": after}) == [f"rule.yaml:8:10: KL621 [info] {message}"]


def test_keys_with_capitals(changed: Changed) -> None:
    before = "".join(
        f"- {line}" if number == 0 else f"  {line}"
        for number, line in enumerate(
            [
                "Id: 5e2b7a90-3c1d-4f6e-8a7b-9c0d1e2f3a4b\n",
                "DisplayName: Password spray\n",
                "Version: 1.0.0\n",
                "QueryFrequency: 1h\n",
                "QueryPeriod: 1h\n",
                "Query: SigninLogs | where ResultType == 50126\n",
            ]
        )
    )
    after = before.replace("50126", "50053")
    assert changed({"rules.yaml": before}, {"rules.yaml": after}) == [f"rules.yaml:3:12: {SAID}"]


def arm(query: str, **more: str) -> str:
    properties = {
        "displayName": "Password spray",
        "enabled": True,
        "severity": "Low",
        "query": query,
        "templateVersion": "1.0.0",
        **more,
    }
    rule = {
        "type": "Microsoft.SecurityInsights/alertRules",
        "name": "5e2b7a90-3c1d-4f6e-8a7b-9c0d1e2f3a4b",
        "kind": "Scheduled",
        "properties": properties,
    }
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": [rule]}, indent=1)


def test_a_rule_of_an_arm_template(changed: Changed) -> None:
    before, after = arm("SigninLogs | take 10"), arm("SigninLogs | take 20")
    line = 1 + before[: before.index("templateVersion")].count("\n")
    assert changed({"rule.json": before}, {"rule.json": after}) == [f"rule.json:{line}:25: {SAID}"]


def test_a_rule_that_has_the_version_of_its_template(changed: Changed) -> None:
    made = {"alertRuleTemplateName": "11111111-2222-4333-8444-555555555555"}
    before, after = arm("SigninLogs | take 10", **made), arm("SigninLogs | take 20", **made)
    assert changed({"rule.json": before}, {"rule.json": after}) == []


def test_a_query_in_a_file_of_its_own(changed: Changed) -> None:
    rule = (
        'resource "azurerm_sentinel_alert_rule_scheduled" "spray" {\n'
        '  display_name                = "Password spray"\n'
        '  alert_rule_template_version = "1.0.0"\n'
        '  severity                    = "Low"\n'
        '  query                       = file("${path.module}/spray.kql")\n'
        "}\n"
    )
    before = {"main.tf": rule, "spray.kql": "SigninLogs | take 10\n"}
    assert changed(before, {"spray.kql": "SigninLogs | take 20\n"}) == [f"main.tf:3:34: {SAID}"]


def test_a_renamed_file(changed: Changed) -> None:
    after = {"rule.yaml": None, "rules/spray.yaml": CHANGED}
    assert changed({"rule.yaml": TEMPLATE}, after, commit=True) == [f"rules/spray.yaml:8:10: {SAID}"]


def test_a_new_file(changed: Changed) -> None:
    assert changed({"rule.yaml": TEMPLATE}, {"other.yaml": CHANGED}) == []


def test_rules_of_one_id_are_not_compared(changed: Changed) -> None:
    both = f"{TEMPLATE}---\n{TEMPLATE}"
    assert changed({"rule.yaml": both}, {"rule.yaml": both.replace("50126", "50053")}) == []


def test_the_rule_is_off_by_default_and_can_be_silenced(changed: Changed, kql_lint: Call, repository: Path) -> None:
    kept = CHANGED.replace("1.0.0\n", "1.0.0  # kql-lint: disable-line=KL621\n")
    assert changed({"rule.yaml": TEMPLATE}, {"rule.yaml": kept}) == []
    (repository / "rule.yaml").write_text(CHANGED, encoding="utf-8")
    plain = kql_lint("check", ".", "--changed-since", "main", "--output-format", "concise", "-q")
    assert "KL621" not in plain.stdout
    assert "KL621" not in kql_lint("check", ".", "--select", "KL621", "--output-format", "concise").stdout
    assert said(kql_lint) == [f"rule.yaml:8:10: {SAID}"]


def test_nothing_that_a_branch_names_is_run(changed: Changed, repository: Path) -> None:
    """A branch says which files go through which filter; the user's configuration may have one of that name."""
    git: Git = git_in(repository)
    git("init", "--quiet")
    ran = repository.parent / "ran"
    for kind in ("smudge", "process"):
        git("config", f"filter.evil.{kind}", f"touch {ran}")
    git("config", "diff.evil.textconv", f"touch {ran}; cat")
    git("config", "diff.evil.command", f"touch {ran}; cat")
    before = {"rule.yaml": TEMPLATE}
    after = {"rule.yaml": CHANGED, ".gitattributes": "*.yaml diff=evil\n"}
    assert changed(before, after, commit=True) == [f"rule.yaml:8:10: {SAID}"]
    (repository / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n", encoding="utf-8")
    assert not ran.exists()


def test_a_link_is_no_file(changed: Changed, repository: Path) -> None:
    outside = repository.parent / "outside.yaml"
    outside.write_text(TEMPLATE, encoding="utf-8")
    git = git_in(repository)
    git("init", "--quiet")
    (repository / "rule.yaml").symlink_to(outside)
    git("add", ".")
    git("commit", "--quiet", "-m", "a link")
    git("branch", "main2")
    git("checkout", "--quiet", "-b", "topic2")
    (repository / "rule.yaml").unlink()
    (repository / "rule.yaml").write_text(CHANGED, encoding="utf-8")
    from kql_lint.changed import changed_since

    found = changed_since("main2", [str(repository)])
    assert str(repository / "rule.yaml") in found
    assert found.before(str(repository / "rule.yaml")) is None
