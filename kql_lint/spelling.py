"""How a text has to be written at some place of a file, so that the file says it: escapes, line ends, indentation.

A position map says where a query's characters stand; a spelling is the way back, for text that a fix puts there.  Hosts
make them.  A leaf: imports nothing of the project.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LINE_END = re.compile(r"\r\n?|\n")

Escape = Callable[[str], str | None]
"""What to write for a text without line ends; None where it can't be written."""


class Spelling(NamedTuple):
    """How to write a text in one stretch of a file.

    newline is what is written for a line end, with what has to stand before the next line; None where none can be
    written.  prefix is that part of it which stands before each line's own text: indentation, the ``> `` of a quote.
    fixed_start: the first line
    decides how far all lines are indented, so that it can't begin with white space.  outer is the spelling of the text
    that this text lies in, itself a string.
    """

    escape: Escape
    newline: str | None
    prefix: str = ""
    fixed_start: bool = False
    outer: Spelling | None = None

    def spelled(self, text: str) -> str | None:
        """The text as the file has to have it, None where it can't.  Any line end of text becomes the file's own."""
        lines = [self.escape(line) for line in LINE_END.split(text)]
        if len(lines) > 1 and self.newline is None:
            return None
        written = [line for line in lines if line is not None]
        if len(written) < len(lines):
            return None
        whole = (self.newline or "").join(written)
        return whole if self.outer is None else self.outer.spelled(whole)

    def within(self, outer: Spelling) -> Spelling:
        """The spelling of a text of this one that lies in another one, which is written as outer says."""
        return self._replace(outer=outer if self.outer is None else self.outer.within(outer))

    @property
    def is_closed(self) -> bool:
        """Whether a line end of the text is one of the file, so that what closes the text stands behind the last."""
        own = self.newline is not None and self.newline[0] in "\r\n"
        return own and (self.outer is None or self.outer.is_closed)

    @property
    def indentation(self) -> str:
        """What stands before each line's own text in the file."""
        if self.outer is None:
            return self.prefix
        return self.outer.indentation if self.newline in ("\n", "\r\n", "\r") else ""


def line_end_of(text: str) -> str:
    """The line end that a text has: its first one, ``\\n`` where there is none."""
    found = LINE_END.search(text)
    return found[0] if found else "\n"


def as_it_is(text: str) -> str:
    """The escape of places where each character stands for itself."""
    return text


def verbatim(file: str, prefix: str = "") -> Spelling:
    """The spelling of a stretch of file in which text is as it is, each line behind prefix."""
    return Spelling(as_it_is, line_end_of(file) + prefix, prefix)


def doubling(*signs: str) -> Escape:
    """The escape of places where some signs are written twice to mean one."""

    def escape(text: str) -> str:
        for sign in signs:
            text = text.replace(sign, sign * 2)
        return text

    return escape
