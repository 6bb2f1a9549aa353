"""Terraform and Bicep that nobody would write: whatever a file has, its queries have places, and reading it ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.hosts import extract_as
from kql_lint.source import Source

PIECES = {
    "terraform": (
        "locals", "resource", '"azurerm_sentinel_alert_rule_nrt"', '"r"', "query", "=", "{", "}", "[", "]", "(",
        ")", '"', "\n", "\n", " ", "${", "%{", "~}", "~", "if", "endif", "for", "local.a", "var.b", "a", "<<E\n",
        "<<-E\n", "E", "\\", "$${", "T | where x", ",", ".", ":", "?", "=>", "...", "#", "//", "/*", "*/",
        "format(", 'join("",', "replace(", "\r\n", "\t", "é", "😀", "\u2028", "@", "0", "null", "%s", "jsonencode(",
        "merge(", "dynamic", "body",
    ),
    "bicep": (
        "var", "param", "resource", "module", "r", "'Microsoft.SecurityInsights/alertRules@1'", "=", ":", "{", "}",
        "[", "]", "(", ")", "'", "'''", "$'''", "$$'''", "${", "$${", "\n", "\n", " ", "query", "properties", "if",
        "for", "in", "a", "b.c", "\\", "\\u{", "T | where x", ",", ".", "?", "!", "??", ".?", "=>", "...", "//",
        "/*", "*/", "@", "concat(", "format('{0}',", "join(", "\r\n", "\t", "é", "😀", "#", "existing",
        "kind: 'NRT'",
    ),
}  # fmt: skip

FILES = {
    "terraform": """\
locals {
  base = "T | where a == 1" # kql-lint: x
  all  = { for k, v in { a = { query = <<-E
    T
    | where x == "${v}"
  E
  , query_period = "PT1H" } } : k => v }
}
resource "azurerm_sentinel_alert_rule_nrt" "r" {
  query = "${local.base} | take ${var.n}"
  entity_mapping {
    field_mapping { column_name = "a" }
  }
}
""",
    "bicep": """\
@description('x')
var base = 'T | where a == \\'\\u{1F600}\\'' // kql-lint: x
resource r 'Microsoft.SecurityInsights/alertRules@1' = [for x in y: if (x) {
  kind: 'NRT'
  properties: {
    query: $'''
      ${base}
      | where b == "${x ? 'a' : {b: 1}.b}"
    '''
    entityMappings: [ { fieldMappings: [ { columnName: 'a' } ] } ]
  }
}]
""",
}


def check(text: str, kind: str) -> None:
    """Reads a text; every query has a place for each of its characters, and holes that are in it and apart."""
    found = extract_as(Source("x", text), kind)
    for query in found.queries:
        assert query.map.length == len(query.text)
        for at, char in enumerate(query.text[:300]):
            start, end = query.map.span(at, at + 1)
            assert 0 <= start <= end <= len(text)
            assert text[start:end] == char or not query.map.is_verbatim(at, at + 1)
        last = 0
        for start, end in query.holes:
            assert last <= start < end <= len(query.text)
            last = end
    for diagnostic in found.diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.end <= len(text)
    for comment in found.comments:
        assert 0 <= comment.start < comment.end <= len(text)


@pytest.mark.parametrize("kind", PIECES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_pieces_in_any_order(kind: str, data: st.DataObject) -> None:
    check("query " + "".join(data.draw(st.lists(st.sampled_from(PIECES[kind]), max_size=40))), kind)


@pytest.mark.parametrize("kind", PIECES)
@settings(max_examples=100, deadline=None)
@given(text=st.text())
def test_any_text(kind: str, text: str) -> None:
    check(f"query{text}", kind)


@pytest.mark.parametrize("kind", PIECES)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_file_with_something_cut_out_and_something_put_in(kind: str, data: st.DataObject) -> None:
    text = FILES[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 12, len(text))))
        text = text[:start] + data.draw(st.sampled_from(["", *PIECES[kind]])) + text[end:]
    check(text + "// query", kind)


@pytest.mark.parametrize("kind", PIECES)
def test_the_file_itself_has_queries(kind: str) -> None:
    found = extract_as(Source("x", FILES[kind]), kind)

    assert (len(found.queries) > 0, len(found.diagnostics), len(found.comments)) == (True, 0, 1)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("terraform", "a = " + "[" * 20_000),
        ("terraform", "a = " + "[" * 20_000 + "]" * 20_000),
        ("terraform", "a {\n" * 4_000 + "}\n" * 4_000),
        ("terraform", "locals {\na = " + "{ a = " * 4_000 + "}" * 4_000 + "\n}"),
        ("terraform", "locals {\na = " + "f(" * 4_000 + ")" * 4_000 + "\n}"),
        ("terraform", "locals {\na = " + "x ? [1] : " * 4_000 + "1\n}"),
        ("terraform", 'a = "${' * 4_000),
        ("terraform", 'locals {\na = "' + '${"' * 4_000 + '"}' * 4_000 + '"\n}'),
        ("terraform", "a = <<E\n${" * 4_000),
        ("terraform", "a = <<E\n" + "E x\n%{ if a }" * 4_000),
        ("terraform", "/*" * 20_000),
        ("terraform", "locals {\n" + "".join(f'a{n} = "${{local.a{n + 1}}}"\n' for n in range(4_000)) + "}"),
        ("bicep", "var a = " + "[" * 20_000),
        ("bicep", "var a = " + "{\na: " * 4_000 + "1" + "\n}" * 4_000),
        ("bicep", "var a = $'''${" * 4_000),
        ("bicep", "var a = $'''" + "$" * 20_000),
        ("bicep", "var a = '" + "\\u{" * 4_000),
        ("bicep", "resource a 'x' = {\n" * 4_000 + "}\n" * 4_000),
        ("bicep", "var a = x ? " * 4_000),
        ("bicep", "@a()\n" * 4_000 + "var a = 1"),
        ("bicep", "".join(f"var a{n} = '${{a{n + 1}}}'\n" for n in range(4_000))),
    ],
    ids=lambda value: value[:24] if len(value) > 12 else value,
)  # fmt: skip
def test_depth_and_length_cost_no_more_than_time_in_proportion(kind: str, text: str) -> None:
    check(text + "\n// query", kind)
