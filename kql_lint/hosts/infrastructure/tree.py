"""Terraform and Bicep files as a tree of tokens: words, signs and literal text, and what brackets and quotes enclose.

Both languages have expressions in strings in expressions, so one stack knows what is open.  Nothing is judged here but
what keeps a reader from knowing where a text ends: brackets, quotes, heredocs and comments that are not closed.

Libraries were looked at and not taken.  tree-sitter's grammar of Bicep (1.1) does not know interpolated multi-line
strings, and takes 15 seconds for a file that nests 20,000 objects; its grammar of HCL knows the language, but counts
bytes and tells of an error no more than that there is one.  python-hcl2 drops positions inside of a body and reads no
broken file, and neither gives a string's value.  Two compiled packages, for all users, would have saved this file and
the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from kql_lint.hosts.hosted import HostComment

_OURS = re.compile(r"(?:\#|//)[ \t]*kql-lint[ \t]*:[ \t]*(.*)")

OPENERS = {"(": ")", "[": "]", "{": "}", "${": "}", "%{": "}"}


@dataclass(slots=True)
class Leaf:
    """A token; kind is ``word``, ``number``, ``sign``, ``newline``, or ``text`` for a stretch of a string."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Group:
    """What brackets or quotes enclose, with their own place; end is -1 where they are never closed.

    kind is the opening bracket, ``string``, or ``${`` or ``%{`` inside a string.  style is how a string opens: ``"``,
    ``<<``, ``<<-``, ``'`` or ``'''`` (with the dollars before it); marker is the word that ends a heredoc.
    """

    kind: str
    start: int
    end: int = -1
    style: str = ""
    marker: str = ""
    items: list[Item] = field(default_factory=list)


Item: TypeAlias = Leaf | Group


class Broken(Exception):
    """Why a file can't be read, and the place that says so."""

    def __init__(self, message: str, start: int, end: int, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help


@contextmanager
def collected(broken: list[Broken]) -> Iterator[None]:
    """Keeps what is broken in one declaration, so that it costs that one alone."""
    try:
        yield
    except Broken as error:
        broken.append(error)


class Scanner:
    """Builds the tree; a language says how its code and its strings read.

    root has the tokens up to where the file is broken.  Work and memory grow with the text's length alone.
    """

    code: re.Pattern[str]

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.root = Group("", 0)
        self.comments: list[HostComment] = []
        self.broken: Broken | None = None
        self._stack = [self.root]

    def scan(self) -> None:
        """Reads the whole text, or up to what is broken."""
        try:
            while self.place < len(self.text) or len(self._stack) > 1:
                if self._stack[-1].kind == "string":
                    self.string(self._stack[-1])
                elif self.place < len(self.text):
                    self._code()
                else:
                    raise self._unclosed(self._stack[-1])
        except Broken as broken:
            self.broken = broken
        else:
            self.root.end = len(self.text)

    # --- for the languages ----------------------------------------------------------------------------------------

    def string(self, group: Group) -> None:
        """Takes the next piece of a string: literal text, what opens an expression in it, or its end."""
        raise NotImplementedError

    def quote(self, found: re.Match[str]) -> None:
        """Opens the string whose beginning was found in code."""
        raise NotImplementedError

    def open(self, kind: str, length: int, style: str = "", marker: str = "") -> None:
        """Opens a group with what stands at the place, of that length."""
        group = Group(kind, self.place, -1, style, marker)
        self._stack[-1].items.append(group)
        self._stack.append(group)
        self.place += length

    def close(self, end: int) -> None:
        """Closes the innermost group behind ``end``."""
        self._stack.pop().end = end
        self.place = end

    def literal(self, end: int) -> None:
        """Takes the text up to ``end`` as a stretch of the string that is open."""
        if end > self.place:
            self._leaf("text", end)

    # --- code -----------------------------------------------------------------------------------------------------

    def _code(self) -> None:
        found = self.code.match(self.text, self.place)
        assert found is not None, "a pattern that takes any character"
        kind = found.lastgroup
        if kind == "blank":
            self.place = found.end()
        elif kind == "comment":
            self._comment(found)
        elif kind == "quote":
            self.quote(found)
        elif kind == "open":
            self.open(found[0], 1)
        elif kind == "close":
            self._close_bracket(found)
        else:
            self._leaf(kind or "sign", found.end())

    def _leaf(self, kind: str, end: int) -> None:
        self._stack[-1].items.append(Leaf(kind, self.text[self.place : end], self.place, end))
        self.place = end

    def _comment(self, found: re.Match[str]) -> None:
        if found[0].startswith("/*") and (len(found[0]) < 4 or not found[0].endswith("*/")):
            raise Broken("the comment that begins here is never closed with */", self.place, self.place + 2)
        ours = _OURS.match(found[0])
        if ours:
            self.comments.append(HostComment(ours[1].rstrip(), found.start(), found.start() + len(found[0].rstrip())))
        self.place = found.end()

    def _close_bracket(self, found: re.Match[str]) -> None:
        group = self._stack[-1]
        closer = OPENERS.get(group.kind)
        if closer is None:
            raise Broken(f"`{found[0]}` closes nothing: no bracket is open here", found.start(), found.end())
        if closer != found[0][-1]:  # `~}` is a `}` that trims white space
            message = f"`{found[0]}` can't close the `{group.kind}` of line {self._line(group.start)}"
            raise Broken(message, found.start(), found.end(), f"write `{closer}` first")
        self.close(found.end())

    def _unclosed(self, group: Group) -> Broken:
        end = group.start + len(group.kind)
        return Broken(f"the `{group.kind}` that opens here is never closed", group.start, end)

    def _line(self, place: int) -> int:
        return len(re.findall(r"\r\n?|\n", self.text[:place])) + 1
