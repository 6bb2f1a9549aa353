"""--output-format, --output and --statistics: what goes where, and what stays when a run breaks off."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from kql_lint.cli.outputs import automatic, repository_link
from kql_lint.output import FORMATS

KqlLint = Callable[..., Result]
Write = Callable[[str, "str | bytes"], Path]


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the CI system that runs the tests."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_", "GITLAB_")) or name == "TF_BUILD":
            monkeypatch.delenv(name)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_a_finding(name: str, kql_lint: KqlLint, write: Write, bad: str) -> None:
    write("rules/a.kql", bad)

    result = kql_lint("check", "rules", "--output-format", name)

    assert result.exit_code == 1
    assert "KL101" in result.stdout
    assert "rules/a.kql" in result.stdout
    assert result.stderr == ""


def test_several_at_once(kql_lint: KqlLint, write: Write, project: Path, bad: str) -> None:
    write("rules/a.kql", bad)

    result = kql_lint("check", "rules", "--output", "sarif=out/new/a.sarif", "--output", "html=a.html", "-q")

    assert result.exit_code == 1
    assert result.stdout.startswith("rules/a.kql:2:23: error KL101 unknown-action-type [*intent]\n")
    (run,) = json.loads((project / "out" / "new" / "a.sarif").read_text(encoding="utf-8"))["runs"]
    assert [found["ruleId"] for found in run["results"]] == ["KL101"]
    assert (project / "a.html").read_text(encoding="utf-8").endswith("</html>\n")
    assert sorted(os.listdir(project / "out" / "new")) == ["a.sarif"]


def test_standard_output_can_be_named_too(kql_lint: KqlLint, write: Write, bad: str) -> None:
    write("a.kql", bad)

    result = kql_lint("check", "--output", "concise=-", "--output", "json=a.json", "-q")

    assert result.stdout.startswith("a.kql:2:23: KL101 [error] ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--output", "sarif"], '"sarif" is not FORMAT=FILE, as in sarif=kql-lint.sarif'),
        (["--output", "sarif="], '"sarif=" is not FORMAT=FILE, as in sarif=kql-lint.sarif'),
        (["--output", "sarif=out/"], '"out/" names a folder, not a file'),
        (["--output", "xml=a"], '"xml" is none of the formats text, concise, json, sarif, '),
        (["--output", "text=-", "--output", "json=-"], "standard output can't have two formats"),
        (["--output", "text=-", "--output-format", "json"], "standard output can't have two formats, json and text"),
        (["--statistics", "--output-format", "html"], "--statistics are printed as text or json, not as html"),
        (["--output-format", "xml"], "'xml' is not one of 'text', 'concise', 'json', "),
    ],
)
def test_words_that_make_no_sense(words: list[str], message: str, kql_lint: KqlLint, write: Write, bad: str) -> None:
    write("a.kql", bad)

    result = kql_lint("check", *words)

    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_file_can_not_have_two_formats(kql_lint: KqlLint, project: Path) -> None:
    result = kql_lint("check", "--output", "sarif=a/out", "--output", f"json={project}/a/../a/out")

    assert result.exit_code == 2
    assert f"{project / 'a' / 'out'} can't have two formats" in result.stderr


def test_nor_can_a_file_and_a_link_to_it(kql_lint: KqlLint, project: Path) -> None:
    (project / "link").symlink_to("out")

    result = kql_lint("check", "--output", "sarif=out", "--output", "html=link")

    assert result.exit_code == 2
    assert f"{project / 'out'} can't have two formats" in result.stderr
    assert sorted(os.listdir(project)) == [".git", "link"]


def test_a_file_that_can_not_be_written_is_said_before_anything_is_linted(
    kql_lint: KqlLint, write: Write, project: Path, bad: str
) -> None:
    write("a.kql", bad)
    write("file", "")
    (project / "folder").mkdir()

    for path, why in (("folder", "is a directory"), ("file/a", "not a directory")):
        result = kql_lint("check", "--output", "json=first.json", "--output", f"sarif={path}")

        assert result.exit_code == 2
        assert result.stderr == f"kql-lint: {path}: the output can't be written: {why}\n"
        assert result.stdout == ""
    assert sorted(os.listdir(project)) == [".git", "a.kql", "file", "folder"]


def test_a_run_that_breaks_off_leaves_what_was_there(
    kql_lint: KqlLint, write: Write, project: Path, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kql_lint.output.sarif import Sarif

    write("a.kql", bad)
    write("a.sarif", "of yesterday")

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sarif, "report", interrupted)
    result = kql_lint("check", "a.kql", "--output", "sarif=a.sarif", "--output", "json=new.json")

    assert result.exit_code != 0
    assert (project / "a.sarif").read_text() == "of yesterday"
    assert sorted(os.listdir(project)) == [".git", "a.kql", "a.sarif"]


def test_a_link_stays_and_a_file_keeps_its_mode(kql_lint: KqlLint, write: Write, project: Path, good: str) -> None:
    write("a.kql", good)
    real = write("real.json", "old")
    real.chmod(0o640)
    (project / "link.json").symlink_to(real)

    assert kql_lint("check", "a.kql", "--output", "json=link.json").exit_code == 0

    assert (project / "link.json").is_symlink()
    assert real.read_text() == "[]\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_device_is_written_to(kql_lint: KqlLint, write: Write, bad: str) -> None:
    write("a.kql", bad)

    assert kql_lint("check", "a.kql", "--output", f"json={os.devnull}").exit_code == 1

    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_what_is_open_already_is_written_to_and_not_replaced(
    kql_lint: KqlLint, write: Write, project: Path, bad: str
) -> None:
    write("a.kql", bad)
    with (project / "log.txt").open("w") as log:
        log.write("before\n")
        log.flush()

        result = kql_lint(
            "check", "a.kql", "--output", f"concise=/dev/fd/{log.fileno()}", "--output", "json=/dev/stdout"
        )
        log.write("after\n")

    first, found, said, last = (project / "log.txt").read_text().splitlines()
    assert (first, last) == ("before", "after")
    assert found.startswith("a.kql:2:23: KL101 [error] ")
    assert said == "Found 1 error in 1 file (1 query)."
    assert json.loads(result.stdout)[0]["code"] == "KL101"
    assert sorted(os.listdir(project)) == [".git", "a.kql", "log.txt"]


def test_an_open_file_that_there_is_none(kql_lint: KqlLint, project: Path) -> None:
    result = kql_lint("check", "--output", "json=/dev/fd/9999")

    assert result.exit_code == 2
    assert result.stderr == "kql-lint: /dev/fd/9999: the output can't be written: bad file descriptor\n"


def test_a_path_that_is_not_there_is_in_the_report(kql_lint: KqlLint, write: Write, project: Path, good: str) -> None:
    write("a.kql", good)

    result = kql_lint("check", "a.kql", "gone", "--output", "sarif=a.sarif", "--output", "junit=a.xml")

    assert result.exit_code == 2
    assert result.stderr == "kql-lint: gone: no such file or directory\n"
    (run,) = json.loads((project / "a.sarif").read_text(encoding="utf-8"))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert '<error message="gone: no such file or directory"' in (project / "a.xml").read_text(encoding="utf-8")


def test_paths_do_not_depend_on_the_folder_it_runs_in(
    kql_lint: KqlLint, write: Write, project: Path, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("rules/a.kql", bad)
    kql_lint("check", "rules", "--output", "gitlab=top.json")
    monkeypatch.chdir(project / "rules")
    kql_lint("check", ".", "--output", "gitlab=../below.json")

    assert (project / "top.json").read_bytes() == (project / "below.json").read_bytes()


def test_statistics(kql_lint: KqlLint, write: Write, bad: str) -> None:
    write("a.kql", bad)
    write("b.kql", bad)

    assert kql_lint("check", "--statistics").stdout == (
        "2  error    KL101  unknown-action-type  2 with a fix\n\nFound 2 errors in 2 files (2 queries).\n"
    )
    result = kql_lint("check", "--statistics", "--output-format", "json", "--output", "concise=all.txt")
    assert json.loads(result.stdout)[0]["count"] == 2
    assert Path("all.txt").read_text(encoding="utf-8").count("KL101") == 2


def test_what_a_format_left_out_is_said(
    kql_lint: KqlLint, write: Write, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kql_lint.output import sarif

    monkeypatch.setattr(sarif, "RESULTS", 1)
    write("a.kql", bad)
    write("b.kql", bad)

    result = kql_lint("check", "--output", "sarif=out.sarif", "-q")

    assert result.exit_code == 1
    assert result.stderr == "kql-lint: sarif: 1 result is left out: code scanning takes 1 a run\n"


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "text"),
        ({"GITHUB_ACTIONS": "true"}, "github"),
        ({"TF_BUILD": "True"}, "azure"),
        ({"GITLAB_CI": "true"}, "text"),
        ({"GITHUB_ACTIONS": "false", "TF_BUILD": ""}, "text"),
    ],
)
def test_auto_is_what_the_ci_system_reads(environment: dict[str, str], name: str) -> None:
    assert automatic(environment) == name


def test_auto_on_the_command_line(kql_lint: KqlLint, write: Write, bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.kql", bad)
    assert kql_lint("check", "--output-format", "auto").stdout.startswith("a.kql:2:23: error KL101")

    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert kql_lint("check", "--output-format", "auto").stdout.startswith("::error title=KL101 ")
    assert kql_lint("check", "--output-format", "auto", "--statistics").stdout.startswith("1  error    KL101")
    assert kql_lint("check").stdout.startswith("a.kql:2:23: error KL101")


def test_links_lead_to_the_commit_of_the_pipeline() -> None:
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "abc"}
    gitlab = {"CI_PROJECT_URL": "https://gitlab.example/o/r", "CI_COMMIT_SHA": "abc"}

    assert repository_link(github) == "https://github.com/o/r/blob/abc"
    assert repository_link(gitlab) == "https://gitlab.example/o/r/-/blob/abc"
    assert repository_link({"GITHUB_SHA": "abc"}) == repository_link({}) == ""
