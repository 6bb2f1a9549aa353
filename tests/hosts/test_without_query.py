"""What a file lacks, and what it only seems to lack: rules without a query, schemas, plans, queries of comments."""

from __future__ import annotations

import json

import pytest

from kql_lint.hosts import extract
from kql_lint.hosts.holes import find_holes, with_braced_code
from kql_lint.source import Source


def said(name: str, text: str) -> list[tuple[str, str]]:
    """The message of each KL004, and the text at its place."""
    found = extract(Source(name, text))
    assert found is not None
    assert {one.code for one in found.diagnostics} <= {"KL004"}
    return [(one.message, text[one.start : one.end]) for one in found.diagnostics]


NONE = 'no query found in the rule "Logons": it has no query'
COMMENTS = 'no query found in the rule "Logons": its query has comments only'


def test_a_rule_in_pascal_case_without_a_query() -> None:
    rule = {"DisplayName": "Logons", "Severity": "High", "QueryFrequency": "PT1H", "QueryPeriod": "PT1H"}

    assert said("a.json", json.dumps([rule])) == [(NONE, '"DisplayName"')]
    assert said("a.json", json.dumps({"Scheduled": [rule]})) == [(NONE, '"DisplayName"')]
    yaml = "Scheduled:\n  - DisplayName: Logons\n    QueryFrequency: PT1H\n    QueryPeriod: PT1H\n"
    assert said("a.yaml", yaml) == [(NONE, "DisplayName")]
    assert said("a.yaml", yaml + "    Query: SigninLogs\n") == []


def test_a_rule_of_an_export_without_a_query() -> None:
    rule = {"displayName": "Logons", "severity": "High", "queryFrequency": "PT1H"}

    assert said("a.json", json.dumps([rule])) == [(NONE, '"displayName"')]
    for elsewhere in ({"kind": "Fusion"}, {"queryFile": "a.kql"}, {"kqlPath": "a.kql"}, {"rule": {"query": 1}}):
        assert said("a.json", json.dumps([{**rule, **elsewhere}])) == []


SCHEMA = {
    "type": "object",
    "properties": {
        "displayName": {"type": "string"},
        "query": {"type": "string", "description": "KQL"},
        "queryFrequency": {"type": "string"},
        "QueryFrequency": {"type": "string"},
        "severity": {"enum": ["High", "Low"]},
        "tactics": {"type": "array", "items": {"type": "string"}},
    },
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **SCHEMA})),
        ("a.json", json.dumps({"inputs": {"schema": SCHEMA, "content": "@body('Query')"}, "type": "ParseJson"})),
        ("a.json", json.dumps({"properties": {"query": {"$ref": "#/definitions/query"}, "queryPeriod": {}}})),
        (
            "openapi.yaml",
            "components:\n  schemas:\n    Rule:\n      properties:\n        query: {type: string}\n"
            "        queryFrequency: {type: string}\n        severity:\n          type: string\n"
            "        tactics:\n          type: array\n",
        ),
        (
            "plans.yaml",
            "- id: A-1\n  title: Contain a host\n  severity: High\n  tactics: [Impact]\n  relevantTechniques: [T1486]\n"
            "- id: A-2\n  title: Contain a user\n  severity: Low\n  tactics: [Impact]\n",
        ),
    ],
)
def test_a_schema_and_a_list_of_plans_lack_nothing(name: str, text: str) -> None:
    assert said(name, text) == []


@pytest.mark.parametrize("more", [{}, {"queryFrequency": "PT1H"}])
def test_a_query_of_comments_is_said_in_json_as_in_yaml(more: dict[str, str]) -> None:
    rule = {"displayName": "Logons", **more, "query": "// Failed logons SigninLogs | where ResultType != 0 | take 5"}

    assert said("a.json", json.dumps([rule])) == [(COMMENTS, '"query"')]
    assert said("a.yaml", "".join(f"{key}: {value}\n" for key, value in rule.items())) == [(COMMENTS, "query")]


def test_other_languages_have_such_comments_too() -> None:
    assert said("a.json", '[{"name": "a", "query": "//div[@class] | //span"}]') == []
    assert said("a.yaml", 'name: a\nquery: "// nothing here"\n') == []


RUN = "{tables}\n| where TimeGenerated > ago({days}d) // {days}\n| where Name == '{name}'\n| take {n}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "name: Logons\nquery: |\n" + "".join(f"  {line}\n" for line in RUN.splitlines())),
        ("a.json", json.dumps([{"name": "Logons", "query": RUN}])),
    ],
)
def test_what_a_program_fills_in_that_runs_the_queries(name: str, text: str) -> None:
    found = extract(Source(name, text))
    assert found is not None
    (query,) = found.queries

    assert [query.text[start:end] for start, end in query.holes] == ["{tables}", "{days}", "{n}"]


def test_a_rule_that_is_deployed_as_it_is_has_no_such_placeholders() -> None:
    text = "name: Logons\nkind: Scheduled\nqueryFrequency: 1h\nquery: SigninLogs | where TimeGenerated > ago({days}d)\n"
    found = extract(Source("a.yaml", text))

    assert found is not None
    assert [query.holes for query in found.queries] == [()]


@pytest.mark.parametrize(
    ("text", "holes"),
    [
        ("let f = () {T}; f | take {n}", ["{n}"]),
        ("let f = (a: string)\n  {\n T }; f", []),
        ("T | partition by A {U} | take {n}", ["{n}"]),
        ("T | extend a = dynamic({}), b = '{b}', c = \"{c}\"", []),
        ("union {tables} | where a in ({list})", ["{tables}", "{list}"]),
        ("T | where a == {{b}} and c == ${d}", ["{{b}}", "${d}"]),
    ],
)
def test_braces_of_kql_are_none(text: str, holes: list[str]) -> None:
    assert [text[start:end] for start, end in with_braced_code(text, find_holes(text))] == holes
