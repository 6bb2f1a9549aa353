"""The constants that a query compares with columns of listed values, beside kinds of events: shared by KL121, KL122."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.rules._consequence import Consequence, consequence
from kql_lint.rules._literals import compared_literals, is_placeholder, oldest

if TYPE_CHECKING:
    from kql_lint.catalogue import ColumnValues
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.syntax.ast import Node


@dataclass(slots=True)
class ComparedValue:
    """A constant that is compared with a column, and that none of the tables it is compared in lists so.

    tables: their names.  known: the listed values.  spellings: those of them that differ in case alone.
    """

    node: Node
    value: str
    column: str
    comparisons: list[Comparison]
    tables: list[str]
    lists: list[ColumnValues]
    spellings: list[str]

    @property
    def known(self) -> list[str]:
        """The values of the lists."""
        return list(dict.fromkeys(value for known in self.lists for value in known.values))

    @property
    def closed(self) -> bool:
        """Whether all of the lists are thought complete."""
        return all(known.closed for known in self.lists)

    @property
    def cased(self) -> bool:
        """Whether the case of all of the lists is certain."""
        return all(known.cased for known in self.lists)

    @property
    def as_of(self) -> str | None:
        """The year and month of the oldest of the lists; None where one has none."""
        return oldest(self.lists)


def consequence_of(facts: Facts, value: ComparedValue) -> Consequence:
    """What it does to the query that no row has the value."""
    dead = facts.memory.get("dead values", lambda: {(one.node, one.value) for one in unknown_values(facts)})
    return consequence(facts, value.comparisons, lambda other: (other.node, str(other.value)) in dead)


def unknown_values(facts: Facts) -> Sequence[ComparedValue]:
    """The constants under ``==``, ``in`` and their like that no list of the columns has in this spelling."""
    return facts.memory.get("unknown values", lambda: list(_unknown_values(facts)))


def _unknown_values(facts: Facts) -> Iterator[ComparedValue]:
    from kql_lint.semantics.events.kinds import tells_kind, values_of

    listed = (found for found in facts.comparisons if not any(map(tells_kind, found.origins)))
    for column in dict.fromkeys(found.column for found in listed if found.column is not None):
        for node, value, comparisons in compared_literals(facts, column=column):
            origins = list(dict.fromkeys(origin for found in comparisons for origin in found.origins))
            lists = list(filter(None, map(values_of, origins)))
            if not value.strip() or is_placeholder(value) or len(lists) < len(origins):
                continue
            names = [name for known in lists for name in known.values]
            spellings = [name for name in names if name.casefold() == value.casefold()]
            if value not in spellings:
                tables = list(dict.fromkeys(origin.row.name for origin in origins))
                yield ComparedValue(node, value, column, comparisons, tables, lists, list(dict.fromkeys(spellings)))
