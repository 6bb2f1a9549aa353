"""What features have in common: a question about an open text and its queries, and edits as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from kql_lint.lsp.worker import ASKED

if TYPE_CHECKING:
    from kql_lint.diagnostic import Edit
    from kql_lint.language.file import OpenFile
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server

T = TypeVar("T")


async def asked(server: Server, uri: str, work: Callable[[Document, OpenFile], T], urgency: int = ASKED) -> T | None:
    """What work gives for an open text and its queries; None where no host reads it, or its settings can't be used."""

    def on(document: Document) -> T | None:
        file = server.service.file_of(document)
        return None if file is None else work(document, file)

    return await server.about(uri, on, urgency)


def workspace_edit(server: Server, document: Document, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """Edits of a text as those of the editor, for one version of it where the editor takes that."""
    made = [types.TextEdit(document.range(one.start, one.end), one.text) for one in edits]
    workspace = server.client_capabilities.workspace
    able = workspace.workspace_edit if workspace is not None else None
    if able is None or not able.document_changes:
        return types.WorkspaceEdit(changes={document.uri: made})
    of = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(of, list(made))])
