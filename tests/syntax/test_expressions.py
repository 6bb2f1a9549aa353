"""Precedence, literals, names and paths, as one predicate or column of a query."""

from __future__ import annotations

import pytest

from kql_lint.syntax import ast, parse
from tests.syntax.outline import outline


def predicate(text: str) -> ast.Expression:
    parsed = parse(f"T | where {text}")
    assert parsed.diagnostics == []
    statement = parsed.query.statements[0]
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    where = statement.expression.operators[0]
    assert isinstance(where, ast.Where)
    return where.predicate


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and c", "(or a (and b c))"),
        ("a and b and c or d", "(or (and a b c) d)"),
        ("(a or b) and c", "(and (or a b) c)"),
        ("a or (b or c)", "(or a (or b c))"),
        ("a == 1 and b != 2", "(and (== a long:1) (!= b long:2))"),
        ("a + b * c == d - e / f", "(== (+ a (* b c)) (- d (/ e f)))"),
        ("a - b - c > 0", "(> (- (- a b) c) long:0)"),
        ("a == b < c", "(== a (< b c))"),
        ("a has 'x' == true", '(== (has a "x") bool:True)'),
        ("-a * b < 3", "(< (* (Unary - a) b) long:3)"),
        ("a =~ 'x' or b !~ 'y'", '(or (=~ a "x") (!~ b "y"))'),
        ("a <> 1", "(<> a long:1)"),
        ("a matches regex @'^x\\d'", '(matches regex a "^x\\d")'),
        ("a !startswith_cs 'x'", '(!startswith_cs a "x")'),
        ("a : 'x'", '(: a "x")'),
        ("a in ('x', 'y')", '(in a ["x" "y"])'),
        ("a !in~ (names)", "(!in~ a [names])"),
        ("a has_any (dynamic(['x', 2]))", '(has_any a [(Dynamic (JsonArray ["x" long:2]))])'),
        ("a in (U | project b)", "(in a [(Pipeline U [(Project [b])])])"),
        ("a between (1 .. 5) and b", "(and (Between False a long:1 long:5) b)"),
        ("a !between (1..5)", "(Between True a long:1 long:5)"),
        ("not(a has 'x')", 'not((has a "x"))'),
        ("a.b['c d'].e[0] == 1", '(== (Index (Member (Index (Member a b) "c d") e) long:0) long:1)'),
        ("a.['b c'] == 1", "(== (Member a ['b c']) long:1)"),
        ("parse_json(a).[0].b == 1", "(== (Member (Index parse_json(a) long:0) b) long:1)"),
        ("-a.b == 1", "(== (Unary - (Member a b)) long:1)"),
        ("toscalar(U | count) > 1", "(> toscalar((Pipeline U [(Count -)])) long:1)"),
        ("* has 'x'", '(has * "x")'),
        ("a > {Threshold}", "(> a (Hole {Threshold}))"),
    ],
)
def test_shapes(text: str, tree: str) -> None:
    assert outline(predicate(text)) == tree


@pytest.mark.parametrize(
    ("text", "type", "value"),
    [
        ("5", "long", 5),
        ("0x1F", "long", 31),
        ("1.5", "real", 1.5),
        ("1.", "real", 1.0),
        ("2e3", "real", 2000.0),
        ("1d", "timespan", "1d"),
        ("1.5h", "timespan", "1.5h"),
        ("10min", "timespan", "10min"),
        ("datetime(2024-01-31 10:00)", "datetime", "2024-01-31 10:00"),
        ('datetime("2024-01-31")', "datetime", "2024-01-31"),
        ("time(1.00:00:00)", "timespan", "1.00:00:00"),
        ("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid", "74be27de-1e4e-49d9-b579-fe0b331d3642"),
        ("int(7)", "int", 7),
        ("int(null)", "int", None),
        ("int64(-7)", "long", -7),
        ("real(1.5)", "real", 1.5),
        ("bool(true)", "bool", True),
        ('"a\\tb\\\\c\\u0041"', "string", "a\tb\\cA"),
        ("'it\\'s'", "string", "it's"),
        ('@"C:\\Windows\\"', "string", "C:\\Windows\\"),
        ("@'it''s'", "string", "it's"),
        ('h"secret"', "string", "secret"),
        ("```a\nb```", "string", "a\nb"),
        ("~~~a'\"b~~~", "string", "a'\"b"),
        ("'a' \"b\" @'c'", "string", "abc"),
    ],
)
def test_literals(text: str, type: str, value: object) -> None:
    binary = predicate(f"x == {text}")
    assert isinstance(binary, ast.Binary)
    literal = binary.right
    assert isinstance(literal, ast.Literal)
    assert (literal.type, literal.value) == (type, value)
    assert (literal.start, literal.end) == (len("T | where x == "), len("T | where x == ") + len(text))


def test_a_dynamic_literal_keeps_the_place_of_each_element() -> None:
    text = 'T | where x in (dynamic(["one", {"two": [3, null, true, -4.5]}]))'
    where = parse(text).query.statements[0].expression.operators[0]  # type: ignore[attr-defined]
    dynamic = where.predicate.items[0]
    assert (
        outline(dynamic.value)
        == '(JsonArray ["one" (JsonObject [["two" (JsonArray [long:3 null:None bool:True real:-4.5])]])])'
    )
    one = dynamic.value.items[0]
    assert text[one.start : one.end] == '"one"'
    inner = dynamic.value.items[1].pairs[0][1].items[3]
    assert text[inner.start : inner.end] == "-4.5"


def test_operators_know_their_own_place() -> None:
    text = "T | where ActionType  =~ 'x' and y !in ('a')"
    logical = parse(text).query.statements[0].expression.operators[0].predicate  # type: ignore[attr-defined]
    comparison, membership = logical.operands
    assert text[comparison.op_start : comparison.op_end] == "=~"
    assert text[membership.op_start : membership.op_end] == "!in"
    assert text[membership.start : membership.end] == "y !in ('a')"


@pytest.mark.parametrize(
    "word", ["type", "kind", "count", "on", "let", "range", "step", "from", "limit", "top", "database", "bin"]
)
def test_soft_keywords_are_columns(word: str) -> None:
    assert outline(predicate(f"{word} == 1")) == f"(== {word} long:1)"


@pytest.mark.parametrize("word", ["and", "by", "contains", "string", "where", "in"])
def test_words_that_need_brackets(word: str) -> None:
    assert parse(f"T | where {word} == 1").diagnostics != []
    assert outline(predicate(f"['{word}'] == 1")) == f"(== ['{word}'] long:1)"


def test_a_word_that_can_only_be_declared() -> None:
    assert parse("T | extend where = 1, by = 2").diagnostics == []
    assert [d.message for d in parse("T | extend and = 1").diagnostics] != []


def test_a_long_chain_is_one_node_and_needs_no_recursion() -> None:
    logical = predicate(" or ".join(f"x == {n}" for n in range(20_000)))
    assert isinstance(logical, ast.Logical)
    assert len(logical.operands) == 20_000
