"""Lines and columns as the language server protocol counts them: both from 0, columns in units of an encoding.

Inside kql-lint a place is an offset in code points of ``Source.text``.  An editor says in which units it counts; this
is the only place that knows of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from kql_lint.source import Source

Encoding = Literal["utf-8", "utf-16", "utf-32"]
UTF8: Encoding = "utf-8"
UTF16: Encoding = "utf-16"
UTF32: Encoding = "utf-32"

# The characters that take more than one unit.
_WIDE = {UTF8: re.compile("[^\x00-\x7f]"), UTF16: re.compile("[\U00010000-\U0010ffff]")}


def _more(char: str, encoding: Encoding) -> int:
    """How many units more than one a wide character takes."""
    if encoding == UTF16:
        return 1
    return 1 if char < "\u0800" else 2 if char < "\U00010000" else 3


class Positions:
    """The positions of a text in an editor's units.

    Whatever an editor asks for has an answer: a line past the last one is the end of the text, a column past the end of
    a line is its end, and one in the middle of a character is where that begins.

    mark: the editor's text begins with a byte order mark, which the source's has not.
    """

    __slots__ = ("_mark", "_source", "_wide", "_widened")

    def __init__(self, source: Source, encoding: Encoding, *, mark: bool = False) -> None:
        self._source = source
        self._mark = (3 if encoding == UTF8 else 1) if mark else 0  # its units, all of them on the first line
        self._wide: list[int] = []  # the offsets of wide characters
        self._widened: list[int] = [0]  # how many units more than code points there are before each, and at the end
        pattern = _WIDE.get(encoding)
        if pattern is None or source.text.isascii():
            return
        total = 0
        for found in pattern.finditer(source.text):
            self._wide.append(found.start())
            total += _more(found[0], encoding)
            self._widened.append(total)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset; one outside of the text is clamped."""
        offset = min(max(offset, 0), len(self._source.text))
        line, column = self._source.position(offset)
        units = self._units(offset) - self._units(offset - column + 1)
        return line - 1, units + self._mark if line == 1 else units

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and a column."""
        if line >= self._source.line_count():
            return len(self._source.text)
        start, end = self._source.line_span(max(line, 0) + 1)
        wanted = self._units(start) + max(column - (self._mark if line <= 0 else 0), 0)
        if wanted >= self._units(end):
            return end
        # The last place with no more units before it than were asked for.
        after = bisect_right(range(start, end), wanted, key=self._units)
        return start + after - 1

    def _units(self, offset: int) -> int:
        """How many units there are before an offset."""
        return offset + self._widened[bisect_left(self._wide, offset)]
