"""Nothing is silently green: what was not read is said, and so is what is known and not reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[[str, str | bytes], Path]

QUERY = "SigninLogs\n| where ResultType == 0\n| take 5\n"
TREE = "rules/\n  first.md\n  second.md\n"


@pytest.fixture
def hunting(write: Write) -> None:
    """A repository of Markdown: blocks that name no language, and one of them is a listing."""
    write("README.md", f"# Hunts\n\n```\n{TREE}```\n\n```bash\nmake\n```\n")
    write("first.md", f"# First\n\n```\n{QUERY}```\n")
    write("second.md", f"# Second\n\n~~~ sql\nSELECT 1\n~~~\n\n```KQL\n{QUERY}```\n\n```text\nno output\n```\n")


@pytest.mark.usefixtures("hunting")
def test_code_blocks_that_were_not_read_are_said_with_their_places(kql_lint: Call) -> None:
    result = kql_lint("check")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "No findings in 3 files (2 queries). 3 code blocks are not plainly KQL and are not read: "
        '1 without a language (README.md:3), 1 in "sql" (second.md:3) and 1 in "text" (second.md:13).\n'
    )
    assert kql_lint("check").stdout == result.stdout, "the same from the cache"
    assert kql_lint("check", "-q").stdout == ""


def test_many_code_blocks_are_counted(kql_lint: Call, write: Write) -> None:
    write("a.md", f"```kql\n{QUERY}```\n" + f"```\n{TREE}```\n" * 5)

    assert kql_lint("check").stdout == (
        "No findings in 1 file (1 query). 5 code blocks are not plainly KQL and are not read: "
        "5 without a language (a.md:6, a.md:11 and 3 more).\n"
    )


def test_a_repository_of_text_files_is_read_by_content(kql_lint: Call, write: Write) -> None:
    write("Parsers/Vendor", f"// Parser of a vendor\nlet parser = () {{ {QUERY} }};\nparser\n")
    write("Parsers/vendor.txt", 'DeviceEvents\n| where ActionType == "PnpDeviceConnectd"\n')
    write("Failed logons v1.2", QUERY)
    write("requirements.txt", "click>=8\nPyYAML\n")
    write("notes.txt", f"Find out who signed in:\n\n{QUERY}")
    write("LICENSE", "Permission is hereby granted, free of charge\n")
    write("picture", b"\x89PNG\r\n\x1a\n\0\0\0\xff\xfe| where")

    result = kql_lint("check", "--output-format", "concise")

    assert result.stdout == (
        'Parsers/vendor.txt:2:23: KL101 [error] unknown ActionType "PnpDeviceConnectd" for DeviceEvents; '
        'did you mean "PnpDeviceConnected"?\n'
        "Found 1 error in 1 of 3 files (3 queries).\n"
    )
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_run_without_any_query_says_what_was_seen_and_left_out(kql_lint: Call, write: Write) -> None:
    write("a.md", "nothing")
    write("b.md", "nothing")
    write("c.json", "{}")
    write("notes.txt", "nothing")
    write("tool.py", "QUERY = 'SigninLogs | take 5'")
    write("rules.docx", b"PK\3\4")
    write("build/a.kql", QUERY)
    write("old/b.kql", QUERY)
    write(".gitignore", "build/\n")

    result = kql_lint("check", "--exclude", "old/")

    assert result.exit_code == 0
    assert result.stdout == "No findings in 3 files (0 queries).\n"
    assert result.stderr == (
        "kql-lint: no query found in 3 files: 2 .md and 1 .json; not plainly KQL: 1 .txt; "
        "not read: 1 .docx, 1 .gitignore and 1 .py; left out by patterns: 2 .kql\n"
    )


def test_it_is_a_warning_of_services_as_well(kql_lint: Call, write: Write) -> None:
    write("a.md", "nothing")
    said = "no query found in 1 file: 1 .md"

    assert kql_lint("check", "--output-format", "github").stdout == (
        f"::warning title=kql-lint::{said}\nNo findings in 1 file (0 queries).\n"
    )
    assert kql_lint("check", "--output-format", "azure").stdout == (
        f"##vso[task.logissue type=warning]{said}\nNo findings in 1 file (0 queries).\n"
    )
    (run,) = json.loads(kql_lint("check", "--output-format", "sarif").stdout)["runs"]
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [{"level": "warning", "message": {"text": said}}],
        }
    ]


def test_where_every_file_has_a_finding_that_tells_why(kql_lint: Call, write: Write) -> None:
    write("a.kql", "// later\n")

    result = kql_lint("check", "--output-format", "concise")

    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("a.kql:1:1: KL004 [warning] no query found in this file: it has comments only\n")


def test_an_editor_is_not_told(kql_lint: Call) -> None:
    result = kql_lint("check", "-", "--stdin-filename", "a.md", stdin=b"nothing")

    assert (result.stdout, result.stderr) == ("No findings in 1 file (0 queries).\n", "")


def test_what_is_suppressed_or_in_the_baseline_is_counted(kql_lint: Call, write: Write) -> None:
    bad = 'DeviceEvents\n| where ActionType == "PnpDeviceConnectd"'
    write("old.kql", bad)
    assert kql_lint("check", "--write-baseline", "known.json", "old.kql").exit_code == 0
    # A name that a query reads twice is one finding, and so is what holds it back.
    write("new.kql", "// kql-lint: disable-file=unknown-column\nDeviceEvents\n| where Nam == 1\n| extend a = Nam\n")
    write("newer.kql", f"{bad} // kql-lint: disable-line=KL101\n")

    result = kql_lint("check", "--baseline", "known.json", "old.kql", "new.kql", "newer.kql")
    only = kql_lint("check", "newer.kql")
    ignored = kql_lint("check", "new.kql", "newer.kql", "--ignore", "KL101")

    assert result.stdout == ("No findings in 3 files (3 queries). 2 findings are suppressed, 1 in the baseline.\n")
    assert only.stdout == "No findings in 1 file (1 query). 1 finding is suppressed.\n"
    assert ignored.stdout == "No findings in 2 files (2 queries). 1 finding is suppressed.\n"


def test_endings_of_the_users_are_read_as_what_they_are_called(kql_lint: Call, write: Write) -> None:
    write("rules/a.txt", "DeviceEvents\n")
    write("rules/b.query", "DeviceEvents | where DeviceNam == 1\n")
    write("rules/c.KQL.j2", "DeviceEvents | where DeviceName == {{name}}\n")
    write("rules/README", "```kql\nDeviceEvents\n```\n")
    write("rules/.kql-lint.toml", 'extensions = {".txt" = "kql", query = "kql", "kql.j2" = "kql", "" = "markdown"}\n')
    write("other/b.query", "DeviceEvents | where Nam == 1\n")

    result = kql_lint("check", "--output-format", "concise")

    finding = 'KL201 [error] unknown column "DeviceNam"; did you mean "DeviceName"?'
    assert result.stdout == f"rules/b.query:1:22: {finding}\nFound 1 error in 1 of 4 files (4 queries).\n"
