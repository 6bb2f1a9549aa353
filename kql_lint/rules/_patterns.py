"""Patterns that no ActionType of the tables in play matches: shared by KL103 and KL108."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.rules._literals import ACTION_TYPE, is_also_in_hole, oldest

if TYPE_CHECKING:
    from kql_lint.semantics.domains.string_operators import StringOperator
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.syntax.ast import Node


@dataclass(slots=True)
class DeadPattern:
    """A comparison such as ``ActionType has "..."`` that fails for every known value of its tables.

    spelling is the pattern in the case in which it would match, None where case is not what is wrong.  as_of is the
    year and month of the oldest of the lists, None where one is the user's own.
    """

    comparison: Comparison
    operator: StringOperator
    texts: list[str]
    tables: list[str]
    known: list[str]
    spelling: str | None
    as_of: str | None = None

    @property
    def node(self) -> Node:
        """The pattern where there is one, else the comparison."""
        constants = self.comparison.constants
        return constants[0].node if len(constants) == 1 else self.comparison.node


def dead_patterns(facts: Facts) -> Iterator[DeadPattern]:
    """The dead patterns of a query; only where the lists of all tables are thought complete."""
    if not facts.whole:
        return
    alive: set[Node] = set(facts.used_otherwise)
    dead: dict[Node, DeadPattern] = {}
    for comparison in facts.comparisons:
        nodes = [constant.node for constant in comparison.constants]
        found = _judged(comparison)
        if found is None or any(is_also_in_hole(facts, node, comparison) for node in nodes):
            alive.update(nodes)
        else:
            dead.setdefault(found.node, found)
    for pattern in dead.values():
        # A pattern in a let may serve several tables: one that it matches in is enough.
        if alive.isdisjoint(constant.node for constant in pattern.comparison.constants):
            yield pattern


def _judged(comparison: Comparison) -> DeadPattern | None:
    from kql_lint.semantics.domains.string_operators import OPERATORS
    from kql_lint.semantics.events.kinds import kinds_of
    from kql_lint.semantics.events.outcomes import folded

    operator = OPERATORS[comparison.op]
    if comparison.column != ACTION_TYPE or operator.whole or not comparison.complete:
        return None
    known: dict[str, None] = {}
    lists = list(dict.fromkeys(kinds_of(origin.row) for origin in comparison.origins))
    for listed in lists:
        if listed is None or not listed.closed:
            return None
        known.update(dict.fromkeys(listed.values))
    texts = [str(constant.value) for constant in comparison.constants]
    values = [folded(value, comparison.folded) for value in known]
    test = operator.test(texts, values)
    if any(test(value) is not False for value in values):
        return None
    tables = list(dict.fromkeys(origin.row.name for origin in comparison.origins))
    spelling = None if operator.folds else _spelling(texts, list(known))
    as_of = oldest(filter(None, lists))  # none of them is None here
    return DeadPattern(comparison, operator, texts, tables, list(known), spelling, as_of)


def _spelling(texts: list[str], known: list[str]) -> str | None:
    """The single text as it stands in a known value when case is ignored."""
    if len(texts) == 1:
        wanted = texts[0].casefold()
        for value in known:
            start = value.casefold().find(wanted)
            if start >= 0:
                return value[start : start + len(texts[0])]
    return None
