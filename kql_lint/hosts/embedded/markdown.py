"""Fenced code blocks of Markdown files whose language is ``kql``, ``kusto`` or one that was asked for (CommonMark).

Those without a language, or with the name of another, are read where their text is plainly KQL (see guess.py).

A fence may lie in block quotes and list items, in any nesting; what these put before a line is no part of the query.
Each fence may hold several queries with blank lines between them.  That is how documents are, so it is no finding.
A fence that begins with a pipe shows a part of a query: the table before it is a hole.  So is what ``...`` or
``<name>`` leaves out.

LIMIT: a tab counts as four columns wherever it stands, and HTML blocks are not known: a fence in one is a fence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kql_lint.hosts.code import has_code
from kql_lint.hosts.findings import wrong_fence
from kql_lint.hosts.guess import is_plainly_kql
from kql_lint.hosts.hosted import Extraction, HostComment, HostedQuery, UnreadBlock
from kql_lint.hosts.options import DEFAULT, HostOptions
from kql_lint.hosts.plain.read import queries_of
from kql_lint.source import PositionMap
from kql_lint.spelling import Spelling, line_end_of

if TYPE_CHECKING:
    from kql_lint.source import Source

_LINE = re.compile(r"([^\r\n]*)(\r\n?|\n|\Z)")
_QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
_MARKER = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,9}[.)])(?:[ ]{1,4}|\t|\Z)")
_FENCE = re.compile(r"(`{3,}|~{3,})([^\r\n]*)")
# "kql", "KQL title=x", "{.kql .numberLines}", "kusto{1,3}", "azure-kql"
_INFO = re.compile(r"\{?[ \t]*\.?([A-Za-z][\w+#-]*)")
_OURS = re.compile(r"[ ]{0,3}(<!--)\s*kql-lint\s*:", re.IGNORECASE)
# Languages whose own pipes look like KQL's, and those in which a query would be a string.
_OTHER_LANGUAGES = frozenset(
    "bash sh shell zsh fish console shellsession powershell pwsh ps ps1 spl splunk esql eql lucene logscale humio "
    "python py javascript js typescript ts csharp cs c cpp java go rust ruby php json jsonc yaml yml xml html css "
    "hcl terraform tf bicep toml ini diff mermaid markdown md lua vim elisp lisp perl kotlin swift scala dockerfile "
    "makefile make cmake http regex".split()
)
_INDENT = re.compile(r"[ \t]*")
_TAB = 4
_BEHIND = re.compile(r"(`{3,}|~{3,})[ \t]*\Z")
_CLOSE = "the closing fence must be on a line of its own"

_PART = re.compile(r"(?:\s|//[^\r\n]*(?=[\r\n]))*\|")
_TABLE = "${table}\n"  # what a part of a query is put behind
# An ellipsis, <device>, <your table>, [your conditions]: none is KQL outside of strings.
_LEFT_OUT = re.compile(r"\.{3,}|\u2026|<[A-Za-z][\w-]*(?: (?!(?:and|or)\b)[\w-]+)*>|\[[A-Za-z]+(?: [A-Za-z]+)+\]")


@dataclass(slots=True)
class _Quote:
    """A block quote that a line is in: its text begins after a ``>``."""


@dataclass(slots=True)
class _Item:
    """A list item that a line is in: its text begins after this many columns."""

    width: int


@dataclass(slots=True)
class _Open:
    """A fence that is open: what ends it and began it, how far it is indented, whether its text is wanted.

    doubtful: it is wanted if it turns out to be plainly KQL.  prefix is what stands before the text of its lines.
    """

    closing: re.Pattern[str]
    sign: str
    opening: tuple[int, int]
    indent: int
    language: str
    wanted: bool
    doubtful: bool
    parts: list[str]
    map: PositionMap
    prefix: str | None = None


def extract(source: Source, options: HostOptions = DEFAULT) -> Extraction:
    """The queries of a Markdown file, and its comments ``<!-- kql-lint: ... -->``; none is fine."""
    found = Extraction()
    languages = frozenset(language.lower() for language in options.fences)
    for text, places in _fences(source.text, languages, found):
        if has_code(text):
            queries = queries_of(text, places, "markdown")
            for query in queries:
                if _LEFT_OUT.search(query.text):
                    query.holes = tuple(sorted([*query.holes, *_left_out(query)]))
            if _PART.match(text):
                _put_behind_a_table(queries[0])
            found.queries += queries
    return found


def _left_out(query: HostedQuery) -> Iterator[tuple[int, int]]:
    """What the code of a query leaves out, where it lies in no other hole."""
    from kql_lint.hosts.tokens import TOKEN

    tokens = (token.span() for token in TOKEN.finditer(query.text) if token.lastgroup in ("string", "comment"))
    taken = sorted([*query.holes, *tokens])
    for found in _LEFT_OUT.finditer(query.text):
        before = bisect_left(taken, (found.end(), 0)) - 1
        if before < 0 or taken[before][1] <= found.start():
            yield found.span()


def _put_behind_a_table(query: HostedQuery) -> None:
    """Makes a whole query of a part that begins with a pipe."""
    start, length, whole = query.map.span(0, 0)[0], len(_TABLE), PositionMap()
    whole.stand(length, start, start)
    whole.extend(query.map)
    query.text, query.map, query.preamble = _TABLE + query.text, whole, length
    holes = ((first + length, last + length) for first, last in query.holes)
    query.holes = ((0, length - 1), *holes)


def _fences(text: str, languages: frozenset[str], extraction: Extraction) -> Iterator[tuple[str, PositionMap]]:
    """The text of each fence that is wanted, and where it stands.

    extraction gets the comments for kql-lint between fences, and what is to be said of fences that end wrongly.
    """
    containers: list[_Quote | _Item] = []
    fence: _Open | None = None
    eol = line_end_of(text)
    for line in _LINE.finditer(text):
        end = line.end(1)
        depth, place = _inside(text, line.start(), end, containers)
        if fence and depth == len(containers):
            following = _opened(text, place, end, languages)
            if fence.wanted and following is not None and following.wanted and following.language:
                opening = fence.opening
                extraction.diagnostics.append(wrong_fence(*opening, f"this fence is not closed; {_CLOSE}"))
                yield from _wanted(fence, extraction, eol)
                fence = following
                continue
            if not fence.closing.match(text, place, end):
                closed = _closed_behind_code(fence, text, place, end)
                _take(fence, text, place, end if closed is None else closed, line.end() if closed is None else closed)
                if closed is None:
                    continue
                extraction.diagnostics.append(wrong_fence(closed, end, f"this fence does not close; {_CLOSE}"))
            yield from _wanted(fence, extraction, eol)
            fence = None
            continue
        if fence:  # what it lies in has ended
            yield from _wanted(fence, extraction, eol)
            fence = None
        del containers[depth:]
        place = _enter(text, place, end, containers)
        fence = _opened(text, place, end, languages)
        ours = _OURS.match(text, place, end)
        closed = text.find("-->", ours.end(), end) if ours else -1
        if ours and closed >= 0:
            said = text[ours.end() : closed].strip()
            extraction.comments.append(HostComment(said, ours.start(1), closed + len("-->")))
    if fence:
        yield from _wanted(fence, extraction, eol)


def _closed_behind_code(fence: _Open, text: str, place: int, end: int) -> int | None:
    """Where the fence is closed behind the code of a line, which no Markdown reader takes for an end; None where not.

    KQL has strings between such fences: one that opens on this line, or before it, is none.
    """
    found = _BEHIND.search(text, place, end) if fence.wanted else None
    if found is None or found[1][0] != fence.sign or not text[place : found.start(1)].strip():
        return None
    before = "".join(fence.parts) + text[place : found.start(1)]
    opens_a_string = before.rstrip()[-1:] in "=(,[" or before.count(found[1][:3]) % 2 == 1
    return None if opens_a_string else found.start(1)


def _wanted(fence: _Open, extraction: Extraction, line_end: str) -> Iterator[tuple[str, PositionMap]]:
    """The text of a fence that is wanted; one that may hold KQL, and does not show it, is noted as unread."""
    text = "".join(fence.parts)
    if fence.wanted or (fence.doubtful and is_plainly_kql(text)):
        prefix = fence.prefix or ""
        fence.map.spell(0, Spelling(_without_fences, line_end + prefix, prefix))
        yield text, fence.map
    elif fence.doubtful and text.strip():
        extraction.unread.append(UnreadBlock(fence.language, fence.opening[0]))


def _without_fences(line: str) -> str | None:
    return None if "```" in line or "~~~" in line else line


def _inside(text: str, place: int, end: int, containers: list[_Quote | _Item]) -> tuple[int, int]:
    """How many of the containers go on in a line, and where the line's own text begins."""
    for depth, container in enumerate(containers):
        if isinstance(container, _Quote):
            found = _QUOTE.match(text, place, end)
            if not found:
                return depth, place
            place = found.end()
        elif _is_blank(text, place, end) or _indent(text, place, end) >= container.width:
            place = _skip(text, place, end, container.width)
        else:
            return depth, place
    return len(containers), place


def _enter(text: str, place: int, end: int, containers: list[_Quote | _Item]) -> int:
    """Takes the block quotes and list items that a line opens."""
    while True:
        if _indent(text, place, end) >= _TAB:
            return place  # indented code
        if found := _QUOTE.match(text, place, end):
            containers.append(_Quote())
        elif found := _MARKER.match(text, place, end):
            containers.append(_Item(_TAB if found[0].endswith("\t") else found.end() - place))
        else:
            return place
        place = found.end()


def _opened(text: str, place: int, end: int, languages: frozenset[str]) -> _Open | None:
    """The fence that a line opens."""
    indent = _indent(text, place, end)
    found = _FENCE.match(text, _skip(text, place, end, indent), end) if indent < _TAB else None
    if not found or (found[1][0] == "`" and "`" in found[2]):
        return None
    closing = re.compile(rf"[ ]{{0,3}}{re.escape(found[1][0])}{{{len(found[1])},}}[ \t]*\Z")
    info = _INFO.match(found[2].strip())
    language = info[1].lower() if info else ""
    wanted = language in languages
    doubtful = not wanted and language not in _OTHER_LANGUAGES
    start = found.start(1)
    return _Open(
        closing, found[1][0], (start, start + len(found[1])), indent, language, wanted, doubtful, [], PositionMap()
    )


def _take(fence: _Open, text: str, place: int, end: int, next_line: int) -> None:
    if fence.wanted or fence.doubtful:
        start = _skip(text, place, end, fence.indent)
        fence.parts.append(text[start:next_line])
        fence.map.copy(start, next_line - start)
        if start < end and fence.prefix is None:
            fence.prefix = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]


def _is_blank(text: str, place: int, end: int) -> bool:
    return _INDENT.match(text, place, end).end() == end  # type: ignore[union-attr]  # matches the empty text too


def _indent(text: str, place: int, end: int) -> int:
    """The columns of white space that a line begins with."""
    blanks = _INDENT.match(text, place, end)
    return sum(_TAB if char == "\t" else 1 for char in blanks[0]) if blanks else 0


def _skip(text: str, place: int, end: int, columns: int) -> int:
    """Past so many columns of white space, or as many as there are."""
    while columns > 0 and place < end and text[place] in " \t":
        columns -= _TAB if text[place] == "\t" else 1
        place += 1
    return place
