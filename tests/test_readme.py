"""What the README tells people to write works, and what it shows is what comes out."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import yaml
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]
ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line.partition("#")[0] for block in blocks("sh") for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.strip()]


def test_every_make_target_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [words[1] for words in commands() if words[0] == "make"]

    assert targets == ["lint-examples", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_every_command_of_a_shell_block_runs(kql_lint: Call, write: Write) -> None:
    write("rules/a.kql", "DeviceNetworkEvents\n| take 10\n")
    own = [words[1:] for words in commands() if words[0] == "kql-lint"]

    assert own
    for arguments in own:
        assert kql_lint(*arguments).exit_code == 0, arguments


def test_every_command_that_the_table_names_is_there(kql_lint: Call) -> None:
    named = re.findall(r"^\| `kql-lint (\w+)(?: (\w+))?", README, re.MULTILINE)

    assert named
    for command, subcommand in named:
        words = [command, subcommand] if command == "catalog" else [command]
        assert kql_lint(*words, "--help").exit_code == 0, words
    from kql_lint.cli import COMMANDS

    assert {command for command, _ in named} == set(COMMANDS)


def test_what_it_shows_is_what_comes_out(kql_lint: Call, project: Path) -> None:
    examples = re.findall(r"<!-- example: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)
    shutil.copytree(ROOT / "rules_examples", project / "rules_examples")

    assert [shlex.split(command)[1] for command, _ in examples] == ["check", "schema", "trace"]
    for command, shown in examples:
        assert kql_lint(*shlex.split(command)[1:]).stdout == shown


def test_the_configuration_it_shows_is_accepted(kql_lint: Call, write: Write) -> None:
    (text,) = blocks("toml")
    write("pyproject.toml", text)
    write("catalog/readme.txt")
    write("Parsers/Acme/AcmeProxy.yaml", "FunctionName: AcmeProxy\nFunctionQuery: Syslog\n")
    write("functions/Noisy.kql", "SigninLogs | take 1\n")
    write("rules/a.kql", "DeviceNetworkEvents\n| take 10\n")
    write("kql-lint-baseline.json", '{"version": 1, "findings": []}')
    from kql_lint.config import KEYS, load

    result = kql_lint("check", "rules")

    assert (result.exit_code, result.stderr) == (0, "")
    config = load("pyproject.toml")
    assert [key for key in KEYS if not config.says(key)] == []


def test_the_overlays_it_shows_are_sound(kql_lint: Call, write: Write) -> None:
    shown = [block for block in blocks("yaml") if block.startswith("# catalog/")]
    for block in shown:
        write(block.split()[1], block)
    write("lib/sessions.kql", "T | summarize Sessions = count() by bin(TimeGenerated, length)\n")

    result = kql_lint("catalog", "check", "catalog")

    assert len(shown) == 2
    assert (result.exit_code, result.stdout, result.stderr) == (0, "The catalogue is sound.\n", "")


def test_the_hooks_it_names_are_those_of_the_repository() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    named = yaml.safe_load(blocks("yaml")[0])["repos"][0]["hooks"]

    assert [hook["id"] for hook in named] == [hook["id"] for hook in hooks]


def test_the_python_it_shows_runs() -> None:
    (code,) = blocks("python")
    output = io.StringIO()

    with contextlib.redirect_stdout(output):
        exec(code, {})

    lines = output.getvalue().splitlines()
    assert lines[0].startswith('KL101 unknown ActionType "ConnectionSucces" for DeviceNetworkEvents')
    assert lines[1] == "[('RemoteIP', 'string'), ('Events', 'long')]"


def test_files_it_links_to_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
