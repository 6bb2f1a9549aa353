"""The source lines of a finding with its places marked below them.

A line can be as long as a file (JSON on one line) and have thousands of findings: what is around a place is looked at,
never the whole of a long line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.output.columns import cells
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.output.colour import Palette
    from kql_lint.runner import Span
    from kql_lint.source import Source

# How much of a line is looked at, on each side of a place, for each column that there is room for: characters without
# a width of their own, of which a line may be full, fill no room.
_REACH = 2


class Mark(NamedTuple):
    """A place to underline: ``^^^`` for what a finding is about, ``---`` with a label for a related place."""

    span: Span
    role: str
    label: str = ""
    sign: str = "^"


def render(source: Source, marks: Sequence[Mark], style: Style, palette: Palette) -> list[str]:
    """The lines that the marks begin on, in the order of the file, each followed by its marks.

    A line that has to be cut is shown as often as it takes for all of its marks to be seen.
    """
    ordered = sorted(marks, key=lambda mark: (mark.span.line, mark.span.column))
    gutter = len(str(ordered[-1].span.line)) + 2
    room = max(style.width - gutter - 3, 20)
    bar, dots = ("│", "⋮") if style.unicode else ("|", ":")
    margin = palette("dim", " " * gutter + f" {bar}")
    lines: list[str] = []
    last = 0
    for number, group in groupby(ordered, key=lambda mark: mark.span.line):
        if last and number > last + 1:
            lines.append(palette("dim", dots.rjust(gutter + 2)))
        last = number
        head = palette("dim", f"{number:>{gutter}} {bar}")
        for window, mark, is_first in _placed(source, number, group, room, "…" if style.unicode else "~"):
            if is_first:
                lines.append(f"{head} {window.text}".rstrip())
            lines.append(f"{margin} {_underline(mark, window, palette)}")
    return lines


class _Part:
    """What is looked at of a line: its characters from a 0-based column on, and whether it goes on behind them."""

    def __init__(self, text: str, start: int, goes_on: bool) -> None:
        self.cells, self.edges = cells(text)
        self.start = start
        self.goes_on = goes_on

    def columns(self, span: Span) -> tuple[int, int]:
        """The 0-based terminal columns of a span on its first line; one of several lines goes to the end of that."""
        begin = self._column(span.column)
        end = self._column(span.end_column) if span.end_line == span.line else self.edges[-1]
        return begin, max(end, begin + 1)

    def _column(self, column: int) -> int:
        place, last = max(column - 1 - self.start, 0), len(self.cells)
        # A place may lie behind the last character, or behind blanks at the line's end, which are not shown.
        return self.edges[min(place, last)] + (0 if self.goes_on else max(place - last, 0))

    def between(self, left: int, room: int) -> tuple[int, int]:
        """The first character from a terminal column on, and the one before which the room is full."""
        first = bisect_left(self.edges, left, 0, len(self.cells))
        return first, max(bisect_right(self.edges, self.edges[first] + room) - 1, first)


class _Window(NamedTuple):
    """The text that is shown of a part, from its terminal column left on; shift is what a column loses by that."""

    part: _Part
    text: str
    left: int
    shift: int
    room: int
    is_cut: bool

    def shows(self, span: Span) -> bool:
        """Whether all of a span is seen."""
        begin, end = self.part.columns(span)
        return not self.is_cut or (
            self.part.start < span.column and self.left <= begin and end - self.shift < self.room
        )


def _placed(
    source: Source, number: int, marks: Iterator[Mark], room: int, ellipsis: str
) -> Iterator[tuple[_Window, Mark, bool]]:
    """Each mark of a line with the window that shows it, and whether that is a new one."""
    window: _Window | None = None
    for mark in marks:
        is_first = window is None or not window.shows(mark.span)
        if window is None or is_first:
            window = _window(_part(source, number, mark.span, room), mark.span, room, ellipsis)
        yield window, mark, is_first


def _part(source: Source, number: int, span: Span, room: int) -> _Part:
    start, end = source.line_span(number)
    reach = room * _REACH
    if end - start <= 2 * reach:
        return _Part(source.text[start:end].rstrip(), 0, False)
    begin = min(start + span.column - 1, end)
    stop = start + span.end_column - 1 if span.end_line == number else end
    left, right = max(begin - reach, start), min(min(stop, begin + reach) + reach, end)
    text = source.text[left:right]
    return _Part(text if right < end else text.rstrip(), left - start, right < end)


def _window(part: _Part, span: Span, room: int, ellipsis: str) -> _Window:
    width = part.edges[-1]
    if not part.start and not part.goes_on and width <= room:
        return _Window(part, "".join(part.cells), 0, 0, room, False)
    begin, end = part.columns(span)
    # Up to two thirds of the room for what is before the mark, and no room left empty at the end of the line.
    before = max(min(room - 2 - (end - begin), room * 2 // 3), room // 3)
    left = max(0, begin - before)
    if not part.goes_on:
        left = max(0, min(left, width - room + 1))
    if not part.start and end <= room - 1:
        left = 0
    head = ellipsis if left or part.start else ""
    first, last = part.between(left, room - len(head))
    tail = ""
    if part.goes_on or last < len(part.cells):
        first, last = part.between(left, room - len(head) - 1)
        tail = ellipsis
    skipped = part.edges[first]
    text = head + "".join(part.cells[first:last]) + tail
    return _Window(part, text, skipped, skipped - len(head), room, True)


def _underline(mark: Mark, window: _Window, palette: Palette) -> str:
    begin, end = window.part.columns(mark.span)
    begin = min(max(begin - window.shift, 0), window.room - 1)
    end = min(max(end - window.shift, begin + 1), window.room)
    label = f" {clean(mark.label)}" if mark.label else ""
    return " " * begin + palette(mark.role, mark.sign * (end - begin) + label)
