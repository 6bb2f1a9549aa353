from __future__ import annotations

import pytest

from kql_lint.diagnostic import Severity
from kql_lint.policy.select import Layer, UnknownRule, asked_for, find, resolve
from kql_lint.rules.rule import Rule

RULES = tuple(
    Rule(code, name, name, Severity.WARNING, "", enabled=code != "KL502")
    for code, name in (
        ("KL001", "syntax-error"),
        ("KL101", "unknown-action-type"),
        ("KL104", "field-not-in-action-type"),
        ("KL201", "unknown-column"),
        ("KL502", "contains-for-whole-word"),
    )
)
DEFAULT = "001 101 104 201"


def holding(*layers: Layer) -> str:
    return " ".join(sorted(code[2:] for code in resolve(layers, RULES)))


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Layer(), DEFAULT),
        (Layer(select=("KL101",)), "101"),
        (Layer(select=("unknown-column", "kl1")), "101 104 201"),
        (Layer(select=("ALL",)), "001 101 104 201 502"),
        (Layer(select=()), ""),
        (Layer(extend_select=("KL5",)), "001 101 104 201 502"),
        (Layer(ignore=("KL1",)), "001 201"),
        (Layer(ignore=("Syntax-Error", "KL2")), "101 104"),
        (Layer(ignore=("ALL",)), ""),
    ],
)
def test_codes_prefixes_names_and_all(layer: Layer, expected: str) -> None:
    assert holding(layer) == expected


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (Layer(select=("KL1",), ignore=("KL104",)), "101"),
        (Layer(select=("KL104",), ignore=("KL1",)), "104"),
        (Layer(select=("ALL",), ignore=("KL1", "KL5")), "001 201"),
        (Layer(select=("KL104",), ignore=("KL104",)), ""),
        (Layer(select=("KL",), ignore=("KL10",)), "001 201 502"),
    ],
)
def test_the_more_specific_word_wins_and_ignore_between_equals(layer: Layer, expected: str) -> None:
    assert holding(layer) == expected


@pytest.mark.parametrize(
    ("configured", "said", "expected"),
    [
        # select on the command line starts anew
        (Layer(select=("KL1",), ignore=("KL201",)), Layer(select=("KL2",)), "201"),
        # ignore and extend-select come on top
        (Layer(select=("KL1",)), Layer(ignore=("KL104",)), "101"),
        (Layer(ignore=("KL1",)), Layer(extend_select=("KL1",)), DEFAULT),
        (Layer(ignore=("KL104",)), Layer(extend_select=("KL1",)), "001 101 201"),
    ],
)
def test_the_command_line_comes_after_the_configuration(configured: Layer, said: Layer, expected: str) -> None:
    assert holding(configured, said) == expected


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "unknown-colum",
            'there is no rule "unknown-colum"; did you mean "unknown-column"? (kql-lint rules lists them all)',
        ),
        ("KL9", 'there is no rule "KL9" (kql-lint rules lists them all)'),
        ("E501", 'there is no rule "E501" (kql-lint rules lists them all)'),
        ("", 'there is no rule "" (kql-lint rules lists them all)'),
    ],
)
def test_a_word_that_names_no_rule_is_an_error(word: str, message: str) -> None:
    with pytest.raises(UnknownRule) as caught:
        holding(Layer(ignore=(word,)))
    assert str(caught.value) == message


def test_find_takes_codes_and_names_in_any_case() -> None:
    assert find("kl104", RULES) is find("FIELD-NOT-IN-ACTION-TYPE", RULES) is RULES[2]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], ()),
        ([Layer(ignore=("KL5",))], ()),
        ([Layer(extend_select=("KL5",))], ("KL502",)),
        ([Layer(extend_select=("contains-for-whole-word",))], ("KL502",)),
        ([Layer(select=("ALL",))], ("KL502",)),
        ([Layer(extend_select=("KL502",)), Layer(ignore=("KL502",))], ("KL502",)),
        ([Layer(extend_select=("KL502",)), Layer(select=("KL1",))], ("KL502",)),
        ([Layer(extend_select=("KL1",))], ()),
    ],
)
def test_the_rules_off_by_default_that_are_asked_for(layers: list[Layer], expected: tuple[str, ...]) -> None:
    assert asked_for(layers, RULES) == expected
