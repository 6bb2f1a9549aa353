"""The formats of GitHub Actions, Azure Pipelines and GitLab: whole outputs, and what a reader of them gets back."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.diagnostic import Severity
from kql_lint.output import Style
from kql_lint.output.azure import Azure
from kql_lint.output.github import GitHub
from kql_lint.output.gitlab import GitLab
from kql_lint.output.paths import Paths
from kql_lint.printable import escaped
from kql_lint.runner import FileReport

from .example import assert_shows, one, reports, written

GONE = ("rules/gone: no such file or directory",)
REPO = Paths("/repo")


def test_github_annotates(project: Path) -> None:
    assert written(GitHub(Style()), reports(), GONE) == (
        "::error title=KL104 field-not-in-action-type,file=rules/listener.kql,line=4,col=32,endColumn=42::"
        "rules/listener.kql:4:31: KL104 RemotePort is not recorded for ListeningConnectionCreated, so no row passes "
        "this filter%0Ait is recorded for ConnectionSuccess and ConnectionFailed\n"
        "::error title=KL101 unknown-action-type,file=rules/Löschen & mehr/typo.yaml,line=4,col=25,endColumn=40::"
        'rules/Löschen & mehr/typo.yaml:4:25: KL101 unknown ActionType "ProcessCreatd" for DeviceProcessEvents; did '
        'you mean "ProcessCreated"?\n'
        "::warning title=KL305 isnull-on-string,file=rules/Löschen & mehr/typo.yaml,line=5,col=31,endColumn=40::"
        "rules/Löschen & mehr/typo.yaml:5:31: KL305 isnotnull() is always true for a string; write isnotempty()\n"
        "::notice title=KL006 several-queries,file=rules/Löschen & mehr/typo.yaml,line=1,col=1,endColumn=5::"
        "rules/Löschen & mehr/typo.yaml:1:1: KL006 a note: [a](b) `c` 50%25\n"
        "::error title=KL005 unreadable-file,file=rules/broken.kql,line=3::"
        "rules/broken.kql:3:7: KL005 is not UTF-8\n"
        "::error title=kql-lint,file=rules/failed.kql::"
        "rules/failed.kql: internal error: ValueError: x: y, 10%25 at kql_lint.a:1 (b)\n"
        "::error title=kql-lint::rules/gone: no such file or directory\n"
        "Found 3 errors, 1 warning and 1 note in 3 of 5 files (3 queries). 1 file could not be linted.\n"
    )


def test_github_gets_no_columns_for_several_lines() -> None:
    text = written(GitHub(Style(quiet=True), REPO), [one("T |\n  Odd\n| x", "T |\n  Odd", path="/repo/a.kql")])

    assert text == "::error title=KL201 unknown-column,file=a.kql,line=1,endLine=2::a.kql:1:1: KL201 odd\n"


def many(*severities: Severity) -> list[FileReport]:
    return [
        one("T | Odd", "Odd", f"number {number}", path="/repo/a.kql", severity=severity)
        for number, severity in enumerate(severities)
    ]


def test_errors_have_annotations_however_many_notes_come_first() -> None:
    those = many(*[Severity.INFO] * 12, *[Severity.ERROR] * 11, *[Severity.WARNING] * 10)

    lines = written(GitHub(Style(quiet=True), REPO), those).splitlines()

    kinds = [line.split(" ")[0] for line in lines]
    assert [kinds.count(kind) for kind in ("::error", "::warning", "::notice")] == [10, 10, 10]
    # What has no annotation is in the log.
    assert [line for line in lines if not line.startswith("::")] == [
        "notice a.kql:1:5: KL201 number 10",
        "notice a.kql:1:5: KL201 number 11",
        "error a.kql:1:5: KL201 number 22",
        "notice a.kql:1:5: KL201 number 9",  # it gave its place to the last line
    ]
    assert lines[-1] == (
        "::notice title=kql-lint::4 findings have no annotation, since a step can have only 10 of each kind; the log "
        "of this step has them all"
    )


def test_ten_notes_are_all_annotated() -> None:
    lines = written(GitHub(Style(quiet=True), REPO), many(*[Severity.INFO] * 10)).splitlines()

    assert [line.rpartition(" ")[2] for line in lines] == [str(number) for number in range(10)]
    assert all(line.startswith("::notice ") for line in lines)


def github_command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found is not None
    pairs = (pair.split("=", 1) for pair in found[2].split(","))
    return found[1], {name: unescaped(value, github=True) for name, value in pairs}, unescaped(found[3], github=False)


def unescaped(text: str, *, github: bool) -> str:
    signs = {"%0D": "\r", "%0A": "\n"} | ({"%3A": ":", "%2C": ","} if github else {})
    for sign, char in signs.items():
        text = text.replace(sign, char)
    return text.replace("%25", "%")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text("%:,;]\r\n0253ABD", max_size=12)


@settings(max_examples=80, deadline=None)
@given(message=TEXTS, name=TEXTS)
def test_the_runner_of_github_gets_back_what_was_said(message: str, name: str) -> None:
    path = "/repo/x" + name.replace("\0", "").replace("/", "") + ".kql"

    (line, rest) = written(GitHub(Style(quiet=True), REPO), [one("T | Odd", "Odd", message, path=path)]).split("\n", 1)

    kind, properties, said = github_command(line)
    assert rest == ""
    assert kind == "error"
    assert_shows(properties["file"], path.removeprefix("/repo/"))
    end = f":1:5: KL201 {escaped(message)}"
    assert said.endswith(end)
    assert_shows(said.removesuffix(end), path.removeprefix("/repo/"))
    assert "\n" not in said


@pytest.mark.parametrize("message", ["::set-output name=x::y", "a\n::error::b"])
def test_a_line_of_the_log_is_no_command(message: str) -> None:
    those = many(*[Severity.ERROR] * 10)

    text = written(GitHub(Style(quiet=True), REPO), [*those, one("T | Odd", "Odd", message, path="/repo/::x.kql")])

    assert len(text.splitlines()) == 12
    assert text.splitlines()[10].startswith("error ::x.kql:1:5: KL201 ")


def test_azure_logs_issues(project: Path) -> None:
    folder = os.fspath(project / "rules")
    assert written(Azure(Style()), reports(), GONE) == (
        f"##vso[task.logissue type=error;sourcepath={folder}/listener.kql;linenumber=4;columnnumber=32;code=KL104]"
        "RemotePort is not recorded for ListeningConnectionCreated, so no row passes this filter%0Ait is recorded for "
        "ConnectionSuccess and ConnectionFailed\n"
        f"##vso[task.logissue type=error;sourcepath={folder}/Löschen & mehr/typo.yaml;linenumber=4;columnnumber=25;"
        'code=KL101]unknown ActionType "ProcessCreatd" for DeviceProcessEvents; did you mean "ProcessCreated"?\n'
        f"##vso[task.logissue type=warning;sourcepath={folder}/Löschen & mehr/typo.yaml;linenumber=5;columnnumber=31;"
        "code=KL305]isnotnull() is always true for a string; write isnotempty()\n"
        "rules/Löschen & mehr/typo.yaml:1:1: KL006 [info] a note: [a](b) `c` 50%\n"
        f"##vso[task.logissue type=error;sourcepath={folder}/broken.kql;linenumber=3;columnnumber=7;code=KL005]"
        "is not UTF-8\n"
        f"##vso[task.logissue type=error;sourcepath={folder}/failed.kql;linenumber=1;columnnumber=1;code=kql-lint]"
        "internal error: ValueError: x: y, 10%AZP25 at kql_lint.a:1 (b)\n"
        "##vso[task.logissue type=error]rules/gone: no such file or directory\n"
        "Found 3 errors, 1 warning and 1 note in 3 of 5 files (3 queries). 1 file could not be linted.\n"
        "##vso[task.complete result=SucceededWithIssues]"
        "Found 3 errors, 1 warning and 1 note in 3 of 5 files (3 queries). 1 file could not be linted.\n"
    )


def test_a_step_of_azure_with_notes_alone_succeeds() -> None:
    text = written(Azure(Style(quiet=True), REPO), many(Severity.INFO))

    assert text == "a.kql:1:5: KL201 [info] number 0\n"


def azure_command(line: str) -> tuple[dict[str, str], str]:
    """A logging command as the agent reads it: up to the first bracket, then split at the semicolons."""
    head, _, data = line.removeprefix("##vso[task.logissue ").partition("]")
    pairs = (pair.split("=", 1) for pair in head.split(";"))
    return {name: from_azure(value) for name, value in pairs}, from_azure(data)


def from_azure(text: str) -> str:
    for sign, char in {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}.items():
        text = text.replace(sign, char)
    return text


@settings(max_examples=80, deadline=None)
@given(message=TEXTS, name=TEXTS)
def test_the_agent_of_azure_gets_back_what_was_said(message: str, name: str) -> None:
    path = "/repo/x" + name.replace("\0", "").replace("/", "") + ".kql"

    (line, rest) = written(Azure(Style(quiet=True), REPO), [one("T | Odd", "Odd", message, path=path)]).split("\n", 1)

    properties, said = azure_command(line)
    assert rest.startswith("##vso[task.complete ")
    assert_shows(properties["sourcepath"], path)
    assert said == escaped(message)


def test_gitlab_gets_issues(project: Path) -> None:
    text = written(GitLab(), reports(), GONE)

    issues = json.loads(text)
    marks = [issue.pop("fingerprint") for issue in issues]
    assert len(set(marks)) == len(marks) == 7
    typo = "rules/Löschen & mehr/typo.yaml"
    assert issues == [
        {
            "description": "KL104 RemotePort is not recorded for ListeningConnectionCreated, so no row passes this "
            "filter",
            "check_name": "field-not-in-action-type",
            "severity": "major",
            "location": {"path": "rules/listener.kql", "lines": {"begin": 4, "end": 4}},
        },
        {
            "description": 'KL101 unknown ActionType "ProcessCreatd" for DeviceProcessEvents; did you mean '
            '"ProcessCreated"?',
            "check_name": "unknown-action-type",
            "severity": "major",
            "location": {"path": typo, "lines": {"begin": 4, "end": 4}},
        },
        {
            "description": "KL305 isnotnull() is always true for a string; write isnotempty()",
            "check_name": "isnull-on-string",
            "severity": "minor",
            "location": {"path": typo, "lines": {"begin": 5, "end": 5}},
        },
        {
            "description": "KL006 a note: [a](b) `c` 50%",
            "check_name": "several-queries",
            "severity": "info",
            "location": {"path": typo, "lines": {"begin": 1, "end": 1}},
        },
        {
            "description": "KL005 is not UTF-8",
            "check_name": "unreadable-file",
            "severity": "major",
            "location": {"path": "rules/broken.kql", "lines": {"begin": 3, "end": 3}},
        },
        {
            "description": "internal error: ValueError: x: y, 10% at kql_lint.a:1 (b)",
            "check_name": "kql-lint",
            "severity": "critical",
            "location": {"path": "rules/failed.kql", "lines": {"begin": 1}},
        },
        {
            "description": "rules/gone: no such file or directory",
            "check_name": "kql-lint",
            "severity": "critical",
            "location": {"path": ".", "lines": {"begin": 1}},
        },
    ]


def test_gitlab_knows_a_finding_again_that_moved() -> None:
    def mark(text: str) -> str:
        (issue,) = json.loads(written(GitLab(REPO), [one(text, "Odd", path="/repo/a.kql")]))
        return str(issue["fingerprint"])

    assert mark("T\n| where Odd") == mark("// new\nT\n|  where Odd")
    assert mark("T\n| where Odd") != mark("T\n| where Odd == 1")


def test_gitlab_gets_an_empty_array_for_no_findings() -> None:
    assert json.loads(written(GitLab(REPO), [FileReport("/repo/a.kql")])) == []
