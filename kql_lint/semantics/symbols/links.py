"""Keys that are linked to each other, in sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.syntax import ast

if TYPE_CHECKING:
    from kql_lint.semantics.scopes.scope import Column

Key = tuple["ast.Node | str", str]
"""What declares a name, and the name; of a column that no node declares, its table's name, or ""."""


def key_of(column: Column) -> Key:
    """The key of a column; one that comes from several tables has those of the others besides."""
    if column.declared is not None:
        return column.declared, column.name
    return column.origins[0].row.name if column.origins else "", column.name


class Links:
    """Sets of keys; each key is in one of its own until it is linked."""

    __slots__ = ("_above",)

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def root(self, key: Key) -> Key:
        """The key that stands for all that are linked to a key."""
        above = self._above
        path = []
        while key in above:
            path.append(key)
            key = above[key]
        for one in path:
            above[one] = key
        return key

    def link(self, *keys: Key) -> None:
        """Put keys, with all that are linked to each, into one set."""
        if not keys:
            return
        first = self.root(keys[0])
        for key in keys[1:]:
            root = self.root(key)
            if root != first:
                self._above[root] = first
