"""What each word of a file is, for colouring.  Offsets are the file's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.language.names import file_span
from kql_lint.semantics import functions
from kql_lint.syntax import ast
from kql_lint.syntax.words import TYPES as TYPE_WORDS

if TYPE_CHECKING:
    from kql_lint.language.file import OpenFile, QueryInFile
    from kql_lint.syntax.scanner import Token

TYPES = {
    "table": "class",
    "column": "property",
    "variable": "variable",
    "function": "function",
    "parameter": "parameter",
    "label": "namespace",
    "key": "enumMember",
    "type": "type",
    "keyword": "keyword",
    "operator": "operator",
    "string": "string",
    "number": "number",
    "comment": "comment",
}
"""What a word can be, with the token type of the language server protocol that comes nearest, which themes colour.

variable: what a let of a scalar or table, ``as``, a pattern or query parameters declare.  parameter: of a function.
label: a step of scan, an element of a graph pattern, an entity, a branch of fork.  key: one of a bag, behind a dot.
type: a KQL type.  keyword: words of operators and their parameters.  operator: words that compare or join (``has``,
``and``, ``in~``).  number: timespans, dates, booleans and the like too.
"""

MODIFIERS = ("declaration", "deprecated", "defaultLibrary")
"""declaration: the name is declared there.  deprecated: a name that the service no longer has, or soon won't.
defaultLibrary: a function of KQL or of a platform, not one of the user's."""

_KINDS = {
    "let": "variable", "table": "variable", "pattern": "variable", "function": "function", "parameter": "parameter",
    "column": "column", "step": "label", "element": "label", "entity": "label", "branch": "label",
}  # fmt: skip
_STRINGS = frozenset({"STRING", "VERBATIM", "MULTILINE"})
_NUMBERS = frozenset({"INTEGER", "REAL", "TIMESPAN", "TYPED", "BOOL"})
_OPERATORS = frozenset({"WORD_OPERATOR", "MEMBERSHIP", "AND", "OR", "BETWEEN", "NOT_BETWEEN"})
# LIMIT: `in` behind a parameter of search or find is coloured as the operator; revisit if anybody minds.
_WITH_TABLES = frozenset({"SEARCH", "FIND"})
_RENAMED = "KL106"


class Colour(NamedTuple):
    """A stretch of one line of the file; kind is a key of TYPES, modifiers are some of MODIFIERS."""

    start: int
    end: int
    kind: str
    modifiers: tuple[str, ...] = ()


_Coloured = tuple[str, tuple[str, ...]]


def colours(file: OpenFile, first: int = 0, last: int | None = None) -> list[Colour]:
    """The words of all queries of a file, in order; none overlaps another.  first, last: those of a stretch alone."""
    end = len(file.source.text) if last is None else last
    found: dict[int, Colour] = {}
    for query in file.queries:
        whole = query.span(query.hosted.preamble, len(query.hosted.text))
        if whole[0] <= end and first <= whole[1]:
            for one in _of_query(file, query):
                if one.start < end and first < one.end:
                    found.setdefault(one.start, one)
    result: list[Colour] = []
    for one in (found[start] for start in sorted(found)):
        if not result or result[-1].end <= one.start:
            result.append(one)
    return result


def _of_query(file: OpenFile, found: QueryInFile) -> Iterator[Colour]:
    stretches: dict[tuple[int, int], _Coloured] = {
        (one.start, one.end): ("comment", ()) for one in found.query.comments
    }
    names = _names(found)
    stretches.update(names)
    starts = sorted(names)
    before = ""
    for token in found.query.tokens:
        coloured = _of_token(token, before)
        before = token.type
        around = bisect_left(starts, (token.start, len(found.query.text) + 1)) - 1
        if around >= 0 and token.end <= starts[around][1]:
            continue  # a name in brackets has three
        if coloured is not None:
            stretches[token.start, token.end] = coloured
    for (start, end), (kind, modifiers) in stretches.items():
        if found.hosted.is_own(start):
            span = file_span(found, start, end)
            for line in _lines(file, *span) if span is not None else ():
                yield Colour(*line, kind, modifiers)


def _lines(file: OpenFile, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch, line by line, without the ends of lines and the blanks in front of them."""
    source = file.source
    first, last = source.position(start)[0], source.position(end)[0]
    if first == last:
        yield start, end
        return
    for line in range(first, last + 1):
        begin, stop = source.line_span(line)
        begin, stop = max(begin, start), min(stop, end)
        text = source.text[begin:stop]
        if text.strip():
            yield begin + len(text) - len(text.lstrip()) if line > first else begin, begin + len(text.rstrip())


def _of_token(token: Token, before: str) -> _Coloured | None:
    """What a token is that is no name of the query's; before is the type of the token before it."""
    if token.type in _STRINGS:
        return "string", ()
    if token.type in _NUMBERS:
        return "number", ()
    if token.type in _OPERATORS or (token.type == "IN" and before not in _WITH_TABLES):
        return "operator", ()
    if token.type == "WILDCARD":
        return "column", ()
    if token.type == "NAME":
        return ("type", ()) if token in TYPE_WORDS else None
    return ("keyword", ()) if token[0].isalpha() else None


def _names(found: QueryInFile) -> dict[tuple[int, int], _Coloured]:
    """The names of a query that are understood, by place."""
    query = found.query
    names = {(node.start, node.end): coloured for node, coloured in _told(found)}
    for symbol in query.symbols.all:
        for use in symbol.uses:
            if not use.quoted:
                names[use.start, use.end] = _KINDS[symbol.kind], ()
        for declaration in symbol.declarations:
            if declaration.written:
                names[declaration.start, declaration.end] = _KINDS[symbol.kind], ("declaration",)
    old = {(one.start, one.end) for one in query.analysis.diagnostics if one.code == _RENAMED}
    return {place: (kind, (*more, "deprecated") if place in old else more) for place, (kind, more) in names.items()}


def _told(found: QueryInFile) -> Iterator[tuple[ast.Node, _Coloured]]:
    """What names are that are no symbols; what is surer comes last."""
    facts = found.query.bound.facts
    for node in ast.walk(found.query.parsed.query):
        yield from _of_node(node)
    for unknown in facts.unknown_columns:
        if unknown.member_of is None:
            yield unknown.node, ("column", ())
    for table in facts.unknown_tables:
        yield table.node, ("table", ())
    for row in facts.rows:
        if isinstance(row.node, ast.Name):
            yield row.node, ("table", ())
    for use in facts.functions:
        if use.function is not None and isinstance(use.node, ast.Name):
            own = use.function.own or use.function.definition is not None
            yield use.node, ("function", () if own else ("defaultLibrary",))


def _of_node(node: ast.Node) -> Iterator[tuple[ast.Node, _Coloured]]:
    if isinstance(node, ast.Call):
        yield node.name, ("function", _library(node.name.name))
    elif isinstance(node, ast.Member) and isinstance(node.member, ast.Name):
        yield node.member, ("key", ())
    elif isinstance(node, ast.Name) and node.name in ("$left", "$right"):
        yield node, ("keyword", ())
    elif isinstance(node, ast.Parameter) and isinstance(node.value, ast.Name):
        yield node.value, ("keyword", ())


def _library(name: str) -> tuple[str, ...]:
    kinds = (functions.scalar, functions.aggregate, functions.source, functions.plugin)
    return ("defaultLibrary",) if any(kind(name) for kind in kinds) else ()
