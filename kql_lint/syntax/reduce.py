"""Turns the tables' reductions into functions: from the values of a rule's parts to the value of the rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from kql_lint.syntax.build import TreeBuilder

Reducer: TypeAlias = Callable[[list[Any]], Any]


def reducers(
    reductions: list[tuple[str, list[tuple[int, bool, int]], int, bool]], sizes: Sequence[int], builder: TreeBuilder
) -> list[Reducer | None]:
    """One function for each rule, in the order of the rules; None for one whose only part is its value."""
    found: list[Reducer | None] = []
    for reduction, size in zip(reductions, sizes, strict=True):
        reducer = _reducer(*reduction, builder)
        found.append(None if size == 1 and reducer is _first else reducer)
    return found


def _reducer(
    method: str, parts: list[tuple[int, bool, int]], nones: int, single: bool, builder: TreeBuilder
) -> Reducer:
    build: Reducer = _itself
    if method:  # a `?rule` that only ever stands for its single part needs none
        build = getattr(builder, method) if not single else getattr(builder, method, _itself)
    if any(spread or before for _, spread, before in parts) or nones:
        return _arranging(parts, nones, single, build)
    indices = [index for index, _, _ in parts]
    if single and len(indices) == 1:
        return _picking(indices[0])
    if indices == list(range(len(indices))):
        return _leading(len(indices), build)
    return lambda children: build([children[index] for index in indices])


def _itself(children: list[Any]) -> Any:
    return children


def _first(children: list[Any]) -> Any:
    return children[0]


def _picking(index: int) -> Reducer:
    return _first if index == 0 else lambda children: children[index]


def _leading(count: int, build: Reducer) -> Reducer:
    def reduce(children: list[Any]) -> Any:
        del children[count:]
        return build(children)

    return reduce


def _arranging(parts: list[tuple[int, bool, int]], nones: int, single: bool, build: Reducer) -> Reducer:
    def reduce(children: list[Any]) -> Any:
        arranged: list[Any] = []
        for index, spread, before in parts:
            if before:
                arranged += [None] * before
            if not spread:
                arranged.append(children[index])
            elif arranged:
                arranged += children[index]
            else:
                arranged = children[index]  # `a, b, c` grows one list instead of copying it for each item
        if nones:
            arranged += [None] * nones
        return arranged[0] if single and len(arranged) == 1 else build(arranged)

    return reduce
