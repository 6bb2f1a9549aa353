"""The tokens of a text: what an editor colours."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.syntax import tokens


def kinds(text: str) -> list[tuple[str, str]]:
    return [(str(token), token.type) for token in tokens(text)]


def test_keywords_names_and_literals_are_told_apart() -> None:
    assert kinds('T // all\n| where Count > 5 and Name has "x"') == [
        ("T", "NAME"),
        ("|", "VBAR"),
        ("where", "WHERE"),
        ("Count", "NAME"),
        (">", "RELATION"),
        ("5", "INTEGER"),
        ("and", "AND"),
        ("Name", "NAME"),
        ("has", "WORD_OPERATOR"),
        ('"x"', "STRING"),
    ]


def test_a_keyword_that_is_read_as_a_name_is_one() -> None:
    assert ("kind", "NAME") in kinds("T | where kind == 5")


def test_what_comes_behind_damage_is_read_on() -> None:
    words = [word for word, _ in kinds("T | where ) ) | take 5")]

    assert words[-2:] == ["take", "5"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='T|where()[]{}"=;,\n /*.5', max_size=60))
def test_tokens_are_the_text_at_their_places_in_order(text: str) -> None:
    found = tokens(text)

    assert all(str(token) == text[token.start : token.end] for token in found)
    assert [token.start for token in found] == sorted(token.start for token in found)
