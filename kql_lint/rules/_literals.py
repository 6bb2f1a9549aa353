"""The texts that a query compares with ActionType, each with what its tables make of it: shared by KL101 to KL103."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit, Fix, Related, Severity
from kql_lint.rules._consequence import Consequence, consequence

if TYPE_CHECKING:
    from kql_lint.catalogue import ColumnValues, EventKinds
    from kql_lint.semantics.facts import Comparison, Facts
    from kql_lint.semantics.scopes.scope import Row
    from kql_lint.syntax.ast import Node


ACTION_TYPE = "ActionType"
"""The catalogue's ACTION_TYPE; importing that would load the catalogue where rules are only listed."""


class Tables:
    """What some comparisons are about: each table once, however many rows have its columns.

    names are those of the tables, lists what the catalogue knows of them, None where it has none of one.
    """

    def __init__(self, names: Iterable[str], lists: Iterable[EventKinds | None], rows: Iterable[Row]) -> None:
        every = list(dict.fromkeys(lists))
        self.names = list(dict.fromkeys(names))
        self.lists = None if None in every else [one for one in every if one is not None]
        self._rows = list(dict.fromkeys(rows))[:2]  # one, or several

    @classmethod
    def of(cls, comparison: Comparison) -> Tables:
        """Those of one comparison."""
        from kql_lint.semantics.events.kinds import kinds_of

        rows = list(dict.fromkeys(origin.row for origin in comparison.origins))
        return cls((row.name for row in rows), map(kinds_of, rows), rows)

    @classmethod
    def together(cls, parts: Sequence[Tables]) -> Tables:
        """All those of several comparisons."""
        lists = [one for part in parts for one in (part.lists if part.lists is not None else [None])]
        return cls(
            (name for part in parts for name in part.names), lists, (row for part in parts for row in part._rows)
        )

    @property
    def row(self) -> Row | None:
        """Where the only table is named; None where there are several."""
        return self._rows[0] if len(self._rows) == 1 else None


class Values:
    """The values that lists have, each once, and these by their case-folded form."""

    def __init__(self, lists: Iterable[EventKinds]) -> None:
        self.names = list(dict.fromkeys(name for known in lists for name in known.values))
        self.spellings: dict[str, list[str]] = {}
        for name in self.names:
            self.spellings.setdefault(name.casefold(), []).append(name)


def tables_of(facts: Facts, comparisons: Iterable[Comparison]) -> Tables:
    """The tables of all these comparisons: found out once for those that many literals share."""
    made: dict[object, Tables] = facts.memory.get("tables of comparisons", dict)
    key = tuple(comparisons)
    if key not in made:
        for one in key:
            if one not in made:
                made[one] = Tables.of(one)
        made[key] = Tables.together([made[one] for one in key])
    return made[key]


def oldest(lists: Iterable[EventKinds | ColumnValues]) -> str | None:
    """The year and month of the oldest of some lists; None where one has no date, or there are none."""
    dates = [known.as_of for known in lists]
    return None if None in dates else min(filter(None, dates), default=None)


@dataclass(slots=True)
class ComparedLiteral:
    """A text that is compared with ActionType, and that none of the tables it is compared in knows so.

    comparisons are all that use the text (a list in a let may serve several), lists what the catalogue knows of the
    tables.  spellings are the known ActionTypes that differ from it in case alone.
    """

    node: Node
    value: str
    comparisons: list[Comparison]
    about: Tables
    lists: list[EventKinds]
    values: Values
    spellings: list[str]

    @property
    def closed(self) -> bool:
        """True where the lists of all its tables are thought complete."""
        return all(known.closed for known in self.lists)

    @property
    def as_of(self) -> str | None:
        """The year and month of the oldest of the lists; None where the user has one of them."""
        return oldest(self.lists)

    @property
    def known(self) -> list[str]:
        """The ActionTypes of its tables."""
        return self.values.names

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return self.about.names

    @property
    def row(self) -> Row | None:
        """Where its only table is named; None where there are several."""
        return self.about.row

    @property
    def related(self) -> tuple[Related, ...]:
        """The places of the comparisons, where the text itself stands elsewhere (in a let, in a call)."""
        return places(self.node, self.comparisons, ACTION_TYPE)


def places(node: Node, comparisons: list[Comparison], column: str) -> tuple[Related, ...]:
    """The places of the comparisons of a constant, where it stands elsewhere (in a let, in a call)."""
    return tuple(
        Related(found.node.start, found.node.end, _compared(found, column))
        for found in comparisons
        if not (found.node.start <= node.start and node.end <= found.node.end)
    )


def _compared(comparison: Comparison, column: str) -> str:
    return f"compared with {column} {f'in {comparison.within}' if comparison.within else 'here'}"


def unknown_literals(facts: Facts) -> Sequence[ComparedLiteral]:
    """The texts under ``==``, ``in`` and their like that no table in play knows in this spelling."""
    return facts.memory.get("unknown literals", lambda: list(_unknown_literals(facts)))


def consequence_of(facts: Facts, literal: ComparedLiteral) -> Consequence:
    """What it does to the query that no row has the value; of an open list nobody knows what else is dead."""
    dead = facts.memory.get("dead literals", lambda: {(one.node, one.value) for one in unknown_literals(facts)})
    found = consequence(facts, literal.comparisons, lambda other: (other.node, str(other.value)) in dead)
    return found if literal.closed else found._replace(severity=Severity.WARNING)


def _unknown_literals(facts: Facts) -> Iterator[ComparedLiteral]:
    for node, value, comparisons in compared_literals(facts):
        literal = _judged(facts, node, value, comparisons)
        if literal is not None:
            yield literal


def compared_literals(
    facts: Facts, *, words: bool = False, column: str = ACTION_TYPE
) -> Iterator[tuple[Node, str, list[Comparison]]]:
    """Each constant under ``==``, ``in`` and their like: its node, its value, and the comparisons that use it.

    column: the one that it is compared with.  words: those under ``has`` and its like too, which look for a whole word,
    as most ActionTypes are one.
    """
    from kql_lint.semantics.domains.string_operators import OPERATORS

    if not facts.whole:
        return
    # A literal may stand for several values: as it is, and in another case behind tolower().
    found: dict[tuple[Node, str], tuple[Node, str, list[Comparison]]] = {}
    for comparison in by_column(facts).get(column, ()):
        operator = OPERATORS[comparison.op]
        if operator.whole or (words and operator.kind == "has"):
            for constant in comparison.constants:
                if constant.node in facts.used_otherwise or is_also_in_hole(facts, constant.node, comparison):
                    continue
                value = str(constant.value)
                entry = found.setdefault((constant.node, value), (constant.node, value, []))
                entry[2].append(comparison)
    yield from found.values()


def by_column(facts: Facts) -> Mapping[str | None, Sequence[Comparison]]:
    """The comparisons by the column that they compare; None: by several."""
    return facts.memory.get("comparisons by column", lambda: _by_column(facts))


def _by_column(facts: Facts) -> dict[str | None, list[Comparison]]:
    found: dict[str | None, list[Comparison]] = {}
    for comparison in facts.comparisons:
        found.setdefault(comparison.column, []).append(comparison)
    return found


def is_also_in_hole(facts: Facts, literal: Node, comparison: Comparison) -> bool:
    """Whether a text that stands elsewhere, in a let or a call, may be used for something else that a hole hides."""
    node = comparison.node
    if not facts.loose or (node.start <= literal.start and literal.end <= node.end):
        return False
    from kql_lint.semantics.placeholders import are_values

    return not are_values(facts)


def _judged(facts: Facts, node: Node, value: str, comparisons: list[Comparison]) -> ComparedLiteral | None:
    """The literal where no table knows it."""
    if not value.strip() or is_placeholder(value) or _stands_for_all(node, value, comparisons):
        return None
    about = tables_of(facts, comparisons)
    lists = about.lists
    if lists is None:
        return None
    values = facts.catalogue.memory.get(("values", *lists), lambda: Values(lists))
    spellings = values.spellings.get(value.casefold(), [])
    if value in spellings or (spellings and not all(map(is_case_sensitive, comparisons))):
        return None
    return ComparedLiteral(node, value, comparisons, about, lists, values, spellings)


_PLACEHOLDER = re.compile(r"[<>{}$%]")


def is_placeholder(value: str) -> bool:
    """Whether it is a place to fill in: ``{{ActionType}}``, ``<action>``, ``%ACTION%``."""
    return _PLACEHOLDER.search(value) is not None


def _stands_for_all(node: Node, value: str, comparisons: list[Comparison]) -> bool:
    """Whether it is the value of a let that switches the filter off: ``Wanted == "All" or ActionType == Wanted``."""
    in_let = all(not (found.node.start <= node.start < found.node.end) for found in comparisons)
    return in_let and value.casefold() in ("all", "none", "*")


def is_case_sensitive(comparison: Comparison) -> bool:
    """True where the case of the text matters: not under ``=~`` or ``in~``, nor beside ``tolower()``."""
    from kql_lint.semantics.domains.string_operators import OPERATORS

    return comparison.folded is None and not OPERATORS[comparison.op].folds


# h"...", @'...', """...""": the prefix, the quotes, the text between them.
_STRING = re.compile(r"""([hH]?@?)(```|~~~|"|')(.*)\2\Z""", re.DOTALL)


def replacement(facts: Facts, literal: Node, value: str, new: str) -> tuple[Fix, ...]:
    """A fix that puts new between the quotes of the literal; none where the literal is not plainly its value."""
    edit = rewritten(facts, literal, value, new)
    return () if edit is None else (Fix(f'replace by "{new}"', (edit,), "intent"),)


def rewritten(facts: Facts, literal: Node, value: str, new: str) -> Edit | None:
    """The edit that puts new between the quotes of a literal; None where the literal is not plainly its value."""
    found = _STRING.match(facts.text[literal.start : literal.end])
    if found is None or found[3] != _between(found, value) or (written := _between(found, new)) is None:
        return None
    return Edit(literal.start + found.start(3), literal.start + found.end(3), written)


def _between(literal: re.Match[str], value: str) -> str | None:
    """What a value is between the quotes of a literal, as most would write it; None where that can't be."""
    prefix, quote = literal[1], literal[2]
    if len(quote) > 1:
        return None if quote in value else value
    if not value.isprintable():
        return None
    if "@" in prefix:
        return value.replace(quote, quote * 2)
    return value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
