"""Rules and functions of all files of the workspace by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.language.file import OpenFile
from kql_lint.language.workspace import functions_of, is_match, rules_of
from kql_lint.lsp.documents import range_at, uri_of
from kql_lint.lsp.navigating import stored
from kql_lint.lsp.worker import WHENEVER
from kql_lint.positions import Positions
from kql_lint.reading import RULE, Unreadable, read_file
from kql_lint.runner import catalogue_of
from kql_lint.source import read_source

if TYPE_CHECKING:
    from kql_lint.lsp.server import Server

_Stamp = tuple[int, int, int]
# Nobody looks through more.
MOST = 500


def register(server: Server) -> None:
    """Has the server answer this."""
    index = _Index(server)

    @server.feature(types.WORKSPACE_SYMBOL)
    async def symbols(params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        found: list[types.SymbolInformation] = []
        run = server.service.worker.run
        # Each file is a job of its own, so that whatever is more urgent need not wait for all of them.
        for path in await run(server.service.files, WHENEVER):
            listed = await run(partial(index.of, path), WHENEVER)
            found += [one for one in listed if _is_asked(params, one)]
            if len(found) >= MOST:
                return found[:MOST]
        functions = await run(lambda: list(_functions(server)), WHENEVER)
        return [*found, *(one for one in functions if _is_asked(params, one))][:MOST]


def _is_asked(params: types.WorkspaceSymbolParams, symbol: types.SymbolInformation) -> bool:
    return is_match(params.query, symbol.name)


class _Index:
    """The rules of each file, read again when it has changed."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, tuple[_Stamp, list[types.SymbolInformation]]] = {}

    def of(self, path: str) -> list[types.SymbolInformation]:
        """The rules of a file, as it is open or on the disk; none where it can't be read.  Takes time."""
        service = self._server.service
        document = service.documents.at_path(path)
        if document is not None:
            file = service.file_of(document)
            return [] if file is None else self._rules(file, document.uri, document.positions)
        try:
            about = os.stat(path)
        except OSError:
            return []
        stamp = about.st_mtime_ns, about.st_size, service.governing.number
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            known = self._known[path] = stamp, self._read(path)
        return known[1]

    def _read(self, path: str) -> list[types.SymbolInformation]:
        service = self._server.service
        try:
            source = read_source(path, read_file(path, RULE))
        except Unreadable:
            return []
        judge = service.governing.at(path)
        positions = Positions(source, service.documents.encoding)
        return [] if judge is None else self._rules(OpenFile(source, judge.options), uri_of(path), positions)

    def _rules(self, file: OpenFile, uri: str, positions: Positions) -> list[types.SymbolInformation]:
        return [
            types.SymbolInformation(
                types.Location(uri, range_at(positions, one.start, one.end)),
                one.name,
                types.SymbolKind.Module,
                container_name=one.container or None,
            )
            for one in rules_of(file)
        ]


def _functions(server: Server) -> Iterator[types.SymbolInformation]:
    """The functions that open texts may call."""
    judges = filter(None, map(server.service.governing.of, server.service.documents))
    for options in {judge.options for judge in judges}:
        for target in functions_of(catalogue_of(options)):
            location = types.Location(*stored(server, target))
            yield types.SymbolInformation(location, target.name, types.SymbolKind.Function)
