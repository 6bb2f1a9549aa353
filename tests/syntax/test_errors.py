"""Syntax errors: the whole message and the exact place, then what is still read behind an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from kql_lint.diagnostic import Diagnostic
from kql_lint.syntax import parse
from tests.syntax.outline import outline

BLOCKS = (Path(__file__).parent / "errors.txt").read_text(encoding="utf-8").strip("\n").split("\n\n")


def marked(diagnostics: list[Diagnostic]) -> list[str]:
    """Each error as the fixture marks it: carets under its place (one for an empty place), then the message."""
    lines = []
    for found in diagnostics:
        assert (found.code, found.name) == ("KL001", "syntax-error")
        lines.append(" " * found.start + "^" * max(found.end - found.start, 1) + " " + found.message)
        lines += [" " * r.start + "~" * (r.end - r.start) + " " + r.message for r in found.related]
    return lines


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n", 1)[0])
def test_messages(block: str) -> None:
    query, *expected = block.split("\n")
    assert marked(parse(query).diagnostics) == expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("T\n| where a ==\n| take 5", 2, 13),  # what is missing is missing where its line ends
        ("T\n| project a,\n| take 5", 2, 13),
        ("T\n| where f(a, b\n| take 5", 2, 15),
        ("T\n where a == 1\n| take 5", 1, 2),
        ("T\n| extend a = f(b)\n)\n| take 5", 3, 1),  # what is too much is wrong where it stands
        ("T\n| where a == 1\n== 2", 3, 1),
        ("\n| where a == 1", 2, 1),
        ("T | take 1\n\nU | take 1", 1, 11),
        ('T\n| where a in ("x",\n  "y\n| take 5', 3, 3),  # a string that is not closed begins here
        ("T\n| project a,\n  ?b", 3, 3),
    ],
)
def test_which_line_an_error_is_on(text: str, line: int, column: int) -> None:
    start = parse(text).diagnostics[0].start
    assert (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)) == (line, column)


@pytest.mark.parametrize(
    ("text", "messages", "tree"),
    [
        (
            "T | where a == | extend b = 1 | where ] | take 1",
            ["unexpected `|`; expected an expression", "this `]` has no `[`"],
            '(Pipeline T [(DamagedOperator where) (Extend [(NamedExpression [b] long:1 False)]) '
            "(DamagedOperator where) (Take long:1 [])])",
        ),
        (
            "T | join kind=inner (U | where == 1 | take 2) on k | take 1",
            ["unexpected `==`; expected an expression"],
            "(Pipeline T [(Join (Pipeline U [(DamagedOperator where) (Take long:2 [])]) [k] "
            "[(Parameter kind inner)] -) "
            "(Take long:1 [])])",
        ),
        (
            "T | mv-apply x on (where == 1 | take 2) | take 1",
            ["unexpected `==`; expected an expression"],
            "(Pipeline T [(MvApply [(Expansion x -)] - (Pipeline - [(DamagedOperator where) (Take long:2 [])]) []) "
            "(Take long:1 [])])",
        ),
        (
            "T\nwhere a == 1\n| take 1",
            ["`|` is missing before `where`"],
            "(Pipeline T [(Where (== a long:1) []) (Take long:1 [])])",
        ),
        (
            "T | project a b | take 1",
            ["`,` is missing before `b`"],
            "(Pipeline T [(Project [a b]) (Take long:1 [])])",
        ),
        (
            "T | where (a == 1)) | take 1",
            ["this `)` has no `(`"],
            "(Pipeline T [(Where (== a long:1) []) (Take long:1 [])])",
        ),
    ],
)  # fmt: skip
def test_reading_goes_on_behind_an_error(text: str, messages: list[str], tree: str) -> None:
    parsed = parse(text)
    assert [found.message for found in parsed.diagnostics] == messages
    (statement,) = parsed.query.statements
    assert outline(statement.expression) == tree  # type: ignore[attr-defined]


def test_a_damaged_statement_leaves_the_others_whole() -> None:
    parsed = parse("let a = ; let b = 2; ] ; T | take b")
    messages = [found.message for found in parsed.diagnostics]
    assert messages == ["unexpected `;`; expected an expression", "this `]` has no `[`"]
    assert [outline(statement) for statement in parsed.query.statements] == [
        "(Let a (Damaged))",
        "(Let b long:2)",
        "(DamagedStatement)",
        "(QueryStatement (Pipeline T [(Take b [])]))",
    ]


def test_an_error_in_a_function_body_stays_there() -> None:
    parsed = parse("let f = (a: string) { let b = ; T | where == a | take 1 };\nf('x') | take 2")
    assert len(parsed.diagnostics) == 2
    assert [outline(statement) for statement in parsed.query.statements] == [
        "(Let f (Function [(FunctionParameter a string [] False -)] "
        "[(Let b (Damaged)) (QueryStatement (Pipeline T [(DamagedOperator where) (Take long:1 [])]))] False))",
        '(QueryStatement (Pipeline f("x") [(Take long:2 [])]))',
    ]


def test_a_new_query_after_a_blank_line_is_read_for_itself() -> None:
    parsed = parse("T | project a\n\nU | project b")
    assert [found.message for found in parsed.diagnostics] == [
        "a new statement begins with `U`, but the one before it is not ended by `;`"
    ]
    assert [outline(statement) for statement in parsed.query.statements] == [
        "(QueryStatement (Pipeline T [(Project [a])]))",
        "(QueryStatement (Pipeline U [(Project [b])]))",
    ]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("T | where a == \u201cx y\u201d and b == \u2018z\u2019", "T | where a == \"x y\" and b == 'z'"),
        ('T | where a == \u201cx"', 'T | where a == "x"'),
        ("T \uff5c where a in \uff08'x'\uff0c 'y'\uff09", "T | where a in ('x', 'y')"),
        ("T | where a > 5 \u2013 b", "T | where a > 5 - b"),
        ("T | where a \u2264 5", "T | where a <= 5"),
    ],
)
def test_confusable_characters_are_reported_and_mended(text: str, mended: str) -> None:
    parsed = parse(text)
    assert {found.name for found in parsed.diagnostics} == {"confusable-character"}
    edits = set()
    for found in parsed.diagnostics:
        char = text[found.start]
        (fix,) = found.fixes
        (edit,) = [edit for edit in fix.edits if edit.start == found.start]
        assert found.message == f"`{char}` (U+{ord(char):04X}) is not what it looks like to KQL; write `{edit.text}`"
        edits.update(fix.edits)
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text == mended
    assert parse(text).diagnostics == []


@pytest.mark.parametrize(
    ("text", "title", "fixed"),
    [
        ("T | where a == \u201cx\u201d", 'replace both quotes by "', 'T | where a == "x"'),
        ("T | where a == \u2018it is\u2019", "replace both quotes by '", "T | where a == 'it is'"),
        ("T | where a == \uff02x\u2033", 'replace both quotes by "', 'T | where a == "x"'),
        ('T | where a == \u201cx"', 'replace by "', 'T | where a == "x"'),
        ("T | where a \uff1d\uff1d 5", "replace by ==", "T | where a == 5"),
        ("T | where a \uff01\uff1d 5", "replace by !=", "T | where a != 5"),
    ],
)
def test_each_fix_of_a_confusable_character_is_whole(text: str, title: str, fixed: str) -> None:
    for found in parse(text).diagnostics:
        (fix,) = found.fixes
        assert fix.title == title
        query = text
        for edit in sorted(fix.edits, reverse=True):
            query = query[: edit.start] + edit.text + query[edit.end :]
        assert query == fixed


@pytest.mark.parametrize(
    "text",
    [
        "T | where a == \u201cx",  # nothing closes it
        "T | where a == \u2018x\u201d",  # nor does the other kind
        "T | where a == \u201cx\n| where b == y\u201d",  # nor what stands on another line
        "T | where a == \u201cC:\\temp\\\u201d",  # with straight quotes it has no end either
        "T | where a \u2264= 5",
    ],
)
def test_a_confusable_character_that_a_simple_fix_does_not_put_right(text: str) -> None:
    found = [one for one in parse(text).diagnostics if one.code == "KL002"]
    assert found
    assert [one.fixes for one in found] == [()] * len(found)


def test_confusables_in_strings_and_comments_are_text() -> None:
    assert parse("T | where a == '\u201cx\u201d' // \u2013 a note").diagnostics == []


def test_errors_stop_at_fifty() -> None:
    assert len(parse("T" + " | where ==" * 80).diagnostics) == 50


def test_a_line_that_begins_with_a_declared_name_begins_a_statement() -> None:
    query = "let f = () {\n  let E = SecurityEvent | project Account, Computer\n  E };\nf"
    (error,) = parse(query).diagnostics
    assert error.message == "a new statement begins with `E`, but the one before it is not ended by `;`"
    assert (error.start, error.end) == (query.index("Computer") + 8,) * 2
    (error,) = parse("T | project a\n b").diagnostics
    assert error.message == "`,` is missing before `b`"
