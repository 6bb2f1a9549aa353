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
from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.frame import Frame
    from kql_lint.semantics.scopes.state import State


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


class Followed:
    """What binding found out of the beginning of a text, for another text whose tree has the same nodes there.

    It is of one catalogue and platform.  Each entry holds for what was declared before it (``_Moment``), and for an
    operator for the scope that it was given.
    """

    def __init__(self) -> None:
        self.begin = _Moment()
        self.lets: dict[tuple[_Moment, ast.Node], tuple[Local, _Moment]] = {}
        self.sources: dict[tuple[_Moment, ast.Node], Scope] = {}
        self.operators: dict[tuple[_Moment, ast.Node], tuple[Scope | None, Scope, int]] = {}


class _Moment:
    """A point of a text at which certain names are declared."""


class WatchingBinder(Binder):
    """Binds a query and keeps what is in scope at one stretch of it; the innermost node that is around it counts.

    A function's body is bound as it is declared and for its calls: the last time counts.
    """

    def __init__(self, watch: tuple[int, int], followed: Followed | None, *given: Any, **more: Any) -> None:
        """Takes the stretch, what is known of an earlier text, and what Binder takes."""
        super().__init__(*given, **more)
        self._watch = watch
        self._watched: Watched | None = None
        self._top = self.environment
        self._before = followed or Followed()
        self._moment = self._before.begin
        self._lets, self._sources, self._known = self._before.lets, self._before.sources, self._before.operators
        if followed is not None:  # what this text does not have is forgotten
            followed.lets, followed.sources, followed.operators = {}, {}, {}
        self._after = self._before if followed is not None else None

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
        if isinstance(operator, ast.DamagedOperator) and scope is not None:
            # Most operators leave columns as they are; nothing is judged by what is kept here.
            return Scope(scope.columns, True, scope.dropped, scope.states, scope.hidden, mixed=scope.mixed)
        if operator.start <= self._watch[1] <= operator.end:
            self._anew(scope)
            return super().operator(operator, scope)
        if not self._is_outside:
            return super().operator(operator, scope)
        key = self._moment, operator
        known = self._known.get(key)
        if known is None or known[0] is not scope:
            known = scope, super().operator(operator, scope), self.next_column
        self.next_column = known[2]
        if self._after is not None:
            self._after.operators[key] = known
        return known[1]

    @property
    def _is_outside(self) -> bool:
        """Whether what is bound depends on nothing but what the query declares: no function is followed."""
        return self.environment is self._top and not (self.active or self.groups or self.passed or self.budget.spent)

    def _source(self, source: ast.Expression | ast.Operator) -> Scope:
        if isinstance(source, ast.Operator) or not self._is_outside or source.end > self._watch[0]:
            return super()._source(source)
        key = self._moment, source
        found = self._sources.get(key)
        if found is None:
            found = super()._source(source)
        if self._after is not None:
            self._after.sources[key] = found
        return found

    def _let(self, statement: ast.Let) -> Local:
        if not self._is_outside or statement.end > self._watch[0]:
            return super()._let(statement)
        key = self._moment, statement
        known = self._lets.get(key)
        if known is None:
            known = super()._let(statement), _Moment()
        self._moment = known[1]
        if self._after is not None:
            self._after.lets[key] = known
        return known[0]

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
