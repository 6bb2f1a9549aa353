"""Filters that exclude each other, so that no row passes: shared by KL107 and KL401."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Related, Severity
from kql_lint.rules._literals import oldest
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.rules.rule import Rule
    from kql_lint.semantics.domains.domain import Domain, Scalar
    from kql_lint.semantics.facts import ColumnRead, Exhausted, Facts
    from kql_lint.semantics.scopes.scope import Column, Row
    from kql_lint.syntax.ast import Node

_FEW = 4


@dataclass(slots=True)
class Contradiction:
    """A conjunct of a filter that no row passes.

    found: the rows of which it leaves nothing, each with the column.  column: its name where it is read; origin, the
    table's.  earlier: the places, outside of node, that had narrowed it, or had ruled out the rows that have it.
    known: there may be rows of kinds that the catalogue lacks.  absent: the rows that are left lack the column, since a
    union put them beside those of its tables.  constants: all that a computed column can be.
    """

    node: Node
    found: list[Exhausted]
    column: str
    origin: str
    earlier: list[Node]
    known: bool
    absent: bool
    constants: tuple[Scalar, ...] = ()

    def report(self, rule: Rule) -> Diagnostic:
        """The finding, with the places that had narrowed the column."""
        if self.absent:
            return self._of_absent(rule)
        before = [one.before for one in self.found if one.column == self.origin]
        left, column = _left(before), self.column
        if self.constants:
            # What the computed column depends on may be narrowed so far that it tells more than its constants.
            column = self.origin if left else column
            left = left or listing(_words(self.constants), "or")
        severity = Severity.WARNING if self.known else None
        message = "these conditions exclude each other, so no row passes this filter"
        if any(one.listed for one in self.found):
            severity = Severity.WARNING  # there may be newer ones
            tables = listing(list(dict.fromkeys(one.row.name for one in self.found)))
            message = f"these conditions exclude every {column} that {tables} is known to have{_as_of(self.found)}"
        elif left:
            message = f"{column} can only be {left} here, so no row passes this filter"
        related = tuple(Related(one.start, one.end, f"{column} is narrowed here") for one in self.earlier)
        return rule.report(self.node.start, self.node.end, message, severity=severity, related=related)

    def _of_absent(self, rule: Rule) -> Diagnostic:
        """Of rows that a union put beside those of the column's tables, of which none is left."""
        tables = list(dict.fromkeys(one.row.name for one in self.found))
        has = "has" if len(tables) == 1 else "have"
        known = " are known to be" if self.known else " are"
        message = f"only rows of {listing(tables)}{known} left here, which {has} no {self.column}, so none passes"
        related = tuple(Related(one.start, one.end, "the other rows are ruled out here") for one in self.earlier)
        severity = Severity.WARNING if self.known else None
        return rule.report(self.node.start, self.node.end, message, severity=severity, related=related)


def _as_of(found: list[Exhausted]) -> str:
    from kql_lint.semantics.events.kinds import kinds_of

    date = oldest(known for known in (kinds_of(one.row) for one in found) if known is not None)
    return f" as of {date}" if date is not None else ""


def contradictions(facts: Facts) -> Sequence[Contradiction]:
    """All of a query, in the order of binding; none behind a syntax error, which may hide another filter."""
    return facts.memory.get("contradictions", lambda: list(_contradictions(facts)))


def _contradictions(facts: Facts) -> Iterator[Contradiction]:
    if not facts.exhausted or not facts.whole:
        return
    by_node: dict[Node, list[Exhausted]] = {}
    for one in facts.exhausted:
        by_node.setdefault(one.node, []).append(one)
    reads = sorted(facts.reads, key=_start)
    for node, found in by_node.items():
        compared = _reads_of(found, _within(node, reads))
        others = _others(compared, {one.row for one in found})
        if not compared or others is None:
            continue
        named = next((one for one in found if one.column), found[0])
        column = next((read.column for read in compared if _reads(read, named)), compared[0].column)
        nodes = dict.fromkeys(other for one in found for other in one.reasons)
        lacking = {row for read in compared for row in read.column.absent}
        absent = all(one.row in lacking and not one.column for one in found)
        if absent:
            nodes = dict.fromkeys(other for one in others for other in one.reasons)
        earlier = [other for other in nodes if not inside(other, node)]
        if all(facts.intact(node, other.start, other.end) for other in earlier):
            known = any(one.known for one in others)
            yield Contradiction(node, found, column.name, named.column, earlier, known, absent, _constants(column))


def _constants(column: Column) -> tuple[Scalar, ...]:
    """The constants of which an ``iff`` or ``case`` makes the column; none where it can be something else too."""
    cases = column.derivation.cases if column.derivation is not None else ()
    constants = [case.constant for case in cases if case.constant is not None]
    if len(constants) < len(cases):
        return ()
    return tuple(constant.value for constant in constants)  # type: ignore[misc]


def _start(read: ColumnRead) -> int:
    return read.node.start


def _within(node: Node, reads: list[ColumnRead]) -> list[ColumnRead]:
    """The reads inside the node; they are sorted by their start."""
    first = bisect_left(reads, node.start, key=_start)
    last = bisect_right(reads, node.end, key=_start)
    return [read for read in reads[first:last] if inside(read.node, node)]


def inside(inner: Node, outer: Node) -> bool:
    """Whether a node lies in another one."""
    return outer.start <= inner.start and inner.end <= outer.end


def _reads_of(found: list[Exhausted], reads: list[ColumnRead]) -> list[ColumnRead]:
    """The reads of columns that have to do with the exhausted rows; without those of a function as it is declared."""
    rows = {one.row for one in found}
    called = [read for read in reads if not read.declared] or reads
    return [read for read in called if not rows.isdisjoint(rows_of(read))]


def rows_of(read: ColumnRead) -> Iterator[Row]:
    """The rows that a column which is read has to do with."""
    column = read.column
    yield from (origin.row for origin in column.origins)
    yield from column.absent
    if column.derivation is not None:
        yield from column.derivation.rows


def _reads(read: ColumnRead, one: Exhausted) -> bool:
    """Whether it is the column of which nothing is left."""
    column = read.column
    origins = column.origins or (column.derivation.origins if column.derivation is not None else ())
    return any(origin.row is one.row and origin.column == one.column for origin in origins)


class _Gone(NamedTuple):
    """A row that was ruled out before: the places that did it; known: it may be of a kind that the catalogue lacks."""

    reasons: tuple[Node, ...]
    known: bool


def _others(compared: list[ColumnRead], gone: set[Row]) -> list[_Gone] | None:
    """The other rows in play, all ruled out before; None where one is not: a branch that passes is enough."""
    from kql_lint.semantics.events.kinds import kind_column, leaves_no_kind

    found: list[_Gone] = []
    for read in compared:
        for row in rows_of(read):
            if row in gone:
                continue
            before = read.states.get(row)
            if before is not None and before.empty:
                found += [_Gone(before.why(name), False) for name, domain in before.domains.items() if domain.empty]
            elif before is not None and before.domains and leaves_no_kind(row, before):
                found.append(_Gone(before.why(kind_column(row)), True))
            else:
                return None
    return found


# --- what was left ----------------------------------------------------------------------------------------------------


def _left(before: list[Domain]) -> str:
    """What a column could hold, in words; nothing where that can't be said in a few."""
    if not before:
        return ""
    if all(not domain.excluding for domain in before):
        values = dict.fromkeys(value for domain in before for value in domain.values)
        words = _words(values)
        empty = ["empty"] if any(value in ("", None) for value in values) else []
        if len(words) > _FEW:
            return f"one of {len(words)} values"
        return listing([*words, *empty], "or")
    (domain, *others) = dict.fromkeys(before)
    return "" if others or domain.tests or not domain.excluding else _range(domain)


def _words(values: Iterable[Scalar]) -> list[str]:
    """Those of the values that are not empty, in order."""
    ordered = sorted(values, key=lambda value: (isinstance(value, str), str(value)))
    numbers = sorted(value for value in ordered if isinstance(value, (int, float)))
    others = [value for value in ordered if not isinstance(value, (int, float))]
    return list(dict.fromkeys(filter(None, map(_word, (*numbers, *others)))))


def _range(domain: Domain) -> str:
    low, high = domain.interval.low, domain.interval.high
    above = f"{'more than' if domain.interval.low_open else 'at least'} {_word(low)}" if _word(low) else ""
    below = f"{'less than' if domain.interval.high_open else 'at most'} {_word(high)}" if _word(high) else ""
    return " and ".join(filter(None, (above, below)))


def _word(value: Scalar) -> str:
    """A value as messages show it; nothing for one that is empty."""
    from kql_lint.semantics.domains.evaluation.times import datetime_text, relative_text, timespan_text
    from kql_lint.semantics.domains.scalars import UNTOLD, Datetime, Relative, Timespan

    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return quoted([value])[0]
    if isinstance(value, bool):
        return "true" if value else "false"
    text: object = value
    if isinstance(value, Relative):
        text = relative_text(value)
    elif isinstance(value, Datetime):
        text = datetime_text(value)
    elif isinstance(value, Timespan):
        text = timespan_text(value)
    return "" if text is UNTOLD else str(text)
