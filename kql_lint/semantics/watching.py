"""What is in scope at one place of a query, as binding comes to it: what completion offers there.

Offsets are half-open, in code points of the query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kql_lint.semantics.binder import Binder
from kql_lint.semantics.scopes.environment import Local
from kql_lint.semantics.scopes.scope import Column, Row, Scope, Value

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax import ast


@dataclass(slots=True)
class Watched:
    """What is known at the watched place.

    scope has the columns in scope: those that an expression sees there, or the input of the operator; None outside of
    any.  right: those of a join's other side, where they are seen too.  members: what ``$left`` and ``$right`` have, or
    the steps of scan and the elements of a graph.  states is what is known of each Row at the place itself, behind the
    conditions before it.  table: a table is expected there.  declared are the names that statements declare, with what
    each stands for and the node that declares it.
    """

    scope: Scope | None = None
    right: Scope | None = None
    members: Mapping[str, Scope] = field(default_factory=dict)
    states: Mapping[Row, State] = field(default_factory=dict)
    table: bool = False
    declared: Mapping[str, tuple[Local, ast.Name]] = field(default_factory=dict)

    @property
    def names(self) -> Mapping[str, Local]:
        """What each name stands for that statements declare."""
        return {name: local for name, (local, _) in self.declared.items()}

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns that can be named; a join's condition sees those of both sides."""
        columns = dict(self.scope.columns) if self.scope is not None else {}
        for name, column in self.right.columns.items() if self.right is not None else ():
            columns.setdefault(name, column)
        return columns


class WatchingBinder(Binder):
    """Binds a query and keeps what is in scope at one stretch of it; the innermost node that is around it counts.

    A function's body is bound as it is declared and for its calls: the last time counts.
    """

    def __init__(self, watch: tuple[int, int], *given: Any, **more: Any) -> None:
        """Takes the stretch, and what Binder takes."""
        super().__init__(*given, **more)
        self._watch = watch
        self._watched: Watched | None = None

    def told(self) -> Watched:
        """What is known of the place; where it lies in no operator, what is declared before it."""
        return self._watched or self._anew(None)

    def scalar(self, expression: ast.Expression, frame: Frame) -> Value:
        """As Binder's; what the expression sees is kept."""
        if self._is_around(expression):
            watched = self._anew(frame.scope)
            watched.right, watched.members, watched.states = frame.right, frame.members or {}, frame.states
        return super().scalar(expression, frame)

    def operator(self, operator: ast.Operator, scope: Scope | None) -> Scope:
        """As Binder's; what the operator is given is kept."""
        if operator.start <= self._watch[1] <= operator.end:
            self._anew(scope)
        return super().operator(operator, scope)

    def unknown_table(self, node: ast.Name) -> None:
        """As Binder's; that a table is expected there is kept."""
        if self._is_around(node):
            self._anew(self._watched.scope if self._watched is not None else None).table = True
        super().unknown_table(node)

    def frame(self, scope: Scope | None, clause: str, right: Scope | None = None) -> Frame:
        """As Binder's; of a join at hand both sides are kept, for its condition."""
        watched = self._watched
        if right is not None and watched is not None and watched.scope in (scope, None):
            watched.right = right
            watched.members = {"$left": scope or Scope(open=True), "$right": right}
        return super().frame(scope, clause, right)

    def _is_around(self, node: ast.Node) -> bool:
        start, end = self._watch
        return node.start <= start and end <= node.end

    def _anew(self, scope: Scope | None) -> Watched:
        """What is known of the place now."""
        states = scope.states if scope is not None else {}
        self._watched = watched = Watched(scope, states=states, declared=self.environment.declared())
        return watched
