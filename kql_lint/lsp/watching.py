"""Files that open texts depend on: when one changes, what depends on it is linted again.

An editor that can watches them; with any other they are looked at whenever a text is saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.lsp.dependencies import SETTINGS
from kql_lint.lsp.worker import ASKED

if TYPE_CHECKING:
    from kql_lint.lsp.server import Server

_ID = "kql-lint/watched-files"
# Configurations, and whatever may be an overlay, a baseline, a file of functions or one that a rule's file loads.
_PATTERNS = (
    *(f"**/{name}" for name in sorted(SETTINGS)),
    "**/*.{yaml,yml,json,kql,csl,kusto,txt,bicep,tf}",
)


def register(server: Server) -> None:
    """Has the server hear of changed files and folders."""

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        if _can_watch(server):
            watchers = [types.FileSystemWatcher(pattern) for pattern in _PATTERNS]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration(_ID, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([registration]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed(params: types.DidChangeWatchedFilesParams) -> None:
        server.service.touch()
        paths = [server.service.documents.path_of(one.uri) for one in params.changes]
        if await server.service.worker.run(lambda: server.service.depends_on(paths), ASKED):
            await reload(server)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        document = server.service.documents.saved(params.text_document.uri)
        server.service.touch()
        if document is not None:
            server.publishing.later(document, 0)
        if await server.service.worker.run(server.service.has_changed, ASKED):
            await reload(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders(_params: types.DidChangeWorkspaceFoldersParams) -> None:
        take_folders(server)
        await reload(server)


async def reload(server: Server) -> None:
    """Reads all settings again and has all open texts linted."""
    server.service.touch()
    await server.service.worker.run(server.service.reload, ASKED)
    server.publishing.everything()
    await server.publishing.elsewhere()


def take_folders(server: Server) -> None:
    """Takes the folders that the editor has open."""
    workspace, service = server.workspace, server.service
    uris = [folder.uri for folder in workspace.folders.values()]
    if not uris and workspace.root_uri:
        uris = [workspace.root_uri]
    service.folders = [service.documents.path_of(uri) for uri in uris]
    if service.folders:
        service.documents.folder = service.folders[0]


def _can_watch(server: Server) -> bool:
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    return watched is not None and bool(watched.dynamic_registration)
