"""The findings of all files of the workspace, for editors that ask for them.

A file is a job of the worker's that anything else goes before, and none begins while somebody types.  It is linted when
it has changed; of what was linted its diagnostics are kept and no more.  Open texts are those of the editor.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lsprotocol import types

from kql_lint.catalogue import CatalogueError
from kql_lint.config import ConfigError
from kql_lint.lsp import diagnostics
from kql_lint.lsp.documents import uri_of
from kql_lint.lsp.worker import WHENEVER
from kql_lint.policy.texts import judged
from kql_lint.reading import RULE, Unreadable, read_file
from kql_lint.runner import unreadable
from kql_lint.runner.cache import ResultCache
from kql_lint.runner.task import Task, lint

if TYPE_CHECKING:
    from kql_lint.lsp.governing import Judge
    from kql_lint.lsp.server import Server
    from kql_lint.runner import FileReport

Report: TypeAlias = types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport

# Seconds after a keystroke in which no file is begun, since the letter after it would have to wait.
QUIET = 1.0
# How many files are told at once.
_MOST = 50
# An editor that asks again while nothing has changed is answered after so many seconds, or when something has.
_PATIENCE = 30.0


class _Known(NamedTuple):
    """A file as it was linted: what tells its state, the id of the result, and the result."""

    stamp: tuple[object, ...]
    result: str
    diagnostics: list[types.Diagnostic]


class Folder:
    """What is known of the files of the workspace."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._service = server.service
        self._known: dict[str, _Known] = {}
        self._session = uuid.uuid4().hex[:8]
        self._number = 0
        self._given: dict[str, str | None] | None = None  # the result of each URI when the editor last had all
        self._state: tuple[object, ...] = ()

    async def until_changed(self, previous: dict[str, str]) -> None:
        """Waits while an editor has all that there is and nothing changes, for so long as it will be patient."""
        if self._given != previous:
            return
        service, state = self._service, self._state
        service.changed.clear()
        if self._now() == state:
            try:
                await asyncio.wait_for(service.changed.wait(), _PATIENCE)
            except asyncio.TimeoutError:
                return

    def _now(self) -> tuple[object, ...]:
        service = self._service
        return service.governing.number, service.happened

    async def reports(self, previous: dict[str, str]) -> AsyncIterator[Report]:
        """What is found in each file, in their order; previous has the results that the editor knows, by URI."""
        run, state = self._service.worker.run, self._now()
        await self._quiet()
        paths = await run(self._files, WHENEVER)
        given: dict[str, str | None] = {}
        for path in paths:
            await self._quiet()
            found = await run(partial(self._report, path), WHENEVER)
            for one in found:
                given[one.uri] = one.result_id
                yield one if previous.get(one.uri) != one.result_id else _unchanged(one)
        for uri in previous.keys() - given.keys():
            yield types.WorkspaceFullDocumentDiagnosticReport(uri, [])
        self._known = {path: self._known[path] for path in paths if path in self._known}
        self._given, self._state = given, state

    def _files(self) -> list[str]:
        """The files of the workspace.  Takes time."""
        paths = self._service.files()
        self._service.elsewhere.arrange(paths)
        return paths

    async def _quiet(self) -> None:
        """Waits until nobody has typed for a while."""
        while (left := self._service.touched + QUIET - time.monotonic()) > 0:
            await asyncio.sleep(left)

    def _report(self, path: str) -> list[types.WorkspaceFullDocumentDiagnosticReport]:
        """What is found in a file; nothing of one that is gone.  Takes time where it has changed."""
        service = self._service
        document = service.documents.at_path(path)
        if document is not None:
            checked = service.check(document)
            return [_full(document.uri, checked.diagnostics, checked.state, document.version)]
        try:
            about = os.stat(path)
        except OSError:
            return []
        stamp = about.st_mtime_ns, about.st_size, service.governing.number, service.elsewhere.of(path)
        known = self._known.get(path)
        if known is None or known.stamp != stamp:
            found = self._lint(path)
            stamp = (*stamp[:3], service.elsewhere.of(path))  # which it now knows the file's own rules for
            if known is None or known.diagnostics != found:
                self._number += 1
                known = _Known(stamp, f"{self._session}.{self._number}", found)
            else:
                known = known._replace(stamp=stamp)
            self._known[path] = known
        return [_full(uri_of(path), known.diagnostics, known.result)]

    def _lint(self, path: str) -> list[types.Diagnostic]:
        service = self._service
        judge = service.governing.at(path)
        if judge is None:
            return [diagnostics.not_linted(list(service.governing.troubles))]
        try:
            text = judged(_raw(path, judge), judge.policy, service.elsewhere)
        except (ConfigError, CatalogueError):
            return [diagnostics.not_linted(list(service.governing.troubles))]
        service.remember(judge, text.report)
        return diagnostics.of_file(text.report, service.documents.encoding)


def _raw(path: str, judge: Judge) -> FileReport:
    """All that is found in a file, from the cache where a run had it there; raises CatalogueError."""
    options = judge.options
    try:
        data = read_file(path, RULE)
    except Unreadable as error:
        return unreadable(path, error, options)
    cache = ResultCache()
    key = cache.key(path, options, data)
    return cache.get(key, path, data, options.allowed) or lint(Task(path, options, data, key))


def _full(
    uri: str, found: list[types.Diagnostic], result: str, version: int | None = None
) -> types.WorkspaceFullDocumentDiagnosticReport:
    return types.WorkspaceFullDocumentDiagnosticReport(uri, found, version=version, result_id=result)


def _unchanged(report: types.WorkspaceFullDocumentDiagnosticReport) -> types.WorkspaceUnchangedDocumentDiagnosticReport:
    return types.WorkspaceUnchangedDocumentDiagnosticReport(report.uri, report.result_id or "", version=report.version)


def register(server: Server) -> None:
    """Has the server answer this."""
    folder = Folder(server)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pulled(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        previous = {one.uri: one.value for one in params.previous_result_ids}
        await folder.until_changed(previous)
        items: list[Report] = []
        async for report in folder.reports(previous):
            items.append(report)
            if params.partial_result_token is not None and len(items) == _MOST:
                _tell(server, params.partial_result_token, items)
                items = []
        if params.partial_result_token is not None and items:
            _tell(server, params.partial_result_token, items)
            items = []
        await server.publishing.elsewhere()
        return types.WorkspaceDiagnosticReport(items)


def _tell(server: Server, token: int | str, items: list[Report]) -> None:
    """Tells some of the reports, ahead of the answer."""
    part = types.WorkspaceDiagnosticReportPartialResult(items)
    server.protocol.notify(types.PROGRESS, types.ProgressParams(token, part))
