"""Statements: the query, let, functions, set, declare, alias, restrict."""

from __future__ import annotations

from typing import Any

from kql_lint.syntax import ast
from kql_lint.syntax.build.common import Parts, span
from kql_lint.syntax.build.expressions import Expressions
from kql_lint.syntax.mask import MASK


class Statements(Expressions):
    """The rules under "Statements" and "Pipelines"."""

    def query(self, children: Parts) -> ast.Query:
        if not children:
            return ast.Query(0, 0, [])
        start, end = span(children)
        return ast.Query(start, end, children)

    def query_statement(self, children: Parts) -> ast.QueryStatement:
        expression = children[0]
        return ast.QueryStatement(expression.start, expression.end, expression)

    def let(self, children: Parts) -> ast.Let:
        word, name, value = children
        return ast.Let(word.start, value.end, self.introduced(name), value)

    def function(self, children: Parts) -> ast.Function:
        view, parameters, body, close = children
        start = view.start if view is not None else (parameters[0].start if parameters else body.start)
        return ast.Function(start, close.end, parameters, body.statements, view is not None)

    def parameters(self, children: Parts) -> Parts:
        return children

    def function_parameter(self, children: Parts) -> ast.FunctionParameter:
        name, type_token, default = children
        end = type_token.end if default is None else default.end
        kind = self.type_name(type_token)
        return ast.FunctionParameter(name.start, end, self.declared(name), kind, [], False, default)

    def tabular_parameter(self, children: Parts) -> ast.FunctionParameter:
        name, schema = children
        declared = self.declared(name)
        return ast.FunctionParameter(name.start, schema.end, declared, None, schema.columns, schema.open, None)

    def set_option(self, children: Parts) -> ast.SetOption:
        start, end = span(children)
        return ast.SetOption(start, end, str(children[1]), children[2])

    def declare_parameters(self, children: Parts) -> ast.DeclareParameters:
        start = children[0].start
        parameters = children[-1]
        end = parameters[-1].end if parameters else children[1].end
        return ast.DeclareParameters(start, end, parameters)

    def declare_pattern(self, children: Parts) -> ast.DeclarePattern:
        start, end = span(children)
        return ast.DeclarePattern(start, end, self.introduced(children[2]))

    def pattern(self, children: Parts) -> Any:
        return children[-1]

    def pattern_case(self, children: Parts) -> None:
        return None

    def alias_database(self, children: Parts) -> ast.AliasDatabase:
        start, end = span(children)
        return ast.AliasDatabase(start, end, self.introduced(children[2]), children[3])

    def restrict_access(self, children: Parts) -> ast.RestrictAccess:
        start, end = span(children)
        return ast.RestrictAccess(start, end, children[-1])

    # --- pipelines ---

    def pipeline(self, children: Parts) -> ast.Pipeline:
        source = children[0]
        start, end = span(children)
        return ast.Pipeline(start, end, source, children[1:])

    def subquery(self, children: Parts) -> ast.Pipeline:
        start, end = span(children)
        return ast.Pipeline(start, end, None, children[1:-1])

    def braced_query(self, children: Parts) -> ast.Pipeline:
        body, close = children
        last = body.statements[-1] if body.statements else None
        if isinstance(last, ast.QueryStatement) and isinstance(last.expression, ast.Pipeline):
            return last.expression
        source = last.expression if isinstance(last, ast.QueryStatement) else ast.Damaged(body.start, body.end)
        return ast.Pipeline(body.start, close.end, source, [])

    # --- what recovery put in place of text that could not be read ---

    def damaged_statement(self, children: Parts) -> ast.DamagedStatement:
        return ast.DamagedStatement(children[0].start, children[0].end)

    def damaged_operator(self, children: Parts) -> ast.DamagedOperator:
        token = children[0]
        if token == MASK:
            return ast.HoleOperator(token.start, token.end, None)
        return ast.DamagedOperator(token.start, token.end, str(token) or None)

    def damaged_expression(self, children: Parts) -> ast.Damaged:
        return ast.Damaged(children[0].start, children[0].end)
