"""Which column of a row tells what kind of event it is, and what the catalogue knows of the values of columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import ACTION_TYPE, ColumnValues, EventKinds, MixedCase
from kql_lint.semantics.domains.domain import EMPTY, EVERYTHING
from kql_lint.semantics.scopes.scope import Constant, Origin, Row, Value

if TYPE_CHECKING:
    from kql_lint.catalogue import Table
    from kql_lint.semantics.domains.domain import Domain, Scalar
    from kql_lint.semantics.scopes.state import State

FORMLESS = frozenset({"command line", "device", "id on device"})
"""What columns hold that says nothing of how a value is written."""

NUMBERS = frozenset({"int", "long"})
"""The types of columns that number the kinds of events."""


def kinds_of(row: Row) -> EventKinds | None:
    """The kinds of events of the row's table: the same list on both platforms; None where it has no list."""
    for table in row.tables:
        if table.events is not None:
            return table.events
    return None


def kind_column(row: Row) -> str:
    """The column that tells the kind of the row's event."""
    known = kinds_of(row)
    return ACTION_TYPE if known is None else known.column


def tells_kind(origin: Origin) -> bool:
    """Whether a column's values are kinds of events."""
    return origin.column == kind_column(origin.row)


def is_kind(value: Value) -> bool:
    """Whether a value is a kind of event, in whatever row it comes from."""
    return bool(value.origins) and all(map(tells_kind, distinct(value.origins)))


def distinct(origins: Iterable[Origin]) -> Iterable[Origin]:
    """One origin for each column of the same tables: a union may have thousands of rows of a table."""
    return {(origin.row.tables, origin.column): origin for origin in origins}.values()


class _About(NamedTuple):
    """What the catalogue knows of a column of a table."""

    type: str | None
    values: ColumnValues | None
    holds: str | None
    mixed_case: MixedCase | None


@lru_cache(maxsize=4096)
def _about(tables: tuple[Table, ...], column: str) -> _About:
    """What is known of a column on each of the platforms that are considered."""
    types = {table.columns[column] for table in tables if column in table.columns}
    kind = "long" if len(types) > 1 and types <= NUMBERS else types.pop() if len(types) == 1 else None
    values = (table.column_values.get(column) for table in tables)
    holds = (table.holds.get(column) for table in tables)
    cases = (table.mixed_case.get(column) for table in tables)
    return _About(
        kind, next(filter(None, values), None), next(filter(None, holds), None), next(filter(None, cases), None)
    )


def values_of(origin: Origin) -> ColumnValues | None:
    """The values that the column can have, of a list that the catalogue has beside the kinds of events."""
    return _about(origin.row.tables, origin.column).values


def held_by(origin: Origin) -> str | None:
    """What the column holds, in the catalogue's words (``sha1``, ``device`` ...); None where that is not known."""
    return _about(origin.row.tables, origin.column).holds


def form_of(origin: Origin) -> str | None:
    """The form that each value of the column has (``digits``, ``sha1`` ...); None where none is known."""
    held = held_by(origin)
    return None if held in FORMLESS else held


FILE_NAME = "file name"
"""The form of names of files, whose case is that of the file on each device."""


def is_listed(value: Value) -> bool:
    """Whether a value is of columns whose values or their form are known, in whatever row it comes from."""
    return bool(value.origins) and all(values_of(origin) or form_of(origin) for origin in distinct(value.origins))


def mixed_case_of(origin: Origin) -> MixedCase | None:
    """What tells that the column's values are written in several cases; None where nothing does."""
    return _about(origin.row.tables, origin.column).mixed_case


def list_of(origin: Origin) -> EventKinds | ColumnValues | None:
    """What the catalogue lists of the column's values, be they kinds of events or others; None where it has no list."""
    return kinds_of(origin.row) if tells_kind(origin) else values_of(origin)


def type_of(origin: Origin) -> str | None:
    """The type of the column, None where its table has another one on the other platform."""
    return _about(origin.row.tables, origin.column).type


@lru_cache(maxsize=1024)
def scalars(known: EventKinds | ColumnValues, numbers: bool) -> tuple[Scalar, ...]:
    """The values of a list as the column has them; numbers: it is a column of whole numbers."""
    return tuple(int(value) for value in known.values if value.isdigit()) if numbers else tuple(known.values)


def is_filled(origin: Origin, domain: Domain) -> bool:
    """Whether a column is not empty in any row in which it holds what is in a domain."""
    kind = type_of(origin)
    return (kind == "string" or None not in domain) and (kind not in ("string", "dynamic", None) or "" not in domain)


def is_complete(known: EventKinds | ColumnValues | None) -> bool:
    """Whether a list has all values there are, in the case in which they are written."""
    return known is not None and known.closed and (isinstance(known, EventKinds) or known.cased)


def possible_kinds(row: Row, *states: State) -> list[str] | None:
    """The kinds of events that all of the states leave, in the table's order; None where they are not known one by one.

    A value that a complete list lacks is none; another rule says that of it.
    """
    known = kinds_of(row)
    if known is None:
        return None
    domain = EVERYTHING
    for state in states:
        domain = domain & state.domain(known.column)
    if domain.everything:
        return None
    return named_kinds(known, domain, type_of(Origin(row, known.column)) in NUMBERS)


def named_kinds(known: EventKinds, domain: Domain, numbers: bool) -> list[str] | None:
    """The kinds of a list that are in a domain, in the list's order; None where others may be in it too."""
    if domain.excluding and not (known.closed and domain.values):
        return None
    listed = scalars(known, numbers)
    if not known.closed:
        others = domain.values - EMPTY - set(listed)
        if any(str(value) not in known.elsewhere for value in others):
            return None
    return [str(value) for value in listed if value in domain]


def lacks_every_kind(row: Row, state: State) -> bool:
    """Whether a state excludes, one by one, every kind of event of a list that is thought complete."""
    known = kinds_of(row)
    if known is None or not known.closed:
        return False
    domain = state.domain(known.column)
    if not domain.excluding or len(domain.values) < len(known.values):
        return False
    return domain.values.issuperset(scalars(known, type_of(Origin(row, known.column)) in NUMBERS))


def leaves_no_kind(row: Row, state: State) -> bool:
    """Whether a state leaves no kind of event of a list that is thought complete: see also ``lacks_every_kind``."""
    known = kinds_of(row)
    if known is None or not known.closed:
        return False
    domain = state.domain(known.column)
    if domain.excluding:
        return lacks_every_kind(row, state)
    return domain.values.isdisjoint(scalars(known, type_of(Origin(row, known.column)) in NUMBERS))


def comparable(value: Value, constants: Iterable[Constant]) -> tuple[Constant, ...]:
    """The constants that a value can equal, each as the catalogue writes it: numbers are their digits."""
    if value.type in NUMBERS:
        found = ((constant, _digits(constant.value)) for constant in constants)
        return tuple(Constant(text, constant.node) for constant, text in found if text is not None)
    return tuple(constant for constant in constants if isinstance(constant.value, str))


def _digits(number: object) -> str | None:
    """A whole number as text; None for anything else."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else None
