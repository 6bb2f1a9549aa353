"""Queries at keys that the configuration names, in YAML and JSON."""

from __future__ import annotations

import pytest

from kql_lint.diagnostic import Severity
from kql_lint.hosts import HostOptions, extract
from kql_lint.hosts.generic import keys_of
from kql_lint.source import Source
from tests.steps import steps

YAML = """
title: top
kql: Top
detection:
  query: |
    Detection
    of two lines
  kql: "Quo\\x74ed"
  name: d
rules:
  - kql: One   # with a comment
    id: first
  - kql: [Two, Three]
  - deep:
      detection: {query: Four}
empty:
  kql: ""
  detection: {query: ~, kql: "// later"}
"detection.query": Five
"""


def texts(text: str, *keys: str, name: str = "a.yaml") -> list[str]:
    extraction = extract(Source(name, text), HostOptions(query_keys=keys))
    assert extraction is not None
    assert extraction.diagnostics == []
    return [query.text for query in extraction.queries]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("kql",), ["Top", "Quoted", "One", "Two", "Three"]),
        (("detection.query",), ["Detection\nof two lines\n", "Four", "Five"]),
        (("*.kql",), ["Quoted", "One", "Two", "Three"]),
        (("rules.kql", "deep.*.query"), ["One", "Two", "Three", "Four"]),
        (("deep.detection.query",), ["Four"]),
        (("detection.kql", "name"), ["Quoted", "d"]),
        (("*tection.k*",), ["Quoted"]),
        (("Kql",), []),
        (("etection.query",), []),
        (("nothing",), []),
    ],
)
def test_keys_are_the_end_of_a_path(keys: tuple[str, ...], expected: list[str]) -> None:
    assert texts(YAML, *keys) == expected


def test_json_as_yaml() -> None:
    text = '{"kql": "no", "a": {"kql": "T\\n| count"}, "b": [{"kql": {"c": "U"}}, {"kql": null}, {"kql": {{ x }}}]}'

    assert texts(text, "*.kql", name="a.json") == ["T\n| count"]
    assert texts(text, "kql.c", name="a.json") == ["U"]


def test_what_is_a_rule_anyway_is_found_once() -> None:
    text = "name: r\nkind: NRT\nquery: T\nhunt:\n  query: U\n"

    assert texts(text, "query") == ["T", "U"]
    assert texts('{"queryCondition": {"queryText": "T"}, "x": {"queryText": "U"}}', "queryText", name="a.json") == [
        "T",
        "U",
    ]


def test_what_is_said_of_a_query() -> None:
    text = "a:\n- id: 5\n  title: Shells\n  kql: T | take {{ n }}\n"
    extraction = extract(Source("a.yml", text), HostOptions(query_keys=("a.kql",)))
    assert extraction is not None

    (query,) = extraction.queries

    assert (query.kind, query.platform, query.label, query.rule) == ("configured", None, "Shells", None)
    assert [query.text[start:end] for start, end in query.holes] == ["{{ n }}"]
    assert text[slice(*query.map.span(0, 4))] == "T | "


def test_aliases_are_found_once_and_loops_end() -> None:
    assert texts("a: &a\n  kql: &q T\n  more: *a\nb: {kql: *q}\n", "kql") == ["T"]


def test_broken_yaml_is_an_error_where_its_queries_are_asked_for() -> None:
    text = "kql: T\nname: [lost\n"

    def said(*keys: str) -> list[tuple[str, Severity]]:
        extraction = extract(Source("a.yaml", text), HostOptions(query_keys=keys))
        assert extraction is not None
        return [(one.code, one.severity) for one in extraction.diagnostics]

    assert said() == said("detection") == [("KL005", Severity.INFO)]
    assert said("kql") == [("KL005", Severity.ERROR)]


def test_broken_json_is_said_where_its_queries_are_asked_for() -> None:
    source = Source("a.json", '{"kql": "T" "x"}')
    extraction = extract(source, HostOptions(query_keys=("kql",)))
    assert extraction is not None

    assert [query.text for query in extraction.queries] == ["T"]
    assert [(one.code, one.message) for one in extraction.diagnostics] == [
        ("KL005", 'broken JSON: a comma or "}" is missing before the quote')
    ]
    assert extract(source) == extract(Source("a.json", "{}"), HostOptions(query_keys=("kql",)))


@pytest.mark.parametrize("pattern", ["", ".", "a.", ".a", "a..b", "a. .b"])
def test_a_pattern_that_is_none(pattern: str) -> None:
    with pytest.raises(ValueError, match="empty part") as error:
        keys_of([pattern])
    assert str(error.value) == f'"{pattern}" has an empty part; write keys with one dot between them'


def test_keys_with_spaces_and_signs() -> None:
    assert texts("hunting query: T\n'a+b': {'c(': U}\n", "hunting query", "a+b.c(") == ["T", "U"]


def test_the_work_for_a_key_is_at_most_its_length_times_that_of_the_pattern() -> None:
    keys = keys_of(["*a" * 60 + "*b", "*.a*.*a*a*b"])
    path = ("a" * 500, "a" * 500, "ab" * 250 + "c")
    assert steps(lambda: keys.match(path)) < 1000
    assert not keys.match(path)


def test_no_keys_match_nothing() -> None:
    assert not keys_of([]).match(("a",))
