"""Which rule speaks of an unknown column: each is reported once, by the one that has the most to say of it.

A column that an operator dropped is KL201's.  One that was renamed is KL106's, one that the other platform's copy of
the table has is KL204's, one that a declared watchlist lacks KL206's, and a field name of another schema KL208's.
Whatever is left is KL201's, which knows of some that they are keys of a bag.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from kql_lint.rules._bag_keys import BagKey, bag_key
from kql_lint.rules._missing import is_whole
from kql_lint.rules._scopes import Present, affords, alike, present

if TYPE_CHECKING:
    from kql_lint.catalogue import Rename
    from kql_lint.semantics.facts import Facts, UnknownColumn
    from kql_lint.semantics.scopes.scope import Row, Scope

_TIMES = {"Timestamp": "TimeGenerated", "TimeGenerated": "Timestamp"}
_PLATFORMS = frozenset({"defender", "sentinel"})


@dataclass(slots=True)
class Elsewhere:
    """A column that only the copy of table on platform has; here is what the other platform calls it, if known.

    both: the query needs both platforms, so that the column is there.
    """

    unknown: UnknownColumn
    table: str
    platform: str
    here: str | None
    both: bool


@dataclass(slots=True)
class Renamed:
    """A column of table under its old name; names are the present ones, as they are in scope."""

    unknown: UnknownColumn
    table: str
    rename: Rename
    names: tuple[str, ...]


@dataclass(slots=True)
class Alias:
    """Another schema's name for a column of table; names are what it may be, of what is in scope, likelier first.

    has: what these hold in its stead, in words; without names, what the table lacks.
    """

    unknown: UnknownColumn
    table: str
    names: tuple[str, ...]
    has: str | None = None


@dataclass(slots=True)
class OfWatchlist:
    """A column that the watchlist of this alias lacks, read where it alone has come in."""

    unknown: UnknownColumn
    alias: str


def elsewhere(facts: Facts) -> Iterator[Elsewhere]:
    """The columns that KL204 reports."""
    for unknown in facts.unknown_columns:
        found = _explained(facts, unknown)
        if isinstance(found, Elsewhere) and not found.both:
            yield found


def renamed(facts: Facts) -> Iterator[Renamed]:
    """The columns that KL106 reports."""
    for unknown in facts.unknown_columns:
        found = _explained(facts, unknown)
        if isinstance(found, Renamed):
            yield found


def aliases(facts: Facts) -> Iterator[Alias]:
    """The columns that KL208 reports."""
    for unknown in facts.unknown_columns:
        found = _explained(facts, unknown)
        if isinstance(found, Alias):
            yield found


def of_watchlists(facts: Facts) -> Iterator[OfWatchlist]:
    """The columns that KL206 reports."""
    for unknown in facts.unknown_columns:
        found = _explained(facts, unknown)
        if isinstance(found, OfWatchlist):
            yield found


def unexplained(facts: Facts) -> Iterator[tuple[UnknownColumn, BagKey | None]]:
    """The columns that KL201 reports, with the key of a bag that one is."""
    for unknown in facts.unknown_columns:
        found = _explained(facts, unknown)
        if found is None or isinstance(found, BagKey):
            yield unknown, found


_Explanation: TypeAlias = "Elsewhere | Renamed | Alias | OfWatchlist | BagKey | None"


def _explained(facts: Facts, unknown: UnknownColumn) -> _Explanation:
    return facts.memory.get(("explanation", unknown), lambda: _explanation(facts, unknown))


def _explanation(facts: Facts, unknown: UnknownColumn) -> _Explanation:
    if unknown.dropped_by is not None or unknown.member_of is not None or unknown.node.name in unknown.scope.splits:
        return None
    rows = present(facts, unknown.scope)
    if not rows:
        return _of_watchlist(facts, unknown)
    found = _renamed(facts, unknown, rows) or _elsewhere(facts, unknown, rows)
    if found is not None:
        return found
    key, alias = bag_key(facts, unknown, rows), _alias(facts, unknown, rows)
    if key is not None and _is_column_in_another_case(facts, unknown):
        return None
    # What the events that the query asks for have under that very name goes before what others call a column.
    return key if key is not None and (alias is None or key.narrowed) else alias


def _is_column_in_another_case(facts: Facts, unknown: UnknownColumn) -> bool:
    """Whether the scope has the name, written in another case: then it is that column that was meant."""
    name = unknown.node.name.casefold()
    return any(
        close.casefold() == name for _, close in alike(facts, unknown.node.name, unknown.scope.columns.__contains__)
    )


def _renamed(facts: Facts, unknown: UnknownColumn, rows: Present) -> Renamed | None:
    for row in rows:
        rename = facts.catalogue.rename("column", unknown.node.name, row.name)
        names = _in_scope(rename.new, rows[row]) if rename is not None else ()
        if rename is not None and names:
            return Renamed(unknown, row.name, rename, names)
    return None


def _elsewhere(facts: Facts, unknown: UnknownColumn, rows: Present) -> Elsewhere | None:
    """The other platform's copy that has the column; in auto mode a row has both copies, so that there is none."""
    name, scope = unknown.node.name, unknown.scope
    for row in rows:
        considered = {table.platform for table in row.tables}
        for copy in facts.catalogue.tables(row.name):
            if copy.platform in _PLATFORMS - considered and name in copy.columns:
                if not is_whole(facts, row, scope):
                    continue
                both = _reads_table_of(facts, copy.platform)
                return Elsewhere(unknown, row.name, copy.platform, _counterpart(name, scope), both)
    return None


def _reads_table_of(facts: Facts, platform: str) -> bool:
    """Whether the query reads a table that this platform alone has: it then runs only where both are connected."""
    return any({table.platform for table in facts.catalogue.tables(row.name)} == {platform} for row in facts.rows)


def _of_watchlist(facts: Facts, unknown: UnknownColumn) -> OfWatchlist | None:
    if not facts.watchlists or not affords(facts, unknown.scope):
        return None
    aliases = {use.node: use.alias for use in facts.watchlists}
    for column in unknown.scope.columns.values():
        if column.declared in aliases:
            return OfWatchlist(unknown, aliases[column.declared])
    return None


def _counterpart(name: str, scope: Scope) -> str | None:
    """``Timestamp`` for ``TimeGenerated``, or the name that differs in case alone."""
    other = _TIMES.get(name)
    if other in scope.columns:
        return other
    return next((column for column in scope.columns if column.casefold() == name.casefold()), None)


def _alias(facts: Facts, unknown: UnknownColumn, rows: Present) -> Alias | None:
    name = unknown.node.name
    for row in rows:
        alias = facts.catalogue.alias(name, row.name)
        if alias is None:
            continue
        names = _in_scope(alias.columns, rows[row])
        lacks = alias.has is not None and not alias.columns and is_whole(facts, row, unknown.scope)
        # `where isempty(source_port) or SourcePort == source_port`: a variable that is declared elsewhere.
        if (names and not (name.islower() and _is_read(facts, row, alias.columns))) or lacks:
            return Alias(unknown, row.name, names, alias.has)
    return None


def _in_scope(columns: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which these columns of a row are in scope, in their order."""
    return tuple(dict.fromkeys(names[column] for column in columns if column in names))


def _is_read(facts: Facts, row: Row, columns: tuple[str, ...]) -> bool:
    read = facts.memory.get("columns read", lambda: _columns_read(facts))
    return any((row.name, column) in read for column in columns)


def _columns_read(facts: Facts) -> set[tuple[str, str]]:
    """The names of tables, each with a column of it that is read."""
    return {(row.name, column) for read in facts.reads for row, column in read.column.origins}
