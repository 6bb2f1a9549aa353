"""Comparisons of a column, or of what is made of one, with constants: which side is which, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.semantics.domains.string_operators import OPERATORS
from kql_lint.semantics.events.kinds import comparable, is_kind, is_listed
from kql_lint.semantics.facts import Comparison
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.semantics.scopes.scope import Constant, Row, Value
    from kql_lint.semantics.scopes.state import State

ValueOf = Callable[[ast.Expression], "Value"]

ORDER = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The operators that ask which of two is the larger one, each with what it is when its operands are exchanged."""

MIRRORED = {**{op: op for op in ("==", "!=", "<>", "=~", "!~")}, **ORDER}
"""The operators whose operands may be exchanged, each with what it is then."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The column's side of a comparison, and the constants on the other.

    certain are those that it is surely compared with, possible those and what else a list may hold; complete: all that
    it may hold is known.  meant are those between which a condition of the query chooses, beside the certain ones.
    """

    op: str
    column: Value
    certain: tuple[Constant, ...]
    possible: tuple[Constant, ...]
    complete: bool
    meant: tuple[Constant, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it is compared with all constants that are possible."""
        return self.complete and len(self.certain) == len(self.possible)

    def comparable(self) -> Compared:
        """The same with the constants that the column can equal, as the catalogue writes them."""
        certain, possible = comparable(self.column, self.certain), comparable(self.column, self.possible)
        complete = self.complete and len(possible) == len(self.possible) and bool(possible)
        return Compared(self.op, self.column, certain, possible, complete, comparable(self.column, self.meant))


def compared(expression: ast.Expression, value_of: ValueOf) -> Compared | None:
    """What a Binary or In compares; None where no side of it is of a column, or the other is not known."""
    if isinstance(expression, ast.Binary):
        return compared_values(expression.op, value_of(expression.left), value_of(expression.right))
    if isinstance(expression, ast.In):
        return compared_list(expression.op, value_of(expression.left), [value_of(item) for item in expression.items])
    return None


def compared_values(op: str, left: Value, right: Value) -> Compared | None:
    """What an operator with two operands compares."""
    told = right.constants is None and left.constants is not None
    if op in MIRRORED and (told or (right.is_traced and not left.is_traced)):
        left, right, op = right, left, MIRRORED[op]
    if not left.is_traced or not right.constants or isinstance(right.known, list):
        return None
    if len(right.constants) == 1 and right.exact:
        return Compared(op, left, right.constants, right.constants, True)
    if right.type == "dynamic" or op not in OPERATORS:  # elements of arrays; of several ends none is sure
        return None
    return Compared(op, left, (), right.constants, True, right.constants if right.alternatives else ())


def compared_list(op: str, left: Value, items: Sequence[Value]) -> Compared | None:
    """What ``in`` and its like compare."""
    if len(items) == 1 and not left.is_traced and items[0].is_traced and op in ("in", "in~", "!in", "!in~"):
        left, items = items[0], [left]
    if not left.is_traced:
        return None
    certain: list[Constant] = []
    possible: list[Constant] = []
    meant: list[Constant] = []
    complete = True
    for item in items:
        constants = item.constants or ()
        possible += constants
        certain += constants if item.exact else ()
        meant += constants if item.alternatives else ()
        complete = complete and item.constants is not None
    # An empty list is a place to fill in, not a filter that nothing passes.
    return Compared(op, left, tuple(certain), tuple(possible), complete and bool(possible), tuple(meant))


def comparison(
    node: ast.Binary | ast.In, found: Compared | None, states: Mapping[Row, State], filters: bool = False
) -> Comparison | None:
    """The fact that a node compares a column with constants, or None where it does not.

    The column is one that tells kinds of events, or whose values are listed.
    """
    if found is None or found.op not in OPERATORS or not (is_kind(found.column) or is_listed(found.column)):
        return None
    found = found.comparable()
    # Of what a condition chooses between, has_all asks for one and not for all.
    constants = found.certain if OPERATORS[found.op].all_of else (*found.certain, *found.meant)
    if not constants:
        return None
    before = {
        origin.row: states[origin.row].domain(origin.column)
        for origin in dict.fromkeys(found.column.origins)
        if origin.row in states
    }
    return Comparison(
        node=node,
        op=node.op,
        origins=found.column.origins,
        constants=constants,
        before=before,
        folded=found.column.folded,
        filters=filters,
        complete=found.complete and len(constants) == len(found.possible),
    )
