"""What an expression sees: the columns in scope, the state of the rows, and the clause it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.semantics.scopes.name_index import NameIndex
from kql_lint.semantics.scopes.scope import Column, Row, Scope, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kql_lint.semantics.scopes.state import State


class Frame:
    """The surroundings of an expression while it is bound.

    scope is where names are looked up, right the other side of a join after it.  members are names whose columns are
    reached by a dot: ``$left``, ``$right``, the steps of scan, the elements of a graph pattern.  states changes while
    an expression is walked: the left of ``and`` narrows it for the right.  compared: inside an operand of a
    comparison.  filters: inside a where, not below ``or`` or a call; apart: what members have is of other rows than the
    one at hand.  elements: what ``all(e, ...)`` goes over for the
    parts of a graph pattern; inner_nodes: what ``inner_nodes()`` stands for there.  names: those of the columns, once a
    pattern has been looked for.  over_all: aggregates go over all rows of the scope, not over those of a group.
    """

    __slots__ = (
        "apart",
        "clause",
        "columns",
        "compared",
        "elements",
        "filters",
        "inner_nodes",
        "members",
        "names",
        "over_all",
        "right",
        "scope",
        "segment",
        "states",
    )

    def __init__(
        self,
        scope: Scope,
        clause: str,
        segment: Segment,
        *,
        right: Scope | None = None,
        members: dict[str, Scope] | None = None,
    ) -> None:
        self.scope = scope
        self.columns: Mapping[str, Column] = scope.columns
        self.states: Mapping[Row, State] = scope.states
        self.clause = clause
        self.segment = segment
        self.right = right
        self.members = members
        self.elements: dict[str, Scope] | None = None
        self.inner_nodes: Scope | None = None
        self.names: NameIndex | None = None
        self.compared = False
        self.filters = False
        self.apart = False
        self.over_all = False
