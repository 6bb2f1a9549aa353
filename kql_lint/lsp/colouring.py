"""Semantic tokens and links: what ``language`` says of the words of a text, as the protocol has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.language.colours import MODIFIERS, TYPES, colours
from kql_lint.language.links import links
from kql_lint.lsp import pages
from kql_lint.lsp.asking import asked

if TYPE_CHECKING:
    from kql_lint.language.colours import Colour
    from kql_lint.language.file import OpenFile
    from kql_lint.language.links import Link
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server

# Several kinds of words have the same token type.
_TOKENS = list(dict.fromkeys(TYPES.values()))
_NUMBERS = {kind: _TOKENS.index(token) for kind, token in TYPES.items()}
_BITS = {name: 1 << number for number, name in enumerate(MODIFIERS)}


def register(server: Server) -> None:
    """Has the server answer these."""
    legend = types.SemanticTokensLegend(_TOKENS, list(MODIFIERS))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
    async def full(params: types.SemanticTokensParams) -> types.SemanticTokens | None:
        def work(document: Document, file: OpenFile) -> types.SemanticTokens:
            return types.SemanticTokens(_data(document, colours(file)))

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
    async def part(params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
        def work(document: Document, file: OpenFile) -> types.SemanticTokens:
            return types.SemanticTokens(_data(document, colours(file, *document.stretch(params.range))))

        return await asked(server, params.text_document.uri, work)

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def linked(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        def work(document: Document, file: OpenFile) -> list[types.DocumentLink]:
            return [made for one in links(file) if (made := _link(document, one)) is not None]

        return await asked(server, params.text_document.uri, work)


def _data(document: Document, found: Iterable[Colour]) -> list[int]:
    """The tokens as the protocol has them: five numbers each, places relative to the token before."""
    data: list[int] = []
    line = column = 0
    for one in found:
        start, end = document.positions.position(one.start), document.positions.position(one.end)
        if start[0] != end[0] or start[1] == end[1]:
            continue
        column = start[1] - (column if start[0] == line else 0)
        modifiers = sum(_BITS[name] for name in one.modifiers)
        data += (start[0] - line, column, end[1] - start[1], _NUMBERS[one.kind], modifiers)
        line, column = start
    return data


def _link(document: Document, link: Link) -> types.DocumentLink | None:
    target = pages.uri_of_rule(link.rule) if link.rule is not None else link.url
    return None if target is None else types.DocumentLink(document.range(link.start, link.end), target, link.title)
