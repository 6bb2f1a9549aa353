"""Statements and every pipe operator: what the tree holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.syntax import ast, parse
from tests.syntax.outline import outline


def cases(name: str) -> list[tuple[str, list[str]]]:
    """The queries of a file, each with the trees that are indented below it."""
    blocks = (Path(__file__).parent / name).read_text(encoding="utf-8").strip().split("\n\n")
    return [(query, [tree.strip() for tree in trees]) for query, *trees in map(str.splitlines, blocks)]


def statements(text: str) -> list[str]:
    parsed = parse(text)
    assert parsed.diagnostics == []
    return [outline(statement) for statement in parsed.query.statements]


def operators(text: str) -> list[str]:
    """The outlines of the operators of a query that begins with T."""
    (statement,) = parse_statements(f"T | {text}")
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    return list(map(outline, statement.expression.operators))


def parse_statements(text: str) -> list[ast.Statement]:
    parsed = parse(text)
    assert parsed.diagnostics == []
    return parsed.query.statements


@pytest.mark.parametrize(("text", "trees"), cases("statements.txt"))
def test_statements(text: str, trees: list[str]) -> None:
    assert statements(text) == trees


@pytest.mark.parametrize(("text", "trees"), cases("operators.txt"))
def test_operators(text: str, trees: list[str]) -> None:
    assert operators(text) == trees


def test_nodes_lie_where_their_text_is() -> None:
    text = (
        "let f = (a: string) { T | where x == a };\n"
        "f('y')\n| extend z = (1 + 2), w = 3\n| join kind=inner (U) on k // end"
    )
    let, statement = parse_statements(text)
    assert isinstance(let, ast.Let)
    assert isinstance(statement, ast.QueryStatement)
    pipeline = statement.expression
    assert isinstance(pipeline, ast.Pipeline)
    assert isinstance(pipeline.source, ast.Node)
    assert text[let.start : let.end] == "let f = (a: string) { T | where x == a }"
    assert text[pipeline.source.start : pipeline.source.end] == "f('y')"
    assert [text[o.start : o.end] for o in pipeline.operators] == [
        "extend z = (1 + 2), w = 3",
        "join kind=inner (U) on k",
    ]


def test_comments_are_kept_and_those_in_strings_are_none() -> None:
    text = "T // one\n| where url == 'https://x' // two\n| where p == @'\\' //three"
    assert [(c.text, text[c.start : c.end]) for c in parse(text).comments] == [
        (c, c) for c in ("// one", "// two", "//three")
    ]


def test_client_directives_are_no_text_of_the_query() -> None:
    assert statements("#connect cluster('help')\nT") == ["(QueryStatement T)"]
    assert statements("T\n  # a note\n| take 1") == ["(QueryStatement (Pipeline T [(Take long:1 [])]))"]


def test_a_management_command_is_not_a_query() -> None:
    parsed = parse(".show tables | where")
    assert (parsed.query.statements, parsed.diagnostics) == ([], [])


def test_the_query_inside_a_command_is_parsed() -> None:
    text = ".set-or-append Target <| T | where a =="
    (error,) = parse(text).diagnostics
    assert (error.start, error.message) == (len(text), "the query ends here; expected an expression")
