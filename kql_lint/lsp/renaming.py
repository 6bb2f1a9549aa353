"""Rename of the functions that files define for others, in all files of the workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.catalogue import CatalogueError
from kql_lint.diagnostic import Severity
from kql_lint.language.function_rename import FunctionRename, foreign_calls, mentions, why_not
from kql_lint.lsp.across import Across
from kql_lint.lsp.asking import Refused, edits_of, workspace_edit
from kql_lint.lsp.worker import ASKED
from kql_lint.reading import Unreadable
from kql_lint.runner import catalogue_of, unreadable

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.language.file import OpenFile
    from kql_lint.language.functions import Function
    from kql_lint.lsp.across import Written
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.server import Server
    from kql_lint.runner import Options


async def renamable(server: Server, document: Document, place: int) -> types.PrepareRenamePlaceholder | None:
    """The function for other files that is named at a place; None where none is.  Raises Refused."""
    across = Across(server)

    def work() -> types.PrepareRenamePlaceholder | None:
        named = across.function_at(document, place)
        if named is None:
            return None
        reason = _of_definition(across, named.function)
        if reason is not None:
            raise Refused(reason)
        return types.PrepareRenamePlaceholder(document.range(named.start, named.end), named.function.name)

    return await server.service.worker.run(work, ASKED)


def _of_definition(across: Across, function: Function) -> str | None:
    """Why a function can't be renamed, as far as the file that defines it tells."""
    try:
        file = across.file(across.written(function.path))
    except (Unreadable, CatalogueError) as error:
        return f"{function.path} can't be read: {error}"
    return f"{function.path} can't be read" if file is None else why_not(file, function)


async def rename(server: Server, document: Document, place: int, new: str) -> types.WorkspaceEdit | None:
    """The edits of all files that give the function at a place another name; None where none is named there.

    Raises Refused.
    """
    service, across = server.service, Across(server)
    run = service.worker.run
    named = await run(partial(across.function_at, document, place), ASKED)
    if named is None:
        return None
    if new == named.function.name:
        return types.WorkspaceEdit(changes={})
    _refuse(await run(partial(_of_definition, across, named.function), ASKED))
    renaming = _Renaming(server, across, FunctionRename(named.function, new))
    before = renaming.state()
    paths = await run(partial(across.paths, document), ASKED)
    async for reason in across.each(paths, renaming.take):
        _refuse(reason)
    _refuse(await run(partial(renaming.complete, paths), ASKED))
    async for reason in across.each(list(renaming.taken), renaming.prove):
        _refuse(reason)
    if renaming.state() != before:
        raise Refused("a text or a setting has changed meanwhile; try again")
    return workspace_edit(server, renaming.edits())


def _refuse(reason: str | None) -> None:
    if reason is not None:
        raise Refused(reason)


class _Renaming:
    """A rename as the server goes about it.  taken are the files whose business it is, by path."""

    def __init__(self, server: Server, across: Across, renaming: FunctionRename) -> None:
        self._server = server
        self._across = across
        self._renaming = renaming
        self._after: dict[Options, Catalogue] = {}
        self._foreign: list[str] = []
        self.taken: dict[str, tuple[Written, OpenFile]] = {}

    def state(self) -> tuple[object, ...]:
        """What tells whether open texts and what holds for them are still the same."""
        service = self._server.service
        return service.governing.number, tuple((one.uri, one.number) for one in service.documents)

    def take(self, path: str) -> str | None:
        """Looks at a file: why it can't be, None where it has nothing against the rename.  Takes time."""
        try:
            written = self._across.written(path)
        except Unreadable as error:
            judge = self._server.service.governing.at(path)
            report = None if judge is None else unreadable(path, error, judge.options)
            rule = report is None or any(one.diagnostic.severity > Severity.INFO for one in report.findings)
            return f"{path} can't be read: {error.message}" if rule else None
        if not mentions(written.source.text, self._renaming.names):
            return None
        if self._across.judge(written) is None:
            return f"{path} can't be read, since its settings can't be used"
        try:
            file = self._across.file(written)
        except CatalogueError as error:
            return f"{path} can't be read: {error}"
        if file is None:
            return None
        self.taken[path] = written, file
        if any(foreign_calls(file, self._renaming.function)):
            self._foreign.append(path)
        return self._renaming.take(file)

    def complete(self, paths: list[str]) -> str | None:
        """What is missing once all files were looked at: the definition, or a file that another one loads."""
        reason = self._renaming.is_complete()
        known = {os.path.realpath(path) for path in paths}
        for path in self._foreign if reason is None else ():
            for loaded in self.taken[path][1].loads:
                if os.path.realpath(loaded) not in known:
                    return f"{path} calls {self._renaming.function.name} in {loaded}, which is no file of the workspace"
        return reason

    def prove(self, path: str) -> str | None:
        """What else than the name would change in a file.  Takes time."""
        file = self.taken[path][1]
        options = file.options
        if options not in self._after:
            texts = {one.source.path: one.source for one in self._server.service.documents}
            texts.update((written.source.path, written.source) for written, _ in self.taken.values())
            renamed = [self._renaming.renamed(source) for source in texts.values()]
            self._after[options] = catalogue_of(options).with_texts(renamed)
        return self._renaming.prove(file, self._after[options])

    def edits(self) -> Iterator[tuple[str, int | None, list[types.TextEdit]]]:
        """The edits of each file: its URI, the version of an open text, and what is changed."""
        for path, found in self._renaming.edits.items():
            written = self.taken[path][0]
            version = None if written.document is None else written.document.version
            yield written.uri, version, edits_of(written.positions, found)
