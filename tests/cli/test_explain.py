from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from kql_lint.rules import RULES

Call = Callable[..., Result]


@pytest.mark.parametrize("word", ["KL104", "kl104", "field-not-in-action-type"])
def test_a_rule_is_explained_by_its_code_or_name(kql_lint: Call, word: str) -> None:
    result = kql_lint("explain", word)

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "# KL104 field-not-in-action-type\n\nSeverity: warning  \nDefault: on  \nFix: none\n\n"
    )
    assert "## Bad\n\n```kql\nDeviceNetworkEvents" in result.stdout


def test_a_terminal_gets_headings_and_code_set_off(kql_lint: Call) -> None:
    shown = kql_lint("explain", "KL104", "--color", "always").stdout

    assert "\x1b[1mBad\x1b[0m" in shown
    assert "    \x1b[36mDeviceNetworkEvents\x1b[0m" in shown
    assert "```" not in shown


def test_a_word_that_names_no_rule(kql_lint: Call) -> None:
    result = kql_lint("explain", "field-not-in-action-typ")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        'kql-lint: there is no rule "field-not-in-action-typ"; did you mean "field-not-in-action-type"? '
        "(kql-lint rules lists them all)\n"
    )


def test_the_list_has_every_rule_in_line(kql_lint: Call) -> None:
    header, *lines = kql_lint("rules").stdout.splitlines()

    assert [line.split()[0] for line in lines] == [rule.code for rule in RULES]
    column = header.index("what")
    assert [line[column:] for line in lines] == [rule.summary for rule in RULES]
    assert {line.split()[0]: line.split()[3] for line in lines} == {
        rule.code: "on" if rule.enabled else "off" for rule in RULES
    }
    costs = [f"KL5{number:02}" for number in range(1, 11)]
    assert [rule.code for rule in RULES if not rule.enabled] == ["KL105", *costs, "KL618", "KL620", "KL621"]


def test_the_list_as_json(kql_lint: Call) -> None:
    records = json.loads(kql_lint("rules", "--output-format", "json").stdout)

    assert [(record["code"], record["name"], record["severity"]) for record in records] == [
        (rule.code, rule.name, rule.severity.label) for rule in RULES
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_program(kql_lint: Call, shell: str) -> None:
    script = kql_lint("completion", shell).stdout

    assert f"_KQL_LINT_COMPLETE={shell}_complete" in script
    assert "kql-lint" in script


def test_completion_offers_rules(kql_lint: Call) -> None:
    from click.shell_completion import ShellComplete

    from kql_lint.cli import app

    offered = ShellComplete(app, {}, "kql-lint", "_KQL_LINT_COMPLETE").get_completions(
        ["check", "--ignore"], "unknown-a"
    )

    assert [item.value for item in offered] == ["unknown-action-type"]


def test_a_path_without_a_command_says_what_to_write(kql_lint: Call) -> None:
    result = kql_lint(".")

    assert result.exit_code == 2
    assert 'no such command "."; to lint this path, write: kql-lint check .' in result.stderr


def test_help_names_every_command(kql_lint: Call) -> None:
    from kql_lint.cli import COMMANDS

    text = kql_lint("--help").stdout

    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert kql_lint("-h").stdout == text
