"""Queries in JSON around rules: of Logic Apps, data connectors and data collection rules."""

from __future__ import annotations

import json

import pytest

from kql_lint.hosts import HostedQuery, extract
from kql_lint.source import Source


def queries(document: object) -> list[HostedQuery]:
    source = Source("a.json", json.dumps(document, indent=1))
    found = extract(source)
    assert found is not None
    assert found.diagnostics == []
    for query in found.queries:
        start, end = query.map.span(query.preamble, len(query.text))
        assert query.text[query.preamble :].split()[0].strip("\"'") in source.text[start:end]
    return found.queries


def workflow(actions: dict[str, object]) -> dict[str, object]:
    return {"definition": {"triggers": {"manual": {"type": "Request"}}, "actions": actions}}


def connection(path: str, body: object) -> dict[str, object]:
    host = {"connection": {"name": "@parameters('$connections')['a']['connectionId']"}}
    return {"type": "ApiConnection", "inputs": {"host": host, "method": "post", "path": path, "body": body}}


def http(uri: str, body: object) -> dict[str, object]:
    return {"type": "Http", "inputs": {"method": "POST", "uri": uri, "body": body}}


QUERY = "SigninLogs\n| where UserPrincipalName == '@{triggerBody()?['name']}'"


@pytest.mark.parametrize(
    ("action", "platform"),
    [
        (connection("/queryData", QUERY), "sentinel"),
        (connection("/visualizeQuery", QUERY), "sentinel"),
        (connection("/queryDataV2", {"query": QUERY, "timerangetype": "2"}), "sentinel"),
        (connection("/visualizeQueryV2", {"query": QUERY, "visType": "Html Table"}), "sentinel"),
        (connection("/api/advancedqueries/run", {"Query": QUERY}), "defender"),
        (http("https://graph.microsoft.com/v1.0/security/runHuntingQuery", {"Query": QUERY}), "defender"),
        (http("https://graph.microsoft.com/beta/security/runHuntingQuery", json.dumps({"query": QUERY})), "defender"),
        (http("https://api.security.microsoft.com/api/advancedhunting/run", {"Query": QUERY}), "defender"),
        (http("https://api.loganalytics.io/v1/workspaces/@{variables('id')}/query", {"query": QUERY}), "sentinel"),
        (
            http(
                "https://management.azure.com/subscriptions/a/resourceGroups/b/providers/"
                "Microsoft.OperationalInsights/workspaces/c/query?api-version=2021-12-01-preview",
                {"query": QUERY},
            ),
            "sentinel",
        ),
        (connection("/ListKustoResults/false", {"cluster": "c", "db": "d", "csl": QUERY}), None),
        (connection("/RunKustoAndVisualizeResults/true", {"csl": QUERY, "chartType": "Html Table"}), None),
    ],
)
def test_an_action_that_asks_a_service(action: dict[str, object], platform: str | None) -> None:
    (query,) = queries(workflow({"Find_logons": action}))

    assert (query.text, query.kind, query.platform, query.label) == (QUERY, "logic-app", platform, "Find logons")
    assert [query.text[start:end] for start, end in query.holes] == ["@{triggerBody()?['name']}"]


def test_actions_in_conditions_and_loops_of_a_template() -> None:
    inner = {"Inner": connection("/queryData", "AuditLogs | take 1")}
    outer = {
        "Each": {"type": "Foreach", "actions": {"If": {"type": "If", "actions": {}, "else": {"actions": inner}}}},
        "Outer": connection("/queryData", "[concat('SigninLogs | take ', variables('number'))]"),
    }
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "variables": {"number": "5"},
        "resources": [{"type": "Microsoft.Logic/workflows", "properties": workflow(outer)}],
    }

    found = queries(template)

    assert {(query.label, query.text) for query in found} == {
        ("Inner", "AuditLogs | take 1"),
        ("Outer", "SigninLogs | take 5"),
    }


@pytest.mark.parametrize(
    "action",
    [
        connection("/queryData", "@variables('query')"),
        connection("/queryData", "@{variables('query')}"),
        connection("/queryData", ""),
        connection("/queryData", None),
        connection("/queryDataV2", {"query": "@outputs('Compose')"}),
        connection("/v2/datasets/a/query/sql", {"query": "SELECT 1 | where x"}),
        http("https://example.com/query", {"query": "SigninLogs | take 1"}),
        http("https://graph.microsoft.com/v1.0/security/runHuntingQuery", "{broken"),
        {"type": "Compose", "inputs": QUERY},
        {"type": "ParseJson", "inputs": {"schema": {"properties": {"query": {"type": "string"}}}}},
    ],
)
def test_what_is_no_query_of_these_services(action: dict[str, object]) -> None:
    assert queries(workflow({"a": action})) == []


def test_the_queries_of_a_connector() -> None:
    connector = {
        "id": "Acme",
        "title": "Acme",
        "graphQueries": [{"metricName": "Total", "legend": "Acme events", "baseQuery": "Acme_CL | take 1"}],
        "sampleQueries": [{"description": "All of them", "query": "Acme_CL | take 2"}, {"query": "{{table}} | take 3"}],
        "dataTypes": [{"name": "Acme_CL", "lastDataReceivedQuery": "Acme_CL | take 4"}, {"name": "none"}],
        "connectivityCriterias": [
            {"type": "IsConnectedQuery", "value": ["Acme_CL | take 5", "Acme_CL | take 6"]},
            {"type": "SentinelKinds", "value": ["AzureActiveDirectory"]},
        ],
        "connectivityCriteria": [{"type": "IsConnectedQuery", "value": "Acme_CL | take 7"}],
    }

    for document in (connector, {"properties": {"connectorUiConfig": connector}}):
        assert [(query.text, query.label) for query in queries(document)] == [
            ("Acme_CL | take 1", "Acme events"),
            ("Acme_CL | take 2", "All of them"),
            ("{{table}} | take 3", None),
            ("Acme_CL | take 4", "Acme_CL"),
            ("Acme_CL | take 5", None),
            ("Acme_CL | take 6", None),
            ("Acme_CL | take 7", None),
        ]
        assert {query.kind for query in queries(document)} == {"connector"}


COLUMNS = [{"name": "time", "type": "datetime"}, {"name": "x y", "type": "boolean"}]


@pytest.mark.parametrize(
    ("streams", "declared"),
    [
        (["Custom-Acme"], "let source = datatable(['time']: datetime, ['x y']: bool)[]; "),
        (["Microsoft-Syslog"], "let source = Syslog; "),
        (["Microsoft-Table-Acme_CL"], "let source = Acme_CL; "),
        (["Custom-Other"], "let source = table('source'); "),
        (["Custom-Wrong"], "let source = table('source'); "),
        (["Custom-Acme", "Microsoft-Syslog"], "let source = table('source'); "),
        (["[parameters('stream')]"], "let source = table('source'); "),
        ([], "let source = table('source'); "),
    ],
)
def test_a_transformation_reads_the_columns_of_its_stream(streams: list[str], declared: str) -> None:
    text = "source | extend TimeGenerated = ['time']"
    properties = {
        "streamDeclarations": {
            "Custom-Acme": {"columns": COLUMNS},
            "Custom-Wrong": {"columns": [{"name": "a'b", "type": "string"}]},
        },
        "dataFlows": [{"streams": streams, "transformKql": text, "outputStream": "Custom-Acme_CL"}],
    }

    (query,) = queries({"type": "Microsoft.Insights/dataCollectionRules", "properties": properties})

    assert (query.text[: query.preamble], query.text[query.preamble :]) == (declared, text)
    assert (query.kind, query.platform, query.label) == ("transformation", "sentinel", "Custom-Acme_CL")
