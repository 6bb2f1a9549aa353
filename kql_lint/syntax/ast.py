"""The abstract syntax tree of a KQL query: slotted dataclasses with offsets.

``start`` and ``end`` are half-open offsets in code points of the query text.  Parentheses leave no node of their own;
a parenthesised ``Logical`` or ``Binary`` says so in ``parenthesized`` and its offsets stay those of the inner text.
Nodes compare by identity, and no method is generated that a start would pay for.  Names hold their decoded text:
``['a b']`` is ``Name(name="a b", quoted=True)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Node:
    """Anything with a place in the query text."""

    start: int
    end: int

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in _slots(type(self)))
        return f"{type(self).__name__}({fields})"


class Expression(Node):
    """A scalar or tabular expression."""

    __slots__ = ()


# --- names and literals -------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Name(Expression):
    """A reference to, or the declaration of, a column, table, variable or function; also ``$left`` and ``$right``."""

    name: str
    quoted: bool = False


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Wildcard(Expression):
    """``*`` or a name with stars in it, such as ``Initiating*``."""

    pattern: str


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Literal(Expression):
    """A scalar literal.

    type is ``string``, ``bool``, ``int``, ``long``, ``real``, ``decimal``, ``datetime``, ``timespan`` or ``guid``
    (JSON's ``null`` inside a dynamic literal: ``null``).  value is the decoded ``str`` of a string, the ``bool``,
    ``int`` or ``float`` of a number, the text between the parentheses of ``datetime(...)`` and its like, the text of a
    timespan such as ``1d``, or None for a typed null (``int(null)``).
    """

    type: str
    value: str | int | float | bool | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class JsonArray(Expression):
    """``[...]`` inside a dynamic literal."""

    items: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class JsonObject(Expression):
    """``{...}`` inside a dynamic literal: pairs of a string literal, which may have a hole, and a value, in order."""

    pairs: list[tuple[Literal | Hole, Expression]]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Dynamic(Expression):
    """``dynamic(...)``: value is a Literal, JsonArray or JsonObject; None for ``dynamic(null)``."""

    value: Expression | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ColumnDeclaration(Node):
    """``name: type`` in a schema.  type is the canonical KQL type (``long``, not ``int64``)."""

    name: Name
    type: str


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TypeOf(Expression):
    """``typeof(type)`` or ``typeof(name: type, ...)``; open is true where the schema has a ``*``."""

    type: str | None
    columns: list[ColumnDeclaration]
    open: bool = False


# --- scalar expressions -------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Call(Expression):
    """``name(arguments)``.  An argument may be a scalar, a NamedExpression, a Wildcard or a Pipeline.

    ``toscalar``, ``materialize``, ``table``, ``database`` and ``cluster`` are calls like any other.
    """

    name: Name
    arguments: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Member(Expression):
    """``target.member``; member is a Name (also ``a.['b c']``), a Wildcard or a Call (``cluster().database()``)."""

    target: Expression
    member: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Index(Expression):
    """``target[index]``."""

    target: Expression
    index: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Unary(Expression):
    """op is ``-`` or ``+``.  (``not`` is a function in KQL.)"""

    op: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Binary(Expression):
    """An arithmetic, comparison or string operator between two scalars.

    op is the operator's text, lower case where it is a word: ``+ - * / %``, ``== != <> < <= > >= =~ !~ :``, ``has``,
    ``!has``, ``has_cs``, ``contains``, ``startswith``, ``endswith``, ``hasprefix``, ``hassuffix``, ``like`` and their
    ``!`` and ``_cs`` forms, ``matches regex``.  op_start and op_end are its offsets.
    """

    op: str
    left: Expression
    right: Expression
    op_start: int
    op_end: int
    parenthesized: bool = False


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Logical(Expression):
    """``and`` or ``or`` of two or more operands; a chain of one operator is one node."""

    op: str
    operands: list[Expression]
    parenthesized: bool = False


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class In(Expression):
    """Membership: op is ``in``, ``!in``, ``in~``, ``!in~``, ``has_any`` or ``has_all``.

    items are scalars (names, literals, dynamic literals) or one Pipeline.
    """

    op: str
    left: Expression
    items: list[Expression]
    op_start: int
    op_end: int


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Between(Expression):
    """``left between (low .. high)``, or ``!between`` where negated."""

    negated: bool
    left: Expression
    low: Expression
    high: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class NamedExpression(Expression):
    """``name = value``, or ``(name, name) = value`` where compound."""

    names: list[Name]
    value: Expression
    compound: bool = False


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Ordered(Expression):
    """``expression asc|desc nulls first|last``; order and nulls are None where not written."""

    expression: Expression
    order: str | None
    nulls: str | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Damaged(Expression):
    """An expression or a pipe operator in which a syntax error was reported: nothing is known of it."""


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Hole(Damaged):
    """What only the deployment knows: a workbook's ``{name}``, or what holes there are in an expression.

    text is all of it.  type is that of a string or typed literal with a hole in it, else ``unknown``.  mixed: a hole
    stands between or behind operands, so that it may hold several expressions; parts are those operands of the ``and``
    and ``or`` around it that are whole without it.
    """

    text: str
    type: str = "unknown"
    mixed: bool = False
    parts: tuple[Expression, ...] = ()
    parenthesized: bool = False


# --- tabular expressions ------------------------------------------------------------------------------------------


class Operator(Node):
    """A pipe operator; a few (union, print, range, search, find, evaluate, ...) may also begin a pipeline."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Pipeline(Expression):
    """``source | operator | operator``.

    source is an expression (a Name, Wildcard, Call, Member, DataTable, ExternalData, parenthesised Pipeline), an
    Operator that may stand first, or None where the input comes from outside (the bodies of mv-apply, partition, fork,
    facet and graph subqueries).
    """

    source: Expression | Operator | None
    operators: list[Operator]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DataTable(Expression):
    """``datatable(columns) [values]``; values run row by row."""

    columns: list[ColumnDeclaration]
    values: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ExternalData(Expression):
    """``externaldata(columns) [uris] with (properties)``."""

    columns: list[ColumnDeclaration]
    uris: list[Expression]
    properties: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class EntityGroup(Expression):
    """``entity_group [members]``."""

    members: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Parameter(Node):
    """``name = value`` of an operator or clause: ``kind=inner``, ``hint.strategy=shuffle``, ``withsource=T``.

    value is a Name for bare words.
    """

    name: str
    value: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DamagedOperator(Operator):
    """An operator in which a syntax error was reported.  keyword is its word, None where even that is unreadable."""

    keyword: str | None


class HoleOperator(DamagedOperator):
    """A hole in place of an operator or several, or an operator that can't be read for the hole in it."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Where(Operator):
    """``where predicate`` and ``filter predicate``."""

    predicate: Expression
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Extend(Operator):
    """``extend name = expression, ...``."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Project(Operator):
    """``project column, name = expression, ...``."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ProjectAway(Operator):
    """``project-away`` of Names and Wildcards."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ProjectKeep(Operator):
    """``project-keep`` of Names and Wildcards."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ProjectRename(Operator):
    """``project-rename new = old, ...``."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ProjectReorder(Operator):
    """columns are Names and Wildcards, each possibly inside an Ordered (asc, desc, granny-asc, granny-desc)."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ProjectByNames(Operator):
    """``project-by-names`` of names, strings and dynamic arrays."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Distinct(Operator):
    """``distinct column, ...`` or ``distinct *``."""

    columns: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Summarize(Operator):
    """by is None where there is no ``by``; bin is the legacy ``bin = step`` at the end of it."""

    aggregates: list[Expression]
    by: list[Expression] | None
    parameters: list[Parameter]
    bin: Expression | None = None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Join(Operator):
    """on holds the conditions (a Name, or a Binary ``$left.a == $right.b``); where is that of ``join ... where``."""

    right: Expression
    on: list[Expression]
    parameters: list[Parameter]
    where: Expression | None = None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Lookup(Operator):
    """``lookup``; its fields are those of Join."""

    right: Expression
    on: list[Expression]
    parameters: list[Parameter]
    where: Expression | None = None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Union(Operator):
    """tables are tabular expressions: Name, Wildcard, Member, Call, Pipeline."""

    tables: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Expansion(Node):
    """One column of mv-expand or mv-apply: an expression or NamedExpression, and the type of ``to typeof(...)``."""

    expression: Expression
    type: str | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class MvExpand(Operator):
    """``mv-expand``; limit is the row limit at its end."""

    columns: list[Expansion]
    limit: Expression | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class MvApply(Operator):
    """body is the subquery after ``on``: a Pipeline without source."""

    columns: list[Expansion]
    limit: Expression | None
    body: Pipeline
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Parse(Operator):
    """``parse`` and, where filtering, ``parse-where``.

    pattern holds string Literals, ``*`` Wildcards, ColumnDeclarations and Names (a Name captures a string).
    """

    expression: Expression
    pattern: list[Node]
    parameters: list[Parameter]
    filtering: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ParseKv(Operator):
    """``parse-kv expression as (columns) with (properties)``."""

    expression: Expression
    columns: list[ColumnDeclaration]
    properties: list[Parameter]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Take(Operator):
    """``take`` and ``limit``."""

    count: Expression
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Top(Operator):
    """``top count by expression``; by may be an Ordered."""

    count: Expression
    by: Expression
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TopNestedClause(Node):
    """``count of expression with others = x by aggregate``."""

    count: Expression | None
    of: Expression
    others: Expression | None
    by: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TopNested(Operator):
    """``top-nested`` clauses, outermost first."""

    clauses: list[TopNestedClause]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class TopHitters(Operator):
    """``top-hitters count of expression by expression``."""

    count: Expression
    of: Expression
    by: Expression | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Sort(Operator):
    """``sort by`` and ``order by``."""

    columns: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Count(Operator):
    """``count``; name is that of ``count as name``."""

    name: Name | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class SeriesAggregate(Node):
    """One aggregate of make-series, with its ``default=``."""

    expression: Expression
    default: Expression | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class MakeSeries(Operator):
    """lower, upper and step are ``from``, ``to`` and ``step`` (or those of the legacy ``in range(a, b, c)``)."""

    aggregates: list[SeriesAggregate]
    on: Expression
    lower: Expression | None
    upper: Expression | None
    step: Expression | None
    by: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Evaluate(Operator):
    """schema is what follows the call's ``:``, None where not written."""

    call: Call
    schema: TypeOf | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Invoke(Operator):
    """``invoke function(arguments)``; the input is its first argument."""

    call: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Render(Operator):
    """``render chart with (properties)``."""

    chart: str
    properties: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Serialize(Operator):
    """``serialize``, perhaps with new columns."""

    columns: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class As(Operator):
    """``as name``."""

    name: Name
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Sample(Operator):
    """``sample count``."""

    count: Expression
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class SampleDistinct(Operator):
    """``sample-distinct count of column``."""

    count: Expression
    of: Expression
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Search(Operator):
    """tables are those of ``in (...)``; predicate may be a bare string or ``*``."""

    predicate: Expression
    tables: list[Expression]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Find(Operator):
    """project and project_away are None where not written; project may hold ColumnDeclarations and ``pack(*)``."""

    predicate: Expression | None
    tables: list[Expression]
    project: list[Node] | None
    project_away: list[Expression] | None
    smart: bool
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Partition(Operator):
    """body is a Pipeline without source in ``(...)``, or, with ``{...}``, a whole query."""

    by: Expression
    scope: Expression | None
    body: Pipeline
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ForkBranch(Node):
    """One branch of fork, with its name if it has one."""

    name: Name | None
    body: Pipeline


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Fork(Operator):
    """``fork (operators) name = (operators) ...``."""

    branches: list[ForkBranch]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Facet(Operator):
    """``facet by columns with (operators)``."""

    columns: list[Expression]
    body: Pipeline | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Reduce(Operator):
    """``reduce by expression with properties``."""

    by: Expression
    properties: list[Parameter]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ScanStep(Node):
    """``step name optional output=all: condition => assignments``."""

    name: Name
    optional: bool
    output: str | None
    condition: Expression
    assignments: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Scan(Operator):
    """declarations are ColumnDeclarations, with the default values beside them in defaults (None where not given)."""

    order_by: list[Expression]
    partition_by: list[Expression]
    declarations: list[ColumnDeclaration]
    defaults: list[Expression | None]
    steps: list[ScanStep]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Print(Operator):
    """``print expression, name = expression, ...``."""

    columns: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Range(Operator):
    """``range name from lower to upper step step``."""

    name: Name
    lower: Expression
    upper: Expression
    step: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GetSchema(Operator):
    """``getschema``."""

    kind: str | None = None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Consume(Operator):
    """``consume``."""

    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class AssertSchema(Operator):
    """``assert-schema (columns)``."""

    columns: list[ColumnDeclaration]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class ExecuteAndCache(Operator):
    """``__executeAndCache``."""


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class MacroExpand(Operator):
    """``macro-expand group as scope (statements)``."""

    group: Expression
    scope: Name | None
    body: list[Statement]
    parameters: list[Parameter]


# --- graph operators ----------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphTable(Node):
    """``table on column`` of make-graph's ``with``."""

    table: Expression
    key: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class MakeGraph(Operator):
    """``make-graph origin --> target with nodes on id`` or ``with_node_id=name``; body is partition_by's subquery."""

    origin: Name
    target: Name
    directed: bool
    nodes: list[GraphTable]
    node_id: Name | None
    partition_by: Expression | None
    body: Pipeline | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphNode(Node):
    """``(name)`` of a graph pattern."""

    name: Name | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphEdge(Node):
    """``-[name*1..3]->`` of a graph pattern: direction is ``>``, ``<`` or empty; ranged where it has a ``*lo..hi``."""

    name: Name | None
    direction: str
    ranged: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphMatch(Operator):
    """patterns are lists that alternate GraphNode and GraphEdge."""

    patterns: list[list[Node]]
    where: Expression | None
    project: list[Expression] | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphShortestPaths(Operator):
    """``graph-shortest-paths``; its fields are those of GraphMatch."""

    patterns: list[list[Node]]
    where: Expression | None
    project: list[Expression] | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphMarkComponents(Operator):
    """``graph-mark-components``."""

    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphOutput(Node):
    """``nodes as N with_node_id=x`` of graph-to-table; what is ``nodes`` or ``edges``."""

    what: str
    name: Name | None
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphToTable(Operator):
    """``graph-to-table nodes as name, edges as name``."""

    outputs: list[GraphOutput]
    parameters: list[Parameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class GraphWhere(Operator):
    """``graph-where-nodes`` and ``graph-where-edges``; what is ``nodes`` or ``edges``."""

    what: str
    predicate: Expression
    parameters: list[Parameter]


# --- statements ---------------------------------------------------------------------------------------------------


class Statement(Node):
    """What ``;`` separates."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class FunctionParameter(Node):
    """A parameter of a function: scalar (type set) or tabular (type None, columns, open where ``(*)``)."""

    name: Name
    type: str | None
    columns: list[ColumnDeclaration]
    open: bool
    default: Expression | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Function(Node):
    """``(parameters) { body }`` after ``let name =``, perhaps with ``view``.  The last statement gives the result."""

    parameters: list[FunctionParameter]
    body: list[Statement]
    view: bool


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Let(Statement):
    """value is a Function, or an expression: a scalar or a Pipeline (or the Name of a table)."""

    name: Name
    value: Expression | Function


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class QueryStatement(Statement):
    """A tabular or scalar expression that stands as a statement."""

    expression: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class SetOption(Statement):
    """``set name = value``; value is None where none is written."""

    name: str
    value: Expression | None


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DeclareParameters(Statement):
    """``declare query_parameters(...)``."""

    parameters: list[FunctionParameter]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DeclarePattern(Statement):
    """``declare pattern name``; what it declares is not kept."""

    name: Name


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class AliasDatabase(Statement):
    """``alias database name = expression``."""

    name: Name
    value: Expression


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class RestrictAccess(Statement):
    """``restrict access to (entities)``."""

    entities: list[Expression]


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class DamagedStatement(Statement):
    """A statement in which a syntax error was reported."""


@dataclass(slots=True, eq=False, repr=False, match_args=False)
class Query(Node):
    """A whole query text."""

    statements: list[Statement]


_SLOTS: dict[type[Node], tuple[str, ...]] = {}
_PARTS: dict[type[Node], tuple[tuple[str, bool], ...]] = {}
_PLAIN = frozenset({"str", "bool", "int", "float", "None"})  # types of fields that hold no nodes
_NODES = re.compile(r"list\[\w+\]")


def _slots(cls: type[Node]) -> tuple[str, ...]:
    slots = _SLOTS.get(cls)
    if slots is None:
        slots = _SLOTS[cls] = tuple(name for base in reversed(cls.__mro__) for name in getattr(base, "__slots__", ()))
    return slots


def _parts(cls: type[Node]) -> tuple[tuple[str, bool], ...]:
    """The fields that may hold nodes, each with whether it is a list of nothing else, as their types say."""
    parts = _PARTS.get(cls)
    if parts is None:
        types = {name: kind for base in cls.__mro__ for name, kind in getattr(base, "__annotations__", {}).items()}
        kinds = {name: types.get(name, "Node") for name in _slots(cls)}
        parts = _PARTS[cls] = tuple(
            (name, _NODES.fullmatch(kind) is not None)
            for name, kind in kinds.items()
            if not _PLAIN.issuperset(kind.split(" | "))
        )
    return parts


def children(node: Node) -> list[Node]:
    """The direct child nodes of a node, in field order."""
    found: list[Node] = []
    kind = type(node)
    for name, is_list in _PARTS.get(kind) or _parts(kind):
        value = getattr(node, name)
        if is_list:
            found += value
        elif isinstance(value, Node):
            found.append(value)
        elif value:
            _add_nodes(value, found)
    return found


def _add_nodes(values: Iterable[object], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            _add_nodes(value, found)


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, parents first; needs no recursion, so depth is no limit."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if _PARTS.get(type(current)) != ():  # most nodes are names and literals
            stack += reversed(children(current))
