"""What the parser sees where there are holes: the query's text with a character of no meaning in their place.

A hole's own text may be anything: brackets, quotes, line ends.  The masked text has the length of the original, and so
all offsets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Holes: TypeAlias = Sequence[tuple[int, int]]
"""Half-open stretches of a text, in code points, in order and apart from each other."""

MASK = "\ufdd0"
"""Stands for each code point of a hole.  Unicode assigns it to nothing and keeps it out of texts."""

_OTHER = "\ufdd1"


def put_right(holes: Iterable[tuple[int, int]], length: int) -> Holes:
    """The holes of a text of this length as they ought to be: in order, none empty, none over another."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(holes):
        start, end = max(start, found[-1][1] if found else 0), min(end, length)
        if start < end:
            found.append((start, end))
    return tuple(found)


def touches(holes: Holes, start: int, end: int) -> bool:
    """Whether one of the holes, which are in order, lies in a stretch or right beside it."""
    index = bisect_left(holes, (end + 1, 0)) - 1
    return index >= 0 and holes[index][1] >= start


def masked(text: str, holes: Holes) -> str:
    """The text with its holes masked, and nothing else that looks like a mask."""
    text = text.replace(MASK, _OTHER)
    pieces: list[str] = []
    position = 0
    for start, end in holes:
        pieces += (text[position:start], MASK * (end - start))
        position = end
    return "".join((*pieces, text[position:]))
