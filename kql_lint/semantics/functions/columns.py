"""The columns of calls that give several: aggregates such as arg_max, and scalar functions such as series_stats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kql_lint.semantics.functions.naming import implicit_name, kept_column
from kql_lint.semantics.functions.signature import Overload, percentile_type
from kql_lint.semantics.functions.table import aggregate, scalar
from kql_lint.semantics.types import UNKNOWN
from kql_lint.syntax import ast

_SEVERAL = frozenset({"arg", "any", "percentiles", "percentiles-array", "tuple", "sorted"})

ColumnType = tuple[str, str]
"""A column's name and type."""


@dataclass(slots=True, match_args=False)
class OutputColumn:
    """A column that a call gives.  source is the input's column whose values it holds unchanged, if it is one.

    Names may repeat: the operator makes them unique.
    """

    name: str
    type: str
    source: str | None = None


@cache
def gives_several(name: str) -> bool:
    """Whether a function of this name gives several columns, or one that it names itself."""
    signatures = (aggregate(name), scalar(name))
    return any(
        overload.returns in _SEVERAL for signature in signatures if signature for overload in signature.overloads
    )


def aggregate_columns(
    call: ast.Call,
    types: Sequence[str],
    columns: Sequence[ColumnType],
    by: Collection[str] = (),
    literals: Sequence[object] = (),
) -> list[OutputColumn] | None:
    """The columns of an aggregate that names its own, or gives several; None for one that gives a single value.

    types are those of the arguments.  columns are the input's, for ``*``; by names those that ``by`` groups on as they
    are.  literals, where given, are the arguments' values (for a percentile that a let names).
    A name that the query gives the call, ``x = arg_max(T, *)``, replaces the first column's, ``(x, y) =`` two.
    """
    signature = aggregate(call.name.name)
    if signature is None or not call.arguments:
        return None
    overload = signature.best(types)[0]
    if overload.returns == "percentiles":
        return _percentiles(call, types, overload, literals)
    if overload.returns == "percentiles-array":
        return [OutputColumn(f"percentiles_{implicit_name(call.arguments[0]) or ''}", "dynamic")]
    prefix = signature.naming[:-1]
    if overload.returns == "any":
        return _Returned(call, types, columns, by).any(prefix)
    if overload.returns != "arg":
        return None
    returned = _Returned(call, types, columns, by)
    return returned.legacy_arg(prefix) if prefix else returned.arg("max_" if call.name.name == "arg_max" else "min_")


def scalar_columns(call: ast.Call, types: Sequence[str]) -> list[OutputColumn] | None:
    """The columns of a scalar function that gives several (series_fit_line, array_sort_asc ...), None for any other."""
    signature = scalar(call.name.name)
    if signature is None:
        return None
    overload = signature.overloads[0]
    if overload.returns == "sorted":
        return list(_sorted_arrays(call, types))
    if overload.returns != "tuple" or not call.arguments:
        return None
    prefix = f"{signature.name}_{implicit_name(call.arguments[0]) or ''}_"
    pairs = [column.split(":") for column in overload.columns.split()]
    return [OutputColumn(prefix + name, type_) for name, type_ in pairs]


def _sorted_arrays(call: ast.Call, types: Sequence[str]) -> Iterator[OutputColumn]:
    for index, (argument, type_) in enumerate(zip(call.arguments, types, strict=True)):
        if type_ not in ("dynamic", UNKNOWN):
            return
        yield OutputColumn(f"{implicit_name(argument) or f'array{index}'}_sorted", "dynamic")


def _percentiles(
    call: ast.Call, types: Sequence[str], overload: Overload, literals: Sequence[object]
) -> list[OutputColumn]:
    value = implicit_name(call.arguments[0]) or ""
    type_ = percentile_type(types[0])
    return [
        OutputColumn(f"percentile_{value}_{_fragment(argument, literals[index : index + 1])}", type_)
        for index, (argument, parameter) in enumerate(zip(call.arguments, overload.assign(len(types)), strict=False))
        if parameter.name == "percentile"
    ]


def _fragment(argument: ast.Expression, literal: Sequence[object]) -> str:
    """A percentile as part of a name: 99.9 is ``99_9``."""
    value = argument.value if isinstance(argument, ast.Literal) else next(iter(literal), None)
    if value is None:
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return "".join(char if char.isalnum() else "_" for char in text)


class _Returned:
    """The arguments of an aggregate that returns columns of a chosen row."""

    __slots__ = ("arguments", "by", "columns", "leading", "seen", "star", "types")

    def __init__(
        self, call: ast.Call, types: Sequence[str], columns: Sequence[ColumnType], by: Collection[str] = ()
    ) -> None:
        self.arguments = call.arguments
        self.types = types
        self.columns = dict(columns)
        self.by = by
        self.star = any(isinstance(argument, ast.Wildcard) for argument in call.arguments)
        self.leading = False  # whether the first argument always comes out
        self.seen: set[str] = set()

    def any(self, prefix: str) -> list[OutputColumn]:
        """The columns of take_any and, with a prefix, of the outdated function of this name."""
        unnamed = "any_" if not prefix else ""
        if prefix and len(self.arguments) == 1 and not self.star:
            name = implicit_name(self.arguments[0]) or ""
            return [OutputColumn(prefix + name, self.types[0], self._column(self.arguments[0]))]
        result = [
            column for index in range(len(self.arguments)) for column in self._argument(index, f"{unnamed}arg{index}")
        ]
        return [OutputColumn(prefix + column.name, column.type, column.source) for column in result]

    def arg(self, prefix: str) -> list[OutputColumn]:
        """Those of arg_max(primary, A, B, *); prefix is that of unnamed expressions."""
        self.leading = True
        primary = implicit_name(self.arguments[0]) or ""
        unnamed = [prefix, *(f"{prefix}{primary}_arg{index}" for index in range(1, len(self.arguments)))]
        return [column for index, name in enumerate(unnamed) for column in self._argument(index, name)]

    def legacy_arg(self, prefix: str) -> list[OutputColumn]:
        """Those of the outdated argmax(primary, A, B, *): max_primary, max_primary_A ..."""
        self.leading = True
        primary = implicit_name(self.arguments[0]) or ""
        first, *rest = (
            column for index in range(len(self.arguments)) for column in self._argument(index, f"arg{index}")
        )
        others = [OutputColumn(f"{prefix}{primary}_{column.name}", column.type, column.source) for column in rest]
        return [OutputColumn(prefix + primary, first.type, first.source), *others]

    def _argument(self, index: int, unnamed: str) -> list[OutputColumn]:
        argument = self.arguments[index]
        if isinstance(argument, ast.Wildcard):
            return [OutputColumn(name, type_, name) for name, type_ in self.columns.items() if self._new(index, name)]
        source = self._column(argument)
        name = implicit_name(argument)
        if source is None:
            return [OutputColumn(name or unnamed, self.types[index])]
        return [OutputColumn(name or source, self.types[index], source)] if self._new(index, source) else []

    def _new(self, index: int, name: str) -> bool:
        """Beside a ``*``, no column comes twice, nor one that the rows are grouped by."""
        new = not self.star or (self.leading and index == 0) or (name not in self.seen and name not in self.by)
        self.seen.add(name)
        return new

    def _column(self, argument: ast.Expression) -> str | None:
        if isinstance(argument, ast.NamedExpression):
            argument = argument.value
        inner = argument.arguments[0] if isinstance(argument, ast.Call) and argument.arguments else argument
        if not isinstance(inner, ast.Name) or inner.name not in self.columns:
            return None
        return kept_column(argument, self.columns[inner.name])
