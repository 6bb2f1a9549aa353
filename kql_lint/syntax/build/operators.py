"""Pipe operators, except those of graphs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeVar

from kql_lint.syntax import ast
from kql_lint.syntax.build.common import Parts, end_of, span, start_of
from kql_lint.syntax.build.expressions import Expressions
from kql_lint.syntax.scanner import Token

_List = TypeVar("_List")


def take_parameters(parts: Parts) -> tuple[list[ast.Parameter], Parts]:
    """The keyword's parameters, and what else follows the keyword."""
    count = 1
    while count < len(parts) and type(parts[count]) is ast.Parameter:
        count += 1
    return parts[1:count], parts[count:]


def or_empty(items: list[_List] | None) -> list[_List]:
    """A list that may be missing."""
    return items if items is not None else []


class Operators(Expressions):
    """The rules under "Rows" to "Other operators"."""

    # --- rows ---

    def where(self, parts: Parts) -> ast.Where:
        start, end = span(parts)
        parameters, (predicate,) = take_parameters(parts)
        return ast.Where(start, end, predicate, parameters)

    def take(self, parts: Parts) -> ast.Take:
        start, end = span(parts)
        parameters, (count,) = take_parameters(parts)
        return ast.Take(start, end, count, parameters)

    def top(self, parts: Parts) -> ast.Top:
        start, end = span(parts)
        parameters, (count, _, by) = take_parameters(parts)
        return ast.Top(start, end, count, by, parameters)

    def top_nested(self, parts: Parts) -> ast.TopNested:
        start, end = span(parts)
        return ast.TopNested(start, end, parts)

    def top_nested_clause(self, parts: Parts) -> ast.TopNestedClause:
        word, count, _, of, _, _, others, _, by = parts
        return ast.TopNestedClause(word.start, end_of(by), count, of, others, by)

    def top_hitters(self, parts: Parts) -> ast.TopHitters:
        start, end = span(parts)
        parameters, (count, _, of, _, by) = take_parameters(parts)
        return ast.TopHitters(start, end, count, of, by, parameters)

    def sort(self, parts: Parts) -> ast.Sort:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        return ast.Sort(start, end, rest[1:], parameters)

    def sample(self, parts: Parts) -> ast.Sample:
        start, end = span(parts)
        parameters, (count,) = take_parameters(parts)
        return ast.Sample(start, end, count, parameters)

    def sample_distinct(self, parts: Parts) -> ast.SampleDistinct:
        start, end = span(parts)
        parameters, (count, _, of) = take_parameters(parts)
        return ast.SampleDistinct(start, end, count, of, parameters)

    def count(self, parts: Parts) -> ast.Count:
        start, end = span(parts)
        return ast.Count(start, end, parts[2] and self.introduced(parts[2]))

    def search(self, parts: Parts) -> ast.Search:
        start, end = span(parts)
        parameters, (_, tables, predicate) = take_parameters(parts)
        return ast.Search(start, end, predicate, or_empty(tables), parameters)

    def find(self, parts: Parts) -> ast.Find:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        columns, found = rest[-1], rest[-2]
        predicate: ast.Expression = found
        tables: list[ast.Expression] = or_empty(rest[1]) if len(rest) > 2 else []
        if type(found) is ast.In and len(rest) == 2:  # `find "x" in (A, B)`: the chain took the `in` for its own
            predicate, tables = found.left, found.items
        project, away, smart = columns if columns is not None else (None, None, False)
        return ast.Find(start, end, predicate, tables, project, away, smart, parameters)

    def find_project(self, parts: Parts) -> FindColumns:
        return FindColumns(start_of(parts[0]), span(parts)[1], (parts[1:-2], parts[-1], False))

    def find_project_away(self, parts: Parts) -> FindColumns:
        return FindColumns(*span(parts), (None, parts[1], False))

    def find_project_smart(self, parts: Parts) -> FindColumns:
        return FindColumns(*span(parts), (None, None, True))

    # --- columns ---

    def extend(self, parts: Parts) -> ast.Extend:
        start, end = span(parts)
        self._no_star(parts[1])
        return ast.Extend(start, end, parts[1])

    def project(self, parts: Parts) -> ast.Project:
        start, end = span(parts)
        self._no_star(or_empty(parts[1]))
        return ast.Project(start, end, or_empty(parts[1]))

    def _no_star(self, columns: list[ast.Expression]) -> None:
        for column in columns:
            if type(column) is ast.Wildcard:
                self.problem(column.start, column.end, "`*` can't stand here; name the columns")

    def project_by_pattern(self, parts: Parts) -> ast.ProjectAway | ast.ProjectKeep:
        start, end = span(parts)
        kind = ast.ProjectAway if parts[0].type == "PROJECT_AWAY" else ast.ProjectKeep
        return kind(start, end, or_empty(parts[1]))

    def project_rename(self, parts: Parts) -> ast.ProjectRename:
        start, end = span(parts)
        return ast.ProjectRename(start, end, or_empty(parts[1]))

    def project_by_names(self, parts: Parts) -> ast.ProjectByNames:
        start, end = span(parts)
        return ast.ProjectByNames(start, end, or_empty(parts[1]))

    def project_reorder(self, parts: Parts) -> ast.ProjectReorder:
        start, end = span(parts)
        return ast.ProjectReorder(start, end, [part for part in parts[1:] if part is not None])

    def reordered(self, parts: Parts) -> ast.Ordered:
        column, order = parts
        return ast.Ordered(column.start, order.end, column, str(order), None)

    def distinct(self, parts: Parts) -> ast.Distinct:
        start, end = span(parts)
        parameters, (columns,) = take_parameters(parts)
        return ast.Distinct(start, end, columns, parameters)

    def serialize(self, parts: Parts) -> ast.Serialize:
        start, end = span(parts)
        parameters, (columns,) = take_parameters(parts)
        return ast.Serialize(start, end, or_empty(columns), parameters)

    def assert_schema(self, parts: Parts) -> ast.AssertSchema:
        start, end = span(parts)
        return ast.AssertSchema(start, end, parts[1].columns)

    def getschema(self, parts: Parts) -> ast.GetSchema:
        start, end = span(parts)
        value = parts[1].value if len(parts) > 1 else None
        return ast.GetSchema(start, end, value.name if isinstance(value, ast.Name) else None)

    # --- aggregation ---

    def summarize(self, parts: Parts) -> ast.Summarize:
        start, end = span(parts)
        parameters, (aggregates, _, by, _, step) = take_parameters(parts)
        return ast.Summarize(start, end, or_empty(aggregates), by, parameters, step)

    def series(self, parts: Parts) -> ast.SeriesAggregate:
        expression, word, default = parts
        end = expression.end if word is None else default.end
        return ast.SeriesAggregate(expression.start, end, expression, default)

    def make_series(self, parts: Parts) -> ast.MakeSeries:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        aggregates = [part for part in rest if type(part) is ast.SeriesAggregate]
        _, on, _, lower, _, upper, _, step, _, by = rest[len(aggregates) :]
        return ast.MakeSeries(start, end, aggregates, on, lower, upper, step, or_empty(by), parameters)

    def make_series_in_range(self, parts: Parts) -> ast.MakeSeries:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        aggregates = [part for part in rest if type(part) is ast.SeriesAggregate]
        _, on, _, lower, upper, step, _, by = rest[len(aggregates) :]
        return ast.MakeSeries(start, end, aggregates, on, lower, upper, step, or_empty(by), parameters)

    def reduce(self, parts: Parts) -> ast.Reduce:
        start, end = span(parts)
        parameters, (_, by, _, properties) = take_parameters(parts)
        return ast.Reduce(start, end, by, or_empty(properties), parameters)

    # --- several tables ---

    def join(self, parts: Parts) -> ast.Join:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        right = rest[0]
        on, where = _conditions(rest)
        return ast.Join(start, end, right, on, parameters, where)

    def lookup(self, parts: Parts) -> ast.Lookup:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        on, where = _conditions(rest)
        return ast.Lookup(start, end, rest[0], on, parameters, where)

    def union(self, parts: Parts) -> ast.Union:
        start, end = span(parts)
        parameters, (tables,) = take_parameters(parts)
        return ast.Union(start, end, tables, parameters)

    def partition(self, parts: Parts) -> ast.Partition:
        start, end = span(parts)
        parameters, (_, by, body) = take_parameters(parts)
        if type(by) is ast.Hole:  # the key's name is known in the body
            self.unseen.append(by.start)
        return ast.Partition(start, end, by, None, body, parameters)

    def fork(self, parts: Parts) -> ast.Fork:
        start, end = span(parts)
        return ast.Fork(start, end, parts[1:])

    def fork_branch(self, parts: Parts) -> ast.ForkBranch:
        name, body = parts
        return ast.ForkBranch(body.start if name is None else name.start, body.end, name and self.declared(name), body)

    def facet(self, parts: Parts) -> ast.Facet:
        start, end = span(parts)
        return ast.Facet(start, end, parts[2], parts[4])

    def macro_expand(self, parts: Parts) -> ast.MacroExpand:
        start, end = span(parts)
        parameters, (group, _, scope, body, _) = take_parameters(parts)
        return ast.MacroExpand(start, end, group, self.introduced(scope), body.statements, parameters)

    # --- dynamic values and text ---

    def expansion(self, parts: Parts) -> ast.Expansion:
        expression, _, kind = parts
        if kind is None:
            return ast.Expansion(expression.start, expression.end, expression, None)
        return ast.Expansion(expression.start, kind.end, expression, kind.type)

    def mv_expand(self, parts: Parts) -> ast.MvExpand:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        return ast.MvExpand(start, end, rest[:-2], rest[-1], parameters)

    def mv_apply(self, parts: Parts) -> ast.MvApply:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        columns = [part for part in rest if type(part) is ast.Expansion]
        return ast.MvApply(start, end, columns, rest[len(columns) + 1], rest[-1], parameters)

    def parse(self, parts: Parts) -> ast.Parse:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        return ast.Parse(start, end, rest[0], rest[2:], parameters, parts[0].type == "PARSE_WHERE")

    def parse_kv(self, parts: Parts) -> ast.ParseKv:
        start, end = span(parts)
        parameters, (expression, _, schema, _, properties) = take_parameters(parts)
        return ast.ParseKv(start, end, expression, schema.columns, or_empty(properties), parameters)

    # --- other operators ---

    def print(self, parts: Parts) -> ast.Print:
        return ast.Print(*span(parts), parts[1])

    def range(self, parts: Parts) -> ast.Range:
        start, end = span(parts)
        _, name, _, lower, _, upper, _, step = parts
        return ast.Range(start, end, self.declared(name), lower, upper, step)

    def as_(self, parts: Parts) -> ast.As:
        start, end = span(parts)
        parameters, (name,) = take_parameters(parts)
        return ast.As(start, end, self.declared(name), parameters)

    def evaluate(self, parts: Parts) -> ast.Evaluate | ast.HoleOperator:
        start, end = span(parts)
        parameters, (call, schema) = take_parameters(parts)
        if type(call) is ast.Hole:
            return ast.HoleOperator(start, end, "evaluate")
        return ast.Evaluate(start, end, call, schema and schema.type(), parameters)

    def invoke(self, parts: Parts) -> ast.Invoke:
        start, end = span(parts)
        call = parts[1]
        inner = call.member if isinstance(call, ast.Member) else call
        if not isinstance(inner, ast.Call):
            self.problem(call.start, call.end, "`invoke` needs a function call, such as `invoke f()`")
        return ast.Invoke(start, end, call)

    def consume(self, parts: Parts) -> ast.Consume:
        return ast.Consume(*span(parts), parts[1:])

    def execute_and_cache(self, parts: Parts) -> ast.ExecuteAndCache:
        return ast.ExecuteAndCache(*span(parts))

    def render(self, parts: Parts) -> ast.Render:
        start, end = span(parts)
        properties = [p for part in parts[2:] if isinstance(part, list) for p in part if isinstance(p, ast.Parameter)]
        properties += [part for part in parts[2:] if isinstance(part, ast.Parameter)]
        return ast.Render(start, end, self.source[parts[1].start : parts[1].end], properties)

    def render_property(self, parts: Parts) -> Parts:
        return parts

    def scan(self, parts: Parts) -> ast.Scan:
        start, end = span(parts)
        parameters, rest = take_parameters(parts)
        _, _, order, _, _, partition, _, declared, _, *steps, _ = rest
        declarations = [ast.ColumnDeclaration(d.start, d.end, d.name, d.type or "unknown") for d in or_empty(declared)]
        defaults = [d.default for d in or_empty(declared)]
        return ast.Scan(start, end, or_empty(order), or_empty(partition), declarations, defaults, steps, parameters)

    def scan_step(self, parts: Parts) -> ast.ScanStep:
        name, optional = parts[1], parts[2]
        condition, assignments = parts[-2], parts[-1]
        outputs = [p.value.name for p in parts[3:-2] if isinstance(p, ast.Parameter) and isinstance(p.value, ast.Name)]
        end = assignments[-1].end if assignments else condition.end
        output = outputs[0] if outputs else None
        return ast.ScanStep(
            parts[0].start, end, self.declared(name), optional is not None, output, condition, or_empty(assignments)
        )


class FindColumns(ast.Node):
    """The end of a find operator while it is being built: (project, project_away, smart)."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: tuple[Parts | None, Parts | None, bool]) -> None:
        super().__init__(start, end)
        self.value = value

    def __iter__(self) -> Any:
        return iter(self.value)


def _conditions(rest: Parts) -> tuple[list[ast.Expression], ast.Expression | None]:
    """The ``on`` list and the ``where`` predicate of a join or lookup, from what follows its parameters."""
    for word, value in pairwise(rest[1:]):
        if isinstance(word, Token) and value is not None:
            return ([], value) if word.type == "WHERE" else (value, None)
    return [], None


setattr(Operators, "as", Operators.as_)  # the rule is called `as`, a word that Python keeps for itself
