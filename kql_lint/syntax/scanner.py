"""The contextual lexer: in each state of the parser it looks only for the terminals that fit there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeAlias

from kql_lint.syntax.mask import MASK

if TYPE_CHECKING:
    from kql_lint.syntax.loading import Tables

# Words that are keywords only before certain text; the parser takes one that does not fit for a name.
SOFT = frozenset({"LET", "RANGE", "LEADING_EVALUATE", "VIEW"})

# Looked for in every state, by one pattern for all: compiling a pattern costs a start about 2 ms.  A word that is none
# of the keywords a state takes is read whole, as a name.  What else a state takes is looked for first; it always has
# the higher priority in the grammar, or is the longer text.
_EVERYWHERE = frozenset(
    "NAME STRING VERBATIM MULTILINE INTEGER REAL TIMESPAN TYPED LPAR RPAR LBRACKET RBRACKET LBRACE RBRACE COMMA "
    "SEMICOLON VBAR EQUALITY RELATION PLUS MINUS STAR SLASH PERCENT COLON DOT DOT_DOT EQUAL ARROW DYNAMIC TYPEOF "
    "PIPELINE_FUNCTION ENTITY_GROUP HINT MACRO_EXPAND".split()
).union(SOFT)
_Match: TypeAlias = Callable[[str, int], "re.Match[str] | None"]


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
    """What one state looks for: patterns whose group names are terminals, and the keywords among the names."""

    __slots__ = ("everywhere", "keywords", "own")

    def __init__(self, own: _Match | None, everywhere: _Match, keywords: dict[str, str]) -> None:
        self.own = own
        self.everywhere = everywhere
        self.keywords = keywords

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """The terminal at an offset."""
        found = None if self.own is None else self.own(text, position)
        return self.everywhere(text, position) if found is None else found


class Scanners(dict[int, Scanner]):
    """The scanner of each state, made at its first use: a query comes through few of the hundreds of states."""

    def __init__(self, tables: Tables) -> None:
        super().__init__()
        self._tables = tables
        self._patterns: dict[frozenset[str], _Match] = {}
        self.skip = re.compile(f"(?:{'|'.join(tables.skipped)})*").match

    def __missing__(self, state: int) -> Scanner:
        scanner = self[state] = self._of(self._tables.actions[state])
        return scanner

    def end_of_blanks(self, text: str, position: int) -> int:
        """The offset behind the blanks and comments that begin at one."""
        found = self.skip(text, position)
        return position if found is None else found.end()

    def of_punctuation(self) -> Scanner:
        """Looks for every operator and bracket, to name what stands where a state's own scanner finds nothing."""
        return self._of([name for name, pattern in self._tables.patterns if not pattern[:1].isalpha()])

    def _of(self, names: Collection[str]) -> Scanner:
        # `{x}` may be a function's body.
        everywhere = _EVERYWHERE if "LBRACE" in names else _EVERYWHERE | {"BRACED_HOLE"}
        own = frozenset(name for name, _ in self._tables.patterns if name in names) - everywhere
        keywords = {word: name for word, name in self._tables.keywords.items() if name in names}
        return Scanner(self._pattern(own) if own else None, self._pattern(everywhere), keywords)

    def _pattern(self, names: frozenset[str]) -> _Match:
        match = self._patterns.get(names)
        if match is None:
            pattern = "|".join(f"(?P<{name}>{regex})" for name, regex in self._tables.patterns if name in names)
            match = self._patterns[names] = re.compile(pattern).match
        return match


# A hole, with the characters that it makes one word with: `Device{{kind}}Events`, `{{days}}d`, `project-{{how}}`.
_HOLE = rf"(?P<HOLE>(?:(?:project|mv|parse|sample|make|graph|top)-)?[$A-Za-z0-9_]*{MASK}[$A-Za-z0-9_{MASK}]*)"


class HoleScanners(Scanners):
    """The scanners for a text with masked holes, which each state looks for first, whether or not it takes one."""

    def __missing__(self, state: int) -> Scanner:
        scanner = super().__missing__(state)
        hole, own = re.compile(_HOLE).match, scanner.own
        scanner.own = hole if own is None else lambda text, position: hole(text, position) or own(text, position)
        return scanner
