"""Definition and references of the name at a place of a file.  Offsets are the file's, unless said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language.names import Named, file_span, members, metadata_names, named_at, written
from kql_lint.semantics.symbols import Declaration, Use
from kql_lint.syntax import ast, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kql_lint.catalogue import Definition
    from kql_lint.language.file import OpenFile, QueryInFile


class Target(NamedTuple):
    """Where something is declared in the file: its name, or what makes the column; around is the whole declaration."""

    start: int
    end: int
    around: tuple[int, int]


class StoredTarget(NamedTuple):
    """Where a file of functions defines one: the 1-based line and column of its name, or of its body."""

    path: str
    line: int
    column: int
    name: str


class Definitions(NamedTuple):
    """What the name at start to end was declared by."""

    start: int
    end: int
    targets: tuple[Target | StoredTarget, ...]


class Reference(NamedTuple):
    """A place where a name stands.  declares: it is declared there.  metadata: it is in a rule's metadata."""

    start: int
    end: int
    declares: bool = False
    metadata: bool = False


def definitions(file: OpenFile, place: int) -> Definitions | None:
    """Where the name at a place of the file is declared; None where it is no name, or the text does not declare it.

    A table's column has no declaration in the text.
    """
    named = named_at(file, place)
    if named is not None:
        targets = tuple(dict.fromkeys(_targets(named)))
        return Definitions(named.start, named.end, targets) if targets else None
    stored = stored_function_at(file, place)
    if stored is None:
        return None
    found, node, definition = stored
    span = file_span(found, node.start, node.end)
    return None if span is None else Definitions(*span, (stored_target(definition),))


def references(file: OpenFile, place: int, *, declaration: bool = True) -> list[Reference]:
    """Where the name at a place of the file stands, in order; declaration: with the places that declare it."""
    named = named_at(file, place)
    if named is None:
        return _stored_references(file, place)
    group = members(file, named.found, named.symbol)
    declaring = {span for one in group for span in _declaring(one.found, one.symbol.declarations)}
    spans = {span for one in group for span in written(one.found, one.symbol)}
    found = [Reference(*span, declares=span in declaring) for span in spans if declaration or span not in declaring]
    found += [Reference(*name.span, metadata=True) for _, name in metadata_names(group)]
    return sorted(set(found))


def stored_function_at(file: OpenFile, place: int) -> tuple[QueryInFile, ast.Node, Definition] | None:
    """The function of another file whose name stands at a place: the query, the name's node and the definition."""
    for found in file.queries:
        offset = found.offset(place)
        for use in found.query.bound.facts.functions if offset is not None else ():
            definition = None if use.function is None else use.function.definition
            if definition is not None and use.node.start <= (offset or 0) <= use.node.end:
                return found, use.node, definition
    return None


def _targets(named: Named) -> Iterator[Target]:
    here = named.here
    declarations = (here,) if isinstance(here, Declaration) else here.declarations if isinstance(here, Use) else ()
    if not isinstance(here, (Declaration, Use)):
        declarations = tuple(named.symbol.declarations)
    for one in declarations:
        span, around = file_span(named.found, one.start, one.end), file_span(named.found, *one.around)
        if span is not None:
            yield Target(*span, around or span)


def _declaring(found: QueryInFile, declarations: list[Declaration]) -> Iterator[tuple[int, int]]:
    for one in declarations:
        span = file_span(found, one.start, one.end) if one.written else None
        if span is not None:
            yield span


def stored_target(definition: Definition) -> StoredTarget:
    """The place of a function's name where its file has it in a ``let``, else that of its body."""
    offset = 0
    if definition.let:
        lets = (one for one in parse(definition.text).query.statements if isinstance(one, ast.Let))
        offset = next((one.name.start for one in lets if one.name.name == definition.let), 0)
    return StoredTarget(definition.path, *definition.position(offset), definition.name)


def _stored_references(file: OpenFile, place: int) -> list[Reference]:
    """Where the file uses the function of another file that stands at a place."""
    stored = stored_function_at(file, place)
    if stored is None:
        return []
    spans = {
        file_span(found, use.node.start, use.node.end)
        for found in file.queries
        for use in found.query.bound.facts.functions
        if use.function is not None and use.function.definition is stored[2]
    }
    return [Reference(*span) for span in sorted(filter(None, spans))]
