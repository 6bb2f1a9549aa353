"""How source looks in a terminal: the columns that its characters take."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kql_lint.printable import clean
from kql_lint.source import without_surrogates

TAB = 4


def width(text: str) -> int:
    """How many terminal columns a cleaned text takes: wide characters two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_width, text))


def cells(line: str) -> tuple[Sequence[str], Sequence[int]]:
    """What is shown for each character of a line, and the 0-based column where each begins; last, where the line ends.

    Tabs are spaces up to every fourth column.
    """
    if line.isascii() and line.isprintable():
        return line, range(len(line) + 1)
    shown: list[str] = []
    edges, column = [0], 0
    for char, sign in zip(line, clean(without_surrogates(line)), strict=True):
        cell = " " * (TAB - column % TAB) if char == "\t" else sign
        column += len(cell) if cell.isascii() else _width(cell)
        shown.append(cell)
        edges.append(column)
    return shown, edges


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    from unicodedata import category, east_asian_width

    return 0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
