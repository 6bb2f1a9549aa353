"""How many rows a table can have, as far as its pipeline tells: what toscalar() is judged by."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kql_lint.rules._expressions import lets, value_of

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts
    from kql_lint.syntax import ast

_MOST_NESTED = 20
_EQUALITY = ("==", "=~")


class Rows(Enum):
    """UNTOLD: one was chosen, or what chooses is not understood.  LISTED: a row for each of several things, of which a
    filter may choose one.  EVENTS: rows of a table of events, of which most filters leave many.
    """

    ONE = "one"
    UNTOLD = "untold"
    LISTED = "listed"
    EVENTS = "events"

    @property
    def many(self) -> bool:
        """Whether there can be many, none of them chosen."""
        return self in (Rows.LISTED, Rows.EVENTS)


def rows_of_table(facts: Facts, node: ast.Node | None, depth: int = 0) -> Rows:
    """How many rows an expression gives; UNTOLD for one that is no table."""
    from kql_lint.syntax import ast

    if depth > _MOST_NESTED:
        return Rows.UNTOLD
    if isinstance(node, ast.NamedExpression):
        node = node.value
    if isinstance(node, ast.Name):
        return _named(facts, node, depth + 1)
    if isinstance(node, ast.Pipeline):
        found = rows_of_table(facts, node.source, depth + 1)
        for operator in node.operators:
            found = _behind(facts, operator, found, depth + 1)
        return found
    if isinstance(node, ast.DataTable):
        return Rows.LISTED if len(node.values) > len(node.columns) else Rows.ONE
    if isinstance(node, ast.Call):
        return _called(facts, node, depth + 1)
    if isinstance(node, ast.Union):
        return _united(facts, node, Rows.UNTOLD, depth + 1)
    return Rows.LISTED if isinstance(node, ast.ExternalData) else Rows.UNTOLD


def _named(facts: Facts, node: ast.Name, depth: int) -> Rows:
    """A table of the catalogue, or one that a ``let`` declares."""
    events = facts.memory.get("references to tables", lambda: {(row.node.start, row.name) for row in facts.rows})
    declared = lets(facts)
    if node.name in declared:
        return rows_of_table(facts, declared[node.name], depth)
    return Rows.EVENTS if (node.start, node.name) in events else Rows.UNTOLD


def _called(facts: Facts, node: ast.Call, depth: int) -> Rows:
    from kql_lint.syntax import ast

    name = node.name.name
    if name == "materialize" and len(node.arguments) == 1:
        return rows_of_table(facts, node.arguments[0], depth)
    if name == "_GetWatchlist":
        return Rows.LISTED
    function = lets(facts).get(name)
    if isinstance(function, ast.Function) and function.body:
        last = function.body[-1]
        return rows_of_table(facts, last.expression if isinstance(last, ast.QueryStatement) else None, depth)
    return Rows.UNTOLD


def _united(facts: Facts, node: ast.Union, first: Rows, depth: int) -> Rows:
    parts = [first, *(rows_of_table(facts, table, depth) for table in node.tables)]
    return next((rows for rows in (Rows.EVENTS, Rows.LISTED) if rows in parts), Rows.UNTOLD)


def _behind(facts: Facts, operator: ast.Node, rows: Rows, depth: int) -> Rows:
    """How many rows come out of an operator."""
    from kql_lint.syntax import ast

    if isinstance(operator, (ast.Count, ast.Summarize, ast.MakeSeries)):
        return _grouped(operator, rows)
    if isinstance(operator, (ast.Take, ast.Top, ast.Sample)):
        is_one = isinstance(operator.count, ast.Literal) and operator.count.value == 1
        return Rows.ONE if is_one else Rows.UNTOLD
    if isinstance(operator, ast.Where):
        chooses = rows is Rows.LISTED or (rows is Rows.EVENTS and _chooses(facts, operator.predicate))
        return Rows.UNTOLD if chooses else rows
    if isinstance(operator, ast.Distinct):
        return Rows.LISTED if rows.many else rows
    if isinstance(operator, ast.Union):
        return _united(facts, operator, rows, depth)
    if isinstance(operator, (ast.MvExpand, ast.Join, ast.Lookup)):
        return rows if rows.many else Rows.UNTOLD
    same = (ast.Extend, ast.Project, ast.ProjectAway, ast.ProjectKeep, ast.ProjectRename, ast.ProjectReorder)
    # LIMIT: a sort says that the first row is meant, and of other operators nobody knows what they leave.
    return rows if isinstance(operator, (*same, ast.Parse, ast.ParseKv, ast.As)) else Rows.UNTOLD


def _grouped(operator: ast.Node, rows: Rows) -> Rows:
    """One row, or one for each group."""
    from kql_lint.syntax import ast

    if isinstance(operator, ast.Count):
        return Rows.ONE
    if isinstance(operator, ast.Summarize) and operator.bin is not None:
        return Rows.UNTOLD
    if not isinstance(operator, (ast.Summarize, ast.MakeSeries)) or not operator.by:
        return Rows.ONE
    return Rows.LISTED if rows.many else rows


def _chooses(facts: Facts, predicate: ast.Expression) -> bool:
    """Whether a filter asks for one value of a column of which most values may be in one row alone.

    LIMIT: which columns those are is known only of kinds of events, and of columns with a list of values, that they are
    not.
    """
    from kql_lint.semantics.events.kinds import tells_kind, values_of
    from kql_lint.syntax import ast

    for node in ast.walk(predicate):
        if isinstance(node, ast.Binary) and node.op in _EQUALITY:
            origins = [origin for side in (node.left, node.right) for origin in value_of(facts, side).origins]
            if not origins or not all(tells_kind(origin) or values_of(origin) for origin in origins):
                return True
    return False
