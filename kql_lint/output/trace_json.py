"""What is in scope behind each operator, for programs: an array of records, described by docs/trace.schema.json.

Every record has a ``version``.  It is raised when a field changes its meaning or goes away; fields may be added at any
time.  Rows and columns are 1-based, columns count code points, an end is exclusive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.output.records import Records

if TYPE_CHECKING:
    from kql_lint.queries import QueryView
    from kql_lint.semantics.trace import Trace, TracedColumn, TracedStep

VERSION = 1


class TraceJson(Records["Trace"]):
    """The format ``json``."""

    def __init__(self) -> None:
        super().__init__(_record)


def _record(path: str, query: QueryView[Trace]) -> dict[str, object]:
    return {
        "version": VERSION,
        "filename": path,
        "query": query.label,
        **query.record(),
        "steps": [_step(query, step) for step in query.found.since(query.preamble)],
        "syntax_errors": [
            {"message": error.message, **query.record((error.start, error.end))} for error in query.found.syntax_errors
        ],
    }


def _step(query: QueryView[Trace], step: TracedStep) -> dict[str, object]:
    return {
        "text": query.text[step.start : step.end],
        **query.record((step.start, step.end)),
        "complete": step.complete,
        "columns": [_column(query, column) for column in step.columns],
        "added": step.added,
        "removed": step.removed,
        "known": [
            {
                "table": known.table,
                "column": known.column,
                "values": None if known.values is None else list(known.values),
                "excluded": list(known.excluded),
                "conditions": list(known.conditions),
                **query.record((known.start, known.end)),
            }
            for known in step.known
        ],
    }


def _column(query: QueryView[Trace], column: TracedColumn) -> dict[str, object]:
    return {
        "name": column.name,
        "type": column.type,
        "origins": [{"table": table, "column": name} for table, name in column.origins],
        "parsed_of": [{"table": table, "column": name} for table, name in column.parsed_of],
        "values": None if column.values is None else [_plain(value) for value in column.values],
        "declared": None if column.declared is None else query.record(column.declared),
    }


def _plain(value: object) -> object:
    """A value as JSON has it: times and their like as text."""
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
