"""What the binder found out about a query: the facts that the rules go over.  Offsets are those of the nodes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar, overload

from kql_lint.memory import Memory
from kql_lint.syntax.ast import Node, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from kql_lint.catalogue import Catalogue, PlatformFunction
    from kql_lint.semantics.contract_facts import (
        Application,
        DynamicUse,
        JoinFault,
        KeyTypes,
        MisfitArgument,
        MisfitCall,
        Mismatch,
        Misuse,
        NamedCondition,
    )
    from kql_lint.semantics.domains.domain import Domain
    from kql_lint.semantics.scopes.scope import Column, Constant, Origin, Row, Scope, Segment, Value
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax import Holes, ast

N = TypeVar("N", bound=Node)
M = TypeVar("M", bound=Node)


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Comparison:
    """A comparison of a column with constants: ``node`` is the Binary or In (or the Call in it, of tolower ...).

    op is as in the AST.  origins are those of the column's side, of columns that tell kinds of events or whose values
    are listed.  before is what the column could have before it, by row.  filters: it stands, not under ``or`` or
    ``not``, in a where of the main pipeline.  constants are those that it surely compares with, or one of which it does
    by a condition.  complete: they are all (a list may also hold values that the text does not tell, or rows of a
    literal table that are left out).  within: the function in another text that compares, with its place; node is the
    call's name then.
    """

    node: ast.Expression
    op: str
    origins: tuple[Origin, ...]
    constants: tuple[Constant, ...]
    before: Mapping[Row, Domain]
    folded: str | None = None
    filters: bool = False
    complete: bool = True
    within: str | None = None

    @property
    def column(self) -> str | None:
        """The column that tells the kinds, under its table's name; None where that are several."""
        names = {origin.column for origin in self.origins}
        return names.pop() if len(names) == 1 else None


class Exhausted(NamedTuple):
    """A conjunct of a filter after which a column of a Row, which could hold something before, can hold nothing.

    before is what it could hold; reasons are the places that narrowed it to that.  listed: it can hold something, but
    none of the kinds of events that the table is known to have.  every: so it is for all rows that the filter is about.
    """

    node: ast.Node
    row: Row
    column: str
    before: Domain
    reasons: tuple[ast.Node, ...]
    listed: bool = False
    every: bool = True


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class ColumnRead:
    """A column read by name.

    clause says where: ``where``, ``extend``, ``project``, ``summarize``, ``by``, ``join``, ``search`` (and find),
    ``plugin`` (an argument of evaluate's), ``other``, or ``names`` for project-away, -keep, -reorder and -rename, which
    name a column and do not look at its values.  in_predicate: the read column is compared there (a filter on it).
    states is what is known of each Row at that point.
    needed: the where it stands in keeps no row whose value is empty (``RemotePort == 443``).  side: of a join's key
    that both sides have, which one's column it is (``left`` or ``right``).  declared: it stands in a function, which
    was bound for its parameters as they are declared and not for a call.
    """

    node: ast.Expression
    column: Column
    clause: str
    in_predicate: bool
    states: Mapping[Row, State]
    segment: Segment
    needed: bool = False
    side: str = ""
    declared: bool = False


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class KeyRead:
    """A key read by name from a bag, such as EventData or what parse_json makes of AdditionalFields.

    node is its place: the name behind a dot, the string in brackets, or the string that a function is given.  origins
    are the columns that the bag may be of.  states is what is known of each Row at that point.
    """

    node: ast.Expression
    key: str
    origins: tuple[Origin, ...]
    states: Mapping[Row, State]
    segment: Segment


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class UnknownColumn:
    """A name that a closed scope does not have.  dropped_by is the operator that took it away earlier, if one did.

    member_of: the name stands behind a dot, and what is before it is of this type, which has no members.
    """

    node: ast.Name
    scope: Scope
    dropped_by: ast.Node | None
    member_of: str | None = None


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class UnknownTable:
    """A name in table position that neither the catalogue nor the query knows."""

    node: ast.Name


class ForeignTable(NamedTuple):
    """A table that only another platform than the query's has: that one."""

    node: ast.Name
    platform: str


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class UnknownFunction:
    """A call, or a plugin after ``evaluate``, of a name that neither KQL nor the catalogue nor the query knows."""

    node: ast.Name
    plugin: bool = False


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class MissingKey:
    """A join or lookup key that one side lacks: ``side`` is ``left`` or ``right``; scope is that side's."""

    node: ast.Name
    side: str
    scope: Scope


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class TextColumn:
    """A bare text where a column is chosen, grouped or sorted by: ``distinct "User Name"``; scope is the input's.

    keyword is ``project``, ``distinct``, ``by``, ``sort`` or ``top``.
    """

    node: ast.Literal
    scope: Scope
    keyword: str


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Opened:
    """The place where a scope became open, with the reason in words: what follows can't be known wholly.

    settled: a later operator, such as project, named all columns again.
    """

    node: ast.Node
    reason: str
    settled: bool = False

    def told(self) -> str:
        """The reason with the name that it is about."""
        name = getattr(self.node, "name", None)
        return f"{name}, {self.reason}" if isinstance(name, str) and not self.reason.startswith(name) else self.reason


class NameUse(NamedTuple):
    """A name that the query declares is used: a Name, or the string of ``table("T")``; declaration is its Name."""

    node: ast.Expression
    declaration: ast.Name


class Unified(NamedTuple):
    """Columns of one name that a union, or another operator over several tables, makes one column of, or splits."""

    node: ast.Node
    name: str
    columns: Sequence[Column]


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Names:
    """What is known of names beyond reads and columns (``ColumnRead``, ``Column.declared``); both come in any order."""

    uses: list[NameUse] = field(default_factory=list)
    unified: list[Unified] = field(default_factory=list)


class Step(NamedTuple):
    """A source or an operator, and what is in scope behind it; before: what was in front of it, None for a source."""

    node: ast.Node
    scope: Scope
    before: Scope | None = None


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class FunctionUse:
    """A function that a platform or the user adds to KQL is used: function is None for one that the query defines.

    node is its name; for a function of the query, its definition.
    """

    node: ast.Node
    name: str
    function: PlatformFunction | None


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class WatchlistUse:
    """``_GetWatchlist("alias")``: columns are those that an overlay declares for it, None where none does."""

    node: ast.Node
    alias: str
    columns: Mapping[str, str] | None


@dataclass(eq=False, repr=False, slots=True, match_args=False)
class Facts:
    """All facts of one query, in the order of the pipeline.

    exhausted: see Exhausted.
    rows: each reference to a table of the catalogue.  calls: the names of the functions that are called.  segments: all
    that have ended, in that order.  copies: Rows of further references to a table variable, as they begin.
    going_on: those of a table that ``as`` names, which are rows of its pipeline still.
    applications: every call of KQL's own functions, in the order of binding.  mismatches, dynamic_uses, misuses,
    join_faults, key_types, named_conditions: once a place, and none behind a syntax error.
    A function's body is bound once where it is declared and again for each call whose arguments matter: facts about one
    place may come several times, with different rows.  Unknown names come once a place.
    unlisted_columns are the names that a scope lacks which may have further columns; one may come several times, and
    be a column when it is bound again.
    used_otherwise: literals that are handed over to a function which does more with them than compare ActionType.
    syntax_errors: the offsets at which the parser reported one and read on; used_elsewhere: names of lets that later
    queries of the file use.  platform: which the query is said to be for.  bounded: what runs the query asks for rows
    of a time range.  The engine sets these four.
    cut: where the budget of steps or of strings ran out, None where it did not.  whole: the steps did not run out; else
    facts are missing, and what all facts about a place have in common can't be known.
    holes: the stretches of the text that only the deployment knows; loose: those that are in no string or comment.
    memory: what rules make of these facts, so that it is made once.
    steps: each source and operator in the order of binding, None where nobody asked for them.
    names: the uses of names that statements declare, None where nobody asked for them.
    values: what is known of each scalar expression of the text; in the body of a function, for the call bound last.
    tables_as_values: expressions where a scalar or the items of a list are wanted, and the table that stands there, of
    which the first column is taken; for toscalar, the call.
    """

    text: str
    query: ast.Query
    catalogue: Catalogue
    strict_fields: bool = False
    comparisons: list[Comparison] = field(default_factory=list)
    reads: list[ColumnRead] = field(default_factory=list)
    key_reads: list[KeyRead] = field(default_factory=list)
    unknown_columns: list[UnknownColumn] = field(default_factory=list)
    unlisted_columns: list[UnknownColumn] = field(default_factory=list)
    unknown_tables: list[UnknownTable] = field(default_factory=list)
    foreign_tables: list[ForeignTable] = field(default_factory=list)
    exhausted: list[Exhausted] = field(default_factory=list)
    unknown_functions: list[UnknownFunction] = field(default_factory=list)
    missing_keys: list[MissingKey] = field(default_factory=list)
    text_columns: list[TextColumn] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    calls: list[ast.Name] = field(default_factory=list)
    functions: list[FunctionUse] = field(default_factory=list)
    watchlists: list[WatchlistUse] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    copies: dict[Row, State] = field(default_factory=dict)
    going_on: set[Row] = field(default_factory=set)
    applications: list[Application] = field(default_factory=list)
    misfit_calls: list[MisfitCall] = field(default_factory=list)
    misfit_arguments: list[MisfitArgument] = field(default_factory=list)
    mismatches: list[Mismatch] = field(default_factory=list)
    dynamic_uses: list[DynamicUse] = field(default_factory=list)
    misuses: list[Misuse] = field(default_factory=list)
    named_conditions: list[NamedCondition] = field(default_factory=list)
    join_faults: list[JoinFault] = field(default_factory=list)
    key_types: list[KeyTypes] = field(default_factory=list)
    holes: Holes = ()
    loose: Holes = ()
    used_otherwise: set[ast.Node] = field(default_factory=set)
    cut: ast.Node | None = None
    whole: bool = True
    syntax_errors: tuple[int, ...] = ()
    used_elsewhere: Collection[str] = ()
    platform: str = "auto"
    bounded: bool = False
    steps: list[Step] | None = None
    names: Names | None = None
    values: Mapping[ast.Node, Value] = field(default_factory=dict)
    tables_as_values: dict[ast.Node, Scope] = field(default_factory=dict)
    memory: Memory = field(default_factory=lambda: Memory(100_000))  # no longer than the query lives

    @property
    def nodes(self) -> list[ast.Node]:
        """Every node of the query, parents first."""
        return self.memory.get("nodes", lambda: list(walk(self.query)))

    @overload
    def nodes_of(self, kind: type[N], /) -> Sequence[N]: ...
    @overload
    def nodes_of(self, kind: type[N], other: type[M], /) -> Sequence[N | M]: ...
    @overload
    def nodes_of(self, *kinds: type[N]) -> Sequence[N]: ...
    def nodes_of(self, *kinds: type[Node]) -> Sequence[Node]:
        """The nodes of the query that are of one of these kinds, parents first."""
        by_kind = self.memory.get("nodes by kind", lambda: by_type(self.nodes))
        there = [kind for kind in by_kind if issubclass(kind, kinds)]
        if len(there) < 2:
            return by_kind[there[0]] if there else ()
        return [node for node in self.nodes if isinstance(node, kinds)]

    def intact(self, node: ast.Node, start: int, end: int) -> bool:
        """Whether no syntax error lies between a node and a stretch: what holds at one then holds at the other."""
        start, end = min(node.start, start), max(node.end, end)
        return not any(start <= offset <= end for offset in self.syntax_errors)


def by_type(nodes: Iterable[Node]) -> dict[type[Node], list[Node]]:
    """Nodes by their type, in their order."""
    found: dict[type[Node], list[Node]] = defaultdict(list)
    for node in nodes:
        found[type(node)].append(node)
    return found
