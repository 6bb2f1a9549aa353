"""Graph operators."""

from __future__ import annotations

from kql_lint.syntax import ast
from kql_lint.syntax.build.common import Parts, end_of, span, start_of
from kql_lint.syntax.build.expressions import Expressions
from kql_lint.syntax.build.operators import take_parameters


class Graphs(Expressions):
    """The rules under "Graphs"."""

    def make_graph(self, parts: Parts) -> ast.MakeGraph:
        start, end = span(parts)
        parameters, (origin, arrow, target, tables, *rest) = take_parameters(parts)
        *more, _, by, body = rest
        node_id = next((p.value for p in more if p.name == "with_node_id" and isinstance(p.value, ast.Name)), None)
        directed = arrow.type == "DIRECTED"
        return ast.MakeGraph(start, end, origin, target, directed, tables, node_id, by, body, [*parameters, *more])

    def graph_tables(self, parts: Parts) -> list[ast.GraphTable]:
        return [part for part in parts if isinstance(part, ast.GraphTable)]

    def graph_table(self, parts: Parts) -> ast.GraphTable:
        table, _, key = parts
        return ast.GraphTable(table.start, key.end, table, key)

    def graph_match(self, parts: Parts) -> ast.GraphMatch | ast.GraphShortestPaths:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        *patterns, _, where, _, project = rest
        kind = ast.GraphMatch if parts[0].type == "GRAPH_MATCH" else ast.GraphShortestPaths
        return kind(start, end, patterns, where, project, parameters)

    def graph_pattern(self, parts: Parts) -> Parts:
        return parts

    def graph_node(self, parts: Parts) -> ast.GraphNode:
        opening, name, closing = parts
        return ast.GraphNode(opening.start, closing.end, name and self.introduced(name))

    def graph_edge(self, parts: Parts) -> ast.GraphEdge:
        first, last = parts[0], parts[-1]
        if len(parts) == 1:
            direction = {"DIRECTED": ">", "DIRECTED_LEFT": "<"}.get(first.type, "")
            return ast.GraphEdge(first.start, first.end, None, direction, False)
        direction = "<" if first.type == "EDGE_OPEN_LEFT" else ">" if last.type == "EDGE_CLOSE_RIGHT" else ""
        name = parts[1] and self.introduced(parts[1])
        return ast.GraphEdge(start_of(first), end_of(last), name, direction, parts[2] is not None)

    def graph_range(self, parts: Parts) -> Parts:
        return parts

    def graph_mark_components(self, parts: Parts) -> ast.GraphMarkComponents:
        return ast.GraphMarkComponents(*span(parts), parts[1:])

    def graph_to_table(self, parts: Parts) -> ast.GraphToTable:
        start, end = span(parts)
        return ast.GraphToTable(start, end, parts[1:], [])

    def graph_output(self, parts: Parts) -> ast.GraphOutput:
        start, end = span(parts)
        what, _, name, *parameters = parts
        return ast.GraphOutput(start, end, str(what), name and self.introduced(name), parameters)

    def graph_where(self, parts: Parts) -> ast.GraphWhere:
        start, end = span(parts)
        parameters, (predicate,) = take_parameters(parts)
        return ast.GraphWhere(start, end, parts[0].split("-")[-1], predicate, parameters)
