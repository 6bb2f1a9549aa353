"""Terraform: what texts come to and where they stand, which blocks have queries, what is said of broken files."""

from __future__ import annotations

import pytest

from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.hosts.infrastructure import terraform
from kql_lint.source import Source


def extract(text: str) -> Extraction:
    return terraform.extract(Source("main.tf", text))


def rule(value: str, more: str = "") -> str:
    return f'resource "azurerm_sentinel_alert_rule_nrt" "r" {{\n  query = {value}\n{more}}}\n'


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


# The values are those of HashiCorp's own parser (hcl 2, by way of @cdktf/hcl2json 0.21).
@pytest.mark.parametrize(
    ("written", "expected", "changed"),
    [
        ('"T | take 1"', "T | take 1", []),
        (r'"T\n|\twhere a == \"\\\" "', 'T\n|\twhere a == "\\" ', [("\n", r"\n"), ("\t", r"\t"), ('"', r"\""), ("\\", r"\\"), ('"', r"\"")]),  # noqa: E501
        (r'"T | where a == \u00e9\U0001F600"', "T | where a == é😀", [("é", r"\u00e9"), ("😀", r"\U0001F600")]),
        (r'"T\d \ud83d"', "T\\d \ufffd", [("\ufffd", r"\ud83d")]),
        ('"T $${a} %%{b} $ % $5 100%"', "T ${a} %{b} $ % $5 100%", [("$", "$${"), ("{", "$${"), ("%", "%%{"), ("{", "%%{")]),  # noqa: E501
        ("<<EOT\nT\n  | take 1\nEOT", "T\n  | take 1\n", []),
        ("<<EOT\nT \\n \"x\"\n  EOT", 'T \\n "x"\n', []),
        ("<<-EOT\n    T\n      | x\n\n    | y\n  EOT", "T\n  | x\n\n| y\n", []),
        ("<<-EOT\n  \n    T\n  | x\n  EOT", "  \n  T\n| x\n", []),
        ("<<-EOT\n\t\tT\n\t\t| x\n\tEOT", "T\n| x\n", []),
        ("<<-EOT\r\n    T\r\n    | x\r\n  EOT", "T\r\n| x\r\n", []),
        ("<<-É-1\n é😀\n É-1", "é😀\n", []),
        ("<<EOT\nT\nEOT x\nEOT", "T\nEOT x\n", []),
        ("<<-EOT\n    T ${~ \"x\" ~}\n    | y\n  EOT", "Tx    | y\n", [("x", '${~ "x" ~}')]),
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
        ('"T | where a == ${var.x}"', "T | where a == ${var.x}", ["${var.x}"]),
        ('"T | where a in (${join(",", var.x)})"', "T | where a in (${...})", ["${...}"]),
        ('"T | where a == ${var.x["y"]}"', "T | where a == ${...}", ["${...}"]),
        ('"T ${1 + 2} ${3} ${true}"', "T ${...} 3 true", ["${...}"]),
        ("<<EOT\nT\n%{ if var.x }| a%{ else }| b%{ endif }\n| c\nEOT", "T\n${...}\n| c\n", ["${...}"]),
        ("<<EOT\nT\n%{ for a in b }%{ if a }x%{ endif }%{ endfor }\nEOT", "T\n${...}\n", ["${...}"]),
        ("<<EOT\nT\n%{ if a }| never closed\nEOT", "T\n${...}", ["${...}"]),
        ('"T | where a == {{tenant}} or @{x}"', "T | where a == {{tenant}} or @{x}", ["{{tenant}}", "@{x}"]),
        ('format("T | where a == \\"%s\\" and b %% %d > 1", "x", var.n)', 'T | where a == "x" and b % %d > 1', ["%d"]),
        ('format("T | where a == %s", var.n)', "T | where a == %s", ["%s"]),
        ('join("\\n", ["T", "| where a", var.filter])', "T\n| where a\n${var.filter}", ["${var.filter}"]),
        ('replace("T | where a > ago(DAYS) | take DAYS", "DAYS", var.d)', "T | where a > ago(DAYS) | take DAYS", ["DAYS", "DAYS"]),  # noqa: E501
        ('replace("T | take DAYS", "DAYS", 5)', "T | take 5", []),
        ("trimspace(<<EOT\n\n  T\n\nEOT\n)", "T", []),
        ("(chomp(<<EOT\nT \nEOT\n))", "T ", []),
    ],
)  # fmt: skip
def test_what_only_the_deployment_knows_is_a_hole(written: str, expected: str, holes: list[str]) -> None:
    query = only(rule(written))

    assert query.text == expected
    assert [query.text[start:end] for start, end in query.holes] == holes


def test_a_hole_stands_for_its_expression() -> None:
    text = rule('"T | where a in (${join(",", var.x)}) and b"')

    query = only(text)

    start, end = query.map.span(*query.holes[0])
    assert text[start:end] == '${join(",", var.x)}'
    assert text[slice(*query.map.span(len(query.text) - 1, len(query.text)))] == "b"


@pytest.mark.parametrize(
    "written",
    ["var.query", "each.value.query", 'file("a.kql")', 'templatefile("a.kql", {})', '"${file("a.kql")}"',
     'replace(file("a.kql"), "x", "y")', "local.unknown", 'local["x"][0]', "data.local_file.q.content", "null_query()"],
)  # fmt: skip
def test_a_query_from_elsewhere_is_nothing_here(written: str) -> None:
    extraction = extract(rule(written))

    assert (extraction.queries, extraction.diagnostics) == ([], [])


def test_names_are_followed() -> None:
    text = (
        'locals {\n  base = "T | where a == 1"\n  again = local.base\n'
        '  all = { x = { "y z" = "${local.again} | take 1" } }\n}\n' + rule('local.all.x["y z"]')
    )

    query = only(text)

    assert query.text == "T | where a == 1 | take 1"
    assert text[slice(*query.map.span(0, 16))] == "T | where a == 1"


def test_the_default_of_a_variable_counts_as_a_whole_query_and_not_within_one() -> None:
    default = 'variable "v" {\n  default = "T | take 1"\n}\n'

    assert only(default + rule("var.v")).text == "T | take 1"
    assert only(default + rule('"U | ${var.v}"')).text == "U | ${var.v}"


def test_names_that_are_defined_by_themselves_are_holes() -> None:
    text = 'locals {\n  a = "A ${local.b}"\n  b = "B ${local.a}"\n}\n' + rule("local.a")

    query = only(text)

    assert query.text.startswith("A B ")
    assert [query.text[start:end] for start, end in query.holes] in (["${local.a}"], ["${local.b}"])


def test_names_do_not_multiply_a_text_without_end() -> None:
    names = [f'  a{number} = "${{local.a{number - 1}}}${{local.a{number - 1}}}"\n' for number in range(1, 60)]
    text = 'locals {\n  a0 = "T | take 1 "\n' + "".join(names) + "}\n" + rule("local.a59")

    assert all(len(query.text) < 5_000_000 for query in extract(text).queries)


def test_what_a_rule_says_of_itself() -> None:
    text = """\
resource "azurerm_sentinel_alert_rule_scheduled" "r" {
  name            = "0c5b3a2e-1111-4222-8333-444455556666"
  display_name    = "Drives"
  severity        = "High"
  query           = "T"
  query_frequency = "PT1H"
  query_period    = var.period
  trigger_operator = "GreaterThan"
  event_grouping { aggregation_method = "AlertPerResult" }
  entity_mapping {
    entity_type = "Host"
    field_mapping {
      identifier  = "HostName"
      column_name = "DeviceName"
    }
    field_mapping {
      identifier  = "DnsDomain"
      column_name = "Domain"
    }
  }
  entity_mapping {
    entity_type = "Account"
    field_mapping {
      identifier  = "Name"
      column_name = local.column
    }
  }
  sentinel_entity_mapping { column_name = "Entities" }
  custom_details = { Kind = "ActionType", "Port no" = "Port" }
  alert_details_override {
    display_name_format = "On {{DeviceName}}"
    dynamic_property {
      name  = "AlertLink"
      value = "Link"
    }
  }
  incident_configuration {
    create_incident = true
    grouping { group_by_custom_details = ["Kind"] }
  }
}
"""
    query = only(text)
    found = query.rule

    assert (query.kind, query.platform, query.label) == ("sentinel-rule", "sentinel", "Drives")
    assert found is not None
    assert (found.kind, found.is_whole, text[found.start : found.end]) == (
        "scheduled", False, 'resource "azurerm_sentinel_alert_rule_scheduled" "r"',
    )  # fmt: skip
    assert found.id is None
    assert found.frequency is not None
    assert (found.frequency.value, text[slice(*found.frequency.span)]) == ("PT1H", "PT1H")
    assert found.period is not None
    assert found.period.hole
    assert found.event_grouping is not None
    assert found.event_grouping.value == "AlertPerResult"
    columns = [[field.column for field in mapping.fields] for mapping in found.entity_mappings]
    assert [[column.value for column in row] for row in columns] == [["DeviceName", "Domain"], ["${local.column}"]]
    assert [[column.hole for column in row] for row in columns] == [[False, False], [True]]
    assert text[slice(*columns[0][1].span)] == "Domain"
    assert [column.value for column in found.sentinel_entities] == ["Entities"]
    assert [(name.value, column.value) for name, column in found.custom_details] == [
        ("Kind", "ActionType"), ("Port no", "Port"),
    ]  # fmt: skip
    assert [(key, text.value) for key, text in found.alert_formats] == [("alertDisplayNameFormat", "On {{DeviceName}}")]
    assert [(name.value, column.value) for name, column in found.alert_properties if name] == [("AlertLink", "Link")]
    assert [name.value for name in found.group_by_details] == ["Kind"]


def test_what_near_real_time_rules_call_otherwise() -> None:
    more = '  incident {\n    grouping {\n      by_custom_details = ["Kind"]\n    }\n  }\n'

    found = only(rule('"T"', more)).rule

    assert found is not None
    assert (found.kind, [name.value for name in found.group_by_details]) == ("nrt", ["Kind"])


def test_a_custom_detection_is_whole_only_if_nothing_is_merged_into_it() -> None:
    body = '{ displayName = "D", queryCondition = { queryText = "T" } }'

    whole = only(f'resource "msgraph_resource" "d" {{\n  body = {body}\n}}')
    merged = only(f'resource "msgraph_resource" "d" {{\n  body = merge(local.common, {body})\n}}')

    assert whole.rule is not None
    assert merged.rule is not None
    assert (whole.kind, whole.platform, whole.label, whole.rule.kind) == (
        "defender-rule", "defender", "D", "custom-detection",
    )  # fmt: skip
    assert (whole.rule.is_whole, merged.rule.is_whole) == (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('module "m" {\n  query = "T | where a == 1"\n}', ["T | where a == 1"]),
        ('module "m" {\n  query = "select 1"\n}', []),
        ('module "m" {\n  rules = [{ query = "x", severity = "Low", tactics = [] }]\n}', ["x"]),
        ('locals {\n  all = [for f in x : { query = "x", queryFrequency = "PT1H", n = f }]\n}', ["x"]),
        ('locals {\n  all = var.x ? [{ query = "x", query_period = "PT1H" }] : []\n}', ["x"]),
        ('variable "rules" {\n  default = { a = { query = "x", trigger_threshold = 0 } }\n}', ["x"]),
        ('locals {\n  q_query = "T\\n| where a"\n}', ["T\n| where a"]),
        ('locals {\n  q_query = "T\\n| where a"\n}\nresource "x" "y" {\n  q = local.q_query\n}', []),
        ('locals {\n  text = "T\\n| where a"\n  # no query\n}', []),
        ('locals {\n  queries = { a = "T\\n| where a", b = "no" }\n}', ["T\n| where a"]),
        ('resource "datadog_monitor" "m" {\n  query = "T | where a == 1"\n}', []),
        ('data "x" "y" {\n  query = "resources | where type == 1"\n}', []),
        ('resource "azurerm_monitor_scheduled_query_rules_alert" "m" {\n  query = "requests | where a"\n}', []),
        ('resource "azurerm_sentinel_alert_rule_nrt" "r" {\n  query = "T"\n'
         '  dynamic "entity_mapping" {\n    for_each = x\n'
         "    content {\n      entity_type = entity_mapping.value\n    }\n  }\n}", ["T"]),
    ],
)  # fmt: skip
def test_which_texts_are_queries(text: str, expected: list[str]) -> None:
    extraction = extract(text)

    assert [query.text for query in extraction.queries] == expected
    assert extraction.diagnostics == []


def test_comments_for_kql_lint() -> None:
    text = (
        "# kql-lint: disable=unknown-table -- ours\r\n"
        + rule("<<EOT // kql-lint: no\nT // kql-lint: of the query\nEOT").replace("<<EOT //", "<<EOT\n//")
        + "locals { a = 1 } //  kql-lint : disable-line=x  \n/* kql-lint: no */\n# other\n"
    )

    found = [(comment.text, text[comment.start : comment.end]) for comment in extract(text).comments]

    assert found == [
        ("disable=unknown-table -- ours", "# kql-lint: disable=unknown-table -- ours"),
        ("disable-line=x", "//  kql-lint : disable-line=x"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "message", "help"),
    [
        (rule('"T\n'), (2, 11), "the string that begins here is not closed on its line",
         "a text of several lines is written as a heredoc: <<-EOT ... EOT"),
        (rule("<<-EOT\nT\nEOF"), (2, 11), "the heredoc that begins here is never closed: no line has EOT alone", None),
        (rule('"${x"'), (2, 15), "the string that begins here is not closed on its line",
         "a text of several lines is written as a heredoc: <<-EOT ... EOT"),
        (rule("[1, 2"), (3, 1), "`}` can't close the `[` of line 2", "write `]` first"),
        ("locals { # query\n  a = 1\n", (1, 8), "the `{` that opens here is never closed", None),
        ("locals { # query\n}\n}\n", (3, 1), "`}` closes nothing: no bracket is open here", None),
        ("/* query\n", (1, 1), "the comment that begins here is never closed with */", None),
        ("locals {\n  query =\n}\n", (2, 9), "the value of `query` is missing", None),
        (rule('"T"', "  = 1\n"), (3, 3), "the name of an argument or a block is missing here", None),
        ('locals {\n  a = { query "T" }\n}\n', (2, 9), "`:` or `=` is missing after `query`", None),
        ('locals {\n  query <<EOT\nT\nEOT\n}\n', (2, 3),
         "`query` is neither an argument (`query = ...`) nor a block (`query { ... }`)", None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_broken_file(text: str, place: tuple[int, int], message: str, help: str | None) -> None:
    (found,) = extract(text).diagnostics

    assert (found.code, found.message, found.help) == ("KL005", f"broken Terraform: {message}", help)
    assert Source("main.tf", text).position(found.start) == place


def test_a_file_without_a_word_of_a_query_is_not_judged() -> None:
    assert extract('resource "x" "y" {\n  a = "never closed\n').diagnostics == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'resource "azurerm_sentinel_alert_rule_nrt" "r" {\n  display_name = "R"\n}\n',
            'the rule "R": it has no query',
        ),
        (rule('""'), "this rule: its query is empty"),
        (rule('"// T"'), "this rule: its query has comments only"),
    ],
)
def test_a_rule_without_a_query(text: str, message: str) -> None:
    (found,) = extract(text).diagnostics

    assert (found.code, found.message) == ("KL004", f"no query found in {message}")
