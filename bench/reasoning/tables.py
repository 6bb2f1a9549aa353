"""Tables: references to events, literal ones, and pipelines of operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from reasoning.expressions import literal
from reasoning.making import Columns, Making
from reasoning.model import TABLES, Row, Text
from reasoning.model import Table as Events

MOST_ROWS = 1_500


class TooMany(Exception):
    """A query whose evaluation would take too long."""


class Table(NamedTuple):
    """A tabular expression: its text with its marks, the types of its columns in order, and its rows."""

    text: str
    columns: Columns
    rows: Callable[[], list[Row]]


def bounded(rows: list[Row]) -> list[Row]:
    if len(rows) > MOST_ROWS:
        raise TooMany
    return rows


def source(making: Making, tables: Sequence[tuple[str, Table]] = ()) -> Table:
    """A table of events, or one that a let or ``as`` names."""
    if tables and making.often(0.4):
        name, table = making.chance.choice(tables)
        return using(making, name, table)
    if making.often(0.08):
        return datatable(making)
    table = making.chance.choice((*TABLES[:3], *TABLES[:3], TABLES[0], *TABLES))
    return events(making, next((one for one in TABLES if one.name == making.table and making.often(0.6)), table))


def using(making: Making, name: str, table: Table) -> Table:
    """A table by its name."""
    making.uses += 1
    place = making.uses
    return Table(name, table.columns, lambda: [row.used(place) for row in table.rows()])


def events(making: Making, table: Events) -> Table:
    """A reference to a table of events."""
    number, text = making.trace.mark(table.name)
    if making.often(0.03):
        number, text = making.trace.mark(f"table('{table.name}')")
    making.kinds = tuple(kind.name for kind in table.kinds or ()) or making.kinds
    rows = list(table.rows(number))
    return Table(text, dict(table.columns), lambda: [Row(dict(row), row.events) for row in rows])


def datatable(making: Making) -> Table:
    """A literal table: s0 are texts to compare with, k tells rows apart, DeviceId is there to be joined."""
    count = making.chance.choice((1, 1, 2, 3))
    cells = [(making.chance.choice("ab"), literal(making), f"d{making.chance.choice('123')}") for _ in range(count)]
    text = ", ".join(f"'{key}', {value.text}, '{device}'" for key, value, device in cells)
    name = "ActionType" if making.often(0.15) else "s0"
    rows = [Row({"k0": Text(key), name: value.of(Row({})), "DeviceId": Text(device)}) for key, value, device in cells]
    columns = {"k0": "string", name: "string", "DeviceId": "string"}
    return Table(f"datatable(k0:string, {name}:string, DeviceId:string) [{text}]", columns, lambda: rows)


class Named:
    """The tables that have names at a place of the query."""

    def __init__(self, tables: list[tuple[str, Table]]) -> None:
        self.tables = tables


def pipeline(making: Making, named: Named, length: int, depth: int) -> Table:
    """A source and some operators."""
    return piped(making, named, source(making, named.tables), length, depth)


def piped(making: Making, named: Named, table: Table, length: int, depth: int) -> Table:
    """A table and some operators behind it."""
    inner = Named(list(named.tables))  # what ``as`` names is known in this pipeline alone
    for _ in range(length):
        operator = making.chance.choices(*zip(*OPERATORS, strict=True))[0]
        table = operator(making, inner, table, depth)
    return table


def bracketed(table: Table) -> str:
    return f"({table.text})"


Operator = Callable[[Making, Named, Table, int], Table]
# What can stand behind a table, and how often it does: the modules with the operators fill it.
OPERATORS: list[tuple[Operator, int]] = []


def by_key(making: Making, table: Table) -> Table:
    """The rows of a literal table that have a key."""
    key = making.chance.choice("abc")
    return Table(
        f'{table.text}\n| where k0 == "{key}"',
        table.columns,
        lambda: [row for row in table.rows() if row["k0"] == key],
    )
