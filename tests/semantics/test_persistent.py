"""Maps that share what they have in common are the dictionaries that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kql_lint.semantics import persistent
from kql_lint.semantics.persistent import Shared, differing, preceded, put, without
from kql_lint.semantics.scopes.projection import Projection, side_by_side
from kql_lint.semantics.scopes.scope import Column, extended, shared

keys = st.integers(0, 12)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.dictionaries(keys, st.integers(), max_size=6)),
        st.tuples(st.just("without"), st.lists(keys, max_size=4)),
        st.tuples(st.just("preceded"), st.tuples(keys, st.integers())),
    ),
    max_size=20,
)


def changed(old: Mapping[int, int], what: str, change: object) -> Mapping[int, int]:
    if what == "put":
        return put(old, change)  # type: ignore[arg-type]
    if what == "without":
        return without(old, change)  # type: ignore[arg-type]
    return preceded(old, *change)  # type: ignore[misc]


@pytest.fixture(autouse=True, scope="module")
def nothing_is_small() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(persistent, "SMALL", 0)
        yield


@given(changes)
def test_order_and_content_are_those_of_a_dictionary(steps: list[tuple[str, object]]) -> None:
    large: Mapping[int, int] = Shared.of({})
    plain: Mapping[int, int] = {}
    for what, change in steps:
        before, large = large, changed(large, what, change)
        if what == "put":
            plain = {**plain, **change}  # type: ignore[dict-item]
        elif what == "without":
            plain = {key: value for key, value in plain.items() if key not in change}  # type: ignore[operator]
        else:
            key, value = change  # type: ignore[misc]
            plain = {key: value, **{other: plain[other] for other in plain if other != key}}
        assert list(large.items()) == list(plain.items())
        assert len(large) == len(plain)
        different = differing(large, before)
        assert {key: large[key] for key in large if key not in before or before[key] != large[key]}.items() <= (
            different.items()
        )
        assert list(different) == [key for key in large if key in different]


names = st.sampled_from(["a", "b", "a1", "a2", "b1", "a11"])
steps_of_a_pipeline = st.lists(
    st.tuples(st.sampled_from(["join", "add", "away"]), st.lists(names, max_size=4, unique=True)), max_size=12
)


@given(steps_of_a_pipeline)
def test_names_get_the_number_that_they_would_get_if_nothing_were_remembered(
    steps: list[tuple[str, list[str]]],
) -> None:
    remembering = shared({name: Column(name, "long") for name in "cdefghijklmnop"})
    for what, given_names in steps:
        fresh = shared(dict(remembering))
        columns = [Column(name, "string") for name in given_names]
        results = [_after(one, what, columns) for one in (remembering, fresh)]
        assert list(results[0]) == list(results[1])
        remembering = results[0]
        assert isinstance(remembering, Shared)


def _after(columns: Mapping[str, Column], what: str, others: list[Column]) -> Mapping[str, Column]:
    if what == "join":
        return side_by_side(columns, others)[0]
    if what == "away":
        return without(columns, [column.name for column in others])
    projection = Projection(columns)
    for column in others:
        projection.add(column)
    return projection.columns


def test_a_chain_of_joins_tries_no_number_twice() -> None:
    columns = shared({f"c{number}": Column(f"c{number}", "long") for number in range(10)})
    tries = 0
    for _ in range(100):
        columns, more = side_by_side(columns, [Column("c0", "long"), Column("c1", "long")])
        tries += more
    assert list(columns)[-2:] == ["c0100", "c1100"]
    assert tries == 0
    columns = extended(without(columns, ["c050"]), {"other": Column("other", "long")})
    columns, _ = side_by_side(columns, [Column("c0", "long")])
    assert list(columns)[-1] == "c050"
