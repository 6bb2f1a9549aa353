"""A text that an edit has made of another is read as if there had been no other."""

from __future__ import annotations

import re
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.syntax import ast, parse
from kql_lint.syntax.again import EarlierText

STATEMENTS = (
    "let ago1 = ago(1d)",
    'let names = dynamic(["a", "b"])',
    "let Both = (T:(*), x:int = 5) { T | where Port == x; U | count }",
    "let Scripts = DeviceProcessEvents\n| where FileName in~ ('cmd.exe', 'x;y') // a; b | c\n| project DeviceId",
    "let Broken = T | where == 5 | take 3",
    "set notruncation",
    'T\n| where a == "|" and b has "x"\n| join kind=inner (U | where c == 1 | extend d = 2) on $left.a == $right.b',
    "union Both(T), (Scripts | take 1), U\n| summarize n = count() by bin(t, 1h), DeviceId\n| top 5 by n",
    "print x = ```a; | b```, y = @'c:\\' // and \u201csaid\u201d",
    "T | where name == \u201ca\u201d | where x in (1, 2",
    "let G = T | make-graph a --> b with_node_id=c",
    "This is a sentence of prose.",
    "T | extend type = (1, 2) | mv-expand a, b",
)
PIECES = (
    *("a", "1", " ", "\n", ";", "|", ",", "=", '"', "'", "(", ")", "[", "]", "{", "}", "//", "/*", "*/", "```", "@"),
    *(
        "\u201c",
        "\u2019",
        "\u2013",
        "let ",
        "let T = U;\n",
        "\n| ",
        "\n| where x",
        "| where ==",
        "\n\n",
        "union ",
        "type",
    ),
    "\ufdd0",
)
EDITS = st.tuples(st.integers(0, 600), st.integers(0, 12), st.sampled_from(("", "", *PIECES, *STATEMENTS)))


def said(text: str, earlier: EarlierText | None) -> tuple[str, ...]:
    parsed = parse(text, earlier=earlier)
    return tuple(map(repr, (parsed.query, parsed.diagnostics, parsed.harmless, parsed.hidden, parsed.unseen)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), max_size=7), st.lists(EDITS, min_size=1, max_size=8))
def test_each_version_of_a_text_is_read_as_if_it_were_the_first(
    statements: list[str], edits: list[tuple[int, int, str]]
) -> None:
    text, earlier = ";\n".join(statements), EarlierText()
    parse(text, earlier=earlier)
    for place, length, new in edits:
        place %= len(text) + 1
        text = text[:place] + new + text[place + length :]

        assert said(text, earlier) == said(text, None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), max_size=5), st.integers(0, 600), st.sampled_from(STATEMENTS))
def test_a_statement_is_typed_letter_by_letter_and_taken_back(statements: list[str], place: int, new: str) -> None:
    text, earlier = ";\n".join(statements), EarlierText()
    parse(text, earlier=earlier)
    place %= len(text) + 1
    for end in (*range(1, len(new)), *range(len(new), -1, -3), 0):
        typed = text[:place] + new[:end] + text[place:]

        assert said(typed, earlier) == said(typed, None)


LONG = (
    "".join(f'let Part{n} = T\n| where a == {n} and b has "x"\n| project a, b;\n' for n in range(20)) + "Part1\n| count"
)


def test_statements_beside_an_edit_stay_the_same_objects_where_they_stand_now() -> None:
    earlier = EarlierText()
    before = parse(LONG, earlier=earlier).query.statements
    place = LONG.index("| project", LONG.index("Part9"))
    text = f"{LONG[:place]}| where c ==\n{LONG[place:]}"

    parsed = parse(text, earlier=earlier)

    changed = [number for number, one in enumerate(parsed.query.statements) if one is not before[number]]
    assert [re.findall(r"Part\d+", text[parsed.query.statements[n].start :])[0] for n in changed] == ["Part9", "Part1"]
    assert [(one.message, one.start) for one in parsed.diagnostics] == [
        ("unexpected `|`; expected an expression", place + len("| where c =="))
    ]


def test_comments_and_blank_lines_between_statements_change_none_of_them() -> None:
    earlier = EarlierText()
    before = parse(LONG, earlier=earlier).query.statements
    place = LONG.index("let Part9")
    text = f"{LONG[:place]}\n// \u201cnine\u201d; | more\n  {LONG[place:]}"

    after = parse(text, earlier=earlier).query.statements

    assert after[:-1] == before[:-1]  # the last one has no `;`
    assert text[after[9].start : after[9].end] == LONG[place : LONG.index(";", place)]


def test_operators_beside_an_edit_stay_the_same_objects() -> None:
    text = "T\n" + "".join(f'| where a == {n} and b has "x"\n' for n in range(30)) + "| count"
    earlier = EarlierText()
    (before,) = parse(text, earlier=earlier).query.statements
    place = text.index("15")

    (after,) = parse(f"{text[:place]}1{text[place:]}", earlier=earlier).query.statements

    assert isinstance(before, ast.QueryStatement)
    assert isinstance(after, ast.QueryStatement)
    assert isinstance(before.expression, ast.Pipeline)
    assert isinstance(after.expression, ast.Pipeline)
    pairs = list(zip(before.expression.operators, after.expression.operators, strict=True))
    assert [number for number, (one, other) in enumerate(pairs) if one is not other] == [15, 30]


def test_an_error_that_asks_for_names_declared_before_is_found_anew() -> None:
    text = "let a = 1;\nT | project x\nb | count;\nT | take 1"
    earlier = EarlierText()
    parse(text, earlier=earlier)

    renamed = parse(text.replace("let a", "let b"), earlier=earlier)

    assert [one.message for one in renamed.diagnostics] == [
        "a new statement begins with `b`, but the one before it is not ended by `;`"
    ]


@pytest.mark.parametrize(
    "kind", [one for one in vars(ast).values() if isinstance(one, type) and issubclass(one, ast.Node)]
)
def test_no_node_has_offsets_that_are_not_moved(kind: type[ast.Node]) -> None:
    offsets = {name for name, hint in get_type_hints(kind, vars(ast)).items() if hint is int}

    assert offsets <= {"start", "end"} | ({"op_start", "op_end"} if kind in (ast.Binary, ast.In) else set())
