"""Queries in which only the deployment knows some stretches: what they are taken for, and which errors are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kql_lint.syntax import ast, comments, outside_strings, parse, touches
from tests.holes import each_token_a_hole, holes
from tests.syntax.grammar_queries import queries
from tests.syntax.outline import outline

HERE = Path(__file__).parent


def first_lines(name: str, before: str = "") -> list[str]:
    blocks = (HERE / name).read_text(encoding="utf-8").strip().split("\n\n")
    return [before + block.split("\n", 1)[0] for block in blocks]


VALID = first_lines("operators.txt", "T | ") + first_lines("statements.txt")


def statements(text: str) -> str:
    parsed = parse(text, holes(text))
    assert parsed.diagnostics == []
    return " ".join(map(outline, parsed.query.statements))


def operators(text: str) -> str:
    """The operators of ``T | ...``."""
    text = "T " + text
    parsed = parse(text, holes(text))
    assert parsed.diagnostics == []
    (statement,) = parsed.query.statements
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    return " ".join(map(outline, statement.expression.operators))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("| where {{p}}", "(Where (Hole {{p}}) [])"),
        ("| where a == {{v}} and b > ago({{n}}d)", "(Where (and (== a (Hole {{v}})) (> b ago((Hole {{n}}d)))) [])"),
        ("| where a in ({{x}}, 'y')", '(Where (in a [(Hole {{x}}) "y"]) [])'),
        ("| where a !in {{list}}", "(Where (!in a [(Hole {{list}})]) [])"),
        ("| where a between {{bounds}}", "(Where (Between False a (Hole {{bounds}}) (Hole {{bounds}})) [])"),
        ('| where a == "x {{y}}"', '(Where (== a (Hole:string "x {{y}}")) [])'),
        ("| where a == @'C:\\${x}'", "(Where (== a (Hole:string @'C:\\${x}')) [])"),
        ("| where a == 'C:\\${x}'", "(Where (== a (Hole:string 'C:\\${x}')) [])"),
        ("| where a > datetime({{d}})", "(Where (> a (Hole:datetime datetime({{d}}))) [])"),
        ("| where {{f}}(a, b) == c.{{d}}", "(Where (== (Hole {{f}}(a, b)) (Member c (Hole {{d}}))) [])"),
        ("| project a, {{columns}}", "(Project [a (Hole {{columns}})])"),
        ("| project A{{x}}B, ['{{y}}']", "(Project [(Hole A{{x}}B) (Hole ['{{y}}'])])"),
        ("| extend {{a}} = 5", "(Extend [(NamedExpression [] long:5 False)])"),
        ("| extend b = {{c}}", "(Extend [(NamedExpression [b] (Hole {{c}}) False)])"),
        ("| where dynamic([1, {{y}}])", "(Where (Dynamic (JsonArray [long:1 (Hole {{y}})])) [])"),
        ('| where dynamic({"a": {{y}}})', '(Where (Dynamic (JsonObject [["a" (Hole {{y}})]])) [])'),
        ("| where dynamic({ {{pairs}} })", "(Where (Dynamic (Hole:dynamic { {{pairs}} })) [])"),
        ("| join kind={{k}} ({{t}}) on {{c}}", "(Join (Hole {{t}}) [(Hole {{c}})] [(Parameter kind (Hole {{k}}))] -)"),
        ("| as {{name}}", "(As {{name}} [])"),
        ("| evaluate {{plugin}}(a)", "(HoleOperator evaluate)"),
        ("| parse a with 'x' {{b}} 'y' c:{{t}}", '(Parse a ["x" (Hole {{b}}) "y" c:unknown] [] False)'),
        ("| render {{chart}}", "(Render {{chart}} [])"),
    ],
)
def test_in_the_place_of_a_name_or_an_operand(text: str, tree: str) -> None:
    assert operators(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        # further operators, with or without their pipe
        ("{{f}} | take 5", "(HoleOperator -) (Take long:5 [])"),
        ("\n{{f}}\n{{g}}\n| take 5", "(HoleOperator -) (Take long:5 [])"),
        ("| {{f}} | take 5", "(HoleOperator -) (Take long:5 [])"),
        ("{{f}} take 5", "(HoleOperator -) (Take long:5 [])"),
        ("| count {{f}}", "(Count -) (HoleOperator -)"),
        # the rest of an operator, and further ones: what stands before it is kept, but it may not be all
        ("| where a == 1\n{{f}}", "(Where (Hole a == 1\n{{f}} (== a long:1)) []) (HoleOperator -)"),
        ("| where (a == 1 {{f}})", "(Where (Hole a == 1 {{f}} (== a long:1)) [])"),
        ("| project a, b {{f}} | take 5", "(Project [a (Hole b {{f}})]) (HoleOperator -) (Take long:5 [])"),
        ("| summarize count() {{f}} by a", "(Summarize [(Hole count() {{f}})] [a] [] -)"),
        # an operator's word
        ("| {{op}} a, b | take 5", "(HoleOperator -) (Take long:5 [])"),
        ("| project-{{how}} a | take 5", "(HoleOperator -) (Take long:5 [])"),
        # an operator of an expression: comparisons apart from it are kept
        ("| where a {{op}} 5 and b == 2", "(Where (Hole a {{op}} 5 and b == 2 (== b long:2)) [])"),
        ("| where {{not}} a == 1 or b == 2", "(Where (Hole {{not}} a == 1 or b == 2 (== b long:2)) [])"),
        ("| where a == 'x' {{op}} 'y'", "(Where (Hole a == 'x' {{op}} 'y') [])"),
    ],
)
def test_in_the_place_of_more_or_less(text: str, tree: str) -> None:
    assert operators(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("{{query}}", "(QueryStatement (Hole {{query}}))"),
        ("{{t}} | take 5", "(QueryStatement (Pipeline (Hole {{t}}) [(Take long:5 [])]))"),
        ("{{schema}}.T", "(QueryStatement (Member (Hole {{schema}}) T))"),
        ("union {{a}}, B", "(QueryStatement (Pipeline (Union [(Hole {{a}}) B] []) []))"),
        ("{{lets}}\nT", "(DamagedStatement) (QueryStatement T)"),
        ("{{lets}};\nT", "(QueryStatement (Hole {{lets}})) (QueryStatement T)"),
        ("{{lets}}\nlet a = 5; T", "(DamagedStatement) (Let a long:5) (QueryStatement T)"),
        ("let {{a}} = {{b}}; T", "(Let {{a}} (Hole {{b}})) (QueryStatement T)"),
        ("let a = {{b}}\nT", "(Let a (Hole {{b}})) (QueryStatement T)"),
        ("let a = T {{c}}\nlet d = 5", "(Let a (Pipeline T [(HoleOperator -)])) (Let d long:5)"),
        ("let f = () { {{body}} }", "(Let f (Function [] [(QueryStatement (Hole {{body}}))] False))"),
        ("datatable({{c}}) [{{v}}]", "(QueryStatement (DataTable [] [(Hole {{v}})]))"),
    ],
)
def test_in_the_place_of_a_statement_or_a_table(text: str, tree: str) -> None:
    assert statements(text) == tree


def test_what_is_in_a_hole_is_not_read() -> None:
    text = 'T | where a in (${join("\\", (\n//", var.x)}) | take 5'
    start, end = text.index("${"), text.index("}") + 1

    parsed = parse(text, [(start, end)])

    assert parsed.diagnostics == []
    assert [node.text for node in ast.walk(parsed.query) if isinstance(node, ast.Hole)] == [text[start:end]]


def test_holes_that_are_no_holes() -> None:
    text = "T | where a == 1"
    assert outline(parse(text, [(3, 3), (90, 95)]).query) == outline(parse(text).query)
    # over each other, and out of order
    assert parse("T | where aaaa == 1", [(12, 14), (10, 13)]).diagnostics == []


def test_the_character_that_stands_for_holes_is_one_like_any_other() -> None:
    (error,) = parse("T | where a == \ufdd0").diagnostics
    assert error.message == "the character U+FDD0 can't stand here"
    (error,) = parse("T | take {{n}} | where a == \ufdd0", [(9, 14)]).diagnostics
    assert error.message == "the character U+FDD0 can't stand here"
    literal = next(node for node in ast.walk(parse("print '\ufdd0'").query) if isinstance(node, ast.Literal))
    assert literal.type == "string"


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        # in other operators and statements
        ("T | where a == {{x}} | where b == | take 5", ["34 unexpected `|`; expected an expression"]),
        ("T | where b == | where a == {{x}}", ["15 unexpected `|`; expected an expression"]),
        ("T | where a == {{x}}\n| where b ==\n| take {{n}}", ["33 unexpected `|`; expected an expression"]),
        ("let a = {{x}}; let b = ; T", ["23 unexpected `;`; expected an expression"]),
        ("T {{f}} | wher a == 1", ["10 `wher` is not an operator; did you mean `where`?"]),
        ('T | where a == "{{x}}" = 5', ["22 `=` gives a name to an expression"]),
        ("T | where a == {{x}} | where (b == 1 | take 5; U", ["45 unexpected `;`"]),
        # the hole may be the cause
        ("T | where a == {{x}} b c", []),
        ("T | where (a == {{x}} | take 5", []),
        ("T | where a == {{x}}) | take 5", []),
        ("T | where {{x}} == == 5", []),
        ("T | join (U | where {{x}} | where b == 1", []),
        ("T | where a == '{{x}} | take 5", []),
        ("T | where a == '{{x}}\\q'", []),
        # a string with a hole in it, and an error apart from the hole
        ("T | where a == '\\q {{x}}'", ["16 `\\q` is not an escape sequence"]),
    ],
)
def test_errors(text: str, errors: list[str]) -> None:
    found = [f"{error.start} {error.message}" for error in parse(text, holes(text)).diagnostics]
    assert len(found) == len(errors)
    assert all(one.startswith(expected) for one, expected in zip(found, errors, strict=True)), found


@pytest.mark.parametrize(
    ("text", "hidden", "unseen"),
    [
        ("T | where a == {{x}}", (), ()),
        ("T {{f}} | project a", (), ()),
        ("{{lets}}\nT", (), (0,)),
        ("{{t}} | take 5", (), (0,)),
        ("A{{t}} | take 5", (), ()),
        ("let {{a}} = 5; T", (), (4,)),
        ("T | as {{a}} | take 5", (), (7,)),
        ("T | take 5 | where {{x}} == == 5", (12,), ()),
    ],
)
def test_where_names_may_be_declared_unseen(text: str, hidden: tuple[int, ...], unseen: tuple[int, ...]) -> None:
    parsed = parse(text, holes(text))
    assert (tuple(parsed.hidden), tuple(parsed.unseen)) == (hidden, unseen)


def test_comments_and_strings_around_holes() -> None:
    text = '// {{a}}\nT | where a == "{{b}}" and b == {{c}} // {{d}} "\n| take ${e("//")} // end'
    a, b, c, d, e = holes(text)[:5]
    e = (e[0], text.index(" // end"))

    assert [comment.text for comment in comments(text, (a, b, c, d, e))] == ["// {{a}}", '// {{d}} "', "// end"]
    assert outside_strings(text, (a, b, c, d, e)) == (c, e)


def test_the_query_behind_a_command() -> None:
    text = ".set-or-append T <| U | where a == {{x}} | where =="
    (error,) = parse(text, holes(text)).diagnostics
    assert error.start == text.rindex("==")


@pytest.mark.parametrize("query", VALID)
def test_any_token_may_be_a_hole(query: str) -> None:
    assert parse(query).diagnostics == []
    for text, hole, _ in each_token_a_hole(query):
        assert [(text, error.message) for error in parse(text, [hole]).diagnostics] == []


@given(queries(holes=True))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_queries_built_from_the_grammar(text: str) -> None:
    check(text, holes(text))


@given(queries(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9)), max_size=4))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_holes_anywhere(text: str, places: list[tuple[int, int]]) -> None:
    check(text, tuple((start, start + length) for start, length in places))


def check(text: str, stretches: tuple[tuple[int, int], ...]) -> None:
    parsed = parse(text, stretches)
    for found in parsed.diagnostics:
        assert 0 <= found.start <= found.end <= len(text)
        assert not any(start < found.end and found.start < end for start, end in parsed.holes)
    for node in ast.walk(parsed.query):
        assert 0 <= node.start <= node.end <= len(text)
        if isinstance(node, ast.Hole):
            assert node.text == text[node.start : node.end]
    assert outline(parse(text, stretches).query) == outline(parsed.query)


@pytest.mark.parametrize("unit", ["{{a}} ", "({{a}} ", "| {{a}} ", "| where {{a}} == == ", "{{a}};", '"{{a}}" '])
def test_many_holes_take_no_longer_each(unit: str) -> None:
    for count in (20, 2000):
        text = "T " + unit * count
        assert len(parse(text, holes(text)).diagnostics) <= 1


@given(st.lists(st.integers(0, 20), unique=True, max_size=8), st.integers(0, 20), st.integers(0, 5))
def test_what_touches_a_hole(ends: list[int], start: int, length: int) -> None:
    ends = sorted(ends)
    stretches = tuple(zip(ends[::2], ends[1::2], strict=False))
    end = start + length
    assert touches(stretches, start, end) == any(first <= end and start <= last for first, last in stretches)
