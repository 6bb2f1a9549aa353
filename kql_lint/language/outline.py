"""The outline of a file: its rules, their queries, and what these declare.  Offsets are the file's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kql_lint.catalogue import scan
from kql_lint.language.names import Span, file_span
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile
    from kql_lint.semantics.symbols import Declaration, Symbol

OutlineKind = Literal[
    "rule", "query", "let", "function", "parameter", "column", "table", "pattern", "step", "element", "entity", "branch"
]

_BLANKS = re.compile(r"\s+")
_MOST = 60  # characters of a name that is a piece of the query


@dataclass(slots=True)
class OutlineItem:
    """An entry of the outline; the place of its name lies in that of the whole, and those of its children too.

    detail says what stands behind the name: the parameters of a function, the type of a parameter, an operator's word.
    """

    name: str
    kind: OutlineKind
    start: int
    end: int
    name_start: int
    name_end: int
    detail: str = ""
    children: list[OutlineItem] = field(default_factory=list)


def outline(file: OpenFile) -> list[OutlineItem]:
    """The outline of a file, in the order of its text.

    A query of a rule stands below the rule's name, one of a Markdown fence below its first line; a file of KQL alone
    begins with statements.
    """
    found: list[OutlineItem] = []
    for number, query in enumerate(file.queries, 1):
        items = _statements(query)
        if file.kind == "plain":
            found += items
            continue
        whole = _span_of_query(query)
        if whole is None:
            continue
        own = OutlineItem(_title(query, number), "query", *whole, *whole, children=_within(items, whole))
        found.append(_rule(file, query, own) or own)
    if file.kind == "plain":
        found = _in_commands(file, found)
    return sorted(found, key=lambda item: (item.start, -item.end))


def _in_commands(file: OpenFile, items: list[OutlineItem]) -> list[OutlineItem]:
    """The items of a file of KQL, those in the body of a function that a command creates below the function."""
    made = []
    for command in scan.created(file.source.text):
        whole, name_end = (command.name_start, command.end + 1), command.name_start + len(command.name)
        children, detail = _within(items, whole), _shortened(f"({command.parameters})")
        made.append(OutlineItem(command.name, "function", *whole, whole[0], name_end, detail, children))
        below = {id(item) for item in children}
        items = [item for item in items if id(item) not in below]
    return [*items, *made]


def _rule(file: OpenFile, found: QueryInFile, query: OutlineItem) -> OutlineItem | None:
    """The rule around a query; None where the file does not name one, or another query lies between name and query."""
    name = found.hosted.rule.name if found.hosted.rule is not None else None
    if name is None or not name.value:
        return None
    start, end = name.span
    whole = min(start, query.start), max(end, query.end)
    others = (_span_of_query(other) for other in file.queries if other is not found)
    if start >= end or any(other is not None and other[0] < whole[1] and whole[0] < other[1] for other in others):
        return None
    return OutlineItem(_shortened(name.value), "rule", *whole, start, end, children=[query])


def _title(found: QueryInFile, number: int) -> str:
    """What to call a query that stands in another file."""
    if found.hosted.rule is not None and found.hosted.rule.name is not None:
        return "query"
    text = found.hosted.text[found.hosted.preamble :].strip()
    return found.hosted.label or _shortened(text.partition("\n")[0]) or f"query {number}"


def _span_of_query(found: QueryInFile) -> Span | None:
    hosted = found.hosted
    own = hosted.text[hosted.preamble :]
    start = hosted.preamble + len(own) - len(own.lstrip())
    return file_span(found, start, max(len(hosted.text.rstrip()), start))


def _statements(found: QueryInFile) -> list[OutlineItem]:
    """The statements of a query with what each declares, as a tree."""
    items: list[OutlineItem] = []
    for symbol in found.query.symbols.all:
        for declaration in symbol.declarations:
            item = _declared(found, symbol, declaration)
            if item is not None:
                items.append(item)
    for statement in found.query.parsed.query.statements:
        span = file_span(found, *found.query.brackets.closed(statement.start, statement.end))
        if isinstance(statement, ast.QueryStatement) and span is not None and found.hosted.is_own(statement.start):
            name = _shortened(found.query.text[statement.start : statement.end])
            items.append(OutlineItem(name, "query", *span, *span))
    return _nested(items)


def _declared(found: QueryInFile, symbol: Symbol, declaration: Declaration) -> OutlineItem | None:
    if not found.hosted.is_own(declaration.start):
        return None
    node = declaration.node
    if not declaration.written and (not isinstance(node, ast.Expression) or isinstance(node, ast.NamedExpression)):
        return None  # what a join or union calls otherwise is declared there under its own name
    name, whole = file_span(found, declaration.start, declaration.end), _whole(found, declaration)
    if name is None or whole is None or not (whole[0] <= name[0] and name[1] <= whole[1]):
        return None
    return OutlineItem(symbol.name, declaration.kind, *whole, *name, detail=_detail(found, declaration))


def _whole(found: QueryInFile, declaration: Declaration) -> Span | None:
    return file_span(found, *found.query.brackets.closed(*declaration.around))


def _detail(found: QueryInFile, declaration: Declaration) -> str:
    text, end = found.query.text, declaration.around[1]
    if declaration.kind == "function":
        body = text.find("{", declaration.end, end)
        signature = text[declaration.end : body if body >= 0 else end]
        return _shortened(signature.partition("=")[2])
    if declaration.kind == "parameter":
        return _shortened(text[declaration.end : end].lstrip(" :"))
    return ""


def _nested(items: Iterable[OutlineItem]) -> list[OutlineItem]:
    """The items as a tree: each in the smallest one in which it lies."""
    roots: list[OutlineItem] = []
    around: list[OutlineItem] = []
    for item in sorted(items, key=lambda one: (one.start, -one.end, one.name_start)):
        while around and around[-1].end < item.end:
            around.pop()
        while around and not around[-1].start <= item.start < around[-1].end:
            around.pop()
        (around[-1].children if around else roots).append(item)
        around.append(item)
    return roots


def _within(items: Iterable[OutlineItem], whole: Span) -> list[OutlineItem]:
    return [item for item in items if whole[0] <= item.start and item.end <= whole[1]]


def _shortened(text: str) -> str:
    line = _BLANKS.sub(" ", text).strip()
    return line if len(line) <= _MOST else line[: _MOST - 1] + "…"


def flattened(items: Iterable[OutlineItem]) -> Iterator[OutlineItem]:
    """All items, each before its children."""
    for item in items:
        yield item
        yield from flattened(item.children)
