"""Rules that are off by default: what switches them on, and what is said of comments and baselines about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.rules import RULES

Call = Callable[..., Result]
Write = Callable[..., Path]

QUERY = 'DeviceProcessEvents\n| where Timestamp > ago(1d)\n| where FileName == "psexec.exe"\n| project FileName\n'
COMMENT = "// kql-lint: disable-next-line={} -- known\n"


def codes(kql_lint: Call, *arguments: str) -> list[str]:
    lines = kql_lint("check", "--output-format", "concise", "-q", *arguments).stdout.splitlines()
    return [line.split(" ")[1] for line in lines]


@pytest.mark.parametrize("word", ["KL510", "kl510", "case-sensitive-name", "KL51", "KL5", "KL", "ALL"])
def test_a_code_a_name_or_a_prefix_switches_one_on(kql_lint: Call, write: Write, word: str) -> None:
    write("a.kql", QUERY)

    assert codes(kql_lint) == []
    assert codes(kql_lint, "--extend-select", word) == ["KL510"]
    assert codes(kql_lint, "--select", word) == ["KL510"]
    write(".kql-lint.toml", f'extend-select = ["{word}"]\n')
    assert codes(kql_lint) == ["KL510"]
    assert codes(kql_lint, "--ignore", "KL510") == []
    write(".kql-lint.toml", f'select = ["{word}"]\n')
    assert codes(kql_lint) == ["KL510"]


def test_for_some_files_alone(kql_lint: Call, write: Write) -> None:
    write("hunting/a.kql", QUERY)
    write("rules/b.kql", QUERY)
    write(".kql-lint.toml", '[[per-path]]\npaths = ["hunting/"]\nextend-select = ["KL5"]\n')

    lines = kql_lint("check", "--output-format", "concise", "-q").stdout.splitlines()

    assert lines == [
        'hunting/a.kql:3:9: KL510 [warning] the case of file names varies, and == matches "psexec.exe" '
        "in this case only"
    ]


def test_a_severity_alone_switches_nothing_on(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY)
    write(".kql-lint.toml", 'severity = {KL510 = "error"}\n')

    assert codes(kql_lint) == []
    shown = kql_lint("check", "--extend-select", "KL510", "-q").stdout
    assert shown.startswith("a.kql:3:9: error KL510 case-sensitive-name [*intent]\n")


@pytest.mark.parametrize("word", ["KL510", "case-sensitive-name"])
def test_a_suppression_is_no_mistake_while_the_rule_is_off(kql_lint: Call, write: Write, word: str) -> None:
    write("a.kql", QUERY.replace("| where FileName", f"{COMMENT.format(word)}| where FileName"))
    assert codes(kql_lint) == []
    assert codes(kql_lint, "--extend-select", "KL5") == []
    # Where it is on and finds nothing, the comment is of no use.
    write("a.kql", QUERY.replace("| project", f"{COMMENT.format(word)}| project"))
    assert codes(kql_lint) == []
    assert codes(kql_lint, "--extend-select", "KL5") == ["KL510", "KL901"]


def test_a_suppression_stays_of_use_where_a_run_leaves_the_rule_out(kql_lint: Call, write: Write) -> None:
    write(".kql-lint.toml", 'extend-select = ["KL5"]\n')
    text = QUERY.replace("| where FileName", "// kql-lint: disable-next-line=ALL -- known\n| where FileName")
    write("a.kql", text)

    assert codes(kql_lint) == []
    assert codes(kql_lint, "--ignore", "KL5") == []


def test_an_entry_of_a_baseline_is_not_stale_while_the_rule_is_off(kql_lint: Call, write: Write) -> None:
    write("a.kql", QUERY)
    assert kql_lint("check", "--extend-select", "KL5", "--write-baseline", "base.json").exit_code == 0

    assert codes(kql_lint, "--baseline", "base.json") == []
    assert codes(kql_lint, "--baseline", "base.json", "--extend-select", "KL5") == []
    # Nor does a run without the rule lose it.
    assert kql_lint("check", "--write-baseline", "base.json").exit_code == 0
    assert codes(kql_lint, "--baseline", "base.json", "--extend-select", "KL5") == []
    # Where the rule is on and the finding gone, it is.
    write("a.kql", QUERY.replace("==", "=~"))
    assert codes(kql_lint, "--baseline", "base.json") == []
    assert codes(kql_lint, "--baseline", "base.json", "--extend-select", "KL5") == ["KL903"]


def test_results_that_are_kept_know_which_rules_ran(
    kql_lint: Call, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", str(tmp_path / "kept"))
    write("a.kql", QUERY)

    assert [codes(kql_lint, *more) for more in ([], ["--extend-select", "KL5"], [], ["--select", "KL510"])] == [
        [],
        ["KL510"],
        [],
        ["KL510"],
    ]


def test_where_the_default_is_shown(kql_lint: Call, write: Write) -> None:
    off = {rule.code for rule in RULES if not rule.enabled}
    assert "KL510" in off

    listed = json.loads(kql_lint("rules", "--output-format", "json").stdout)
    assert {record["code"] for record in listed if not record["enabled"]} == off
    assert "Default: off; `extend-select` in the configuration or `--extend-select` switches it on" in (
        kql_lint("explain", "KL510").stdout
    )
    held = json.loads(kql_lint("config", "a.kql", "--output-format", "json").stdout)
    assert held["values"]["select"] == {"value": None, "origin": None}
    assert {record["code"] for record in held["rules"] if not record["default"]} == off
    assert {record["code"] for record in held["rules"] if not record["holds"]} == off
    schema = json.loads(kql_lint("config", "--schema").stdout)
    assert "KL510 case-sensitive-name" in schema["properties"]["extend-select"]["description"]


def test_a_fix_of_a_rule_that_is_off_is_made_where_it_is_on(kql_lint: Call, write: Write) -> None:
    path = write("a.kql", QUERY)

    kql_lint("check", "--fix-intent")
    assert path.read_text(encoding="utf-8") == QUERY
    kql_lint("check", "--fix-intent", "--extend-select", "KL5")
    assert path.read_text(encoding="utf-8") == QUERY.replace("==", "=~")
