"""Management commands (``.create function ...``): what the commonest of them put out.

They are no queries and nothing is said about them; but a file of functions is made of them, and their result is known.
LIMIT: only commands that are found in files beside queries, not the hundreds of ``.show``.
"""

from __future__ import annotations

import re

_LEAD = re.compile(r"(?:\s|//[^\n]*(?:\n|$))*")

_FUNCTION = "Name:string Parameters:string Body:string Folder:string DocString:string"
_TABLE = "TableName:string Schema:string DatabaseName:string Folder:string DocString:string"
_TABLES = "TableName:string DatabaseName:string Folder:string DocString:string"
_EXTENTS = "ExtentId:guid OriginalSize:long ExtentSize:long ColumnSize:long IndexSize:long RowCount:long"
_POLICY = "PolicyName:string EntityName:string Policy:string ChildEntities:string EntityType:string"

# Source: https://learn.microsoft.com/en-us/kusto/management/ and Microsoft's Kusto.Language.
_OUTPUTS: tuple[tuple[str, str], ...] = (
    (r"\.(create|create-or-alter|alter) function\b", _FUNCTION),
    (r"\.show functions\b", _FUNCTION),
    (r"\.(create|create-merge|alter|alter-merge) table\b(?!.* policy\b)", _TABLE),
    (r"\.(create|create-merge) tables\b", _TABLES),
    (r"\.show tables\b", _TABLES),
    (r"\.(alter|alter-merge|delete) (cluster|database|table)\b.* policy\b", _POLICY),
    (r"\.(create-or-alter|alter|alter-merge|drop) workload_group\b", "WorkloadGroupName:string WorkloadGroup:string"),
    (r"\.(create|alter) entity_group\b", "Name:string Entities:string"),
    (r"\.(set|append|set-or-append|set-or-replace)\b", _EXTENTS),
    (r"\.(drop|drop-pretend) extents?\b", "ExtentId:guid TableName:string CreatedOn:datetime"),
    (r"\.ingest inline\b", "ExtentId:guid"),
)


def output_columns(text: str) -> list[tuple[str, str]] | None:
    """The (name, type) pairs of what a command puts out; None where that is not known or the text is no command."""
    start = _start(text)
    first_line = " ".join(text[start:].partition("\n")[0].split())
    if first_line.startswith(".show") and "|" in text:
        return None
    for pattern, columns in _OUTPUTS:
        if re.match(pattern, first_line):
            return [(name, kind) for name, _, kind in (column.partition(":") for column in columns.split())]
    return None


def _start(text: str) -> int:
    found = _LEAD.match(text)
    return found.end() if found else 0
