"""Files to what is found out of each of their queries: the runner's counterpart for ``kql-lint schema`` and ``trace``.

Nothing is judged here.  What keeps a query from being read whole (syntax errors, a file that can't be read, a rule
without a query) is reported beside what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

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
    from kql_lint.source import Source
    from kql_lint.syntax import Holes


class Found(Protocol):
    """What is found out of a query."""

    @property
    def syntax_errors(self) -> list[Diagnostic]:
        """What the parser says; offsets are the query's."""


F = TypeVar("F", bound=Found)
C = TypeVar("C", bound=Found, covariant=True)


class Look(Protocol[C]):
    """What is asked of each query: ``engine.describe``, or ``engine.trace``."""

    def __call__(self, query: str, /, *, catalogue: Catalogue, platform: str, holes: Holes) -> C: ...


class QueryView(Generic[F]):
    """A query of a file and what was found out of it, whose offsets ``place`` turns into places of the file."""

    __slots__ = ("_query", "_source", "found", "label", "span")

    def __init__(self, source: Source, query: HostedQuery, found: F) -> None:
        self._source = source
        self._query = query
        self.found = found
        self.label = query.label
        text = query.text
        start = query.preamble + len(text[query.preamble :]) - len(text[query.preamble :].lstrip())
        self.span = self.place(start, len(text.rstrip()))

    @property
    def preamble(self) -> int:
        """How much of the query are statements of an earlier one, in code points."""
        return self._query.preamble

    @property
    def text(self) -> str:
        """The query."""
        return self._query.text

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the query stands in the file."""
        return span_of(self._source, *self._query.map.span(start, end))

    def record(self, stretch: tuple[int, int] | None = None) -> dict[str, object]:
        """The place of a stretch of the query, or that of the whole query, as records for programs have it."""
        span = self.span if stretch is None else self.place(*stretch)
        return {
            "location": {"row": span.line, "column": span.column},
            "end_location": {"row": span.end_line, "column": span.end_column},
        }


class Trouble(NamedTuple):
    """What keeps a file or query from being read whole; line and column are 1-based, the message for people."""

    line: int
    column: int
    message: str


class FileView(Generic[F]):
    """What was found out of a file.  troubles are mistakes in it; errors and problems are as in FileReport."""

    __slots__ = ("errors", "path", "problems", "queries", "troubles")

    def __init__(self, path: str) -> None:
        self.path = path
        self.queries: list[QueryView[F]] = []
        self.troubles: list[Trouble] = []
        self.errors: list[str] = []
        self.problems: list[FunctionProblem] = []


def run(targets: Iterable[Target], look: Look[F], read: Callable[[str], bytes] | None = None) -> Iterator[FileView[F]]:
    """What look finds out of the queries of each file, one file at a time.

    read gives a file's content; it is there for standard input.
    """
    from kql_lint.reading import RULE, Unreadable, read_file
    from kql_lint.source import read_source

    for path, options in targets:
        found = FileView[F](path)
        try:
            data = read(path) if read is not None else read_file(path, RULE)
            _look_at(read_source(path, data), options, look, found)
        except Unreadable as error:
            for finding in unreadable(path, error, options).findings:
                _trouble(found, finding.span[2:4], finding.diagnostic)
        except Exception as error:  # one file never costs another what is said of it
            found.errors.append(internal_error(error, ""))
        yield found


def _look_at(source: Source, options: Options, look: Look[F], found: FileView[F]) -> None:
    extracted = extracted_from(source, options)
    if extracted is None:
        found.errors.append(unknown_type())
        return
    _, extraction = extracted
    for diagnostic in extraction.diagnostics:
        _trouble(found, source.position(diagnostic.start), diagnostic)
    catalogue = catalogue_for(source, extraction, options)
    for query in extraction.queries:
        platform = platform_of(query, options.platform)
        view = QueryView(source, query, look(query.text, catalogue=catalogue, platform=platform, holes=query.holes))
        found.queries.append(view)
        for error in view.found.syntax_errors:
            if error.start >= query.preamble:  # else it is that of an earlier query
                span = view.place(error.start, error.end)
                _trouble(found, (span.line, span.column), error)
    found.problems += problems_of(source, options, catalogue)
    found.troubles.sort()


def _trouble(found: FileView[F], place: tuple[int, int], diagnostic: Diagnostic) -> None:
    """Takes what keeps the file from being read whole, which a note does not."""
    if diagnostic.severity >= Severity.WARNING:
        found.troubles.append(Trouble(*place, f"{diagnostic.name}: {diagnostic.message}"))
