"""union: the rows of several tables, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import invocation, sources
from kql_lint.semantics.environment import LocalFunction
from kql_lint.semantics.functions import UniqueNames
from kql_lint.semantics.operators.columns import matches, parameter
from kql_lint.semantics.scope import UNKNOWN, ActionTypeSet, Column, Row, Scope, SplitPart
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.semantics.binder import Binder

# A pattern that fits more tables than this is not followed: it would take reading them all.
_MAX_TABLES = 100

# What each platform calls the time of an event.
_TIMES = {"TimeGenerated": "datetime", "Timestamp": "datetime"}


def union(binder: Binder, operator: ast.Union, scope: Scope | None) -> Scope:
    """``union kind=outer withsource=s isfuzzy=true T, (U | where ...), V*``."""
    fuzzy = binder.fuzzy
    unknown = any(item.name == "isfuzzy" and isinstance(item.value, ast.Hole) for item in operator.parameters)
    binder.fuzzy = fuzzy or unknown or (parameter(operator.parameters, "isfuzzy") or "").lower() == "true"
    named = [] if scope is None else [("the table before it", scope)]
    named += named_tables(binder, operator.tables)
    binder.fuzzy = fuzzy
    tables = [table for _, table in named]
    result = merged(tables, [name for name, _ in named])
    if parameter(operator.parameters, "kind") == "inner":
        common = [name for name in result.columns if all(name in table.columns for table in tables)]
        result = result.with_columns({name: result.columns[name] for name in common})
    source = parameter(operator.parameters, "withsource", "with_source")
    if source is not None:
        first = {source: Column(source, "string", declared=operator)}
        others = {name: column for name, column in result.columns.items() if name != source}
        result = result.with_columns({**first, **others})
    return result


def tables_of(binder: Binder, nodes: Sequence[ast.Expression]) -> list[Scope]:
    """The tables that the nodes name; a pattern names several."""
    return [table for _, table in named_tables(binder, nodes)]


def named_tables(binder: Binder, nodes: Sequence[ast.Expression]) -> list[tuple[str, Scope]]:
    """The tables that the nodes name, each with what messages call it."""
    tables: list[tuple[str, Scope]] = []
    for node in nodes:
        if isinstance(node, ast.Pipeline) and not node.operators and isinstance(node.source, ast.Wildcard):
            node = node.source
        if isinstance(node, ast.Wildcard):
            tables += [(node.pattern, table) for table in _matching(binder, node)]
        else:
            tables.append((_called(node), binder.tabular(node)))
    return tables


def _called(node: ast.Node | None) -> str:
    """What a table of a union is called: the name that it begins with; empty where there is none."""
    while isinstance(node, ast.Pipeline):
        node = node.source
    if isinstance(node, ast.Call):
        node = node.name
    return node.name if isinstance(node, ast.Name) else ""


def _matching(binder: Binder, node: ast.Wildcard) -> list[Scope]:
    """The catalogue's tables whose names fit a pattern, and the views of the query.

    LIMIT: a workspace may have custom tables that fit as well; their columns are then reported as unknown.
    """
    if node.pattern.strip("*") == "":
        return [every_table(binder, node)]
    found = [name for name in sorted(binder.catalogue.table_names()) if matches(name, node.pattern)]
    views = [
        local
        for name, local in binder.environment.visible().items()
        if isinstance(local, LocalFunction) and local.node.view and matches(name, node.pattern)
    ]
    if not (found or views) or len(found) > _MAX_TABLES:
        return [binder.opened(node, "tables by a pattern")]
    tables = [sources.table_scope(binder, node, sources.lookup(binder, name)) for name in found]
    results = [invocation.call(binder, view, [], None, None) for view in views if view.required == 0]
    return tables + [result for result in results if isinstance(result, Scope)]


def every_table(binder: Binder, node: ast.Node) -> Scope:
    """All tables there are: open, with the columns that the service itself adds to every table."""
    standard = {**_TIMES, **binder.catalogue.standard_columns("sentinel")}
    columns = {name: Column(name, kind) for name, kind in standard.items()}
    return binder.opened(node, "all tables", columns)


def merged(tables: list[Scope], called: Sequence[str] = ()) -> Scope:
    """The columns of all tables: one for each name, but of different types one each, ``X_string`` and ``X_long``.

    called is what messages call each of them.
    """
    if len(tables) == 1:
        return tables[0]
    is_open = any(table.open for table in tables)
    groups: dict[str, list[Column]] = {}
    for table in tables:
        for name, column in table.columns.items():
            groups.setdefault(name, []).append(column)
    names = UniqueNames()
    columns: dict[str, Column] = {}
    splits = {name: parts for table in tables for name, parts in table.splits.items()}
    for name, same in groups.items():
        unified = _unified(name, same, is_open)
        for column in unified:
            unique = names.add(column.name)
            columns[unique] = column if unique == column.name else column.renamed(unique)
        if len(unified) > 1:
            splits[name] = _parts(name, unified, tables, called)
    dropped: dict[str, ast.Node] = {}
    states: dict[Row, ActionTypeSet] = {}
    for table in tables:
        dropped.update(table.dropped)
        states.update(table.action_types)
    hidden = next((table.hidden for table in tables if table.hidden), {})
    return Scope(columns, is_open, dropped, states, hidden, splits=splits)


def _parts(name: str, unified: list[Column], tables: list[Scope], called: Sequence[str]) -> tuple[SplitPart, ...]:
    """What became of a name that has several types, and the tables behind each of them."""
    types: dict[str, list[str]] = {}
    for label, table in zip(called, tables, strict=False):
        if name in table.columns:
            types.setdefault(table.columns[name].type, []).append(label)
    return tuple([SplitPart(column.name, column.type, tuple(types.get(column.type, ()))) for column in unified])


def _unified(name: str, same: list[Column], is_open: bool) -> list[Column]:
    """One column for each type that columns of a name have.

    An open table may add values from elsewhere, so that no origins can be told.
    """
    if len(same) == 1:
        column = same[0]
        return [Column(name, column.type, (), column.declared)] if is_open and column.origins else same
    by_type: dict[str, list[Column]] = {}
    for column in same:
        by_type.setdefault(column.type, []).append(column)
    if len(by_type) == 1 or UNKNOWN in by_type:
        kind = next((kind for kind in by_type if kind != UNKNOWN), UNKNOWN) if len(by_type) == 1 else UNKNOWN
        return [_one(name, kind, same, is_open)]
    shared = set.intersection(*map(_possible_types, same))
    if shared:
        return [_one(name, min(shared), same, is_open)]
    return [_one(f"{name}_{kind}", kind, columns, is_open) for kind, columns in by_type.items()]


def _possible_types(column: Column) -> set[str]:
    """The types a column may have: that of either platform's copy of its table.

    Tables whose columns agree on one of the platforms are united there without more ado.
    """
    types = {table.columns.get(origin.column, column.type) for origin in column.origins for table in origin.row.tables}
    return types if column.type in types else {column.type}


def _one(name: str, kind: str, columns: list[Column], is_open: bool) -> Column:
    traced = not is_open and all(column.origins and column.folded is None for column in columns)
    origins = tuple(dict.fromkeys(origin for column in columns for origin in column.origins)) if traced else ()
    return Column(name, kind, origins, columns[0].declared)
