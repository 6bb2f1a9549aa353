"""Imports columns: a TSV or CSV of table, column and type, or what Kusto's ``T | getschema`` exports."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.catalogue.importer.rows import Row, Rows

_TABLE = ("table", "tablename")
_COLUMN = ("column", "columnname", "name", "field")
# getschema gives both: ColumnType is KQL's, DataType is .NET's.
_TYPE = ("columntype", "type", "kqltype", "datatype")
_POSITION = ("position", "columnordinal", "ordinal")

_SYNONYMS = {
    "boolean": "bool",
    "byte": "int",
    "date": "datetime",
    "double": "real",
    "float": "real",
    "int16": "int",
    "int32": "int",
    "int64": "long",
    "sbyte": "bool",
    "single": "real",
    "object": "dynamic",
    "sqldecimal": "decimal",
    "time": "timespan",
    "uniqueid": "guid",
    "uuid": "guid",
}
_TYPES = frozenset("bool datetime decimal dynamic guid int long real string timespan".split())
TABLE_NAME = re.compile(r"[^\W\d]\w{0,127}\Z")


def is_schema(rows: Rows) -> bool:
    """Whether the head line has a column and a type."""
    return not {*_COLUMN}.isdisjoint(rows.head) and not {*_TYPE}.isdisjoint(rows.head)


def read_schema(rows: Rows, table: str | None) -> dict[str, dict[str, str]]:
    """Table to its columns with types, in their order.

    table names the table of a file that has no column for it; without it the file's name does.
    """
    found: dict[str, dict[str, tuple[int, int, str]]] = {}
    for row in rows.rows:
        name = table_of(row, table)
        columns = found.setdefault(name, {})
        column = row.get(*_COLUMN)
        if not column:
            raise row.error("the row has no column name")
        if column in columns:
            raise row.error(f'column "{column}" of {name} is there twice')
        columns[column] = (_position(row), row.line, _type(row, column))
    return {
        name: {column: columns[column][2] for column in sorted(columns, key=lambda column: columns[column][:2])}
        for name, columns in found.items()
    }


def table_of(row: Row, table: str | None) -> str:
    """The table a row is of: what it says, else the name given, else the file's."""
    name = row.get(*_TABLE)
    if not name and not {*_TABLE}.isdisjoint(row.values):
        raise row.error("the row has no table name")
    name = name or table or os.path.splitext(os.path.basename(row.path))[0]
    if not TABLE_NAME.match(name):
        raise row.error(f'"{name}" is no name of a table')
    return name


def _position(row: Row) -> int:
    value = row.get(*_POSITION)
    if not value:
        return 0
    if not value.isascii() or not value.isdigit():
        raise row.error(f'the position "{value}" is no number')
    return int(value)


def _type(row: Row, column: str) -> str:
    given = row.get(*_TYPE)
    name = given.casefold().rpartition(".")[2]
    name = _SYNONYMS.get(name, name)
    if name not in _TYPES:
        raise row.error(
            f'"{given}" of column "{column}" is no type of KQL' if given else f'column "{column}" has no type'
        )
    return name
