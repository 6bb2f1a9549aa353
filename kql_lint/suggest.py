"""Did you mean: the few names that a mistyped one may stand for.

Names are compared with case folded and without separators, by the optimal string alignment distance: a character put
in, left out or replaced, or two neighbours swapped, each count one.
"""

from __future__ import annotations

from collections.abc import Iterable

_SEPARATORS = str.maketrans("", "", " _-.:/'")
_SHORTEST_CONTAINED = 5
_SHORT_WORD = 4


def suggest(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The candidates close to name, best first, at most limit of them; () where none is close.

    The order does not depend on that of the candidates.  name itself is never among them.
    """
    bare = _bare(name)
    bound = _bound(len(bare))
    letters = _letters(bare)
    found: list[tuple[float, str]] = []
    for candidate in set(candidates):
        if candidate == name:
            continue
        score = _score(bare, letters, _bare(candidate), bound)
        if score is not None:
            found.append((score, candidate))
    found.sort()
    # Beside a name that is one slip away, one that is three away is no help.
    return tuple(candidate for score, candidate in found[:limit] if score <= found[0][0] + 1)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate at most two edits from a word (one from a short word), the first of the nearest.

    The case of the word does not count; separators do, since the candidates are keywords in lower case.
    """
    folded = word.lower()
    bound = 2 if len(word) > _SHORT_WORD else 1
    best, nearest = None, bound + 1
    for candidate in candidates:
        edits = distance(folded, candidate, bound)
        if edits < nearest:
            best, nearest = candidate, edits
    return best


def distance(left: str, right: str, bound: int | None = None) -> int:
    """How many edits turn left into right.  With a bound: any number above it, once that is certain."""
    if bound is not None and abs(len(left) - len(right)) > bound:
        return bound + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        row = [i]
        for j, other in enumerate(right, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if bound is not None and min(row) > bound and min(previous) > bound:
            return bound + 1
        before, previous = previous, row
    return previous[-1]


def _bare(name: str) -> str:
    return name.casefold().translate(_SEPARATORS)


def _bound(length: int) -> int:
    """How many edits are still close: none for up to two characters, then one for each five begun, at most four."""
    return 0 if length < 3 else min(1 + (length - 1) // 5, 4)


def _letters(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for char in text:
        counts[char] = counts.get(char, 0) + 1
    return counts


def _score(bare: str, letters: dict[str, int], candidate: str, bound: int) -> float | None:
    """The lower the closer; None where it is not close."""
    if bare == candidate:
        return 0
    if abs(len(bare) - len(candidate)) <= bound and _may_be_close(letters, bare, candidate, bound):
        edits = distance(bare, candidate, bound)
        if edits <= bound:
            return edits
    return _containment(bare, candidate, bound)


def _may_be_close(letters: dict[str, int], bare: str, candidate: str, bound: int) -> bool:
    """Cheap and never wrong when it says no: each edit can make up for one letter that the other lacks."""
    missing = 0
    counts = dict(letters)
    for char in candidate:
        left = counts.get(char, 0)
        if left:
            counts[char] = left - 1
        else:
            missing += 1
            if missing > bound:
                return False
    return True


def _containment(bare: str, candidate: str, bound: int) -> float | None:
    """One begins or ends with the other (``ConnectionSuccessful``), and what is left over is a third at most."""
    shorter, longer = sorted((bare, candidate), key=len)
    rest = len(longer) - len(shorter)
    if len(shorter) < _SHORTEST_CONTAINED or rest * 3 > len(longer):
        return None
    if longer.startswith(shorter) or longer.endswith(shorter):
        return bound + rest / len(longer)
    return None
