"""What tells a place of a file again when lines have moved: for baselines, and for the fingerprints of reports.

A leaf: imports nothing of the project.
"""

from __future__ import annotations

import re

# Code points of a long line that are taken on each side of a place.
REACH = 100
# Where a line is looked for: with more blanks than that in it, it is taken for a long one.
_FAR = 10 * REACH
# A query in a JSON file is one line of that; its own lines end with an escape.
_LINE_END = re.compile(r"[\r\n]|\\r\\n|\\[rn]")


def line_around(text: str, place: int) -> str:
    """The line that a place lies on, blanks as single spaces; of one past 2 * REACH, what is around the place.

    What it costs does not depend on the length of the line, which can be that of the file.  A change of the text
    elsewhere changes nothing, nor, on a long line, one that is further away than REACH.
    """
    left, right = max(place - _FAR, 0), min(place + _FAR, len(text))
    begins, ends = left == 0, right == len(text)
    for found in _LINE_END.finditer(text, left, place):
        left, begins = found.end(), True
    found_end = _LINE_END.search(text, place, right)
    if found_end is not None:
        right, ends = found_end.start(), True
    line = " ".join(text[left:right].split())
    if begins and ends and len(line) <= 2 * REACH:
        return line
    before, after = " ".join(text[left:place].split()), " ".join(text[place:right].split())
    return f"{before[-REACH:]}\u2026{after[:REACH]}"
