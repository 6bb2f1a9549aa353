"""Rename of a function that a file defines for others: in that file, and in each that calls it.

Offsets are the file's.

As a rename within a file it is proven: each file is read again with the new name, in a catalogue that has it, and each
query has to have the same columns behind each operator, the same names and functions, and the same findings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit
from kql_lint.language.file import OpenFile
from kql_lint.language.functions import calls_in, calls_of, defined_in, own
from kql_lint.language.rename import put_in, query_edits, written_in_kql
from kql_lint.language.rename_limits import not_understood
from kql_lint.language.rename_proof import Shift, is_same
from kql_lint.semantics import functions
from kql_lint.source import Source
from kql_lint.wording import one_line

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.language.file import QueryInFile
    from kql_lint.language.functions import Function


def mentions(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text may have one of some names in it, escapes of JSON included.

    LIMIT: a name that a template puts together of two strings is not seen.
    """
    return any(name in text for name in names) or "\\u00" in text


class FunctionRename:
    """Takes the files of a workspace one after another, then proves the edits of each.

    Methods that may find a reason against the rename give that, in a sentence for people, else None.
    """

    def __init__(self, function: Function, new: str) -> None:
        self.function = function
        self.new = new
        self.edits: dict[str, tuple[Edit, ...]] = {}
        """The edits of each file that has any, by its absolute path, in order."""
        self._defined = False

    @property
    def names(self) -> tuple[str, ...]:
        """What a file has to mention for the rename to be its business: see mentions."""
        return self.function.name, self.new

    def take(self, file: OpenFile) -> str | None:
        """Works out the edits of a file."""
        path = os.path.abspath(file.source.path)
        if path == self.function.path:
            reason = why_not(file, self.function) or self._why_not_so(file.catalogue)
            if reason is not None:
                return reason
            self._defined = True
        found: dict[Edit, None] = {}
        for query in file.queries:
            reason = self._take(file, query, found)
            if reason is not None:
                return one_line(f"{_shown(file, query)}: {reason}")
        for one in defined_in(file) if path == self.function.path else ():
            if one.name == self.function.name:
                found[Edit(one.start, one.end, self.new)] = None
        ordered = sorted(found)
        if any(first.end > second.start for first, second in pairwise(ordered)):
            return one_line(f"{path}: {self.new} can't be written at each place of {self.function.name}")
        if ordered:
            self.edits[path] = tuple(ordered)
        return None

    def _take(self, file: OpenFile, query: QueryInFile, found: dict[Edit, None]) -> str | None:
        """Adds the edits for a query."""
        if self.function.name in query.query.text and (reason := not_understood(query)) is not None:
            return f"{reason}, so that it is not certain where {self.function.name} is called"
        for edit in self._of_query(file, query):
            if any(first < edit.end and edit.start < last for first, last in query.hosted.foreign):
                continue  # another file has it, which is one of the workspace's
            written = query.hosted.in_file((edit,), file.source.text)
            if written is None:
                return f"{self.new} can't be written in place of {self.function.name} here"
            found.update(dict.fromkeys(written))
        return None

    def _of_query(self, file: OpenFile, query: QueryInFile) -> list[Edit]:
        """The edits of a query's own text, in order."""
        new = written_in_kql(self.new)
        found = {Edit(node.start, node.end, new): None for node in calls_of(query, self.function)}
        for member in own(file, self.function):
            if member.found is query:
                found.update((edit, None) for edit in query_edits(member, self.new) if edit is not None)
        return sorted(found)

    def _why_not_so(self, catalogue: Catalogue) -> str | None:
        """Why the function can't have this name."""
        new = self.new
        if written_in_kql(new) != new or not new.isascii():
            return "a function's name has letters, digits and underscores, and is no word of KQL"
        if catalogue.tables(new):
            return f"{new} is a table, which would be hidden"
        own_kinds = (functions.scalar, functions.aggregate, functions.source, functions.plugin)
        if any(kind(new) for kind in own_kinds) or catalogue.function(new) is not None:
            return f"{new} is a function already"
        return None

    def is_complete(self) -> str | None:
        """Whether the file that defines the function was among those taken."""
        if self._defined:
            return None
        return one_line(f"{self.function.path}, which defines {self.function.name}, can't be read")

    def renamed(self, source: Source) -> Source:
        """A text with its edits."""
        edits = self.edits.get(os.path.abspath(source.path), ())
        return Source(source.path, put_in(source.text, edits), source.encoding) if edits else source

    def prove(self, file: OpenFile, catalogue: Catalogue) -> str | None:
        """What else than the name would change in a file; catalogue is that of its options with the renamed texts."""
        after = OpenFile(self.renamed(file.source), file.options, catalogue)
        if len(file.queries) != len(after.queries):
            return one_line(f"{file.source.path}: with {self.new} the file would have other queries")
        for old, found in zip(file.queries, after.queries, strict=True):
            reason = None if _is_foreign(old, self.function.name) else self._changed(file, old, found)
            if reason is not None:
                return one_line(f"{_shown(file, old)}: {reason}")
        return None

    def _changed(self, file: OpenFile, old: QueryInFile, now: QueryInFile) -> str | None:
        made = self._of_query(file, old)
        if now.hosted.text != put_in(old.hosted.text, made):
            return f"{self.new} can't be written at each place of {self.function.name}"
        shift = Shift([edit[:2] for edit in made], [len(edit.text) for edit in made])
        if is_same(old, now, shift) and self._calls(old, shift, self.function.name) == self._calls(now, None, self.new):
            return None
        known = {one.code for one in old.query.analysis.diagnostics}
        fresh = next((one for one in now.query.analysis.diagnostics if one.code not in known), None)
        if fresh is not None:
            return f"there would be a finding: {fresh.message}"
        return f"with the name {self.new} the query would be another one"

    def _calls(self, query: QueryInFile, shift: Shift | None, name: str) -> list[tuple[int, int, str, str]]:
        """What a query calls: the renamed function under no name."""

        def moved(place: int) -> int:
            return place if shift is None else shift.offset(place)

        return sorted(
            (moved(node.start), moved(node.end), path, "" if is_it else definition.name)
            for node, definition in calls_in(query)
            for path in (os.path.abspath(definition.path),)
            for is_it in ((path, definition.name) == (self.function.path, name),)
        )


def why_not(file: OpenFile, function: Function) -> str | None:
    """Why a function can't have another name, whatever that is; file is the one that defines it."""
    paths, named = file.catalogue.defining(function.name)
    name = function.name
    if named:
        return one_line(f"{name} is named in an overlay of the catalogue, which other files may use")
    if len(paths) > 1:
        return one_line(f"{name} is defined by {' and '.join(paths[:3])}")
    places = [one for one in defined_in(file) if one.name == name]
    if not places:
        return one_line(f"{name} has its name from its file, {file.source.path}; rename the file")
    if not all(one.plain for one in places):
        return one_line(f"{file.source.path} has the name {name} at a place that can't be edited")
    return None


def _is_foreign(query: QueryInFile, name: str) -> bool:
    """Whether another file has a text of the query with the name, so that it is proven there."""
    return any(name in query.query.text[start:end] for start, end in query.hosted.foreign)


def _shown(file: OpenFile, query: QueryInFile) -> str:
    line = file.source.position(query.span(query.hosted.preamble, query.hosted.preamble)[0])[0]
    return f"{file.source.path}:{line}"


def foreign_calls(file: OpenFile, function: Function) -> Iterator[QueryInFile]:
    """The queries of a file that call a function in a text which another file has."""
    for query in file.queries:
        if query.hosted.foreign and any(not query.hosted.is_own(node.start) for node in calls_of(query, function)):
            yield query
