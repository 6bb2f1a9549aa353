"""Which place of a query lies at a place of its file: the inverse of source.PositionMap.  Offsets count code points."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class Inverse:
    """The pieces of a query of this length by their place in the file: what ``PositionMap.offset`` looks in."""

    __slots__ = ("_begins", "_pieces", "_reach", "length")

    def __init__(self, starts: list[int], hosts: list[int], ends: list[int], length: int) -> None:
        """Takes the lists of a PositionMap."""
        self.length = length
        stops = [*starts[1:], length][: len(starts)]
        pieces = zip(starts, stops, hosts, ends, strict=True)
        placed = [(host, end if end >= 0 else host + stop - start, start, stop) for start, stop, host, end in pieces]
        self._pieces = sorted(placed)
        self._begins = [piece[0] for piece in self._pieces]
        # How far in the file the pieces up to each reach, so that a search back can end: some may lie in one another.
        self._reach = list(accumulate((piece[1] for piece in self._pieces), max))

    def offset(self, host: int, first: int) -> int | None:
        """See PositionMap.offset."""
        found: tuple[bool, int] | None = None
        at = bisect_right(self._begins, host) - 1
        while at >= 0 and self._reach[at] >= host:
            begin, end, start, stop = self._pieces[at]
            behind = host == end
            place = stop if behind else start + host - begin if end - begin == stop - start else start
            if begin <= host <= end and place >= first and (found is None or (behind, place) < found):
                found = behind, place
            at -= 1
        return None if found is None else found[1]
