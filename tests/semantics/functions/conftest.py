"""Expressions of the query language, parsed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kql_lint.syntax import ast, parse


def _operator(text: str) -> ast.Operator:
    parsed = parse(text)
    assert not parsed.diagnostics, [diagnostic.message for diagnostic in parsed.diagnostics]
    (statement,) = parsed.query.statements
    assert isinstance(statement, ast.QueryStatement)
    assert isinstance(statement.expression, ast.Pipeline)
    return statement.expression.operators[-1]


@pytest.fixture
def scalar_expression() -> Callable[[str], ast.Expression]:
    """Parses an expression as extend takes it."""

    def parse_it(text: str) -> ast.Expression:
        operator = _operator(f"T | extend {text}")
        assert isinstance(operator, ast.Extend)
        return operator.columns[0]

    return parse_it


@pytest.fixture
def aggregate_expression() -> Callable[[str], ast.Expression]:
    """Parses an expression as summarize takes it."""

    def parse_it(text: str) -> ast.Expression:
        operator = _operator(f"T | summarize {text}")
        assert isinstance(operator, ast.Summarize)
        return operator.aggregates[0]

    return parse_it


@pytest.fixture
def plugin_call() -> Callable[[str], ast.Call]:
    """Parses the call of a plugin."""

    def parse_it(text: str) -> ast.Call:
        operator = _operator(f"T | evaluate {text}")
        assert isinstance(operator, ast.Evaluate)
        return operator.call

    return parse_it
