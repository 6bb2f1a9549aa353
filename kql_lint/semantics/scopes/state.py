"""What is known of the columns of a row of a table, at one point of a pipeline.

A state maps columns to domains; a condition maps rows to states, and says for which rows something may hold.  Both are
sound as domains are: what they do not name can be anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.domains.domain import EVERYTHING, NO_VALUE, NOTHING, Domain

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.syntax.ast import Node

_MAX_REASONS = 16

PRESENCE = ""
"""Stands among the columns of a row for whether there is such a row at all: its domain is empty where there is none."""


class State:
    """The domains of a row's columns; of any other everything is possible.  Never changed once made.

    reasons: for a column, the places that narrowed it, in order, wherever they are: in another side of a join, a let, a
    function.
    """

    __slots__ = ("domains", "reasons")

    def __init__(
        self, domains: Mapping[str, Domain] | None = None, reasons: Mapping[str, tuple[Node, ...]] | None = None
    ) -> None:
        self.domains: Mapping[str, Domain] = domains or {}
        self.reasons: Mapping[str, tuple[Node, ...]] = reasons or {}

    def domain(self, column: str) -> Domain:
        """What the column can hold."""
        return self.domains.get(column, EVERYTHING)

    def why(self, column: str) -> tuple[Node, ...]:
        """The places that narrowed the column."""
        return self.reasons.get(column, ())

    @property
    def empty(self) -> bool:
        """Whether there is no such row."""
        return any(domain.empty for domain in self.domains.values())

    def __and__(self, other: State) -> State:
        if not self.domains:
            return other
        if not other.domains:
            return self
        domains = dict(self.domains)
        for column, domain in other.domains.items():
            before = domains.get(column)
            domains[column] = domain if before is None else before & domain
        return State(domains, _joined(self.reasons, other.reasons))

    def __or__(self, other: State) -> State:
        if self is other or self.empty:
            return other
        if other.empty:
            return self
        domains: dict[str, Domain] = {}
        for column, domain in self.domains.items():
            met = other.domains.get(column)
            either = EVERYTHING if met is None else domain | met
            if not either.everything:
                domains[column] = either
        return State(domains, _joined(self.reasons, other.reasons) if domains else None)

    def __eq__(self, other: object) -> bool:
        return self.domains == other.domains if isinstance(other, State) else NotImplemented

    def __hash__(self) -> int:
        return hash(frozenset(self.domains.items()))

    def __repr__(self) -> str:
        return f"State({dict(self.domains)})"

    def narrowed(self, other: State, node: Node) -> State:
        """The state where the other one holds as well, which the node says; itself where that changes nothing."""
        domains, reasons = self.domains, self.reasons
        for column, domain in other.domains.items():
            before = domains.get(column)
            after = domain if before is None else before & domain
            if after is not before and after != before:
                if domains is self.domains:
                    domains, reasons = dict(domains), dict(reasons)
                domains[column] = after  # type: ignore[index]
                reasons[column] = (*reasons.get(column, ()), node)[-_MAX_REASONS:]  # type: ignore[index]
        return self if domains is self.domains else State(domains, reasons)

    def perhaps_missing(self) -> State:
        """The state of a row that may also not be there, so that all its columns are empty."""
        if not self.domains:
            return self
        domains = {column: domain | NO_VALUE for column, domain in self.domains.items() if column != PRESENCE}
        return State(domains, self.reasons)


def _joined(
    one: Mapping[str, tuple[Node, ...]], other: Mapping[str, tuple[Node, ...]]
) -> Mapping[str, tuple[Node, ...]]:
    if not one or not other:
        return one or other
    reasons = dict(one)
    for column, nodes in other.items():
        reasons[column] = tuple(dict.fromkeys((*reasons.get(column, ()), *nodes)))[-_MAX_REASONS:]
    return reasons


ANYTHING = State()
NOT_THERE = State({PRESENCE: NOTHING})

Condition = Mapping["Row", State]
"""For which rows something may hold; a row that it does not name may be anything."""

ALWAYS: Condition = {}


class _Never(dict["Row", State]):
    """A condition that never holds, whatever the row."""


NEVER: Condition = _Never()


class Truth(NamedTuple):
    """For which rows a predicate may be true, and for which it may be anything else: false, or null.

    false: for which it may be false, where more is known of that.
    """

    holds: Condition
    fails: Condition
    false: Condition | None = None


def both(conditions: Sequence[Condition]) -> Condition:
    """Where all of the conditions may hold."""
    if any(condition is NEVER for condition in conditions):
        return NEVER
    first, *others = conditions
    if not others:
        return first
    result = dict(first)
    for condition in others:
        made: dict[tuple[int, int], tuple[State, State]] = {}  # by ids, since after a union most rows share both
        for row, state in condition.items():
            before = result.get(row)
            if before is None:
                result[row] = state
                continue
            key = id(before), id(state)
            if key not in made:
                made[key] = before & state, before  # which is kept, so that no other gets its id
            result[row] = made[key][0]
    return result


def either(conditions: Sequence[Condition]) -> Condition:
    """Where one of the conditions may hold."""
    conditions = [condition for condition in conditions if condition is not NEVER]
    if not conditions:
        return NEVER
    first, *others = conditions
    result = dict(first)
    for condition in others:
        for row in [row for row in result if row not in condition]:
            del result[row]
        made: dict[tuple[int, int], tuple[State, State]] = {}
        for row, before in result.items():
            state = condition[row]
            key = id(before), id(state)
            if key not in made:
                made[key] = before | state, before
            result[row] = made[key][0]
    return {row: state for row, state in result.items() if state.domains}


def conjunction(parts: Sequence[Truth | None]) -> Truth | None:
    """What ``and`` of predicates is; None is one of which nothing is known."""
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        if not known or len(parts) == 1:
            return known[0] if known else None
        holds = known[0].holds
        return Truth(holds, ALWAYS) if holds or holds is NEVER else None
    fails = either([part.fails for part in known]) if len(known) == len(parts) else ALWAYS
    return Truth(both([part.holds for part in known]), fails)


def disjunction(parts: Sequence[Truth | None]) -> Truth | None:
    """What ``or`` of predicates is."""
    found = conjunction([negation(part) for part in parts])
    return negation(found)


def negation(truth: Truth | None) -> Truth | None:
    """What ``not`` of a predicate is."""
    if truth is None:
        return None
    if truth.false is None:
        return Truth(truth.fails, truth.holds)
    return Truth(truth.false, either([truth.holds, truth.fails]), truth.holds)  # what is null stays null
