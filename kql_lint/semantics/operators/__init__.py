"""What each pipe operator makes of its input, in one registry.

A handler takes the binder, the operator and the scope of the input (None where the operator stands first), and gives
the scope of the output.  An operator that stands in neither table is a mistake that a test finds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kql_lint.semantics.operators import (
    aggregating,
    branching,
    expanding,
    filtering,
    graphs,
    joining,
    parsing,
    plugins,
    producing,
    projecting,
    scanning,
    searching,
    uniting,
)
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.context import Context

Handler = Callable[["Context", Any, "Scope | None"], Scope]

OPERATORS: dict[type[ast.Operator], Handler] = {
    ast.Where: filtering.where,
    ast.Take: filtering.take,
    ast.Sample: filtering.take,
    ast.Top: filtering.top,
    ast.Sort: filtering.sort,
    ast.Render: filtering.render,
    ast.As: filtering.as_,
    ast.AssertSchema: filtering.unchanged,
    ast.ExecuteAndCache: filtering.unchanged,
    ast.Extend: projecting.extend,
    ast.Serialize: projecting.serialize,
    ast.Project: projecting.project,
    ast.ProjectAway: projecting.project_away,
    ast.ProjectKeep: projecting.project_keep,
    ast.ProjectRename: projecting.project_rename,
    ast.ProjectReorder: projecting.project_reorder,
    ast.ProjectByNames: projecting.project_by_names,
    ast.Distinct: projecting.distinct,
    ast.Summarize: aggregating.summarize,
    ast.Count: aggregating.count,
    ast.MakeSeries: aggregating.make_series,
    ast.TopNested: aggregating.top_nested,
    ast.TopHitters: aggregating.top_hitters,
    ast.SampleDistinct: aggregating.sample_distinct,
    ast.Reduce: aggregating.reduce,
    ast.Join: joining.join,
    ast.Lookup: joining.lookup,
    ast.Union: uniting.union,
    ast.Search: searching.search,
    ast.Find: searching.find,
    ast.MvExpand: expanding.mv_expand,
    ast.MvApply: expanding.mv_apply,
    ast.Parse: parsing.parse,
    ast.ParseKv: parsing.parse_kv,
    ast.Print: producing.print_,
    ast.Range: producing.range_,
    ast.GetSchema: producing.getschema,
    ast.Evaluate: plugins.evaluate,
    ast.Invoke: plugins.invoke,
    ast.Scan: scanning.scan,
    ast.Partition: branching.partition,
    ast.Fork: branching.fork,
    ast.Facet: branching.facet,
    ast.MacroExpand: branching.macro_expand,
    ast.MakeGraph: graphs.make_graph,
    ast.GraphMatch: graphs.graph_match,
    ast.GraphShortestPaths: graphs.graph_match,
    ast.GraphMarkComponents: graphs.mark_components,
    ast.GraphWhere: graphs.graph_where,
    ast.GraphToTable: graphs.graph_to_table,
}

OPEN: dict[type[ast.Operator], str] = {
    ast.DamagedOperator: "an operator with a syntax error",
    ast.HoleOperator: "a placeholder",
    ast.Consume: "consume, which gives nothing",
}
"""Operators whose output is open, with the reason."""
