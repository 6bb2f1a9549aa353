"""The texts that are open in the editor, each as one unchanging value a version."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from kql_lint.positions import UTF16, Encoding, Positions
from kql_lint.source import Source, without_surrogates

_MARK = "\ufeff"
# What editors call KQL.
LANGUAGES = frozenset(("kql", "kusto", "csl"))


class Document(NamedTuple):
    """An open text.

    source.path is an absolute path; that of a text which is no file yet lies in the first folder of the workspace.
    source.text has no byte order mark, even where the editor's text begins with one; positions know of it.
    number counts the states that texts were in, and tells one from another even where an editor counts anew.
    edited: it was changed since it was opened or saved; typed: the offset behind the last change to a part of it, None
    where there was none since then.
    """

    uri: str
    version: int
    language: str
    source: Source
    positions: Positions
    number: int
    edited: bool = False
    typed: int | None = None

    @property
    def is_kql(self) -> bool:
        """Whether the editor takes it for KQL, whatever its name is."""
        return self.language.lower() in LANGUAGES

    def range(self, start: int, end: int) -> types.Range:
        """The editor's range for a half-open stretch of the text."""
        return range_at(self.positions, start, end)

    def offset(self, place: types.Position) -> int:
        """The offset of an editor's position."""
        return self.positions.offset(place.line, place.character)

    def stretch(self, place: types.Range) -> tuple[int, int]:
        """The half-open stretch of the text for an editor's range."""
        start = self.offset(place.start)
        return start, max(start, self.offset(place.end))


def range_at(positions: Positions, start: int, end: int) -> types.Range:
    """The editor's range for a half-open stretch of a text."""
    return types.Range(types.Position(*positions.position(start)), types.Position(*positions.position(end)))


class Documents:
    """The open texts by their URIs.  encoding is what the editor counts columns in."""

    def __init__(self) -> None:
        self.encoding: Encoding = UTF16
        self.folder = os.getcwd()
        self._open: dict[str, Document] = {}
        self._number = 0

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def get(self, uri: str) -> Document | None:
        """The text of a URI; None where it is not open."""
        return self._open.get(uri)

    def at_path(self, path: str) -> Document | None:
        """The open text of a file."""
        return next((one for one in self._open.values() if one.source.path == path), None)

    def open(self, item: types.TextDocumentItem) -> Document:
        """Takes the text that an editor has opened."""
        return self._put(item.uri, item.version, item.language_id, item.text)

    def change(
        self, identifier: types.VersionedTextDocumentIdentifier, changes: Iterable[types.TextDocumentContentChangeEvent]
    ) -> Document | None:
        """Changes a text, one change after another; None where it is not open."""
        found = self._open.get(identifier.uri)
        if found is None:
            return None
        (source, positions), typed = self._as_edited(found), None
        for change in changes:
            text, typed = change.text, None
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = (positions.offset(at.line, at.character) for at in (change.range.start, change.range.end))
                typed = start + len(text)
                text = source.text[:start] + text + source.text[max(start, end) :]
            source = Source(source.path, text)
            positions = Positions(source, self.encoding)
        changed = self._put(identifier.uri, identifier.version, found.language, source.text)
        if typed is not None:
            typed -= len(source.text) - len(changed.source.text)
        self._open[identifier.uri] = changed = changed._replace(edited=True, typed=typed)
        return changed

    def _as_edited(self, document: Document) -> tuple[Source, Positions]:
        """A text as the editor has it, with its mark."""
        if document.source.encoding == "utf-8":
            return document.source, document.positions
        source = Source(document.source.path, _MARK + document.source.text)
        return source, Positions(source, self.encoding)

    def saved(self, uri: str) -> Document | None:
        """The text as it is once it was saved; None where nothing was changed before that."""
        found = self._open.get(uri)
        if found is None or not found.edited:
            return None
        return self._put(uri, found.version, found.language, self._as_edited(found)[0].text)

    def close(self, uri: str) -> Document | None:
        """Forgets a text."""
        return self._open.pop(uri, None)

    def _put(self, uri: str, version: int, language: str, text: str) -> Document:
        self._number += 1
        # No file has halves of characters; each is one unit of UTF-16, and three of UTF-8, as what replaces it.
        text, mark = without_surrogates(text), text.startswith(_MARK)
        source = Source(self.path_of(uri), text.removeprefix(_MARK), "utf-8-sig" if mark else "utf-8")
        positions = Positions(source, self.encoding, mark=mark)
        found = Document(uri, version, language, source, positions, self._number)
        self._open[uri] = found
        return found

    def path_of(self, uri: str) -> str:
        """The absolute path of a URI; for one of another scheme, where a file of this name would lie."""
        path = to_fs_path(uri)
        if path:
            return os.path.normpath(path)
        name = uri.rpartition("/")[2].rpartition(":")[2] or "untitled"
        return os.path.join(self.folder, name)


def uri_of(path: str) -> str:
    """The URI of an absolute path."""
    uri = from_fs_path(path)
    assert isinstance(uri, str)
    return uri
