"""Files of KQL: where one query ends and the next begins, and what a later one may use of an earlier one."""

from __future__ import annotations

import pytest

from kql_lint.diagnostic import Diagnostic, Edit, Severity
from kql_lint.hosts import HostedQuery, extract
from kql_lint.source import Source


def found(text: str) -> tuple[list[HostedQuery], list[Diagnostic]]:
    extraction = extract(Source("hunt.kql", text))
    assert extraction is not None
    return extraction.queries, extraction.diagnostics


def texts(text: str) -> list[str]:
    return [query.text for query in found(text)[0]]


ONE_QUERY = {
    "blank lines between pipes": "SigninLogs\n\n| where ResultType == 0\n\n\n| take 5\n",
    "a let, a blank line, the query": "let lookback = 7d;\n\nSigninLogs\n| where TimeGenerated > ago(lookback)",
    "lets and a closed query": "let a = 1;\n\nlet b = 2;\n\nSigninLogs | take b;\n\nAuditLogs | take a",
    "inside brackets": "SigninLogs\n| where ResultType in (\n\n  0,\n\n  50125\n\n)\n| count",
    "inside a function": "let Failed = (n:int) {\n\n  SigninLogs\n\n  | where ResultType > n\n\n};\n\nFailed(0)",
    "inside a multi-line string": "print Text = ```one\n\nSigninLogs\n\nlet a = 2```\n| extend n = 1",
    "inside the other multi-line string": "print Text = h~~~one\n\nSigninLogs~~~",
    "after a comma": "SigninLogs\n| project UserPrincipalName,\n\n  IPAddress",
    "after an operator of an expression": "SigninLogs\n| where ResultType ==\n\n 0 and\n\n  IPAddress != ''",
    "before an operator of an expression": "SigninLogs\n| where ResultType == 0\n\n  and IPAddress != ''\n\n  or true",
    "after a pipe operator's name": "SigninLogs\n| summarize\n\n  count()\n\n  by\n\n  IPAddress",
    "before asc": "SigninLogs\n| sort by TimeGenerated\n\n  asc",
    "after parameters": "SigninLogs\n| join kind=inner\n\n  AuditLogs\n\n  on CorrelationId",
    "after a union's parameters": "union isfuzzy=true withsource=Table\n\n  SigninLogs,\n\n  AuditLogs",
    "between the branches of a fork": "SigninLogs\n| fork (count)\n\n  (take 1)",
    "before the values of a datatable": "datatable (a:int)\n\n[ 1, 2 ]",
    "between comments": "// one\n\n// two\n\nSigninLogs // the table\n\n// filtered\n\n| take 5\n\n// the end\n\n",
    "a comment that looks like a query": "SigninLogs\n\n// AuditLogs | take 5\n\n| take 5",
    "after an escaped quote": 'SigninLogs\n| where a == "x \\" y",\n\n  b',
    "in a pattern of parse": "SigninLogs\n| parse Text with 'user='\n\n user 'ip=' ip",
    "a name that gets a value": "SigninLogs\n| extend a = 1\n\n  b = 2",
    "Windows line ends": "SigninLogs\r\n\r\n| take 5\r\n\r\n| count\r\n",
    "white space on the blank line": "SigninLogs\n \t \n| take 5",
    "a let that lacks its semicolon": "let a = 1\n\nSigninLogs | take a",
    "a bracketed index": "SigninLogs\n| extend a = Location\n\n['city'].x",
}


@pytest.mark.parametrize("text", ONE_QUERY.values(), ids=ONE_QUERY.keys())
def test_a_blank_line_within_a_query(text: str) -> None:
    queries, diagnostics = found(text)

    assert [query.text for query in queries] == [text]
    assert queries[0].map.span(0, len(text)) == (0, len(text))
    assert diagnostics == []


SEVERAL = {
    "tables": ("SigninLogs\n| take 5\n\nAuditLogs\n| take 5\n", ["SigninLogs\n| take 5", "AuditLogs\n| take 5\n"]),
    "lone names": ("SigninLogs\n\nAuditLogs", ["SigninLogs", "AuditLogs"]),
    "comments go with what follows them": (
        "SigninLogs\n// of the first\n\n// of the second\n\n// too\nAuditLogs",
        ["SigninLogs\n// of the first", "// of the second\n\n// too\nAuditLogs"],
    ),
    "a table with a comment after its name": (
        "SigninLogs | count\n\nAuditLogs\n// newest and oldest in one\n| count",
        ["SigninLogs | count", "AuditLogs\n// newest and oldest in one\n| count"],
    ),
    "lets of their own": (
        "let n = 1;\nSigninLogs | take n\n\nlet n = 2;\n\nAuditLogs | take n",
        ["let n = 1;\nSigninLogs | take n", "let n = 2;\n\nAuditLogs | take n"],
    ),
    "other beginnings": (
        "union *\n\nsearch 'x'\n\nfind in (A, B) where c == 1\n\nfind in (C) where d\n\n"
        "print a = 1\n\nrange x from 1 to 2 step 1",
        [
            "union *",
            "search 'x'",
            "find in (A, B) where c == 1",
            "find in (C) where d",
            "print a = 1",
            "range x from 1 to 2 step 1",
        ],
    ),
    "a quoted name": (
        "SigninLogs | count\n\n['My Table_CL']\n| count",
        ["SigninLogs | count", "['My Table_CL']\n| count"],
    ),
    "brackets": ("SigninLogs | take 1\n\n(AuditLogs | take 1)", ["SigninLogs | take 1", "(AuditLogs | take 1)"]),
    "names with a star": (
        "union Device*\n\nSigninLogs | project-away Re*\n\nAuditLogs",
        ["union Device*", "SigninLogs | project-away Re*", "AuditLogs"],
    ),
    "the last captures of a parse": (
        "SigninLogs | parse Text with 'a=' a 'b=' b\n\nAuditLogs | take 1",
        ["SigninLogs | parse Text with 'a=' a 'b=' b", "AuditLogs | take 1"],
    ),
    "management commands": (".show tables\n\nSigninLogs | take 1", [".show tables", "SigninLogs | take 1"]),
    "Windows line ends": ("SigninLogs\r\n| take 5\r\n\r\nAuditLogs\r\n", ["SigninLogs\r\n| take 5", "AuditLogs\r\n"]),
    "old Mac line ends": ("SigninLogs\r| take 5\r\rAuditLogs", ["SigninLogs\r| take 5", "AuditLogs"]),
}


@pytest.mark.parametrize(("text", "expected"), SEVERAL.values(), ids=SEVERAL.keys())
def test_blank_lines_between_queries(text: str, expected: list[str]) -> None:
    queries, diagnostics = found(text)

    assert [query.text for query in queries] == expected
    assert [text[slice(*query.map.span(0, len(query.text)))] for query in queries] == expected
    assert [diagnostic.code for diagnostic in diagnostics] == ["KL006"]


def test_several_queries_are_said_once_at_the_second() -> None:
    text = "SigninLogs\n| take 5 // newest\n\n// next\nAuditLogs\n\nHeartbeat\n"

    (diagnostic,) = found(text)[1]

    assert (diagnostic.name, diagnostic.severity) == ("several-queries", Severity.INFO)
    assert text[diagnostic.start : diagnostic.end] == "AuditLogs"
    assert diagnostic.message == (
        "3 queries in this file have only blank lines between them; each is linted on its own"
    )
    (fix,) = diagnostic.fixes
    assert fix.safety == "safe"
    assert applied(text, fix.edits) == "SigninLogs\n| take 5; // newest\n\n// next\nAuditLogs;\n\nHeartbeat\n"


def applied(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_semicolons_are_no_fix_where_a_name_would_be_declared_twice() -> None:
    (diagnostic,) = found("let n = 1;\nSigninLogs | take n\n\nlet n = 2;\nAuditLogs | take n")[1]

    assert diagnostic.fixes == ()


class TestPreamble:
    def test_a_later_query_has_the_lets_it_names_and_what_these_name(self) -> None:
        text = (
            "let days = 7d;\nlet unused = 1;\nlet recent = SigninLogs | where TimeGenerated > ago(days);\n"
            "recent | count\n\nrecent\n| where ResultType == 0"
        )

        first, second = found(text)[0]

        assert first.preamble == 0
        preamble = "let days = 7d;\nlet recent = SigninLogs | where TimeGenerated > ago(days);\n"
        assert second.text == preamble + "recent\n| where ResultType == 0"
        assert second.preamble == len(preamble)
        assert text[slice(*second.map.span(preamble.index("recent"), preamble.index("recent") + 6))] == "recent"
        where = second.text.rindex("where")
        assert second.map.span(where, where + 5) == (text.rindex("where"), text.rindex("where") + 5)

    def test_its_own_let_counts(self) -> None:
        text = "let n = 1;\nSigninLogs | take n\n\nlet n = 2;\nAuditLogs | take n"

        assert texts(text)[1] == "let n = 2;\nAuditLogs | take n"

    def test_of_two_lets_the_later_counts(self) -> None:
        text = "let n = 1;\nA | take n\n\nlet n = 2;\nB | take n\n\nC | take n"

        assert texts(text)[2] == "let n = 2;\nC | take n"

    def test_a_column_of_that_name_is_none_of_it(self) -> None:
        text = "let Failed = 1;\nA | take Failed\n\nB | extend Failed = 2 | where Failed > 1"

        assert texts(text)[1] == "B | extend Failed = 2 | where Failed > 1"

    def test_a_let_that_hides_a_table_is_for_its_own_query(self) -> None:
        text = "let SigninLogs = SigninLogs | project a;\nSigninLogs\n\nSigninLogs | where b == 1"

        assert texts(text)[1] == "SigninLogs | where b == 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no query found in this file: it is empty"),
        (" \r\n\n", "no query found in this file: it is empty"),
        ("\ufeff \u200b\n\n \u200b", "no query found in this file: it has comments only"),
        ("#connect cluster('help')\n", "no query found in this file: it has comments only"),
        ("// to be written\n\n// SigninLogs | take 5\n", "no query found in this file: it has comments only"),
    ],
)
def test_no_query_at_all(text: str, message: str) -> None:
    queries, diagnostics = found(text)

    assert queries == []
    assert diagnostics == [Diagnostic("KL004", "no-query-found", Severity.WARNING, message, 0, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("let a = 1;\nprint a\n\nprint a", [{"a"}, set()]),
        ("let a = 1;\nprint 0\n\nlet b = a;\nprint b\n\nprint b", [{"a"}, {"b"}, set()]),
        ("let a = 1;\nprint 0\n\nprint 1\n\nprint a", [{"a"}, set(), set()]),
        # A block that declares the name means its own.
        ("let a = 1;\nprint a\n\nlet a = 2;\nprint a", [set(), set()]),
        ("let a = 1;\nprint a\n\nlet a = 2;\nprint a\n\nprint a", [set(), {"a"}, set()]),
        ("let a = 1;\nprint a\n\nprint aa", [set(), set()]),
        ("print 0\n\nlet a = 1;\nprint a", [set(), set()]),
        ("let a = 1;\nprint a", [set()]),
    ],
)
def test_lets_that_later_blocks_use(text: str, expected: list[set[str]]) -> None:
    assert [query.used_elsewhere for query in found(text)[0]] == expected
