"""Builds the syntax tree while Lark parses: one method for each rule of the grammar."""

from __future__ import annotations

from kql_lint.syntax.build.common import Problem
from kql_lint.syntax.build.graphs import Graphs
from kql_lint.syntax.build.operators import Operators
from kql_lint.syntax.build.statements import Statements

__all__ = ["Problem", "TreeBuilder"]


class TreeBuilder(Statements, Operators, Graphs):
    """All rules of the grammar."""
