"""Completion, hover and signature help: what ``language`` knows of a place, as the protocol has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.language.completion.places import complete_in
from kql_lint.language.hover import hover_in
from kql_lint.language.item import ItemKind
from kql_lint.language.signature_help import signature_help_in
from kql_lint.lsp.asking import asked
from kql_lint.lsp.worker import TYPING

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile
    from kql_lint.language.item import Item
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server

# What begins a value, an operator, an argument or a member, besides letters.
TRIGGERS = ['"', "'", ".", "(", ",", " ", "|", "=", "[", "$"]

_KINDS = {
    ItemKind.TABLE: types.CompletionItemKind.Class,
    ItemKind.COLUMN: types.CompletionItemKind.Field,
    ItemKind.VALUE: types.CompletionItemKind.EnumMember,
    ItemKind.KEY: types.CompletionItemKind.Property,
    ItemKind.FUNCTION: types.CompletionItemKind.Function,
    ItemKind.AGGREGATE: types.CompletionItemKind.Function,
    ItemKind.PLUGIN: types.CompletionItemKind.Module,
    ItemKind.OPERATOR: types.CompletionItemKind.Keyword,
    ItemKind.KEYWORD: types.CompletionItemKind.Keyword,
    ItemKind.PARAMETER: types.CompletionItemKind.TypeParameter,
    ItemKind.VARIABLE: types.CompletionItemKind.Variable,
    ItemKind.TYPE: types.CompletionItemKind.Struct,
    ItemKind.SETTING: types.CompletionItemKind.Value,
}


class _Offered:
    """The items that were offered last: an editor asks for what is known of one of them when it is looked at."""

    def __init__(self) -> None:
        self._number = 0
        self._items: list[Item] = []

    def take(self, items: list[Item]) -> int:
        """Keeps items, and gives the number that they are asked for by."""
        self._number += 1
        self._items = items
        return self._number

    def documentation(self, data: object) -> str:
        """What is known of an item in Markdown; "" where others have been offered since."""
        if not isinstance(data, list) or len(data) != 2 or data[0] != self._number:
            return ""
        at = data[1]
        return self._items[at].documentation() if isinstance(at, int) and 0 <= at < len(self._items) else ""


def register(server: Server) -> None:
    """Has the server answer these."""
    _completion(server)
    _signatures(server)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        def work(document: Document, file: OpenFile) -> types.Hover | None:
            known = hover_in(file, document.offset(params.position))
            if known is None:
                return None
            text = types.MarkupContent(types.MarkupKind.Markdown, known.text)
            return types.Hover(text, document.range(known.start, known.end))

        return await asked(server, params.text_document.uri, work)


def _completion(server: Server) -> None:
    options = types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True)
    offered = _Offered()

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    async def completed(params: types.CompletionParams) -> types.CompletionList | None:
        def work(document: Document, file: OpenFile) -> types.CompletionList:
            place = document.offset(params.position)
            items = complete_in(file, place, snippets=_takes_snippets(server))
            number = offered.take(items)
            made = _Made(document)
            return types.CompletionList(False, [made.item(one, [number, at]) for at, one in enumerate(items)])

        return await asked(server, params.text_document.uri, work, TYPING)

    @server.feature(types.COMPLETION_ITEM_RESOLVE)
    async def resolved(item: types.CompletionItem) -> types.CompletionItem:
        text = await server.service.worker.run(lambda: offered.documentation(item.data), TYPING)
        if text:
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, text)
        return item


class _Made:
    """Items of the protocol; their ranges are worked out once, since most items have the same one."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ranges: dict[tuple[int, int], types.Range] = {}

    def item(self, item: Item, data: list[int]) -> types.CompletionItem:
        place = self._ranges.get((item.start, item.end))
        if place is None:
            place = self._ranges[item.start, item.end] = self._document.range(item.start, item.end)
        snippet = item.snippet is not None
        return types.CompletionItem(
            item.label,
            kind=_KINDS.get(item.kind),
            label_details=types.CompletionItemLabelDetails(description=item.detail) if item.detail else None,
            tags=[types.CompletionItemTag.Deprecated] if item.deprecated else None,
            detail=item.detail or None,
            sort_text=item.sort,
            filter_text=item.filter or None,
            insert_text_format=types.InsertTextFormat.Snippet if snippet else None,
            text_edit=types.TextEdit(place, item.snippet if item.snippet is not None else item.text),
            data=data,
        )


def _takes_snippets(server: Server) -> bool:
    about = server.client_capabilities.text_document
    completion = about.completion if about is not None else None
    item = completion.completion_item if completion is not None else None
    return item is not None and bool(item.snippet_support)


def _signatures(server: Server) -> None:
    options = types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=[")"])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, options)
    async def helped(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        def work(document: Document, file: OpenFile) -> types.SignatureHelp | None:
            known = signature_help_in(file, document.offset(params.position))
            if known is None:
                return None
            text = types.MarkupContent(types.MarkupKind.Markdown, known.documentation) if known.documentation else None
            listed = [
                types.SignatureInformation(
                    one.label,
                    text,
                    [
                        types.ParameterInformation((_utf16(one.label, a), _utf16(one.label, b)))
                        for a, b in one.parameters
                    ],
                )
                for one in known.signatures
            ]
            return types.SignatureHelp(listed, known.active, known.parameter)

        return await asked(server, params.text_document.uri, work, TYPING)


def _utf16(label: str, place: int) -> int:
    """How far into a label a place of it is, in UTF-16: the protocol has no other unit for that."""
    return len(label[:place].encode("utf-16-le")) // 2
