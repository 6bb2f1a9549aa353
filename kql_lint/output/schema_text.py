"""What queries give and use, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.output.colour import Palette
from kql_lint.output.words import INDENT, listed
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.queries import FileView, QueryView
    from kql_lint.semantics.description import Description, FunctionCall, OutputColumn, Remaining, TableUse


class SchemaText:
    """The format ``text``."""

    def __init__(self, style: Style) -> None:
        self.width = style.width
        self.palette = Palette(style.colour)

    def begin(self) -> str:
        return ""

    def file(self, found: FileView[Description]) -> str:
        """Each query of a file, with an empty line after it."""
        return "".join("\n".join(self._query(found.path, query)) + "\n\n" for query in found.queries)

    def end(self) -> str:
        return ""

    def _query(self, path: str, query: QueryView[Description]) -> Iterator[str]:
        label = f' "{clean(query.label)}"' if query.label else ""
        yield self.palette("bold", f"{clean(path)}:{query.span.line}:{query.span.column}:") + label
        yield from self._columns(query.found)
        if not query.found.complete:
            yield from self._gaps(query)
        for table in query.found.tables:
            yield from self._table(query, table)
        yield from self._list("functions", [_function(call) for call in query.found.functions])
        watchlists = dict.fromkeys(
            clean(use.alias) + ("" if use.declared else " (columns not declared)") for use in query.found.watchlists
        )
        yield from self._list("watchlists", list(watchlists))

    def _columns(self, description: Description) -> Iterator[str]:
        columns = description.columns
        if not columns and not description.complete:
            return
        yield f"{INDENT}columns"
        names = [clean(column.name) for column in columns]
        width = max(map(len, names), default=0)
        types = max((len(column.type) for column in columns), default=0)
        for name, column in zip(names, columns, strict=True):
            yield f"{INDENT * 2}{name:{width}}  {column.type:{types}}  {_origins(column)}".rstrip()

    def _gaps(self, query: QueryView[Description]) -> Iterator[str]:
        known = query.found.columns
        yield f"{INDENT}{'further columns' if known else 'columns'}: not known, because of"
        for gap in query.found.gaps:
            span = query.place(gap.start, gap.end)
            yield f"{INDENT * 2}{span.line}:{span.column}: {clean(gap.reason)}"

    def _table(self, query: QueryView[Description], table: TableUse) -> Iterator[str]:
        span = query.place(table.start, table.end)
        where = " and ".join(table.platforms) or "not in the catalogue"
        yield f"{INDENT}table {clean(table.name)} ({where}) at {span.line}:{span.column}"
        if table.platforms:
            yield from self._list("reads", [clean(name) for name in table.columns] or ["no column by name"], 2)
        if table.action_types is not None:
            yield from self._list("ActionType", _action_types(table.action_types), 2)

    def _list(self, title: str, words: list[str], depth: int = 1) -> Iterator[str]:
        return listed(title, words, self.width, depth)


def _origins(column: OutputColumn) -> str:
    return clean(" or ".join(f"{table}.{name}" for table, name in column.origins))


def _action_types(found: Remaining) -> list[str]:
    if not found.any:
        unlisted = frozenset(found.unlisted)
        values = [clean(value) + (" (not in the catalogue)" if value in unlisted else "") for value in found.values]
        return values or ["none, so that no row is left"]
    if not found.excluded:
        return ["any"]
    values = [clean(value) for value in found.excluded]
    return [f"any but {values[0]}", *values[1:]]


def _function(call: FunctionCall) -> str:
    words = {
        "platform": "of the platform",
        "stored": clean(call.path) if call.path else "declared in an overlay",
        "query": "defined in the query",
        "unknown": "not known",
    }
    return f"{clean(call.name)} ({words[call.kind]})"
