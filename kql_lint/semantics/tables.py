"""The tables of the catalogue as sources of rows: which ones a name means, and the scope that each begins with."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kql_lint.semantics.facts import Opened
from kql_lint.semantics.scopes.scope import Column, Origin, Row, Scope, moment
from kql_lint.semantics.scopes.state import ANYTHING
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kql_lint.catalogue import Table
    from kql_lint.semantics.context import Context


def lookup(binder: Context, name: str) -> tuple[Table, ...]:
    """The catalogue's tables of this name: those of the platform at hand, where it has one, else any platform's."""
    tables = binder.catalogue.tables(name)
    if binder.platform != "auto" and len(tables) > 1:
        return tuple(table for table in tables if table.platform == binder.platform) or tables
    return tables


def table_scope(binder: Context, node: ast.Node, tables: tuple[Table, ...]) -> Scope:
    """The columns of a table of the catalogue, as a row source of its own."""
    row = Row(tables[0].name, tables, node)
    binder.facts.rows.append(row)
    types = _merged_columns(tables)
    if not binder.affords(len(types), node):
        return Scope(open=True)
    now = moment()  # asked for once: a query has thousands of columns
    columns = {
        name: Column(name, kind, (Origin(row, name),), None, None, None, True, now) for name, kind in types.items()
    }
    states = {row: ANYTHING}
    hidden = _hidden(binder, tables, columns, now)
    is_open = any(table.open for table in tables)
    if is_open:
        binder.facts.opened.append(Opened(node, f"{row.name}, which may have further columns"))
    return Scope(columns, is_open, {}, states, hidden)


def _hidden(binder: Context, tables: Sequence[Table], listed: Mapping[str, Column], now: int) -> Mapping[str, Column]:
    """The columns that every row has though the tables' schemas do not list them."""
    standard = next(filter(None, (binder.catalogue.standard_columns(table.platform) for table in tables)), {})
    return {name: Column(name, kind, since=now) for name, kind in standard.items() if name not in listed}


@lru_cache(maxsize=1024)
def _merged_columns(tables: tuple[Table, ...]) -> Mapping[str, str]:
    """Name to type of all platforms' copies: Sentinel's columns first, then what Defender adds; its types count."""
    if len(tables) == 1:
        return tables[0].columns
    merged: dict[str, str] = {}
    for table in sorted(tables, key=lambda table: table.platform, reverse=True):
        merged.update(table.columns)
    return merged


def declared_columns(declarations: Sequence[ast.ColumnDeclaration]) -> dict[str, Column]:
    """The columns of a schema in the query."""
    return {item.name.name: Column(item.name.name, item.type, declared=item) for item in declarations}
