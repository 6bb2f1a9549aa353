"""The binder: walks a query as the pipeline runs and finds out what each name is.

What each kind of expression, table source and operator does stands in ``expressions``, ``calls``, ``sources`` and
``operators``; they call back here, through what ``context`` says of it, for what lies below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kql_lint.budget import Budget
from kql_lint.semantics import expressions, placeholders, sources
from kql_lint.semantics.calls import query_functions
from kql_lint.semantics.context import MAX_DEPTH, Context
from kql_lint.semantics.operators import OPEN, OPERATORS, Handler
from kql_lint.semantics.persistent import SMALL, Shared
from kql_lint.semantics.scopes.environment import Local, LocalFunction
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.scope import Scope, Segment, Value, shared
from kql_lint.syntax import ast

if TYPE_CHECKING:
    pass

_SCALAR_CALLS = 6
_PIPELINE_CALLS = 10

_UNKNOWN = Value()


class Binder(Context):
    """Binds one query; ``bind`` of the package makes and runs it."""

    # --- statements -----------------------------------------------------------------------------------------------

    def run(self, statements: Sequence[ast.Statement]) -> Value | Scope | None:
        """Bind statements in order; what the last of them that is an expression gives."""
        result: Value | Scope | None = None
        for statement in statements:
            if isinstance(statement, ast.Let):
                self.environment.declare(statement.name, self._let(statement))
            elif isinstance(statement, ast.QueryStatement):
                result = self._result(statement.expression)
            elif isinstance(statement, ast.DeclareParameters):
                query_functions.declare_parameters(self, statement.parameters)
            elif isinstance(statement, ast.DeclarePattern):
                self.environment.declare(statement.name, _UNKNOWN)
        return result

    def _result(self, expression: ast.Expression) -> Value | Scope:
        local = self.evaluate(expression)
        if isinstance(local, LocalFunction):
            local = query_functions.call(self, expression, local, [])
        if isinstance(local, Scope) and not isinstance(expression, ast.Pipeline):
            self.step(expression, local)
        return local

    def _let(self, statement: ast.Let) -> Local:
        value = statement.value
        if isinstance(value, ast.Function):
            return query_functions.declare(self, statement.name.name, value)
        return self.evaluate(value)

    # --- expressions ----------------------------------------------------------------------------------------------

    def evaluate(self, expression: ast.Expression, frame: Frame | None = None) -> Local:
        """What an expression that may be scalar or tabular gives: a Value, a Scope, or a function that it names."""
        return sources.evaluate(self, expression, frame)

    def scalar(self, expression: ast.Expression, frame: Frame) -> Value:
        """Bind a scalar expression and all below it; its Value is kept for ``value_of``."""
        handler = expressions.SCALARS.get(type(expression))
        if handler is None or self.depth > MAX_DEPTH:
            return _UNKNOWN
        self.depth += _SCALAR_CALLS
        value = handler(self, expression, frame)
        self.depth -= _SCALAR_CALLS
        self.values[expression] = value
        return value

    def tabular(self, expression: ast.Expression) -> Scope:
        """Bind a tabular expression; one that turns out not to be a table is an open scope."""
        local = self.evaluate(expression)
        if isinstance(local, LocalFunction):
            local = query_functions.call(self, expression, local, [])
        return local if isinstance(local, Scope) else Scope(open=True)

    def pipeline(self, pipeline: ast.Pipeline, given: Scope | None = None) -> Scope:
        """Bind a pipeline; given is the input of one that has no source."""
        if self.depth > MAX_DEPTH:
            return self.opened(pipeline, "nested too deeply")
        self.depth += _PIPELINE_CALLS
        opened = len(self.facts.opened)
        if pipeline.source is None:
            scope = self._operators(pipeline.operators, given or Scope(open=True), opened)
        else:
            outer, self.segment = self.segment, Segment()
            source = self._source(pipeline.source)
            if not isinstance(pipeline.source, ast.Pipeline):  # whose own last step says the same
                self.step(pipeline.source, source)
            scope = self._operators(pipeline.operators, source, opened)
            self.end_segment(scope)
            self.segment = outer
        self.depth -= _PIPELINE_CALLS
        return scope

    def apart(self, query: ast.Query, text: str, depth: int, budget: Budget | None) -> Binder:
        """The state for another text, with facts of its own, and a budget of its own where none is given."""
        return Binder(query, text, self.catalogue, self.platform, False, (), depth, budget=budget)

    def _source(self, source: ast.Expression | ast.Operator) -> Scope:
        if isinstance(source, ast.Operator):
            return self.operator(source, None)
        return self.tabular(source)

    def _operators(self, operators: Sequence[ast.Operator], scope: Scope, opened: int) -> Scope:
        """Bind operators one after another; opened: how many places had been recorded before their source."""
        for operator in operators:
            before, scope = scope, self.operator(operator, scope)
            self.step(operator, scope, before)
            if not scope.open and len(self.facts.opened) > opened:
                for place in self.facts.opened[opened:]:
                    place.settled = True
                opened = len(self.facts.opened)
        return scope

    def operator(self, operator: ast.Operator, scope: Scope | None) -> Scope:
        """Bind one operator; scope is its input, None where it stands first."""
        handler: Handler | None = OPERATORS.get(type(operator))
        if self.budget.spent and scope is not None:
            scope = Scope(open=True)
        if handler is not None:
            result = handler(self, operator, scope)
            if not self.affords(_work(scope, result), operator):
                result = Scope(open=True)
            elif len(result.columns) > SMALL and isinstance(result.columns, dict):
                result.columns = shared(result.columns)  # once, for all that refer to it
            return placeholders.behind(self, operator, result) if self.facts.holes else result
        return self.opened(operator, OPEN.get(type(operator), "an operator that is not modelled"))


def _work(scope: Scope | None, result: Scope) -> int:
    """How many columns an operator has looked at or made: all, or those that it changed of a large number."""
    columns = result.columns
    if scope is not None and columns is scope.columns:
        return 0
    if isinstance(columns, Shared):
        return columns.work
    return len(columns) + (len(scope.columns) if scope is not None else 0)
