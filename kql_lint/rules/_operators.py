"""The operators and sources of a query by their kind, and what a pipeline gives at most one row of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

    N = TypeVar("N", bound=ast.Node)

Keys = frozenset[str]
"""The columns that together have each of their values in one row at most; none of them: there is one row at most."""

# Functions whose result has the name of the column that they are given, where it is given none.
_NAMED_AFTER = frozenset({"bin", "bin_at", "floor", "startofday", "startofweek", "startofmonth", "startofyear"})
_KEEPS_LEFT = frozenset({"leftsemi", "leftanti", "anti", "leftantisemi"})
_MOST_NAMES = 8


def nodes_of(facts: Facts, kind: type[N]) -> Iterator[N]:
    """The nodes of a kind in the query's order; none behind a syntax error, which may hide what they are."""
    if not facts.whole:
        return
    end = min(facts.syntax_errors, default=len(facts.text) + 1)
    yield from (node for node in facts.nodes_of(kind) if node.start < end)


def parameter(node: ast.Join | ast.Lookup | ast.Union, name: str) -> str | None:
    """The word that a parameter such as ``kind`` has; None where it is not written."""
    return next((getattr(one.value, "name", "") for one in node.parameters if one.name == name), None)


def keyword(facts: Facts, operator: ast.Operator) -> tuple[int, int]:
    """The place of an operator's word."""
    end = operator.start
    while end < operator.end and (facts.text[end].isalnum() or facts.text[end] in "-_"):
        end += 1
    return operator.start, end


def keys_before(facts: Facts, pipeline: ast.Pipeline, operator: ast.Operator) -> Keys | None:
    """The keys of what an operator of a pipeline is given; None where none are known."""
    return _through(facts, pipeline, pipeline.operators[: pipeline.operators.index(operator)], 0)


def _keys(facts: Facts, node: ast.Expression | ast.Operator | None, depth: int) -> Keys | None:
    from kql_lint.rules._expressions import let_value
    from kql_lint.syntax import ast

    if depth > _MOST_NAMES:
        return None
    if isinstance(node, ast.Pipeline):
        return _through(facts, node, node.operators, depth + 1)
    if isinstance(node, ast.Print):
        return frozenset()
    if isinstance(node, ast.Range):
        return frozenset({node.name.name})
    if isinstance(node, ast.DataTable) and len(node.values) <= len(node.columns):
        return frozenset()
    if isinstance(node, ast.Call) and node.name.name == "materialize" and len(node.arguments) == 1:
        return _keys(facts, node.arguments[0], depth + 1)
    if isinstance(node, ast.Name):
        return _keys(facts, let_value(facts, node.name), depth + 1)
    return None


def _through(facts: Facts, pipeline: ast.Pipeline, operators: Iterable[ast.Operator], depth: int) -> Keys | None:
    keys = _keys(facts, pipeline.source, depth)
    pinned: set[str] = set()  # columns that have one value in all rows tell none apart
    for operator in operators:
        keys = _after(operator, keys)
        pinned = pinned - _made(operator) | _pinned(operator)
        keys = None if keys is None else keys - pinned
    return keys


def _pinned(operator: ast.Operator) -> set[str]:
    """The columns that a filter leaves one value."""
    from kql_lint.syntax import ast

    if not isinstance(operator, ast.Where):
        return set()
    test = operator.predicate
    tests = test.operands if isinstance(test, ast.Logical) and test.op == "and" else [test]
    return {
        one.left.name
        for one in tests
        if isinstance(one, ast.Binary)
        and one.op == "=="
        and isinstance(one.left, ast.Name)
        and isinstance(one.right, ast.Literal)
    }


def _made(operator: ast.Operator) -> set[str]:
    """The columns to which an operator gives other values."""
    from kql_lint.syntax import ast

    groups = (getattr(operator, name, None) for name in ("columns", "aggregates", "by"))
    columns = [one for group in groups if isinstance(group, list) for one in group]
    return {name.name for one in columns if isinstance(one, ast.NamedExpression) for name in one.names}


def _after(operator: ast.Operator, keys: Keys | None) -> Keys | None:
    """The keys behind an operator."""
    from kql_lint.syntax import ast

    if isinstance(operator, ast.Summarize):
        return _grouped(operator.by or [])
    if isinstance(operator, ast.MakeSeries):
        return _grouped(operator.by)
    if isinstance(operator, ast.Distinct):
        return _grouped(operator.columns)
    if isinstance(operator, (ast.Take, ast.Top, ast.Sample)) and getattr(operator.count, "value", None) == 1:
        return frozenset()
    if isinstance(operator, ast.Count):
        return frozenset()
    if isinstance(operator, ast.Join):
        return keys if parameter(operator, "kind") in _KEEPS_LEFT else None
    if keys is None or isinstance(operator, (ast.Where, ast.Sort, ast.Take, ast.Top, ast.Sample, ast.ProjectReorder)):
        return keys
    if isinstance(operator, (ast.As, ast.Serialize, ast.Consume)):
        return keys
    return _renamed(operator, keys)


def _renamed(operator: ast.Operator, keys: Keys) -> Keys | None:
    """The keys behind an operator that makes, takes away or renames columns; None where one of them is lost."""
    from kql_lint.syntax import ast

    if isinstance(operator, ast.Extend):
        made = {name.name for one in operator.columns if isinstance(one, ast.NamedExpression) for name in one.names}
        return None if made & keys else keys
    if isinstance(operator, ast.ProjectAway):
        away = {getattr(one, "name", None) for one in operator.columns}
        return None if None in away or away & keys else keys
    if not isinstance(operator, (ast.Project, ast.ProjectKeep, ast.ProjectRename)):
        return keys if not keys and not isinstance(operator, (ast.MvExpand, ast.MvApply, ast.Union)) else None
    kept = {name: name for name in keys} if isinstance(operator, ast.ProjectRename) else {}
    for column in operator.columns:
        if isinstance(column, ast.Name):
            kept[column.name] = column.name
        elif isinstance(column, ast.NamedExpression) and isinstance(column.value, ast.Name) and len(column.names) == 1:
            kept[column.value.name] = column.names[0].name
    return frozenset(kept[name] for name in keys) if keys <= kept.keys() else None


def _grouped(by: list[ast.Expression]) -> Keys | None:
    """The names of what rows are grouped by; None where one of them is not plain."""
    names = [_name(one) for one in by]
    return None if None in names else frozenset(filter(None, names))


def _name(node: ast.Expression) -> str | None:
    from kql_lint.syntax import ast

    if isinstance(node, ast.Name):
        return node.name
    if isinstance(node, ast.NamedExpression):
        return node.names[0].name if len(node.names) == 1 else None
    if isinstance(node, ast.Call) and node.name.name in _NAMED_AFTER and node.arguments:
        return _name(node.arguments[0])
    return None
