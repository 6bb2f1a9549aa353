"""Which tables a place of a query is about, for reports that sort findings by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.semantics.sources import UNKNOWN_TABLE
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scope import Origin


def tables_at(facts: Facts, start: int, end: int) -> tuple[str, ...]:
    """The names, as the query has them, of the tables that the half-open stretch of the query is about.

    Those of the columns that are read or compared there; else those whose columns reach it; else the one that is named
    there, last before it, or first in the query.
    """
    for found in (_read(facts, start, end), _compared(facts, start, end), _missed(facts, start, end)):
        names = tuple(dict.fromkeys(found))
        if names:
            return names
    return _nearest(facts, start)


def _read(facts: Facts, start: int, end: int) -> Iterator[str]:
    for read in facts.reads:
        if start <= read.node.start and read.node.end <= end:
            yield from _names(read.column.origins)


def _compared(facts: Facts, start: int, end: int) -> Iterator[str]:
    for comparison in facts.comparisons:
        if comparison.node.start <= start and end <= comparison.node.end:
            yield from _names(comparison.origins)


def _missed(facts: Facts, start: int, end: int) -> Iterator[str]:
    for unknown in facts.unknown_columns:
        if start <= unknown.node.start and unknown.node.end <= end:
            for column in unknown.scope.columns.values():
                yield from _names(column.origins)


def _nearest(facts: Facts, start: int) -> tuple[str, ...]:
    named = [(row.node.start, row.name) for row in facts.rows]
    named += [
        (item.node.start, item.node.name)
        for item in facts.opened
        if item.reason == UNKNOWN_TABLE and isinstance(item.node, ast.Name)
    ]
    before = [item for item in named if item[0] <= start]
    return (max(before)[1],) if before else (min(named)[1],) if named else ()


def _names(origins: Iterable[Origin]) -> Iterator[str]:
    return (origin.row.name for origin in origins)
