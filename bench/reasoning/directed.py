"""Queries in which filters meet: few rows are lost on the way, and what one filter leaves the next one asks for.

Most random queries ask for too much, so that no row comes through that could show what was ruled out wrongly.
"""

from __future__ import annotations

from reasoning.aggregates import summarize
from reasoning.conditions import SUBQUERIES, among, compared, listed
from reasoning.expressions import as_text, changed, column, literal, text_of
from reasoning.making import Columns, Expression, Making
from reasoning.model import TABLES, Row, Text
from reasoning.operators import filtered, scan
from reasoning.pairs import join, union, united
from reasoning.tables import OPERATORS, Named, Table, events, source


def directed(making: Making, named: Named) -> Table:
    """A filter and a constant column, an operator on several tables or any other, and filters again."""
    table = source(making, named.tables)
    if making.often(0.5):
        table = about(making, table)
    if making.often(0.5):
        table = constant_column(making, table)
    for _ in range(making.chance.choice((0, 1, 1, 1, 2))):
        if making.often(0.65):
            operator = making.chance.choices((join, union, beside, scan, summarize), (30, 15, 15, 5, 8))[0]
        else:
            operator = making.chance.choices(*zip(*OPERATORS, strict=True))[0]
        table = operator(making, named, table, 1)
    for _ in range(making.chance.choice((1, 2, 2))):
        table = about(making, table)
    return table


def beside(making: Making, named: Named, table: Table, depth: int) -> Table:
    """The union with a table that has no ActionType."""
    other = events(making, making.chance.choice([one for one in TABLES if one.kinds is None]))
    return Table(f"{table.text}\n| union {other.text}", *united([table, other], inner=False))


def about(making: Making, table: Table) -> Table:
    """A filter by an ActionType, whatever its column is called by now."""
    columns = table.columns
    names = [name for name in columns if name.startswith("ActionType")] or [
        name for name, type_ in columns.items() if type_ == "string" and name != "DeviceId"
    ]
    if not names:
        return table
    name = making.chance.choice(names)
    value = column(making, name, "string")
    if making.often(0.25):
        value = changed(making, {name: "string"}, 1)
        if making.often(0.5):
            with making.trace.trial():
                text = str(value.of(Row({name: Text(making.chance.choice(making.focus))})))
            return filtered(making, table, [compared(making, value, literal(making, text))])
    if making.often(0.4):
        return filtered(making, table, [of_several(making, columns, value)])
    return filtered(making, table, [compared(making, value, other(making, columns))])


def other(making: Making, columns: Columns) -> Expression:
    """What it is compared with: a column of constants, or a constant."""
    held = [name for name, type_ in columns.items() if type_ == "string" and name[0] == "s"]
    if held and making.often(0.6):
        return column(making, making.chance.choice(held), "string")
    variables = [item for item in making.variables if item.type == "string"]
    if variables and making.often(0.4):
        item = making.chance.choice(variables)
        return Expression(item.name, "string", lambda row: item.value)
    text = making.asked if making.asked and making.often(0.5) else text_of(making)
    making.asked = text
    return literal(making, text)


def of_several(making: Making, columns: Columns, value: Expression) -> Expression:
    """in, has_any and their like, with what the operators of membership take."""
    if making.often(0.25):
        return among(making, value, SUBQUERIES[0](making))
    if making.often(0.5):
        return among(making, value, listed(making, columns))
    one, two = other(making, columns), other(making, columns)
    return among(making, value, (f"{one.text}, {two.text}", lambda row: [as_text(one.of(row)), as_text(two.of(row))]))


def constant_column(making: Making, table: Table) -> Table:
    """extend with a constant."""
    name, value = making.name("s"), literal(making)
    return Table(
        f"{table.text}\n| extend {name} = {value.text}",
        {**table.columns, name: "string"},
        lambda: [Row({**row, name: value.of(row)}, row.events) for row in table.rows()],
    )
