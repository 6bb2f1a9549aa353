"""Fenced queries in Markdown, wherever a fence may lie."""

from __future__ import annotations

import pytest

from kql_lint.hosts import Extraction, HostOptions, extract
from kql_lint.runner.lint import Options, lint_file
from kql_lint.source import Source


def texts(text: str) -> list[str]:
    extraction = extract(Source("README.MD", text))
    assert extraction is not None
    assert extraction.diagnostics == []
    for query in extraction.queries:
        assert query.kind == "markdown"
        for at, char in enumerate(query.text):
            assert text[slice(*query.map.span(at, at + 1))] == char
    return [query.text for query in extraction.queries]


@pytest.mark.parametrize(
    "info",
    ["kql", "KQL", "kusto", " Kusto ", "kql title=x", "{.kql}", "{ .kusto .numberLines }", "kql{1,3}", "kql,ignore"],
)
def test_the_language(info: str) -> None:
    assert texts(f"# Hunt\n\n```{info}\nSigninLogs\n| take 5\n```\n") == ["SigninLogs\n| take 5\n"]


@pytest.mark.parametrize("info", ["", "sql", "kqlx", "kql-test", "python kql", "json"])
def test_other_languages(info: str) -> None:
    assert texts(f"```{info}\nSigninLogs\n```\n") == []


@pytest.mark.parametrize("info", ["", "sql", "text", "kusto-query", "{.query}"])
def test_fences_of_another_language_or_none_are_read_where_they_are_plainly_kql(info: str) -> None:
    text = f"# Hunt\n\n```{info}\nSigninLogs\n| where ResultType == 0\n```\n\n```{info}\nsee SigninLogs\n```\n"

    assert texts(text) == ["SigninLogs\n| where ResultType == 0\n"]


def test_what_nobody_marked_gets_its_findings_at_its_place() -> None:
    text = "> ```\n> SigninLogs\n> | where Nothing == 1\n> ```\n"

    report = lint_file("a.md", Options(), lambda path: Source(path, text))

    (finding,) = report.findings
    assert finding.diagnostic.code == "KL201"
    assert text[finding.span.start : finding.span.end] == "Nothing"


@pytest.mark.parametrize("info", ["bash", "powershell", "splunk", "python", "json", "esql"])
def test_languages_whose_pipes_look_like_those_of_kql_are_left_alone(info: str) -> None:
    assert texts(f"```{info}\nSigninLogs\n| where ResultType == 0\n```\n") == []


def test_fences_without_a_language_can_be_asked_for() -> None:
    text = "```\nSigninLogs\n```\n\n```sql\nSigninLogs\n```\n"

    extraction = extract(Source("a.md", text), HostOptions(fences=("kql", "")))

    assert extraction is not None
    assert [query.text for query in extraction.queries] == ["SigninLogs\n"]


FENCES = {
    "several": ("```kql\nA\n```\ntext\n```kusto\nB\n```\n", ["A\n", "B\n"]),
    "tildes": ("~~~kql\nA\n```\n~~~~\n", ["A\n```\n"]),
    "longer": ("````kql\nA\n```\n````\n", ["A\n```\n"]),
    "never closed": ("```kql\nA\n| take 1", ["A\n| take 1"]),
    "Windows line ends": ("```kql\r\nA\r\n| take 1\r\n```\r\n", ["A\r\n| take 1\r\n"]),
    "indented": ("  ```kql\n  A\n    | x\n | y\n  ```\n", ["A\n  | x\n| y\n"]),
    "indented code shows a fence": ("    ```kql\n    A\n    ```\n", []),
    "in another language's fence": ("````markdown\n```kql\nA\n```\n````\n", []),
    "closed by no text": ("```kql\nA\n``` x\n```\n", ["A\n``` x\n"]),
    "a backtick in the info": ("```kql `x`\nA\n```\n", []),
    "in a quote": ("> ```kql\n> A\n>\n>   | x\n>B\n> ```\n", ["A\n\n  | x\nB\n"]),
    "a quote that ends": ("> ```kql\n> A\nB\n\n```kql\nC\n```\n", ["A\n", "C\n"]),
    "in a list": ("1. Look:\n\n   ```kql\n   A\n\n   | x\n   ```\n2. Done\n", ["A\n\n| x\n"]),
    "on a list's line": ("- ```kql\n  A\n  ```\n", ["A\n"]),
    "deep": ("- a\n  - > 1) ```kql\n    >    A\n    >    ```\n", ["A\n"]),
    "a list that ends": ("- ```kql\n  A\nB\n\n```kql\nC\n```\n", ["A\n", "C\n"]),
    "with tabs": ("-\t```kql\n\tA\n\t| x\n\t```\n", ["A\n| x\n"]),
    "after a list": ("- one\n- two\n\n```kql\nA\n```\n", ["A\n"]),
    "beyond the basic plane": ("😀\n> ```kql\n> A | where x == 'é😀'\n> ```\n", ["A | where x == 'é😀'\n"]),
    "two queries in one": ("```kql\nA\n| take 1\n\nB\n```\n", ["A\n| take 1", "B\n"]),
    "nothing in it": ("```kql\n```\n```kql\n// later\n```\n", []),
    "a rule, then a list of nothing": ("- - -\n\n***\n```kql\nA\n```\n-\n", ["A\n"]),
}


@pytest.mark.parametrize(("text", "expected"), FENCES.values(), ids=FENCES.keys())
def test_fences(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def findings(text: str) -> list[tuple[str, str]]:
    """The text that each finding lies on, and its code."""
    report = lint_file("a.md", Options(), lambda path: Source(path, text))
    assert report.errors == []
    return [(text[one.span.start : one.span.end], one.diagnostic.code) for one in report.findings]


def test_a_part_of_a_query_is_checked_as_one_behind_a_table() -> None:
    text = (
        "Then:\n\n```kql\n// leave out our own\n| where Adress !in ('10.0.0.1')\n\n| summarize count() by Adress, Nme\n"
    )

    assert findings(text) == []
    assert findings(text.replace("!in", "not in")) == [("not", "KL001")]
    assert findings(text.replace("summarize", "summarise")) == [("summarise", "KL001")]
    assert findings("```kql\nlet n = 1;\n| where a == n\n```\n") == [("", "KL001")]


@pytest.mark.parametrize(
    "text",
    [
        "SigninLogs\n| where ResultType != 0\n...\n| summarize count() by UserPrincipalName\n",
        "SigninLogs\n| where ...\n| ...\n",
        "SigninLogs\n| where AppId == 'a' and (...) or UserId in (…)\n| project UserId, ...\n",
        "| where a == 1\n...\n",
        "let users = ...;\nusers | take 5\n",
        "<YourTable>\n| where TimeGenerated > ago(<timespan>) and [your conditions]\n| take <how many>\n",
    ],
)
def test_what_is_left_out_is_no_mistake(text: str) -> None:
    assert findings(f"```kql\n{text}```\n") == []


def test_what_is_around_what_is_left_out_is_checked() -> None:
    text = "SigninLogs\n| where UserNam == '<...>' and 1 <2 and ... // ...\n| where 5> 4 and <id> > 5\n"

    assert findings(f"```kql\n{text}```\n") == [("UserNam", "KL201")]


def test_fences_that_were_asked_for() -> None:
    text = "```KQL\nA\n```\n```azure-kql x=1\nB\n```\n```sql\nC\n```\n"

    found = extract(Source("a.md", text), HostOptions(fences=("azure-kql", "Sql")))
    assert found is not None

    assert [query.text for query in found.queries] == ["B\n", "C\n"]


def test_placeholders_are_holes() -> None:
    found = extract(Source("a.md", "```kql\nA\n| take {{ n }}\n\nB | take ${m}\n```\n"))
    assert found is not None

    assert [[query.text[start:end] for start, end in query.holes] for query in found.queries] == [["{{ n }}"], ["${m}"]]


def test_a_fence_of_several_queries_shares_its_lets() -> None:
    text = "> ```kql\n> let n = 1;\n> A | take n\n>\n> B | take n\n> ```\n"
    extraction = extract(Source("a.md", text))
    assert extraction is not None

    second = extraction.queries[1]

    assert second.text == "let n = 1;\nB | take n\n"
    assert text[slice(*second.map.span(second.preamble, second.preamble + 10))] == "B | take n"


@pytest.mark.parametrize("text", ["", "# Nothing to lint\n\nText, and `kql` inline.\n"])
def test_a_document_without_queries_is_fine(text: str) -> None:
    assert extract(Source("a.markdown", text)) == Extraction([], [])


WRONG_ENDS = {
    "behind the code of the last line": (
        "```kql\nDeviceEvents\n| where Foo == 1\n| distinct DeviceName```\n\nSome prose | here\n\n"
        "```kql\nDeviceInfo\n```\n",
        ["DeviceEvents\n| where Foo == 1\n| distinct DeviceName", "DeviceInfo\n"],
        [("```", 58, "this fence does not close; the closing fence must be on a line of its own")],
    ),
    "not at all, and the next one begins": (
        "```kql\nDeviceEvents\n| take 1\n\n```kql\nDeviceInfo\n```\n",
        ["DeviceEvents\n| take 1\n\n", "DeviceInfo\n"],
        [("```", 0, "this fence is not closed; the closing fence must be on a line of its own")],
    ),
    "a string of several lines": (
        "````kql\nprint x = ```\na b```\n````\n",
        ["print x = ```\na b```\n"],
        [],
    ),
    "a string in one line": ("~~~kql\nprint strcat(```a```)\n~~~\n", ["print strcat(```a```)\n"], []),
    "a fence of another language": (
        "```sql\nSELECT 1```\n```\n\n```kql\nDeviceInfo\n```\n",
        ["DeviceInfo\n"],
        [],
    ),
}


@pytest.mark.parametrize(("text", "queries", "said"), WRONG_ENDS.values(), ids=WRONG_ENDS)
def test_a_fence_that_ends_wrongly_is_said_and_its_query_read(
    text: str, queries: list[str], said: list[tuple[str, int, str]]
) -> None:
    found = extract(Source("a.md", text))
    assert found is not None
    assert [query.text for query in found.queries] == queries
    assert [(text[one.start : one.end], one.start, one.message) for one in found.diagnostics] == said
    assert {(one.code, one.severity.label) for one in found.diagnostics} <= {("KL001", "error")}
