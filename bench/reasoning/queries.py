"""Queries: lets, functions, tables as lists, and the pipeline that they are for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from reasoning.aggregates import summarize
from reasoning.conditions import SUBQUERIES, Items, predicate
from reasoning.directed import directed
from reasoning.expressions import as_text, string
from reasoning.lists import made_list
from reasoning.making import Columns, Function, Making, Variable
from reasoning.model import TABLES, Row, Text
from reasoning.operators import (
    as_,
    extend,
    mv_apply,
    project,
    project_away,
    project_rename,
    scan,
    sort,
    take,
    where,
)
from reasoning.pairs import join, union, united
from reasoning.shapes import fork, parse, project_keep, search, values_of
from reasoning.tables import OPERATORS, Named, Table, by_key, datatable, events, pipeline, source, using


def partition(making: Making, named: Named, table: Table, depth: int) -> Table:
    """partition by a column: each part goes through some operators."""
    names = [name for name, type_ in table.columns.items() if type_ == "string"]
    if not names or depth == 0:
        return where(making, named, table, depth)
    key = making.chance.choice(names)
    part: list[Row] = []
    body = Table("", table.columns, lambda: part)
    for operator in making.chance.choices((where, where, extend, take, summarize), k=making.chance.choice((1, 2))):
        body = operator(making, Named([]), body, 0)

    def rows() -> list[Row]:
        every, result = table.rows(), []
        for value in dict.fromkeys(row[name_of(key)] for row in every):  # type: ignore[arg-type]
            part[:] = [row for row in every if row[key] == value]
            result += body.rows()
        return result

    text = f"{table.text}\n| partition hint.strategy=native by {key} ({body.text.removeprefix(chr(10) + '| ')})"
    return Table(text, body.columns, rows)


def name_of(key: str) -> str:
    return key


def invoke(making: Making, named: Named, table: Table, depth: int) -> Table:
    """A function of a table, declared for it: called or invoked, perhaps with a string."""
    if depth == 0:
        return where(making, named, table, depth)
    name, parameter = making.name("f"), making.name("p")
    argument = string(making, {}, 1) if making.often(0.5) else None
    outer, making.parameters = making.parameters, (parameter,) if argument else ()
    body = Table("T", table.columns, lambda: table.rows())
    for operator in making.chance.choices((where, where, extend, project), k=making.chance.choice((1, 2))):
        body = operator(making, Named([]), body, 0)
    making.parameters = outer
    more = f", {parameter}:string" if argument else ""
    # Microsoft's binder takes no column of a table of any columns, `(*)`, but the service does.
    types = ", ".join(f"{one}:{'dynamic' if type_ == 'list' else type_}" for one, type_ in table.columns.items())
    columns = "*" if making.often(0.1) or not types else types
    making.lets.append(f"let {name} = (T:({columns}){more}) {{ {body.text} }};")

    def rows() -> list[Row]:
        making.trace.frames.append({parameter: argument.of(Row({}))} if argument else {})
        result = body.rows()
        making.trace.frames.pop()
        return result

    handed = argument.text if argument else ""
    return Table(f"{table.text}\n| invoke {name}({handed})", body.columns, rows)


def given(making: Making, named: Named, table: Table, depth: int) -> Table:
    """The union with what a function of a string gives, which names a table itself."""
    if depth == 0:
        return where(making, named, table, depth)
    name, parameter = making.name("f"), making.name("p")
    argument = string(making, {}, 1)
    outer, making.parameters = making.parameters, (parameter,)
    body = events(making, making.chance.choice(TABLES))
    for operator in making.chance.choices((where, where, extend, project), k=making.chance.choice((1, 2))):
        body = operator(making, Named([]), body, 0)
    making.parameters = outer
    making.lets.append(f"let {name} = ({parameter}:string) {{ {body.text} }};")

    def rows() -> list[Row]:
        making.trace.frames.append({parameter: argument.of(Row({}))})
        result = body.rows()
        making.trace.frames.pop()
        return result

    called = Table(f"{name}({argument.text})", body.columns, rows)
    if making.often(0.3) and not any(name.startswith("A") for name, _ in named.tables):  # what ``as`` names goes
        return called
    return Table(f"{table.text}\n| union {called.text}", *united([table, called], inner=False))


OPERATORS[:] = (
    (where, 38), (extend, 14), (project, 7), (project_rename, 2), (project_away, 2), (take, 3), (sort, 2), (as_, 2),
    (summarize, 7), (join, 10), (union, 8), (mv_apply, 4), (scan, 3), (partition, 2), (invoke, 3), (project_keep, 2),
    (parse, 2), (values_of, 2), (given, 3), (search, 2),
)  # fmt: skip


def subquery(named: Named) -> Callable[[Making], Items]:
    """Makes what stands in the brackets of ``in``: the first column of a table."""

    def make(making: Making) -> Items:
        literal_ones = [(name, table) for name, table in named.tables if "k0" in table.columns]
        if literal_ones and making.often(0.7):
            name, table = making.chance.choice(literal_ones)
            table = using(making, name, table)
        else:
            table = source(making, named.tables)
        if "string" not in table.columns.values():
            table = events(making, TABLES[0])
        if "k0" in table.columns and making.often(0.5):
            table = by_key(making, table)
        elif making.often(0.4):
            table = making.chance.choice((where, take, sort, extend))(making, Named([]), table, 0)
        names = [name for name, type_ in table.columns.items() if type_ == "string"]
        name = "s0" if "s0" in names and making.often(0.7) else making.chance.choice(names)
        word = making.chance.choice(("project", "project", "distinct"))
        text = f"({table.text}\n| {word} {name})"
        return text, lambda row: [as_text(one[name]) for one in making.trace.survive(table.rows())]

    return make


def declare(making: Making, named: Named) -> None:
    """One let: a string, a list, a literal table, a pipeline, or a function."""
    draw = making.chance.random()
    if draw < 0.25:
        value = string(making, {}, 1)
        name = making.name("v")
        making.lets.append(f"let {name} = {value.text};")
        making.variables.append(Variable(name, "string", value.of(Row({}))))
    elif draw < 0.45:
        found = made_list(making)
        name = making.name("v")
        making.lets.append(f"let {name} = {found.text};")
        making.variables.append(Variable(name, "list", found.items))
    elif draw < 0.6:
        table = datatable(making)
        if making.often(0.2):
            table = by_key(making, table)
        keep(making, named, table)
    elif draw < 0.75:
        table = pipeline(making, named, making.chance.choice((0, 1, 2)), 1)
        if making.often(0.2):
            table = table._replace(text=f"materialize({table.text})")
        keep(making, named, table)
    elif draw < 0.85:
        scalar(making, named)
    else:
        function(making)


def keep(making: Making, named: Named, table: Table) -> None:
    name = making.name("T")
    making.lets.append(f"let {name} = {table.text};")
    named.tables.append((name, table))


def scalar(making: Making, named: Named) -> None:
    """toscalar of a table's first row."""
    text, values = subquery(named)(making)
    name = making.name("v")
    found = list(values(Row({})))
    making.lets.append(f"let {name} = toscalar{text};")
    making.variables.append(Variable(name, "string", found[0] if found else Text()))


def function(making: Making) -> None:
    """A function of one string that gives a string or a condition."""
    name, given = making.name("g"), making.name("p")
    outer, making.parameters = making.parameters, (given,)
    make = making.chance.choice((string, predicate))
    body = make(making, {}, 1)
    making.parameters = outer
    making.lets.append(f"let {name} = ({given}:string) {{ {body.text} }};")
    making.functions.append(Function(name, given, body))


class Query(NamedTuple):
    """A query's text with its marks, its columns, and its rows."""

    text: str
    columns: Columns
    rows: Callable[[], list[Row]]


def made(making: Making) -> Query:
    """A query with its lets."""
    named = Named([])
    if making.often(0.8):
        table = making.chance.choice([table for table in TABLES if table.kinds])
        making.table = table.name
        making.focus = tuple(kind.name for kind in making.chance.sample(table.kinds or (), 2))
    SUBQUERIES[:] = [subquery(named)]
    if making.often(0.2):
        keep(making, named, datatable(making))
    for _ in range(making.chance.choice((0, 0, 1, 2, 3, 4))):
        declare(making, named)
    if making.focus and making.often(0.6):
        result = directed(making, named)
    else:
        result = pipeline(making, named, making.chance.choice((1, 2, 3, 3, 4, 5)), 2)
    if making.often(0.03):
        result = fork(making, named, result, 2)
    return Query("\n".join((*making.lets, result.text)), result.columns, result.rows)
