"""Placeholders in query texts: what is one, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.hosts.holes import find_holes, with_braced

HOLES = {
    "two kinds of braces": ('T | where a == {{x}} and b == "${ y }"', ["{{x}}", "${ y }"]),
    "a filter with the string's own quote": (
        'T | where a == "{{ x | default("y") }}" and b == "{{z}}"',
        ['{{ x | default("y") }}', "{{z}}"],
    ),
    "a Logic App's expression": ("T | where a == '@{variables('q')?['b']}' | take 1", ["@{variables('q')?['b']}"]),
    "statements and comments of Jinja": (
        "{% if x == 'a' %}\nT\n{% endif %}\n{# don't #}",
        ["{% if x == 'a' %}", "{% endif %}", "{# don't #}"],
    ),
    "a token of Azure DevOps": ("#{Table}#\n| take #{Count}#", ["#{Table}#", "#{Count}#"]),
    "a token without its end sign": ("T | take #{Count}", ["#{Count}"]),
    "part of an address": ('T | where Url == "https://{{host}}/x"', ["{{host}}"]),
    "braces within": ("T | take ${lookup({a = 1}, \"a}\")}", ["${lookup({a = 1}, \"a}\")}"]),
    "three braces": ("T | take {{{count}}}", ["{{{count}}}"]),
    "in and behind a multi-line string": ("print ```\n{{a}}``` , {{b}}", ["{{a}}", "{{b}}"]),
    "in a string that is never closed": ('T | where a == "x{{b}}c\n| take 1', ["{{b}}"]),
    "a variable with a default, and one without": (
        'T | where a == "%%Kind:LogonFailed, 2%%" and b in (%%List%%)',
        ["%%Kind:LogonFailed, 2%%", "%%List%%"],
    ),
    "whitespace control": ("T | take {{- count -}}", ["{{- count -}}"]),
    "a string that an earlier placeholder seems to end": (
        "T | where a == 'x{{ f('y') }} {{z}}' and b == '{{' | take 1",
        ["{{ f('y') }}", "{{z}}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), HOLES.values(), ids=HOLES.keys())
def test_placeholders(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in find_holes(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "T | where a == 1",
        'T | where x startswith "-q {{" and y contains "}} -p"',
        'T | where x has "${" and y has "}"',
        'T | where x has "@{" or x has "a}"',
        'T | where x has "${abc" and y has "def}"',
        'T | where x matches regex @"\\w{{2}}"',
        'T | where x matches regex "a${2}"',
        "print dynamic({'a':{'b':{}}})",
        "let f = (x: long) { T | where a == x };\nf(1)",
        "T | take 1 // {{not}} needed",
        "T | take {{ a\n}}",
        'T | where x has "%%1842" or x has_any ("%%1833", "%%1844")',
        'T | where x has "100%% of" | where y has "%%"',
        "T | take {{ a",
        "T | take ${a)}",
        "T | join (U) on $left.a == $right.b",
    ],
)
def test_what_is_no_placeholder(text: str) -> None:
    assert find_holes(text) == ()


def test_no_example_has_a_placeholder() -> None:
    examples = list((Path(__file__).parents[2] / "rules_examples").rglob("*.kql"))
    assert examples

    assert [path.name for path in examples if find_holes(path.read_text(encoding="utf-8"))] == []


PIECES = st.sampled_from('{{ }} ${ } @{ {% %} {# #} #{ }# " \' ``` @" x ( ) [ ] | \\ // \n é'.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_spans_are_in_order_and_apart(text: str) -> None:
    holes = find_holes(text)

    places = [place for hole in holes for place in hole]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in holes)
    assert not any("\n" in text[start:end] for start, end in holes)


@pytest.mark.parametrize("piece", ["{{", "${", '@{("', '"{{', "{{x ", '"{{x("', "{#", "{{a}}", "'@{'", "{%\n"])
def test_long_texts_of_one_piece_are_survived(piece: str) -> None:
    holes = find_holes(piece * 20_000)

    assert len(holes) == (20_000 if piece == "{{a}}" else 0)


def test_names_in_single_braces_are_those_that_lie_in_no_other_hole() -> None:
    text = "{table}\n| where a == {{ f({x}) }} and b == '{y}' | extend c = dynamic({'d': 1})"

    holes = with_braced(text, find_holes(text))

    assert [text[start:end] for start, end in holes] == ["{table}", "{{ f({x}) }}", "{y}"]
