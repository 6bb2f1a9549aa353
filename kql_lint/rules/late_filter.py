"""A filter behind a `join` or `summarize` that could stand before it, where it leaves fewer rows to join or group.

`summarize` and `join` have to move and keep all rows that reach them. A filter on a column that passes through
unchanged finds the same rows in front: on one that `summarize` or `distinct` groups by, or on a column of the left side
of a `join` or `lookup` (of the kinds `inner`, `leftouter`, `leftsemi` and `leftanti`). There it can use the table's
index as well.

Nothing is reported for columns that are computed, for columns of the right side, and behind `innerunique`, where it
makes a difference which rows of the left side are there to choose from.

Source: [Kusto query best practices](https://learn.microsoft.com/en-us/kusto/query/best-practices) and [best practices
for advanced hunting](https://learn.microsoft.com/en-us/defender-xdr/advanced-hunting-best-practices).

## Bad

```kql
SigninLogs
| where TimeGenerated > ago(1d)
| summarize Attempts = count() by UserPrincipalName, ResultType
| where ResultType == "50126"
```

## Good

```kql
SigninLogs
| where TimeGenerated > ago(1d)
| where ResultType == "50126"
| summarize Attempts = count() by UserPrincipalName, ResultType
```

## When to silence it

When the order of the operators is there for the reader and the table is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.rules._expressions import reads_by_node
from kql_lint.rules._operators import keyword, nodes_of, parameter
from kql_lint.rules.rule import Rule

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

# The kinds that keep each row of the left side that a filter keeps, whatever other rows are there.
_COMMUTING = frozenset({"inner", "leftouter", "leftsemi", "leftanti", "anti", "leftantisemi"})
# What these give depends on the rows around.
_OF_OTHER_ROWS = re.compile(r"\b(?:prev|next|row_\w+|rand)\s*\(")
_PIPE = re.compile(r"\s*\|\s*")


class _Condition(NamedTuple):
    """One part of a filter: the columns that it reads, and where the rows of these begin."""

    node: ast.Expression
    names: frozenset[str]
    sources: tuple[int, ...]


def _check(facts: Facts) -> Iterator[Diagnostic]:
    from kql_lint.syntax import ast

    for pipeline in nodes_of(facts, ast.Pipeline):
        for number, operator in enumerate(pipeline.operators):
            if isinstance(operator, ast.Where):
                yield from _where(facts, pipeline, number, operator)


def _where(facts: Facts, pipeline: ast.Pipeline, number: int, operator: ast.Where) -> Iterator[Diagnostic]:
    conditions = [_condition(facts, one) for one in _conjuncts(operator.predicate)]
    places = [None if one is None else _place(facts, pipeline, number, one) for one in conditions]
    known = [place for place in places if place is not None]
    if known and len(known) == len(places):
        fixes = _fixes(facts, pipeline, max(known), number)
        yield _report(facts, operator.predicate, pipeline.operators[max(known)], fixes)
        return
    for condition, place in zip(conditions, places, strict=True):
        if condition is not None and place is not None:
            yield _report(facts, condition.node, pipeline.operators[place], ())


def _conjuncts(predicate: ast.Expression) -> list[ast.Expression]:
    from kql_lint.syntax import ast

    return predicate.operands if isinstance(predicate, ast.Logical) and predicate.op == "and" else [predicate]


def _condition(facts: Facts, node: ast.Expression) -> _Condition | None:
    """A part of a filter that depends on columns of tables, as they are, and on nothing else; None for any other."""
    from kql_lint.syntax import ast

    text = facts.text[node.start : node.end]
    names: set[str] = set()
    sources: list[int] = []
    for one in ast.walk(node):
        if isinstance(one, (ast.Pipeline, ast.Damaged, ast.Wildcard, ast.NamedExpression)):
            return None
        read = reads_by_node(facts).get(one) if isinstance(one, ast.Name) else None
        if isinstance(one, ast.Name) and read is not None:
            if not read.column.origins or read.column.absent:
                return None
            names.add(one.name)
            sources += [origin.row.node.start for origin in read.column.origins]
    return _Condition(node, frozenset(names), tuple(sources)) if names and not _OF_OTHER_ROWS.search(text) else None


def _place(facts: Facts, pipeline: ast.Pipeline, number: int, condition: _Condition) -> int | None:
    """The number of the first operator before which the condition could stand, of those that it gains by."""
    from kql_lint.syntax import ast

    found = None
    for place in range(number - 1, -1, -1):
        operator = pipeline.operators[place]
        if not _passes(facts, pipeline, operator, condition):
            break
        if isinstance(operator, (ast.Summarize, ast.Distinct, ast.Join, ast.Lookup)):
            found = place
    return found


def _passes(facts: Facts, pipeline: ast.Pipeline, operator: ast.Operator, condition: _Condition) -> bool:
    """Whether the condition finds the same in front of an operator."""
    from kql_lint.syntax import ast

    if isinstance(operator, (ast.Where, ast.Sort, ast.ProjectReorder, ast.ProjectAway, ast.ProjectKeep)):
        return True
    if isinstance(operator, (ast.Extend, ast.ProjectRename)):
        others = _OF_OTHER_ROWS.search(facts.text[operator.start : operator.end])
        return others is None and condition.names.isdisjoint(_made(operator.columns))
    if isinstance(operator, (ast.Project, ast.Distinct)):
        return condition.names <= _plain(operator.columns)
    if isinstance(operator, ast.Summarize):
        return condition.names <= _plain(operator.by or [])
    if isinstance(operator, (ast.Join, ast.Lookup)):
        kind = parameter(operator, "kind") or ("leftouter" if isinstance(operator, ast.Lookup) else "")
        return kind in _COMMUTING and all(pipeline.start <= start < operator.start for start in condition.sources)
    return False


def _plain(columns: list[ast.Expression]) -> set[str]:
    """The columns that pass unchanged under their own names."""
    from kql_lint.syntax import ast

    return {column.name for column in columns if isinstance(column, ast.Name)}


def _made(columns: list[ast.Expression]) -> set[str]:
    from kql_lint.syntax import ast

    return {name.name for one in columns if isinstance(one, ast.NamedExpression) for name in one.names}


def _report(facts: Facts, node: ast.Expression, operator: ast.Operator, fixes: tuple[Fix, ...]) -> Diagnostic:
    start, end = keyword(facts, operator)
    word = facts.text[start:end]
    return RULE.report(
        node.start,
        node.end,
        f"this filter could stand before {word}, which would then have fewer rows",
        related=(Related(start, end, "it could stand before this"),),
        fixes=fixes,
    )


def _fixes(facts: Facts, pipeline: ast.Pipeline, place: int, number: int) -> tuple[Fix, ...]:
    """The operators in their new order, each in the place of another; none where a comment lies between them.

    So pipes and line ends stay where they are, which not every kind of file could have elsewhere.
    """
    operators = pipeline.operators[place : number + 1]
    gaps = [facts.text[one.end : other.start] for one, other in pairwise(operators)]
    if not all(map(_PIPE.fullmatch, gaps)):
        return ()
    moved = [operators[-1], *operators[:-1]]
    edits = [
        Edit(there.start, there.end, facts.text[here.start : here.end])
        for there, here in zip(operators, moved, strict=True)
    ]
    return (Fix("move the filter", tuple(edits), "safe"),)


RULE = Rule(
    code="KL507",
    name="late-filter",
    summary="A filter that could stand before a join or summarize",
    severity=Severity.INFO,
    fix="safe",
    documentation=__doc__ or "",
    check=_check,
    enabled=False,
)
