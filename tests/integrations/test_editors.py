"""The recipes for editors: what they run, and that their patterns read what it prints."""

from __future__ import annotations

import json
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Call = Callable[..., Result]
FOLDER = Path(__file__).parents[2] / "integrations"
NAME = "rules/my rule.kql"
# An error, a warning and an info; one of them behind characters outside the basic plane, one with a quote and brackets.
QUERY = """DeviceNetworkEvents
| where ActionType == "ConnectionSucces"
| extend Fox = "🦊 [x]: 1:2:", Gone = isnull(RemoteIP)
| join kind=inner (Unheard_CL) on DeviceId
"""
FOUND = [
    (NAME, 2, 23, "KL101", "error"),
    (NAME, 3, 38, "KL305", "warning"),
    (NAME, 4, 20, "KL202", "info"),
]


def read(path: str) -> str:
    return (FOLDER / path).read_text(encoding="utf-8")


@pytest.fixture
def run(kql_lint: Call, project: Path) -> Callable[[list[str]], list[str]]:
    """Runs a recipe's words on the query, from a file or standard input, and gives the lines that come out."""
    (project / "rules").mkdir()
    (project / NAME).write_text(QUERY, encoding="utf-8")

    def call(words: list[str]) -> list[str]:
        assert words[0] == "kql-lint"
        result = kql_lint(*words[1:], stdin=QUERY.encode())
        assert (result.exit_code, result.stderr) == (1, "")
        return result.stdout.splitlines()

    return call


def as_found(file: str, line: str, column: str, code: str, severity: str) -> tuple[str, int, int, str, str]:
    return file, int(line), int(column), code, severity


def test_the_query_has_what_the_patterns_are_tried_on(kql_lint: Call, run: Callable[[list[str]], list[str]]) -> None:
    records = json.loads("\n".join(run(["kql-lint", "check", "--output-format", "json", NAME])))

    found = [
        (item["filename"], item["location"]["row"], item["location"]["column"], item["code"], item["severity"])
        for item in records
    ]
    assert found == FOUND


def test_the_tasks_of_visual_studio_code(run: Callable[[list[str]], list[str]]) -> None:
    tasks = json.loads(read("vscode/recipes/tasks.json"))["tasks"]

    for task in tasks:
        lines = run([task["command"], *(word.replace("${file}", NAME) for word in task["args"])])
        pattern = task["problemMatcher"]["pattern"]
        matches = [re.search(pattern["regexp"], line) for line in lines]
        assert [
            as_found(*(match[pattern[part]] for part in ("file", "line", "column", "code", "severity")))
            for match in matches
            if match
        ] == FOUND
        assert all(match and match[pattern["message"]] for match in matches)


def test_what_visual_studio_code_runs_on_save_is_a_task() -> None:
    labels = {task["label"] for task in json.loads(read("vscode/recipes/tasks.json"))["tasks"]}

    assert set(json.loads(read("vscode/recipes/settings.json"))["triggerTaskOnSave.tasks"]) <= labels


def test_the_build_systems_of_sublime_text(run: Callable[[list[str]], list[str]]) -> None:
    build = json.loads(read("sublime/kql-lint.sublime-build"))

    for command in (build["cmd"], build["variants"][0]["cmd"]):
        matches = [re.search(build["file_regex"], line) for line in run([w.replace("$file", NAME) for w in command])]
        assert [(match[1], int(match[2]), int(match[3])) for match in matches if match] == [
            found[:3] for found in FOUND
        ]


def test_the_plugin_for_sublime_linter(run: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("SublimeLinter.lint")
    module.Linter = object  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "SublimeLinter", types.ModuleType("SublimeLinter"))
    monkeypatch.setitem(sys.modules, "SublimeLinter.lint", module)
    space: dict[str, Any] = {}
    exec(read("sublime/linter.py"), space)
    linter = space["KqlLint"]

    lines = run([word.replace("${file}", NAME) for word in linter.cmd if word != "${args}"])

    matches = [re.match(linter.regex, line) for line in lines]
    assert [(int(match["line"]), int(match["col"]), match["code"]) for match in matches if match] == [
        found[1:4] for found in FOUND
    ]
    assert [bool(match and match["error"]) for match in matches] == [True, False, False]


# What errorformat's items stand for (":help errorformat"), as far as our recipes use them.
ITEMS = {"f": "(?P<file>.+?)", "l": r"(?P<line>\d+)", "c": r"(?P<column>\d+)", "n": r"(?P<number>\d+)", "m": ".+"}
ITEMS["t"] = "(?P<type>.)"


def by_errorformat(formats: list[str], lines: list[str]) -> list[tuple[str, int, int, str, str]]:
    """What the formats read out of the lines."""
    patterns = []
    for text in formats:
        parts = re.split(r"%(.)", text)
        patterns.append("".join(re.escape(part) if i % 2 == 0 else ITEMS[part] for i, part in enumerate(parts)))
    matches = [match for line in lines for pattern in patterns if (match := re.fullmatch(pattern, line))]
    severities = {"e": "error", "w": "warning", "i": "info"}
    return [
        as_found(match["file"], match["line"], match["column"], f"KL{match['number']}", severities[match["type"]])
        for match in matches
    ]


def test_the_compiler_file_of_vim(run: Callable[[list[str]], list[str]]) -> None:
    text = re.sub(r"\n\s*\\", "", read("vim/compiler/kql-lint.vim"))
    settings = dict(re.findall(r"^CompilerSet (\w+)=(.*)$", text, re.MULTILINE))
    command, formats = (settings[name].replace("\\ ", " ") for name in ("makeprg", "errorformat"))

    lines = run([word.replace("%:S", NAME) for word in command.split()])

    assert by_errorformat(formats.split(","), lines) == FOUND


SERVER = ["kql-lint", "lsp"]


def test_the_words_that_start_the_server_are_a_command(kql_lint: Call) -> None:
    result = kql_lint(*SERVER[1:], "--help")

    assert result.exit_code == 0
    assert "Start the language server" in result.stdout


def test_every_editor_of_the_protocol_starts_the_server() -> None:
    helix = tomllib.loads(read("helix/languages.toml"))
    server = helix["language-server"]["kql-lint"]
    sublime = json.loads(read("sublime/LSP.sublime-settings"))["clients"]["kql-lint"]
    kate = json.loads(read("kate/settings.json"))["servers"]

    assert [server["command"], *server["args"]] == SERVER
    assert all("kql-lint" in language["language-servers"] for language in helix["language"])
    assert sublime["command"] == SERVER
    assert [one["command"] for one in kate.values()] == [SERVER] * len(kate)
    assert 'cmd = { "kql-lint", "lsp" }' in read("neovim/kql-lint.lua")
    assert '. ("kql-lint" "lsp")' in read("emacs/kql-lint.el")


def test_what_emacs_reads_in_a_compilation(run: Callable[[list[str]], list[str]]) -> None:
    match = re.search(r"'\(kql-lint\s+\"(.*?)\"\s+1 2 3 \(4 \. 5\)\)", read("emacs/kql-lint.el"), re.DOTALL)
    assert match
    # In Emacs \( and \| are what ( and | are elsewhere.
    pattern = re.sub(r"\\\\([()|])", r"\1", match[1]).replace("\\\\", "\\")

    lines = run(["kql-lint", "check", "--quiet", "--output-format", "concise", "--color", "never", NAME])

    matches = [re.match(pattern, line) for line in lines]
    assert [(match[1], int(match[2]), int(match[3])) for match in matches if match] == [found[:3] for found in FOUND]
    assert [(bool(match and match[4]), bool(match and match[5])) for match in matches] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_what_plugins_read_is_json_with_the_fields_they_use(run: Callable[[list[str]], list[str]]) -> None:
    records = json.loads(
        "\n".join(run(["kql-lint", "check", "-", "--output-format", "json", "--stdin-filename", NAME]))
    )

    assert [(item["code"], item["severity"]) for item in records] == [found[3:] for found in FOUND]
    for item in records:
        assert item["message"]
        for place in (item["location"], item["end_location"]):
            assert set(place) == {"row", "column"}
