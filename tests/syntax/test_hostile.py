"""Whatever the text, parsing gives a tree and diagnostics inside the text, and the same ones every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.syntax import ast, parse
from tests.syntax.grammar_queries import queries
from tests.syntax.outline import outline

HERE = Path(__file__).parent
QUERIES = [
    block.split("\n", 1)[0]
    for name in ("operators.txt", "statements.txt", "errors.txt")
    for block in (HERE / name).read_text(encoding="utf-8").strip().split("\n\n")
]
WORDS = (
    "T where extend project summarize by join kind = == != and or not in ( ) [ ] { } | ; , . .. => : 'x' \"y\" @'z' 5 "
    "1.5 1d datetime(2024-01-01) dynamic([1]) let f a b* * + - / % has contains between union mv-expand parse with to "
    "typeof string on asc make-series step // # ``` h' -- --> -[ ]-> \\ ~ ! & \n \t materialize toscalar evaluate view "
    "print {a}"
).split(" ")

TOO_DEEP = "brackets are nested too deeply here; name the inner parts with `let`"


def check(text: str) -> None:
    parsed = parse(text)
    for found in parsed.diagnostics:
        assert 0 <= found.start <= found.end <= len(text)
        assert found.message
        for related in found.related:
            assert 0 <= related.start <= related.end <= len(text)
    for node in ast.walk(parsed.query):
        assert 0 <= node.start <= node.end <= len(text)
    again = parse(text)
    assert again.diagnostics == parsed.diagnostics
    assert outline(again.query) == outline(parsed.query)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_words_in_any_order(text: str) -> None:
    check(text)


@given(queries())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_queries_built_from_the_grammar(text: str) -> None:
    check(text)


@given(queries(), st.integers(0, 300), st.integers(0, 12), st.text(max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_queries_from_the_grammar_with_a_piece_replaced(query: str, start: int, length: int, piece: str) -> None:
    start %= len(query) + 1
    check(query[:start] + piece + query[start + length :])


@given(st.text(max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    check(text)


@given(st.sampled_from(QUERIES), st.integers(0, 300), st.integers(0, 12), st.text(max_size=4))
@settings(max_examples=400, deadline=None)
def test_queries_with_a_piece_replaced(query: str, start: int, length: int, piece: str) -> None:
    start %= len(query) + 1
    check("T | " + query[:start] + piece + query[start + length :])


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_read_as_latin_1(data: bytes) -> None:
    check(data.decode("latin-1"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("print " + "(" * 10_000 + "1" + ")" * 10_000, TOO_DEEP),
        ("print " + "f(" * 5_000, TOO_DEEP),
        ("print dynamic(" + "[" * 10_000 + "]" * 10_000 + ")", TOO_DEEP),
        ("T" + "|" * 100_000, "`||` is not an operator of KQL; write `or`"),
        ("T | where a == '\x00' and \x00", "the character U+0000 can't stand here"),
        ("T | where a == '\ud800' and \ud800", "the character U+D800 can't stand here"),
        ("print " + "- " * 20_000 + "1", TOO_DEEP),
        ("[" * 50_000, "unexpected `[`; expected a string"),
        (")" * 50_000, "this `)` has no `(`"),
        (";" * 50_000, "unexpected `;`; expected an expression or the end of the query"),
        ("'" * 19_999, "the string that begins with this ' is not closed on its line"),
    ],
    ids=lambda value: value[:20].encode("unicode_escape").decode(),
)  # fmt: skip
def test_monsters(text: str, message: str) -> None:
    check(text)
    assert message in [found.message for found in parse(text).diagnostics]


@pytest.mark.parametrize(
    "text",
    [
        "T | where " + " and ".join(f"a{n} == {n}" for n in range(10_000)),
        "T | where x in (" + ", ".join(f"'value {n}'" for n in range(12_000)) + ")",
        "T" + " | where a == 1" * 10_000,
        "print 1" + " + 1" * 20_000,
        "let x = 1; " * 10_000 + "T",
    ],
    ids=["conjunction", "list", "pipes", "sum", "lets"],
)
def test_long_texts_that_are_right(text: str) -> None:
    assert parse(text).diagnostics == []


def test_a_hundred_brackets_are_fine() -> None:
    check("print " + "f(" * 99 + "1" + ")" * 99)
    assert parse("print " + "f(" * 99 + "1" + ")" * 99).diagnostics == []
