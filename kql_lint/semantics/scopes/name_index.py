"""Names in an order in which those that may match a pattern with stars are found quickly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import takewhile


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


def _with_prefix(names: list[str], prefix: str) -> list[str]:
    start = bisect_left(names, prefix)
    return list(takewhile(lambda name: name.startswith(prefix), _from(names, start)))


def _from(names: list[str], start: int) -> Iterable[str]:
    return (names[place] for place in range(start, len(names)))
