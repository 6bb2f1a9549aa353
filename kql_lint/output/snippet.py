"""The source lines of a finding with its places marked below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.output.printable import clean, expand, width

if TYPE_CHECKING:
    from kql_lint.output import Style
    from kql_lint.output.colour import Palette
    from kql_lint.runner import Span
    from kql_lint.source import Source


class Mark(NamedTuple):
    """A place to underline: ``^^^`` for what a finding is about, ``---`` with a label for a related place."""

    span: Span
    role: str
    label: str = ""
    sign: str = "^"


def render(source: Source, marks: Sequence[Mark], style: Style, palette: Palette) -> list[str]:
    """The lines that the marks begin on, in the order of the file, each followed by its marks."""
    ordered = sorted(marks, key=lambda mark: (mark.span.line, mark.span.column))
    gutter = len(str(ordered[-1].span.line)) + 2
    bar, dots = ("│", "⋮") if style.unicode else ("|", ":")
    lines: list[str] = []
    shown = 0
    for mark in ordered:
        number = mark.span.line
        if number != shown:
            if shown and number > shown + 1:
                lines.append(palette("dim", dots.rjust(gutter + 2)))
            # The marks of one line share its window, which the first of them places.
            window = _window(
                [each.span for each in ordered if each.span.line == number], source.line(number), style, gutter
            )
            lines.append(f"{palette('dim', f'{number:>{gutter}} {bar}')} {window.text}".rstrip())
            shown = number
        lines.append(f"{palette('dim', ' ' * gutter + f' {bar}')} {_underline(mark, source, window, palette)}")
    return lines


class _Window(NamedTuple):
    """The part of a line that is shown; shift is what a column of the line loses by it."""

    text: str
    shift: int
    limit: int


def _window(spans: Sequence[Span], line: str, style: Style, gutter: int) -> _Window:
    text = expand(line.rstrip())
    room = max(style.width - gutter - 3, 20)
    if width(text) <= room:
        return _Window(text, 0, room)
    begin, end = _columns(spans[0], line)
    # Up to two thirds of the room for what stands before the mark, and no room left empty at the end of the line.
    before = max(min(room - 2 - (end - begin), room * 2 // 3), room // 3)
    left = 0 if end <= room - 1 else max(0, min(begin - before, width(text) - room + 1))
    ellipsis = "…" if style.unicode else "~"
    head = ellipsis if left else ""
    cut, skipped = _cut(text, left, room - len(head))
    if skipped + width(cut) < width(text):
        cut = _cut(text, left, room - len(head) - 1)[0] + ellipsis
    return _Window(head + cut, skipped - len(head), room)


def _cut(text: str, left: int, room: int) -> tuple[str, int]:
    """The characters between two terminal columns, and the column where they begin (no wide one is halved)."""
    column, start = 0, 0
    while start < len(text) and column < left:
        column += width(text[start])
        start += 1
    taken, end = 0, start
    while end < len(text) and taken + width(text[end]) <= room:
        taken += width(text[end])
        end += 1
    return text[start:end], column


def _columns(span: Span, line: str) -> tuple[int, int]:
    """The 0-based terminal columns of a span on its first line; a span of several lines goes to the end of it."""
    begin = width(expand(line[: span.column - 1]))
    last = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    return begin, max(width(expand(line[:last])), begin + 1)


def _underline(mark: Mark, source: Source, window: _Window, palette: Palette) -> str:
    begin, end = _columns(mark.span, source.line(mark.span.line))
    begin = min(max(begin - window.shift, 0), window.limit - 1)
    end = min(max(end - window.shift, begin + 1), window.limit)
    label = f" {clean(mark.label)}" if mark.label else ""
    return " " * begin + palette(mark.role, mark.sign * (end - begin) + label)
