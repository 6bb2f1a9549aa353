"""Offsets of a query to places of its file: here, once; an output works out nothing more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related
from kql_lint.runner.report import Finding, Span
from kql_lint.wording import shortened

if TYPE_CHECKING:
    from kql_lint.hosts import HostedQuery
    from kql_lint.source import PositionMap, Source


# What stands for itself in a text of any kind of file.
_PLAIN = re.compile(r"[\w ().,=~!<>|+-]*")
_NAME = 200  # code points of a name
# Files in which a query is text and nothing else.
_BARE = ("kql", "markdown")


def moved(diagnostic: Diagnostic, query: HostedQuery) -> Diagnostic:
    """The diagnostic of a query with the offsets of the file that the query lies in."""
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
        tuple(_moved_fix(fix, places) for fix in diagnostic.fixes if _applicable(fix, query)),
    )


def _moved_related(item: Related, places: PositionMap) -> Related:
    start, end = places.span(item.start, item.end)
    return Related(start, end, item.message)


def _applicable(fix: Fix, query: HostedQuery) -> bool:
    """Whether the file has the text that the fix changes as the query has it, and can have what it writes.

    No escape or fold may stand for what is changed.  A quote, a backslash or a line end that is written might mean
    something to the file, unless the text that it replaces has the like.
    """
    return all(
        query.map.is_verbatim(edit.start, edit.end)
        and (query.kind in _BARE or _writable(edit.text, query.text[edit.start : edit.end]))
        for edit in fix.edits
    )


def _writable(text: str, replaced: str) -> bool:
    return set(_PLAIN.sub("", text)) <= set(replaced)


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
    """A finding of a file: a diagnostic with the file's offsets, and the lines and columns of these.

    query is the label of its query.  Labels and the names of tables are bounded, since each of n findings has them.
    """
    related = tuple(span_of(source, item.start, item.end) for item in diagnostic.related)
    label = query and shortened(query, _NAME)
    names = tuple(shortened(name, _NAME) for name in tables)
    return Finding(diagnostic, span_of(source, diagnostic.start, diagnostic.end), related, label, names)
