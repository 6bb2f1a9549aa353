"""The names that the service gives to columns for which the query gives none, and how it settles collisions.

An unnamed expression takes the name of the column it is about where its outermost function says so (``tostring(D.x)``
is ``D_x``, ``dcount(A)`` is ``dcount_A``); any other becomes ``Column1``, ``Column2`` and so on, in ``print``
``print_0``, ``print_1`` by its place.  Source: Microsoft's binder, asked with probes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from kql_lint.semantics.functions.table import aggregate, scalar
from kql_lint.semantics.persistent import Shared
from kql_lint.syntax import ast

_SIDES = frozenset({"$left", "$right"})
_NAMING_LITERALS = frozenset({"string", "long", "int"})
_CONVERSIONS = {
    "tobool": "bool",
    "todatetime": "datetime",
    "todecimal": "decimal",
    "todouble": "real",
    "todynamic": "dynamic",
    "toguid": "guid",
    "toint": "int",
    "tolong": "long",
    "toreal": "real",
    "tostring": "string",
    "totime": "timespan",
    "totimespan": "timespan",
}


def implicit_name(
    expression: ast.Expression,
    *,
    aggregates: bool = False,
    columns: Container[str] = (),
    rows: Container[str] = _SIDES,
    user_functions: Container[str] = (),
) -> str | None:
    """The name of an expression's column where the query gives none; None where the service numbers it.

    aggregates: the expression stands among the aggregates of summarize and its like.  columns are the names in scope
    (for ``column_ifexists("A", "")``).  rows are names whose members are columns, not parts of a dynamic value.
    user_functions are the names of the query's own functions, which name nothing.
    """
    return _Naming(aggregates, columns, rows, user_functions).name(expression)


def graph_name(expression: ast.Expression) -> str | None:
    """As implicit_name, for ``project`` of graph-match: ``node.column`` is ``node_column``."""
    return implicit_name(expression, rows=() if isinstance(expression, (ast.Member, ast.Index)) else _Everything())


def kept_column(expression: ast.Expression, type_of_argument: str) -> str | None:
    """The column whose value an expression leaves as it is: ``A``, or ``tostring(A)`` where A is a string already.

    type_of_argument is the type of the call's argument.  Such an expression counts as that column's own name: it can't
    come twice in one operator.
    """
    if isinstance(expression, ast.Call) and len(expression.arguments) == 1:
        if _CONVERSIONS.get(expression.name.name) != type_of_argument:
            return None
        expression = expression.arguments[0]
    return expression.name if isinstance(expression, ast.Name) else None


class UniqueNames:
    """Names in use: a name that comes again gets the next free number (A, A1, A2).

    taken are further names in use; Shared.numbers may tell what numbers they have.  tries: how many numbers have been
    looked at.  given: what is known of numbers once the names that were added are in use too.
    """

    __slots__ = ("_known", "_last", "_taken", "given", "tries")

    def __init__(self, names: Iterable[str] = (), taken: Container[str] = ()) -> None:
        self._last: dict[str, int] = dict.fromkeys(names, 0)
        self._taken = taken
        self._known = taken.numbers if isinstance(taken, Shared) else {}
        self.given: dict[str, int] = {}
        self.tries = 0

    def __contains__(self, name: object) -> bool:
        return name in self._last or name in self._taken

    def add(self, name: str, base: str | None = None) -> str:
        """Takes a name into use and returns it, numbered where it was taken (base: what to put the number after)."""
        if name not in self:
            self._last[name] = 0
            return name
        base = base or name
        first = number = max(self._last.get(name, 0), self._known.get(base, 0)) + 1
        while f"{base}{number}" in self:
            number += 1
        self.tries += number - first
        self._last[name] = number
        if first <= max(self._known.get(base, 0), self.given.get(base, 0)) + 1:  # all below it are taken
            self.given[base] = number
        numbered = f"{base}{number}"
        self._last[numbered] = 0
        return numbered


class _Everything:
    def __contains__(self, name: object) -> bool:
        return True


class _Naming:
    __slots__ = ("aggregates", "columns", "rows", "user_functions")

    def __init__(
        self, aggregates: bool, columns: Container[str], rows: Container[str], user_functions: Container[str]
    ) -> None:
        self.aggregates = aggregates
        self.columns = columns
        self.rows = rows
        self.user_functions = user_functions

    def name(self, node: ast.Expression) -> str | None:
        """Goes down targets and first arguments to what has a name, then puts the parts around it on the way back."""
        parts: list[tuple[str, str | None]] = []
        while True:
            if isinstance(node, (ast.Member, ast.Index)):
                part = _part(node)
                if isinstance(node.target, ast.Name) and node.target.name in self.rows:
                    return _assembled(part, parts)
                parts.append(("after", part))
                node = node.target
            elif isinstance(node, ast.Ordered):
                node = node.expression
            elif isinstance(node, ast.Call):
                before, star, after = self._template(node).partition("*")
                if not star or before == '"' or not node.arguments or (after == "!" and len(node.arguments) != 1):
                    return _assembled(self._fixed(node, before, star, not parts), parts)
                parts.append(("before", before))
                node = node.arguments[0]
            else:
                return _assembled(_plain(node), parts)

    def _fixed(self, call: ast.Call, before: str, star: str, outermost: bool) -> str | None:
        """The name of a call in which no argument's name counts."""
        if before == '"' and not outermost:
            return None
        if before == '"':
            first = call.arguments[0] if call.arguments else None
            text = first.value if isinstance(first, ast.Literal) and first.type == "string" else None
            return text if isinstance(text, str) and text in self.columns else None
        return before if before and not (star and call.arguments) else None

    def _template(self, call: ast.Call) -> str:
        name = call.name.name
        if name in self.user_functions:
            return ""
        first, second = (aggregate, scalar) if self.aggregates else (scalar, aggregate)
        signature = first(name) or second(name)
        return signature.naming if signature else ""


def _part(node: ast.Member | ast.Index) -> str | None:
    if isinstance(node, ast.Index):
        return _literal_name(node.index)
    return node.member.name if isinstance(node.member, ast.Name) else None


def _assembled(name: str | None, parts: list[tuple[str, str | None]]) -> str | None:
    for place, part in reversed(parts):
        if place == "before":
            name = part + (name or "") if part else name
        else:
            name = f"{name}_{part or ''}" if name and name.strip() else part
    return name


def _plain(node: ast.Expression) -> str | None:
    if isinstance(node, ast.Name):
        return node.name
    return node.names[0].name if isinstance(node, ast.NamedExpression) and node.names else None


def _literal_name(index: ast.Expression) -> str | None:
    if isinstance(index, ast.Literal) and index.type in _NAMING_LITERALS and index.value is not None:
        return str(index.value)
    return None
