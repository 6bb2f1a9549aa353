"""union: the rows of several tables, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import contracts
from kql_lint.semantics.calls import query_functions
from kql_lint.semantics.name_patterns import tables_like
from kql_lint.semantics.operators.columns import parameter
from kql_lint.semantics.operators.merging import merged
from kql_lint.semantics.persistent import preceded
from kql_lint.semantics.scopes.scope import Column, Scope
from kql_lint.semantics.tables import lookup, table_scope
from kql_lint.syntax import ast
from kql_lint.wildcards import stars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.semantics.context import Context

# A pattern that fits more tables than this is not followed: it would take reading them all.
_MAX_TABLES = 100

# What each platform calls the time of an event.
_TIMES = {"TimeGenerated": "datetime", "Timestamp": "datetime"}


def union(binder: Context, operator: ast.Union, scope: Scope | None) -> Scope:
    """``union kind=outer withsource=s isfuzzy=true T, (U | where ...), V*``."""
    contracts.chosen(binder, operator.parameters, "union")
    fuzzy = binder.fuzzy
    unknown = any(item.name == "isfuzzy" and isinstance(item.value, ast.Hole) for item in operator.parameters)
    binder.fuzzy = fuzzy or unknown or (parameter(operator.parameters, "isfuzzy") or "").lower() == "true"
    named = [] if scope is None else [("the table before it", scope)]
    named += named_tables(binder, operator.tables)
    binder.fuzzy = fuzzy
    tables = [table for _, table in named]
    result = merged(binder, operator, tables, [name for name, _ in named])
    if parameter(operator.parameters, "kind") == "inner":
        common = [name for name in result.columns if all(name in table.columns for table in tables)]
        result = result.with_columns({name: result.columns[name] for name in common})
    source = parameter(operator.parameters, "withsource", "with_source")
    if source is not None:
        column = Column(source, "string", declared=operator)
        result = result.with_columns(preceded(result.columns, source, column))
    return result


def tables_of(binder: Context, nodes: Sequence[ast.Expression]) -> list[Scope]:
    """The tables that the nodes name; a pattern names several."""
    return [table for _, table in named_tables(binder, nodes)]


def named_tables(binder: Context, nodes: Sequence[ast.Expression]) -> list[tuple[str, Scope]]:
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


def _matching(binder: Context, node: ast.Wildcard) -> list[Scope]:
    """The catalogue's tables whose names fit a pattern, and the views of the query.

    LIMIT: a workspace may have custom tables that fit as well; their columns are then reported as unknown.
    """
    if node.pattern.strip("*") == "":
        return [every_table(binder, node)]
    found = tables_like(binder, node.pattern)
    declared = binder.environment.views
    if not binder.affords(len(declared), node):
        return [Scope(open=True)]
    matches = stars(node.pattern).matches
    views = [view for name, view in declared.items() if matches(name)]
    if not binder.affords(len(found), node):
        return [Scope(open=True)]
    if not (found or views) or len(found) > _MAX_TABLES:
        return [binder.opened(node, "tables by a pattern")]
    tables = [table_scope(binder, node, lookup(binder, name)) for name in found]
    results = [query_functions.call(binder, node, view, []) for view in views if view.required == 0]
    return tables + [result for result in results if isinstance(result, Scope)]


def every_table(binder: Context, node: ast.Node) -> Scope:
    """All tables there are: open, with the columns that the service itself adds to every table."""
    standard = {**_TIMES, **binder.catalogue.standard_columns("sentinel")}
    columns = {name: Column(name, kind) for name, kind in standard.items()}
    return binder.opened(node, "all tables", columns)
