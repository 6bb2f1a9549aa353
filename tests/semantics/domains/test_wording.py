"""Domains in words."""

from __future__ import annotations

import pytest

from kql_lint.semantics.domains import domain
from kql_lint.semantics.domains.domain import EVERYTHING, Domain, Interval
from kql_lint.semantics.domains.scalars import TICKS_PER_SECOND, Timespan
from kql_lint.semantics.domains.string_operators import OPERATORS
from kql_lint.semantics.domains.wording import conditions, scalar_text


@pytest.mark.parametrize(
    ("operator", "needles", "words"),
    [
        ("has", ("a",), 'has "a"'),
        ("!has", ("a",), '!has "a"'),
        ("has_cs", ("a",), 'has_cs "a"'),
        ("has_any", ("a", "b"), 'has any of ("a", "b")'),
        ("has_all", ("a", "b"), 'has all of ("a", "b")'),
        ("!startswith_cs", ("a",), '!startswith_cs "a"'),
        ("=~", ("a",), '=~ "a"'),
        ("!in~", ("a", "b"), '!~ ("a", "b")'),
        ("matches regex", ("^a",), 'matches regex "^a"'),
    ],
)
def test_tests_of_strings(operator: str, needles: tuple[str, ...], words: str) -> None:
    assert conditions(Domain(tests=frozenset({domain.Test(OPERATORS[operator], needles)}))) == [words]


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Interval(1, 2), [">= 1", "<= 2"]),
        (Interval(1, None, low_open=True), ["> 1"]),
        (Interval(None, 2.5, high_open=True), ["< 2.5"]),
        (Interval(Timespan(90 * TICKS_PER_SECOND)), [">= timespan(00:01:30)"]),
    ],
)
def test_intervals(interval: Interval, words: list[str]) -> None:
    assert conditions(Domain(interval=interval)) == words


def test_no_conditions() -> None:
    assert conditions(EVERYTHING) == conditions(Domain.of([1])) == conditions(Domain.but(["a"])) == []


def test_scalars() -> None:
    assert [scalar_text(value) for value in ("a", None, True, False, 7, 1.5)] == [
        "a",
        "null",
        "true",
        "false",
        "7",
        "1.5",
    ]
