"""Graph operators: a graph is its nodes and its edges, each with columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.operators.columns import declared_name, made, parameter
from kql_lint.semantics.operators.merging import merged
from kql_lint.semantics.scopes.projection import Projection
from kql_lint.semantics.scopes.scope import Column, Scope, extended
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context

_OPEN = Scope(open=True)


def make_graph(binder: Context, operator: ast.MakeGraph, scope: Scope | None) -> Scope:
    """``make-graph a --> b with nodes on id``: edges are the input's rows; nodes come from the tables, if any.

    ``partitioned-by x (subquery)`` gives what the subquery makes of each part of the graph.
    """
    edges = scope or Scope(open=True)
    frame = binder.frame(edges, "other")
    origin = binder.scalar(operator.origin, frame)
    binder.scalar(operator.target, frame)
    tables: list[Scope] = []
    for nodes in operator.nodes:
        table = binder.tabular(nodes.table)
        binder.scalar(nodes.key, binder.frame(table, "other"))
        tables.append(table)
    if tables:
        graph_nodes = merged(binder, operator, tables)
    elif operator.node_id is not None:
        name = operator.node_id.name
        graph_nodes = Scope({name: Column(name, origin.type, declared=operator.node_id)})
    else:
        graph_nodes = _OPEN
    if operator.partition_by is not None:
        binder.scalar(operator.partition_by, frame)
    binder.end_segment(edges)
    graph = _graph(graph_nodes, edges)
    return graph if operator.body is None else binder.pipeline(operator.body, graph)


def _graph(nodes: Scope, edges: Scope) -> Scope:
    return Scope(open=True, graph=(nodes, edges))


def graph_match(binder: Context, operator: ast.GraphMatch | ast.GraphShortestPaths, scope: Scope | None) -> Scope:
    """``graph-match (a)-[e]->(b) where ... project ...``."""
    nodes, edges = _parts(scope)
    frame = binder.frame(_OPEN, "other")
    frame.members, frame.elements, frame.apart = {}, {}, True
    path = _of_path(edges)
    for part in (part for pattern in operator.patterns for part in pattern):
        if isinstance(part, (ast.GraphNode, ast.GraphEdge)) and part.name is not None:
            ranged = isinstance(part, ast.GraphEdge) and part.ranged
            scope = nodes if isinstance(part, ast.GraphNode) else edges
            frame.members[part.name.name] = path if ranged else scope
            frame.elements[part.name.name] = scope
    frame.inner_nodes = nodes
    if operator.where is not None:
        binder.scalar(operator.where, frame)
    if operator.project is None:
        return binder.opened(operator, "a graph pattern without project")
    projection = Projection()
    for node in operator.project:
        value = binder.scalar(node, frame)
        declared = declared_name(node)
        if declared is not None:
            projection.declare(made(declared, value, node))
        else:
            name = functions.graph_name(node) or binder.column_name(lambda _: False)
            projection.add(made(name, value, node))
    return Scope(projection.columns)


def _of_path(edges: Scope) -> Scope:
    """What ``e.x`` is of a path ``-[e*1..3]->``: an array of the values of its edges."""
    columns = {name: Column(name, "dynamic", (), column.declared) for name, column in edges.columns.items()}
    return Scope(columns, edges.open)


def mark_components(binder: Context, operator: ast.GraphMarkComponents, scope: Scope | None) -> Scope:
    """``graph-mark-components with_component_id=c``: a column more on the nodes."""
    nodes, edges = _parts(scope)
    name = parameter(operator.parameters, "with_component_id") or "ComponentId"
    columns = extended(nodes.columns, {name: Column(name, "long", declared=operator)})
    return _graph(nodes.with_columns(columns), edges)


def graph_where(binder: Context, operator: ast.GraphWhere, scope: Scope | None) -> Scope:
    """``graph-where-nodes predicate``, ``graph-where-edges predicate``."""
    nodes, edges = _parts(scope)
    binder.scalar(operator.predicate, binder.frame(nodes if operator.what == "nodes" else edges, "other"))
    return _graph(nodes, edges)


def graph_to_table(binder: Context, operator: ast.GraphToTable, scope: Scope | None) -> Scope:
    """``graph-to-table nodes as N with_node_id=i, edges``: each output may be named for later statements."""
    parts = dict(zip(("nodes", "edges"), _parts(scope), strict=True))
    results: list[Scope] = []
    for output in operator.outputs:
        part = parts.get(output.what, _OPEN)
        names = (parameter(output.parameters, word) for word in ("with_node_id", "with_source_id", "with_target_id"))
        added = {name: Column(name, "long", declared=output) for name in names if name is not None}
        results.append(Scope({**added, **part.columns}, part.open))
        if output.name is not None:
            binder.environment.declare(output.name, results[-1])
    return results[0] if len(results) == 1 else binder.opened(operator, "graph-to-table with several tables")


def _parts(scope: Scope | None) -> tuple[Scope, Scope]:
    return scope.graph if scope is not None and scope.graph is not None else (_OPEN, _OPEN)
