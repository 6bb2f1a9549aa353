"""What may be written at a cursor in a query: ``complete``; at a place of a file, ``complete_in`` of ``places``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.language.completion import comments, keywords, names, values
from kql_lint.language.completion.request import Request
from kql_lint.language.cursor import Cursor, Kind
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.query import OpenQuery

__all__ = ["Item", "ItemKind", "Rank", "complete"]

_WILDCARDS = (ast.ProjectAway, ast.ProjectKeep, ast.ProjectReorder)


def complete(query: OpenQuery, offset: int, *, snippets: bool = False) -> list[Item]:
    """What may be written at an offset, which lies between two characters of the query, sorted by ``Item.sort``.

    Of two items that write the same the first counts.  snippets: the editor takes them.  Never raises, whatever the
    text.
    """
    request = Request(Cursor(query, offset), snippets)
    if request.cursor.offset < query.preamble or _in_hole(query, request.cursor):
        return []
    found: dict[tuple[str, int], Item] = {}
    for item in _offered(request):
        found.setdefault((item.text, item.start), item)
    return sorted(found.values(), key=lambda item: item.sort)


def _in_hole(query: OpenQuery, cursor: Cursor) -> bool:
    return any(start < cursor.offset < end for start, end in query.holes)


def _offered(request: Request) -> Iterator[Item]:
    cursor = request.cursor
    if cursor.kind is Kind.COMMENT:
        yield from comments.directives(request)
        return
    if cursor.kind is Kind.NAME and cursor.written.prefix[:1].isdigit():
        if cursor.is_marked:  # no name begins so
            yield from (item for item in values.values(request) if item.text.isdigit())
        return
    if cursor.kind is Kind.STRING:
        if cursor.is_marked:
            yield from values.keys(request)
            yield from values.values(request)
            yield from _quoted_names(request)
        return
    if keywords.is_type(request):
        yield from keywords.types(request)
        return
    parent = cursor.parent()
    if isinstance(parent, ast.Parameter) and cursor.is_marked:
        yield from keywords.parameter_values(request, parent)
        if keywords.names_column(parent):
            watched = cursor.watched
            yield from names.columns(request, watched.columns, watched.scope, watched.states)
        return
    if isinstance(cursor.node, ast.Render) and cursor.cut.expected <= {"NAME", "HOLE"}:
        yield from keywords.charts(request)
        return
    if not names.is_declaration(request):
        yield from _names(request)
    yield from keywords.parameters(request)
    yield from keywords.words(request)
    yield from keywords.operators(request)


def _quoted_names(request: Request) -> Iterator[Item]:
    """Columns in ``['...']``, which is a name too."""
    cursor = request.cursor
    if isinstance(cursor.node, ast.Name):
        watched = cursor.watched
        for item in names.columns(request, watched.columns, watched.scope, watched.states):
            item.text = values.in_string(cursor.written, item.label)
            yield item


def _names(request: Request) -> Iterator[Item]:
    """The names that may stand at the cursor."""
    cursor = request.cursor
    if not cursor.is_marked or not isinstance(cursor.node, ast.Name):
        return
    parent, watched = cursor.parent(), cursor.watched
    if isinstance(parent, ast.Member) and parent.member is cursor.node:
        yield from _members(request, parent)
    elif isinstance(parent, ast.Call) and parent.name is cursor.node and isinstance(cursor.parent(2), ast.Evaluate):
        yield from names.own_functions(request, "plugin", Rank.FIRST)
        yield from names.platform_functions(request, ("tabular", "invoke"))
    elif isinstance(parent, ast.Invoke) or isinstance(cursor.parent(2), ast.Invoke):
        yield from names.declared(request, tabular=True)
        yield from names.platform_functions(request, ("invoke", "tabular"))
    elif isinstance(parent, _WILDCARDS):
        yield from names.columns(request, watched.columns, watched.scope, watched.states)
    else:
        yield from _operands(request)


def _members(request: Request, member: ast.Member) -> Iterator[Item]:
    """What stands behind a dot: a column of ``$left``, a key of a bag, a table of a workspace."""
    watched, target = request.cursor.watched, member.target
    scope = watched.members.get(target.name) if isinstance(target, ast.Name) else None
    if scope is not None:
        yield from names.columns(request, scope.columns, scope, scope.states)
    elif isinstance(target, ast.Call) and target.name.name in ("workspace", "database", "app", "cluster"):
        yield from names.tables(request)
    else:
        yield from values.keys(request)


def _operands(request: Request) -> Iterator[Item]:
    """What an expression begins with: columns, variables and functions, or a table."""
    watched = request.cursor.watched
    if watched.table:
        yield from names.declared(request, tabular=None if _is_let(request) else True)
        yield from names.tables(request)
        yield from names.sources(request, "table")
        yield from names.platform_functions(request, ("tabular",))
        if not _is_let(request):
            return
    else:
        yield from _scalars(request)
    yield from names.own_functions(request, "scalar")
    yield from names.sources(request, "scalar")
    yield from names.platform_functions(request, ("scalar",))
    yield from keywords.literals(request)


def _scalars(request: Request) -> Iterator[Item]:
    """What has a value in a row: those of the other side of a comparison first."""
    cursor, watched = request.cursor, request.cursor.watched
    yield from values.values(request)
    yield from values.keys(request)
    aggregates = names.aggregates_expected(request)
    operator = cursor.operator()
    if isinstance(operator, (ast.Join, ast.Lookup)) and watched.right is not None:
        yield from _keys_of_join(request)
    elif not aggregates:
        yield from names.columns(request, watched.columns, watched.scope, watched.states)
        yield from names.members(request, watched.members)
    yield from names.declared(request, tabular=None if isinstance(cursor.parent(), ast.In) else False)
    if aggregates:
        yield from names.own_functions(request, "aggregate", Rank.FIRST)


def _keys_of_join(request: Request) -> Iterator[Item]:
    """The columns that both sides have or may have, and the sides."""
    watched = request.cursor.watched
    left, right = watched.scope, watched.right
    if left is None or right is None:
        return
    both = {name: column for name, column in left.columns.items() if name in right.columns or right.open}
    if left.open:
        both = {**right.columns, **both}
    yield from names.columns(request, both, left, watched.states)
    yield from names.members(request, watched.members)


def _is_let(request: Request) -> bool:
    """Whether what is expected may be a scalar as well as a table: the value of a let."""
    return isinstance(request.cursor.parent(), ast.Let)
