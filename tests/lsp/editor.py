"""An editor, as far as a test needs one: it starts the server as a child process and talks to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
PATIENCE = 60


def capabilities(
    *, pulls: bool = False, watches: bool = True, resolves: bool = True, encodings: Sequence[str] = ("utf-16",)
) -> types.ClientCapabilities:
    """What an editor can do."""
    kinds = types.ClientCodeActionLiteralOptions(types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix]))
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=list(encodings)),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pulls else None,
            code_action=types.CodeActionClientCapabilities(
                code_action_literal_support=kinds,
                resolve_support=types.ClientCodeActionResolveOptions(["edit"]) if resolves else None,
            ),
        ),
        workspace=types.WorkspaceClientCapabilities(
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches),
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=pulls),
        ),
    )


class Editor:
    """Waits for each answer; what the server says by itself is kept."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.sent = 0  # how often diagnostics were published
        self.messages: list[types.ShowMessageParams] = []
        self.registrations: list[types.Registration] = []
        self.refreshes = 0
        self.log = ""  # what the server wrote to standard error, once it has ended
        self.progress: list[tuple[Any, Any]] = []  # the token and the value of each part of an answer
        self.texts: dict[str, tuple[int, str]] = {}
        self.encoding: str = "utf-16"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._changed = asyncio.Condition()
        self._client = LanguageClient("test", "1")
        self._listen()
        env = {**os.environ, **(environment or {})}
        command = ("-m", "kql_lint", "lsp", *arguments)
        self.run(self._client.start_io(sys.executable, *command, env=env))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        async def bounded() -> T:
            return await asyncio.wait_for(work, PATIENCE)

        return asyncio.run_coroutine_threadsafe(bounded(), self._loop).result(PATIENCE + 5)

    def _listen(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        @self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri] = params
            self.sent += 1
            await notify()

        @self._client.feature(types.WINDOW_SHOW_MESSAGE)
        async def said(params: types.ShowMessageParams) -> None:
            self.messages.append(params)
            await notify()

        @self._client.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def registered(params: types.RegistrationParams) -> None:
            self.registrations += params.registrations
            await notify()

        @self._client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        async def refreshed(_params: None) -> None:
            self.refreshes += 1
            await notify()

        @self._client.feature(types.PROGRESS)
        async def progressed(params: types.ProgressParams) -> None:
            self.progress.append((params.token, params.value))
            await notify()

    def until(self, happened: Any) -> None:
        """Waits until something is so."""

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(happened)

        self.run(wait())

    def begin(self, *folders: Path, able: types.ClientCapabilities | None = None) -> types.InitializeResult:
        """Opens folders."""
        params = types.InitializeParams(
            able or capabilities(),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
        )
        result = self.run(self._client.initialize_async(params))
        encoding = result.capabilities.position_encoding or "utf-16"
        self.encoding = str(getattr(encoding, "value", encoding))
        self.notify("initialized", types.InitializedParams())
        return result

    def open(self, path: Path | str, text: str | None = None, language: str = "kusto") -> str:
        """Opens a text, that of the file where none is given; gives its URI."""
        uri = path.as_uri() if isinstance(path, Path) else path
        if text is None:
            assert isinstance(path, Path)
            text = path.read_text(encoding="utf-8")
        self.texts[uri] = 1, text
        item = types.TextDocumentItem(uri, language, 1, text)
        self.notify("textDocument/didOpen", types.DidOpenTextDocumentParams(item))
        return uri

    def type(self, uri: str, text: str, place: types.Range | None = None) -> None:
        """Replaces the text at a place, or all of it."""
        version = self.texts[uri][0] + 1
        whole = types.TextDocumentContentChangeWholeDocument(text)
        change = whole if place is None else types.TextDocumentContentChangePartial(place, text)
        of = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.texts[uri] = version, text
        self.notify("textDocument/didChange", types.DidChangeTextDocumentParams(of, [change]))

    def folders(self, *, add: Sequence[Path] = (), remove: Sequence[Path] = ()) -> None:
        """Opens and closes folders."""
        added, removed = ([types.WorkspaceFolder(one.as_uri(), one.name) for one in paths] for paths in (add, remove))
        event = types.WorkspaceFoldersChangeEvent(added, removed)
        self.notify("workspace/didChangeWorkspaceFolders", types.DidChangeWorkspaceFoldersParams(event))

    def save(self, uri: str) -> None:
        self.notify("textDocument/didSave", types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        del self.texts[uri]
        self.notify("textDocument/didClose", types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def changed(self, *paths: Path) -> None:
        """Says that files have changed."""
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.notify("workspace/didChangeWatchedFiles", types.DidChangeWatchedFilesParams(events))

    def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What is published of the text as it is now."""
        version = self.texts[uri][0]
        self.until(lambda: uri in self.published and self.published[uri].version == version)
        return list(self.published[uri].diagnostics)

    def request(self, method: str, params: Any) -> Any:
        """The answer to a request; a place of a text is made what the method takes."""
        if isinstance(params, types.TextDocumentPositionParams):
            kind: Any = types.METHOD_TO_TYPES[method][2]
            params = kind(text_document=params.text_document, position=params.position)

        async def ask() -> Any:
            return await self._client.protocol.send_request_async(method, params)

        return self.run(ask())

    def cancelled(self, method: str, params: Any) -> None:
        """Asks something, takes the question back, and waits until the server says so."""
        number = "taken back"

        async def ask() -> None:
            protocol = self._client.protocol
            future = protocol.send_request(method, params, msg_id=number)
            # What is answered behind it shows that the server has read it.
            nowhere = types.HoverParams(types.TextDocumentIdentifier("file:///nowhere.kql"), types.Position(0, 0))
            await protocol.send_request_async("textDocument/hover", nowhere)
            protocol.notify("$/cancelRequest", types.CancelParams(number))
            with contextlib.suppress(Exception):
                await asyncio.wrap_future(future)

        self.run(ask())

    def notify(self, method: str, params: Any) -> None:
        async def tell() -> None:
            self._client.protocol.notify(method, params)

        self.run(tell())

    def pull(self, uri: str, known: str | None = None) -> Any:
        of = types.TextDocumentIdentifier(uri)
        return self.request("textDocument/diagnostic", types.DocumentDiagnosticParams(of, previous_result_id=known))

    def actions(self, uri: str, place: types.Range, *only: str) -> list[types.CodeAction]:
        """The actions at a place, of some kinds."""
        context = types.CodeActionContext([], only=list(only) or None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        return list(self.request("textDocument/codeAction", params) or [])

    def end(self) -> int | None:
        """Ends the server and gives its exit code."""
        self.run(self._client.shutdown_async(None))
        self.notify("exit", None)
        server = self._client._server
        assert server is not None
        assert server.stderr is not None
        self.log = self.run(server.stderr.read()).decode()
        code = self.run(server.wait())
        self.run(self._client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        return code


def at(line: int, column: int, end_column: int | None = None) -> types.Range:
    """A range on one line, both counted from 0."""
    end = column if end_column is None else end_column
    return types.Range(types.Position(line, column), types.Position(line, end))


def applied(text: str, edit: types.WorkspaceEdit | None, uri: str) -> str:
    """A text with the edits of it, whose columns are in UTF-16."""
    assert edit is not None
    edits = list((edit.changes or {}).get(uri, ()))
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.uri == uri
        edits += [one for one in change.edits if isinstance(one, types.TextEdit)]
    data = text.encode("utf-16-le")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line.encode("utf-16-le")) + 2)
    for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        first, last = (starts[place.line] + 2 * place.character for place in (one.range.start, one.range.end))
        data = data[:first] + one.new_text.encode("utf-16-le") + data[last:]
    return data.decode("utf-16-le")
