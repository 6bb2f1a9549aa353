"""What features have in common: a question about an open text and its queries, and edits as an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from kql_lint.lsp.documents import range_at
from kql_lint.lsp.worker import ASKED

if TYPE_CHECKING:
    from kql_lint.diagnostic import Edit
    from kql_lint.language.file import OpenFile
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server
    from kql_lint.positions import Positions

# The code of the protocol for a request that is understood and can't be met, whose message an editor shows.
_REFUSED = -32803
T = TypeVar("T")


async def asked(server: Server, uri: str, work: Callable[[Document, OpenFile], T], urgency: int = ASKED) -> T | None:
    """What work gives for an open text and its queries; None where no host reads it, or its settings can't be used."""

    def on(document: Document) -> T | None:
        file = server.service.file_of(document)
        return None if file is None else work(document, file)

    return await server.about(uri, on, urgency)


class Refused(JsonRpcException):
    """What an editor asks for can't be done, for a reason that people can read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, code=_REFUSED)


def edits_of(positions: Positions, edits: Iterable[Edit]) -> list[types.TextEdit]:
    """Edits of a text as those of the editor."""
    return [types.TextEdit(range_at(positions, one.start, one.end), one.text) for one in edits]


def edit_of(server: Server, document: Document, edits: Iterable[Edit]) -> types.WorkspaceEdit:
    """Edits of an open text as one of the workspace."""
    return workspace_edit(server, [(document.uri, document.version, edits_of(document.positions, edits))])


def workspace_edit(
    server: Server, changes: Iterable[tuple[str, int | None, list[types.TextEdit]]]
) -> types.WorkspaceEdit:
    """The edits of files by their URIs, for the versions of the open ones where the editor takes that."""
    workspace = server.client_capabilities.workspace
    able = workspace.workspace_edit if workspace is not None else None
    if able is None or not able.document_changes:
        return types.WorkspaceEdit(changes={uri: made for uri, _, made in changes})
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), list(made))
            for uri, version, made in changes
        ]
    )
