"""Diagnostics on their way to the editor: pushed when a text has changed, or given when the editor asks.

A keystroke cancels what the one before began, so that no work is done for a text that is no longer there.  Files that
are not open, such as a configuration with a mistake in it, are always pushed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.lsp import diagnostics
from kql_lint.lsp.documents import uri_of
from kql_lint.lsp.worker import WHENEVER
from kql_lint.positions import Positions
from kql_lint.reading import CONFIGURATION, Unreadable
from kql_lint.runner.functions import reports_on
from kql_lint.source import Source, read_source

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.governing import Trouble
    from kql_lint.lsp.service import Checked, Service

# Somebody who types does not look at what is found between two letters.
PAUSE = 0.1


class Publishing:
    """Sends what is found.  pulls: the editor asks for the diagnostics of open texts itself."""

    def __init__(self, server: LanguageServer, service: Service) -> None:
        self.pulls = False
        self.refreshes = False
        self._server = server
        self._service = service
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._elsewhere: dict[str, list[types.Diagnostic]] = {}  # of files that are not open
        self._said: frozenset[Trouble] = frozenset()

    def later(self, document: Document, pause: float = PAUSE) -> None:
        """Has a text linted soon, unless it changes before."""
        self.cancel(document.uri)
        if not self.pulls:
            self._waiting[document.uri] = asyncio.ensure_future(self._push(document, pause))

    def cancel(self, uri: str) -> None:
        """Gives up what is being done for the earlier state of a text."""
        task = self._waiting.pop(uri, None)
        if task is not None:
            task.cancel()

    def close(self, uri: str) -> None:
        """Takes back what was said of a text."""
        self.cancel(uri)
        if not self.pulls:
            self._send(uri, [])

    def everything(self) -> None:
        """Has all open texts linted again, since what holds for them has changed."""
        if self.pulls:
            if self.refreshes:
                self._server.workspace_diagnostic_refresh(None)
            return
        for document in self._service.documents:
            self.later(document, 0)

    async def pulled(self, document: Document, known: str | None) -> types.DocumentDiagnosticReport:
        """What an editor that asks is given; known is the state of what it was given before."""
        checked = await self._service.worker.run(lambda: self._service.check(document), WHENEVER)
        if known == checked.state:
            return types.RelatedUnchangedDocumentDiagnosticReport(checked.state)
        await self.elsewhere()
        return types.RelatedFullDocumentDiagnosticReport(checked.diagnostics, result_id=checked.state)

    async def _push(self, document: Document, pause: float) -> None:
        if pause:
            await asyncio.sleep(pause)
        checked: Checked = await self._service.worker.run(lambda: self._service.check(document), WHENEVER)
        if self._service.documents.get(document.uri) is document:
            self._send(document.uri, checked.diagnostics, document.version)
        await self.elsewhere()

    async def elsewhere(self) -> None:
        """Says what is wrong in files that are not open, and takes back what no longer is."""
        found = await self._service.worker.run(self._in_other_files, WHENEVER)
        for uri in self._elsewhere.keys() - found.keys():
            self._send(uri, [])
        for uri, items in found.items():
            if self._elsewhere.get(uri) != items:
                self._send(uri, items)
        self._elsewhere = found
        troubles = frozenset(self._service.governing.troubles)
        for one in sorted(troubles - self._said):
            text = f"kql-lint: {one.path}:{one.line}:{one.column}: {one.message}"
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))
        self._said = troubles

    def _in_other_files(self) -> dict[str, list[types.Diagnostic]]:
        service, found = self._service, dict[str, list[types.Diagnostic]]()
        encoding = service.documents.encoding
        for path, troubles in _by_path(service.governing.troubles).items():
            open_one = service.documents.at_path(path)
            source = open_one.source if open_one is not None else _read(path)
            positions = open_one.positions if open_one is not None else Positions(source, encoding)
            found[uri_of(path)] = diagnostics.of_troubles(troubles, source, positions)
        for report in reports_on(service.problems):
            if service.documents.at_path(report.path) is None:  # else they are its own
                found[uri_of(report.path)] = diagnostics.of_file(report, encoding)
        return found

    def _send(self, uri: str, items: list[types.Diagnostic], version: int | None = None) -> None:
        params = types.PublishDiagnosticsParams(uri, items, version)
        self._server.text_document_publish_diagnostics(params)


def _by_path(troubles: Iterable[Trouble]) -> dict[str, list[Trouble]]:
    found: dict[str, list[Trouble]] = {}
    for one in troubles:
        found.setdefault(one.path, []).append(one)
    return found


def _read(path: str) -> Source:
    """The text of a file that something is wrong with; empty where it can't be read, as its trouble says."""
    try:
        return read_source(path, kind=CONFIGURATION)
    except Unreadable:
        return Source(path, "")
