"""What is in scope behind each operator of a query, and what is known of values there: to see what a finding rests on.

Offsets are half-open, in code points of the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.semantics.domains.wording import conditions, scalar_text
from kql_lint.semantics.events.kinds import list_of
from kql_lint.semantics.scopes.scope import Column, Origin, Scope
from kql_lint.semantics.scopes.state import PRESENCE

if TYPE_CHECKING:
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.semantics import Bound
    from kql_lint.semantics.domains.domain import Scalar
    from kql_lint.semantics.facts import Step


class TracedColumn(NamedTuple):
    """A column in scope: its KQL type, or ``unknown``.

    origins: the (table, column) pairs whose values it holds unchanged.  parsed_of: those whose JSON it is.  values: all
    that it can be, where the text tells (literals, and what is made of them), None where it does not.  declared: the
    stretch of the query that brought it into scope under its name, where that is the query's.
    """

    name: str
    type: str
    origins: tuple[tuple[str, str], ...] = ()
    parsed_of: tuple[tuple[str, str], ...] = ()
    values: tuple[object, ...] | None = None
    declared: tuple[int, int] | None = None


class KnownValues(NamedTuple):
    """What a column of a table can still be, in the rows of one reference to the table.

    start and end are the reference's.  values: these alone; None where it can be any but those excluded that meets the
    conditions (``> 1024``, ``startswith "x"``).  ``""`` is also null, which stands for rows that an outer join did not
    find.
    """

    table: str
    start: int
    end: int
    column: str
    values: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(slots=True)
class TracedStep:
    """A source or an operator, and what is known behind it.

    columns are those in scope, in order; complete: there are no others.  added and removed are the names that are new
    or gone since the operator before (a column that was replaced is new); None for a source.  known: what columns can
    be, where not anything; news are those of them that were not known before.
    """

    start: int
    end: int
    columns: list[TracedColumn] = field(default_factory=list)
    complete: bool = True
    added: list[str] | None = None
    removed: list[str] | None = None
    known: list[KnownValues] = field(default_factory=list)
    news: list[KnownValues] = field(default_factory=list)


@dataclass(slots=True)
class Trace:
    """The steps of a query in the order in which they are followed: what a join or a union is given before itself.

    Each place comes once, with what was found the last time: the body of a function as its last call makes it.
    syntax_errors are the parser's diagnostics.
    """

    steps: list[TracedStep] = field(default_factory=list)
    syntax_errors: list[Diagnostic] = field(default_factory=list)

    def since(self, offset: int) -> list[TracedStep]:
        """The steps that do not begin before an offset."""
        return [step for step in self.steps if step.start >= offset]


def trace(bound: Bound, errors: Iterable[Diagnostic] = ()) -> Trace:
    """The trace of a query that has been bound with ``steps``; errors are its syntax errors."""
    last: dict[object, Step] = {}
    for step in bound.facts.steps or ():
        last.pop(step.node, None)
        last[step.node] = step
    return Trace([_traced(step) for step in last.values()], list(errors))


def _traced(step: Step) -> TracedStep:
    scope, before = step.scope, step.before
    added, removed = (None, None) if before is None else _changes(before, scope)
    columns = [_column(column) for column in scope.columns.values()]
    known = list(known_values(scope))
    earlier = (
        frozenset(known_values(before)) if before is not None and before.states is not scope.states else frozenset()
    )
    news = [] if before is not None and before.states is scope.states else [one for one in known if one not in earlier]
    return TracedStep(step.node.start, step.node.end, columns, not scope.open, added, removed, known, news)


def _changes(before: Scope, after: Scope) -> tuple[list[str], list[str]]:
    if before.columns is after.columns:
        return [], []
    added = [name for name, column in after.columns.items() if before.columns.get(name) is not column]
    return added, [name for name in before.columns if name not in after.columns]


def _column(column: Column) -> TracedColumn:
    origins = () if column.folded is not None else _names(column.origins)
    values = None if column.constants is None else tuple(constant.value for constant in column.constants)
    declared = None if column.declared is None else (column.declared.start, column.declared.end)
    return TracedColumn(column.name, column.type, origins, _names(column.bag), values, declared)


def _names(origins: Iterable[Origin]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((row.name, name) for row, name in origins))


def known_values(scope: Scope) -> Iterator[KnownValues]:
    """What columns of tables can still be, where that is not anything.

    Of references to one place, which a union of a variable with itself has, what is known comes once.
    """
    met: set[KnownValues] = set()
    for row, state in scope.states.items():
        for column, domain in state.domains.items():
            if domain.everything or column == PRESENCE:
                continue
            known = list_of(Origin(row, column))
            values = _in_order(domain.values, known.values if known is not None else ())
            told = (None, values, tuple(conditions(domain))) if domain.excluding else (values, (), ())
            found = KnownValues(row.name, row.node.start, row.node.end, column, *told)
            if found not in met:
                met.add(found)
                yield found


def _in_order(values: Iterable[Scalar], listed: Iterable[str]) -> tuple[str, ...]:
    """The values as texts, those of a list in its order, then numbers, then the others."""
    order = {name: place for place, name in enumerate(listed)}
    numbers = {scalar_text(value): value for value in values if isinstance(value, (int, float))}
    texts = {"" if value is None else scalar_text(value) for value in values}
    return tuple(
        sorted(texts, key=lambda one: (order.get(one, len(order)), one not in numbers, numbers.get(one, 0), one))
    )
