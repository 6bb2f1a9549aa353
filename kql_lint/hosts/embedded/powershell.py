"""PowerShell scripts: here-strings whose text is plainly KQL (see guess.py), each a query.

In ``@"..."@`` variables and ``$(expressions)`` are holes and a backtick escapes; ``@'...'@`` is as it is written.  The
sides of a join (``$left``, ``$right``) are KQL's: a script that means them in ``@"..."@`` has to escape them, and what
does not is not for this linter to say.

A here-string that ``-f`` formats has ``{0}`` for holes, and two braces for one.

LIMIT: strings in quotes are not read, and a ``#`` in one that a line begins with is taken for a comment.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.hosts.guess import is_plainly_kql
from kql_lint.hosts.hosted import Extraction, HostComment
from kql_lint.hosts.plain.read import queries_of
from kql_lint.hosts.texts import PlacedText
from kql_lint.spelling import Spelling, doubling, line_end_of

if TYPE_CHECKING:
    from kql_lint.source import Source

# What may hide a here-string, or one: a block comment, a comment, the head of a here-string at a line's end.
_BEGINS = re.compile(r"""<\#|\#[^\r\n]*|@(?P<quote>["'])[ \t]*(?:\r\n?|\n)""")
_ENDS = {quote: re.compile(rf"(?:\r\n?|\n){quote}@") for quote in "\"'"}
_OURS = re.compile(r"\#\s*kql-lint\s*:\s*([^\r\n]*)", re.IGNORECASE)
# What PowerShell changes in @"..."@: an escape, an expression, a variable.
_EXPANDED = re.compile(
    r"`(?:u\{(?P<code>[0-9A-Fa-f]{1,6})\}|(?P<sign>[^\r\n]))|(?P<expression>\$\()"
    r"|\$\{(?P<braced>[^{}\r\n]*)\}|\$(?!(?:left|right|table)\b)(?:[A-Za-z]+:)?(?P<name>[^\W\d]\w*)"
)
_SIGNS = {"n": "\n", "t": "\t", "r": "\r", "0": " "}
_BRACKET = re.compile(r"[()]")
# How far an expression in a string goes, in characters.
_FAR = 2_000
_IS_FORMATTED = re.compile(r"[ \t]*\)?[ \t]*-f\b", re.IGNORECASE)
_FORMAT = re.compile(r"\{\{|\}\}|\{(\d+)[^{}\r\n]*\}")


def extract(source: Source) -> Extraction:
    """The queries of a script, and its comments ``# kql-lint: ...``; none is fine."""
    found, text, place = Extraction(), source.text, 0
    while begin := _BEGINS.search(text, place):
        place = begin.end()
        if begin[0] == "<#":
            end = text.find("#>", place)
            place = len(text) if end < 0 else end + 2
        elif begin["quote"] is None:
            ours = _OURS.match(begin[0])
            if ours is not None:
                found.comments.append(HostComment(ours[1].rstrip(), begin.start(), begin.end()))
        else:
            # The line end in front of the closing sign may be that of the opening one.
            closing = _ENDS[begin["quote"]].search(text, place - 1)
            if closing is None:
                break  # it is never closed, as PowerShell will say
            if is_plainly_kql(text[place : closing.start()]):
                _take(found, text, place, closing, begin["quote"])
            place = closing.end()
    return found


def _take(found: Extraction, text: str, start: int, closing: re.Match[str], quote: str) -> None:
    built, end = PlacedText(), closing.start()
    if quote == "'":
        built.copy(text, start, end)
    else:
        _expand(built, text, start, end)
    spelling = Spelling(_literal if quote == "'" else _escaped, line_end_of(text))
    if _IS_FORMATTED.match(text, closing.end()):
        built = _formatted(built)
        spelling = Spelling(_BRACES, "\n").within(spelling)
    built.map.spell(0, spelling)
    found.queries += queries_of(built.text, built.map, "powershell")


def _expand(built: PlacedText, text: str, start: int, end: int) -> None:
    """Appends the text of ``@"..."@``; a stand-in is written as a placeholder, which holes.py finds."""
    while found := _EXPANDED.search(text, start, end):
        built.copy(text, start, found.start())
        start = found.end()
        if found["expression"]:
            start = _behind_brackets(text, start, end)
            built.stand("${expression}", found.start(), start)
        elif found["name"] or found["braced"] is not None:
            name = found["name"] or "".join(_WORD.findall(found["braced"])) or "variable"
            built.stand(f"${{{name}}}", *found.span())
        else:
            built.stand(_meaning(found), *found.span())
    built.copy(text, start, end)


_WORD = re.compile(r"[^\W\d]+")
_SIGN = re.compile(r"[`$]")
_BRACES = doubling("{", "}")


def _literal(line: str) -> str | None:
    """What to write in a here-string, which the signs that close it may end at the beginning of a line."""
    return None if line.startswith(("'@", '"@')) else line


def _escaped(line: str) -> str | None:
    found = _literal(line)
    return None if found is None else _SIGN.sub(r"`\g<0>", found)


def _meaning(found: re.Match[str]) -> str:
    if found["code"]:
        code = int(found["code"], 16)
        return chr(code) if code <= 0x10FFFF else found[0]
    return _SIGNS.get(found["sign"], found["sign"])


def _behind_brackets(text: str, place: int, end: int) -> int:
    """Where the bracket that was opened before place is closed; place itself where it is not."""
    depth, at = 1, place
    while depth and (found := _BRACKET.search(text, at, min(end, place + _FAR))):
        depth += 1 if found[0] == "(" else -1
        at = found.end()
    return place if depth else at


def _formatted(built: PlacedText) -> PlacedText:
    """The text that ``-f`` makes of one, with its values as placeholders."""
    made, place = PlacedText(), 0
    for found in _FORMAT.finditer(built.text):
        made.extend(built.part(place, found.start()))
        made.stand(f"${{x{found[1]}}}" if found[1] else found[0][0], *built.map.span(*found.span()))
        place = found.end()
    made.extend(built.part(place, built.map.length))
    return made
