"""What holds of every function and operator, whatever it is given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kql_lint.semantics.domains.evaluation import (
    arithmetic,
    arrays,
    comparing,
    conversions,
    evaluate,
    is_evaluated,
    logic,
    parse_datetime,
    parse_timespan,
    replacing,
    strings,
    times,
)
from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Relative, Timespan

ROOMS = (strings, replacing, conversions, arrays, arithmetic, times, comparing, logic)
NAMES = sorted({name for room in ROOMS for name in room.FUNCTIONS})
TICKS = st.integers(-(2**63), 2**63 - 1)
SCALARS = (
    st.text(max_size=12)
    | st.sampled_from(["", "a", "ab", "-", "true", "1", "[1]", r"\s+", "normal", "00:00:01", "2024-01-01"])
    | st.integers()
    | st.integers(-3, 3)
    | st.floats()
    | st.booleans()
    | st.none()
    | st.builds(Timespan, TICKS)
    | st.builds(Datetime, TICKS)
    | st.builds(Relative, TICKS)
    | st.just(UNTOLD)
)
VALUES = SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(max_size=3), SCALARS, max_size=3)
KINDS = (str, bool, int, float, list, dict, Timespan, Datetime, Relative, type(None), type(UNTOLD))


@given(st.sampled_from(NAMES), st.lists(VALUES, max_size=6))
def test_never_raises_and_gives_a_scalar_of_kql(name: str, arguments: list[object]) -> None:
    assert isinstance(evaluate(name, arguments), KINDS)


@given(st.text(max_size=30))
def test_literals_never_raise(text: str) -> None:
    assert isinstance(parse_timespan(text), (Timespan, type(UNTOLD)))
    assert isinstance(parse_datetime(text), (Datetime, type(UNTOLD)))


@given(st.text("0123456789:.-+TZ hmsd", max_size=30))
def test_literals_of_their_own_letters_never_raise(text: str) -> None:
    assert isinstance(parse_timespan(text), (Timespan, type(UNTOLD)))
    assert isinstance(parse_datetime(text), (Datetime, type(UNTOLD)))


@given(st.sampled_from(NAMES), st.lists(VALUES, max_size=6), st.integers(0, 5))
def test_what_is_told_beside_something_untold_holds_whatever_that_is(
    name: str, arguments: list[object], place: int
) -> None:
    """An answer that does not wait for an argument is the same for each value that it may have."""
    if place < len(arguments):
        result = evaluate(name, [*arguments[:place], UNTOLD, *arguments[place + 1 :]])
        if result is not UNTOLD:
            assert repr(evaluate(name, arguments)) in (repr(result), repr(UNTOLD))


@given(st.lists(st.text("abc", min_size=1), min_size=2, max_size=8))
def test_split_takes_apart_what_strcat_delim_puts_together(parts: list[str]) -> None:
    assert evaluate("split", [evaluate("strcat_delim", ["-", *parts]), "-"]) == parts


@given(st.text("abAB -", max_size=20), st.integers(0, 20))
def test_substrings_put_together_are_the_string(text: str, place: int) -> None:
    if place <= len(text):
        assert (
            evaluate("strcat", [evaluate("substring", [text, 0, place]), evaluate("substring", [text, place])]) == text
        )


@given(st.integers(0, 9_999 * 365), st.integers(0, 86_400 * 10**7 - 1))
def test_a_datetime_is_read_from_its_own_string(days: int, ticks: int) -> None:
    value = Datetime(days * 86_400 * 10**7 + ticks)
    assert evaluate("todatetime", [evaluate("tostring", [value])]) == value


@given(st.integers(-(2**61), 2**61), st.integers(-(2**61), 2**61))
def test_minus_takes_back_what_plus_adds(left: int, right: int) -> None:
    for kind in (int, Timespan):
        total = evaluate("+", [kind(left), kind(right)])
        assert evaluate("-", [total, kind(right)]) == kind(left)


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_sets_are_what_python_makes_of_them(left: list[str], right: list[str]) -> None:
    made = {
        "set_union": set(left) | set(right),
        "set_difference": set(left) - set(right),
        "set_intersect": set(left) & set(right),
    }
    for name, expected in made.items():
        items = evaluate(name, [left, right])
        assert isinstance(items, list)
        assert sorted(items) == sorted(expected)


def test_every_name_is_evaluated_and_no_other() -> None:
    assert all(map(is_evaluated, NAMES))
    assert not is_evaluated("rand")
