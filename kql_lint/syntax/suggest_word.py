"""The closest word of a short list, for messages about mistyped keywords."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is at most two edits (one, for short words) away from the word, whatever its case."""
    folded = word.lower()
    limit = 2 if len(word) > 4 else 1
    best, best_distance = None, limit + 1
    for candidate in candidates:
        if abs(len(candidate) - len(folded)) <= limit:
            distance = _distance(folded, candidate)
            if distance < best_distance:
                best, best_distance = candidate, distance
    return best


def _distance(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (char != other))
    return row[-1]
