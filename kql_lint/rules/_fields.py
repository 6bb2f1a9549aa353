"""Columns read although the ActionTypes still possible there do not list them: shared by KL104 and KL105."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Related

if TYPE_CHECKING:
    from kql_lint.catalogue import ActionType, Table
    from kql_lint.semantics.facts import ColumnRead, Facts
    from kql_lint.semantics.scope import ActionTypeSet, Origin, Row
    from kql_lint.syntax.ast import Node, Query


_BAG = "AdditionalFields"
_ASK_FOR_ABSENCE = frozenset({"coalesce", "isempty", "isnull"})


@dataclass(slots=True)
class UnlistedRead:
    """A column that none of the ActionTypes possible there lists.

    seen: one of them records it all the same, as far as is known.  blocks: the place is in a filter that needs the
    column, and all rows that reach the end of the pipeline lack it.
    """

    read: ColumnRead
    rows: list[Row]
    action_types: list[str]
    seen: bool
    blocks: bool

    @property
    def column(self) -> str:
        """The column's name in its table, whatever the query calls it."""
        return self.read.column.origins[0].column

    @property
    def tables(self) -> list[str]:
        """The names of the tables it comes from."""
        return list(dict.fromkeys(row.name for row in self.rows))

    @property
    def filters(self) -> list[Node]:
        """The filters that leave just these ActionTypes."""
        narrowed_by = self.read.segment.narrowed_by
        return list(dict.fromkeys(node for row in self.rows for node in narrowed_by.get(row, ())))

    @property
    def related(self) -> tuple[Related, ...]:
        """The places of these filters."""
        return tuple(Related(node.start, node.end, "ActionType is narrowed here") for node in self.filters)


def unlisted_reads(facts: Facts) -> Iterator[UnlistedRead]:
    """The unlisted reads in the order of the query, one for each place.

    A place that is bound several times (in a let that is used twice) counts only if it is unlisted each time, and as
    seen if it is seen once.
    """
    by_node: dict[Node, UnlistedRead | None] = {}
    for read in facts.reads:
        if read.clause == "names" or (read.node in by_node and by_node[read.node] is None):
            continue
        found = _judged(read, facts.strict_fields)
        earlier = by_node.get(read.node)
        if found is not None and earlier is not None and earlier.seen:
            found = earlier
        by_node[read.node] = found
    unlisted = [found for found in by_node.values() if found is not None]
    prepared = _prepared_for_absence(facts.query) if unlisted else frozenset()
    for found in unlisted:
        node = found.read.node
        if node not in prepared and all(facts.intact(node, other) for other in found.filters):
            yield found


def _prepared_for_absence(query: Query) -> frozenset[Node]:
    """The names in ``coalesce(...)`` and ``isempty(...)``: who writes these knows that the column may be empty."""
    from kql_lint.syntax import ast

    return frozenset(
        argument
        for node in ast.walk(query)
        if isinstance(node, ast.Call) and node.name.name in _ASK_FOR_ABSENCE
        for argument in node.arguments
    )


def _judged(read: ColumnRead, strict: bool) -> UnlistedRead | None:
    if not read.column.origins or not all(map(_is_of_event, read.column.origins)):
        return None
    action_types: dict[str, None] = {}
    seen, blocks = False, read.needed
    for origin in read.column.origins:
        state = read.action_types.get(origin.row)
        if state is None:
            return None
        final = read.segment.final.get(origin.row, state)
        possible = _possible(origin.row, state & final)
        statuses = [_status(origin, value, strict) for value in possible]
        if not statuses or "listed" in statuses:
            return None
        seen = seen or "seen" in statuses
        # Below an `or` the place may see fewer ActionTypes than the filter as a whole lets through.
        blocks = blocks and not final.excluding and len(_possible(origin.row, final)) == len(possible)
        action_types.update(dict.fromkeys(possible))
    rows = [origin.row for origin in read.column.origins]
    return UnlistedRead(read, rows, list(action_types), seen, blocks)


def _possible(row: Row, state: ActionTypeSet) -> list[str]:
    """The ActionTypes of a state in the table's order; [] where they are not known one by one."""
    known = _table(row).action_types
    # "" stands for a row that an outer join did not find: nothing is recorded there anyway.
    values = state.values - {""}
    if known is None or state.excluding or not values <= known.values.keys():
        return []
    return [value for value in known.values if value in values]


def _table(row: Row) -> Table:
    """The copy of the table that has the ActionTypes."""
    return next((table for table in row.tables if table.action_types is not None), row.tables[0])


def _status(origin: Origin, value: str, strict: bool) -> str:
    """``listed``, ``seen`` (recorded though not listed) or ``absent``; ``listed`` too where it is not known.

    What the AdditionalFields bag holds changes from month to month: that it is empty can't be known.
    """
    table = _table(origin.row)
    known = table.action_types.values.get(value) if table.action_types is not None else None
    if known is None or known.columns is None:
        return "listed"
    if origin.column in known.columns or (origin.column == _BAG and not strict):
        return "listed"
    return "seen" if origin.column in _recorded(table, known) else "absent"


def _is_of_event(origin: Origin) -> bool:
    """Whether the column is one that some events have and some lack, on each platform."""
    name = origin.column
    return all(name in table.columns and name not in table.event_columns for table in origin.row.tables)


def _recorded(table: Table, known: ActionType) -> set[str]:
    """All columns that are recorded with the ActionType as far as is known: listed, seen, or grouped with a listed one.

    A column that was seen does not speak for its group: the network inspection events fill
    InitiatingProcessTokenElevation with its default "None", and nothing else of the initiating process.
    """
    columns = {*(known.columns or ()), *known.also_seen}
    for group in table.column_groups.values():
        if not set(group).isdisjoint(known.columns or ()):
            columns.update(group)
    if known.additional_fields:
        columns.add(_BAG)
    return columns


def recording(row: Row, column: str) -> list[str]:
    """The ActionTypes of the row's table that list the column."""
    known = _table(row).action_types
    return [name for name, value in known.values.items() if column in (value.columns or ())] if known else []
