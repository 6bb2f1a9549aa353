"""What is told of the names of a query."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from kql_lint.semantics.symbols.links import Key, key_of
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.scope import Column, Scope

Kind = Literal[
    "let",  # a scalar or a table
    "function",
    "parameter",  # of a function, or of declare query_parameters
    "column",
    "table",  # the name that `as` gives to the table so far, or graph-to-table to one of its outputs
    "pattern",  # of declare pattern
    "step",  # of scan
    "element",  # a node or an edge of a graph pattern
    "entity",  # what macro-expand calls the entity at hand
    "branch",  # of fork
]


class Declaration(NamedTuple):
    """What brings a name into scope.

    start and end are the name's place where it is written out (``extend X = 1``), else the place of what makes the
    column (``count()``): then written is false.  node is what declares: the name, or that expression.  around is the
    whole of what is declared, from the name to the end of its value.
    """

    name: str
    kind: Kind
    start: int
    end: int
    written: bool
    node: ast.Node
    around: tuple[int, int]

    @property
    def is_expression(self) -> bool:
        """Whether it is an expression such as ``count()``, which ``name = `` in front of it can name."""
        return not self.written and isinstance(self.node, (ast.Call, ast.Member, ast.Index, ast.Binary, ast.Unary))


class Use(NamedTuple):
    """A place where a name is used.

    quoted: it is a string (``column_ifexists("X", "")``), and start and end are those of the literal.  declarations are
    what it may have been declared by there: several after a union, or in a function that is called with several tables.
    """

    name: str
    start: int
    end: int
    quoted: bool
    declarations: tuple[Declaration, ...]


@dataclass(slots=True, eq=False)
class Symbol:
    """A name with all that declares it and all its uses, in the order of the text.

    Declarations are of one symbol where they can't have different names without changing more than the name: columns
    that a union makes one of, a column and what ``extend`` puts in its place, both sides' keys of ``on X``, a column
    and the parameter of a function that gets its table.  external are the tables that have such a column in the
    catalogue, "" where it comes from elsewhere (a watchlist, a stored function, a table that is not known): a name that
    is not the query's to choose.  derived_from: the name is made of that symbol's: ``X1`` behind a join, ``max_X``.
    """

    name: str
    kind: Kind
    declarations: list[Declaration] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    external: set[str] = field(default_factory=set)
    derived_from: Symbol | None = None

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where the name is written, in order, strings included."""
        written = {(one.start, one.end) for one in self.declarations if one.written}
        return sorted(written | {(use.start, use.end) for use in self.uses})


class Symbols:
    """The symbols of a query, found by place.

    outputs are those of the columns that the query returns, by name; empty where it gives no table.
    """

    def __init__(self, all_: Sequence[Symbol], by_key: Mapping[Key, Symbol], result: Scope | None) -> None:
        self.all = all_
        self._by_key = by_key
        columns = () if result is None else result.columns.values()
        found = ((column.name, self.of(column)) for column in columns)
        self.outputs = {name: symbol for name, symbol in found if symbol is not None}
        places: dict[tuple[int, int], tuple[Symbol, Use | Declaration]] = {}
        for symbol in all_:
            for declaration in symbol.declarations:
                if declaration.written:
                    places[declaration.start, declaration.end] = symbol, declaration
            for use in symbol.uses:
                places.setdefault((use.start, use.end), (symbol, use))
        self._places = sorted(places)
        self._found = places

    def of(self, column: Column) -> Symbol | None:
        """The symbol of a column in scope; None for one of the catalogue that the query does not name."""
        return self._by_key.get(key_of(column))

    def at(self, offset: int) -> tuple[Symbol, Use | Declaration] | None:
        """The symbol whose name stands at an offset, or ends there, and what it is there."""
        place = bisect_right(self._places, (offset, offset + 1)) - 1
        for start, end in reversed(self._places[max(place - 1, 0) : place + 2]):
            if start <= offset <= end:
                return self._found[start, end]
        return None
