"""A host file open in an editor: its queries, and which query and which place of it lies at a place of the file.

Offsets are half-open, in code points: those of the file are called so, all others are a query's.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from kql_lint.diagnostic import Edit
from kql_lint.hosts.hosted import Extraction
from kql_lint.language.commands import with_bodies
from kql_lint.language.query import OpenQuery
from kql_lint.runner import Known, Options, catalogue_for, extracted_from, platform_of
from kql_lint.runner.companions import Companions, places
from kql_lint.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kql_lint.catalogue import Catalogue
    from kql_lint.engine import Analysis
    from kql_lint.hosts.hosted import HostedFunction, HostedQuery
    from kql_lint.spelling import Spelling
    from kql_lint.syntax import Holes

MARK = "Zq9cursor"
"""A word that no text has: what stands at the cursor where there is none, or where the file has no query yet."""

# How many queries that a file has no longer are remembered: each with all that was found out of it.
_MOST_GONE = 20

_Key: TypeAlias = tuple[object, ...]


class QueryInFile(NamedTuple):
    """A query of the file: hosted has its place and its rule, query what is found out of its text."""

    hosted: HostedQuery
    query: OpenQuery

    def offset(self, place: int) -> int | None:
        """The query's own offset at a place of the file, None where it has nothing of its own there."""
        found = self.hosted.map.offset(place, self.hosted.preamble)
        return found if found is not None and self.hosted.is_own(found) else None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The file's stretch for the query's start to end."""
        return self.hosted.map.span(start, end)


class Place(NamedTuple):
    """A place of the file in a query: offset is the query's, cursor the file's.

    added is how many characters the file that ``found`` was read from has at the cursor and the real one has not.
    """

    found: QueryInFile
    offset: int
    cursor: int
    file: str
    added: int = 0

    @property
    def query(self) -> OpenQuery:
        """The query, as the real file has it."""
        return self.found.query

    def edit(self, start: int, end: int, new: str) -> Edit | None:
        """The edit of the file that puts new in place of the query's start to end, written as the file writes it there.

        The stretch has the offset in it, or at its end.  None where the file can't have it.
        """
        if start == end == self.offset and not self.added:
            return self._insertion(new)
        made = self.found.hosted.in_file((Edit(start, end + self.added, new),), self.file)
        if made is None:
            return None
        (edit,) = made
        return Edit(edit.start, edit.end - self.added, edit.text)

    def _insertion(self, new: str) -> Edit | None:
        """What is put at the cursor: it goes there, and not where a line's text begins or the next one does."""
        spelling = self._spelling()
        written = None if spelling is None else spelling.spelled(new)
        return None if written is None else Edit(self.cursor, self.cursor, written)

    def _spelling(self) -> Spelling | None:
        places = self.found.hosted.map
        return places.spelling(self.offset - 1, self.offset) or places.spelling(self.offset, self.offset + 1)


class OpenFile:
    """A file with its text as the editor has it, read as ``check`` reads it with the same options."""

    def __init__(self, source: Source, options: Options, catalogue: Catalogue | None = None) -> None:
        """Reads the queries of the text; raises CatalogueError for wrong overlays.

        catalogue is in place of that of the options.
        """
        self.options = options
        self._base = catalogue
        self._gone: list[OpenQuery] = []
        self._read(source, {})

    def update(self, source: Source) -> None:
        """Take the text that the file has now; what was found out of queries that are still the same is kept.

        So it is for a while where queries go away: a new line in YAML may be none of the query until it is indented.
        """
        earlier = list(dict.fromkeys([*(found.query for found in self.queries), *self._gone]))
        self._read(source, {_key(query): query for query in reversed(earlier)})
        now = dict.fromkeys(found.query for found in self.queries)
        added = [query for query in now if query not in earlier]
        gone = [query for query in earlier if query not in now]
        for query, before in zip(added, gone, strict=False):
            query.follow(before)
        self._gone = gone[len(added) : len(added) + _MOST_GONE]

    def at(self, place: int) -> Place | None:
        """The query at a place of the file (a cursor between two characters), None where there is none.

        Where only the word that may be written there would make it part of a query, such as the empty ``query:`` of a
        rule or the blank end of one, it is the query with that word's place.
        """
        for found in self.queries:
            offset = found.offset(place)
            if offset is not None:
                return Place(found, offset, place, self.source.text)
        return self._marked(place)

    @property
    def known(self) -> Known | None:
        """What linting the file need not find out again; None where no host reads it."""
        return None if self.kind is None else Known(self.kind, self.extraction, self._companions, self._analysis_of)

    def _analysis_of(self, hosted: HostedQuery) -> Analysis | None:
        """What ``check`` says of a query that the file has; None for one that it has not."""
        return next((found.query.analysis for found in self.queries if found.hosted is hosted), None)

    def _read(self, source: Source, kept: dict[_Key, OpenQuery]) -> None:
        companions = Companions(source.path, self.options.allowed, self.options.extensions)
        found = extracted_from(source, self.options, companions)
        self.source = source
        self._companions = companions.seen
        self.loads = [os.path.abspath(path) for path in places(source.path, companions.seen.items())]
        """The paths of the files that the text loads."""
        self.kind: str | None = None if found is None else found[0]
        self.extraction = Extraction() if found is None else found[1]
        self.catalogue = self._catalogue_for(source, self.extraction)
        hosted = self.extraction.queries if self.kind != "plain" else with_bodies(self.extraction.queries, source.text)
        self.queries = [self._opened(one, kept) for one in hosted]

    def _catalogue_for(self, source: Source, extraction: Extraction) -> Catalogue:
        """The catalogue with the file's own functions: the same one as long as these are."""
        functions = extraction.functions
        if not hasattr(self, "_functions") or functions != self._functions:
            self._functions: list[HostedFunction] = functions
            return catalogue_for(source, extraction, self.options, self._base)
        return self.catalogue

    def _opened(self, hosted: HostedQuery, kept: dict[_Key, OpenQuery]) -> QueryInFile:
        query = self._query(hosted, hosted.text, hosted.holes)
        return QueryInFile(hosted, kept.setdefault(_key(query), query))

    def _query(self, hosted: HostedQuery, text: str, holes: Holes) -> OpenQuery:
        """What is found out of a text with these holes, which is read as a query of the file is."""
        return OpenQuery(
            text,
            self.catalogue,
            platform_of(hosted, self.options.platform),
            holes,
            preamble=hosted.preamble,
            strict_fields=self.options.strict_fields,
            used_elsewhere=hosted.used_elsewhere,
            bounded=hosted.is_bounded,
            extend_select=self.options.extend_select,
        )

    def marked(self, start: int, end: int) -> tuple[str, list[QueryInFile]]:
        """The text with MARK in place of the file's start to end, and the queries of that, which keep what is known."""
        text = self.source.text
        marked = Source(self.source.path, text[:start] + MARK + text[end:], self.source.encoding)
        read = extracted_from(marked, self.options)
        kept = {_key(found.query): found.query for found in self.queries}
        return marked.text, [self._opened(hosted, kept) for hosted in (read[1].queries if read is not None else ())]

    def _marked(self, place: int) -> Place | None:
        """The query that a word at the place would lie in."""
        text, queries = self.marked(place, place)
        for hosted, _ in queries:
            for offset in _all(hosted.text, MARK, hosted.preamble):
                if hosted.is_own(offset) and hosted.map.span(offset, offset + len(MARK))[0] == place:
                    return self._unmarked(text, hosted, offset, place)
        return None

    def _unmarked(self, file: str, hosted: HostedQuery, offset: int, place: int) -> Place:
        end, length = offset + len(MARK), len(MARK)
        holes = tuple((start - length * (start >= end), stop - length * (stop >= end)) for start, stop in hosted.holes)
        text = hosted.text[:offset] + hosted.text[end:]
        query = self._query(hosted, text, tuple((start, stop) for start, stop in holes if start < stop))
        return Place(QueryInFile(hosted, query), offset, place, file, length)


def _key(query: OpenQuery) -> _Key:
    """What the result of a query depends on."""
    return (
        *(query.text, query.platform, query.holes, query.preamble, query.strict_fields),
        *(query.used_elsewhere, query.bounded, id(query.catalogue)),
    )


def _all(text: str, word: str, first: int) -> Iterator[int]:
    at = text.find(word, first)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)
