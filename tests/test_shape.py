from __future__ import annotations

from typing import Any, Literal, TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.shape import fits


class Inner(TypedDict):
    name: str


class Outer(TypedDict, total=False):
    inner: Inner
    counts: dict[str, int]
    items: list[Inner]


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        (int, [0, -5, 10**30], [True, 1.0, "1", None, []]),
        (bool, [True, False], [0, 1, None]),
        (str, ["", "a"], [b"", 1, None, ["a"]]),
        (str | None, ["a", None], [0, False, []]),
        (Literal[1, 2], [1, 2], [0, 3, True, 1.0, "1"]),
        (Literal["a"], ["a"], ["b", 1, None]),
        (list[int], [[], [1, 2]], [None, (1, 2), [1, "2"], {}, "12"]),
        (dict[str, int], [{}, {"a": 1}], [{"a": "1"}, [], None]),
        (tuple[int, str], [[1, "a"]], [[1], [1, "a", 2], ["a", 1], (1, "a"), None, {}]),
        (tuple[int, list[tuple[str, bool]]], [[1, []], [1, [["a", True]]]], [[1, [["a", 1]]], [1, ["a"]], [1, [[]]]]),
        (Outer, [{}, {"inner": {"name": "a"}, "counts": {"b": 1}}], [{"inner": {}}, {"other": 1}, {"counts": []}]),
        (Outer, [{"items": [{"name": "a"}]}], [{"items": {"name": "a"}}, {"items": [{"name": "a", "more": 1}]}, []]),
        (Inner, [{"name": "a"}], [{}, {"name": None}, {"name": "a", "b": "c"}]),
        (Inner | list[int], [{"name": "a"}, [1]], [{"name": 1}, ["a"]]),
    ],
)
def test_what_fits(shape: Any, good: list[object], bad: list[object]) -> None:
    assert [value for value in good if not fits(value, shape)] == []
    assert [value for value in bad if fits(value, shape)] == []


def test_no_deeper_is_looked_than_the_shape() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert not fits(deep, list[list[int]])
    assert not fits(deep, Outer)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(values)
def test_it_never_raises(value: object) -> None:
    for shape in (int, str | None, list[int], dict[str, list[str]], tuple[int, str], Outer, Literal["a", 1]):
        assert fits(value, shape) in (True, False)
