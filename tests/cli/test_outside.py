"""What a branch's links and configuration name outside of the repository is not read or written, unless allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

SECRET = "hunter2: [open sesame"
OUT = "leads out of the repository; --allow-outside PATH allows that"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the repository, with what a machine may have."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.yaml").write_text(SECRET)
    (folder / "secret.kql").write_text(f"DeviceEvents | where {SECRET}")
    (folder / "tables").mkdir()
    (folder / "tables" / "Badge_CL.yaml").write_text("table: Badge_CL\ncolumns: {Door: string}\n")
    (folder / "Doors.kql").write_text("Badge_CL | project Door")
    (folder / "known.json").write_text('{"version": 1, "findings": []}')
    return folder


def refused(result: Result, message: str) -> None:
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"kql-lint: {message}\n"


@pytest.mark.parametrize(
    ("config", "place", "written"),
    [
        ('catalog = ["ours", "../outside/tables"]', "1:20", "../outside/tables"),
        ('functions = ["../outside/*.kql"]', "1:14", "../outside/*.kql"),
        ('functions = ["/usr/**/*.kql"]', "1:14", "/usr/**/*.kql"),
        ('functions = ["*/../../outside/*.kql"]', "1:14", "*/../../outside/*.kql"),
        ('baseline = "../outside/known.json"', "1:12", "../outside/known.json"),
        ('baseline = ".git/config"', "1:12", ".git/config"),
        ('catalog = ["link/tables"]', "1:12", "link/tables"),
        ('functions = ["link/D*.kql"]', "1:14", "link/D*.kql"),
    ],
)
def test_paths_in_a_configuration(
    kql_lint: Call, write: Write, project: Path, outside: Path, good: str, config: str, place: str, written: str
) -> None:
    write("a.kql", good)
    (project / "link").symlink_to(outside)
    path = write(".kql-lint.toml", config)

    refused(kql_lint("check", "a.kql"), f'{path}:{place}: "{written}" {OUT}')
    refused(kql_lint("config", "a.kql"), f'{path}:{place}: "{written}" {OUT}')


def test_paths_that_the_user_allows(kql_lint: Call, write: Write, outside: Path) -> None:
    write("a.kql", "Badge_CL | where Dor == 1;\nDoors | where Dorr == 1\n")
    write(
        ".kql-lint.toml",
        'catalog = ["../outside/tables"]\nfunctions = ["../outside/D*.kql"]\nbaseline = "../outside/known.json"\n',
    )

    result = kql_lint("check", "--allow-outside", "../outside", "--output-format", "concise", "-q")

    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.split(" ")[1] for line in result.stdout.splitlines()] == ["KL201", "KL201"]
    assert kql_lint("config", "a.kql", "--allow-outside", "../outside").exit_code == 0
    assert kql_lint("catalog", "show", "Badge_CL", "--allow-outside", "../outside").exit_code == 0
    refused(
        kql_lint("check", "--allow-outside", "../outside/tables"),
        f'{os.getcwd()}/.kql-lint.toml:2:14: "../outside/D*.kql" {OUT}',
    )


def test_paths_that_the_user_names(kql_lint: Call, write: Write, outside: Path) -> None:
    write("a.kql", "Badge_CL | where Dor == 1;\nDoors | where Dorr == 1\n")

    named = (
        "--catalog",
        "../outside/tables",
        "--functions",
        "../outside/D*.kql",
        "--baseline",
        "../outside/known.json",
    )
    result = kql_lint("check", *named, "--output-format", "concise", "-q")

    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.split(" ")[1] for line in result.stdout.splitlines()] == ["KL201", "KL201"]


@pytest.mark.parametrize("name", [".kql-lint.toml", ".kql-lint.yaml", "pyproject.toml"])
def test_a_configuration_that_is_a_link_shows_nothing_of_what_it_leads_to(
    kql_lint: Call, write: Write, project: Path, outside: Path, good: str, name: str
) -> None:
    write("a.kql", good)
    (project / name).symlink_to(outside / "secret.yaml")

    refused(kql_lint("check"), f"{project}/{name}: this link {OUT}")
    refused(kql_lint("check", "--config", name), f"{name}: this link {OUT}")


@pytest.mark.parametrize(
    ("link", "config", "place"),
    [
        ("ours/x.yaml", 'catalog = ["ours"]', "{project}/ours/x.yaml:1:1: this link "),
        ("f/x.kql", 'functions = ["f/**/*.kql"]', "{project}/f/x.kql:1:1: this link "),
        ("f/x.kql", 'functions = ["f"]', "{project}/f/x.kql:1:1: this link "),
    ],
)
def test_links_in_folders_of_a_configuration(
    kql_lint: Call, write: Write, project: Path, outside: Path, good: str, link: str, config: str, place: str
) -> None:
    write("a.kql", good)
    write(".kql-lint.toml", config)
    (project / link).parent.mkdir()
    (project / link).symlink_to(outside / f"secret{Path(link).suffix}")

    refused(kql_lint("check", "a.kql"), place.format(project=project) + OUT)


def test_links_to_folders_are_not_searched_for_functions(
    kql_lint: Call, write: Write, project: Path, outside: Path
) -> None:
    write("a.kql", "Doors | where Dor == 1\n")
    write("f/Ours.kql", "DeviceEvents")
    write(".kql-lint.toml", 'functions = ["f/**/*.kql"]')
    (project / "f" / "all").symlink_to(outside)

    result = kql_lint("check", "a.kql", "--output-format", "concise", "-q")

    assert (result.exit_code, result.stderr) == (0, "")
    assert 'unknown table "Doors"' in result.stdout


def test_the_file_of_a_function_in_an_overlay(kql_lint: Call, write: Write, project: Path, good: str) -> None:
    write("a.kql", good)
    write("ours/f.yaml", "functions:\n  Doors: {path: ../../outside/Doors.kql}\n")
    write(".kql-lint.toml", 'catalog = ["ours"]')
    message = f"/outside/Doors.kql {OUT}"

    result = kql_lint("check", "a.kql")
    checked = kql_lint("catalog", "check", "ours")

    assert (result.exit_code, checked.exit_code) == (2, 2)
    assert result.stderr == f"kql-lint: {project}/ours/f.yaml:2:11: the file {project.parent}{message}\n"
    assert checked.stderr == f"kql-lint: ours/f.yaml:2:11: the file ../outside/Doors.kql {OUT}\n"


def test_a_rule_that_is_a_link_is_a_finding_that_shows_nothing_of_what_it_leads_to(
    kql_lint: Call, write: Write, project: Path, outside: Path, bad: str
) -> None:
    write("b.kql", bad)
    (project / "a.kql").symlink_to(outside / "secret.kql")
    (project / "c").symlink_to(outside)

    results = [kql_lint("check", *paths, "--output-format", "concise", "-q") for paths in ([], ["a.kql", "b.kql"])]

    for result in results:
        assert result.exit_code == 1
        assert result.stdout.splitlines()[0] == f"a.kql:1:1: KL005 [error] is not read, since a link {OUT}"
        assert result.stdout.splitlines()[1].startswith("b.kql:2:23: KL101 ")
    assert results[0].stderr == f"kql-lint: c: skipped: this link {OUT}\n"
    assert "hunter2" not in kql_lint("check").output
    allowed = kql_lint("check", "--allow-outside", str(outside), "--output-format", "concise", "-q")
    assert "a.kql:1:32: KL001 " in allowed.stdout


def test_a_link_that_is_named_is_the_word_of_whoever_made_it(
    kql_lint: Call, write: Write, project: Path, outside: Path, good: str
) -> None:
    write("a.kql", good)
    (project / "rules").symlink_to(outside)

    result = kql_lint("check", "rules", "a.kql", "-q")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"kql-lint: rules: skipped: this link {OUT}\n"


@pytest.mark.parametrize("option", ["--catalog", "--functions", "--baseline"])
def test_links_that_options_name(
    kql_lint: Call, write: Write, project: Path, outside: Path, good: str, option: str
) -> None:
    write("a.kql", good)
    (project / "x.kql").symlink_to(outside / "secret.kql")

    refused(kql_lint("check", option, "x.kql"), f"x.kql: this link {OUT}")


@pytest.mark.parametrize("name", ["report", "folder/report"])
@pytest.mark.parametrize("option", ["--output=sarif=", "--output=concise=", "--write-baseline="])
def test_a_report_is_not_written_through_a_link(
    kql_lint: Call, write: Write, project: Path, outside: Path, bad: str, option: str, name: str
) -> None:
    write("a.kql", bad)
    (project / "report").symlink_to(outside / "secret.kql")
    (project / "folder").symlink_to(outside)

    refused(kql_lint("check", f"{option}{name}"), f"{name}: this link {OUT}")

    assert (outside / "secret.kql").read_text().endswith(SECRET)
    assert sorted(path.name for path in outside.iterdir()) == [
        *("Doors.kql", "known.json", "secret.kql", "secret.yaml", "tables"),
    ]


def test_a_report_is_not_written_into_git_s_own_folder(kql_lint: Call, write: Write, project: Path, bad: str) -> None:
    write("a.kql", bad)
    write(".git/config", "[core]\n")
    (project / "report").symlink_to(".git/config")

    refused(kql_lint("check", "--output", "json=report"), f"report: this link {OUT}")


def test_an_import_neither_reads_nor_replaces_what_a_link_leads_to(
    kql_lint: Call, write: Write, project: Path, outside: Path
) -> None:
    write("t.csv", "table,column,type\nBadge_CL,Door,string\n")
    write("ours/x")
    (project / "ours" / "Badge_CL.yaml").symlink_to(outside / "secret.yaml")

    refused(
        kql_lint("catalog", "import", "t.csv", "-o", "ours"),
        "ours/Badge_CL.yaml:1:1: this link leads out of the repository",
    )

    assert (outside / "secret.yaml").read_text() == SECRET


@pytest.mark.parametrize("head", ["table,column,type,sources", "table,actiontype,title", "table,column,type"])
def test_a_table_in_an_export_is_no_path(kql_lint: Call, write: Write, project: Path, head: str) -> None:
    write("t.csv", f"{head}\n../../x,A,string,s\n".replace(",s\n", ",s\n" if head.count(",") == 3 else "\n"))

    result = kql_lint("catalog", "import", "t.csv", "-o", "ours")

    assert result.exit_code == 2
    assert result.stderr.endswith(': "../../x" is no name of a table\n')
    assert not (project / "ours").exists()


def test_isolated_neither_a_configuration_nor_a_gitignore_counts(kql_lint: Call, write: Write, bad: str) -> None:
    write("rules/a.kql", bad)
    write("rules/b.kql", bad)
    write("rules/.gitignore", "a.kql\n")
    write(".kql-lint.toml", 'exclude = ["b.kql"]\nignore = ["ALL"]\nbaseline = "/etc/passwd"\n')

    result = kql_lint("check", "--isolated", "--output-format", "concise", "-q")

    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["rules/a.kql", "rules/b.kql"]
    assert kql_lint("schema", "--isolated").stdout.count("DeviceNetworkEvents.DeviceName") == 2


def test_isolated_and_a_configuration_exclude_each_other(kql_lint: Call, write: Write, bad: str) -> None:
    write("a.kql", bad)
    write("x.toml", "")

    result = kql_lint("check", "--isolated", "--config", "x.toml")

    assert result.exit_code == 2
    assert result.stderr.endswith("Error: --isolated and --config can't be combined\n")
