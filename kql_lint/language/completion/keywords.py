"""Words of the language: operators, what stands in them, their parameters and what these take."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.language import notes, reference
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.language.reference.parameters import EXTERNAL_OPTIONS, PARSE_KV_OPTIONS, OperatorParameter
from kql_lint.semantics.types import SCALAR_TYPES
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.language.completion.request import Request

# What begins a statement, or a pipeline without input; the rest of the operators stand behind a pipe alone.
_STATEMENTS = ("let", "set", "declare", "alias", "restrict")
_TERMINALS = {"range": "RANGE", "evaluate": "EVALUATE", "let": "LET"}
_OUTDATED = frozenset({"filter", "limit", "mvexpand", "mvapply"})
# Words inside of operators, with what each begins.
_WORDS = {
    "by": "BY",
    "on": "ON",
    "of": "OF",
    "to": "TO",
    "from": "FROM",
    "step": "STEP",
    "with": "WITH",
    "default": "DEFAULT",
    "in range": "IN_RANGE",
    "asc": "ASC",
    "desc": "DESC",
    "granny-asc": "GRANNY_ASC",
    "granny-desc": "GRANNY_DESC",
    "nulls": "NULLS",
    "first": "FIRST",
    "last": "LAST",
    "optional": "OPTIONAL",
    "nodes": "NODES",
    "edges": "EDGES",
    "partitioned-by": "PARTITIONED_BY",
    "query_parameters": "QUERY_PARAMETERS",
    "pattern": "PATTERN",
    "view": "VIEW",
}
_EXPRESSION_TERMINALS = {
    "and": "AND",
    "or": "OR",
    "in": "IN",
    "==": "EQUALITY",
    "!=": "EQUALITY",
    "<>": "EQUALITY",
    "=~": "EQUALITY",
    "!~": "EQUALITY",
    "between": "BETWEEN",
    "!between": "BETWEEN",
    **dict.fromkeys(("!in", "in~", "!in~", "has_any", "has_all"), "MEMBERSHIP"),
}
_BRACKETED = ("in", "!in", "in~", "!in~", "has_any", "has_all", "between", "!between")
_COLUMNS = frozenset({"xcolumn", "ycolumns", "series", "anomalycolumns", "hint.shufflekey"})
_LITERALS = ("datetime", "timespan", "guid", "long", "int", "real", "decimal", "bool")


def operators(request: Request) -> Iterator[Item]:
    """Operators behind a pipe, and what begins a statement or a pipeline."""
    for order, name in enumerate(reference.operators()):
        terminal = _TERMINALS.get(name, name.upper().replace("-", "_"))
        if request.expects(terminal) and not (terminal in ("ALIAS", "RESTRICT") and not request.expects("LET")):
            note = reference.operator(name)
            if note is None or (name in ("as", "search") and request.expects("NAME") and not request.expects("LET")):
                continue
            kind = ItemKind.KEYWORD if name in _STATEMENTS else ItemKind.OPERATOR
            rank = Rank.UNLIKELY if name in _OUTDATED else Rank.FIRST if not request.expects("NAME") else Rank.WORD
            yield request.item(name, kind, rank, detail=note.summary, order=order, note=partial(notes.operator, note))


def words(request: Request) -> Iterator[Item]:
    """Words inside of an operator or an expression, where the grammar takes them."""
    for word, terminal in _WORDS.items():
        if request.expects(terminal):
            rank = Rank.WORD if request.expects("NAME") else Rank.VALUE
            yield request.item(word, ItemKind.KEYWORD, rank)
    if not request.expects("EQUALITY"):
        return
    for order, name in enumerate(reference.expression_operators()):
        note = reference.expression_operator(name)
        if note is not None and request.expects(_EXPRESSION_TERMINALS.get(name, "WORD_OPERATOR")):
            made = request.item(
                name, ItemKind.KEYWORD, Rank.WORD, detail=note.summary, order=order,
                note=partial(notes.operator, note),
            )  # fmt: skip
            if name in _BRACKETED and request.snippets:
                made.snippet = f"{name} ($0 .. )" if name.endswith("between") else f"{name} ($0)"
            yield made


def literals(request: Request) -> Iterator[Item]:
    """Literals that begin with their type, and dynamic ones."""
    if request.expects("TYPED"):
        for name in _LITERALS:
            yield request.call(name, ItemKind.TYPE, Rank.OTHER, empty=False, detail=f"{name} literal")
    if request.expects("BOOL"):
        for word in ("true", "false"):
            yield request.item(word, ItemKind.KEYWORD, Rank.WORD)
    if request.expects("DYNAMIC"):
        yield request.call("dynamic", ItemKind.TYPE, Rank.OTHER, empty=False, detail="dynamic literal")


def types(request: Request) -> Iterator[Item]:
    """The types of columns and parameters."""
    for name in SCALAR_TYPES:
        yield request.item(name, ItemKind.TYPE, Rank.FIRST)


def is_type(request: Request) -> bool:
    """Whether the name of a type is expected."""
    before = request.cursor.cut.before
    kinds = [token.type for token in before[-2:]]
    if not request.cursor.cut.expected <= {"NAME", "HOLE", "LPAR", "RPAR", "STAR", "LBRACKET"}:
        return False
    return kinds[-1:] == ["COLON"] or kinds == ["TYPEOF", "LPAR"]


def parameters(request: Request) -> Iterator[Item]:
    """The parameters of the operator that the cursor is in, but for those that it has."""
    operator = request.cursor.operator()
    expected = request.expects
    if expected("PROPERTY"):
        yield from _listed(request, _properties(operator), set())
        return
    if operator is None or not expected("PARAMETER", "EXPAND_PARAMETER", "HINT"):
        return
    given = {one.name for one in getattr(operator, "parameters", ())}
    for one in reference.parameters(request.word_of(operator)):
        if expected("HINT") if one.name.startswith("hint.") else expected("PARAMETER", "EXPAND_PARAMETER"):
            yield from _listed(request, (one,), given)


def _properties(operator: ast.Operator | None) -> tuple[OperatorParameter, ...]:
    if isinstance(operator, ast.ParseKv):
        return PARSE_KV_OPTIONS
    return reference.parameters("render") if isinstance(operator, ast.Render) else EXTERNAL_OPTIONS


def _listed(request: Request, listed: tuple[OperatorParameter, ...], given: set[str]) -> Iterator[Item]:
    for one in listed:
        if one.name not in given:
            detail = f"{one.summary} {' | '.join(one.values)}".strip()
            yield request.item(f"{one.name}=", ItemKind.PARAMETER, Rank.FIRST, detail=detail)


def parameter_values(request: Request, parameter: ast.Parameter) -> Iterator[Item]:
    """What a parameter takes."""
    operator = request.cursor.operator()
    listed = _properties(operator) if request.expects("PROPERTY") else ()
    if operator is not None:
        listed = (*reference.parameters(request.word_of(operator)), *listed)
    one = next((one for one in (*listed, *_properties(operator)) if one.name == parameter.name), None)
    for order, value in enumerate(one.values if one is not None else ()):
        is_join = isinstance(operator, (ast.Join, ast.Lookup)) and parameter.name == "kind"
        detail = reference.JOIN_KIND_NOTES.get(value, "") if is_join else ""
        yield request.item(value, ItemKind.VALUE, Rank.VALUE, detail=detail, order=order)


def names_column(parameter: ast.Parameter) -> bool:
    """Whether what a parameter takes is a column."""
    return parameter.name in _COLUMNS


def charts(request: Request) -> Iterator[Item]:
    """What render draws."""
    for name in reference.CHARTS:
        yield request.item(name, ItemKind.VALUE, Rank.VALUE)
