"""Patterns as in .gitignore: which texts are one, and that a look at most of them tells it without pathspec."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from kql_lint.patterns import compiled, is_pattern

# All that patterns, and the regular expressions that pathspec makes of them, give a meaning to.
TEXTS = st.text(st.sampled_from("ab!/*?[]\\-^ .#:{}()|+$\t"), max_size=8)


@pytest.mark.parametrize("text", ["!", "a\\", "[z-a]", "\\"])
def test_texts_that_are_none(text: str) -> None:
    assert not is_pattern(text)


@pytest.mark.parametrize("text", ["a", "!a", "*.kql", "a/**/b", "[a-z]", "\\!a", "[", "/", "# a", ""])
def test_texts_that_are_one(text: str) -> None:
    assert is_pattern(text)


@given(TEXTS)
@example("! ")
@example("[[:x:]]")
def test_what_is_taken_for_a_pattern_is_one(text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            GitIgnoreSpec.from_lines([text])
    except Exception:
        assert not is_pattern(text)
    else:
        assert is_pattern(text)


@given(st.lists(TEXTS, max_size=4))
def test_any_lines_can_be_compiled_and_nothing_is_said_on_the_way(lines: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compiled([*lines, "zz.kql"])

    assert found.match_file("zz.kql")
