from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.config import Config, ConfigError, load
from kql_lint.diagnostic import Severity

Write = Callable[..., Path]

FULL = """\
[project]
name = "detections"

[tool.kql-lint]
select = ["KL1", "unknown-column"]
extend-select = ["KL202"]
ignore = ["KL105"]
fail-level = "error"
exclude = ["archive/"]
platform = "sentinel"
action-type-fields = "listed"
catalog = ["catalog/", "../shared.yaml"]

[tool.ruff]
line-length = 100
"""


def error(text: str, write: Write) -> str:
    write("pyproject.toml", text)
    with pytest.raises(ConfigError) as caught:
        load(None)
    return str(caught.value).replace(os.getcwd() + os.sep, "")


def test_every_key_is_read(write: Write, project: Path) -> None:
    path = write("pyproject.toml", FULL)

    config = load(None)

    assert config.root == str(project)
    assert config.path == str(path)
    assert config.select == ("KL1", "unknown-column")
    assert config.extend_select == ("KL202",)
    assert config.ignore == ("KL105",)
    assert config.fail_level is Severity.ERROR
    assert config.exclude == ("archive/",)
    assert config.platform == "sentinel"
    assert config.strict_fields is True
    assert config.catalog == (str(project / "catalog"), str(project.parent / "shared.yaml"))
    assert str(config.places["ignore"]) == f"{path}:7:1"


def test_the_nearest_file_that_speaks_of_kql_lint_holds(write: Write, project: Path) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nplatform = "sentinel"\n')
    write("rules/pyproject.toml", "[tool.ruff]\n# kql-lint reads the file above\n")
    write("rules/windows/pyproject.toml", '[tool.kql-lint]\nplatform = "defender"\n')
    (project / "rules" / "windows" / "logon").mkdir()

    assert load(None, "rules").platform == "sentinel"
    assert load(None, "rules/windows/logon").platform == "defender"
    assert load("pyproject.toml", "rules/windows").platform == "sentinel"


def test_the_search_ends_at_the_top_of_the_repository(project: Path) -> None:
    (project.parent / "pyproject.toml").write_text('[tool.kql-lint]\nplatform = "sentinel"\n')

    assert load(None) == Config(root=str(project))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.kql-lint]\nplatform = "auto"\n  ignored = ["KL105"]\n',
            'pyproject.toml:3:3: unknown key "ignored" in [tool.kql-lint]; did you mean "ignore"?',
        ),
        (
            "[tool.kql-lint]\nzzzzzzzz = 1\n",
            'pyproject.toml:2:1: unknown key "zzzzzzzz" in [tool.kql-lint]; the keys are select, extend-select, '
            "ignore, fail-level, exclude, platform, action-type-fields, catalog, functions",
        ),
        (
            '[tool.kql-lint]\nselect = "KL1"\n',
            'pyproject.toml:2:1: "select" must be a list of rules, such as ["KL101", "unknown-column"]',
        ),
        (
            '[tool.kql-lint]\nignore = ["KL1", 105]\n',
            'pyproject.toml:2:1: "ignore" must be a list of rules, such as ["KL101", "unknown-column"]',
        ),
        (
            '[tool.kql-lint]\n"fail-level" = "fatal"\n',
            'pyproject.toml:2:1: "fail-level" must be one of "error", "warning", "info"',
        ),
        (
            '[tool]\nkql-lint = "strict"\n',
            "pyproject.toml: tool.kql-lint must be a table",
        ),
        (
            "[tool.kql-lint]\nselect = [\n",
            "pyproject.toml: this is not valid TOML: Invalid value (at end of document)",
        ),
        (
            "[tool.kql-lint]\nplatform = sentinel\n",
            "pyproject.toml:2:12: this is not valid TOML: Invalid value",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_place(write: Write, text: str, message: str) -> None:
    assert error(text, write) == message


def test_a_file_that_is_not_utf8_is_reported(write: Write) -> None:
    path = write("pyproject.toml", b"[tool.kql-lint]\nname = '\xe9'\n")

    with pytest.raises(ConfigError, match="cannot be read: it is not UTF-8"):
        load(str(path))


def test_a_file_named_outright_must_be_there_and_speak_of_kql_lint(write: Write) -> None:
    write("pyproject.toml", "[project]\nname = 'x'\n")

    with pytest.raises(ConfigError) as caught:
        load("pyproject.toml")
    assert str(caught.value) == "pyproject.toml: there is no [tool.kql-lint] in this file"
    with pytest.raises(ConfigError) as caught:
        load("other.toml")
    assert str(caught.value) == "other.toml: cannot be read: No such file or directory"
