"""What the parts of the binder share: the facts found so far, the names declared, the Value of each expression.

What binds a kind of expression, a source of rows, a call or an operator gets this, records what it finds, and calls
back for what lies below it.  ``Binder`` is the one implementation; nothing else knows it, so that imports go one way:
scopes, domains and events, then this, then calls, expressions, sources and operators, then the binder.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kql_lint.budget import Budget
from kql_lint.semantics.account import Account
from kql_lint.semantics.contract_facts import DynamicUse, JoinFault, KeyTypes, Mismatch, Misuse, NamedCondition
from kql_lint.semantics.events.kinds import kind_column, lacks_every_kind
from kql_lint.semantics.events.narrowing import keeps_others, narrowings, of_value
from kql_lint.semantics.facts import (
    ColumnRead,
    Exhausted,
    Facts,
    ForeignTable,
    KeyRead,
    MissingKey,
    NameUse,
    Opened,
    Step,
    TextColumn,
    UnknownColumn,
    UnknownFunction,
    UnknownTable,
)
from kql_lint.semantics.persistent import put
from kql_lint.semantics.scopes.environment import Environment, Local, LocalFunction
from kql_lint.semantics.scopes.frame import Frame
from kql_lint.semantics.scopes.scope import Column, Derivation, Origin, Row, Scope, Segment, Value, retraced
from kql_lint.syntax import ast, outside_strings

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue, Definition
    from kql_lint.semantics.scopes.name_index import NameIndex
    from kql_lint.semantics.scopes.state import State
    from kql_lint.syntax import Holes

# Python's own limit on the depth of calls is 1000.  Nested brackets, which the parser lets through up to a hundred,
# cost so many calls each; what lies deeper than the limit is unknown.
MAX_DEPTH = 720
_ROOM = 120
# What it costs to see what a filter leaves of a row.
_ROW = 4

_UNKNOWN = Value()
_NO_SCOPE = Scope()


class Context(Account, ABC):
    """The state of binding one query."""

    def __init__(
        self,
        query: ast.Query,
        text: str,
        catalogue: Catalogue,
        platform: str,
        strict_fields: bool,
        errors: Sequence[int],
        depth: int = 0,
        holes: Holes = (),
        budget: Budget | None = None,
    ) -> None:
        loose = outside_strings(text, holes) if holes else ()
        facts = Facts(text, query, catalogue, strict_fields, holes=holes, loose=loose)
        super().__init__(facts, budget or Budget(len(text)))
        self.catalogue = catalogue
        self.platform = platform
        self.values: dict[ast.Node, Value] = {}
        self.environment = Environment()
        self.segment = Segment()
        self.active: list[LocalFunction] = []
        self.next_column = 1
        self.fuzzy = False  # inside union isfuzzy=true: tables may be missing
        # Past a syntax error a name may look unknown because what declares it could not be read.
        self.doubtful_from = min(errors, default=len(text) + 1)
        self.depth = depth
        self.variables: list[ast.Name] = []  # names that stand for scalars, where they are read
        self.declaring = False  # a function with parameters is bound as it is declared
        self.passed: list[ast.Expression] = []  # arguments of functions whose bodies are followed
        self.foreign: set[Row] = set()  # Rows of tables that functions in other texts read
        self.groups: frozenset[str] = frozenset()  # what macro-expand calls the entity at hand
        self.within: tuple[Definition, ...] = ()  # the functions in whose text this is, outermost first
        self._seen: set[ast.Node] = set()
        self.table_names: NameIndex | None = None  # those of the catalogue, once a pattern has been looked for

    # --- what lies below, which the binder binds ------------------------------------------------------------------

    @abstractmethod
    def run(self, statements: Sequence[ast.Statement]) -> Value | Scope | None:
        """Bind statements in order; what the last of them that is an expression gives."""

    @abstractmethod
    def evaluate(self, expression: ast.Expression, frame: Frame | None = None) -> Local:
        """What an expression that may be scalar or tabular gives: a Value, a Scope, or a function that it names."""

    @abstractmethod
    def scalar(self, expression: ast.Expression, frame: Frame) -> Value:
        """Bind a scalar expression and all below it; its Value is kept for ``value_of``."""

    @abstractmethod
    def tabular(self, expression: ast.Expression) -> Scope:
        """Bind a tabular expression; one that turns out not to be a table is an open scope."""

    @abstractmethod
    def pipeline(self, pipeline: ast.Pipeline, given: Scope | None = None) -> Scope:
        """Bind a pipeline; given is the input of one that has no source."""

    @abstractmethod
    def apart(self, query: ast.Query, text: str, depth: int, budget: Budget | None) -> Context:
        """The state for another text, with facts of its own, and a budget of its own where none is given."""

    def value_of(self, expression: ast.Expression) -> Value:
        """What was found out about an expression that has been bound."""
        return self.values.get(expression, _UNKNOWN)

    def read(
        self,
        node: ast.Expression,
        column: Column,
        frame: Frame,
        scope: Scope,
        states: Mapping[Row, State] | None = None,
        side: str = "",
    ) -> Value:
        """Record that a column of the scope is read, and give its Value; states, where they are not the frame's."""
        if len(column.origins) > 1 and not self.affords(len(column.origins), node):
            return _UNKNOWN
        seen = frame.states if states is None else states
        read = ColumnRead(node, column, frame.clause, frame.compared, seen, frame.segment, False, side, self.declaring)
        self.facts.reads.append(read)
        partial = scope.is_partial(column)
        constants, derivation = (None, _bag_alone(column)) if partial else (column.constants, column.derivation)
        return Value(
            column.type, column.origins, constants, column.folded, column.exact, partial, derivation, column.absent
        )

    def step(self, node: ast.Node, scope: Scope, before: Scope | None = None) -> None:
        """Record what is in scope behind a source or an operator, where somebody asked for it: see Step."""
        if self.facts.steps is not None:
            self.facts.steps.append(Step(node, scope, before))

    def name_use(self, node: ast.Expression, name: str) -> None:
        """Record that a name which the query declares is used, where somebody asked for it: see NameUse."""
        declaration = None if self.facts.names is None else self.environment.declaration(name)
        if self.facts.names is not None and declaration is not None:
            self.facts.names.uses.append(NameUse(node, declaration))

    def key_read(self, node: ast.Expression, key: str, bag: tuple[Origin, ...], frame: Frame) -> None:
        """Record that a key is read of the bags; node is its place."""
        if bag and (len(bag) == 1 or self.affords(len(bag), node)):
            self.facts.key_reads.append(KeyRead(node, key, bag, frame.states, frame.segment))

    def filtered(self, node: ast.Expression, states: Mapping[Row, State]) -> Mapping[Row, State]:
        """The states of the rows that a filter, which has been bound, keeps; what it leaves nothing of is recorded."""
        truth = of_value(self.value_of(node))
        if truth is None or not states or not self.affords(_ROW * len(truth.holds), node):
            return states
        changes = narrowings(states, truth.holds, node)
        after = put(states, changes) if changes else states
        every = None
        for row, state in changes.items():
            before = states[row]
            listed = bool(before.domains) and lacks_every_kind(row, state) and not lacks_every_kind(row, before)
            ends = listed or (state.empty and not before.empty)
            if ends and not keeps_others(node, row, self.value_of):
                empty = (name for name, domain in state.domains.items() if domain.empty)
                column = kind_column(row) if listed else next(empty)
                if every is None:
                    about = [(one, after[one]) for one in truth.holds if one in after]
                    every = all(left.empty or lacks_every_kind(one, left) for one, left in about)
                fact = Exhausted(node, row, column, before.domain(column), before.why(column), listed, every)
                self.facts.exhausted.append(fact)
        return after

    def is_deep(self) -> bool:
        """Whether no function should be followed any further: what is left of the stack is for what its body holds."""
        return self.depth > MAX_DEPTH - _ROOM

    def frame(self, scope: Scope | None, clause: str, right: Scope | None = None) -> Frame:
        """The surroundings of an expression in the operator at hand."""
        return Frame(scope or _NO_SCOPE, clause, self.segment, right=right)

    # --- segments and rows ----------------------------------------------------------------------------------------

    def end_segment(self, scope: Scope) -> None:
        """The rows end here as rows (an aggregation, or the end of the pipeline); begin anew."""
        self.segment.final = scope.states
        self.facts.segments.append(self.segment)
        self.segment = Segment()

    def fresh(self, scope: Scope, node: ast.Node) -> Scope:
        """The scope with rows of its own, for one more reference to the same table variable.

        Two references are filtered apart from each other, so their rows' states must be apart too.
        """
        if self.budget.spent:
            return Scope(open=True)
        if not scope.states:
            return scope
        rows = _Copies((row, Row(row.name, row.tables, row.node, row.copy_of or row)) for row in scope.states)
        cost = len(rows)

        def change(column: Column) -> Column:
            nonlocal cost
            cost += 1 + len(column.origins) + len(column.absent)
            if column.derivation is not None:
                cost += sum(1 for _ in column.derivation.rows)
            return column.moved(rows.__getitem__, column.declared, column.constants)

        columns = retraced(scope.columns, change)
        if not self.affords(cost, node):
            return Scope(open=True)
        states = {rows[row]: state for row, state in scope.states.items()}
        self.foreign.update(copy for row, copy in rows.items() if row in self.foreign)
        self.facts.copies.update((row, state) for row, state in states.items() if row not in self.foreign)
        return Scope(columns, scope.open, scope.dropped, states, scope.hidden, splits=scope.splits, mixed=scope.mixed)

    # --- what is not known ----------------------------------------------------------------------------------------

    def opened(self, node: ast.Node, reason: str, columns: Mapping[str, Column] | None = None) -> Scope:
        """An open scope, recorded with its reason."""
        self.facts.opened.append(Opened(node, reason))
        return Scope(columns or {}, open=True)

    def unknown_column(self, node: ast.Name, scope: Scope, member_of: str | None = None) -> None:
        """Record that a closed scope lacks the name, or that a value of a type has no members."""
        if self._first(node):
            dropped_by = None if member_of is not None else scope.dropped.get(node.name)
            self.facts.unknown_columns.append(UnknownColumn(node, scope, dropped_by, member_of))

    def unlisted_column(self, node: ast.Name, scope: Scope) -> None:
        """Record that a scope which may have further columns does not list the name."""
        if node.start < self.doubtful_from and not self.facts.loose:  # a hole may declare it, or use it too
            self.facts.unlisted_columns.append(UnknownColumn(node, scope, None))

    def missing_key(self, node: ast.Name, side: str, scope: Scope) -> None:
        """Record that one side of a join or lookup lacks the key."""
        if self._first(node):
            self.facts.missing_keys.append(MissingKey(node, side, scope))

    def mismatch(self, node: ast.Expression, *operands: Value) -> None:
        """Record that an operator is not defined for the types of its operands, where those are sure."""
        if all(operand.is_settled for operand in operands) and self._first(node):
            self.facts.mismatches.append(Mismatch(node, tuple([operand.type for operand in operands])))

    def dynamic_use(self, nodes: Iterable[ast.Expression], use: str) -> None:
        """Record those of the nodes, which have been bound, whose values are surely dynamic: see DynamicUse."""
        for node in nodes:
            value = self.value_of(node)
            if value.type == "dynamic" and value.is_settled and self._first(node):
                self.facts.dynamic_uses.append(DynamicUse(node, use))

    def dynamic_comparison(self, node: ast.Binary, left: Value, right: Value) -> None:
        """Record that two dynamic values are compared."""
        if left.is_settled and right.is_settled and self._first(node):
            self.facts.dynamic_uses.append(DynamicUse(node, node.op))

    def misuse(self, node: ast.Expression, use: str, value: Value) -> None:
        """Record that an operator does not take the value: see Misuse."""
        if self._first(node):
            self.facts.misuses.append(Misuse(node, use, value.type))

    def named_condition(self, node: ast.NamedExpression, use: str, frame: Frame) -> None:
        """Record a name given where a condition is wanted: see NamedCondition."""
        if len(node.names) == 1 and self._first(node):
            name, first = node.names[0].name, node.value
            while isinstance(first, ast.Logical):
                first = first.operands[0]
            column = name in frame.columns or (None if frame.scope.open else name in frame.scope.hidden)
            value = self.value_of(node.value)
            constants = value.constants if value.exact else None
            fact = NamedCondition(node, use, column, self.value_of(first).type, constants)
            self.facts.named_conditions.append(fact)

    def join_fault(self, operator: ast.Join | ast.Lookup, node: ast.Node, what: str) -> None:
        """Record what is wrong with a join's condition: see JoinFault."""
        if self._first(node):
            self.facts.join_faults.append(JoinFault(operator, node, what))

    def key_types(self, node: ast.Expression, left: str, right: str) -> None:
        """Record that the two columns of a join's key are of different types."""
        if self._first(node):
            self.facts.key_types.append(KeyTypes(node, left, right))

    def text_columns(self, nodes: Iterable[ast.Expression], scope: Scope, keyword: str) -> None:
        """Record the bare texts among the columns of an operator."""
        for node in nodes:
            if isinstance(node, ast.Ordered):
                node = node.expression
            if isinstance(node, ast.Literal) and node.type == "string" and self._first(node):
                self.facts.text_columns.append(TextColumn(node, scope, keyword))

    def unknown_table(self, node: ast.Name) -> None:
        """Record that no table of this name is known."""
        if not self.fuzzy and self._first(node):
            self.facts.unknown_tables.append(UnknownTable(node))

    def foreign_table(self, node: ast.Name, platform: str) -> None:
        """Record that only this platform, and not the query's, has the table."""
        if not self.fuzzy and self._first(node):
            self.facts.foreign_tables.append(ForeignTable(node, platform))

    def unknown_function(self, node: ast.Name, plugin: bool = False) -> None:
        """Record that no function of this name is known."""
        if self._first(node):
            self.facts.unknown_functions.append(UnknownFunction(node, plugin))

    def _first(self, node: ast.Node) -> bool:
        """Whether nothing has been said of the node yet, and something may be."""
        if node in self._seen or node.start >= self.doubtful_from:
            return False
        self._seen.add(node)
        return True

    def column_name(self, taken: Callable[[str], bool]) -> str:
        """The name of a column that has none: ``Column1``, ``Column2`` and so on through the query."""
        while True:
            name = f"Column{self.next_column}"
            self.next_column += 1
            if not taken(name):
                return name


def _bag_alone(column: Column) -> Derivation | None:
    """What is left of how a column was computed where it may be empty instead."""
    return Derivation(bag=column.bag) if column.bag else None


class _Copies(dict[Row, Row]):
    """What takes the place of rows; others stay."""

    def __missing__(self, row: Row) -> Row:
        return row
