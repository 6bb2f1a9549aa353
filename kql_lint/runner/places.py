"""Offsets of a query to places of its file: here, once; an output works out nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related
from kql_lint.runner.report import Finding, Span

if TYPE_CHECKING:
    from kql_lint.source import PositionMap, Source


def moved(diagnostic: Diagnostic, places: PositionMap) -> Diagnostic:
    """The diagnostic of a query with the offsets of the file that the query lies in."""
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
        tuple(_moved_fix(fix, places) for fix in diagnostic.fixes if _applicable(fix, places)),
    )


def _moved_related(item: Related, places: PositionMap) -> Related:
    start, end = places.span(item.start, item.end)
    return Related(start, end, item.message)


def _applicable(fix: Fix, places: PositionMap) -> bool:
    """Whether the file has the text that the fix changes as the query has it: no escape or fold stands for it."""
    return all(places.is_verbatim(edit.start, edit.end) for edit in fix.edits)


def _moved_fix(fix: Fix, places: PositionMap) -> Fix:
    return Fix(fix.title, tuple(_moved_edit(edit, places) for edit in fix.edits), fix.safety)


def _moved_edit(edit: Edit, places: PositionMap) -> Edit:
    start, end = places.span(edit.start, edit.end)
    return Edit(start, end, edit.text)


def span_of(source: Source, start: int, end: int) -> Span:
    """The lines and columns of a stretch of a file."""
    line, column = source.position(start)
    end_line, end_column = source.position(end)
    return Span(start, end, line, column, end_line, end_column)


def finding_at(source: Source, diagnostic: Diagnostic, query: str | None, tables: tuple[str, ...] = ()) -> Finding:
    """A finding of a file: a diagnostic with the file's offsets, and the lines and columns of these."""
    related = tuple(span_of(source, item.start, item.end) for item in diagnostic.related)
    return Finding(diagnostic, span_of(source, diagnostic.start, diagnostic.end), related, query, tables)
