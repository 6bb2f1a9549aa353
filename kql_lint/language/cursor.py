"""A cursor in a query, which may be unfinished: what is written there, what may be, and what is in scope.

Offsets are half-open, in code points of the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from kql_lint.language.file import MARK
from kql_lint.semantics import Bound, bind
from kql_lint.semantics.watching import Watched
from kql_lint.syntax import ast
from kql_lint.syntax.cut import Cut, parse_cut, path_to
from kql_lint.syntax.hiding import STRINGS
from kql_lint.syntax.mask import masked

if TYPE_CHECKING:
    from kql_lint.language.query import OpenQuery
    from kql_lint.syntax.scanner import Token

# Comments and strings; a quote that nothing closes is a string up to the end of its line.
_HIDING = re.compile(
    rf"""
    (?P<comment>//[^\r\n]*|/\*[\s\S]*?(?:\*/|\Z))
  | (?P<prefix>[hH]?)(?P<string>{STRINGS} | ```[\s\S]*\Z | ~~~[\s\S]*\Z | (?P<unclosed>@?"[^\r\n]*|@?'[^\r\n]*))
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"[hH]?(@?[\"']|```|~~~)")
# A word, with what is one in operators (`project-away`, `!in~`) and hints.
_WORD = re.compile(
    r"(?:hint\.[\w.]*|(?:project|mv|parse|sample|make|graph|top|assert|macro|granny|partitioned)-[a-z-]*|!?[$\w]+~?|!)\Z"
)
_REST = re.compile(r"[$\w]*")
_SPACE = re.compile(r"[ \t\r\n]*")


class Kind(Enum):
    """What a cursor is in."""

    NAME = "name"
    STRING = "string"
    COMMENT = "comment"


@dataclass(slots=True)
class Written:
    """What stands at a cursor: a word or what may become one, or the inside of a string, from start to end.

    prefix is what of it stands before the cursor.  quote is what opens a string (``"``, ``@'``), closed whether it ends
    as it should.
    """

    kind: Kind
    start: int
    end: int
    prefix: str
    quote: str = ""
    closed: bool = True

    @property
    def closing(self) -> str:
        """What closes the string."""
        return self.quote[-1:] if len(self.quote) < 3 else self.quote


def written_at(query: OpenQuery, offset: int) -> Written:
    """What stands at an offset, which lies between two characters of the query."""
    text = masked(query.text, query.holes) if query.holes else query.text
    for found in _HIDING.finditer(text):
        if found.start() >= offset:
            break
        if found["comment"] is not None:
            if found.end() >= offset >= found.start() + 2 and not (found[0].startswith("/*") and found.end() == offset):
                return Written(Kind.COMMENT, found.start(), found.end(), text[found.start() : offset])
        elif (inside := _in_string(text, found, offset)) is not None:
            return inside
    before = _WORD.search(text, max(offset - 200, 0), offset)
    start = before.start() if before is not None else offset
    rest = _REST.match(text, offset)
    return Written(Kind.NAME, start, rest.end() if rest is not None else offset, text[start:offset])


def _in_string(text: str, found: re.Match[str], offset: int) -> Written | None:
    opening = _OPENING.match(text, found.start())
    if opening is None or offset < opening.end():
        return None
    quote = opening[1]
    length = len(quote.lstrip("@"))
    closed = (
        found["unclosed"] is None and len(found[0]) - len(opening[0]) >= length and found[0].endswith(quote[-length:])
    )
    end = found.end() - length if closed else offset
    if offset > (end if closed else found.end()):
        return None
    return Written(Kind.STRING, opening.end(), end, text[opening.end() : offset], quote, closed)


class Cursor:
    """A cursor in a query: the text up to it is parsed and bound, as if the query ended there."""

    def __init__(self, query: OpenQuery, offset: int) -> None:
        """Offset lies between two characters of the query's text; one outside of it is moved to the nearest end."""
        self.query = query
        self.offset = min(max(offset, 0), len(query.text))
        self.written = written_at(query, self.offset)

    @property
    def kind(self) -> Kind:
        """What the cursor is in."""
        return self.written.kind

    @cached_property
    def cut(self) -> Cut:
        """The query up to the cursor, with MARK in place of the word or string there."""
        written = self.written
        if written.kind is not Kind.STRING:
            start, word = written.start, MARK
        else:
            start, word = written.start - len(written.quote), f"{written.quote}{MARK}{written.closing}"
        return parse_cut(self.query.text, start, word, self.query.holes, self.query.written.known)

    @cached_property
    def path(self) -> list[ast.Node]:
        """The nodes that MARK lies in, the query first; or what was put in behind it, where no word may stand."""
        return path_to(self.cut.query, self.cut.start, len(self.cut.text))

    @property
    def node(self) -> ast.Node:
        """The innermost of them: a Name or a Literal, where MARK is one."""
        return self.path[-1]

    @property
    def is_marked(self) -> bool:
        """Whether MARK stands in the tree: a name, or a string, may stand there."""
        node = self.node
        return (isinstance(node, ast.Name) and node.name == MARK) or (
            isinstance(node, ast.Literal) and node.value == MARK
        )

    def parent(self, distance: int = 1) -> ast.Node | None:
        """The node around the innermost one, or one further out."""
        return self.path[-1 - distance] if len(self.path) > distance else None

    def operator(self) -> ast.Operator | None:
        """The innermost operator that the cursor is in."""
        return next((node for node in reversed(self.path) if isinstance(node, ast.Operator)), None)

    @property
    def token_before(self) -> Token | None:
        """The token in front of the word at the cursor."""
        return self.cut.before[-1] if self.cut.before else None

    @cached_property
    def bound(self) -> Bound:
        """What binding finds out of the query up to the cursor."""
        cut, query = self.cut, self.query
        return bind(
            cut.query,
            cut.text,
            query.catalogue,
            platform=query.platform,
            errors=cut.errors,
            holes=tuple((start, end) for start, end in query.holes if end <= cut.start),
            watch=(cut.start, len(cut.text)),
            followed=None if query.holes else query.written.followed,
        )

    @property
    def watched(self) -> Watched:
        """What is in scope at the cursor."""
        return self.bound.watched or Watched()
