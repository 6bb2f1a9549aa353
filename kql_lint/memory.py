"""What was found out once and is asked for again.  A leaf: imports nothing of the project."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

T = TypeVar("T")


class Memory:
    """Keeps what was made by its key; where that gets too much, all of it is forgotten and made anew."""

    __slots__ = ("_kept", "_most")

    def __init__(self, most: int = 1_000) -> None:
        """most: how many things are kept at a time."""
        self._kept: dict[Hashable, object] = {}
        self._most = most

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What make gave for the key.  The key has to say all that this depends on, and what type it is of.

        An object is a key of its own as long as it lives: it is kept with what was made of it.
        """
        found = self._kept.get(key, self)  # itself is nothing that it keeps
        if found is self:
            found = make()
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = found
        return found  # type: ignore[return-value]
