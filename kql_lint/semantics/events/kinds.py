"""Which column of a row tells what kind of event it is, and what is known of the values that a column can have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kql_lint.catalogue import ACTION_TYPE
from kql_lint.semantics.scopes.scope import Constant, Origin, Row, Value

if TYPE_CHECKING:
    from kql_lint.catalogue import ColumnValues, EventKinds

NUMBERS = frozenset({"int", "long"})
"""The types of columns that number the kinds of events."""


def kinds_of(row: Row) -> EventKinds | None:
    """The kinds of events of the row's table: the same list on both platforms; None where it has no list."""
    return next((table.events for table in row.tables if table.events is not None), None)


def kind_column(row: Row) -> str:
    """The column that tells the kind of the row's event."""
    known = kinds_of(row)
    return ACTION_TYPE if known is None else known.column


def tells_kind(origin: Origin) -> bool:
    """Whether a column's values are kinds of events."""
    return origin.column == kind_column(origin.row)


def is_kind(value: Value) -> bool:
    """Whether a value is a kind of event, in whatever row it comes from."""
    return bool(value.origins) and all(map(tells_kind, value.origins))


def values_of(origin: Origin) -> ColumnValues | None:
    """The values that the column can have, of a list that the catalogue has beside the kinds of events."""
    lists = (table.column_values.get(origin.column) for table in origin.row.tables)
    return next((known for known in lists if known is not None), None)


def form_of(origin: Origin) -> str | None:
    """The form that each value of the column has (``digits``, ``sha1`` ...); None where none is known."""
    return next(filter(None, (table.holds.get(origin.column) for table in origin.row.tables)), None)


def is_listed(value: Value) -> bool:
    """Whether a value is of columns whose values or their form are known, in whatever row it comes from."""
    return bool(value.origins) and all(values_of(origin) or form_of(origin) for origin in value.origins)


def comparable(value: Value, constants: Iterable[Constant]) -> tuple[Constant, ...]:
    """The constants that a kind can equal, each as the catalogue writes it: numbers are their digits."""
    if value.type in NUMBERS:
        found = ((constant, _digits(constant.value)) for constant in constants)
        return tuple(Constant(text, constant.node) for constant, text in found if text is not None)
    return tuple(constant for constant in constants if isinstance(constant.value, str))


def _digits(number: object) -> str | None:
    """A whole number as text; None for anything else."""
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else None
