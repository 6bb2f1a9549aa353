"""Whether a regular expression finds something in an ActionType: as Python's engine says, but in linear time."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.semantics.domains.string_operators import OPERATORS
from kql_lint.semantics.literals.automaton import Automaton
from kql_lint.semantics.literals.program import program
from tests.steps import steps


def finds(pattern: str, value: str) -> bool | None:
    return OPERATORS["matches regex"].matches(value, [pattern])


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        ("", ["", "a"], []),
        ("Created", ["FileCreated"], ["filecreated", "FileCreate"]),
        ("^Asr.+Blocked$", ["AsrXBlocked"], ["AsrBlocked", "AsrXBlocked2", "xAsrXBlocked"]),
        (r"\AAsr\w*\z", ["AsrX"], ["AsrX y", "x AsrX"]),
        ("(?i)^asr", ["AsrX", "asr", "ASR"], ["xAsr"]),
        ("a(?i)b", ["aB", "ab"], ["Ab"]),
        ("(?i:a)b", ["Ab"], ["AB"]),
        ("(?i)a(?-i:b)c", ["AbC"], ["ABC"]),
        ("(?i)a(b|(?-i)c)d", ["ABD", "AcD"], ["ACD"]),
        ("((?i)a)b", ["Ab"], ["AB"]),
        ("a|bc|", ["x"], []),
        ("^(Inbound|Outbound)?Connection(Success|Failed)$", ["ConnectionFailed", "InboundConnectionSuccess"], ["xC"]),
        ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
        ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
        ("^a{2}$", ["aa"], ["a", "aaa"]),
        ("^(ab){0}c$", ["c"], ["abc"]),
        ("^a+?b*?c??$", ["a", "abbc"], ["bc"]),
        ("^(a*)*$", ["", "aaa"], ["ab"]),
        ("^(|a)+b", ["b", "aab"], ["a"]),
        ("()", [""], []),
        ("^*a", ["ba"], ["b"]),
        (r"\bfoo\b", ["a foo.", "foo"], ["food", "_foo"]),
        (r"\Boo", ["foo"], ["oo", "f oo"]),
        ("^[^a-c]$", ["d", "A"], ["b"]),
        ("(?i)^[^a-c]$", ["d"], ["B", "b"]),
        ("^[]a]$", ["]", "a"], ["b"]),
        ("^[^]a]$", ["b"], ["]"]),
        ("^[a-]$", ["-", "a"], ["b"]),
        ("^[-a]$", ["-"], ["b"]),
        (r"^[\d\-x]$", ["5", "-", "x"], ["y"]),
        (r"^[^\W_]$", ["a", "5"], ["_", "-"]),
        (r"^[\x41-\x{43}]$", ["B"], ["D"]),
        ("^[[:alpha:]_]+$", ["a_B"], ["a1"]),
        ("^[[:^digit:]]$", ["a"], ["1"]),
        ("^[.^$*+?(){}|]$", [".", "^", "|", "{"], ["a"]),
        (r"^\x41\x{42}\.\_\-$", ["AB._-"], ["AB"]),
        ("^(?P<x>a)(?<y>b)(?:c)$", ["abc"], ["ab"]),
        ("a}]", ["a}]"], ["a}"]),
        ("Größe|a", [], []),
        ("(?sm)^a.b$", ["a b"], ["ab"]),
        ("^[" + "a-z" * 200 + "]+$", ["abc"], ["ABC"]),
        ("|".join(f"Action{number}" for number in range(90)), ["Action89"], ["Action"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, found: list[str], not_found: list[str]) -> None:
    assert [value for value in found if finds(pattern, value) is not True] == []
    assert [value for value in not_found if finds(pattern, value) is not False] == []


@pytest.mark.parametrize(
    "pattern",
    [
        "(",  # wrong
        "a(?=b)",
        "a{,5}",  # text to one engine
        "a{b}",
        "a**",  # an error to one
        "a{2}{3}",
        "a*??",
        "a(?i)*",
        "a++",
        r"\Qa.b\E",
        r"\C",
        r"\012",
        r"\u0041",
        "(?u)a",
        "(?x)a b",
        "(?R)a",
        r"\<a",  # a boundary to one
        r"\b{start}a",
        "[a[b]]",  # classes nest in one
        "[a-z&&[aeiou]]",
        "[a--b]",
        "[[:foo:]]",
        r"\pL",  # classes of Unicode
        r"[\p{Lu}]",
        "Größe",
        r"\x{100}",
        "a{500}",  # too much
        "(a{30}){30}",
        "((a{9}){9}){9}",
        "x" * 1001,
    ],
)
def test_where_the_engines_differ_nothing_is_known(pattern: str) -> None:
    assert finds(pattern, "ab") is None


@pytest.mark.parametrize("value", ["é", "a\nb", "a\u212a", "\t"])
def test_nothing_is_known_of_values_that_they_read_otherwise(value: str) -> None:
    assert finds("a", value) is None


def _repeats(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{1,2}?"])
    return st.builds("(?:{}){}".format, inner, sign) | st.builds("({}){}".format, inner, sign)


atoms = st.sampled_from(
    ["a", "b", "B", ".", " ", "_", "[ab]", "[^a]", "[b-_a]", r"\w", r"\W", r"\d", r"\s", r"\.", "^", "$", r"\b", r"\B"]
)
patterns = st.recursive(
    atoms | st.just(""),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})")
        | _repeats(inner)
        | st.builds("(?i:{})".format, inner)
    ),
    max_leaves=8,
)
texts = st.text("abB _.1", max_size=7)


@given(patterns, texts)
@settings(max_examples=400, deadline=None)
def test_it_says_what_pythons_engine_says(pattern: str, text: str) -> None:
    found = finds(pattern, text)
    # Python's engine has no "\B" in an empty text before 3.14.
    if found is not None and (text or r"\B" not in pattern):
        assert found is (re.search(pattern, text) is not None)


@given(patterns, texts, st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_the_work_is_at_most_steps_times_characters(pattern: str, text: str, times: int) -> None:
    built = program(pattern * times)
    if built is not None:
        automaton = Automaton(built)
        work = steps(lambda: automaton.search(text * 8))
        assert work <= 12 * (len(built) + 12) * (len(text) * 8 + 1)


@pytest.mark.parametrize(
    "pattern", ["(.|..)?", ".?", "(a+)+", "(a*)*b?", "(a|aa)+", "(a?){2}", "[a-z]?.?", "(a|b|ab)*", r"\b?a?"]
)
def test_what_an_engine_that_backtracks_never_ends_with(pattern: str) -> None:
    text = "a" * 40 + "!"
    for times in (8, 32):
        built = program(pattern * times + "z")
        assert built is not None
        automaton = Automaton(built)
        assert steps(partial(automaton.search, text)) <= 12 * len(built) * len(text)
        assert automaton.search(text) is False


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from kql_lint.semantics.literals import automaton as module

    built = program("(a|b).{9}(a|b).{9}c")
    assert built is not None
    values = [f"{number:040b}".translate({48: "a", 49: "b"}) for number in range(0, 1 << 40, (1 << 40) // 97)]
    values += [value[:21] + "c" for value in values]
    free = Automaton(built)
    expected = [free.search(value) for value in values]
    monkeypatch.setattr(module, "_REMEMBERED", 20)
    small = Automaton(built)
    assert [small.search(value) for value in values] == expected
    assert len(small._states) <= 22
    assert any(expected)
