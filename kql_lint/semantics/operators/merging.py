"""What several tables have in common when their rows lie one below the other: union, search, find."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.facts import Unified
from kql_lint.semantics.functions import UniqueNames
from kql_lint.semantics.persistent import SMALL, put
from kql_lint.semantics.scopes.scope import (
    ALWAYS_PARTIAL,
    UNKNOWN,
    Column,
    Derivation,
    Scope,
    SplitPart,
    extended,
    moment,
    traced,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kql_lint.semantics.context import Context
    from kql_lint.syntax import ast


# What it costs to put a column to those of the same name.
_COLUMN = 2
# Of a union of so many rows it is known which of them lack a column.
_FEW = 12


class _Group(NamedTuple):
    """The columns of one name, each with the place of its table."""

    columns: list[Column]
    tables: list[int]


def merged(binder: Context, node: ast.Node, tables: Sequence[Scope], called: Sequence[str] = ()) -> Scope:
    """The columns of all tables: one for each name, but of different types one each, ``X_string`` and ``X_long``.

    node is where the tables are put together, called what messages call each of them.
    """
    if len(tables) <= 1:
        return tables[0] if tables else Scope()
    is_open = any(table.open for table in tables)
    first, *others = tables
    if not binder.affords(sum(map(_size, others)), node):
        return Scope(open=True)
    groups = _groups(first, others)
    members = (column for group in groups.values() for column in group.columns)
    if not binder.affords(sum(len(column.origins) + len(column.bag) for column in members), node):
        return Scope(open=True)
    if binder.facts.names is not None:
        several = ((node, name, group.columns) for name, group in groups.items() if len(group.columns) > 1)
        binder.facts.names.unified += [Unified(*one) for one in several]
    mixed = moment()
    unified = {name: _unified(name, group.columns, is_open, _since(group, tables)) for name, group in groups.items()}
    split = [name for name, columns in unified.items() if len(columns) > 1]
    if not split:
        columns = _beside(first, {name: column for name, (column,) in unified.items()}, is_open)
    elif binder.affords(len(first.columns), node):
        columns = _renamed_apart(first, unified, is_open)
    else:
        return Scope(open=True)
    dropped, states, splits = first.dropped, first.states, first.splits
    for table in others:
        dropped, states = put(dropped, table.dropped), put(states, table.states)
        splits = put(splits, table.splits)
    splits = put(splits, {name: _parts(unified[name], groups[name], called) for name in split})
    hidden = next((table.hidden for table in tables if table.hidden), {})
    if not is_open and len(states) <= _FEW and len(columns) <= SMALL:
        columns = _with_absent_rows(columns, tables)
    return Scope(columns, is_open, dropped, states, hidden, splits=splits, mixed=mixed)


def _with_absent_rows(columns: Mapping[str, Column], tables: Sequence[Scope]) -> Mapping[str, Column]:
    """The columns with the rows of the tables that lack them."""
    result: dict[str, Column] = {}
    for name, column in columns.items():
        lacking = [table for table in tables if name not in table.columns and name not in table.hidden]
        if column.origins and lacking and len(lacking) < len(tables):
            column = column.lacking(tuple([row for table in lacking for row in table.states]))
        result[name] = column
    return result


def _groups(first: Scope, others: Sequence[Scope]) -> dict[str, _Group]:
    """The columns of each name that one of the others has, with that of the first, which may have many more."""
    groups: dict[str, _Group] = {}
    for place, table in enumerate(others, 1):
        for name, column in table.columns.items():
            group = groups.get(name)
            if group is None:
                before = first.columns.get(name)
                group = groups[name] = _Group([], []) if before is None else _Group([before], [0])
            group.columns.append(column)
            group.tables.append(place)
    return groups


def _since(group: _Group, tables: Sequence[Scope]) -> int:
    """The moment that a column made of the group's is to have: it may be empty where one of the tables lacks it."""
    whole = len(group.tables) == len(tables) and not any(
        tables[place].is_partial(column) for column, place in zip(group.columns, group.tables, strict=True)
    )
    return moment() if whole else ALWAYS_PARTIAL


def _size(table: Scope) -> int:
    return _COLUMN * len(table.columns) + len(table.dropped) + len(table.states) + len(table.splits)


def _beside(first: Scope, others: dict[str, Column], is_open: bool) -> Mapping[str, Column]:
    """The columns of the first table with others in their places or behind them, of which no name has to give way."""
    if is_open:
        untold = {name: _unified(name, [column], True, ALWAYS_PARTIAL)[0] for name, column in traced(first.columns)}
        others = {**untold, **others}
    return extended(first.columns, others)


def _renamed_apart(first: Scope, unified: dict[str, list[Column]], is_open: bool) -> dict[str, Column]:
    """The columns of all tables, each under a name of its own."""
    names = UniqueNames()
    result: dict[str, Column] = {}
    alone = {
        name: _unified(name, [column], is_open, ALWAYS_PARTIAL)
        for name, column in first.columns.items()
        if name not in unified
    }
    for name in {**first.columns, **unified}:
        for column in unified.get(name) or alone[name]:
            unique = names.add(column.name)
            result[unique] = column if unique == column.name else column.renamed(unique)
    return result


def _parts(unified: list[Column], group: _Group, called: Sequence[str]) -> tuple[SplitPart, ...]:
    """What became of a name that has several types, and the tables behind each of them."""
    types: dict[str, list[str]] = {}
    for column, place in zip(group.columns, group.tables, strict=True):
        if place < len(called):
            types.setdefault(column.type, []).append(called[place])
    return tuple([SplitPart(column.name, column.type, tuple(types.get(column.type, ()))) for column in unified])


def _unified(name: str, same: list[Column], is_open: bool, since: int) -> list[Column]:
    """One column for each type that columns of a name have; since is the moment of one that has all their rows.

    An open table may add values from elsewhere, so that no origins can be told.
    """
    if len(same) == 1:
        column = same[0]
        return [Column(name, column.type, (), column.declared)] if is_open and (column.origins or column.bag) else same
    by_type: dict[str, list[Column]] = {}
    for column in same:
        by_type.setdefault(column.type, []).append(column)
    if len(by_type) == 1 or UNKNOWN in by_type:
        kind = next((kind for kind in by_type if kind != UNKNOWN), UNKNOWN) if len(by_type) == 1 else UNKNOWN
        return [_one(name, kind, same, is_open, since)]
    shared = set.intersection(*map(_possible_types, same))
    if shared:
        return [_one(name, min(shared), same, is_open, since)]
    return [_one(f"{name}_{kind}", kind, columns, is_open, ALWAYS_PARTIAL) for kind, columns in by_type.items()]


def _possible_types(column: Column) -> set[str]:
    """The types a column may have: that of either platform's copy of its table.

    Tables whose columns agree on one of the platforms are united there without more ado.
    """
    types = {table.columns.get(origin.column, column.type) for origin in column.origins for table in origin.row.tables}
    return types if column.type in types else {column.type}


def _one(name: str, kind: str, columns: list[Column], is_open: bool, since: int) -> Column:
    traced = not is_open and all(column.origins and column.folded is None for column in columns)
    origins = tuple(dict.fromkeys(origin for column in columns for origin in column.origins)) if traced else ()
    parsed = not is_open and all(column.bag for column in columns)
    bag = tuple(dict.fromkeys(origin for column in columns for origin in column.bag)) if parsed else ()
    return Column(
        name, kind, origins, columns[0].declared, since=since, derivation=Derivation(bag=bag) if bag else None
    )
