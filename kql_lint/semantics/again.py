"""Binds a text that an edit has made of another: what was found out of its other statements is taken over.

A statement gives the same facts as before where its nodes are the same objects (``syntax.again``), the names that it
asked for stand for the same objects, and what else it asked for is as it was.  So each statement is bound into facts of
its own, with a note of all that it asked for and did, and either is bound again or has that done once more.  Together
they are the facts that binding the whole text gives, in their order; where that can't be sure, the whole text is bound.

LIMIT: a text with holes is read and bound as a whole, since what a hole may be is looked for in all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from kql_lint.budget import Budget
from kql_lint.semantics.binder import Binder
from kql_lint.semantics.facts import Facts, Names
from kql_lint.semantics.scopes.environment import Environment, Local, LocalFunction
from kql_lint.semantics.scopes.scope import Row, Scope, Segment, Value
from kql_lint.syntax import ast
from kql_lint.syntax.again import EarlierText

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from kql_lint.catalogue import Catalogue

_UNKNOWN = Value()
_DECLARING = (ast.Let, ast.QueryStatement, ast.DeclareParameters, ast.DeclarePattern)
_LISTS = tuple(one.name for one in fields(Facts) if one.default_factory is list)
_GATHERED = ("copies", "tables_as_values", "going_on", "used_otherwise")
# Once a place, and not behind a syntax error: see Context.
_SURE = frozenset(
    "unknown_columns unlisted_columns unknown_tables foreign_tables unknown_functions missing_keys text_columns "
    "mismatches dynamic_uses misuses named_conditions join_faults key_types".split()
)


class Given(NamedTuple):
    """What binding depends on beside the text; steps and names say what is recorded: see ``bind``."""

    catalogue: Catalogue
    platform: str
    strict_fields: bool
    steps: bool
    names: bool

    def is_that(self, other: Given | None) -> bool:
        """Whether it is the same, with the same catalogue and not just an equal one."""
        return other is not None and self.catalogue is other.catalogue and self[1:] == other[1:]


class Earlier:
    """What is known of the text before, for analyzing what an edit has made of it; of the first one it is nothing."""

    def __init__(self) -> None:
        self.text = EarlierText()
        self.facts = EarlierFacts()


class EarlierFacts:
    """What was found out of the statements of the text before."""

    def __init__(self) -> None:
        self._given: Given | None = None
        self._segment = Segment()
        self._top = _AskedEnvironment(_Asked())
        self._bound: dict[ast.Statement, _Statement] = {}

    def bind(
        self, query: ast.Query, text: str, given: Given, errors: Sequence[int]
    ) -> tuple[Facts, Value | Scope | None] | None:
        """The facts of a text without holes, and what its last expression gives.

        None where only binding the text as a whole can tell, since it is too complex to be bound wholly.
        """
        known = self._bound if given.is_that(self._given) else {}
        self._given, self._bound = None, {}
        binder = _Again(query, text, given, self._segment, self._top, known)
        result = binder.run(query.statements)
        if binder.aborted:
            return None
        self._given, self._bound = given, binder.bound
        return binder.gathered(query.statements, min(errors, default=len(text) + 1)), result


@dataclass(slots=True, eq=False)
class _Statement:
    """What binding a statement asked for, found and did.

    asked are names with what they stood for, by where they were looked up.  seen are the nodes of which something was
    said, met those of other statements with whether something had been said of them before.  columns: the number of the
    next unnamed column, before and after.  steps and characters are those of the budget that were used up, followed
    what it was extended for.  nodes are the statement's, parents first; none where it has to be bound again.
    """

    facts: Facts
    values: dict[ast.Node, Value]
    asked: dict[tuple[_AskedEnvironment, str], object]
    declared: list[tuple[ast.Name, Local]]
    result: Value | Scope | None
    seen: set[ast.Node]
    met: dict[ast.Node, bool]
    foreign: set[Row]
    columns: tuple[int, int]
    steps: int
    characters: int
    followed: list[tuple[Hashable, int]]
    nodes: list[ast.Node]


class _Asked:
    """What is looked up in environments while a statement is bound."""

    def __init__(self) -> None:
        self.found: dict[tuple[_AskedEnvironment, str], object] = {}
        self.declared: list[tuple[ast.Name, Local]] = []
        self.own: set[str] = set()

    def clear(self) -> None:
        """Begin anew, for another statement; what was noted of the last one is its own."""
        self.found, self.declared, self.own = {}, [], set()


class _AskedEnvironment(Environment):
    """An environment that notes what it is asked for.

    roots are those that outlive the statement, and what they hand on to others: the one of the query, and those that
    functions see.
    """

    __slots__ = ("_asked", "_roots", "_views")

    def __init__(self, asked: _Asked, outer: _AskedEnvironment | None = None, *, is_root: bool = True) -> None:
        self._views: Mapping[str, LocalFunction] = {}
        self._asked = asked
        self._roots: tuple[_AskedEnvironment, ...] = outer._roots if outer is not None else ()
        if is_root:
            self._roots = (self, *self._roots)
        super().__init__(outer)

    def begin(self) -> _Asked:
        """Forget what is declared, for the next text; gives what is noted."""
        self._names = {}
        self._views = {}
        return self._asked

    @property
    def views(self) -> Mapping[str, LocalFunction]:
        """As Environment's; that somebody asked is noted."""
        for root in self._roots:
            self._asked.found.setdefault((root, "*"), dict(root._views))
        return self._views

    @views.setter
    def views(self, views: Mapping[str, LocalFunction]) -> None:
        self._views = views

    def inner(self) -> Environment:
        return _AskedEnvironment(self._asked, self, is_root=False)

    def captured(self) -> Environment:
        return _AskedEnvironment(self._asked, self)

    def find(self, name: str) -> Local | None:
        self._note(name)
        return super().find(name)

    def declaration(self, name: str) -> ast.Name | None:
        self._note(name)
        return super().declaration(name)

    def declare(self, node: ast.Name, local: Local) -> None:
        super().declare(node, local)
        if self._roots[-1] is self:
            self._asked.declared.append((node, local))
            self._asked.own.add(node.name)

    def _note(self, name: str) -> None:
        asked = self._asked
        for root in self._roots:
            if (root, name) not in asked.found and not (name in asked.own and root is self._roots[-1]):
                asked.found[root, name] = root._names.get(name)

    def is_as(self, name: str, found: object) -> bool:
        """Whether it has the same for a name as before; ``*`` stands for all views."""
        if name == "*":
            return self._views == found
        now = self._names.get(name)
        return now is found or (isinstance(found, tuple) and now is not None and all(map(_is, now, found)))

    def hand_on(self, to: Environment) -> None:
        """Let what a function sees be what is declared now."""
        to._names, to.views = self._names, self._views


def _is(one: object, other: object) -> bool:
    return one is other


class _Tally(Budget):
    """A budget that notes what it is extended for, and by how much."""

    __slots__ = ("followed", "more_characters", "more_steps")

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.followed: list[tuple[Hashable, int]] = []
        self.more_steps = self.more_characters = 0

    def follow(self, key: Hashable, length: int) -> None:
        """As Budget's; each is noted, also one that was added before."""
        self.followed.append((key, length))
        steps, characters = self.steps, self.characters
        super().follow(key, length)
        self.more_steps += self.steps - steps
        self.more_characters += self.characters - characters

    def used(self) -> tuple[int, int]:
        """The steps and characters that were used up, but for an unknown number that is always the same."""
        return self.more_steps - self.steps, self.more_characters - self.characters


class _Again(Binder):
    """Binds the statements of a query each into facts of its own, or takes what is known of it.

    aborted: the facts of the statements together are not those of the query.
    """

    def __init__(
        self,
        query: ast.Query,
        text: str,
        given: Given,
        segment: Segment,
        top: _AskedEnvironment,
        known: dict[ast.Statement, _Statement],
    ) -> None:
        self._tally = _Tally(len(text))
        super().__init__(query, text, given.catalogue, given.platform, given.strict_fields, (), budget=self._tally)
        self._given = given
        self._all = self._facts()
        self._all_values: dict[ast.Node, Value] = {}
        self._all_seen: set[ast.Node] = set()
        self._met: dict[ast.Node, bool] = {}
        self._known = known
        self._asked = top.begin()
        self._statement: ast.Statement | None = None
        self._is_sure = True
        self.environment = self._top = top
        self.segment = self._segment = segment
        self.bound: dict[ast.Statement, _Statement] = {}
        self.aborted = False

    def _facts(self) -> Facts:
        given = self._given
        facts = Facts(self.facts.text, self.facts.query, self.catalogue, given.strict_fields)
        facts.steps = [] if given.steps else None
        facts.names = Names() if given.names else None
        return facts

    # --- statements -----------------------------------------------------------------------------------------------

    def run(self, statements: Sequence[ast.Statement]) -> Value | Scope | None:
        """As Binder's; the query's own statements one by one."""
        if self.environment is not self._top:
            return super().run(statements)
        result: Value | Scope | None = None
        for statement in statements:
            if not isinstance(statement, _DECLARING):
                continue
            known = self._known.get(statement)
            if known is None or not self._holds(known):
                known = self._bind(statement)
                if self.aborted:
                    return None
            else:
                self._do(known)
            self._all_values.update(known.values)
            self._all_seen |= known.seen
            self.bound[statement] = known
            if known.result is not None:
                result = known.result
        return result

    def _bind(self, statement: ast.Statement) -> _Statement:
        self._statement, self._is_sure = statement, True
        self.facts, self.values, self._seen, self._met = self._facts(), {}, set(), {}
        self.variables, self.passed = [], []
        self._asked.clear()
        self._tally.followed = []
        (steps, characters), column, foreign = self._tally.used(), self.next_column, set(self.foreign)
        result = super().run((statement,))
        after = self._tally.used()
        if self.segment is not self._segment or self.facts.cut is not None or not self.facts.whole:
            self.aborted = True
        return _Statement(
            self.facts,
            self.values,
            self._asked.found,
            self._asked.declared,
            result,
            self._seen,
            self._met,
            self.foreign - foreign,
            (column, self.next_column),
            after[0] - steps,
            after[1] - characters,
            self._tally.followed,
            list(ast.walk(statement)) if self._is_sure else [],
        )

    def _holds(self, known: _Statement) -> bool:
        """Whether binding would give what is known."""
        first, last = known.columns
        return (
            bool(known.nodes)
            and (first == last or first == self.next_column)
            and known.steps <= self._tally.steps
            and known.characters <= self._tally.characters
            and all(root.is_as(name, found) for (root, name), found in known.asked.items())
            and all((node in self._all_seen) == had for node, had in known.met.items())
        )

    def _do(self, known: _Statement) -> None:
        """Do what binding would do beside finding facts."""
        self._asked.clear()
        for key, length in known.followed:
            self._tally.follow(key, length)
        self._tally.spend(known.steps)
        self._tally.build(known.characters)
        self.foreign |= known.foreign
        first, last = known.columns
        if first != last:
            self.next_column = last
        for node, local in known.declared:
            if isinstance(local, LocalFunction):
                self._top.hand_on(local.environment)
            self._top.declare(node, local)

    def gathered(self, statements: Sequence[ast.Statement], doubtful_from: int) -> Facts:
        """The facts of all statements; behind an offset nothing is sure."""
        found = self._all
        found.values = self._all_values
        nodes: list[ast.Node] = [found.query]
        for statement in statements:
            known = self.bound.get(statement)
            if known is None:
                nodes += ast.walk(statement)
                continue
            nodes += known.nodes or ast.walk(statement)
            _add(found, known.facts, doubtful_from if statement.end > doubtful_from else None)
        found.memory.get("nodes", lambda: nodes)
        return found

    # --- what a statement asks for --------------------------------------------------------------------------------

    def value_of(self, expression: ast.Expression) -> Value:
        """As Binder's; what another statement has found out is not sure to be the same the next time."""
        found = self.values.get(expression)
        if found is None:
            found = self._all_values.get(expression)
            if found is None:
                return _UNKNOWN
            self._is_sure = False
        return found

    def _first(self, node: ast.Node) -> bool:
        """As Context's; what was said of other statements' nodes is noted."""
        if node in self._seen:
            return False
        statement = self._statement
        if statement is None or not statement.start <= node.start < statement.end:
            had = self._met.setdefault(node, node in self._all_seen)
            if had:
                return False
        self._seen.add(node)
        return True


def _add(to: Facts, facts: Facts, doubtful_from: int | None) -> None:
    """Add the facts of one statement, without those about nodes behind an offset that have to be sure."""
    for name in _LISTS:
        found: list[Any] = getattr(facts, name)
        if found:
            if doubtful_from is not None and name in _SURE:
                found = [one for one in found if one.node.start < doubtful_from]
            getattr(to, name).extend(found)
    for name in _GATHERED:
        found_too = getattr(facts, name)
        if found_too:
            getattr(to, name).update(found_too)
    if to.steps is not None and facts.steps is not None:
        to.steps += facts.steps
    if to.names is not None and facts.names is not None:
        to.names.uses += facts.names.uses
        to.names.unified += facts.names.unified
