"""Rules in JSON: what is taken for one, what is said of it, and what is left alone.  Places: see the gallery."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.hosts import Extraction, HostedQuery, extract
from kql_lint.source import Source

SCHEMA = {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}
GUID = "0b6e1d53-8d1c-4c39-9d2a-4f3f5a2f6f11"


def found(value: object, name: str = "a.json") -> Extraction:
    extraction = extract(Source(name, value if isinstance(value, str) else json.dumps(value, indent=2)))
    assert extraction is not None
    return extraction


def said(query: HostedQuery) -> tuple[str, str | None, str | None, str]:
    return query.kind, query.platform, query.label, query.text[query.preamble :]


def rule(**properties: object) -> dict[str, object]:
    return {
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "name": f"[concat(parameters('workspace'), '/Microsoft.SecurityInsights/{GUID}')]",
        "kind": "Scheduled",
        "properties": {"displayName": "Shells", "query": "T | count", **properties},
    }


def template(*resources: object, **more: object) -> dict[str, object]:
    return {**SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": list(resources)}


# --- what is a rule -----------------------------------------------------------------------------------------------


SAVED = {"type": "Microsoft.OperationalInsights/workspaces/savedSearches"}
RULES = {
    "a resource alone": (rule(), [("sentinel-rule", "sentinel", "Shells", "T | count")]),
    "in a template": (template(rule()), [("sentinel-rule", "sentinel", "Shells", "T | count")]),
    "in a template with resources by name": (
        {**SCHEMA, "resources": {"shells": rule()}},
        [("sentinel-rule", "sentinel", "Shells", "T | count")],
    ),
    "a name that is put together": (
        template(rule(displayName="[concat('She', 'lls')]")),
        [("sentinel-rule", "sentinel", "Shells", "T | count")],
    ),
    "a name that only the deployment knows": (
        template(rule(displayName="[parameters('name')]")),
        [("sentinel-rule", "sentinel", None, "T | count")],
    ),
    "without a type, as the API gives it": (
        {"value": [{"kind": "NRT", "properties": {"displayName": "A", "query": "T"}}]},
        [("sentinel-rule", "sentinel", "A", "T")],
    ),
    "properties of any case": (
        {"Type": "microsoft.securityinsights/ALERTRULES", "Properties": {"DisplayName": "A", "Query": "T"}},
        [("sentinel-rule", "sentinel", "A", "T")],
    ),
    "a hunting query": (
        template({**SAVED, "properties": {"displayName": "Hunt", "query": "T"}}),
        [("saved-search", "sentinel", "Hunt", "T")],
    ),
    "a function without parameters": (
        template({**SAVED, "properties": {"functionAlias": "Shells", "query": "T"}}),
        [("saved-search", "sentinel", "Shells", "T")],
    ),
    "a function whose parameters only the deployment knows": (
        template({**SAVED, "properties": {"functionParameters": "[parameters('p')]", "query": "T"}}),
        [],
    ),
    "a summary rule": (
        template(
            {
                "type": "Microsoft.OperationalInsights/workspaces/summaryLogs",
                "name": "hourly",
                "properties": {"ruleDefinition": {"query": "T | summarize count()"}},
            }
        ),
        [("log-alert", "sentinel", "hourly", "T | summarize count()")],
    ),
    "an older log alert": (
        template({"type": "Microsoft.Insights/scheduledQueryRules", "properties": {"source": {"query": "T"}}}),
        [("log-alert", "sentinel", None, "T")],
    ),
    "a custom detection": (
        {"displayName": "D", "queryCondition": {"queryText": "T"}},
        [("defender-rule", "defender", "D", "T")],
    ),
    "the keys of a rule in YAML": (
        {"name": "Y", "severity": "Low", "tactics": [], "query": "T"},
        [("sentinel-rule", None, "Y", "T")],
    ),
    "a rule in a variable of a template": (
        template(variables={"rules": [{"displayName": "V", "severity": "Low", "tactics": [], "query": "T"}]}),
        [("sentinel-rule", None, "V", "T")],
    ),
    "a query with a name that reads like KQL": (
        [{"name": "N", "query": "T | where a == 1"}],
        [("sentinel-rule", None, "N", "T | where a == 1")],
    ),
    "a workbook of the API": (
        {"properties": {"serializedData": json.dumps({"items": [{"version": "KqlItem/1.0", "query": "T"}]})}},
        [("workbook", "sentinel", None, "T")],
    ),
}


@pytest.mark.parametrize(("value", "expected"), RULES.values(), ids=RULES.keys())
def test_what_is_a_rule(value: object, expected: list[object]) -> None:
    extraction = found(value)

    assert [said(query) for query in extraction.queries] == expected
    assert extraction.diagnostics == []


@pytest.mark.parametrize(
    "value",
    [
        {"name": "query", "query": "SELECT a FROM b | where"},
        {"query": {"match_all": {}}, "name": "elastic"},
        {"name": "kibana", "language": "kuery", "query": "a | where b"},
        {"query": "T | where a == 1"},
        {"targets": [{"name": "A", "query": "T | where $__timeFilter(x) | take 5"}]},
        {
            "type": "Microsoft.SecurityInsights/dataConnectors",
            "properties": {"samples": [{"query": "T | take 1"}]},
        },
        {"type": "Microsoft.Insights/components", "properties": {"query": "T | where"}},
        {"type": "Microsoft.Insights/scheduledQueryRules", "properties": {"source": {"query": "requests | where a"}}},
        {**SAVED, "properties": {"query": "traces\n| take 1"}},
        {"name": "Machines without a tag", "query": "// all\nresources | where isnull(tags) | project id"},
        template(
            {
                "type": "x/y",
                "properties": {"connectorUiConfig": {"samples": [{"title": "t", "query": "T | take"}]}},
            }
        ),
        {"kind": "Fusion", "properties": {"query": None}},
        {"kind": "scheduled", "properties": {"command": "backup"}, "query": "SELECT a"},
        {"serializedData": "no JSON"},
        {"queryCondition": {}},
        {"displayName": "String", "queryCondition": {"queryText": "String"}, "schedule": {"period": "String"}},
        template(rule(query="string", queryFrequency="string")),
        {"queryCondition": "query", "query": 5},
        [],
        "5",
        "{} trailing",
        '{"query": }',
        "",
    ],
)
def test_what_is_no_rule_says_nothing(value: object) -> None:
    assert found(value) == Extraction()


def test_a_query_that_two_rules_have_is_linted_once_and_both_rules_are_judged() -> None:
    value = template(
        rule(query="[variables('q')]"),
        rule(displayName="Again", query="[variables('q')]"),
        variables={"q": "T | count"},
    )

    first, second = found(value).queries

    assert [(query.text, query.preamble) for query in (first, second)] == [("T | count", 0), ("T | count", 9)]
    assert first.rule is not None
    assert second.rule is not None
    assert [query.rule.name.value for query in (first, second) if query.rule and query.rule.name] == ["Shells", "Again"]


def test_functions_know_their_parameters() -> None:
    value = template(
        {**SAVED, "properties": {"functionParameters": "a:string='x, y', T:(*)", "query": "T | where b == a"}}
    )

    (query,) = found(value).queries

    assert query.text == "declare query_parameters(a: string='x, y'); let T = table('T'); T | where b == a"
    assert query.text[query.preamble :] == "T | where b == a"


# --- what is said of it -------------------------------------------------------------------------------------------


def test_what_a_resource_says_of_its_rule() -> None:
    value = template(
        rule(
            severity="[variables('severity')]",
            queryFrequency="PT1H",
            queryPeriod="[parameters('period')]",
            triggerThreshold=5,
            customDetails={"Who": "[concat('Acc', 'ount')]"},
            entityMappings=[
                {"entityType": "Host", "fieldMappings": [{"identifier": "HostName", "columnName": "Device"}]}
            ],
        ),
        variables={"severity": "Low"},
    )
    text = json.dumps(value, indent=2)

    (query,) = found(text).queries
    read = query.rule
    assert read is not None

    assert (read.kind, read.is_whole, read.is_template, text[read.start : read.end]) == (
        "scheduled",
        True,
        False,
        '"properties"',
    )
    texts = [read.id, read.name, read.severity, read.frequency, read.period, read.trigger_threshold]
    assert [one and (one.value, one.hole, text[slice(*one.span)]) for one in texts] == [
        (GUID, False, GUID),
        ("Shells", False, "Shells"),
        ("Low", False, "Low"),
        ("PT1H", False, "PT1H"),
        ("${parameters_period}", True, "parameters('period')"),
        ("5", False, "5"),
    ]
    ((name, column),) = read.custom_details
    assert (name.value, column.value, text[slice(*column.span)]) == ("Who", "Account", "Acc', 'ount")
    (entity,) = read.entity_mappings
    assert entity.entity is not None
    assert (entity.entity.value, entity.fields[0].column.value) == ("Host", "Device")


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Microsoft.SecurityInsights/alertRules", GUID, GUID),
        ("Microsoft.SecurityInsights/alertRules", f"[guid('{GUID}')]", None),
        ("Microsoft.SecurityInsights/alertRules", "shells", None),
        ("Microsoft.SecurityInsights/AlertRuleTemplates", GUID, None),
    ],
)
def test_the_id_of_a_rule(kind: str, name: str, expected: str | None) -> None:
    (query,) = found(template({**rule(), "type": kind, "name": name})).queries
    assert query.rule is not None

    assert (query.rule.id and query.rule.id.value) == expected


def test_what_a_custom_detection_says_of_its_rule() -> None:
    text = '{"id": "7", "queryCondition": {"queryText": "T"}, "schedule": {"period": "1H"}}'

    (query,) = found(text).queries
    read = query.rule
    assert read is not None
    assert read.id is not None
    assert read.frequency is not None

    assert (read.kind, read.id.value, read.frequency.value, read.is_whole) == ("custom-detection", "7", "1H", True)
    assert text[slice(*read.frequency.span)] == "1H"


# --- findings -----------------------------------------------------------------------------------------------------


def messages(value: object, name: str = "a.json") -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in found(value, name).diagnostics]


def test_a_rule_without_a_query() -> None:
    lacks = rule()
    lacks["properties"] = {"displayName": "Shells"}
    copied = {**lacks, "properties": {"copy": []}}

    assert messages(template(lacks, copied, {**lacks, "kind": "Fusion"})) == [
        ("KL004", 'no query found in the rule "Shells": it has no query')
    ]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "its query is empty"),
        (" \n", "its query is empty"),
        ("// later", "its query has comments only"),
        (None, "its query is empty"),
        ([], "its query is not a text"),
    ],
)
def test_a_query_that_is_none(query: object, why: str) -> None:
    assert messages(template(rule(query=query))) == [("KL004", f'no query found in the rule "Shells": {why}')]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"queryText": "T"', ['broken JSON: this "{" is never closed']),
        (
            '{"type": "Microsoft.SecurityInsights/alertRules", "query": "C:\\d"}',
            ['broken JSON: "\\d" is no escape of JSON; write \\\\ for a backslash'],
        ),
        ('{"query": "SELECT 1"', []),
        (
            '{"queryFrequency": {{ frequency }} "query": ""}',
            ['broken JSON: a comma or "}" is missing before the quote'],
        ),
        ('{"queryText": {{ a\n}} }', []),
        ('[{% for x in y %}{"queryText": "T"}{% endfor %}{"a": 1}]', []),
        (
            '{"queryCondition": {"queryText": "T\n"}}',
            ["broken JSON: a line end or another control character within a text; write \\n for a line end"],
        ),
        ('{"queryCondition": {"queryText": "T"},}', ["broken JSON: a comma after the last item"]),
        ('{"queryCondition": {"queryText": "T"}/**/}', ["broken JSON: a comment, which JSON does not have"]),
        ('{"version": "Notebook/1.0", "items": [{"query": ""},]}', ["broken JSON: a comma after the last item"]),
        ('{"kind": "NRT", "properties": {"query": "T",},}', []),
    ],
)
def test_what_is_broken_is_said_where_there_are_queries(text: str, expected: list[str]) -> None:
    assert messages(text) == [("KL005", message) for message in expected]


def test_a_comment_is_fine_in_a_file_for_them() -> None:
    assert messages('{"queryCondition": {"queryText": "T",},} // c', "a.JSONC") == []


def test_comments_for_kql_lint() -> None:
    noise = "// c\n" * 200
    text = noise + (
        '{"type": "Microsoft.SecurityInsights/alertRules", // kql-lint: disable-line=KL104 -- on purpose \n'
        '/* KQL-Lint : disable=x\n*/ "properties": {"query": "T // kql-lint: disable"}} // not kql-lint: x'
    )

    comments = found(text).comments

    assert [(comment.text, text[comment.start : comment.end]) for comment in comments] == [
        ("disable-line=KL104 -- on purpose", "// kql-lint: disable-line=KL104 -- on purpose "),
        ("disable=x", "/* KQL-Lint : disable=x\n*/"),
    ]


# --- any text -----------------------------------------------------------------------------------------------------


NAMES = "query queryText queryCondition serializedData properties resources type kind version items value templateData"
TEXTS = (
    "T | take 1,[variables('a')],[concat('T' parameters('b'))],[[x],,// c,Notebook/1.0,KqlItem/1.0,savedSearches,{{x}},"
    "{,Microsoft.SecurityInsights/alertRules,workbooks,Scheduled,é😀\n\\,\ud83d,null,deploymentTemplate.json"
)
WORKBOOK = '{"version": "Notebook/1.0", "items": [{"version": "KqlItem/1.0", "query": "T {x}"}]}'
STRINGS = st.sampled_from([*TEXTS.split(","), "[concat('T', parameters('b'))]", WORKBOOK])
KEYS = st.sampled_from(
    [*NAMES.split(), "$schema", "variables", "a", "displayName", "name", "functionParameters", "mainTemplate"]
)
TREES = st.recursive(
    STRINGS | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, TREES, max_size=8), st.sampled_from(["a.json", "a.workbook", "a.ipynb"]))
def test_no_tree_raises_and_every_place_lies_in_the_file(value: object, name: str) -> None:
    text = json.dumps(value)

    extraction = found(text, name)

    for query in extraction.queries:
        assert query.map.length == len(query.text)
        (query.text + (query.label or "")).encode()
        spans = [query.map.span(at, at + 1) for at in range(len(query.text))] + [query.map.span(0, len(query.text))]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert all(0 <= start < end <= len(query.text) for start, end in query.holes)
    assert all(0 <= one.start <= one.end <= len(text) for one in extraction.diagnostics)
    "".join(one.message for one in extraction.diagnostics).encode()


# --- large and hostile files --------------------------------------------------------------------------------------


def test_a_large_template_of_many_rules() -> None:
    value = template(*(rule(displayName=f"Rule {number}", query="T\n| count\n" * 50) for number in range(1500)))

    queries = found(value).queries

    assert len(queries) == 1500
    assert queries[-1].label == "Rule 1499"


@pytest.mark.parametrize(
    "piece", ['{"query":', '{"properties":', '[{"query": "T | take 1", "name": "n"},', '"query"', "//"]
)
def test_long_texts_of_one_piece_are_survived(piece: str) -> None:
    extraction = found('{"query": 1, "queryText":' + piece * 50_000)

    assert [one.code for one in extraction.diagnostics] == ["KL005"]
