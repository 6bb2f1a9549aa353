"""What the syntax tree alone tells of names: the nodes that declare one, and uses that the binder does not follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.symbols.model import Kind

    _Look = Callable[["Structure", Any], None]

# Parameters of operators whose value names a column that the operator adds.
_ADDS = frozenset(
    "withsource with_source with_itemindex with_match_id with_component_id with_node_id with_source_id "
    "with_target_id".split()
)
# Properties of render that name columns of the input; the last three may name several.
_AXES = frozenset({"xcolumn", "ycolumns", "series", "anomalycolumns"})
_WORD = re.compile(r"""\['([^'\\]+)'\]|\["([^"\\]+)"\]|([^\W\d]\w*)""")


@dataclass(slots=True)
class Structure:
    """What a walk over the tree finds.

    statements are the Names that declare something other than a column, with its kind and all that is declared.
    captures are the Names in patterns of parse, and those of node ids.  mentions are names of columns that an operator
    has in a place which is not bound, each with the operator.
    schemas are the columns that literal tables and functions' parameters declare.
    members are names of steps and graph elements where they stand in front of a dot, or alone, with what declares them.
    """

    statements: dict[ast.Name, tuple[Kind, ast.Node]] = field(default_factory=dict)
    captures: set[ast.Name] = field(default_factory=set)
    mentions: list[tuple[ast.Node, ast.Operator]] = field(default_factory=list)
    schemas: list[ast.ColumnDeclaration] = field(default_factory=list)
    members: list[tuple[ast.Name, ast.Name]] = field(default_factory=list)


def structure_of(query: ast.Query, text: str) -> Structure:
    """What the tree of a query tells of its names."""
    found = Structure()
    for node in ast.walk(query):
        look = _LOOKS.get(type(node))
        if look is not None:
            look(found, node)
        if isinstance(node, ast.Operator):
            _parameters(found, node)
        if isinstance(node, ast.Render):
            found.mentions += [(name, node) for name in _axes(node, text)]
    return found


def written_name(node: ast.Node, name: str) -> ast.Node | None:
    """The node in which what declares a column writes its name; None where the name is made of something else."""
    if isinstance(node, ast.NamedExpression):
        return next((one for one in node.names if one.name == name), None)
    if isinstance(node, (ast.ColumnDeclaration, ast.Count, ast.Range)):
        return node.name if node.name is not None and node.name.name == name else None
    for parameter in getattr(node, "parameters", ()):
        if isinstance(parameter, ast.Parameter) and parameter.name in _ADDS:
            value = parameter.value
            if isinstance(value, ast.Name) and value.name == name:
                return value
    return None


def _let(found: Structure, node: ast.Let) -> None:
    found.statements[node.name] = ("function" if isinstance(node.value, ast.Function) else "let", node)


def _parameter(found: Structure, node: ast.FunctionParameter) -> None:
    found.statements[node.name] = ("parameter", node)
    found.schemas += node.columns


def _parse(found: Structure, node: ast.Parse) -> None:
    found.captures.update(part for part in node.pattern if isinstance(part, ast.Name))


def _by_names(found: Structure, node: ast.ProjectByNames) -> None:
    strings = (one for one in ast.walk(node) if isinstance(one, ast.Literal) and isinstance(one.value, str))
    found.mentions += [(one, node) for one in strings]


def _node_id(found: Structure, node: ast.MakeGraph) -> None:
    if node.node_id is not None:
        found.captures.add(node.node_id)


def _named(kind: Kind) -> _Look:
    def look(found: Structure, node: Any) -> None:
        name = node.scope if isinstance(node, ast.MacroExpand) else getattr(node, "name", None)
        if isinstance(name, ast.Name):
            found.statements[name] = (kind, node)

    return look


def _schema(found: Structure, node: ast.DataTable | ast.ExternalData) -> None:
    found.schemas += node.columns


def _asserted(found: Structure, node: ast.AssertSchema) -> None:
    found.mentions += [(column.name, node) for column in node.columns]


def _scan(found: Structure, node: ast.Scan) -> None:
    names = {step.name.name: step.name for step in node.steps}
    for step in node.steps:
        found.statements[step.name] = ("step", step)
        assigned = (item for item in step.assignments if isinstance(item, ast.NamedExpression))
        found.mentions += [(name, node) for item in assigned for name in item.names]
        for part in (step.condition, *step.assignments):
            _members(found, part, names)


def _graph(found: Structure, node: ast.GraphMatch | ast.GraphShortestPaths) -> None:
    names: dict[str, ast.Name] = {}
    for part in (part for pattern in node.patterns for part in pattern):
        if isinstance(part, (ast.GraphNode, ast.GraphEdge)) and part.name is not None:
            if part.name.name in names:  # the same element once more
                found.members.append((part.name, names[part.name.name]))
            else:
                names[part.name.name] = part.name
                found.statements[part.name] = ("element", part)
    for part in (node.where, *(node.project or ())):
        if part is not None:
            _members(found, part, names, alone=True)


def _members(found: Structure, node: ast.Node, names: dict[str, ast.Name], alone: bool = False) -> None:
    """The names in front of a dot; alone: also those that stand for an element as a whole."""
    for inner in ast.walk(node):
        named = inner.target if isinstance(inner, ast.Member) else None
        if isinstance(named, ast.Name) and named.name in names:
            found.members.append((named, names[named.name]))
        if alone and isinstance(inner, ast.Call):
            bare = (one for one in inner.arguments if isinstance(one, ast.Name) and one.name in names)
            found.members += [(one, names[one.name]) for one in bare]


def _parameters(found: Structure, node: ast.Operator) -> None:
    for parameter in getattr(node, "parameters", ()):
        if isinstance(parameter, ast.Parameter) and parameter.name == "hint.shufflekey":
            found.mentions.append((parameter.value, node))


def _axes(node: ast.Render, text: str) -> Iterator[ast.Name]:
    """The columns that a chart's axes name: of ``ycolumns = a, b`` the tree has the first alone."""
    ends = [item.start for item in node.properties[1:]] + [node.end]
    for item, end in zip(node.properties, ends, strict=False):
        if item.name in _AXES and isinstance(item.value, ast.Name):
            for word in _WORD.finditer(text, item.value.start, end):
                yield ast.Name(word.start(), word.end(), word[1] or word[2] or word[3], quoted=word[3] is None)


_LOOKS: dict[type[ast.Node], _Look] = {
    ast.Let: _let,
    ast.FunctionParameter: _parameter,
    ast.Parse: _parse,
    ast.As: _named("table"),
    ast.GraphOutput: _named("table"),
    ast.DeclarePattern: _named("pattern"),
    ast.ForkBranch: _named("branch"),
    ast.MacroExpand: _named("entity"),
    ast.ProjectByNames: _by_names,
    ast.MakeGraph: _node_id,
    ast.DataTable: _schema,
    ast.ExternalData: _schema,
    ast.AssertSchema: _asserted,
    ast.Scan: _scan,
    ast.GraphMatch: _graph,
    ast.GraphShortestPaths: _graph,
}
