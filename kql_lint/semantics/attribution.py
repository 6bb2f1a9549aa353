"""Which tables the places of a query are about, for reports that sort findings by table."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Generic, TypeVar

from kql_lint.semantics.scopes.scope import traced
from kql_lint.semantics.sources import UNKNOWN_TABLE
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.facts import ColumnRead, Comparison, Facts, UnknownColumn
    from kql_lint.semantics.scopes.scope import Origin

T = TypeVar("T", "ColumnRead", "Comparison", "UnknownColumn")


class Subject:
    """The tables that one query is about, by place."""

    def __init__(self, facts: Facts) -> None:
        self._reads = _Places(facts.reads)
        self._comparisons = _Places(facts.comparisons)
        self._unknown = _Places(facts.unknown_columns)
        self._named = sorted(_named(facts))
        self._columns: dict[int, tuple[str, ...]] = {}  # the tables of columns, by the id of their map
        self._origins: dict[int, tuple[str, ...]] = {}  # those of origins, by the id of their tuple

    def tables_at(self, start: int, end: int) -> tuple[str, ...]:
        """The names, as the query has them, of the tables that the half-open stretch of the query is about.

        Those of the columns that are read or compared there; else those whose columns reach it; else the one that is
        named there, last before it, or first in the query.
        """
        return (
            self._tables_of(read.column.origins for read in self._reads.inside(start, end))
            or self._tables_of(found.origins for found in self._comparisons.around(start, end))
            or tuple(dict.fromkeys(self._missed(start, end)))
            or self._nearest(start)
        )

    def _tables_of(self, facts: Iterable[tuple[Origin, ...]]) -> tuple[str, ...]:
        """The tables of the origins of facts; many facts share theirs, which may be thousands."""
        names: dict[str, None] = {}
        for origins in facts:
            key = id(origins)
            if key not in self._origins:
                self._origins[key] = _names(origins)
            names.update(dict.fromkeys(self._origins[key]))
        return tuple(names)

    def _missed(self, start: int, end: int) -> Iterator[str]:
        for unknown in self._unknown.inside(start, end):
            columns = unknown.scope.columns
            names = self._columns.get(id(columns))
            if names is None:
                names = _names(origin for _, column in traced(columns) for origin in column.origins)
                self._columns[id(columns)] = names
            yield from names

    def _nearest(self, start: int) -> tuple[str, ...]:
        before = bisect_right(self._named, start, key=lambda item: item[0])
        return (self._named[max(before - 1, 0)][1],) if self._named else ()


class _Places(Generic[T]):
    """Facts by the places of their nodes, of which none overlaps another unless one lies in the other.

    A function's body has as many facts at a place as it has calls: they share the place.
    """

    def __init__(self, facts: Sequence[T]) -> None:
        self._facts: Sequence[T] = facts
        at: dict[tuple[int, int], list[int]] = {}  # by the start and the negated end: what is around comes first
        for number, fact in enumerate(facts):
            at.setdefault((fact.node.start, -fact.node.end), []).append(number)
        self._sorted = sorted(at)
        self._numbers = [at[place] for place in self._sorted]
        self._outer: list[int] | None = None

    def inside(self, start: int, end: int) -> list[T]:
        """The facts whose nodes lie in a stretch, in their order."""
        first, last = bisect_left(self._sorted, (start, -math.inf)), bisect_left(self._sorted, (end, math.inf))
        return self._in_order(place for place in range(first, last) if -self._sorted[place][1] <= end)

    def around(self, start: int, end: int) -> list[T]:
        """The facts in whose nodes a stretch lies, in their order."""
        if self._outer is None:
            self._outer = self._nested()
        place = bisect_left(self._sorted, (start, math.inf)) - 1
        found: list[int] = []
        while place >= 0:
            if end <= -self._sorted[place][1]:
                found.append(place)
            place = self._outer[place]
        return self._in_order(found)

    def _in_order(self, places: Iterable[int]) -> list[T]:
        return [self._facts[number] for number in sorted(chain.from_iterable(self._numbers[place] for place in places))]

    def _nested(self) -> list[int]:
        """For each of the sorted places that of the one around it, the innermost; -1 where there is none."""
        outer: list[int] = []
        around: list[int] = []
        for place, (_, negated_end) in enumerate(self._sorted):
            while around and self._sorted[around[-1]][1] > negated_end:
                around.pop()
            outer.append(around[-1] if around else -1)
            around.append(place)
        return outer


def _named(facts: Facts) -> Iterator[tuple[int, str]]:
    """Where tables are named."""
    for row in facts.rows:
        yield row.node.start, row.name
    for item in facts.opened:
        if item.reason == UNKNOWN_TABLE and isinstance(item.node, ast.Name):
            yield item.node.start, item.node.name


def _names(origins: Iterable[Origin]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(origin.row.name for origin in origins))
