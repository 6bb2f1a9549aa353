"""Workbooks: which of their queries are for Log Analytics, and what is a hole in them.  Places: see the gallery."""

from __future__ import annotations

import json

import pytest

from kql_lint.hosts import Extraction, extract
from kql_lint.source import Source


def found(*items: object, **more: object) -> Extraction:
    value = {"version": "Notebook/1.0", "items": list(items), **more}
    extraction = extract(Source("a.workbook", json.dumps(value)))
    assert extraction is not None
    return extraction


def step(query: str, **more: object) -> dict[str, object]:
    return {"type": 3, "name": "query - 1", "content": {"version": "KqlItem/1.0", "query": query, **more}}


def parameter(query: str, **more: object) -> dict[str, object]:
    one = {"version": "KqlParameterItem/1.0", "name": "P", "query": query, **more}
    return {"type": 9, "content": {"version": "KqlParameterItem/1.0", "parameters": [one]}}


@pytest.mark.parametrize(
    "item",
    [
        step("T | count", queryType=0, resourceType="microsoft.operationalinsights/workspaces"),
        step("T | count"),
        step("T | count", queryType=0, resourceType="microsoft.compute/virtualmachines"),
        step("T | count", queryType=None),
        parameter("T | count", type=2, queryType=0),
        parameter("T | count", type=1),
        {
            "type": 12,
            "content": {"version": "NotebookGroup/1.0", "items": [{"type": 12, "content": step("T | count")}]},
        },
    ],
)
def test_queries_for_log_analytics(item: object) -> None:
    assert [(query.kind, query.platform, query.text) for query in found(item).queries] == [
        ("workbook", "sentinel", "T | count")
    ]


@pytest.mark.parametrize(
    "item",
    [
        *(step("T | count", queryType=number) for number in (1, 7, 8, 9, 10, 11, 12)),
        step("T | count", queryType=0, resourceType="microsoft.insights/components"),
        step("resources | project id"),
        step("resourcecontainers"),
        step(' {"version": "CustomEndpoint/1.0"}', queryType=0),
        step(""),
        parameter("T | count", type=5),
        parameter("where type == 'x'", type=2, queryType=1),
        {"type": 1, "content": {"json": '"query": "T | count"'}},
        {"type": 10, "content": {"version": "MetricsItem/2.0", "query": "T"}},
    ],
)
def test_queries_that_go_elsewhere_and_what_is_none(item: object) -> None:
    assert found(item) == Extraction()


def test_the_name_of_a_query_is_its_title_or_its_steps_name() -> None:
    titled = step("T", title="Sign-ins")
    group = {"type": 12, "name": "group - 2", "content": {"version": "NotebookGroup/1.0", "items": [titled, step("U")]}}

    assert [query.label for query in found(group).queries] == ["Sign-ins", "query - 1"]


@pytest.mark.parametrize(
    ("query", "holes"),
    [
        ("T | where a in ({A}) and b == '{B:label}'", ["{A}", "{B:label}"]),
        ("T | where TimeGenerated {TimeRange}\n| take {N}", ["TimeGenerated {TimeRange}", "{N}"]),
        ("T | where a == 1 and t {TimeRange:query} or not {X}", ["t {TimeRange:query}", "{X}"]),
        ("T | where t between ({From:startISO} .. {$to})", ["{From:startISO}", "{$to}"]),
        ("T | where a == '{{x}}' | {Filter:escapejson}", ["{{x}}", "{Filter:escapejson}"]),
        ("T | where a matches regex '[0-9]{3}' | extend b = dynamic({'c': 1})", []),
        ("let f = (x: int) { T | take x }; f(1)", []),
    ],
)
def test_parameters_are_holes(query: str, holes: list[str]) -> None:
    (one,) = found(step(query)).queries

    assert [one.text[start:end] for start, end in one.holes] == holes


def serialized(inner: str) -> Extraction:
    value = {"type": "Microsoft.Insights/workbooks", "properties": {"serializedData": inner}}
    extraction = extract(Source("a.json", json.dumps(value)))
    assert extraction is not None
    return extraction


def test_a_broken_workbook_within_a_template() -> None:
    inner = '{"version": "Notebook/1.0", "items": [{"version": "KqlItem/1.0", "query": "T"} {}]}'

    extraction = serialized(inner)

    assert [query.text for query in extraction.queries] == ["T"]
    assert [(one.code, one.message) for one in extraction.diagnostics] == [
        ("KL005", 'broken JSON: a comma or "]" is missing before "{" (in the workbook)')
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "[replace(variables('data'), '__A__', parameters('a'))]",
        "[string(json(replace(variables('data'), '__A__', parameters('a'))))]",
    ],
)
def test_a_workbook_that_a_template_puts_together(expression: str) -> None:
    inner = json.dumps({"version": "Notebook/1.0", "items": [step("T | where a == '__A__'")]})
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "variables": {"data": inner},
        "resources": [
            {
                "type": "Microsoft.Insights/workbooks",
                "properties": {"serializedData": expression},
            }
        ],
    }
    extraction = extract(Source("a.json", json.dumps(template)))
    assert extraction is not None

    (query,) = extraction.queries

    assert query.text == "T | where a == '${parameters_a}'"
    assert [query.text[start:end] for start, end in query.holes] == ["${parameters_a}"]


@pytest.mark.parametrize("inner", ["", "{}", "[]", "no JSON", "{", '{"query"', '"query"'])
def test_data_without_queries_says_nothing(inner: str) -> None:
    assert serialized(inner).queries == []
