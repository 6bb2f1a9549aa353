"""What holds for a file, whichever other files are linted with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from kql_lint.config import ConfigError, Configurations
from kql_lint.diagnostic import Severity
from kql_lint.policy.registry import known_rules
from kql_lint.policy.select import Layer
from kql_lint.policy.settings import AllSettings, Said, Settings
from kql_lint.rules import RULES
from kql_lint.runner import FileReport, Target

Call = Callable[..., Result]
Write = Callable[..., Path]

BAD = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n'

CONFIGURATION = """\
[tool.kql-lint]
ignore = ["KL105", "KL3"]
severity = {KL1 = "warning", unknown-action-type = "error", KL202 = "error"}
platform = "sentinel"
fail-level = "error"
query-keys = ["rule.kql"]
fences = ["kql", "sentinel"]

[[tool.kql-lint.per-path]]
paths = ["hunting/", "*.draft.kql"]
extend-select = ["KL301"]
severity = {KL101 = "info"}
platform = "defender"
fail-level = "warning"

[[tool.kql-lint.per-path]]
paths = ["hunting/strict/"]
severity = {ALL = "error"}
action-type-fields = "listed"
require-reason = true
select = ["KL1"]
"""


def of(path: str, said: Said | None = None) -> Settings:
    return AllSettings(Configurations(), said).of(path)


def test_the_rules_in_the_index_are_the_rules() -> None:
    assert [tuple(rule) for rule in known_rules()] == [(rule.code, rule.name, rule.enabled) for rule in RULES], (
        "run: make docs"
    )


def test_entries_of_per_path_are_laid_over_the_file_in_their_order(write: Write) -> None:
    write("pyproject.toml", CONFIGURATION)

    plain, hunting, strict = of("rules/a.kql"), of("hunting/deep/a.kql"), of("hunting/strict/a.kql")

    assert (plain.overrides, hunting.overrides, strict.overrides) == ((), (0,), (0, 1))
    assert of("rules/b.draft.kql").overrides == (0,)
    assert {"KL301", "KL302"} & plain.codes == set()
    assert {"KL301", "KL302"} & hunting.codes == {"KL301"}
    # select starts anew, with what this entry says
    assert {code[:3] for code in strict.codes} == {"KL1"}
    assert "KL105" in strict.codes
    assert [one.severities["KL101"] for one in (plain, hunting, strict)] == [
        Severity.ERROR,
        Severity.INFO,
        Severity.INFO,
    ]
    assert [one.severities["KL104"] for one in (plain, hunting, strict)] == [Severity.WARNING] * 3
    assert [one.severities.get("KL203") for one in (plain, hunting, strict)] == [None, None, Severity.ERROR]
    assert [one.options.platform for one in (plain, hunting, strict)] == ["sentinel", "defender", "defender"]
    assert [one.options.strict_fields for one in (plain, hunting, strict)] == [False, False, True]
    assert [one.fail_level for one in (plain, hunting, strict)] == [Severity.ERROR, Severity.WARNING, Severity.WARNING]
    assert [one.require_reason for one in (plain, hunting, strict)] == [False, False, True]
    assert (strict.options.query_keys, strict.options.fences) == (("rule.kql",), ("kql", "sentinel"))


def test_the_command_line_has_the_last_word(write: Write) -> None:
    write("pyproject.toml", CONFIGURATION)
    said = Said(
        Layer(select=("KL2",), ignore=("KL203",)),
        fail_level=Severity.INFO,
        platform="auto",
        strict_fields=False,
        catalog=("more/",),
        baseline="known.json",
    )

    found = of("hunting/strict/a.kql", said)

    assert {code[:3] for code in found.codes} == {"KL2"}
    assert "KL203" not in found.codes
    assert (found.fail_level, found.options.platform, found.options.strict_fields) == (Severity.INFO, "auto", False)
    assert (found.options.catalog, found.baseline) == (("more/",), "known.json")


def test_files_that_agree_share_their_settings(write: Write) -> None:
    write("pyproject.toml", CONFIGURATION)
    settings = AllSettings(Configurations())

    assert settings.of("a/1.kql") is settings.of("b/c/2.yaml")
    assert settings.of("hunting/1.kql") is settings.of("hunting/2.kql")
    assert settings.of("hunting/1.kql") is not settings.of("a/1.kql")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('select = ["KL1", "KL9999"]', "2:18"),
        ('extend-select = ["KL9999"]', "2:18"),
        ('severity = {KL1 = "info", KL9999 = "info"}', "2:27"),
        ('per-path = [{paths = ["a/"], ignore = ["KL9999"]}]', "2:40"),
    ],
)
def test_a_word_that_names_no_rule_is_reported_at_its_place(write: Write, text: str, place: str) -> None:
    path = write("pyproject.toml", f"[tool.kql-lint]\n{text}\n")

    with pytest.raises(ConfigError) as caught:
        of("rules/a.kql")

    assert str(caught.value) == f'{path}:{place}: there is no rule "KL9999" (kql-lint rules lists them all)'


def findings(result: Result) -> list[str]:
    return [line.partition(" unknown")[0] for line in result.stdout.splitlines() if ": KL" in line]


def test_a_run_over_several_configurations_judges_each_file_by_its_own(kql_lint: Call, write: Write) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nfail-level = "error"\nseverity = {KL101 = "info"}\nexclude = ["old/"]\n')
    write("a.kql", BAD)
    write("old/a.kql", BAD)
    write("team/.kql-lint.yaml", "exclude: [drafts/]\nseverity: {KL101: warning}\n")
    write("team/a.kql", BAD)
    write("team/old/a.kql", BAD)
    write("team/drafts/a.kql", BAD)
    write("strict/.kql-lint.toml", "")
    write("strict/a.kql", BAD)

    def run(*paths: str) -> tuple[int, list[str]]:
        result = kql_lint("check", "--output-format", "concise", "-q", *paths)
        return result.exit_code, findings(result)

    team = ["team/a.kql:2:23: KL101 [warning]", "team/old/a.kql:2:23: KL101 [warning]"]
    assert run() == (1, ["a.kql:2:23: KL101 [info]", "strict/a.kql:2:23: KL101 [error]", *team])
    # Each fails by its own level, whatever else is named.
    assert run("a.kql") == (0, ["a.kql:2:23: KL101 [info]"])
    assert run("team") == (1, team)
    assert run("a.kql", "old/a.kql", "--force-exclude") == (0, ["a.kql:2:23: KL101 [info]"])


def test_a_mistake_in_any_configuration_is_said_before_anything_is_linted(kql_lint: Call, write: Write) -> None:
    write("a.kql", BAD)
    path = write("deep/down/.kql-lint.toml", 'ignore = ["KL1"]\nplattform = "defender"\n')
    write("deep/down/b.kql", BAD)

    result = kql_lint("check")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f'kql-lint: {path}:2:1: unknown key "plattform" in .kql-lint.toml; did you mean "platform"?\n'
    )


def test_jobs_and_cache_are_those_of_the_working_directory(
    kql_lint: Call, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kql_lint import runner

    asked: list[tuple[int, bool]] = []
    run = runner.run

    def spy(targets: Iterable[Target], *, jobs: int, cache: bool, **others: Any) -> Iterator[FileReport]:
        asked.append((jobs, cache))
        return run(targets, jobs=1, cache=False, **others)

    monkeypatch.setattr(runner, "run", spy)
    write(".kql-lint.toml", "jobs = 3\ncache = false\n")
    write("rules/.kql-lint.toml", "jobs = 5\n")
    write("rules/a.kql", BAD)

    kql_lint("check", "rules")
    kql_lint("check", "rules", "--jobs", "auto", "--cache")
    kql_lint("check", "rules", "--config", "rules/.kql-lint.toml")

    assert asked == [(3, False), (0, True), (5, True)]


def test_fences_and_query_keys_reach_the_hosts(kql_lint: Call, write: Write) -> None:
    write(".kql-lint.toml", 'fences = ["sentinel"]\nquery-keys = ["rule.search"]\n')
    write("a.md", f"```sentinel\n{BAD}```\n\n```kql\n{BAD}```\n")
    write("b.yaml", "rule:\n  search: |\n" + "".join(f"    {line}\n" for line in BAD.splitlines()))

    result = kql_lint("check", "--output-format", "concise", "-q")

    assert [line.split(": ")[0] for line in findings(result)] == ["a.md:3:23", "a.md:8:23", "b.yaml:4:27"]
