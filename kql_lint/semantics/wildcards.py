"""Names that match a pattern with stars: ``Initiating*``, ``*Hash``."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from kql_lint.wildcards import stars

if TYPE_CHECKING:
    from kql_lint.semantics.binder import Binder
    from kql_lint.semantics.frame import Frame
    from kql_lint.semantics.scope import Column
    from kql_lint.syntax import ast


class NameIndex:
    """Some names, sorted once: a pattern that begins or ends with letters is tried on the names that do so too."""

    __slots__ = ("_backwards", "_forwards", "_places")

    def __init__(self, names: Iterable[str]) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._forwards: list[str] | None = None
        self._backwards: list[str] | None = None

    def candidates(self, pattern: str) -> list[str]:
        """The names, in their order, that are worth a comparison with the pattern."""
        if "*" not in pattern:
            return [pattern] if pattern in self._places else []
        first, *_, last = pattern.split("*")
        if first:
            if self._forwards is None:
                self._forwards = sorted(self._places)
            found = _with_prefix(self._forwards, first)
        elif last:
            if self._backwards is None:
                self._backwards = sorted(name[::-1] for name in self._places)
            found = [name[::-1] for name in _with_prefix(self._backwards, last[::-1])]
        else:
            return list(self._places)
        return sorted(found, key=self._places.__getitem__)


def columns_like(binder: Binder, frame: Frame, pattern: str, node: ast.Node) -> list[Column]:
    """The columns in scope whose names match a pattern, in their order; node is where it stands."""
    columns = frame.columns
    if pattern == "*":
        return list(columns.values()) if binder.affords(len(columns), node) else []
    if frame.names is None:
        frame.names = NameIndex(columns)
    names = frame.names.candidates(pattern)
    if not binder.affords(len(names), node):
        return []
    matches = stars(pattern).matches
    return [columns[name] for name in names if matches(name)]


def tables_like(binder: Binder, pattern: str) -> list[str]:
    """The names of the catalogue's tables that match a pattern, sorted."""
    if binder.table_names is None:
        binder.table_names = NameIndex(sorted(binder.catalogue.table_names()))
    return list(filter(stars(pattern).matches, binder.table_names.candidates(pattern)))


def _with_prefix(names: list[str], prefix: str) -> list[str]:
    start = bisect_left(names, prefix)
    return list(takewhile(lambda name: name.startswith(prefix), _from(names, start)))


def _from(names: list[str], start: int) -> Iterable[str]:
    return (names[place] for place in range(start, len(names)))
