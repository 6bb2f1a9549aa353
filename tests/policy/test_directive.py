"""What stands behind ``kql-lint:``."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kql_lint.policy.directive import KINDS, parse
from kql_lint.policy.registry import Known

RULES = (
    Known("KL101", "unknown-action-type"),
    Known("KL104", "field-not-in-action-type"),
    Known("KL201", "unknown-column"),
)


@pytest.mark.parametrize(
    ("text", "kind", "words", "until", "reason"),
    [
        ("disable-next-line=KL201", "disable-next-line", ["KL201"], None, ""),
        ("disable-line=unknown-column -- the parser adds it", "disable-line", ["KL201"], None, "the parser adds it"),
        ("disable=KL1", "disable", ["KL101 KL104"], None, ""),
        ("disable=ALL", "disable", ["KL101 KL104 KL201"], None, ""),
        ("enable=KL104,KL201", "enable", ["KL104", "KL201"], None, ""),
        (" Disable-File = kl101 , Unknown-Column ", "disable-file", ["KL101", "KL201"], None, ""),
        ("disable-line=KL201 until=2027-01-31", "disable-line", ["KL201"], date(2027, 1, 31), ""),
        ("disable-line=KL201 until = 2027-01-31 -- a -- b", "disable-line", ["KL201"], date(2027, 1, 31), "a -- b"),
        (
            "disable-line=KL201 — an editor made one dash of two",
            "disable-line",
            ["KL201"],
            None,
            "an editor made one dash of two",
        ),
        ("disable-line=KL201 --", "disable-line", ["KL201"], None, ""),
        ("disable-line=KL201 --reason", "disable-line", ["KL201"], None, "reason"),
    ],
)
def test_what_can_be_said(text: str, kind: str, words: list[str], until: date | None, reason: str) -> None:
    found = parse(text, RULES)

    assert found.mistakes == ()
    assert (found.kind, found.until, found.reason) == (kind, until, reason)
    assert [" ".join(sorted(word.codes)) for word in found.words] == words
    assert all(text[word.start : word.end] == word.text for word in found.words)


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "this comment does not say what to do", ""),
        ("-- why", "this comment does not say what to do", ""),
        ("dissable=KL201", '"dissable" is nothing that kql-lint can do; did you mean "disable"?', "dissable"),
        (
            "disable-nextline=KL201",
            '"disable-nextline" is nothing that kql-lint can do; did you mean "disable-next-line"?',
            "disable-nextline",
        ),
        (
            "ignore=KL201",
            '"ignore" is nothing that kql-lint can do; there are disable-line, disable-next-line, disable, enable, '
            "disable-file",
            "ignore",
        ),
        ("disable", '"disable" names no rule; write disable=RULE', "disable"),
        ("disable-line KL201", '"disable-line" names no rule; write disable-line=KL201', "disable-line KL201"),
        (
            "disable-line: unknown-column",
            '"disable-line" names no rule; write disable-line=unknown-column',
            "disable-line: unknown-column",
        ),
        ("disable-line=", '"disable-line" names no rule; write disable-line=RULE', "disable-line="),
        ("disable-line=KL201,", "a rule is missing behind the comma", ","),
        ("disable-line=KL201,,KL104", "a rule is missing behind the comma", ","),
        ("disable-line=KL201 KL104", '"KL104" is not understood; a reason stands behind " -- "', "KL104"),
        ("disable-line=KL201 it is new", '"it is new" is not understood; a reason stands behind " -- "', "it is new"),
        ("disable-line=KL201 until=2027-02-30", '"2027-02-30" is no day; write until=2027-01-31', "until=2027-02-30"),
        ("disable-line=KL201 until=31.1.2027", '"31.1.2027" is no day; write until=2027-01-31', "until=31.1.2027"),
        ("disable-line=KL201 until=20270131", '"20270131" is no day; write until=2027-01-31', "until=20270131"),
        ("disable-line=KL201 until", '"" is no day; write until=2027-01-31', "until"),
        ("enable=KL201 until=2027-01-31", '"until" belongs to what is disabled, not to "enable"', "until=2027-01-31"),
    ],
)
def test_what_cannot_be_followed(text: str, message: str, at: str) -> None:
    found = parse(text, RULES)

    (mistake,) = found.mistakes
    assert (found.kind, found.words) == (None, ())
    assert mistake.message == message
    assert text[mistake.start : mistake.end] == at


def test_a_word_that_names_no_rule_costs_the_others_nothing() -> None:
    found = parse("disable-line=unknown-colum, KL104, KL999", RULES)

    assert [word.text for word in found.words] == ["KL104"]
    assert [(mistake.message, mistake.start, mistake.end) for mistake in found.mistakes] == [
        ('there is no rule "unknown-colum"; did you mean "unknown-column"?', 13, 26),
        ('there is no rule "KL999"', 35, 40),
    ]


def test_a_long_text_is_not_quoted_whole() -> None:
    (mistake,) = parse("disable-line=KL201 " + "x" * 500, RULES).mistakes

    assert mistake.message == f'"{"x" * 59}…" is not understood; a reason stands behind " -- "'


PIECES = st.sampled_from(
    [*KINDS, "=", ",", " ", "KL1", "KL201", "unknown-column", "until=", "2027-01-31", "--", "—", "é"]
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_any_text_is_followed_or_named_as_a_mistake_at_a_place_in_it(text: str) -> None:
    found = parse(text, RULES)

    assert found.kind in (None, *KINDS)
    assert found.words or found.mistakes
    for place in (*found.words, *found.mistakes):
        assert 0 <= place.start <= place.end <= len(text)
