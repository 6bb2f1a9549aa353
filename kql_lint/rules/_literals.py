"""The texts that a query compares with ActionType, each with what its tables make of it: shared by KL101 to KL103."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit, Fix, Related

if TYPE_CHECKING:
    from kql_lint.catalogue import EventKinds
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scope import Row
    from kql_lint.syntax.ast import Node


@dataclass(slots=True)
class ComparedLiteral:
    """A text that is compared with ActionType, and that none of the tables it is compared in knows so.

    comparisons are all that use the text (a list in a let may serve several); lists are what the catalogue knows of
    the tables.  spellings are the known ActionTypes that differ from it in case alone.
    """

    node: Node
    value: str
    comparisons: list[Comparison]
    rows: list[Row]
    lists: list[EventKinds]
    spellings: list[str]

    @property
    def closed(self) -> bool:
        """True where the lists of all its tables are thought complete."""
        return all(known.closed for known in self.lists)

    @property
    def as_of(self) -> str | None:
        """The year and month of the oldest of the lists; None where the user has one of them."""
        dates = [known.as_of for known in self.lists if known.as_of is not None]
        return min(dates) if len(dates) == len(self.lists) else None

    @property
    def known(self) -> list[str]:
        """The ActionTypes of its tables."""
        return list(dict.fromkeys(value for known in self.lists for value in known.values))

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return list(dict.fromkeys(row.name for row in self.rows))

    @property
    def related(self) -> tuple[Related, ...]:
        """The places of the comparisons, where the text itself stands elsewhere (in a let, in a call)."""
        return tuple(
            Related(found.node.start, found.node.end, _compared(found))
            for found in self.comparisons
            if not (found.node.start <= self.node.start and self.node.end <= found.node.end)
        )


def _compared(comparison: Comparison) -> str:
    return f"compared with ActionType {f'in {comparison.within}' if comparison.within else 'here'}"


def unknown_literals(facts: Facts) -> Iterator[ComparedLiteral]:
    """The texts under ``==``, ``in`` and their like that no table in play knows in this spelling."""
    folded: dict[EventKinds, dict[str, list[str]]] = {}
    for node, value, comparisons in compared_literals(facts):
        literal = _judged(node, value, comparisons, folded)
        if literal is not None:
            yield literal


def compared_literals(facts: Facts, *, words: bool = False) -> Iterator[tuple[Node, str, list[Comparison]]]:
    """Each text under ``==``, ``in`` and their like: its node, its value, and the comparisons that use it.

    words: those under ``has`` and its like too, which look for a whole word, as most ActionTypes are one.
    """
    from kql_lint.semantics.matching import OPERATORS

    if not facts.whole:
        return
    found: dict[Node, tuple[Node, str, list[Comparison]]] = {}
    for comparison in facts.comparisons:
        operator = OPERATORS[comparison.op]
        if operator.whole or (words and operator.kind == "has"):
            for constant in comparison.constants:
                if constant.node in facts.used_otherwise or is_also_in_hole(facts, constant.node, comparison):
                    continue
                entry = found.setdefault(constant.node, (constant.node, str(constant.value), []))
                entry[2].append(comparison)
    yield from found.values()


def is_also_in_hole(facts: Facts, literal: Node, comparison: Comparison) -> bool:
    """Whether a text that stands elsewhere, in a let or a call, may be used for something else that a hole hides."""
    node = comparison.node
    if not facts.loose or (node.start <= literal.start and literal.end <= node.end):
        return False
    from kql_lint.semantics.placeholders import are_values

    return not are_values(facts)


def _judged(
    node: Node, value: str, comparisons: list[Comparison], folded: dict[EventKinds, dict[str, list[str]]]
) -> ComparedLiteral | None:
    """The literal where no table knows it; folded keeps each list's names by their case-folded form."""
    from kql_lint.semantics.predicates import action_types

    if not value.strip() or _PLACEHOLDER.search(value) or _stands_for_all(node, value, comparisons):
        return None
    rows = list(dict.fromkeys(origin.row for comparison in comparisons for origin in comparison.origins))
    lists: list[EventKinds] = []
    for row in rows:
        listed = action_types(row)
        if listed is None:
            return None
        lists.append(listed)
    spellings: list[str] = []
    for known in lists:
        if known not in folded:
            folded[known] = _by_folded_name(known)
        spellings += folded[known].get(value.casefold(), ())
    if value in spellings or (spellings and not all(map(is_case_sensitive, comparisons))):
        return None
    return ComparedLiteral(node, value, comparisons, rows, lists, list(dict.fromkeys(spellings)))


def _by_folded_name(known: EventKinds) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name in known.values:
        names.setdefault(name.casefold(), []).append(name)
    return names


_PLACEHOLDER = re.compile(r"[<>{}$%]")  # a place to fill in: {{ActionType}}, <action>, %ACTION%


def _stands_for_all(node: Node, value: str, comparisons: list[Comparison]) -> bool:
    """Whether it is the value of a let that switches the filter off: ``Wanted == "All" or ActionType == Wanted``."""
    in_let = all(not (found.node.start <= node.start < found.node.end) for found in comparisons)
    return in_let and value.casefold() in ("all", "none", "*")


def is_case_sensitive(comparison: Comparison) -> bool:
    """True where the case of the text matters: not under ``=~`` or ``in~``, nor beside ``tolower()``."""
    from kql_lint.semantics.matching import OPERATORS

    return comparison.folded is None and not OPERATORS[comparison.op].folds


# h"...", @'...', """...""": the prefix, the quotes, the text between them.
_STRING = re.compile(r"""([hH]?@?)(```|~~~|"|')(.*)\2\Z""", re.DOTALL)


def replacement(facts: Facts, literal: Node, value: str, new: str) -> tuple[Fix, ...]:
    """A fix that puts new between the quotes of the literal; none where the literal is not plainly its value."""
    found = _STRING.match(facts.text[literal.start : literal.end])
    if found is None or found[3] != value or any(character in new for character in "\"'\\`~"):
        return ()
    start = literal.start + found.start(3)
    return (Fix(f'replace by "{new}"', (Edit(start, start + len(value), new),), "intent"),)
