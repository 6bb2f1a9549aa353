"""The words that names in camel case are made of: names of the same words in another order, or with one left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

# Connection and Success, Asr and Office.
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(name: str) -> list[str]:
    """The words of a name, in lower case, in their order."""
    return [word.casefold() for word in WORD.findall(name)]


class ByWords:
    """Names by their words.  A set of names is a number with a bit for each, so that no name is looked at by itself."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))
        self._having: dict[tuple[str, int], int] = {}
        self._of_words: dict[tuple[str, ...], list[str]] = {}
        for place, name in enumerate(self._names):
            parts = words(name)
            self._of_words.setdefault(tuple(sorted(parts)), []).append(name)
            for part in _numbered(parts):
                self._having[part] = self._having.get(part, 0) | 1 << place

    def reordered(self, name: str) -> tuple[str, ...]:
        """The names of the same words in another order."""
        return tuple(
            other for other in self._of_words.get(tuple(sorted(words(name))), ()) if words(other) != words(name)
        )

    def longer(self, name: str, most: int) -> tuple[str, ...] | None:
        """The names that have all words of a name and others beside them; None where there are more than so many."""
        parts = words(name)
        left = (1 << len(self._names)) - 1 if parts else 0
        for part in _numbered(parts):
            left &= self._having.get(part, 0)
        for other in self._of_words.get(tuple(sorted(parts)), ()):
            left &= ~(1 << self._names.index(other))
        if left.bit_count() > most:
            return None
        return tuple(self._names[place] for place in range(left.bit_length()) if left >> place & 1)


def _numbered(parts: list[str]) -> list[tuple[str, int]]:
    """Each word with how often it has come by then."""
    met: Counter[str] = Counter()
    numbered = []
    for part in parts:
        met[part] += 1
        numbered.append((part, met[part]))
    return numbered
