"""Definition, references, rename, symbols, folding, selection: what ``language`` says, as the protocol has it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.catalogue.function_names import names_in
from kql_lint.language import folding, navigation, outline, rename, selection
from kql_lint.lsp import across, renaming
from kql_lint.lsp.asking import Refused, asked, edit_of
from kql_lint.lsp.documents import range_at, uri_of
from kql_lint.positions import Positions
from kql_lint.reading import FUNCTIONS, Unreadable
from kql_lint.source import read_source

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server

_KINDS = {
    "rule": types.SymbolKind.Module,
    "query": types.SymbolKind.Event,
    "let": types.SymbolKind.Variable,
    "function": types.SymbolKind.Function,
    "parameter": types.SymbolKind.TypeParameter,
    "column": types.SymbolKind.Field,
    "table": types.SymbolKind.Struct,
    "pattern": types.SymbolKind.Function,
}


def register(server: Server) -> None:
    """Has the server answer these."""
    _names(server)
    _renaming(server)
    _shapes(server)


def _names(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.LocationLink] | list[types.Location] | None:
        def work(document: Document, file: OpenFile) -> list[types.LocationLink] | list[types.Location]:
            return _definition(server, document, file, document.offset(params.position))

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location] | None:
        place, declaration = params.position, params.context.include_declaration
        document = server.service.documents.get(params.text_document.uri)
        if document is not None:
            everywhere = await across.references(server, document, document.offset(place), declaration=declaration)
            if everywhere is not None:
                return everywhere

        def work(document: Document, file: OpenFile) -> list[types.Location]:
            found = navigation.references(file, document.offset(place), declaration=declaration)
            return [types.Location(document.uri, document.range(one.start, one.end)) for one in found]

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlights(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        def work(document: Document, file: OpenFile) -> list[types.DocumentHighlight]:
            return [
                types.DocumentHighlight(
                    document.range(one.start, one.end),
                    types.DocumentHighlightKind.Write if one.declares else types.DocumentHighlightKind.Read,
                )
                for one in navigation.references(file, document.offset(params.position))
            ]

        return await asked(server, params.text_document.uri, work)


def _definition(
    server: Server, document: Document, file: OpenFile, place: int
) -> list[types.LocationLink] | list[types.Location]:
    found = navigation.definitions(file, place)
    if found is None:
        return []
    origin = document.range(found.start, found.end)
    links = []
    for target in found.targets:
        if isinstance(target, navigation.StoredTarget):
            uri, name = stored(server, target)
            around = name
        else:
            uri, name = document.uri, document.range(target.start, target.end)
            around = document.range(*target.around)
        links.append(types.LocationLink(uri, around, name, origin))
    about = server.client_capabilities.text_document
    definition = about.definition if about is not None else None
    if definition is not None and definition.link_support:
        return links
    return [types.Location(one.target_uri, one.target_selection_range) for one in links]


def stored(server: Server, target: navigation.StoredTarget) -> tuple[str, types.Range]:
    """The place of a function in another file: that of its name there, as far as the file can be read."""
    path = os.path.abspath(target.path)
    documents = server.service.documents
    open_one = documents.at_path(path)
    try:
        source = open_one.source if open_one is not None else read_source(path, kind=FUNCTIONS)
    except Unreadable:
        return uri_of(path), types.Range(types.Position(0, 0), types.Position(0, 0))
    named = next((one for one in names_in(source) if one.name == target.name and one.plain), None)
    if named is not None:  # the text may have changed since it was read
        start, end = named.start, named.end
    else:
        start = source.offset(target.line, target.column)
        end = start + len(target.name) if source.text.startswith(target.name, start) else start
    uri = open_one.uri if open_one is not None else uri_of(path)
    positions = open_one.positions if open_one is not None else Positions(source, documents.encoding)
    return uri, range_at(positions, start, end)


def _renaming(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        document = server.service.documents.get(params.text_document.uri)
        if document is not None:
            function = await renaming.renamable(server, document, document.offset(params.position))
            if function is not None:
                return function

        def work(document: Document, file: OpenFile) -> types.PrepareRenamePlaceholder:
            found = rename.prepare(file, document.offset(params.position))
            if isinstance(found, rename.Refusal):
                raise Refused(found.reason)
            return types.PrepareRenamePlaceholder(document.range(found.start, found.end), found.name)

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        document = server.service.documents.get(params.text_document.uri)
        if document is not None:
            edit = await renaming.rename(server, document, document.offset(params.position), params.new_name)
            if edit is not None:
                return edit

        def work(document: Document, file: OpenFile) -> types.WorkspaceEdit:
            found = rename.rename(file, document.offset(params.position), params.new_name)
            if isinstance(found, rename.Refusal):
                raise Refused(found.reason)
            return edit_of(server, document, found)

        return await asked(server, params.text_document.uri, work)


def _shapes(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        def work(document: Document, file: OpenFile) -> list[types.DocumentSymbol]:
            return [_symbol(document, one) for one in outline.outline(file)]

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folds(params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        def work(document: Document, file: OpenFile) -> list[types.FoldingRange]:
            return [_fold(document, one) for one in folding.foldings(file)]

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    async def selections(params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
        def work(document: Document, file: OpenFile) -> list[types.SelectionRange]:
            return [_selection(document, file, one) for one in params.positions]

        return await asked(server, params.text_document.uri, work)


def _symbol(document: Document, item: outline.OutlineItem) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        item.name or "?",
        _KINDS.get(item.kind, types.SymbolKind.Key),
        document.range(item.start, item.end),
        document.range(item.name_start, item.name_end),
        detail=item.detail or None,
        children=[_symbol(document, one) for one in item.children],
    )


def _fold(document: Document, item: folding.Folding) -> types.FoldingRange:
    place = document.range(item.start, item.end)
    kind = types.FoldingRangeKind.Comment if item.kind == "comment" else None
    return types.FoldingRange(place.start.line, place.end.line, place.start.character, place.end.character, kind)


def _selection(document: Document, file: OpenFile, position: types.Position) -> types.SelectionRange:
    around: types.SelectionRange | None = None
    for start, end in reversed(selection.selections(file, document.offset(position))):
        around = types.SelectionRange(document.range(start, end), around)
    assert around is not None  # the file itself is one
    return around
