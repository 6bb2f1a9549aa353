"""The placeholders in a query text that a template engine or a pipeline fills in before the service gets it.

Known are ``{{name}}`` (Jinja, Helm, mustache), ``{% if x %}`` and ``{# comment #}`` (Jinja), ``${name}`` (Terraform,
shells), ``@{...}`` (Logic Apps), ``#{name}#`` (Azure DevOps) and ``%%NAME:default%%`` (XDRConverter).  Outside strings
and comments none of these beginnings is valid KQL (Microsoft's parser rejects each), so what begins there is a
placeholder.  Inside a string the same characters may be what the query searches for: ``has "${"``, ``startswith "{{"
and x contains "}}"``, ``@"\\w{{2}}"``.  So there a placeholder has to begin with a name, and may have quotes only
within brackets.

LIMIT: a placeholder ends on the line that it begins on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

Hole = tuple[int, int]

_BEGINS = re.compile(r"\{\{|\{%|\{\#|[$@#]\{|%%")
# Message numbers of Windows (``%%1842``) begin like these.
_PERCENTS = re.compile(r"%%[^\W\d][\w. -]*(?::[^%\r\n]*)?%%")
_BRACED = re.compile(r"\{[^\W\d]\w*\}")
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}", "${": "}", "@{": "}", "#{": "}"}

# In a string a placeholder begins with a name, after signs that templates have there.
_NAME = re.compile(r"[\s~^/!&>-]*(?:[^\W\d]|[.$])")
_LINE_END = re.compile(r"[\r\n]")
_LONGEST_COMMENT = 1000
_QUOTE_END = {quote: re.compile(rf"[^{quote}\r\n]*{quote}") for quote in "\"'"}
_SIGN = re.compile(r"""[()\[\]{}"'%#\r\n]""")
# How deep brackets nest within a placeholder; it also keeps the time linear where none is ever closed.
_DEPTH = 4


def find_holes(text: str) -> tuple[Hole, ...]:
    """The placeholders of a query text, as half-open spans of it, in order."""
    if not _BEGINS.search(text):
        return ()
    return tuple(_holes(text))


def with_braced(text: str, holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """These holes and every ``{name}``, which Python's ``str.format`` fills in, where it lies in none of them."""
    known = sorted(holes)
    kept = list(known)
    for found in _BRACED.finditer(text):
        before = bisect_left(known, (found.end(), 0)) - 1
        if before < 0 or known[before][1] <= found.start():
            kept.append(found.span())
    return tuple(sorted(kept))


def with_braced_code(text: str, holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """These holes and every ``{name}`` that is no part of a string, a comment or a hole, and no body of KQL's.

    A program fills them in that runs the query.  Behind a ``)``, and in partition, fork and facet, braces are KQL's.
    """
    known = sorted(holes)
    if not _BRACED.search(text):
        return tuple(known)
    from kql_lint.hosts.tokens import TOKEN

    hidden = [token.span() for token in TOKEN.finditer(text) if token.lastgroup in ("string", "comment")]
    taken = sorted([*known, *hidden])
    for found in _BRACED.finditer(text):
        before = bisect_left(taken, (found.end(), 0)) - 1
        free = before < 0 or taken[before][1] <= found.start()
        if free and not _BODY.search(text, max(found.start() - _BODY_NEAR, 0), found.start()):
            known.append(found.span())
    return tuple(sorted(known))


_BODY = re.compile(r"(?:\)|\b(?:partition|fork|facet|macro-expand)\b[^|;{]*)\s*\Z")
_BODY_NEAR = 200


def _holes(text: str) -> list[Hole]:
    holes: list[Hole] = []
    place = 0
    while begin := _BEGINS.search(text, place):
        token = _token_around(text, place, begin.start())
        # At the beginning of a line, #{ looks like a directive for a query editor.
        if token is None or token.lastgroup not in ("string", "comment") or token[0].lstrip().startswith("#{"):
            end = _end(text, begin, in_string=False)
            if end < 0:
                place = begin.end()
                continue
            holes.append((begin.start(), end))
            place = end
            continue
        place = token.end()
        if token.lastgroup == "string":
            place = _in_string(text, token, begin, holes)
    return holes


def _token_around(text: str, place: int, offset: int) -> re.Match[str] | None:
    """The token that an offset lies in; place is where some token before it ends."""
    from kql_lint.hosts.tokens import TOKEN  # on demand, as its pattern is a large one and most queries have no holes

    while token := TOKEN.search(text, place):
        if token.end() > offset:
            return token if token.start() <= offset else None
        place = max(token.end(), place + 1)
    return None


def _in_string(text: str, token: re.Match[str], begin: re.Match[str], holes: list[Hole]) -> int:
    """Takes the placeholders of a string, and gives where it ends: a placeholder may have the string's own quote."""
    place, found = token.end(), begin
    while True:
        end = _end(text, found, in_string=True)
        if end > 0:
            holes.append((found.start(), end))
        stop = end if end > 0 else found.end()
        if stop > place:  # the quotes of the placeholder had ended the string too early
            place = _string_end(text, token.start(), stop)
        following = _BEGINS.search(text, stop, place)
        if following is None:
            return place
        found = following


_PREFIX = re.compile(r"""[hH]?(@?)(```|~~~|["'])""")


def _string_end(text: str, start: int, place: int) -> int:
    """Where a string ends that begins at start and is known to go on at place."""
    from kql_lint.hosts.tokens import TOKEN

    opening = _PREFIX.match(text, start)
    if opening is None:
        return place
    rest = TOKEN.match(opening[0] + text[place : place + 10_000]) if len(opening[2]) == 1 else None
    if rest is not None:
        return place + rest.end() - len(opening[0])
    end = text.find(opening[2], place)
    return len(text) if end < 0 else end + len(opening[2])


def _end(text: str, begin: re.Match[str], *, in_string: bool) -> int:
    """Where a placeholder ends; -1 if it is none."""
    if begin[0] == "%%":
        percents = _PERCENTS.match(text, begin.start())
        return percents.end() if percents else -1
    closing, place, depth = _ENDS[begin[0]], begin.end(), 0
    if closing == "#}":
        end = text.find(closing, place, place + _LONGEST_COMMENT)
        return -1 if end < 0 or _LINE_END.search(text, place, end) else end + 2
    if in_string and not _NAME.match(text, place):
        return -1
    while (sign := _SIGN.search(text, place)) and sign[0] not in "\r\n":
        place = sign.end()
        if depth == 0 and text.startswith(closing, sign.start()):
            end = sign.start() + len(closing)
            return end + 1 if begin[0] == "#{" and text.startswith("#", end) else end
        if sign[0] in "([{":
            depth += 1
        elif sign[0] in ")]}":
            depth -= 1
        elif sign[0] in "\"'":
            if in_string and depth == 0:
                return -1
            quote = _QUOTE_END[sign[0]].match(text, place)
            if quote is None:
                return -1
            place = quote.end()
        if not 0 <= depth <= _DEPTH:
            return -1
    return -1
