"""The names of a file: the same symbol wherever it stands, in all queries that share it and in a rule's metadata.

A block of a file may use the lets of blocks before it, and a variable's text may be part of several queries: then a
symbol of one query is one of the others too, since it is declared at the same place of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language.metadata import ColumnName, column_names
from kql_lint.semantics.symbols import Declaration, Symbol, Use

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile

Span = tuple[int, int]


class Named(NamedTuple):
    """What stands at a place of the file: a symbol's name, in a query or (then here is a ColumnName) in the metadata.

    start and end are the name's place in the file.
    """

    found: QueryInFile
    symbol: Symbol
    here: Use | Declaration | ColumnName
    start: int
    end: int


class Member(NamedTuple):
    """A symbol as one query of the file has it."""

    found: QueryInFile
    symbol: Symbol


def named_at(file: OpenFile, place: int) -> Named | None:
    """The symbol whose name stands at a place of the file, or ends there."""
    for found in file.queries:
        offset = found.offset(place)
        at = None if offset is None else found.query.symbols.at(offset)
        if at is not None:
            return Named(found, *at, *found.span(at[1].start, at[1].end))
    for found in file.queries:
        for name in column_names(found.hosted.rule):
            start, end = name.span
            symbol = found.query.symbols.outputs.get(name.name) if start <= place <= end else None
            if symbol is not None:
                return Named(found, symbol, name, start, end)
    return None


def members(file: OpenFile, found: QueryInFile, symbol: Symbol) -> list[Member]:
    """The symbol in each query of the file that shares it, first in the one that it was found in."""
    result = [Member(found, symbol)]
    places = set(written(found, symbol))
    others = [other for other in file.queries if other is not found]
    grown = bool(places)
    while grown:
        grown = False
        for other in list(others):
            if not any(_reaches(other, start) for start, _ in places):
                continue
            shared = [one for one in other.query.symbols.all if not places.isdisjoint(written(other, one))]
            for one in shared:
                result.append(Member(other, one))
                places.update(written(other, one))
                grown = True
            if shared:
                others.remove(other)
    return result


def written(found: QueryInFile, symbol: Symbol) -> list[Span]:
    """Where the file has the symbol's name, in order; what it declares nowhere (a parser's parameters) is left out."""
    return [span for span in (file_span(found, *place) for place in symbol.places) if span is not None]


def file_span(found: QueryInFile, start: int, end: int) -> Span | None:
    """The file's stretch for one of the query; None where another file has it, or none."""
    if any(first < end and start < last for first, last in found.hosted.foreign):
        return None
    span = found.span(start, end)
    return span if span[0] < span[1] else None


def metadata_names(group: list[Member]) -> Iterator[tuple[Member, ColumnName]]:
    """Where rules name the symbol as a column that their queries return."""
    for member in group:
        outputs = member.found.query.symbols.outputs
        for name in column_names(member.found.hosted.rule):
            if outputs.get(name.name) is member.symbol:
                yield member, name


def _reaches(found: QueryInFile, place: int) -> bool:
    return found.hosted.map.offset(place) is not None
