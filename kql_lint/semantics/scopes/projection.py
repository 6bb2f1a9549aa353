"""Building the columns that an operator puts out: unique names, replacements and renames.

Source of the naming rules: the behaviour of Microsoft's Kusto.Language binder, asked query by query.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from kql_lint.semantics.functions import UniqueNames
from kql_lint.semantics.persistent import Shared, put
from kql_lint.semantics.scopes.scope import Column, extended


class Projection:
    """The columns that an operator puts out, in order.

    A column is *added* under a name that gives way (``X1``) where the name is taken, or *declared* under exactly its
    name: ``x = ...`` and plain column references are declared, derived names are added.
    """

    __slots__ = ("_base", "_declared", "_made", "_names", "_once")

    def __init__(self, columns: Mapping[str, Column] | None = None) -> None:
        """columns: those that are there already, such as extend's input; they are not added a second time."""
        self._base: Mapping[str, Column] = columns if columns is not None else {}
        self._made: dict[str, Column] = {}
        self._names = UniqueNames(taken=self._base)
        self._declared: set[str] = set()
        self._once: set[int] = set()

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns by name."""
        return _numbered(extended(self._base, self._made), self._names) if self._base else self._made

    def add(self, column: Column, *, base: str | None = None, replace: bool = False) -> None:
        """Add a column, under a fresh name where its own is taken and it may not replace that one."""
        if not column.name or id(column) in self._once or self._base.get(column.name) is column:
            return
        if not (replace and self._has(column.name)):
            name = self._names.add(column.name, base)
            if name != column.name:
                column = column.renamed(name)
        self._made[column.name] = column

    def declare(self, column: Column, *, replace: bool = False) -> None:
        """Put a column in under its name; a second declaration of a name is left out (the service rejects it)."""
        name = column.name
        if name in self._declared:
            return
        if replace and self._has(name):
            self._made[name] = column
        else:
            self.add(column)
        self._declared.add(name)

    @property
    def tries(self) -> int:
        """How many numbers were looked at for names that were taken."""
        return self._names.tries

    def skip_all(self) -> None:
        """Let no attempt to add any of the present columns again count."""
        self._once.update(map(id, self._made.values()))

    def _has(self, name: str) -> bool:
        return name in self._made or name in self._base


def renamed(columns: Mapping[str, Column], names: Sequence[tuple[str, Column]]) -> Mapping[str, Column]:
    """The columns with others in the places of those that names tells, one after another."""
    new = {column.name for _, column in names}
    is_plain = len(new) == len(dict(names)) == len(names) and not any(name in columns for name in new)
    if isinstance(columns, Shared) and is_plain:
        return columns.renamed({old: (column.name, column) for old, column in names})
    result = list(columns.values())
    places = {name: place for place, name in enumerate(columns)}
    for old, column in names:
        place = places.pop(old, None)
        if place is not None:
            result[place] = column
            places[column.name] = place
    return {column.name: column for column in result}


def side_by_side(left: Mapping[str, Column], right: Collection[Column]) -> tuple[Mapping[str, Column], int]:
    """The columns of both sides of a join; a name that is taken gets the next free number, ``X1``.

    The numbers give way to names that either side has itself: ``c``, ``c``, ``c1`` become ``c``, ``c2``, ``c1``.  Also
    gives how many numbers were looked at.
    """
    names = UniqueNames([column.name for column in right], taken=left)
    result: dict[str, Column] = {}
    for column in right:
        if column.name in left or column.name in result:
            column = column.renamed(names.add(column.name))
        result[column.name] = column
    return _numbered(extended(left, result), names), names.tries


def _numbered(columns: Mapping[str, Column], names: UniqueNames) -> Mapping[str, Column]:
    """The columns, which were just made, with a note of the numbers that names gave: a chain of joins has thousands."""
    if isinstance(columns, Shared) and names.given:
        columns.numbers = put(columns.numbers, names.given)
    return columns
