"""The server: its messages about texts and files, each handed on to what knows the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, json_rpc, lsp_method

from kql_lint.lsp import colouring, folder, helping, navigating, watching, workspace
from kql_lint.lsp.actions import FIX_ALL, KINDS, Actions, wanted
from kql_lint.lsp.asking import Refused
from kql_lint.lsp.publishing import Publishing
from kql_lint.lsp.service import Service
from kql_lint.lsp.worker import ASKED
from kql_lint.positions import UTF8, UTF16, UTF32
from kql_lint.version import __version__

if TYPE_CHECKING:
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.governing import Given

T = TypeVar("T")
NAME = "kql-lint"


class _Protocol(LanguageServerProtocol):
    """The protocol without the library's own copies of the texts.

    These take further characters, such as U+2028 and the form feed, for line ends, which are none in an editor: an edit
    behind one would go wrong.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Hands it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Hands it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Hands it on."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_args: object) -> Generator[Any, Any, None]:
        """Ends the server.  The library would close standard output, which is the command line's."""
        assert isinstance(self._server, Server)
        self._server.exit_code = 0 if self._shutdown else 1
        raise SystemExit


class Server(LanguageServer):
    """The server of one editor.  exit_code is what the process ends with, as the protocol has it.

    whole: an editor may ask for the findings of all files of the workspace.
    """

    def __init__(self, given: Given, *, whole: bool = False) -> None:
        super().__init__(NAME, __version__, protocol_cls=_Protocol)
        self.exit_code = 0
        self.whole = whole
        self.service = Service(given)
        self.publishing = Publishing(self, self.service)

    async def about(
        self, uri: str, work: Callable[[Document], T], urgency: int = ASKED, otherwise: T | None = None
    ) -> T | None:
        """What work gives for an open text, worked out by the worker; otherwise where it is not open."""
        document = self.service.documents.get(uri)
        if document is None:
            return otherwise
        return await self.service.worker.run(lambda: work(document), urgency)


def serve(given: Given, *, whole: bool = False) -> int:
    """Serves one editor on standard input and output, until it says that this is the end: the exit code.

    given is what the command line says of every text; whole: the findings of all files of the workspace are offered.
    """
    server = create(given, whole=whole)
    server.start_io()
    return server.exit_code


def create(given: Given, *, whole: bool = False) -> Server:
    """A server that has yet to be started; given and whole are those of serve."""
    # What an editor cancels too late is no warning for its log.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    logging.getLogger(json_rpc.__name__).addFilter(_is_fault)
    server = Server(given, whole=whole)
    _beginning(server)
    _texts(server)
    _diagnostics(server)
    _actions(server)
    navigating.register(server)
    colouring.register(server)
    helping.register(server)
    workspace.register(server)
    watching.register(server)
    if whole:
        folder.register(server)
    return server


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether what the library logs is an error of the server, and not a question that it does not answer."""
    return record.exc_info is None or not isinstance(record.exc_info[1], Refused)


def _beginning(server: Server) -> None:
    service, publishing = server.service, server.publishing

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        chosen = server.workspace.position_encoding
        word = chosen.value if isinstance(chosen, types.PositionEncodingKind) else chosen  # an editor's own is a string
        service.documents.encoding = next((one for one in (UTF8, UTF32) if one == word), UTF16)
        watching.take_folders(server)
        about, workspace = params.capabilities.text_document, params.capabilities.workspace
        publishing.pulls = about is not None and about.diagnostic is not None
        refreshing = workspace.diagnostics if workspace is not None else None
        publishing.refreshes = refreshing is not None and bool(refreshing.refresh_support)


def _texts(server: Server) -> None:
    service, publishing = server.service, server.publishing

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        service.touch()
        publishing.later(service.documents.open(params.text_document), 0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        document = service.documents.change(params.text_document, params.content_changes)
        if document is not None:
            service.touch(typed=True)
            publishing.later(document)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        service.touch()
        service.forget(params.text_document.uri)
        publishing.close(params.text_document.uri)


def _diagnostics(server: Server) -> None:
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=server.whole, identifier=NAME)

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pulled(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        document = server.service.documents.get(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        return await server.publishing.pulled(document, params.previous_result_id)


def _actions(server: Server) -> None:
    options = types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def asked(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        def work(document: Document) -> list[types.CodeAction]:
            return _offered(server, document, params)

        return await server.about(params.text_document.uri, work)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolved(action: types.CodeAction) -> types.CodeAction:
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        if isinstance(uri, str):
            action.edit = await server.about(uri, lambda document: Actions(server, document).fix_all())
        return action


def _offered(server: Server, document: Document, params: types.CodeActionParams) -> list[types.CodeAction]:
    actions, only, found = Actions(server, document), params.context.only, list[types.CodeAction]()
    if wanted(only, types.CodeActionKind.QuickFix.value):
        found += actions.quick_fixes(*document.stretch(params.range))
    if wanted(only, FIX_ALL) and actions.can_fix_all():
        action = types.CodeAction("Fix all that is safe to fix (kql-lint)", kind=FIX_ALL)
        if _resolves(server):
            action.data = {"uri": document.uri}
        else:
            action.edit = actions.fix_all()
        found.append(action)
    return found


def _resolves(server: Server) -> bool:
    """Whether the editor asks for the edit of an action when it is chosen."""
    about = server.client_capabilities.text_document
    action = about.code_action if about is not None else None
    support = action.resolve_support if action is not None else None
    return support is not None and "edit" in support.properties
