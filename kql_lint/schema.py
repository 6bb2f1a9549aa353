"""Files to what their queries give and use: the runner's counterpart for ``kql-lint schema``.

Nothing is judged here.  What keeps a query from being read whole (syntax errors, a file that can't be read, a rule
without a query) is reported beside what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Severity
from kql_lint.runner import (
    Span,
    catalogue_for,
    extracted_from,
    internal_error,
    platform_of,
    problems_of,
    span_of,
    unknown_type,
    unreadable,
)

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.hosts import HostedQuery
    from kql_lint.runner import FunctionProblem, Options, Target
    from kql_lint.semantics.description import Description
    from kql_lint.source import Source


class QuerySchema:
    """A query of a file: its description, whose offsets ``place`` turns into places of the file."""

    __slots__ = ("_query", "_source", "description", "label", "span")

    def __init__(self, source: Source, query: HostedQuery, description: Description) -> None:
        self._source = source
        self._query = query
        self.description = description
        self.label = query.label
        text = query.text
        start = query.preamble + len(text[query.preamble :]) - len(text[query.preamble :].lstrip())
        self.span = self.place(start, len(text.rstrip()))

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the query stands in the file."""
        return span_of(self._source, *self._query.map.span(start, end))


class Trouble(NamedTuple):
    """What keeps a file or query from being described whole; line and column are 1-based, the message for people."""

    line: int
    column: int
    message: str


class FileSchema:
    """What was found out of a file.  troubles are mistakes in it; errors and problems are as in FileReport."""

    __slots__ = ("errors", "path", "problems", "queries", "troubles")

    def __init__(self, path: str) -> None:
        self.path = path
        self.queries: list[QuerySchema] = []
        self.troubles: list[Trouble] = []
        self.errors: list[str] = []
        self.problems: list[FunctionProblem] = []


def run(targets: Iterable[Target], read: Callable[[str], bytes] | None = None) -> Iterator[FileSchema]:
    """What is known of each file, one at a time.  read gives a file's content; it is there for standard input."""
    from kql_lint.reading import RULE, Unreadable, read_file
    from kql_lint.source import read_source

    for path, options in targets:
        found = FileSchema(path)
        try:
            data = read(path) if read is not None else read_file(path, RULE)
            _describe(read_source(path, data), options, found)
        except Unreadable as error:
            for finding in unreadable(path, error, options).findings:
                _trouble(found, finding.span[2:4], finding.diagnostic)
        except Exception as error:  # one file never costs another its description
            found.errors.append(internal_error(error, ""))
        yield found


def _describe(source: Source, options: Options, found: FileSchema) -> None:
    extracted = extracted_from(source, options)
    if extracted is None:
        found.errors.append(unknown_type())
        return
    _, extraction = extracted
    for diagnostic in extraction.diagnostics:
        _trouble(found, source.position(diagnostic.start), diagnostic)
    catalogue = catalogue_for(source, extraction, options)
    for query in extraction.queries:
        _query(source, query, options, catalogue, found)
    found.problems += problems_of(source, options, catalogue)
    found.troubles.sort()


def _query(source: Source, query: HostedQuery, options: Options, catalogue: Catalogue, found: FileSchema) -> None:
    from kql_lint.engine import describe

    platform = platform_of(query, options.platform)
    schema = QuerySchema(source, query, describe(query.text, catalogue=catalogue, platform=platform, holes=query.holes))
    found.queries.append(schema)
    for error in schema.description.syntax_errors:
        if error.start >= query.preamble:  # else it is that of an earlier query
            span = schema.place(error.start, error.end)
            _trouble(found, (span.line, span.column), error)


def _trouble(found: FileSchema, place: tuple[int, int], diagnostic: Diagnostic) -> None:
    """Takes what keeps the file from being read whole, which a note does not."""
    if diagnostic.severity >= Severity.WARNING:
        found.troubles.append(Trouble(*place, f"{diagnostic.name}: {diagnostic.message}"))
