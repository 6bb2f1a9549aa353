"""What is in scope at one point of a pipeline: columns with their origins, and what is known of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.domains.evaluation import evaluate
from kql_lint.semantics.domains.scalars import UNTOLD
from kql_lint.semantics.persistent import Shared, put
from kql_lint.semantics.scopes.state import Condition, State, Truth

if TYPE_CHECKING:
    from kql_lint.catalogue import Table
    from kql_lint.syntax.ast import Node

UNKNOWN = "unknown"


# Columns and scopes are told apart by when they were made: a number for each moment, in order.
_moments = count(1)


ALWAYS_PARTIAL = -1
"""The moment of a column that may be empty in some rows of any scope."""


def moment() -> int:
    """A number for now: what is made later has a higher one."""
    return next(_moments)


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Row:
    """One reference to a table in the query: where its rows come from.

    tables holds the catalogue's table of each platform that is considered (one or two); node is the place in the query.
    copy_of: the first of the Rows that stand for the same reference, each filtered for itself.
    """

    name: str
    tables: tuple[Table, ...]
    node: Node
    copy_of: Row | None = None


class Origin(NamedTuple):  # not a frozen dataclass: a query makes hundreds, and those are slow to make
    """A column's values are those of this column of this row, unchanged."""

    row: Row
    column: str


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Column:
    """A column in scope.  Never changed once made.

    origins name the table columns whose unchanged values it holds: several after a union, each value coming from one
    of them; none for a computed one, or where a value may come from elsewhere too (an unknown table in the union).
    declared is the node that brought it into scope under this name, where the query has one.  constants, folded, exact
    and derivation are those of the Value it was made from.  since is when it was made: see Scope.mixed.  absent: rows
    beside those of the origins in which it is empty, since a union has their tables too.
    """

    name: str
    type: str
    origins: tuple[Origin, ...] = ()
    declared: Node | None = None
    constants: tuple[Constant, ...] | None = None
    folded: str | None = None
    exact: bool = True
    since: int = field(default_factory=moment)
    derivation: Derivation | None = None
    absent: tuple[Row, ...] = ()

    @property
    def is_traced(self) -> bool:
        """Whether it has to do with rows of tables."""
        return bool(self.origins) or self.derivation is not None

    @property
    def bag(self) -> tuple[Origin, ...]:
        """The columns of which it is the parsed value."""
        return () if self.derivation is None else self.derivation.bag

    def renamed(self, name: str, declared: Node | None = None) -> Column:
        """The same column under another name."""
        return Column(
            name, self.type, self.origins, declared or self.declared, self.constants, self.folded, self.exact,
            self.since, self.derivation, self.absent,
        )  # fmt: skip

    def moved(
        self, rows: Callable[[Row], Row], declared: Node | None, constants: tuple[Constant, ...] | None
    ) -> Column:
        """The same column as other Rows and another text have it."""
        origins = tuple([Origin(rows(row), name) for row, name in self.origins])  # no generator: it is slower
        derivation = None if self.derivation is None else self.derivation.moved(rows)
        return Column(
            self.name, self.type, origins, declared, constants, self.folded, self.exact, self.since, derivation,
            tuple(map(rows, self.absent)),
        )  # fmt: skip

    def aged(self, since: int) -> Column:
        """The same column, made at another moment."""
        if since == self.since:
            return self
        return Column(
            self.name, self.type, self.origins, self.declared, self.constants, self.folded, self.exact, since,
            self.derivation, self.absent,
        )  # fmt: skip

    def lacking(self, rows: tuple[Row, ...]) -> Column:
        """The same column where there are also these rows, in which it is empty."""
        return Column(
            self.name, self.type, self.origins, self.declared, self.constants, self.folded, self.exact, self.since,
            self.derivation, (*self.absent, *rows),
        )  # fmt: skip


class SplitPart(NamedTuple):
    """One of the columns that a union made of a name: its new name, its type, and what the tables of it are called."""

    name: str
    type: str
    tables: tuple[str, ...]


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Scope:
    """Columns in their order, and the state of the rows.  Never changed once made, nor are its maps.

    open: further, unknown columns may exist (an unknown table, bag_unpack ...): nothing may be said of a name that is
    missing.  dropped: columns that an earlier operator took away, with the operator's node.  states: for each Row that
    feeds this point, what its columns can still hold.  A Row is missing from it when its rows can't be followed any
    more (after an aggregation, say).  Where a Row's columns may be empty instead (the other side of an outer join), its
    domains have that too.  hidden: columns that every row has though no schema lists them; they come out only where
    they are named.  graph: the nodes and edges, where the value is a graph.  splits: the names of which a union made a
    column for each type, ``X_string`` and ``X_dynamic``.

    mixed: when rows were put together last of which some may lack columns that others have (a union, the other side of
    an outer join); a column that was made before is empty in some of them.  whole: these are all the rows that a table
    in the text has, none is left out, so that a column has each of its constants.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    open: bool = False
    dropped: Mapping[str, Node] = field(default_factory=dict)
    states: Mapping[Row, State] = field(default_factory=dict)
    hidden: Mapping[str, Column] = field(default_factory=dict)
    graph: tuple[Scope, Scope] | None = None
    splits: Mapping[str, tuple[SplitPart, ...]] = field(default_factory=dict)
    mixed: int = 0
    whole: bool = False

    def narrowed(self, states: Mapping[Row, State]) -> Scope:
        """The same scope with other row states."""
        return Scope(self.columns, self.open, self.dropped, states, self.hidden, splits=self.splits, mixed=self.mixed)

    def fewer(self) -> Scope:
        """The same scope where some of the rows may be left out."""
        return self.narrowed(self.states) if self.whole else self

    def with_columns(self, columns: Mapping[str, Column], dropped: Mapping[str, Node] | None = None) -> Scope:
        """The same rows with other columns; dropped, where it changes."""
        gone = self.dropped if dropped is None else dropped
        return Scope(columns, self.open, gone, self.states, self.hidden, splits=self.splits, mixed=self.mixed)

    def is_partial(self, column: Column) -> bool:
        """Whether the column may be empty in rows that come from elsewhere than those it was made for."""
        return column.since < self.mixed


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Segment:
    """A stretch of pipeline in which each row stays a row: from its source up to an aggregation.

    final holds what is known of each Row where the segment ends (after its last filter), for a look backwards.
    """

    final: Mapping[Row, State] = field(default_factory=dict)


class _Columns(Shared[str, Column]):
    """A large number of columns."""

    __slots__ = ()

    @staticmethod
    def is_marked(value: Column) -> bool:
        """Whether it has to do with rows of tables."""
        return value.is_traced


def extended(columns: Mapping[str, Column], more: Mapping[str, Column]) -> Mapping[str, Column]:
    """The columns with others in their places, where they have those names, and else behind them."""
    return put(columns, more, _Columns)


def shared(columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """The same columns in a form that others can be made of without a copy."""
    return _Columns.of(columns)


def traced(columns: Mapping[str, Column]) -> Iterator[tuple[str, Column]]:
    """The names and columns of those that have to do with rows of tables, in order."""
    if isinstance(columns, _Columns):
        return columns.marked()
    return ((name, column) for name, column in columns.items() if column.is_traced)


def retraced(columns: Mapping[str, Column], change: Callable[[Column], Column]) -> Mapping[str, Column]:
    """The columns with what change makes of those that have to do with rows of tables."""
    if isinstance(columns, _Columns):
        return columns.mapped(change)
    return {name: change(column) if column.is_traced else column for name, column in columns.items()}


@dataclass(frozen=True, slots=True)
class Constant:
    """A scalar known from the text: its value (a str, number or bool) and the literal it stands in."""

    value: object
    node: Node


@lru_cache(maxsize=8192, typed=True)
def _evaluated(name: str, arguments: tuple[object, ...]) -> object:
    return evaluate(name, arguments)


class Step(NamedTuple):
    """A function of KQL that a value went through: its name, its other arguments, and the places of the value."""

    name: str
    arguments: tuple[object, ...]
    places: tuple[int, ...]

    def of(self, value: object) -> object:
        """What it makes of a value, UNTOLD where that is not known."""
        others = iter(self.arguments)
        length = len(self.arguments) + len(self.places)
        arguments = tuple([value if place in self.places else next(others) for place in range(length)])
        try:
            return _evaluated(self.name, arguments)
        except TypeError:  # an array is among them, which can't be remembered
            return evaluate(self.name, arguments)


class Case(NamedTuple):
    """A constant that a value is where a condition holds, None where it can be anything there."""

    condition: Condition
    constant: Constant | None


@dataclass(frozen=True, eq=False, slots=True)
class Derivation:
    """How a computed value depends on columns of tables.

    origins and steps: it is what the functions make, one after another, of the value of one of these columns.
    truth: of a predicate, for which rows it holds.  cases: it is one of some constants, by condition.  bag: it is the
    dynamic value that was parsed of these columns, with their keys (``parse_json(AdditionalFields)``), or that as text.
    """

    origins: tuple[Origin, ...] = ()
    steps: tuple[Step, ...] = ()
    truth: Truth | None = None
    cases: tuple[Case, ...] = ()
    bag: tuple[Origin, ...] = ()

    def moved(self, rows: Callable[[Row], Row]) -> Derivation:
        """The same as other Rows have it."""

        def condition(one: Condition) -> Condition:
            return {rows(row): state for row, state in one.items()} if one else one

        truth = None
        if self.truth is not None:
            false = None if self.truth.false is None else condition(self.truth.false)
            truth = Truth(condition(self.truth.holds), condition(self.truth.fails), false)
        origins = tuple([Origin(rows(row), name) for row, name in self.origins])
        cases = tuple([Case(condition(case.condition), case.constant) for case in self.cases])
        bag = tuple([Origin(rows(row), name) for row, name in self.bag])
        return Derivation(origins, self.steps, truth, cases, bag)

    @property
    def rows(self) -> Iterator[Row]:
        """The Rows that it mentions, some of them several times."""
        yield from (origin.row for origin in (*self.origins, *self.bag))
        for condition in (*(self.truth or ()), *(case.condition for case in self.cases)):
            yield from condition or ()


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Value:
    """What is known of a scalar expression.  Never changed once made.

    type is a KQL type or "unknown".  origins as in Column (through parentheses and tostring()).  constants are the
    possible values where all are known from the text: one for a literal, several for a dynamic array; None where not.
    exact: it is, or has, all of the constants, and not just one or some of them, as a column of a literal table, or
    what a filter leaves of one.  folded is "lower" or "upper" where tolower()/toupper() wraps the origin.  partial: it
    is a column that may be empty in rows of other origins; absent are those of the Rows that are known.  derivation is
    None where it does not depend on columns in a way that is understood.  apart: it is of another row than the one at
    hand (a step of scan, an element of a graph), so that comparing it narrows nothing.  known, where the type is
    dynamic: the one value that it surely has, as ``domains.scalars`` says.  alternatives: a condition in the query
    chooses one of the constants.
    """

    type: str = UNKNOWN
    origins: tuple[Origin, ...] = ()
    constants: tuple[Constant, ...] | None = None
    folded: str | None = None
    exact: bool = True
    partial: bool = False
    derivation: Derivation | None = None
    absent: tuple[Row, ...] = ()
    apart: bool = False
    known: object = UNTOLD
    alternatives: bool = False

    @property
    def is_traced(self) -> bool:
        """Whether it has to do with rows of tables, in a way that is understood."""
        return bool(self.origins) or self.derivation is not None

    @property
    def bag(self) -> tuple[Origin, ...]:
        """The columns of which it is the parsed value."""
        return () if self.derivation is None else self.derivation.bag

    @property
    def truth(self) -> Truth | None:
        """For which rows a predicate holds; None where nothing is known of that."""
        return None if self.derivation is None else self.derivation.truth

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
    if value.constants is None or len(value.constants) != 1 or not value.exact or isinstance(value.known, list):
        return None
    text = value.constants[0].value
    return text if isinstance(text, str) else None
