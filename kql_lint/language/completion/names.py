"""Names: columns in scope, tables, what the query declares, functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.language import notes, signatures
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.language.possible import never_filled
from kql_lint.language.wording import names as listing
from kql_lint.semantics import functions
from kql_lint.semantics.scopes.environment import LocalFunction
from kql_lint.semantics.scopes.scope import Scope
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.catalogue import PlatformFunction
    from kql_lint.language.completion.request import Request
    from kql_lint.semantics.functions import FunctionSignature
    from kql_lint.semantics.scopes.environment import Local
    from kql_lint.semantics.scopes.scope import Column, Row
    from kql_lint.semantics.scopes.state import State

# What gives a table or names one stands where a table does; what gives a scalar where a scalar does.
_SOURCES = {
    "table": ("materialize", "table", "workspace", "app", "database", "cluster", "adx", "arg", "resource"),
    "scalar": ("toscalar",),
}
# The aggregates that detection rules use most, which come first.
_COMMON = (
    "count", "dcount", "countif", "make_set", "make_list", "arg_max", "arg_min", "min", "max", "sum", "avg", "take_any",
    "dcountif", "make_set_if", "count_distinct", "percentile",
)  # fmt: skip
_PLATFORM_WORDS = {"defender": "Defender XDR", "sentinel": "Sentinel", "custom": "own"}


def columns(
    request: Request, columns: Mapping[str, Column], scope: Scope | None, states: Mapping[Row, State]
) -> Iterator[Item]:
    """Columns, those last that the events still possible never fill."""
    within = notes.states_at(scope, states)
    text = request.cursor.cut.text
    for name, column in columns.items():
        empty = never_filled(column, states)
        told = f"Never filled by {listing(empty, 4)}" if empty else ""
        detail = column.type if not empty else f"{column.type}, never filled by {_few(empty)}"
        source = _source(column)
        yield request.name(
            name,
            ItemKind.COLUMN,
            Rank.LAST if empty else Rank.COLUMN,
            detail=f"{detail}{f' · {source}' if source else ''}",
            note=partial(notes.column, column, within, text, told),
            deprecated=bool(empty),
        )


def _few(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{kinds[0]} and {len(kinds) - 1} more"


def _source(column: Column) -> str:
    tables = list(dict.fromkeys(row.name for row, _ in column.origins))
    return ", ".join(tables[:2]) + (" ..." if len(tables) > 2 else "")


def tables(request: Request) -> Iterator[Item]:
    """The tables of the platform."""
    query = request.cursor.query
    for name, platforms in query.catalogue.tables_of(query.platform).items():
        words = " and ".join(_PLATFORM_WORDS.get(one, one) for one in platforms)
        yield request.name(
            name, ItemKind.TABLE, Rank.COLUMN, detail=f"table ({words})", note=partial(_table, request, name)
        )


def _table(request: Request, name: str) -> str:
    query = request.cursor.query
    platform = None if query.platform == "auto" else query.platform
    found = query.catalogue.tables(name, platform) or query.catalogue.tables(name)
    return notes.table(query.catalogue, found) if found else ""


def declared(request: Request, *, tabular: bool | None) -> Iterator[Item]:
    """What the query declares: tables where tabular, scalars where not, all where it is None."""
    for name, found in request.cursor.watched.names.items():
        is_table = isinstance(found.result if isinstance(found, LocalFunction) else found, Scope)
        if tabular is not None and is_table != tabular:
            continue
        yield _declared(request, name, found)


def _declared(request: Request, name: str, found: Local) -> Item:
    note = partial(notes.local, name, found)
    detail = notes.local_detail(found)
    if isinstance(found, LocalFunction):
        empty = not found.node.parameters
        return request.call(name, ItemKind.FUNCTION, Rank.VARIABLE, empty=empty, detail=detail, note=note)
    kind = ItemKind.TABLE if isinstance(found, Scope) else ItemKind.VARIABLE
    rank = Rank.FIRST if isinstance(found, Scope) else Rank.VARIABLE
    return request.name(name, kind, rank, detail=detail, note=note)


def members(request: Request, given: Iterable[str]) -> Iterator[Item]:
    """What has columns behind a dot: ``$left`` and ``$right``, steps of scan, elements of a graph."""
    for name in given:
        detail = {"$left": "the left side", "$right": "the right side"}.get(name, "element")
        yield request.item(name, ItemKind.VARIABLE, Rank.FIRST, detail=detail)


def own_functions(request: Request, kind: str, rank: Rank = Rank.FUNCTION) -> Iterator[Item]:
    """KQL's own functions of a kind; outdated ones last."""
    kinds = {"aggregate": ItemKind.AGGREGATE, "plugin": ItemKind.PLUGIN}
    for name in functions.names(kind):
        found = signatures.own(name, (kind,))
        if found is not None:
            yield _own(request, found, kinds.get(kind, ItemKind.FUNCTION), rank)


def sources(request: Request, what: str) -> Iterator[Item]:
    """Functions of tables: those that give a table, or those that make a scalar of one."""
    for name in _SOURCES[what]:
        found = signatures.own(name, ("source",))
        if found is not None:
            yield _own(request, found, ItemKind.FUNCTION, Rank.FUNCTION)


def _own(request: Request, found: FunctionSignature, kind: ItemKind, rank: Rank) -> Item:
    old = bool(found.replaced_by)
    label = signatures.first_label(found)
    order = None
    if kind is ItemKind.AGGREGATE:
        order = _COMMON.index(found.name) if found.name in _COMMON else len(_COMMON)
    return request.call(
        found.name,
        kind,
        Rank.UNLIKELY if old else rank,
        empty=found.max_args == 0,
        detail=f"{label}; use {' or '.join(found.replaced_by)}" if old else label,
        note=partial(notes.own_function, found),
        deprecated=old,
        order=order,
    )


def platform_functions(request: Request, kinds: tuple[str, ...]) -> Iterator[Item]:
    """Functions that the platforms or the user's files add, of some kinds: scalar, tabular, invoke."""
    for found in _platform_functions(request):
        if found.kind in kinds:
            signature = signatures.of_platform(found)
            empty = not signature.parameters
            yield request.call(
                found.name, ItemKind.FUNCTION, Rank.FUNCTION, empty=empty, detail=signature.label,
                note=partial(notes.platform_function, found),
            )  # fmt: skip


def _platform_functions(request: Request) -> Iterator[PlatformFunction]:
    catalogue = request.cursor.query.catalogue
    for name in dict.fromkeys([*catalogue.function_names(), *catalogue.stored_functions()]):
        found = catalogue.function(name)
        if found is not None:
            yield found


def is_declaration(request: Request) -> bool:
    """Whether the word at the cursor is a name that is being given, such as that of a let."""
    node, parent = request.cursor.node, request.cursor.parent()
    named = isinstance(parent, (ast.Let, ast.As, ast.FunctionParameter, ast.ColumnDeclaration, ast.Count, ast.Range))
    named = named or isinstance(parent, (ast.ScanStep, ast.ForkBranch, ast.GraphNode, ast.GraphEdge, ast.MacroExpand))
    if named and getattr(parent, "name", None) is node:
        return True
    return isinstance(parent, ast.Parse) and any(one is node for one in parent.pattern)


def aggregates_expected(request: Request) -> bool | None:
    """Whether aggregates stand at the cursor; None where what they aggregate does, inside of one's call."""
    path = request.cursor.path
    at = next((at for at in range(len(path) - 1, -1, -1) if isinstance(path[at], ast.Operator)), None)
    if at is None or at + 1 >= len(path):
        return False
    if not _holds_aggregates(path[at], path[at + 1 :]):
        return False
    calls = (node for node in path[at + 1 : -1] if isinstance(node, ast.Call))
    return None if any(functions.aggregate(call.name.name) is not None for call in calls) else True


def _holds_aggregates(operator: ast.Node, below: list[ast.Node]) -> bool:
    """Whether a place in an operator is one of its aggregates; below are the nodes on the way to it."""
    if isinstance(operator, ast.Summarize):
        return any(one is below[0] for one in operator.aggregates)
    if isinstance(below[0], ast.TopNestedClause):
        return len(below) > 1 and below[1] in (below[0].by, below[0].others)
    return isinstance(below[0], ast.SeriesAggregate)
