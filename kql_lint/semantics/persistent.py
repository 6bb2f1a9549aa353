"""Maps that are never changed: what follows from one by a few changes shares the rest with it.

A pipeline of a thousand ``extend`` has a thousand columns, and each operator sees all those before it.  Copying them
each time takes a million steps; here a step takes the time of its own changes, but for a logarithm.  Most maps are
small: those are plain dictionaries, which are copied faster than shared.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from operator import itemgetter
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# The largest dictionary that is copied as a whole.  The largest table of the catalogue has less than 200 columns.
SMALL = 256

_Entry = tuple[int, V]
# No two entries have the same place, so that their values are never compared.
_BY_PLACE = itemgetter(0)


class _Level(Generic[K, V]):
    """Changes that were made together: a key's place in the order and its value, or None where the key is gone."""

    __slots__ = ("entries", "marked")

    def __init__(self, entries: dict[K, _Entry[V] | None], marked: set[K]) -> None:
        """The keys marked are those of whose values Shared.is_marked says so."""
        self.entries = entries
        self.marked = marked


class Shared(Mapping[K, V]):
    """A large map; iterated in the order of a dictionary to which the same was done.

    Levels of changes lie above each other, each less than half as large as the one below it.  work is how many entries
    were put into levels to make this map from the one before.  numbers is a note that maps hand on while no key goes
    away: whoever numbers names that are taken keeps there the last number of each that is known to be taken.
    """

    __slots__ = ("_first", "_length", "_levels", "_next", "numbers", "work")

    def __init__(self, levels: tuple[_Level[K, V], ...], length: int, first: int, following: int, work: int) -> None:
        """length: how many keys there are.  first and following: the place of the first key, and behind the last."""
        self._levels = levels
        self._length = length
        self._first = first
        self._next = following
        self.numbers: Mapping[str, int] = {}
        self.work = work

    @classmethod
    def of(cls, entries: Mapping[K, V]) -> Shared[K, V]:
        """The map with these entries."""
        marked = {key for key, value in entries.items() if cls.is_marked(value)}
        level = _Level[K, V]({key: (place, value) for place, (key, value) in enumerate(entries.items())}, marked)
        return cls((level,), len(entries), 0, len(entries), len(entries))

    @staticmethod
    def is_marked(value: V) -> bool:
        """Whether ``marked`` is to find a value; a subclass says."""
        return False

    def __getitem__(self, key: K) -> V:
        entry = self._entry(key)
        if entry is None:
            raise KeyError(key)
        return entry[1]

    def _entry(self, key: object) -> _Entry[V] | None:
        for level in reversed(self._levels):
            if key in level.entries:
                return level.entries[key]
        return None

    def __contains__(self, key: object) -> bool:
        return self._entry(key) is not None

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[K]:
        return iter(self.flat())

    def keys(self) -> KeysView[K]:
        """The keys in order."""
        return self.flat().keys()

    def values(self) -> ValuesView[V]:
        """The values in order."""
        return self.flat().values()

    def items(self) -> ItemsView[K, V]:
        """The keys and values in order."""
        return self.flat().items()

    def parts(self) -> Iterator[Collection[K]]:
        """Collections that together hold all keys, and perhaps some that are gone; a map made of this one has most."""
        return (level.entries for level in self._levels)

    def flat(self) -> dict[K, V]:
        """A dictionary of the same content: as much work as there are entries."""
        return _merged(self._levels)

    def marked(self) -> Iterator[tuple[K, V]]:
        """The keys and values that are marked, in order: as much work as there are of them."""
        present = [(entry, key) for key, entry in self._marked_entries().items()]
        present.sort(key=_BY_PLACE)
        return ((key, entry[1]) for entry, key in present)

    def mapped(self, change: Callable[[V], V]) -> Shared[K, V]:
        """The map with what change makes of the values that are marked."""
        entries: dict[K, _Entry[V] | None] = {
            key: (entry[0], change(entry[1])) for key, entry in self._marked_entries().items()
        }
        return self._above(entries, self._length, self._next)

    def _marked_entries(self) -> dict[K, _Entry[V]]:
        found: dict[K, _Entry[V]] = {}
        above: list[_Level[K, V]] = []
        for level in reversed(self._levels):
            for key in level.marked - found.keys():
                entry = level.entries[key]
                if entry is not None and not any(key in other.entries for other in above):
                    found[key] = entry
            above.append(level)
        return found

    def put(self, changes: Mapping[K, V]) -> Shared[K, V]:
        """The map with other values, or further keys, which come last."""
        following = self._next
        entries: dict[K, _Entry[V] | None] = {}
        length = self._length
        for key, value in changes.items():
            entry = self._entry(key)
            if entry is None:
                length += 1
                entries[key] = (following, value)
                following += 1
            else:
                entries[key] = (entry[0], value)
        return self._above(entries, length, following)

    def preceded(self, key: K, value: V) -> Shared[K, V]:
        """The map with this key before all others."""
        first = self._first - 1
        length = self._length + (key not in self)
        return self._above({key: (first, value)}, length, self._next, first)

    def without(self, keys: Iterable[K]) -> Shared[K, V]:
        """The map without some of its keys."""
        entries: dict[K, _Entry[V] | None] = {key: None for key in keys if key in self}
        result = self._above(entries, self._length - len(entries), self._next)
        if entries:
            result.numbers = {}
        return result

    def renamed(self, names: Mapping[K, tuple[K, V]]) -> Shared[K, V]:
        """The map with other keys, and their values, in the places of keys that it has; the new keys must be new."""
        entries: dict[K, _Entry[V] | None] = {}
        for old, (new, value) in names.items():
            entry = self._entry(old)
            if entry is not None:
                entries[old] = None
                entries[new] = (entry[0], value)
        result = self._above(entries, self._length, self._next)
        if entries:
            result.numbers = {}
        return result

    def differing(self, base: Shared[K, V]) -> dict[K, V]:
        """The entries, in order, that base lacks or has otherwise, and perhaps a few more that are the same there.

        As much work as there are entries in the levels that only this map has.
        """
        shared = 0
        for one, other in zip(self._levels, base._levels, strict=False):
            if one is not other:
                break
            shared += 1
        return _merged(self._levels[shared:])

    def _above(
        self, entries: dict[K, _Entry[V] | None], length: int, following: int, first: int | None = None
    ) -> Shared[K, V]:
        """The map with one more level; levels that are no longer much larger than those above are put together."""
        if not entries:
            return self
        levels = list(self._levels)
        work = len(entries)
        candidates = set(entries)
        while levels and len(levels[-1].entries) <= 2 * len(entries):
            below = levels.pop()
            entries = {**below.entries, **entries}
            candidates |= below.marked
            work += len(entries)
        marked = {key for key in candidates if self._is_marked(entries[key])}
        place = self._first if first is None else first
        result = type(self)((*levels, _Level(entries, marked)), length, place, following, work)
        result.numbers = self.numbers
        return result

    def _is_marked(self, entry: _Entry[V] | None) -> bool:
        return entry is not None and self.is_marked(entry[1])


def _merged(levels: Iterable[_Level[K, V]]) -> dict[K, V]:
    """What levels that lie above each other hold, in order."""
    merged: dict[K, _Entry[V] | None] = {}
    for level in levels:
        merged.update(level.entries)
    present = [(entry, key) for key, entry in merged.items() if entry is not None]
    present.sort(key=_BY_PLACE)
    return {key: entry[1] for entry, key in present}


def differing(new: Mapping[K, V], base: Mapping[K, V]) -> Mapping[K, V]:
    """The entries of new, in order, that base lacks or has otherwise; those that are the same may be among them."""
    if isinstance(new, Shared) and isinstance(base, Shared):
        return new.differing(base)
    return new


def put(old: Mapping[K, V], changes: Mapping[K, V], kind: type[Shared[K, V]] = Shared) -> Mapping[K, V]:
    """The map with other values, or further keys, which come last; kind is what a map that gets large is to be."""
    if len(old) <= max(SMALL, 2 * len(changes)):
        return {**(old.flat() if isinstance(old, Shared) else old), **changes}
    if isinstance(old, Shared):
        return old.put(changes)
    result = kind.of(old).put(changes)
    result.work += len(old)
    return result


def preceded(old: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The map with this key before all others."""
    if isinstance(old, Shared):
        return old.preceded(key, value)
    return {key: value, **{other: old[other] for other in old if other != key}}


def without(old: Mapping[K, V], keys: Iterable[K]) -> Mapping[K, V]:
    """The map without some of its keys; those that it lacks do not matter."""
    if isinstance(old, Shared):
        return old.without(keys)
    left = dict(old)
    for key in keys:
        left.pop(key, None)
    return left
