"""Did you mean: the few names that a mistyped one may stand for.

Names are compared with case folded and without separators, by the optimal string alignment distance: a character put
in, left out or replaced, or two neighbours swapped, each count one.

A name is not compared with all others, since a query may have thousands of unknown ones and the catalogue has a
thousand tables: ``Candidates`` is an index of names by their lengths and letters that leaves out what can't be close.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from kql_lint.memory import Memory

Scored = tuple[float, str]

_SEPARATORS = str.maketrans("", "", " _-.:/'")
_SHORTEST_CONTAINED = 5
_SHORT_WORD = 4
# LIMIT: of longer names (those of the catalogue have 60 characters at most) only what differs in case and separators
# is found, and of names that hundreds of others resemble the most similar by their letters: else a query of names that
# are all alike would take time that grows with the square of its length.
_LONGEST = 128
_MOST_COMPARED = 32
_BAND = 8


def bare(name: str) -> str:
    """The name with case folded and without separators."""
    return name.casefold().translate(_SEPARATORS)


class Candidates:
    """Names that a mistyped one may stand for, each once.  Remembers what it was asked for."""

    def __init__(self, names: Iterable[str], fold: Callable[[str], str] = bare) -> None:
        """fold: the form in which names are compared."""
        self._fold = fold
        self._names: dict[str, list[str]] = {}
        self._places = {name: place for place, name in enumerate(dict.fromkeys(names))}
        for name in self._places:
            self._names.setdefault(fold(name), []).append(name)
        self._longest = max(map(len, self._names), default=0)
        self._bands: dict[int, list[str]] = {}
        for folded in self._names:
            if len(folded) <= _LONGEST:
                self._bands.setdefault(len(folded) // _BAND, []).append(folded)
        self._indexes: dict[int, _Index] = {}
        self._sorted: tuple[list[str], list[str]] | None = None
        # As many as the unknown names of a long query, which several rules ask for.
        self._memory = Memory(10_000)

    def ranked(self, name: str) -> tuple[Scored, ...]:
        """The candidates close to name, each with its score, the lowest and best first; name itself is left out."""
        if len(name) > _LONGEST + _SHORTEST_CONTAINED:
            return self._rank(name)
        return self._memory.get(name, lambda: self._rank(name))

    def _rank(self, name: str) -> tuple[Scored, ...]:
        folded = self._fold(name)
        bound = _bound(len(folded))
        found: dict[str, float] = {other: edits for edits, other in self._near(folded, bound)}
        for other in self._contained(folded):
            longest = max(len(folded), len(other))
            found.setdefault(other, bound + abs(len(folded) - len(other)) / longest)
        named = ((score, other) for folded, score in found.items() for other in self._names[folded])
        return tuple(sorted((score, other) for score, other in named if other != name))

    def within(self, name: str, bound: int) -> list[tuple[int, str]]:
        """The candidates at most so many edits from name in the form that is compared, with their edits; unsorted.

        What equals name in that form is among them.
        """
        found = self._near(self._fold(name), bound)
        return [(edits, other) for edits, folded in found for other in self._names[folded]]

    def _near(self, folded: str, bound: int) -> Iterator[tuple[int, str]]:
        if folded in self._names:
            yield 0, folded
        if not bound or len(folded) > min(self._longest, _LONGEST) + bound:
            return
        letters = _letters(folded)
        similar: list[tuple[int, str]] = []
        for band in range(max(len(folded) - bound, 0) // _BAND, (len(folded) + bound) // _BAND + 1):
            if band in self._bands:
                if band not in self._indexes:
                    self._indexes[band] = _Index(self._bands[band])
                similar += self._indexes[band].similar(letters, bound)
        similar.sort()
        for _, other in similar[:_MOST_COMPARED]:
            edits = distance(folded, other, bound)
            if 0 < edits <= bound:
                yield edits, other

    def _contained(self, folded: str) -> Iterator[str]:
        """What begins or ends with the other (``ConnectionSuccessful``), where a third at most is left over."""
        length = len(folded)
        if length > min(self._longest * 3 // 2 + 1, _LONGEST * 3 // 2) or length < _SHORTEST_CONTAINED:
            return
        for cut in range(1, min(length // 3, length - _SHORTEST_CONTAINED) + 1):
            yield from (part for part in (folded[:-cut], folded[cut:]) if part in self._names)
        for other in self._longer(folded, _MOST_COMPARED):
            if (len(other) - length) * 3 <= len(other):
                yield other

    def longer(self, name: str, most: int) -> tuple[str, ...]:
        """The candidates that begin or end with name in the form that is compared, at most so many, in their order."""
        found = {other for folded in self._longer(self._fold(name), most) for other in self._names[folded]}
        return tuple(sorted(found, key=self._places.__getitem__)[:most])

    def _longer(self, folded: str, most: int) -> Iterator[str]:
        if self._sorted is None:
            self._sorted = sorted(self._names), sorted(other[::-1] for other in self._names)
        forward, backward = self._sorted
        yield from _beginning(folded, forward, most)
        yield from (other[::-1] for other in _beginning(folded[::-1], backward, most))


def _beginning(folded: str, ordered: list[str], most: int) -> list[str]:
    """The sorted names that begin with folded, at most so many; not itself."""
    place = bisect_left(ordered, folded)
    return [other for other in ordered[place : place + most + 1] if other.startswith(folded) and other != folded][:most]


class _Index:
    """Names of similar lengths by their letters.  A set of names is a number: a bit for each, so that steps are few."""

    __slots__ = ("_having", "_names", "_of_length")

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._having: dict[tuple[str, int], int] = {}
        self._of_length: dict[int, int] = {}
        for place, name in enumerate(names):
            bit = 1 << place
            self._of_length[len(name)] = self._of_length.get(len(name), 0) | bit
            for letter in _letters(name):
                self._having[letter] = self._having.get(letter, 0) | bit

    def similar(self, letters: list[tuple[str, int]], bound: int) -> list[tuple[int, str]]:
        """The names that lack at most bound of the letters, and have at most bound others; with how many they lack.

        No name within bound edits is left out: each edit can make up for one letter on either side.
        """
        lengths = range(len(letters) - bound, len(letters) + bound + 1)
        left = sum(self._of_length.get(length, 0) for length in lengths)
        lacking = [0] * (bound + 1)  # at each number: the names that lack more letters
        for letter in letters:
            if not left:
                return []
            lacks = left & ~self._having.get(letter, 0)
            for number in range(bound, 0, -1):
                lacking[number] |= lacking[number - 1] & lacks
            lacking[0] |= lacks
            left &= ~lacking[bound]
        for more in range(1, bound + 1):
            left &= ~(self._of_length.get(len(letters) + more, 0) & lacking[bound - more])
        found = []
        for number, lack in enumerate(lacking):
            chosen, left = left & ~lack, left & lack
            while chosen:
                found.append((number, self._names[chosen.bit_length() - 1]))
                chosen ^= 1 << (chosen.bit_length() - 1)
        return found


def _letters(text: str) -> list[tuple[str, int]]:
    """Each letter with how often it has come by then."""
    counts: dict[str, int] = {}
    found = []
    for char in text:
        counts[char] = count = counts.get(char, 0) + 1
        found.append((char, count))
    return found


def _bound(length: int) -> int:
    """How many edits are still close: none for up to two characters, then one for each five begun, at most four."""
    return 0 if length < 3 else min(1 + (length - 1) // 5, 4)


def suggest(name: str, candidates: Candidates | Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The candidates close to name, best first, at most limit of them; () where none is close.

    The order does not depend on that of the candidates.  name itself is never among them.  Who asks for several names
    makes the Candidates once.
    """
    known = candidates if isinstance(candidates, Candidates) else Candidates(candidates)
    return best(known.ranked(name), limit)


def best(ranked: Iterable[Scored], limit: int = 3) -> tuple[str, ...]:
    """The first of what is sorted by score; beside a name that is one slip away, one that is three away is no help."""
    found: list[Scored] = []
    for scored in ranked:
        if len(found) == limit or (found and scored[0] > found[0][0] + 1):
            break
        found.append(scored)
    return tuple(name for _, name in found)


def closest(word: str, candidates: tuple[str, ...]) -> str | None:
    """The candidate at most two edits from a word (one from a short word), the first of the nearest.

    The case of the word does not count; separators do, since the candidates are keywords in lower case.
    """
    found = _keywords(candidates).within(word, 2 if len(word) > _SHORT_WORD else 1)
    return min(found, key=lambda one: (one[0], candidates.index(one[1])))[1] if found else None


@lru_cache(maxsize=16)
def _keywords(words: tuple[str, ...]) -> Candidates:
    return Candidates(words, str.lower)


def distance(left: str, right: str, bound: int | None = None) -> int:
    """How many edits turn left into right.  With a bound: any number above it, once that is certain."""
    if bound is not None and abs(len(left) - len(right)) > bound:
        return bound + 1
    left, right = _without_ends(left, right)
    if not left or not right:
        return len(left) or len(right)
    return _edits(left, right, max(len(left), len(right)) if bound is None else bound)


def _without_ends(left: str, right: str) -> tuple[str, str]:
    """Both without what they begin and end with alike, which no edit is needed for."""
    shorter = min(len(left), len(right))
    start = end = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def _edits(left: str, right: str, bound: int) -> int:
    """The distance by Hyyrö's algorithm: a column of the table of distances at a time, in the bits of two numbers.

    Source: H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau Edit Distances (2003), figure 4.
    """
    places: dict[str, int] = {}
    for place, char in enumerate(left):
        places[char] = places.get(char, 0) | 1 << place
    full = (1 << len(left)) - 1
    last = 1 << (len(left) - 1)
    more, less, diagonal, before = full, 0, 0, 0
    result = len(left)
    for remaining, char in zip(range(len(right) - 1, -1, -1), right, strict=True):
        here = places.get(char, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = (((here & more) + more) ^ more) | here | less | swapped
        rising, falling = less | ~(diagonal | more) & full, diagonal & more
        result += bool(rising & last) - bool(falling & last)
        if result - remaining > bound:
            return bound + 1
        rising, falling = rising << 1 | 1, falling << 1
        more, less = (falling | ~(diagonal | rising)) & full, rising & diagonal & full
        before = here
    return result
