"""Offsets of a query to places of its file: here, once; an output works out nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Fix, Related
from kql_lint.runner.report import Finding, Span
from kql_lint.wording import shortened

if TYPE_CHECKING:
    from kql_lint.hosts import HostedQuery
    from kql_lint.source import PositionMap, Source


_NAME = 200  # code points of a name


def moved(diagnostic: Diagnostic, query: HostedQuery, file: str) -> Diagnostic:
    """The diagnostic of a query with the offsets of the file that the query lies in, whose text is given.

    Of its fixes those are left that the file can have, with what they write as the file has to have it.
    """
    places = query.map
    start, end = places.span(diagnostic.start, diagnostic.end)
    return Diagnostic(
        diagnostic.code,
        diagnostic.name,
        diagnostic.severity,
        diagnostic.message,
        start,
        end,
        diagnostic.help,
        tuple(_moved_related(item, places) for item in diagnostic.related),
        tuple(_moved_fixes(diagnostic.fixes, query, file)),
    )


def _moved_related(item: Related, places: PositionMap) -> Related:
    start, end = places.span(item.start, item.end)
    return Related(start, end, item.message)


def _moved_fixes(fixes: Iterable[Fix], query: HostedQuery, file: str) -> Iterator[Fix]:
    for fix in fixes:
        edits = query.in_file(fix.edits, file)
        if edits is not None:
            yield Fix(fix.title, edits, fix.safety)


def span_of(source: Source, start: int, end: int) -> Span:
    """The lines and columns of a stretch of a file."""
    line, column = source.position(start)
    end_line, end_column = source.position(end)
    return Span(start, end, line, column, end_line, end_column)


def finding_at(source: Source, diagnostic: Diagnostic, query: str | None, tables: tuple[str, ...] = ()) -> Finding:
    """A finding of a file: a diagnostic with the file's offsets, and the lines and columns of these.

    query is the label of its query.  Labels and the names of tables are bounded, since each of n findings has them.
    """
    related = tuple(span_of(source, item.start, item.end) for item in diagnostic.related)
    label = query and shortened(query, _NAME)
    names = tuple(shortened(name, _NAME) for name in tables)
    return Finding(diagnostic, span_of(source, diagnostic.start, diagnostic.end), related, label, names)
