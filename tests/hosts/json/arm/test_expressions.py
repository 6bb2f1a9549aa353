"""Expressions of Azure Resource Manager: what is known of a text, and where each of its characters stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.hosts import extract_as
from kql_lint.source import Source

VARIABLES = {
    "table": "SigninLogs",
    "alias": "[variables('table')]",
    "lines": ["A", "[concat('| take ', '5')]", "| count"],
    "rule": {"query": "R | count", "parts": ["one", "two"], "nested": {"n": "[variables('alias')]"}},
    "self": "[concat('x', variables('self'))]",
    "ping": "[variables('pong')]",
    "pong": "[variables('ping')]",
    "bracket": "[[literal]",
    "number": 5,
}


def template(query: object, **more: object) -> str:
    rule = {"type": "Microsoft.SecurityInsights/alertRules", "kind": "NRT", "properties": {"query": query}}
    head = {"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"}
    return json.dumps({**head, "variables": VARIABLES, "resources": [rule], **more}, indent=1)


def query_of(expression: object) -> str | None:
    """The text of the query that is written as an expression; None where nothing is known of it."""
    extraction = extract_as(Source("a.json", template(expression)), "json")
    assert extraction.diagnostics == []
    return extraction.queries[0].text if extraction.queries else None


KNOWN = {
    "'T'": "T",
    "concat('T', ' | take ', '5')": "T | take 5",
    "CONCAT( 'T' , ' | count' )": "T | count",
    "concat(concat('T'), concat(' | ', 'count'))": "T | count",
    "concat('T | where a == ''b''')": "T | where a == 'b'",
    "variables('table')": "SigninLogs",
    "Variables('TABLE')": "SigninLogs",
    "variables(concat('ta', 'ble'))": "SigninLogs",
    "concat(variables('alias'), ' | count')": "SigninLogs | count",
    "variables('rule').query": "R | count",
    "variables('rule')['query']": "R | count",
    "variables('rule').nested.n": "SigninLogs",
    "concat('T | take ', variables('rule').parts[1])": "T | take two",
    "join(variables('lines'), '\n')": "A\n| take 5\n| count",
    "string(variables('table'))": "SigninLogs",
    "format('{0} | where a == \"{1}\" | take {0:N0}', 'T', 'x')": 'T | where a == "x" | take T',
    "format('let f = () {{ T }}; f()')": "let f = () { T }; f()",
    "replace('T | take N', 'N', '5')": "T | take 5",
    "replace(variables('table'), 'Logs', '')": "Signin",
    "concat('take ', 5)": "take 5",
}


@pytest.mark.parametrize(("expression", "text"), KNOWN.items())
def test_a_query_that_is_known(expression: str, text: str) -> None:
    assert query_of(f"[{expression}]") == text


HOLES = {
    "concat('T | take ', parameters('days'))": "T | take ${parameters_days}",
    "concat('T | where a == ''', parameters('a-b').c[0], '''')": "T | where a == '${parameters_a_b_c_0}'",
    "concat('T | where t > ', utcNow())": "T | where t > ${utcNow}",
    "concat('T', variables('unknown'), variables('number'))": "T${variables_unknown}5",
    "concat('T', variables('ping'))": "T${variables_pong}",
    "concat('T', if(equals(1, 2), 'a', 'b'))": "T${if_equals_1_2_a_b}",
    "format('T | take {0}', toLower('X'))": "T | take ${toLower_X}",
    "replace('T | take __N__ | where __N__', '__N__', parameters('n'))": (
        "T | take ${parameters_n} | where ${parameters_n}"
    ),
    "join(createArray('T', 'U'), ' ')": None,
    "concat('T', variables('rule'))": None,
    "concat('T', variables('rule').parts[7])": "T${variables_rule_parts_7}",
    "concat('T', variables('copied')[copyIndex()].x)": "T${variables_copied_copyIndex_x}",
    "parameters('query')": None,
    "variables('ping')": None,
    "json('null')": None,
    "json(variables('table'))": None,
    "concat(parameters('a'), parameters('b'))": None,
}


@pytest.mark.parametrize(("expression", "text"), HOLES.items())
def test_what_only_the_deployment_knows_is_a_hole(expression: str, text: str | None) -> None:
    assert query_of(f"[{expression}]") == text


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "concat('T'",
        "concat('T',)",
        "concat('T))",
        "concat 'T'",
        "'T' 'U'",
        "format('{0}')",
        "format('{')",
        "true",
        "x.y",
    ],
)
def test_an_expression_that_is_none_is_left_alone(expression: str) -> None:
    assert query_of(f"[{expression}]") is None


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("T | where a == '[x]'", "T | where a == '[x]'"),
        ("['T'] | count", "['T'] | count"),
        ("[['T'] | extend x = y[0]", "['T'] | extend x = y[0]"),
        ("[[variables('table')]", "[variables('table')]"),
    ],
)
def test_a_text_is_no_expression_without_its_brackets(written: str, text: str) -> None:
    assert query_of(written) == text


def test_the_holes_and_the_places_of_a_text_that_is_put_together() -> None:
    text = template("[concat(variables('table'), ' | where a == ''', parameters('a'), ''' | take 5')]")
    (found,) = extract_as(Source("a.json", text), "json").queries

    def written(part: str) -> str:
        start = found.text.index(part)
        return text[slice(*found.map.span(start, start + len(part)))]

    assert found.text == "SigninLogs | where a == '${parameters_a}' | take 5"
    assert [found.text[start:end] for start, end in found.holes] == ["${parameters_a}"]
    assert written("SigninLogs") == "SigninLogs"
    assert written("${parameters_a}") == "parameters('a')"
    assert written("'${parameters_a}'") == "''', parameters('a'), '''"
    # What goes on elsewhere in the file is left out.
    assert written("Logs | where") == "Logs"


def test_expressions_of_nested_templates_are_those_of_the_one_that_they_say() -> None:
    def nested(scope: str | None) -> list[str]:
        inner = json.loads(template("[variables('table')]"))
        inner["variables"] = {"table": "Inner"}
        options = {"expressionEvaluationOptions": {"scope": scope}} if scope else {}
        deployment = {"type": "Microsoft.Resources/deployments", "properties": {**options, "template": inner}}
        text = template("X", resources=[deployment])
        return [query.text for query in extract_as(Source("a.json", text), "json").queries]

    assert nested("inner") == ["Inner"]
    assert nested("Outer") == ["SigninLogs"]
    assert nested(None) == ["SigninLogs"]


def test_the_default_of_a_parameter_that_is_the_query() -> None:
    text = template(
        "[parameters('q')]", parameters={"q": {"type": "string", "defaultValue": "[variables('rule').query]"}}
    )

    assert [query.text for query in extract_as(Source("a.json", text), "json").queries] == ["R | count"]


def test_variables_that_double_each_other_end_soon() -> None:
    doubling = {f"v{n}": f"[concat(variables('v{n + 1}'), variables('v{n + 1}'))]" for n in range(60)}
    text = template("[variables('v0')]", variables={**doubling, "v60": "T | count "})

    assert extract_as(Source("a.json", text), "json").queries == []


PIECES = st.sampled_from(
    "concat( format( replace( join( variables( parameters( 'table' 'lines' 'rule' 'self' '' '{0}' ' ) ) , . query [ 0 "
    "] 5 \n".split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_expression_raises_and_every_place_lies_in_the_file(expression: str) -> None:
    text = template(f"[{expression}]")

    for query in extract_as(Source("a.json", text), "json").queries:
        assert query.map.length == len(query.text)
        spans = [query.map.span(at, at + 1) for at in range(len(query.text))] + [query.map.span(0, len(query.text))]
        assert all(0 <= start <= end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    "piece", ["concat(", "variables('rule').", "'x", "variables('rule')[", "concat('a',", "string(string("]
)
def test_long_expressions_of_one_piece_are_survived(piece: str) -> None:
    found = extract_as(Source("a.json", template(f"[{piece * 20_000}]")), "json")

    assert found.queries == []
    assert {one.code for one in found.diagnostics} <= {"KL007"}
