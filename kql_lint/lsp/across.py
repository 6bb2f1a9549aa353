"""What concerns all files of the workspace: references and rename of the functions that files define for others.

Each file is a job of the worker's, so that whoever types need not wait for all of them.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lsprotocol import types

from kql_lint.catalogue import CatalogueError
from kql_lint.language import functions
from kql_lint.language.file import OpenFile
from kql_lint.language.function_rename import mentions
from kql_lint.lsp.documents import uri_of
from kql_lint.lsp.worker import ASKED
from kql_lint.positions import Positions
from kql_lint.reading import RULE, Unreadable, read_file
from kql_lint.runner import catalogue_of
from kql_lint.source import read_source

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.language.functions import Named
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.governing import Judge
    from kql_lint.lsp.server import Server
    from kql_lint.runner import Options
    from kql_lint.source import Source

T = TypeVar("T")


class Written(NamedTuple):
    """A file as it is now: its text, where that is in the editor, and its URI; document is None where it isn't open."""

    source: Source
    positions: Positions
    uri: str
    document: Document | None


class Across:
    """One question about all files, whose open texts may not be saved yet."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._service = server.service
        self._catalogues: dict[Options, Catalogue] = {}

    def catalogue(self, options: Options) -> Catalogue:
        """The catalogue of some options, with the functions as open texts have them.  Takes time."""
        if options not in self._catalogues:
            texts = [one.source for one in self._service.documents]
            self._catalogues[options] = catalogue_of(options).with_texts(texts)
        return self._catalogues[options]

    def written(self, path: str) -> Written:
        """The text of a file; raises Unreadable."""
        documents = self._service.documents
        document = documents.at_path(path)
        if document is not None:
            return Written(document.source, document.positions, document.uri, document)
        source = read_source(path, read_file(path, RULE))
        return Written(source, Positions(source, documents.encoding), uri_of(path), None)

    def judge(self, written: Written) -> Judge | None:
        """How a file is linted."""
        governing = self._service.governing
        return governing.at(written.source.path) if written.document is None else governing.of(written.document)

    def file(self, written: Written) -> OpenFile | None:
        """A file with its queries; None where no host reads it, or its settings can't be used.  Takes time."""
        judge = self.judge(written)
        file = None if judge is None else OpenFile(written.source, judge.options, self.catalogue(judge.options))
        return file if file is not None and file.kind is not None else None

    def function_at(self, document: Document, place: int) -> Named | None:
        """The function for other files at a place of an open text.  Takes time."""
        known = self._service.file_of(document)
        if known is None:
            return None
        found = functions.function_at(known, place)
        if found is not None or self.catalogue(known.options) is catalogue_of(known.options):
            return found
        # A name that the open text gives to a function and the file on the disk does not.
        file = self.file(self.written(document.source.path))
        return None if file is None else functions.function_at(file, place)

    def paths(self, document: Document) -> list[str]:
        """The files that may call a function: all that are linted, are open, or have functions.  Takes time."""
        service = self._service
        found = dict.fromkeys(service.governing.files(service.folders or [service.folder_of(document)]))
        found.update(dict.fromkeys(one.source.path for one in service.documents))
        for judge in filter(None, map(service.governing.of, tuple(service.documents))):
            found.update(dict.fromkeys(map(os.path.abspath, catalogue_of(judge.options).function_files())))
        return list(found)

    async def each(self, paths: list[str], work: Callable[[str], T]) -> AsyncIterator[T]:
        """What work gives for each file, a job for each."""
        for path in paths:
            yield await self._service.worker.run(partial(work, path), ASKED)


async def references(
    server: Server, document: Document, place: int, *, declaration: bool
) -> list[types.Location] | None:
    """All places of the function for other files that is named at a place; None where none is."""
    across, run = Across(server), server.service.worker.run
    named = await run(partial(across.function_at, document, place), ASKED)
    if named is None:
        return None

    def of(path: str) -> list[types.Location]:
        try:
            written = across.written(path)
            mentioned = mentions(written.source.text, (named.function.name,))
            file = across.file(written) if mentioned else None
        except (Unreadable, CatalogueError):
            return []
        found = [] if file is None else functions.references(file, named.function, declaration=declaration)
        return [types.Location(written.uri, _range(written, one.start, one.end)) for one in found]

    paths = await run(partial(across.paths, document), ASKED)
    return [one async for found in across.each(paths, of) for one in found]


def _range(written: Written, start: int, end: int) -> types.Range:
    positions = written.positions
    return types.Range(types.Position(*positions.position(start)), types.Position(*positions.position(end)))
