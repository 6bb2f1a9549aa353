"""Which configuration governs a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kql_lint.config import Config, ConfigError, Configurations, load

Write = Callable[..., Path]


def test_the_nearest_file_that_speaks_of_kql_lint_governs(write: Write, project: Path) -> None:
    write("pyproject.toml", '[tool.kql-lint]\nplatform = "sentinel"\nignore = ["KL1"]\n')
    write("rules/pyproject.toml", "[tool.ruff]\n# kql-lint reads the file above\n")
    write("rules/windows/.kql-lint.yaml", "platform: defender\n")
    (project / "rules" / "windows" / "logon").mkdir()
    found = Configurations()

    assert found.of_file("rules/a.kql").platform == "sentinel"
    assert found.of_file("rules/windows/logon/a.kql").platform == "defender"
    # nothing is merged
    assert found.of_file("rules/windows/logon/a.kql").ignore == ()
    assert found.of_folder(str(project / "rules")) is found.of_folder(str(project))
    assert load("pyproject.toml", "rules/windows").platform == "sentinel"


def test_a_configuration_named_outright_governs_all(write: Write) -> None:
    write("lint.toml", 'platform = "sentinel"\n')
    write("rules/.kql-lint.toml", 'platform = "defender"\n')

    assert Configurations("lint.toml").of_file("rules/a.kql").platform == "sentinel"


def test_the_search_ends_at_the_top_of_the_repository(project: Path) -> None:
    (project.parent / "pyproject.toml").write_text('[tool.kql-lint]\nplatform = "sentinel"\n')

    assert load(None) == Config(root=str(project))
    assert Configurations().of_file("deep/down/a.kql") == Config(root=str(project))


def test_a_link_that_leads_nowhere_is_a_configuration_that_can_not_be_read(project: Path) -> None:
    (project / ".kql-lint.toml").symlink_to("shared/kql-lint.toml")

    with pytest.raises(ConfigError) as caught:
        load(None)

    assert str(caught.value) == f"{project}/.kql-lint.toml: no such file"


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        (".kql-lint.toml", "pyproject.toml", "pyproject.toml:2:1"),
        (".kql-lint.yaml", "pyproject.toml", "pyproject.toml:2:1"),
        (".kql-lint.toml", ".kql-lint.yaml", ".kql-lint.yaml"),
        (".kql-lint.yaml", ".kql-lint.yml", ".kql-lint.yml"),
    ],
)
def test_two_configurations_in_one_folder_are_a_mistake(
    write: Write, project: Path, first: str, second: str, place: str
) -> None:
    for name in (first, second):
        write(name, "\n[tool.kql-lint]\n" if name == "pyproject.toml" else "")

    with pytest.raises(ConfigError) as caught:
        load(None)

    assert str(caught.value) == (
        f"{project}/{place}: {first} lies beside it; a folder takes one configuration, so keep one of them"
    )


def test_a_pyproject_without_a_table_is_no_second_configuration(write: Write) -> None:
    write(".kql-lint.yaml", "platform: sentinel\n")
    write("pyproject.toml", "[project]\nname = 'kql-lint'\n")

    assert load(None).platform == "sentinel"
