from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

UNKNOWN = (
    '{}:2:23: KL101 [error] unknown ActionType "ConnectionSucces" for DeviceNetworkEvents; did you mean '
    '"ConnectionSuccess"?\n'
)


def test_a_directory_with_a_mistake_exits_with_1_and_shows_it(
    kql_lint: Call, write: Write, bad: str, good: str
) -> None:
    write("rules/a.kql", bad)
    write("rules/b.kql", good)

    result = kql_lint("check", "rules")

    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout.startswith(
        "rules/a.kql:2:23: error KL101 unknown-action-type [*intent]\n"
        '  unknown ActionType "ConnectionSucces" for DeviceNetworkEvents; did you mean "ConnectionSuccess"?\n'
        "\n"
        '  2 │ | where ActionType == "ConnectionSucces"\n'
        "    │                       ^^^^^^^^^^^^^^^^^^\n"
    )
    assert result.stdout.endswith("\n\nFound 1 error in 1 of 2 files (2 queries).\n[*] 1 fixable with --fix-intent.\n")


def test_without_a_path_the_working_directory_is_linted(kql_lint: Call, write: Write, bad: str) -> None:
    write("deep/down/a.kql", bad)

    result = kql_lint("check", "--output-format", "concise", "--quiet")

    assert result.stdout == UNKNOWN.format("deep/down/a.kql")


def test_a_clean_run_exits_with_0(kql_lint: Call, write: Write, good: str) -> None:
    write("a.kql", good)

    result = kql_lint("check", ".")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "No findings in 1 file (1 query).\n", "")


def test_each_query_of_a_sentinel_rule_and_of_a_page_is_found_at_its_place(kql_lint: Call, write: Write) -> None:
    write(
        "rules/logon.yaml",
        "id: 0f6d9c5e-8f5e-4b1b-9a55-3f0ab6b2c7de\n"
        "name: Outbound connection of a service\n"
        "kind: Scheduled\n"
        "query: |\n"
        "  DeviceNetworkEvents\n"
        '  | where ActionType == "ConnectionSucces"\n',
    )
    write("notes.md", '# Notes\n\n```kql\nDeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n```\n')

    result = kql_lint("check", "--output-format", "concise", "--quiet")

    lines = [line.split(" ")[0] for line in result.stdout.splitlines() if "KL101" in line]
    assert lines == ["notes.md:5:23:", "rules/logon.yaml:6:25:"]


def test_json_is_all_that_standard_output_has(kql_lint: Call, write: Write, bad: str) -> None:
    write("rules/a.kql", bad)

    result = kql_lint("check", "missing.kql", "rules", "--output-format", "json", "--color", "always")

    (record,) = json.loads(result.stdout)
    assert record["code"] == "KL101"
    assert record["filename"] == "rules/a.kql"
    assert record["location"] == {"row": 2, "column": 23}
    assert record["end_location"] == {"row": 2, "column": 41}
    assert result.stderr == "kql-lint: missing.kql: no such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 1),
        (["--exit-zero"], 0),
        (["--fail-level", "error"], 1),
        (["--ignore", "KL101"], 0),
        (["--ignore", "unknown-action-type"], 0),
        (["--select", "KL2,KL001"], 0),
        (["--select", "KL2", "--extend-select", "KL101"], 1),
        (["--ignore", "KL1", "--select", "KL101"], 1),
        (["--exclude", "rules/"], 0),
    ],
)
def test_the_exit_code_says_whether_something_is_left(
    kql_lint: Call, write: Write, bad: str, arguments: list[str], code: int
) -> None:
    write("rules/a.kql", bad)
    write("b.kql", "DeviceProcessEvents\n| take 1\n")

    assert kql_lint("check", *arguments).exit_code == code


def test_the_fail_level_says_what_fails(kql_lint: Call, write: Write) -> None:
    # One finding, a warning.
    write("rule.md", "")
    write("empty.kql", "")

    at = {level: kql_lint("check", "empty.kql", "--fail-level", level) for level in ("error", "warning", "info")}

    assert [result.exit_code for result in at.values()] == [0, 1, 1]
    assert all("warning KL004 no-query-found" in result.stdout for result in at.values())


def test_standard_input_is_linted_under_the_name_it_is_given(kql_lint: Call, bad: str) -> None:
    yaml = "name: A rule\nquery: |\n" + "".join(f"  {line}\n" for line in bad.splitlines())

    plain = kql_lint("check", "-", "--output-format", "concise", "-q", stdin=bad.encode())
    named = kql_lint(
        "check", "-", "--stdin-filename", "rules/a.kql", "--output-format", "concise", "-q", stdin=bad.encode()
    )
    hosted = kql_lint(
        "check", "-", "--stdin-filename", "a.yaml", "--output-format", "concise", "-q", stdin=yaml.encode()
    )

    assert plain.stdout == UNKNOWN.format("<stdin>")
    assert named.stdout == UNKNOWN.format("rules/a.kql")
    assert hosted.stdout.startswith("a.yaml:4:25: KL101 ")
    assert {plain.exit_code, named.exit_code, hosted.exit_code} == {1}


def test_the_configuration_holds_and_the_command_line_has_the_last_word(kql_lint: Call, write: Write, bad: str) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nignore = ["KL101"]\nexclude = ["drafts/"]\n')
    write("rules/a.kql", bad)
    write("drafts/a.kql", bad)

    assert kql_lint("check").stdout == "No findings in 1 file (1 query).\n"
    assert kql_lint("check", "--select", "KL101").exit_code == 1
    assert kql_lint("check", "rules", "--extend-select", "KL101").exit_code == 1


def test_the_fail_level_of_the_configuration(kql_lint: Call, write: Write) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nfail-level = "error"\n')
    write("empty.kql", "")

    assert kql_lint("check").exit_code == 0
    assert kql_lint("check", "--fail-level", "warning").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--select", "unknown-colunm"],
            'kql-lint: there is no rule "unknown-colunm"; did you mean "unknown-column"? '
            "(kql-lint rules lists them all)\n",
        ),
        (["--config", "no.toml"], "kql-lint: no.toml: no such file\n"),
    ],
)
def test_a_mistake_in_the_arguments_exits_with_2(
    kql_lint: Call, write: Write, bad: str, arguments: list[str], message: str
) -> None:
    write("a.kql", bad)

    result = kql_lint("check", *arguments)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize(
    ("arguments", "message"),  # click's own wording differs between its versions
    [
        (["--platform", "splunk"], "'splunk' is not one of 'auto', 'defender', 'sentinel'"),
        (["--fail-levle", "error"], "--fail-levle"),
        (["--exclude", "archive/,!"], '"!" is no pattern as in .gitignore'),
        (["--baseline", ""], "an empty text names no file"),
        (["--functions", ""], "an empty text names no file"),
        ([""], "an empty text names no file"),
        (["-", "a.kql"], "Error: - (standard input) can't be combined with other paths\n"),
    ],
)
def test_wrong_usage_exits_with_2(kql_lint: Call, arguments: list[str], message: str) -> None:
    result = kql_lint("check", *arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr


def test_a_mistake_in_the_configuration_is_reported_at_its_place(kql_lint: Call, write: Write, bad: str) -> None:
    write("a.kql", bad)
    path = write("pyproject.toml", '[tool.kql-lint]\nplatform = "auto"\nignore = ["KL105", "unknown-colunm"]\n')

    result = kql_lint("check")

    assert result.exit_code == 2
    assert result.stderr == (
        f'kql-lint: {path}:3:20: there is no rule "unknown-colunm"; did you mean "unknown-column"? '
        "(kql-lint rules lists them all)\n"
    )


def test_nothing_to_lint_is_said(kql_lint: Call, write: Write) -> None:
    write("readme.txt", "nothing here")

    result = kql_lint("check")

    assert result.exit_code == 0
    assert result.stderr == "kql-lint: .: no rule files found here; not plainly KQL: 1 .txt\n"


def test_colours_can_be_asked_for_and_refused(
    kql_lint: Call, write: Write, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.kql", bad)

    plain = kql_lint("check")
    assert "\x1b" not in plain.stdout
    assert "\x1b[1;31m" in kql_lint("check", "--color", "always").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in kql_lint("check").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert kql_lint("check").stdout == plain.stdout
    assert "\x1b" in kql_lint("check", "--color", "always").stdout


def test_strict_fields_take_the_lists_of_the_catalogue_literally(kql_lint: Call, write: Write) -> None:
    # LocalIP is recorded in practice, but the ActionType's own list does not have it.
    write("a.kql", 'DeviceNetworkEvents\n| where ActionType == "ConnectionSuccess"\n| project Timestamp, LocalIP\n')

    def codes(*arguments: str) -> list[str]:
        lines = kql_lint("check", "--output-format", "concise", "-q", *arguments).stdout.splitlines()
        return [line.split(" ")[1] for line in lines]

    assert codes() == []
    assert codes("--extend-select", "KL105") == ["KL105"]
    assert codes("--strict-fields") == ["KL104"]
    write("pyproject.toml", '[tool.kql-lint]\naction-type-fields = "listed"\n')
    assert codes() == ["KL104"]
    assert codes("--no-strict-fields", "--extend-select", "KL105") == ["KL105"]


def test_a_rule_that_is_off_by_default(kql_lint: Call, write: Write) -> None:
    query = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSuccess"\n| project Timestamp, LocalIP\n'
    write("a.kql", query)
    written = kql_lint("check", "--extend-select", "KL105", "--write-baseline", "base.json")
    assert written.exit_code == 0
    # Neither its entry in a baseline nor a comment that silences it is of no use only because the rule is off.
    assert kql_lint("check", "--baseline", "base.json", "-q").stdout == ""
    write("a.kql", query.replace("| project", "// kql-lint: disable-next-line=KL105\n| project"))
    assert kql_lint("check", "-q").stdout == ""


def test_a_cache_that_is_named_and_not_used_is_said(
    kql_lint: Call, write: Write, project: Path, monkeypatch: pytest.MonkeyPatch, good: str
) -> None:
    write("a.kql", good)
    monkeypatch.setenv("KQL_LINT_CACHE_DIR", ".cache")

    result = kql_lint("check", "a.kql")

    assert result.exit_code == 0
    assert result.stderr == (
        f"kql-lint: the cache is not used: {project / '.cache'} is in the work tree of a repository ({project}), "
        "so a branch could bring files into it\n"
    )
    assert not (project / ".cache").exists()
    assert kql_lint("check", "--no-cache", "a.kql").stderr == ""
