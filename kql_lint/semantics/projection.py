"""Building the columns that an operator puts out: unique names, replacements and renames.

Source of the naming rules: the behaviour of Microsoft's Kusto.Language binder, asked query by query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kql_lint.semantics.functions import UniqueNames
from kql_lint.semantics.scope import Column


class Projection:
    """The columns that an operator puts out, in order.

    A column is *added* under a name that gives way (``X1``) where the name is taken, or *declared* under exactly its
    name: ``x = ...`` and plain column references are declared, derived names are added.
    """

    __slots__ = ("_columns", "_declared", "_index", "_names", "_once")

    def __init__(self, columns: Mapping[str, Column] | None = None) -> None:
        """columns: those that are there already, such as extend's input; they are not added a second time."""
        self._columns: list[Column] = list(columns.values()) if columns else []
        self._index: dict[str, int] = {name: index for index, name in enumerate(columns)} if columns else {}
        self._names = UniqueNames(self._index)
        self._declared: set[str] = set()
        self._once: set[int] = {id(column) for column in self._columns}

    @property
    def columns(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self._columns}

    def add(self, column: Column, *, base: str | None = None, replace: bool = False, once: bool = False) -> None:
        """Add a column, under a fresh name where its own is taken and it may not replace that one.

        once: no further attempt to add this very column counts.
        """
        if not column.name or id(column) in self._once:
            return
        index = self._index.get(column.name) if replace else None
        if index is not None:
            self._columns[index] = column
        else:
            name = self._names.add(column.name, base)
            if name != column.name:
                column = column.renamed(name)
            self._index[name] = len(self._columns)
            self._columns.append(column)
        if once:
            self._once.add(id(column))

    def declare(self, column: Column, *, replace: bool = False) -> None:
        """Put a column in under its name; a second declaration of a name is left out (the service rejects it)."""
        name = column.name
        if name in self._declared:
            return
        index = self._index.get(name) if replace else None
        if index is not None:
            self._columns[index] = column
        else:
            self.add(column)
        self._declared.add(name)

    def rename(self, old: str, new: str, declared: Column) -> None:
        """Give the column called ``old`` the name of ``declared`` in its place."""
        index = self._index.pop(old, None)
        if index is None:
            return
        self._columns[index] = declared
        self._index[new] = index
        if new not in self._names:
            self._names.add(new)

    def skip(self, column: Column) -> None:
        """Let no further attempt to add this very column count."""
        self._once.add(id(column))

    def skip_all(self) -> None:
        """Let no attempt to add any of the present columns again count."""
        self._once.update(map(id, self._columns))


def side_by_side(left: Iterable[Column], right: Iterable[Column]) -> dict[str, Column]:
    """The columns of both sides of a join; a name that is taken gets the next free number, ``X1``.

    The numbers give way to names that either side has itself: ``c``, ``c``, ``c1`` become ``c``, ``c2``, ``c1``.
    """
    every = [*left, *right]
    names = UniqueNames(column.name for column in every)
    result: dict[str, Column] = {}
    for column in every:
        if column.name in result:
            column = column.renamed(names.add(column.name))
        result[column.name] = column
    return result
