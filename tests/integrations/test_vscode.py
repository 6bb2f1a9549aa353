"""The extension for Visual Studio Code: its manifest, and, where there is Node.js, its colours and its own tests."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kql_lint.site.words import words
from kql_lint.version import __version__

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "integrations" / "vscode"
MANIFEST = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
SETTINGS = MANIFEST["contributes"]["configuration"]["properties"]


def missing() -> str | None:
    """Why the parts that Node.js runs can't be tried here."""
    if shutil.which("node") is None:
        return "there is no Node.js"
    if not (FOLDER / "node_modules").is_dir():
        return "its packages are not installed: npm ci in integrations/vscode"
    return None


needs_node = pytest.mark.skipif(missing() is not None, reason=missing() or "")


def test_it_has_the_version_and_the_licence_of_the_program() -> None:
    assert MANIFEST["version"] == __version__
    assert (FOLDER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_an_untrusted_workspace_does_not_choose_what_is_run() -> None:
    trust = MANIFEST["capabilities"]["untrustedWorkspaces"]

    assert trust["supported"] == "limited"
    assert {"kql-lint.path", "kql-lint.arguments"} <= {*trust["restrictedConfigurations"]}
    assert {name for name, about in SETTINGS.items() if about["scope"] == "machine-overridable"} == {
        "kql-lint.path",
        "kql-lint.arguments",
    }


def test_its_problem_matcher_is_that_of_the_tasks() -> None:
    (pattern,) = MANIFEST["contributes"]["problemPatterns"]
    (matcher,) = MANIFEST["contributes"]["problemMatchers"]
    tasks = json.loads((FOLDER / "recipes" / "tasks.json").read_text(encoding="utf-8"))["tasks"]

    for task in tasks:
        assert {"name": "kql-lint", **task["problemMatcher"]["pattern"]} == pattern
        assert {**task["problemMatcher"], "name": "kql-lint", "pattern": "$kql-lint"} == matcher


def test_every_command_and_setting_is_in_its_readme() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert [name for name in SETTINGS if f"| `{name}` |" not in readme] == []
    commands = MANIFEST["contributes"]["commands"]
    assert [one["title"] for one in commands if f"| *{one['category']}: {one['title']}* |" not in readme] == []


def test_the_packages_are_pinned_without_the_address_of_a_registry() -> None:
    packages = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_words_that_are_coloured_are_those_of_the_grammar_and_the_functions() -> None:
    known = words()

    assert {"where", "mv-expand", "project-away", "graph-match"} <= {*known.operators}
    assert {"by", "on", "with", "let", "asc"} <= {*known.keywords}
    assert {"dcount", "arg_max"} <= {*known.aggregate}
    assert {"ago", "strcat"} <= {*known.scalar}
    assert not {*known.operators} & {*known.keywords}
    # Where one begins another, the longer one has to be tried first.
    assert known.operators.index("parse-where") < known.operators.index("parse")


@needs_node
def test_its_own_tests_pass() -> None:
    result = subprocess.run(["npm", "test"], cwd=FOLDER, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


def tokens(scope: str, text: str) -> list[list[tuple[str, str]]]:
    """For each line its texts with what colours them: the innermost scope, without the language's name."""
    question = json.dumps({"scope": scope, "text": text})
    command = ["node", str(FOLDER / "test" / "tokens.mjs")]
    result = subprocess.run(command, input=question, capture_output=True, text=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    lines: list[list[Any]] = json.loads(result.stdout)
    return [[(part, scopes[-1].removesuffix(".kusto")) for part, scopes in line if part.strip()] for line in lines]


PIPE = ("|", "keyword.operator.pipe")
NAME = "variable.other"


@needs_node
def test_the_colours_of_a_query() -> None:
    found = tokens(
        "source.kusto",
        "let Window = 1h; // an hour\n"
        "DeviceNetworkEvents\n"
        "| where Timestamp > ago(Window) and Name !contains_cs @'c:\\''x'\n"
        "| summarize count = dcount(DeviceId) by bin(Timestamp, 1.5d), count\n"
        "| join kind=leftanti (T) on $left.a == $right.b\n"
        "| mv-expand x to typeof(string)",
    )

    assert found == [
        [
            ("let", "storage.type"),
            ("Window", "variable.other.constant"),
            ("=", "keyword.operator.assignment"),
            ("1h", "constant.numeric"),
            ("; ", "source"),
            ("// an hour", "comment.line.double-slash"),
        ],
        [("DeviceNetworkEvents", NAME)],
        [
            PIPE,
            ("where", "keyword.control"),
            ("Timestamp", NAME),
            (">", "keyword.operator"),
            ("ago", "support.function"),
            ("(", "source"),
            ("Window", NAME),
            (") ", "source"),
            ("and", "keyword.operator.word"),
            ("Name", NAME),
            ("!contains_cs", "keyword.operator.word"),
            ("@'", "string.quoted.single.verbatim"),
            ("c:\\", "string.quoted.single.verbatim"),
            ("''", "constant.character.escape"),
            ("x", "string.quoted.single.verbatim"),
            ("'", "string.quoted.single.verbatim"),
        ],
        [
            PIPE,
            ("summarize", "keyword.control"),
            ("count", NAME),
            ("=", "keyword.operator.assignment"),
            ("dcount", "support.function.aggregate"),
            ("(", "source"),
            ("DeviceId", NAME),
            (") ", "source"),
            ("by", "keyword.other"),
            ("bin", "support.function"),
            ("(", "source"),
            ("Timestamp", NAME),
            (", ", "source"),
            ("1.5d", "constant.numeric"),
            ("), ", "source"),
            ("count", NAME),
        ],
        [
            PIPE,
            ("join", "keyword.control"),
            ("kind", "storage.modifier"),
            ("=", "keyword.operator.assignment"),
            ("leftanti", "constant.language"),
            (" (", "source"),
            ("T", NAME),
            (") ", "source"),
            ("on", "keyword.other"),
            ("$left", "variable.language"),
            (".", "source"),
            ("a", "variable.other.property"),
            ("==", "keyword.operator"),
            ("$right", "variable.language"),
            (".", "source"),
            ("b", "variable.other.property"),
        ],
        [
            PIPE,
            ("mv-expand", "keyword.control"),
            ("x", NAME),
            ("to", "keyword.other"),
            ("typeof", "keyword.other"),
            ("(", "source"),
            ("string", "support.type"),
            (")", "source"),
        ],
    ]


@needs_node
def test_strings_over_several_lines_and_those_that_lack_their_end() -> None:
    found = tokens("source.kusto", "print ```a\n| where b```, 1\nT | where x == 'open\n| take 5")

    assert found[1] == [
        ("| where b", "string.quoted.other"),
        ("```", "string.quoted.other"),
        (", ", "source"),
        ("1", "constant.numeric"),
    ]
    assert found[3] == [PIPE, ("take", "keyword.control"), ("5", "constant.numeric")]


@needs_node
def test_every_operator_and_function_has_its_colour() -> None:
    known = words()
    lines = [f"| {name} x" for name in known.operators]
    lines += [f"{name}(x)" for name in (*known.aggregate, *known.scalar, *known.plugin, *known.source)]

    wrong = []
    for line, found in zip(lines, tokens("source.kusto", "\n".join(lines)), strict=True):
        name = line.split("(")[0].removeprefix("| ").split(" ")[0]
        scope = dict(found).get(name, "")
        if not scope.startswith(("keyword.control", "support.function", "keyword.operator.word")):
            wrong.append((line, found))
    assert wrong == []


YAML = """\
- query: >-
    T | take 5

    // and more
  name: one | where
- "FunctionQuery":  |2 # here
    U | where a
  kind: |
    V | where a
"""


@needs_node
def test_queries_in_yaml_are_coloured_up_to_the_next_key() -> None:
    found = tokens("source.yaml", YAML)

    take = [PIPE, ("take", "keyword.control"), ("5", "constant.numeric")]
    assert found[0][1:] == [
        ("query", "entity.name.tag.yaml"),
        (":", "punctuation.separator.key-value.mapping.yaml"),
        (">-", "keyword.control.flow.block-scalar.yaml"),
    ]
    assert found[1] == [("T", NAME), *take]
    assert found[3] == [("// and more", "comment.line.double-slash")]
    assert all(scope.endswith(".yaml") for _, scope in found[4])
    assert found[5][-1] == ("# here", "comment.line.number-sign.yaml")
    assert found[6] == [("U", NAME), PIPE, ("where", "keyword.control"), ("a", NAME)]
    assert all(scope.endswith(".yaml") for line in found[7:9] for _, scope in line)


@needs_node
@pytest.mark.parametrize(("fence", "language"), [("```", "kql"), ("~~~", "Kusto"), ("````", "kusto title=x")])
def test_code_blocks_in_markdown_are_coloured(fence: str, language: str) -> None:
    found = tokens(
        "text.html.markdown", f"{fence}{language}\nT | take 5\n{fence}\nT | take 5\n\n```sql\nT | take 5\n```"
    )

    assert found[1] == [("T", NAME), PIPE, ("take", "keyword.control"), ("5", "constant.numeric")]
    assert all("keyword" not in scope for line in found[2:] for _, scope in line)
