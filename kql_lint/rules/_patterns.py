"""Patterns that no ActionType of the tables in play matches: shared by KL103 and KL108."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.rules._consequence import Consequence, consequence
from kql_lint.rules._literals import ACTION_TYPE, is_also_in_hole, oldest

if TYPE_CHECKING:
    from kql_lint.semantics.domains.string_operators import StringOperator
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Constant
    from kql_lint.syntax.ast import Node


@dataclass(slots=True)
class DeadPattern:
    """A comparison such as ``ActionType has "..."`` that fails for every known value of its tables.

    texts are the patterns: all of the comparison's, or one that is dead beside others that are not (node is that one).
    spelling is the pattern in the case in which it would match, None where case is not what is wrong.  as_of is the
    year and month of the oldest of the lists, None where one is the user's own.
    """

    node: Node
    comparison: Comparison
    consequence: Consequence
    operator: StringOperator
    texts: list[str]
    tables: list[str]
    known: list[str]
    spelling: str | None
    as_of: str | None = None


def dead_patterns(facts: Facts) -> Sequence[DeadPattern]:
    """The dead patterns of a query; only where the lists of all tables are thought complete."""
    return facts.memory.get("dead patterns", lambda: list(_dead_patterns(facts)))


def _dead_patterns(facts: Facts) -> Iterator[DeadPattern]:
    if not facts.whole:
        return
    alive: set[tuple[Node, object]] = set()
    dead: dict[tuple[Node, str], tuple[DeadPattern, tuple[Constant, ...]]] = {}
    for comparison in facts.comparisons:
        constants = comparison.constants
        hidden = any(
            one.node in facts.used_otherwise or is_also_in_hole(facts, one.node, comparison) for one in constants
        )
        found = () if hidden else tuple(_judged(facts, comparison))
        gone = {one for _, those in found for one in those}
        alive.update((one.node, one.value) for one in constants if one not in gone)
        for pattern, those in found:
            dead.setdefault((pattern.node, str(those[0].value)), (pattern, those))
    for pattern, those in dead.values():
        # A pattern in a let may serve several tables: one that it matches in is enough.
        if alive.isdisjoint((one.node, one.value) for one in those):
            yield pattern


def _judged(facts: Facts, comparison: Comparison) -> Iterator[tuple[DeadPattern, tuple[Constant, ...]]]:
    """What is dead in a comparison, with the constants: the whole, or single items of a list."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    operator, constants = OPERATORS[comparison.op], comparison.constants
    if operator.whole or comparison.column != ACTION_TYPE:
        return
    from kql_lint.semantics.events.kinds import kinds_of
    from kql_lint.semantics.events.outcomes import folded

    lists = list(dict.fromkeys(kinds_of(origin.row) for origin in comparison.origins))
    if not all(known and known.closed for known in lists):
        return
    known = list(dict.fromkeys(value for listed in lists if listed is not None for value in listed.values))
    values = [folded(value, comparison.folded) for value in known]
    tables = list(dict.fromkeys(origin.row.name for origin in comparison.origins))
    as_of = oldest(filter(None, lists))

    def made(node: Node, those: tuple[Constant, ...], found: Consequence) -> DeadPattern:
        texts = [str(one.value) for one in those]
        spelling = None if operator.folds else _spelling(texts, known)
        return DeadPattern(node, comparison, found, operator, texts, tables, known, spelling, as_of)

    if comparison.complete and _is_dead(operator, constants, values):
        node = constants[0].node if len(constants) == 1 else comparison.node
        yield made(node, constants, consequence(facts, [comparison], lambda _: True)), constants
    elif not operator.all_of:
        items = [one for one in constants if _is_dead(operator, (one,), values)]
        for one in items:
            yield made(one.node, (one,), consequence(facts, [comparison], lambda _: False)), (one,)


def _is_dead(operator: StringOperator, constants: tuple[Constant, ...], values: list[str]) -> bool:
    """Whether the test fails for each value, whatever it is."""
    test = operator.test([str(one.value) for one in constants], values)
    return all(test(value) is False for value in values)


def _spelling(texts: list[str], known: list[str]) -> str | None:
    """The single text as it stands in a known value when case is ignored."""
    if len(texts) == 1:
        wanted = texts[0].casefold()
        for value in known:
            start = value.casefold().find(wanted)
            if start >= 0:
                return value[start : start + len(texts[0])]
    return None
