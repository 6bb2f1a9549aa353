"""Bicep: what texts come to and where they stand, which declarations have queries, what is said of broken files."""

from __future__ import annotations

import pytest

from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.infrastructure import bicep
from kql_lint.source import Source


def extract(text: str) -> Extraction:
    return bicep.extract(Source("main.bicep", text))


def rule(value: str, more: str = "") -> str:
    return (
        "resource r 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {\n  kind: 'NRT'\n"
        f"  properties: {{\n    query: {value}\n{more}  }}\n}}\n"
    )


def only(text: str) -> HostedQuery:
    extraction = extract(text)
    assert extraction.diagnostics == []
    (query,) = extraction.queries
    assert query.map.length == len(query.text)
    return query


def differing(text: str, query: HostedQuery) -> list[tuple[str, str]]:
    """The characters of a query that stand otherwise in the file, each with what stands there."""
    pairs = [(char, text[slice(*query.map.span(at, at + 1))]) for at, char in enumerate(query.text)]
    return [(char, source) for char, source in pairs if char != source]


@pytest.mark.parametrize(
    ("written", "expected", "changed"),
    [
        ("'T | take 1'", "T | take 1", []),
        (r"'T\n|\twhere a == \'\\\' $ \${x}'", "T\n|\twhere a == '\\' $ ${x}",
         [("\n", r"\n"), ("\t", r"\t"), ("'", r"\'"), ("\\", r"\\"), ("'", r"\'"), ("$", r"\$")]),
        (r"'T | where a == \u{e9}\u{1F600}'", "T | where a == é😀", [("é", r"\u{e9}"), ("😀", r"\u{1F600}")]),
        ("'''\nT\n  | take 1\n'''", "T\n  | take 1\n", []),
        ("'''T | take 1'''", "T | take 1", []),
        ("'''\r\nT\r\n'''", "T\r\n", []),
        ("'''\n\nT \\n ${x} \"'\" '' x'''", "\nT \\n ${x} \"'\" '' x", []),
        ("'''T | where a == '''''", "T | where a == ''", []),
        ("$'''\nT $ {x} \\n'''", "T $ {x} \\n", []),
        ("$$'''\nT ${x} $$ '''", "T ${x} $$ ", []),
    ],
)  # fmt: skip
def test_what_a_text_comes_to(written: str, expected: str, changed: list[tuple[str, str]]) -> None:
    text = rule(written)

    query = only(text)

    assert query.text == expected
    assert differing(text, query) == changed


@pytest.mark.parametrize(
    ("written", "expected", "holes"),
    [
        ("'T | where a == ${x}'", "T | where a == ${x}", ["${x}"]),
        ("'T | where a in (${join(x, '\",\"')})'", "T | where a in (${...})", ["${...}"]),
        ("'T ${x ? 'a' : 'b'} ${{ a: 'x' }.a} ${3}'", "T ${...} ${...} 3", ["${...}", "${...}"]),
        ("$'''\nT ${x}\n| y'''", "T ${x}\n| y", ["${x}"]),
        ("$$'''T ${x} $${y} $$${z}'''", "T ${x} $${y} $$${z}", ["${x}", "$${y}", "$${z}"]),
        ("concat('T | where a == ', x, ' | take 1')", "T | where a == ${x} | take 1", ["${x}"]),
        ("format('T | where a == \"{0}\" and {1:N} {{}}', 'v', x)", 'T | where a == "v" and {1:N} {}', ["{1:N}"]),
        ("join(['T', '| where a', x], '\\n')", "T\n| where a\n${x}", ["${x}"]),
        ("replace('T | take DAYS', 'DAYS', string(x))", "T | take DAYS", ["DAYS"]),
        ("trim('''\n  T\n''')", "T", []),
    ],
)  # fmt: skip
def test_what_only_the_deployment_knows_is_a_hole(written: str, expected: str, holes: list[str]) -> None:
    query = only(rule(written))

    assert query.text == expected
    assert [query.text[start:end] for start, end in query.holes] == holes


@pytest.mark.parametrize(
    "written",
    ["query", "loadTextContent('a.kql')", "rule.query", "rules[0].query", "'${query}'", "queries[?x].query",
     "x.?y ?? z", "replace(loadTextContent('a.kql'), 'x', y)", "az.loadTextContent('a.kql')", "rule.query!"],
)  # fmt: skip
def test_a_query_from_elsewhere_is_nothing_here(written: str) -> None:
    extraction = extract(rule(written))

    assert (extraction.queries, extraction.diagnostics) == ([], [])


def test_names_are_followed() -> None:
    text = "var all = { x: { 'y z': '${base} | take 1' } }\nvar base string = 'T | where a'\n" + rule("all.x['y z']")

    query = only(text)

    assert query.text == "T | where a | take 1"
    assert text[slice(*query.map.span(0, 11))] == "T | where a"


def test_the_default_of_a_parameter_counts_as_a_whole_query_and_not_within_one() -> None:
    default = "@description('The query')\n@secure() param v string = 'T | take 1'\n"

    assert only(default + rule("v")).text == "T | take 1"
    assert only(default + rule("'U | ${v}'")).text == "U | ${v}"


def test_what_a_rule_says_of_itself() -> None:
    more = """\
    displayName: 'Drives'
    severity: severity
    queryFrequency: 'PT1H'
    entityMappings: [
      {
        entityType: 'Host'
        fieldMappings: [ { identifier: 'HostName', columnName: 'DeviceName' } ]
      }
    ]
    customDetails: {
      Kind: 'ActionType'
      'Port no': 'Port'
    }
"""
    text = rule("'T'", more).replace("'NRT'", "'Scheduled'")

    query = only(text)
    found = query.rule

    assert (query.kind, query.platform, query.label) == ("sentinel-rule", "sentinel", "Drives")
    assert found is not None
    assert (found.kind, found.is_whole, text[found.start : found.end]) == ("scheduled", True, "r")
    assert found.severity is not None
    assert found.severity.hole
    assert found.frequency is not None
    assert (found.frequency.value, text[slice(*found.frequency.span)]) == ("PT1H", "PT1H")
    (mapping,) = found.entity_mappings
    assert mapping.entity is not None
    assert (mapping.entity.value, mapping.fields[0].column.value) == ("Host", "DeviceName")
    assert text[slice(*mapping.fields[0].column.span)] == "DeviceName"
    assert [(name.value, column.value) for name, column in found.custom_details] == [
        ("Kind", "ActionType"), ("Port no", "Port"),
    ]  # fmt: skip


@pytest.mark.parametrize("more", ["    ...common\n", "    '${key}': 'x'\n"])
def test_a_rule_into_which_something_is_spread_is_not_whole(more: str) -> None:
    found = only(rule("'T'", more)).rule

    assert found is not None
    assert not found.is_whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("module m 'm.bicep' = {\n  params: {\n    query: 'T | where a == 1'\n  }\n}", ["T | where a == 1"]),
        ("module m 'm.bicep' = {\n  params: {\n    query: 'select 1'\n  }\n}", []),
        ("var rules = [\n  {\n    query: 'x'\n    queryFrequency: 'PT1H'\n  }\n]", ["x"]),
        ("param rules array = [{ query: 'x', triggerThreshold: 0 }]", ["x"]),
        ("var all = [for f in x: { query: 'x', queryPeriod: f }]", ["x"]),
        ("var all = union(common, { query: 'x', queryPeriod: f })", ["x"]),
        ("var all = x ? [ { query: 'x', queryPeriod: f } ] : []", ["x"]),
        ("var drivesQuery = 'T\\n| where a'", ["T\n| where a"]),
        ("var drivesQuery = 'T\\n| where a'\noutput o string = drivesQuery", []),
        ("var text = 'T\\n| where a' // no query", []),
        ("output query string = '''\nT\n| where a\n'''", ["T\n| where a\n"]),
        ("var queries = {\n  a: '''\n    T | where a\n  '''\n  b: 'no'\n}", ["    T | where a\n  "]),
        (rule("'T'").replace("= {", "= if (deploy) {", 1), ["T"]),
        (rule("'T'").replace("= {", "= [for x in y: if (x) {", 1).rstrip("\n") + "]", ["T"]),
        (rule("x\n      ? 'T'\n      : 'U'"), ["T", "U"]),
        (rule("'T'").replace("alertRules", "alertRuleTemplates"), ["T"]),
        (rule("'T'").replace("SecurityInsights/", "OperationalInsights/workspaces/providers/"), ["T"]),
        (rule("'T'").replace("'NRT'", "'Fusion'"), []),
        (rule("'T | where a'").replace("SecurityInsights/alertRules", "Grafana/dashboards").replace("NRT", "x"), []),
        ("resource a 'x/y@1' = {\n  properties: {\n    q: [ { query: 'T | where a == 1' } ]\n  }\n}", []),
        ("resource a 'x/y@1' = {\n  properties: {\n    mainTemplate: { resources: [ {\n"
         "      type: 'Microsoft.OperationalInsights/savedSearches'\n      properties: { query: 'T' }\n"
         "    } ] }\n  }\n}", ["T"]),
        ("func f(query string) string => 'T | where ${query}'", []),
        ("type query = 'a' | 'b'\nparam p {\n  query: string\n}?", []),
        ("#disable-next-line no-unused\nvar q = 'x' // query", []),
        ("using 'main.bicep'\nparam query = 'T | where a == \\'\\n\\''", ["T | where a == '\n'"]),
    ],
)  # fmt: skip
def test_which_texts_are_queries(text: str, expected: list[str]) -> None:
    extraction = extract(text)

    assert [query.text for query in extraction.queries] == expected
    assert extraction.diagnostics == []


def test_comments_for_kql_lint() -> None:
    text = "// kql-lint: disable=unknown-table\n" + rule("'''\nT // kql-lint: of the query\n'''") + "/* kql-lint: no */"

    found = [(comment.text, text[comment.start : comment.end]) for comment in extract(text).comments]

    assert found == [("disable=unknown-table", "// kql-lint: disable=unknown-table")]


@pytest.mark.parametrize(
    ("text", "place", "message", "help"),
    [
        (rule("'T\n"), (4, 12), "the string that begins here is not closed on its line",
         "a text of several lines is written between ''' and '''"),
        (rule("'''\nT\n''"), (4, 12), "the ''' that opens here is never closed", None),
        (rule("$'''\nT ${x'''"), (5, 6), "the ''' that opens here is never closed", None),
        (rule("$'''\nT ${x\n'"), (6, 1), "the string that begins here is not closed on its line",
         "a text of several lines is written between ''' and '''"),
        (rule("[ 1"), (5, 3), "`}` can't close the `[` of line 4", "write `]` first"),
        ("var query = {\n", (1, 13), "the `{` that opens here is never closed", None),
        ("var query = 1\n]", (2, 1), "`]` closes nothing: no bracket is open here", None),
        ("var a = { query 'T' }", (1, 11), "`:` or `=` is missing after `query`", None),
        ("resource query 'x/y@1' {\n}", (1, 1), "`=` and the resource itself are missing here", None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_broken_file(text: str, place: tuple[int, int], message: str, help: str | None) -> None:
    (found,) = extract(text).diagnostics

    assert (found.code, found.message, found.help) == ("KL005", f"broken Bicep: {message}", help)
    assert Source("main.bicep", text).position(found.start) == place


FUNCTIONS = """\
var functions = [
  {
    alias: 'Shells'
    parameters: %s
    query: 'let n = 1;\\nT | where a == who | take n'
  }
]
"""


@pytest.mark.parametrize(
    ("parameters", "declared"),
    [
        ("'who:string, T:(*)'", "declare query_parameters(who: string); let T = table('T'); "),
        ("[ 'who:string' ]", "declare query_parameters(who: string); "),
        ("''", ""),
        ("{ who: 'string' }", ""),
    ],
)
def test_a_function_in_a_list_has_its_parameters_beside_it(parameters: str, declared: str) -> None:
    query = only(FUNCTIONS % parameters)

    assert query.text[: query.preamble] == declared
    assert query.text[query.preamble :] == "let n = 1;\nT | where a == who | take n"


def test_a_function_whose_parameters_are_not_known_is_left_alone() -> None:
    assert extract(FUNCTIONS % "listed").queries == []


def test_a_file_without_a_word_of_a_query_is_not_judged() -> None:
    assert extract("var a = 'never closed\n").diagnostics == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rule("''").replace("    query: ''\n", "    displayName: 'R'\n"), 'the rule "R": it has no query'),
        (rule("''"), "this rule: its query is empty"),
        (rule("'// T'"), "this rule: its query has comments only"),
    ],
)
def test_a_rule_without_a_query(text: str, message: str) -> None:
    (found,) = extract(text).diagnostics

    assert (found.code, found.message) == ("KL004", f"no query found in {message}")
