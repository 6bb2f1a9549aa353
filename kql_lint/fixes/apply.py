"""Several fixes of one text, put into it at once.  Nothing is read or judged here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kql_lint.diagnostic import Edit, Fix

Stretch = tuple[int, int]


class Applied(NamedTuple):
    """A text with fixes in it.

    taken are the numbers of the fixes that are in it, in the order in which they were given.  before are the half-open
    stretches of the old text that they changed, after those of the new one that they wrote; both in order, and as many.
    """

    text: str
    taken: tuple[int, ...]
    before: tuple[Stretch, ...]
    after: tuple[Stretch, ...]


def apply(text: str, fixes: Sequence[Fix]) -> Applied:
    """Puts the fixes into a text, the first come first; one that overlaps an earlier one is left for another time.

    A fix is taken whole or not at all.  Edits that meet do not overlap, but two that only insert do so at one place.
    Offsets are code points; those of edits lie within the text.
    """
    edits: list[Edit] = []
    taken: list[int] = []
    for number, fix in enumerate(fixes):
        if fix.edits and not _overlaps(fix.edits, edits):
            edits += fix.edits
            edits.sort(key=_place)
            taken.append(number)
    return _put_in(text, edits, tuple(taken))


def _place(edit: Edit) -> Stretch:
    return edit.start, edit.end


def _overlaps(new: Sequence[Edit], edits: list[Edit]) -> bool:
    """Whether an edit overlaps one of others, which are in order and overlap none of themselves."""
    from bisect import bisect_left

    for edit in new:
        at = bisect_left(edits, _place(edit), key=_place)
        for other in edits[max(at - 1, 0) : at + 1]:
            inserts = edit.start == edit.end == other.start == other.end
            if inserts or _place(edit) == _place(other) or (edit.start < other.end and other.start < edit.end):
                return True
    return False


def _put_in(text: str, edits: list[Edit], taken: tuple[int, ...]) -> Applied:
    parts: list[str] = []
    after: list[Stretch] = []
    place = length = 0
    for edit in edits:
        parts += [text[place : edit.start], edit.text]
        length += edit.start - place
        after.append((length, length + len(edit.text)))
        length += len(edit.text)
        place = edit.end
    parts.append(text[place:])
    return Applied("".join(parts), taken, tuple(map(_place, edits)), tuple(after))
