"""The contextual lexer: in each state of the parser it looks only for the terminals that fit there."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.syntax.loading import Tables

# Words that are keywords only before certain text; the parser takes one that does not fit for a name.
SOFT = frozenset({"LET", "RANGE", "LEADING_EVALUATE", "VIEW"})

# Looked for in every state, so that most states share one pattern: each pattern costs a start about 2 ms.  None can be
# mistaken for another terminal, and a word that is none of the keywords a state takes is read whole, as a name.
_ALWAYS = frozenset(
    "NAME STRING VERBATIM MULTILINE INTEGER REAL TIMESPAN TYPED LPAR RPAR LBRACKET RBRACKET LBRACE RBRACE COMMA "
    "SEMICOLON VBAR EQUALITY RELATION PLUS MINUS STAR SLASH PERCENT COLON DOT DOT_DOT EQUAL ARROW DYNAMIC TYPEOF "
    "PIPELINE_FUNCTION ENTITY_GROUP HINT MACRO_EXPAND".split()
).union(SOFT)


class Token(str):
    """A terminal's text in the query, with the terminal's name and its offsets."""

    __slots__ = ("end", "start", "type")

    type: str
    start: int
    end: int


def make_token(kind: str, text: str, start: int, end: int) -> Token:
    """A token of its own making: the end of the text, or what recovery puts in."""
    token = Token(text)
    token.type, token.start, token.end = kind, start, end
    return token


class Scanner:
    """What one state looks for: a pattern whose group names are terminals, and the keywords among the names."""

    __slots__ = ("keywords", "match")

    def __init__(self, pattern: str, keywords: dict[str, str]) -> None:
        self.match = re.compile(pattern).match
        self.keywords = keywords


class Scanners(dict[int, Scanner]):
    """The scanner of each state, made at its first use: a query comes through few of the hundreds of states."""

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self._tables = tables
        self.skip = re.compile(f"(?:{'|'.join(tables.skipped)})*").match

    def __missing__(self, state: int) -> Scanner:
        scanner = self[state] = self._of(self._tables.actions[state])
        return scanner

    def of_punctuation(self) -> Scanner:
        """Looks for every operator and bracket, to name what stands where a state's own scanner finds nothing."""
        return self._of([name for name, pattern in self._tables.patterns if not pattern[:1].isalpha()])

    def _of(self, names: Collection[str]) -> Scanner:
        wanted = _ALWAYS.union(names)
        if "LBRACE" not in names:  # elsewhere `{x}` may be a function's body
            wanted = wanted.union(("HOLE",))
        pattern = "|".join(f"(?P<{name}>{regex})" for name, regex in self._tables.patterns if name in wanted)
        return Scanner(pattern, {word: name for word, name in self._tables.keywords.items() if name in names})
