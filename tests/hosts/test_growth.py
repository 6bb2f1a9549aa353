"""Small files can't ask for endless work: what names stand for is followed within a budget, and said where it ends.

Work is counted in calls of functions, so that the figures are the same on every machine.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

import pytest

from kql_lint.hosts import extract
from kql_lint.hosts.hosted import Extraction
from kql_lint.source import Source

Make = Callable[[int], str]


def counted(path: str, text: str) -> tuple[int, Extraction]:
    """How many calls reading a file takes, and what is found."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = extract(Source(path, text))
    finally:
        sys.setprofile(before)
    assert found is not None
    return calls, found


BICEP_RULE = "resource r 'Microsoft.SecurityInsights/alertRules@1' = {\n  kind: 'NRT'\n  properties: {\n"


def bicep(expression: str) -> tuple[str, Make]:
    def make(length: int) -> str:
        chain = [f"var v{n + 1} = {expression.replace('@', f'v{n}')}" for n in range(length)]
        rule = (
            "resource r 'Microsoft.SecurityInsights/alertRules@2023-01-01' = {\n  kind: 'Scheduled'\n  properties: {\n"
        )
        return "\n".join(["var v0 = 'SigninLogs | where a == 1'", *chain, f"{rule}    query: v{length}\n  }}\n}}\n"])

    return "a.bicep", make


def terraform(expression: str) -> tuple[str, Make]:
    def make(length: int) -> str:
        chain = [f"  v{n + 1} = {expression.replace('@', f'local.v{n}')}" for n in range(length)]
        rule = f'resource "azurerm_sentinel_alert_rule_scheduled" "r" {{\n  query = local.v{length}\n}}\n'
        return "\n".join(['locals {\n  v0 = "SigninLogs | where a == 1"', *chain, "}", rule])

    return "a.tf", make


def template(variables: dict[str, object], rules: list[dict[str, object]]) -> str:
    resources = [{"type": "Microsoft.SecurityInsights/alertRules", "kind": "Scheduled", "properties": r} for r in rules]
    head = {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}
    return json.dumps({**head, "variables": variables, "resources": resources})


def arm(expression: str) -> tuple[str, Make]:
    def make(length: int) -> str:
        names = [f"variables('v{n}')" for n in range(length)]
        chain = {f"v{n + 1}": f"[{expression.replace('@', name)}]" for n, name in enumerate(names)}
        query = f"[variables('v{length}')]"
        return template({"v0": "SigninLogs | where a == 1", **chain}, [{"displayName": "x", "query": query}])

    return "a.json", make


def bicep_lists(length: int) -> str:
    lists = "".join(f"var v{n + 1} = [ v{n}, v{n} ]\n" for n in range(length))
    return f"var v0 = {{ query: 'T | take 1' }}\n{lists}resource r 'Microsoft.X/savedSearches@1' = v{length}\n"


def terraform_workbook(length: int) -> str:
    steps = "".join(f"  v{n + 1} = {{ items = [local.v{n}, local.v{n}] }}\n" for n in range(length))
    last = f'resource "azurerm_application_insights_workbook" "r" {{\n  data_json = jsonencode(local.v{length})\n}}\n'
    return f'locals {{\n  v0 = {{ version = "KqlItem/1.0", query = "T | take 1" }}\n{steps}}}\n{last}'


def arm_lists(length: int) -> str:
    lists = {f"v{n + 1}": [f"[variables('v{n}')]"] * length for n in range(7)}
    rule = {"query": "SigninLogs | take 1", "customDetails": "[variables('v7')]"}
    return template({"v0": ["a"] * length, **lists}, [rule])


def yaml_merges(length: int) -> str:
    merges = "".join(f"m{n + 1}: &m{n + 1} {{<<: [{', '.join([f'*m{n}'] * length)}]}}\n" for n in range(8))
    return f"m0: &m0 {{kind: Scheduled, queryFrequency: 1h}}\n{merges}r:\n  <<: *m8\n  query: T | take 1\n"


def yaml_aliases(length: int) -> str:
    aliases = "".join(f"m{n + 1}: &m{n + 1} [*m{n}, *m{n}]\n" for n in range(length))
    return f"m0: &m0 {{query: SigninLogs | take 1, name: x}}\n{aliases}"


def nested_json(length: int) -> str:
    step = {"version": "KqlItem/1.0", "query": "SigninLogs | take 1"}
    text = json.dumps({"version": "Notebook/1.0", "items": [step]})
    for _ in range(length.bit_length()):
        text = json.dumps({"type": "microsoft.insights/workbooks", "properties": {"serializedData": text}})
    return text


# Each line doubles, or more, what the line before stands for.
DOUBLING = {
    "bicep concat": bicep("concat(@, @)"),
    "bicep interpolation": bicep("'${@}${@}'"),
    "bicep replace": bicep("replace(@, 'a', 'aa')"),
    "bicep replace by itself": bicep("replace(@, 'a', @)"),
    "bicep format": bicep("format('{0}{0}', @)"),
    "bicep join": bicep("join([@, @], ' ')"),
    "bicep join by": bicep("join(['a', 'b', 'c'], @)"),
    "bicep choice": bicep("c ? @ : @"),
    "bicep trim": bicep("trim(concat(@, @))"),
    "bicep function": ("a.bicep", lambda n: bicep("f(f(@))")[1](n) + "func f(x string) string => concat(x, x)\n"),
    "bicep union": bicep("union(@, @)"),
    "bicep lists": ("a.bicep", bicep_lists),
    "terraform interpolation": terraform('"${@}${@}"'),
    "terraform heredoc": terraform("<<EOT\n${@}${@}\nEOT\n"),
    "terraform replace": terraform('replace(@, "a", "aa")'),
    "terraform format": terraform('format("%s%s", @, @)'),
    "terraform join": terraform('join(" ", [@, @])'),
    "terraform choice": terraform("var.c ? @ : @"),
    "terraform trimspace": terraform('trimspace("${@}${@}")'),
    "terraform merge": terraform("merge(@, @)"),
    "terraform concat": terraform("concat(@, @)"),
    "terraform workbook": ("a.tf", terraform_workbook),
    "arm concat": arm("concat(@, @)"),
    "arm format": arm("format('{0}{0}', @)"),
    "arm replace": arm("replace(@, 'a', 'aa')"),
    "arm replace by itself": arm("replace(@, 'a', @)"),
    "arm string": arm("string(concat(@, @))"),
    "arm lists": ("a.json", arm_lists),
    "yaml merges": ("a.yaml", yaml_merges),
    "yaml aliases": ("a.yaml", yaml_aliases),
    "json in strings": ("a.json", nested_json),
}
# What the budget of a short file allows, and of each of its characters; see kql_lint/budget.py.
CALLS, CALLS_PER_CHARACTER = 300_000, 300


@pytest.mark.parametrize("name", DOUBLING)
def test_doubling_costs_no_more_than_the_budget(name: str) -> None:
    path, make = DOUBLING[name]
    for length in (4, 16, 64):
        text = make(length)
        calls, found = counted(path, text)
        assert calls < CALLS + CALLS_PER_CHARACTER * len(text)
        assert sum(len(query.text) for query in found.queries) < 200_000
        assert [one.code for one in found.diagnostics] in ([], ["KL007"])


def shared_bicep(rules: int) -> str:
    query = " and ".join(f"a{n} == 1" for n in range(rules))
    declared = (
        "resource r{} 'Microsoft.SecurityInsights/alertRules@1' = {{\n  kind: 'NRT'\n  properties: {{ query: q }}\n}}\n"
    )
    return f"var q = 'T | where {query}'\n" + "".join(map(declared.format, range(rules)))


def shared_terraform(rules: int) -> str:
    query = " and ".join(f"a{n} == 1" for n in range(rules))
    declared = 'resource "azurerm_sentinel_alert_rule_nrt" "r{}" {{\n  query = local.q\n}}\n'
    return f'locals {{\n  q = "T | where {query}"\n}}\n' + "".join(map(declared.format, range(rules)))


def shared_arm(rules: int) -> str:
    query = "T | where " + " and ".join(f"a{n} == 1" for n in range(rules))
    return template({"q": query}, [{"displayName": f"x{n}", "query": "[variables('q')]"} for n in range(rules)])


def shared_workbook(rules: int) -> str:
    steps = [{"version": "KqlItem/1.0", "query": f"T | where a == {n}"} for n in range(rules)]
    text = json.dumps({"version": "Notebook/1.0", "items": steps})
    found = json.loads(template({"q": text}, []))
    data = {"serializedData": "[variables('q')]"}
    found["resources"] = [{"type": "microsoft.insights/workbooks", "properties": data} for _ in range(rules)]
    return json.dumps(found)


def shared_yaml(rules: int) -> str:
    query = " and ".join(f"a{n} == 1" for n in range(rules))
    declared = "- name: x{}\n  kind: NRT\n  query: *q\n"
    return f"q: &q T | where {query}\nrules:\n" + "".join(map(declared.format, range(rules)))


def parameters(steps: int) -> str:
    query = "T " + "".join(f"| where {{P{n}}} == ${{x{n}}} " for n in range(steps))
    return json.dumps({"version": "Notebook/1.0", "items": [{"version": "KqlItem/1.0", "query": query}]})


def notebook(lines: int) -> str:
    source = ["%%kql\n", "T\n", *["| where a == 1\n"] * lines]
    return json.dumps({"cells": [{"cell_type": "code", "source": source}]})


def msticpy(queries: int) -> str:
    head = "metadata:\n  data_environments: [LogAnalytics]\nsources:\n"
    declared = "  q{}:\n    args:\n      query: 'T | where a == {{b}}'\n"
    return head + "".join(map(declared.format, range(queries)))


# Files of n rules, or n of whatever else there can be many of, that share what can be shared.
SHARING = {
    "bicep": ("a.bicep", shared_bicep),
    "terraform": ("a.tf", shared_terraform),
    "arm": ("a.json", shared_arm),
    "workbooks": ("a.json", shared_workbook),
    "yaml": ("a.yaml", shared_yaml),
    "parameters": ("a.workbook", parameters),
    "notebook": ("a.ipynb", notebook),
    "msticpy": ("a.yaml", msticpy),
}


@pytest.mark.parametrize("name", SHARING)
def test_what_rules_share_is_read_once(name: str) -> None:
    path, make = SHARING[name]
    counted(path, make(1))
    (few, _), (many, found) = counted(path, make(30)), counted(path, make(240))

    assert many < 8 * 1.2 * few  # eight times as much, and a logarithm
    assert found.diagnostics == []
    assert len({id(query.map) for query in found.queries}) in (1, 240)


@pytest.mark.parametrize(
    ("path", "text", "at"),
    [
        # The budget is 100,000 characters and 20 for each of the file's; v11 has 25 * 2 ** 11.  Bicep and Terraform put
        # a text together twice: where it is written, and for those who name it.
        ("a.bicep", bicep("concat(@, @)")[1](24), "v10"),
        ("a.tf", terraform('"${@}${@}"')[1](24), "${local.v10}"),
        ("a.json", arm("concat(@, @)")[1](24), "\"[concat(variables('v11'), variables('v1"),
    ],
)
def test_the_place_where_the_budget_ran_out_is_said_once(path: str, text: str, at: str) -> None:
    _, found = counted(path, text)

    said = [(one.code, text[one.start : one.end], one.message) for one in found.diagnostics]
    assert said == [("KL007", at, "expression is too complex to analyze completely")]


def test_a_query_is_read_with_a_hole_where_a_part_of_it_is_too_long() -> None:
    path, make = bicep("'${@}${@}'")
    text = make(24).replace("query: v24", "query: 'SigninLogs | where Account == \"${v24}\" | project TenantId'")

    _, found = counted(path, text)

    (query,) = found.queries
    known = "".join(re.split(r"(?:\$\{v\d+\})+", query.text))
    holes = "".join(query.text[start:end] for start, end in query.holes)
    assert known == 'SigninLogs | where Account == "" | project TenantId'
    assert len(known) + len(holes) == len(query.text)


REPEATED = {
    "a query": "name: r\nkind: NRT\n" + "query: DeviceEvents\n",
    "a query of Microsoft Graph": "queryCondition:\n" + "  queryText: DeviceEvents\n",
    "a flat query": "ruleName: r\nalertTitle: t\n" + "queryText: DeviceEvents\n",
    "a query with a capital": "DisplayName: r\nQueryFrequency: 1h\n" + "Query: DeviceEvents\n",
    "a function": "FunctionName: f\nFunctionParams:\n  - {Name: T, Type: table}\n" + "FunctionQuery: DeviceEvents\n",
    "a key of the rule": "kind: NRT\nquery: DeviceEvents\n" + "severity: High\n",
}


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED)
def test_a_key_that_is_written_again_and_again(text: str) -> None:
    *head, line = text.splitlines(keepends=True)
    few, _ = counted("a.yaml", "".join([*head, *([line] * 100)]))
    many, found = counted("a.yaml", "".join([*head, *([line] * 400)]))
    assert many < 4.4 * few
    assert len(found.queries) == (1 if "severity" in text else 400)


def test_of_a_key_that_is_there_twice_the_last_one_is_the_rules() -> None:
    _, found = counted("a.yaml", "name: r\nkind: NRT\nquery: DeviceEvents\nquery: DeviceInfo\n")
    assert [(query.text, query.rule is not None) for query in found.queries] == [
        ("DeviceEvents", False),
        ("DeviceInfo", True),
    ]
