"""Texts with a cursor and places in them: ``§`` is the cursor, ``«x»`` a place that is expected."""

from __future__ import annotations

from typing import NamedTuple

from kql_lint.language.file import OpenFile
from kql_lint.runner import Options
from kql_lint.source import Source

CURSOR, OPENING, CLOSING = "§", "«", "»"


class Marked(NamedTuple):
    """A text without its marks; cursor is -1 where there is none."""

    text: str
    cursor: int
    places: list[tuple[int, int]]


def marked(text: str) -> Marked:
    plain, cursor, places, starts = "", -1, list[tuple[int, int]](), list[int]()
    for sign in text:
        if sign == CURSOR:
            cursor = len(plain)
        elif sign == OPENING:
            starts.append(len(plain))
        elif sign == CLOSING:
            places.append((starts.pop(), len(plain)))
        else:
            plain += sign
    return Marked(plain, cursor, sorted(places))


def opened(path: str, text: str, options: Options | None = None) -> OpenFile:
    return OpenFile(Source(path, text), options or Options())


def with_marks(text: str, places: list[tuple[int, int]], cursor: int) -> str:
    """The text with the places and the cursor marked, to be compared with what a test has."""
    marks = [(start, 1, OPENING) for start, _ in places] + [(end, -1, CLOSING) for _, end in places]
    marks.append((cursor, 0, CURSOR))
    for at, _, sign in sorted(marks, reverse=True):
        text = text[:at] + sign + text[at:]
    return text
