"""What is in scope at one point of a pipeline: columns with their origins, and the ActionTypes a row can still have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.persistent import Shared, put

if TYPE_CHECKING:
    from kql_lint.catalogue import Table
    from kql_lint.syntax.ast import Node

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ActionTypeSet:
    """The ActionTypes that are still possible: the values, or where excluding everything but the values."""

    values: frozenset[str] = frozenset()
    excluding: bool = True

    def __contains__(self, value: str) -> bool:
        return (value in self.values) != self.excluding

    def __and__(self, other: ActionTypeSet) -> ActionTypeSet:
        if self.excluding and other.excluding:
            return ActionTypeSet(self.values | other.values, True)
        if self.excluding:
            return ActionTypeSet(other.values - self.values, False)
        if other.excluding:
            return ActionTypeSet(self.values - other.values, False)
        return ActionTypeSet(self.values & other.values, False)

    def __or__(self, other: ActionTypeSet) -> ActionTypeSet:
        return ~(~self & ~other)

    def __invert__(self) -> ActionTypeSet:
        return ActionTypeSet(self.values, not self.excluding)

    @property
    def everything(self) -> bool:
        """True where nothing is ruled out."""
        return self.excluding and not self.values

    @property
    def empty(self) -> bool:
        """True where no value is left at all (whatever the table knows)."""
        return not self.excluding and not self.values

    def of(self, known: Iterable[str]) -> tuple[str, ...]:
        """The known values that are still possible, in the order given."""
        return tuple(value for value in known if value in self)


# Columns and scopes are told apart by when they were made: a number for each moment, in order.
_moments = count(1)


ALWAYS_PARTIAL = -1
"""The moment of a column that may be empty in some rows of any scope."""


def moment() -> int:
    """A number for now: what is made later has a higher one."""
    return next(_moments)


EVERYTHING = ActionTypeSet()
NOTHING = ActionTypeSet(frozenset(), False)


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Row:
    """One reference to a table in the query: where its rows come from.

    tables holds the catalogue's table of each platform that is considered (one or two); node is the place in the query.
    narrowings are the places that narrowed the row's ActionTypes, in order, for related spans.
    """

    name: str
    tables: tuple[Table, ...]
    node: Node


class Origin(NamedTuple):  # not a frozen dataclass: a query makes hundreds, and those are slow to make
    """A column's values are those of this column of this row, unchanged."""

    row: Row
    column: str


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Column:
    """A column in scope.  Never changed once made.

    origins name the table columns whose unchanged values it holds: several after a union, each value coming from one
    of them; none for a computed one, or where a value may come from elsewhere too (an unknown table in the union).
    declared is the node that brought it into scope under this name, where the query has one.  constants, folded and
    exact are those of the Value it was made from.  since is when it was made: see Scope.mixed.  bag: it is the dynamic
    value that was parsed of these columns, with their keys (``parse_json(AdditionalFields)``).
    """

    name: str
    type: str
    origins: tuple[Origin, ...] = ()
    declared: Node | None = None
    constants: tuple[Constant, ...] | None = None
    folded: str | None = None
    exact: bool = True
    since: int = field(default_factory=moment)
    bag: tuple[Origin, ...] = ()

    def renamed(self, name: str, declared: Node | None = None) -> Column:
        """The same column under another name."""
        return self.moved(name, self.origins, declared or self.declared, self.constants, self.bag)

    def moved(
        self,
        name: str,
        origins: tuple[Origin, ...],
        declared: Node | None,
        constants: tuple[Constant, ...] | None,
        bag: tuple[Origin, ...],
    ) -> Column:
        """The same column under another name, as other Rows and another text have it."""
        return Column(name, self.type, origins, declared, constants, self.folded, self.exact, self.since, bag)

    def aged(self, since: int) -> Column:
        """The same column, made at another moment."""
        if since == self.since:
            return self
        constants, bag = self.constants, self.bag
        return Column(self.name, self.type, self.origins, self.declared, constants, self.folded, self.exact, since, bag)


class SplitPart(NamedTuple):
    """One of the columns that a union made of a name: its new name, its type, and what the tables of it are called."""

    name: str
    type: str
    tables: tuple[str, ...]


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Scope:
    """Columns in their order, and the state of the rows.  Never changed once made, nor are its maps.

    open: further, unknown columns may exist (an unknown table, bag_unpack ...): nothing may be said of a name that is
    missing.  dropped: columns that an earlier operator took away, with the operator's node.  action_types: for each
    Row that feeds this point, what its ActionType can still be.  A Row is missing from it when its rows can't be
    followed any more (after an aggregation, say).  Where a Row's columns may be empty instead (the other side of an
    outer join), its set holds the value "".  hidden: columns that every row has though no schema lists them; they come
    out only where they are named.  graph: the nodes and edges, where the value is a graph.  splits: the names of which
    a union made a column for each type, ``X_string`` and ``X_dynamic``.

    mixed: when rows were put together last of which some may lack columns that others have (a union, the other side of
    an outer join); a column that was made before is empty in some of them.  whole: these are all the rows that a table
    in the text has, none is left out, so that a column has each of its constants.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    open: bool = False
    dropped: Mapping[str, Node] = field(default_factory=dict)
    action_types: Mapping[Row, ActionTypeSet] = field(default_factory=dict)
    hidden: Mapping[str, Column] = field(default_factory=dict)
    graph: tuple[Scope, Scope] | None = None
    splits: Mapping[str, tuple[SplitPart, ...]] = field(default_factory=dict)
    mixed: int = 0
    whole: bool = False

    def narrowed(self, action_types: Mapping[Row, ActionTypeSet]) -> Scope:
        """The same scope with other row states."""
        return Scope(
            self.columns, self.open, self.dropped, action_types, self.hidden, splits=self.splits, mixed=self.mixed
        )

    def fewer(self) -> Scope:
        """The same scope where some of the rows may be left out."""
        return self.narrowed(self.action_types) if self.whole else self

    def with_columns(self, columns: Mapping[str, Column], dropped: Mapping[str, Node] | None = None) -> Scope:
        """The same rows with other columns; dropped, where it changes."""
        gone = self.dropped if dropped is None else dropped
        return Scope(columns, self.open, gone, self.action_types, self.hidden, splits=self.splits, mixed=self.mixed)

    def is_partial(self, column: Column) -> bool:
        """Whether the column may be empty in rows that come from elsewhere than those it was made for."""
        return column.since < self.mixed


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Segment:
    """A stretch of pipeline in which each row stays a row: from its source up to an aggregation.

    final holds what each Row's ActionType can be where the segment ends (after its last filter), and narrowed_by the
    predicates that narrowed it, for KL104's look backwards.
    """

    final: Mapping[Row, ActionTypeSet] = field(default_factory=dict)
    narrowed_by: dict[Row, list[Node]] = field(default_factory=dict)


class _Columns(Shared[str, Column]):
    """A large number of columns."""

    __slots__ = ()

    @staticmethod
    def is_marked(value: Column) -> bool:
        """Whether it has origins, or is parsed of what has."""
        return bool(value.origins or value.bag)


def extended(columns: Mapping[str, Column], more: Mapping[str, Column]) -> Mapping[str, Column]:
    """The columns with others in their places, where they have those names, and else behind them."""
    return put(columns, more, _Columns)


def shared(columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """The same columns in a form that others can be made of without a copy."""
    return _Columns.of(columns)


def traced(columns: Mapping[str, Column]) -> Iterator[tuple[str, Column]]:
    """The names and columns of those that have origins, or are parsed of such, in order."""
    if isinstance(columns, _Columns):
        return columns.marked()
    return ((name, column) for name, column in columns.items() if column.origins or column.bag)


def retraced(columns: Mapping[str, Column], change: Callable[[Column], Column]) -> Mapping[str, Column]:
    """The columns with what change makes of those that have origins, or are parsed of such."""
    if isinstance(columns, _Columns):
        return columns.mapped(change)
    return {name: change(column) if column.origins or column.bag else column for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Constant:
    """A scalar known from the text: its value (a str, number or bool) and the literal it stands in."""

    value: object
    node: Node


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Value:
    """What is known of a scalar expression.  Never changed once made.

    type is a KQL type or "unknown".  origins as in Column (through parentheses and tostring()).  constants are the
    possible values where all are known from the text: one for a literal, several for a dynamic array; None where not.
    exact: it is, or has, all of the constants, and not just one or some of them, as a column of a literal table, or
    what a filter leaves of one.  folded is "lower" or "upper" where tolower()/toupper() wraps the origin.  partial: it
    is a column that may be empty in rows of other origins.  bag as in Column, through tostring() too.
    """

    type: str = UNKNOWN
    origins: tuple[Origin, ...] = ()
    constants: tuple[Constant, ...] | None = None
    folded: str | None = None
    exact: bool = True
    partial: bool = False
    bag: tuple[Origin, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether the type holds for every platform's copy of the tables that the values come from."""
        return all(
            table.columns.get(origin.column, self.type) == self.type
            for origin in self.origins
            for table in origin.row.tables
        )


def constant_text(value: Value) -> str | None:
    """The string that a value surely is; None where it is none, or may be another."""
    if value.constants is None or len(value.constants) != 1 or not value.exact:
        return None
    text = value.constants[0].value
    return text if isinstance(text, str) else None
