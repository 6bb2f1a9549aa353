"""Functions that a file defines for others: which one stands at a place, and where a file names it.

Offsets are the file's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue.function_names import NamePlace, names_in
from kql_lint.language.names import file_span, members, named_at, written
from kql_lint.language.navigation import Reference, stored_function_at
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import Definition
    from kql_lint.language.file import OpenFile, QueryInFile
    from kql_lint.language.names import Member


class Function(NamedTuple):
    """A function that a file defines: the absolute path of that file, and the name that queries call it by."""

    path: str
    name: str


class Named(NamedTuple):
    """The name of a function at a place of a file."""

    function: Function
    start: int
    end: int


def function_at(file: OpenFile, place: int) -> Named | None:
    """The function for other files whose name stands at a place, or ends there: at a call, or where it is defined."""
    stored = stored_function_at(file, place)
    if stored is not None:
        found, node, definition = stored
        span = file_span(found, node.start, node.end)
        return None if span is None else Named(_function(definition), *span)
    for one in defined_in(file):
        if one.start <= place <= one.end:
            return Named(Function(_path(file), one.name), one.start, one.end)
    local = named_at(file, place)
    if local is None or local.symbol.kind != "function":
        return None
    names = {one.name for one in defined_in(file)}
    called = local.symbol.name in names
    return Named(Function(_path(file), local.symbol.name), local.start, local.end) if called else None


def defined_in(file: OpenFile) -> list[NamePlace]:
    """The names that a file gives to functions which queries of other files may call."""
    return [one for one in names_in(file.source, file.extraction.functions) if _is_defined(file, one.name)]


def _is_defined(file: OpenFile, name: str) -> bool:
    function = file.catalogue.function(name)
    definition = None if function is None else function.definition
    return definition is not None and _function(definition) == Function(_path(file), name)


def _function(definition: Definition) -> Function:
    return Function(os.path.abspath(definition.path), definition.name)


def _path(file: OpenFile) -> str:
    return os.path.abspath(file.source.path)


def calls_in(found: QueryInFile) -> Iterator[tuple[ast.Node, Definition]]:
    """The names in a query that call functions of files, each once, with the definition."""
    seen = set()
    for use in found.query.bound.facts.functions:
        definition = None if use.function is None else use.function.definition
        if definition is not None and (use.node.start, use.node.end) not in seen:
            seen.add((use.node.start, use.node.end))
            yield use.node, definition


def calls_of(found: QueryInFile, function: Function) -> list[ast.Node]:
    """The names in a query that call a function."""
    return [node for node, definition in calls_in(found) if _function(definition) == function]


def own(file: OpenFile, function: Function) -> list[Member]:
    """The function as the queries of the file that defines it by a ``let`` have it."""
    if function.path != _path(file):
        return []
    found: dict[int, Member] = {}
    for place in names_in(file.source):
        local = named_at(file, place.start) if place.name == function.name else None
        if local is not None and local.symbol.kind == "function":
            found.update((id(one.symbol), one) for one in members(file, local.found, local.symbol))
    return list(found.values())


def references(file: OpenFile, function: Function, *, declaration: bool = True) -> list[Reference]:
    """Where a file names a function, in order; declaration: with the places that define it."""
    declared = {(one.start, one.end) for one in defined_in(file) if Function(_path(file), one.name) == function}
    spans = {file_span(query, node.start, node.end) for query in file.queries for node in calls_of(query, function)}
    spans |= {span for one in own(file, function) for span in written(one.found, one.symbol)} | declared
    places = sorted(span for span in spans if span is not None)
    return [Reference(*span, declares=span in declared) for span in places if declaration or span not in declared]
