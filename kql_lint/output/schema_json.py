"""What queries give and use, for programs: an array of records, described by docs/schema.schema.json.

Every record has a ``version``.  It is raised when a field changes its meaning or goes away; fields may be added at any
time.  Rows and columns are 1-based, columns count code points, an end is exclusive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.output.records import Records

if TYPE_CHECKING:
    from kql_lint.queries import QueryView
    from kql_lint.semantics.description import Description, Remaining

VERSION = 1


class SchemaJson(Records["Description"]):
    """The format ``json``."""

    def __init__(self) -> None:
        super().__init__(_record)


def _record(path: str, query: QueryView[Description]) -> dict[str, object]:
    found = query.found
    return {
        "version": VERSION,
        "filename": path,
        "query": query.label,
        **query.record(),
        "complete": found.complete,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "origins": [{"table": table, "column": name} for table, name in column.origins],
            }
            for column in found.columns
        ],
        "gaps": [{"reason": gap.reason, **query.record((gap.start, gap.end))} for gap in found.gaps],
        "tables": [
            {
                "name": table.name,
                "platforms": list(table.platforms),
                "columns": list(table.columns),
                "action_types": _action_types(table.action_types),
                **query.record((table.start, table.end)),
            }
            for table in found.tables
        ],
        "functions": [
            {"name": call.name, "kind": call.kind, "path": call.path, **query.record((call.start, call.end))}
            for call in found.functions
        ],
        "watchlists": [
            {"alias": use.alias, "declared": use.declared, **query.record((use.start, use.end))}
            for use in found.watchlists
        ],
        "syntax_errors": [
            {"message": error.message, **query.record((error.start, error.end))} for error in found.syntax_errors
        ],
    }


def _action_types(found: Remaining | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {
        "any": found.any,
        "values": list(found.values),
        "excluded": list(found.excluded),
        "unlisted": list(found.unlisted),
    }
