"""Outline, folding and selection of a file: what lies where, as a person would see it."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.language.folding import foldings
from kql_lint.language.outline import OutlineItem, flattened, outline
from kql_lint.language.selection import selections
from tests.marks import marked, opened


def shown(path: str, text: str) -> list[str]:
    """The outline, an entry a line, indented."""

    def lines(items: list[OutlineItem], depth: int) -> list[str]:
        found: list[str] = []
        for item in items:
            found.append("  " * depth + f"{item.kind} {item.name} {item.detail}".rstrip())
            found += lines(item.children, depth + 1)
        return found

    return lines(outline(opened(path, text)), 0)


QUERY = """\
let since = 1d;
let f = (days:int, T:(UserId:string)) {
    let inner = 5;
    T
    | extend A = days, B = inner
};
// one
// two
SigninLogs
| where (TimeGenerated > ago(since))
| join kind=inner (
    AuditLogs
    | extend X = 1
) on Id
| summarize count(), Total = dcount(UserId) by bin(TimeGenerated, 1h)
"""

RULE = """\
id: 2c5d4f1e-0f4e-4a52-8f7e-0d6a54b1a001
name: Sign-ins
kind: Scheduled
severity: High
query: |
  let x = 1;
  SigninLogs
  | extend Y = x
tactics: []
"""


def test_functions_that_commands_create_have_what_is_in_their_bodies() -> None:
    text = (
        "// Ours.\n.create-or-alter function with (folder = 'x') Recent(since: timespan) {\n"
        "  DeviceEvents\n  | where Timestamp > ago(since)\n  | extend Who = DeviceName\n}\n\n"
        ".create function All() {\n  Recent(1d)\n}\n"
    )
    assert shown("a.kql", text) == [
        "function Recent (since: timespan)",
        "  parameter since timespan",
        "  column Who",
        "function All ()",
    ]


class TestOutline:
    def test_statements_with_what_they_declare(self) -> None:
        assert shown("query.kql", QUERY) == [
            "let since",
            "function f (days:int, T:(UserId:string))",
            "  parameter days int",
            "  parameter T (UserId:string)",
            "    column UserId",
            "  let inner",
            "  column A",
            "  column B",
            "query SigninLogs | where (TimeGenerated > ago(since)) | join kind…",
            "  column X",
            "  column count_",
            "  column Total",
        ]

    def test_a_rule_its_query_and_what_that_declares(self) -> None:
        assert shown("rule.yaml", RULE) == [
            "rule Sign-ins",
            "  query query",
            "    let x",
            "    query SigninLogs | extend Y = x",
            "      column Y",
        ]

    def test_a_template_of_two_rules(self) -> None:
        def rule(name: str) -> dict[str, object]:
            kind = "Microsoft.OperationalInsights/workspaces/providers/alertRules"
            return {"type": kind, "kind": "Scheduled", "properties": {"query": "T\n| take 1", "displayName": name}}

        text = json.dumps({"$schema": "x/deploymentTemplate.json#", "resources": [rule("One"), rule("Two")]}, indent=2)
        found = outline(opened("template.json", text))

        assert shown("template.json", text) == [
            *("rule One", "  query query", "    query T | take 1"),
            *("rule Two", "  query query", "    query T | take 1"),
        ]
        assert [text[item.name_start : item.name_end] for item in found] == ["One", "Two"]
        assert text[found[0].start : found[0].end] == 'T\\n| take 1",\n        "displayName": "One'

    def test_fences_of_markdown_are_called_by_their_first_lines(self) -> None:
        text = "# Hunt\n\n```kql\nSigninLogs\n| take 1\n```\n\n```kql\nlet x = 1;\nprint x\n```\n"
        assert shown("hunt.md", text) == [
            *("query SigninLogs", "  query SigninLogs | take 1"),
            *("query let x = 1;", "  let x", "  query print x"),
        ]

    def test_blocks_of_a_file_have_their_lets_once(self) -> None:
        first = "let since = 1d;\nSigninLogs\n| where TimeGenerated > ago(since)\n\n"
        assert shown("query.kql", first + "AuditLogs\n| where TimeGenerated > ago(since)\n") == [
            "let since",
            "query SigninLogs | where TimeGenerated > ago(since)",
            "query AuditLogs | where TimeGenerated > ago(since)",
        ]


class TestFolding:
    def test_statements_pipelines_brackets_and_comments(self) -> None:
        file = opened("query.kql", QUERY)
        lines = [
            (one.kind, file.source.position(one.start)[0], file.source.position(one.end)[0]) for one in foldings(file)
        ]
        assert lines == [
            ("code", 2, 6),  # the function
            ("code", 4, 5),  # its pipeline
            ("comment", 7, 8),
            ("code", 9, 15),  # the query
            ("code", 11, 14),  # the join
            ("code", 12, 13),  # the pipeline in it
        ]

    def test_a_string_of_several_lines(self) -> None:
        file = opened("query.kql", "print x = ```a\nb\nc```\n| take 1")
        found = [file.source.text[one.start : one.end] for one in foldings(file)]
        assert found == ["print x = ```a\nb\nc```\n| take 1", "```a\nb\nc```"]

    def test_a_query_on_one_line_of_json_has_nothing_to_fold(self) -> None:
        rule = {"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Scheduled"}
        text = json.dumps({**rule, "properties": {"query": "T\n| where (\nX == 1)\n| take 1"}})
        assert foldings(opened("template.json", text)) == []


def selected(path: str, text: str) -> list[str]:
    plain, cursor, _ = marked(text)
    return [plain[start:end] for start, end in selections(opened(path, plain), cursor)]


class TestSelection:
    def test_from_the_word_to_the_file(self) -> None:
        text = "let x = 1;\nSigninLogs\n| where (RiskScore + x§ > 5) and UserId != ''\n| take 1\n"
        assert selected("query.kql", text) == [
            "x",
            "RiskScore + x",
            "RiskScore + x > 5",
            "(RiskScore + x > 5)",
            "(RiskScore + x > 5) and UserId != ''",
            "where (RiskScore + x > 5) and UserId != ''",
            "SigninLogs\n| where (RiskScore + x > 5) and UserId != ''\n| take 1",
            "let x = 1;\nSigninLogs\n| where (RiskScore + x > 5) and UserId != ''\n| take 1",
            "let x = 1;\nSigninLogs\n| where (RiskScore + x > 5) and UserId != ''\n| take 1\n",
        ]

    def test_in_a_rule(self) -> None:
        text = RULE.replace("Y =", "Y§ =")
        found = selected("rule.yaml", text)
        assert found[:4] == ["Y", "Y = x", "extend Y = x", "SigninLogs\n  | extend Y = x"]
        assert found[-2:] == [RULE[RULE.index("Sign-ins") : RULE.index("\ntactics")], RULE]

    def test_an_operator_that_ends_with_a_bracket(self) -> None:
        assert "where (UserId == '')" in selected("query.kql", "SigninLogs\n| where (UserId§ == '')\n| take 1")


PARTS = (
    "let f = (a:long) { T | extend Y = (a) };",
    "T\n| where (X == 1\n) and [",
    "// c\n// d\n",
    "'",
    "/* a\nb */",
    ";\n",
    "}",
)


@settings(max_examples=80)
@given(st.lists(st.sampled_from(PARTS), max_size=6), st.sampled_from(("q.kql", "q.md", "q.yaml")), st.data())
def test_all_lies_in_the_text_and_nests(parts: list[str], path: str, data: st.DataObject) -> None:
    query = "".join(parts)
    head = {"q.md": "```kql\n", "q.yaml": "name: x\nkind: Scheduled\nquery: |\n  "}.get(path, "")
    text = head + (query.replace("\n", "\n  ") if path == "q.yaml" else query)
    file = opened(path, text)
    for item in flattened(outline(file)):
        assert 0 <= item.start <= item.name_start < item.name_end <= item.end <= len(text)
        assert all(item.start <= child.start and child.end <= item.end for child in item.children)
    for one in foldings(file):
        assert 0 <= one.start < one.end <= len(text)
    place = data.draw(st.integers(0, len(text)))
    chain = selections(file, place)
    assert chain[-1] == (0, len(text))
    assert all(start <= place <= end for start, end in chain)
    nested = pairwise(chain)
    assert all(outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer for inner, outer in nested)
