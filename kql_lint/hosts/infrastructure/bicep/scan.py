"""The tokens of Bicep, as the language's specification and its compiler's lexer have them."""

from __future__ import annotations

import re

from kql_lint.hosts.infrastructure.tree import Broken, Group, Scanner

_CODE = re.compile(
    r"""
      (?P<blank> [ \t\ufeff]+ )
    | (?P<newline> \r\n? | \n )
    | (?P<comment> //[^\r\n]* | \#[^\r\n]* | /\* (?:[^*]+|\*(?!/))* (?:\*/)? )
    | (?P<quote> (?P<dollars>\$*) ''' | ' )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> \d+ )
    | (?P<sign> \.\.\. | \.\? | \?\? | => | [=!<>]=? | [=!]~ | && | \|\| | :: | [\s\S] )
    """,
    re.VERBOSE,
)
_SINGLE = re.compile(r"(?:[^'\\$\r\n]+|\\[^\r\n]|\$(?!\{))+")
# Where a multi-line string may end or, if it is an interpolated one, have an expression.
_MULTI = re.compile(r"'{3,}|(?<!\$)\$+\{")


class BicepScanner(Scanner):
    """Reads a ``.bicep`` file."""

    code = _CODE

    def quote(self, found: re.Match[str]) -> None:
        self.open("string", len(found[0]), found[0])

    def string(self, group: Group) -> None:
        if group.style == "'":
            self._single(group)
        else:
            self._multi(group)

    def _single(self, group: Group) -> None:
        found = _SINGLE.match(self.text, self.place)
        if found:
            self.literal(found.end())
        if self.text.startswith("'", self.place):
            self.close(self.place + 1)
        elif self.text.startswith("${", self.place):
            self.open("${", 2)
        else:
            raise Broken(
                "the string that begins here is not closed on its line",
                group.start,
                group.start + 1,
                "a text of several lines is written between ''' and '''",
            )

    def _multi(self, group: Group) -> None:
        dollars = len(group.style) - 3
        start = self.place
        while found := _MULTI.search(self.text, start):
            start = found.end()
            if found[0].startswith("'"):  # further quotes before the last three belong to the text
                self.literal(start - 3)
                self.close(start)
                return
            if 0 < dollars < len(found[0]):
                self.literal(start - 1 - dollars)
                self.open("${", 1 + dollars)
                return
        raise Broken("the ''' that opens here is never closed", group.start, group.start + len(group.style))
