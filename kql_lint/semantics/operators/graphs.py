"""Graph operators: what a pattern's project gives is known, graphs themselves are not modelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics import functions
from kql_lint.semantics.operators.columns import made
from kql_lint.semantics.projection import Projection
from kql_lint.semantics.scope import Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.binder import Binder


def make_graph(binder: Binder, operator: ast.MakeGraph, scope: Scope | None) -> Scope:
    """``make-graph a --> b with nodes on id``: the result is a graph."""
    scope = scope or Scope(open=True)
    frame = binder.frame(scope, "other")
    binder.scalar(operator.origin, frame)
    binder.scalar(operator.target, frame)
    for nodes in operator.nodes:
        binder.scalar(nodes.key, binder.frame(binder.tabular(nodes.table), "other"))
    binder.end_segment(scope)
    return binder.opened(operator, "make-graph, which gives a graph")


def graph_match(binder: Binder, operator: ast.GraphMatch | ast.GraphShortestPaths, scope: Scope | None) -> Scope:
    """``graph-match (a)-[e]->(b) where ... project ...``."""
    frame = binder.frame(Scope(open=True), "other")
    elements = [part for pattern in operator.patterns for part in pattern]
    frame.members = {
        part.name.name: Scope(open=True)
        for part in elements
        if isinstance(part, (ast.GraphNode, ast.GraphEdge)) and part.name is not None
    }
    if operator.where is not None:
        binder.scalar(operator.where, frame)
    if operator.project is None:
        return binder.opened(operator, "a graph pattern without project")
    projection = Projection()
    for node in operator.project:
        value = binder.scalar(node, frame)
        if isinstance(node, ast.NamedExpression):
            projection.declare(made(node.names[0].name, value, node))
        else:
            name = functions.graph_name(node) or binder.column_name(lambda _: False)
            projection.add(made(name, value, node))
    return Scope(projection.columns)
