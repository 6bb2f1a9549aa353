"""An edit of a text that lies in a file, as an edit of the file: the way back of a position map.

What is written is escaped as its place asks for (see spelling.py).  A line end of the text is one of the file together
with what stands before the next line's own text there, so that an edit that begins or ends between two lines leaves
exactly one indentation.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from kql_lint.diagnostic import Edit
from kql_lint.source import PositionMap
from kql_lint.spelling import LINE_END

Stretch = tuple[int, int]


def in_file(
    edits: Iterable[Edit], text: str, places: PositionMap, file: str, closed: Iterable[Stretch] = ()
) -> tuple[Edit, ...] | None:
    """The edits of file that make these of text, in their order; None where one of them can't be written there.

    places maps text into file.  closed are half-open stretches of text that can't be edited: what only the deployment
    knows, or another file has.  Offsets are code points.
    """
    shut = tuple(closed)
    made = [_in_file(edit, text, places, file, shut) for edit in edits]
    written = [edit for edit in made if edit is not None]
    if len(written) < len(made):
        return None
    ordered = sorted(written, key=lambda edit: edit[:2])
    overlapping = any(first.end > second.start for first, second in pairwise(ordered))
    return None if overlapping else tuple(written)


def _in_file(edit: Edit, text: str, places: PositionMap, file: str, closed: tuple[Stretch, ...]) -> Edit | None:
    start, end, new = edit
    inside = any(first < end and start < last for first, last in closed)
    if not 0 <= start <= end <= len(text) or inside or places.jumps(start, end):
        return None
    if any(places.splits(place) or text[place - 1 : place + 1] == "\r\n" for place in (start, end)):
        return None
    return _insertion(start, new, text, places, file) if start == end else _replacement(edit, text, places, file)


def _insertion(place: int, new: str, text: str, places: PositionMap, file: str) -> Edit | None:
    """Text goes behind the character before it, at the beginning of a line before the one that is there."""
    begins = _begins_line(text, place)
    spelling = places.spelling(place - 1, place) if not begins else None
    if spelling is not None:
        at = places.span(place - 1, place)[1]
    else:
        spelling = places.spelling(place, place + 1)
        at = places.span(place, place)[0]
    written = None if spelling is None else spelling.spelled(new)
    if spelling is None or written is None:
        return None
    indentation = spelling.indentation
    if begins and indentation and new:  # a blank line may lack it
        there = file[_line_start(file, at) : at]
        if indentation.startswith(there):
            written = indentation[len(there) :] + written
    if begins and place == len(text) and spelling.is_closed and new:  # what closes the text needs its line
        written = written.removesuffix(indentation)
        written += "" if new[-1] in "\r\n" else (spelling.newline or "").removesuffix(indentation)
    return Edit(at, at, written)


def _replacement(edit: Edit, text: str, places: PositionMap, file: str) -> Edit | None:
    start, end, new = edit
    spelling = places.spelling(start, end)
    if spelling is not None and end == len(text) and spelling.is_closed and not _is_whole(edit, text):
        end -= len(text) - len(text.removesuffix("\n").removesuffix("\r"))  # what closes the text needs its line
        if start >= end:
            return _insertion(end, new, text, places, file) if new else None
    written = None if spelling is None else spelling.spelled(new)
    if spelling is None or written is None:
        return None
    if spelling.fixed_start and start == 0 and _is_indented(new + text[end:]):
        return None
    first, last = places.span(start, start)[0], places.span(end - 1, end)[1]
    if text[end - 1] in "\r\n" and end < len(text) and text[end] not in "\r\n" and not places.jumps(end - 1, end + 1):
        # The next line's own indentation goes with the line end.
        return Edit(first, max(places.span(end, end)[0], last), written)
    if _is_whole(edit, text):
        return _whole_lines(start, Edit(first, last, written), spelling.indentation, text, places, file)
    return Edit(first, last, written)


def _is_whole(edit: Edit, text: str) -> bool:
    """Whether an edit takes whole lines out, or puts others in their place: behind it a line begins, or none does."""
    start, end, new = edit
    if not _begins_line(text, start):
        return False
    if text[end - 1] in "\r\n":
        return new == "" or new[-1] in "\r\n"
    return new == "" and (end == len(text) or text[end] in "\r\n")


def _whole_lines(start: int, edit: Edit, indentation: str, text: str, places: PositionMap, file: str) -> Edit | None:
    """Lines of the file for lines of the text, where nothing or a blank line follows, which has no indentation."""
    begin = edit.start - len(indentation)
    if start:
        begin = places.span(start - 1, start)[1]
    elif file[max(begin, 0) : edit.start] != indentation or _line_start(file, edit.start) != begin:
        return None if indentation else edit
    if not edit.text:
        return Edit(begin, edit.end, "")
    return Edit(begin, edit.end, indentation + edit.text.removesuffix(indentation))


def _begins_line(text: str, place: int) -> bool:
    return place == 0 or text[place - 1] in "\r\n"


def _is_indented(text: str) -> bool:
    """Whether the first line with anything on it begins with white space."""
    line = next((line for line in LINE_END.split(text) if line.strip()), "")
    return line[:1] in (" ", "\t")


def _line_start(file: str, place: int) -> int:
    return max(file.rfind("\n", 0, place), file.rfind("\r", 0, place)) + 1
