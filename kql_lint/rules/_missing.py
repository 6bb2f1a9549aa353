"""How sure it is that a column does not exist: shared by the rules about names that a scope lacks.

A list of columns is as old as its catalogue.  That a name is missing from it is certain only where something speaks
for a mistake: a name that is close, or another table that has the column.  What an operator has picked is certain
anyway: after ``project`` and ``summarize`` no column can be new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Severity
from kql_lint.rules._scopes import UNSEEN, present
from kql_lint.wording import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kql_lint.semantics.facts import Facts
    from kql_lint.semantics.scopes.scope import Row, Scope


class Verdict(NamedTuple):
    """The severity of a missing column, and what is to be said behind its name."""

    severity: Severity
    reason: str = ""


def verdict(facts: Facts, name: str, scope: Scope, close: Sequence[str]) -> Verdict:
    """What to make of a name that a scope lacks; close are the names that it may be a slip for."""
    if close:
        return Verdict(Severity.ERROR)
    if present(facts, scope) is UNSEEN:
        return Verdict(Severity.WARNING)
    rows = [row for row in present(facts, scope) if is_whole(facts, row, scope)]
    dates = {table: facts.catalogue.as_of(table) for row in rows for table in row.tables}
    known = sorted(date for date in dates.values() if date is not None)
    if not known or len(known) < len(dates):  # nothing comes through whole, or a table of the user's own
        return Verdict(Severity.ERROR)
    owners = _owners(facts, name, rows)
    if owners:
        return Verdict(Severity.ERROR, f"; it is a column of {listing(owners)}")
    names = list(dict.fromkeys(table.name for table in dates))
    has = "has no such column" if len(names) == 1 else "have no such column"
    return Verdict(Severity.WARNING, f": {listing(names)} {has} as of {known[0]}")


def _owners(facts: Facts, name: str, rows: list[Row]) -> list[str]:
    """The tables of the query that have the column, else those of the catalogue on the rows' platforms, if few."""
    here = facts.memory.get("tables by column", lambda: _tables_by_column(facts)).get(name)
    if here:
        return here
    platforms = {table.platform for row in rows for table in row.tables}
    common = {
        other: len(platforms & {table.platform for table in facts.catalogue.tables(other) if name in table.columns})
        for other in facts.catalogue.tables_with_column(name)
    }
    return sorted((other for other, count in common.items() if count), key=lambda other: -common[other])


def _tables_by_column(facts: Facts) -> dict[str, list[str]]:
    """The tables of the query by each of their columns, in the order in which the query names them."""
    found: dict[str, dict[str, None]] = {}
    for name, tables in dict.fromkeys((row.name, row.tables) for row in facts.rows):
        for column in {column for table in tables for column in table.columns}:
            found.setdefault(column, {})[name] = None
    return {column: list(names) for column, names in found.items()}


def is_whole(facts: Facts, row: Row, scope: Scope) -> bool:
    """Whether most columns of a row are in scope: else an operator has picked some, and the right name may be gone."""
    return 2 * len(present(facts, scope)[row]) > max(len(table.columns) for table in row.tables)
