"""What stands around a query and is no KQL: comments of other languages, headings, sentences.

Each is one error with its cause.  The parser then reads the text as if it were commented out, so that the query is
checked like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity
from kql_lint.syntax.hiding import STRINGS
from kql_lint.syntax.words import OPERATORS

_BLOCK = re.compile(rf"//[^\r\n]* | {STRINGS} | (?P<block>/\*[\s\S]*?(?:\*/|\Z))", re.VERBOSE)
_LINE = re.compile(r"[^\r\n]+")
_CODE, _NAME = "KL001", "syntax-error"
_NO_BLOCKS = "KQL has no /* */ comments; begin each line with //"

_RULED = re.compile(r"(?:\*{2,}|={3,}|-{3,}|_{3,}|\u2022).*|.*[^*\s]\s*\*{3,}", re.ASCII)
_SENTENCE = re.compile(r"[A-Za-z][\w\s.,:;!?'\u2019\"\u201c\u201d()/&%+@#\u2013\u2014-]*")
_WORD = re.compile(r"[A-Za-z]{2,}")
_FEWEST_WORDS = 3
_BEGINS = frozenset({*OPERATORS, "let", "set", "declare", "alias", "restrict", "datatable", "externaldata"})


class Aside(NamedTuple):
    """A stretch of the text that is no KQL: half-open, in code points."""

    start: int
    end: int


def block_comments(text: str) -> list[Aside]:
    """The ``/* ... */`` outside strings and comments; one that is not closed goes to the end of the text."""
    return [Aside(*found.span()) for found in _BLOCK.finditer(text) if found["block"]]


def prose(text: str) -> list[Aside]:
    """The lines that read like headings or sentences, those below each other as one stretch.

    They may be KQL with a mistake all the same: whether the rest is KQL without them, the parser has to find out.
    """
    found: list[Aside] = []
    for line in _LINE.finditer(text):
        inner = line[0].strip()
        if not inner:
            continue
        start = line.start() + line[0].index(inner)
        if not _is_prose(inner):
            continue
        end = start + len(inner)
        if found and not text[found[-1].end : start].strip():
            found[-1] = Aside(found[-1].start, end)
        else:
            found.append(Aside(start, end))
    return found


def _is_prose(line: str) -> bool:
    if _RULED.fullmatch(line):
        return True
    if not _SENTENCE.fullmatch(line):
        return False
    words = _WORD.findall(line)
    if len(words) < _FEWEST_WORDS or words[0].lower() in _BEGINS:
        return False
    # `DeviceEvents where FileName has x` lacks a pipe.
    return line[-1] in ".:!?" or words[1] not in OPERATORS


def blanked(text: str, asides: Iterable[Aside]) -> str:
    """The text with spaces in place of asides, which are in order; its lines stay."""
    pieces: list[str] = []
    position = 0
    for start, end in asides:
        pieces += (text[position:start], re.sub(r"[^\r\n]", " ", text[start:end]))
        position = end
    return "".join((*pieces, text[position:]))


def of_blocks(text: str, asides: Sequence[Aside]) -> list[Diagnostic]:
    """One error for the comments of a text; the further ones are related places."""
    if not asides:
        return []
    first, *others = asides
    related = tuple(Related(one.start, one.start + 2, "another one") for one in others)
    edits = [edit for one in asides for edit in _line_comments(text, one)]
    fixes = (Fix("comment the lines with //", tuple(edits), "safe"),) if len(edits) == len(asides) else ()
    place = first.start, first.start + 2
    return [Diagnostic(_CODE, _NAME, Severity.ERROR, _NO_BLOCKS, *place, related=related, fixes=fixes)]


def of_prose(text: str, asides: Sequence[Aside]) -> list[Diagnostic]:
    """An error for each stretch."""
    found: list[Diagnostic] = []
    for start, end in asides:
        edits = tuple(Edit(place, place, "// ") for place in _lines_of(text, start, end))
        lines = "this line is" if len(edits) == 1 else "these lines are"
        message = f"{lines} prose, not KQL; begin {'it' if len(edits) == 1 else 'each'} with //"
        fix = Fix("comment the prose", edits, "safe")
        found.append(Diagnostic(_CODE, _NAME, Severity.ERROR, message, start, end, fixes=(fix,)))
    return found


def _lines_of(text: str, start: int, end: int) -> list[int]:
    return [line.start() for line in _LINE.finditer(text, start, end) if line[0].strip()]


def _line_comments(text: str, aside: Aside) -> list[Edit]:
    """The comment with ``//`` before each line, where nothing else stands on its first and last."""
    start, end = aside
    before = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    after = re.compile(r"[^\r\n]*").match(text, end)
    if before.strip() or (after and after[0].strip()) or not text.endswith("*/", start + 2, end):
        return []
    lines = re.split(r"(\r\n|\r|\n)", text[start + 2 : end - 2])
    written = [part if number % 2 else _line_comment(part) for number, part in enumerate(lines)]
    return [Edit(start, end, "".join(written))]


def _line_comment(line: str) -> str:
    bare = line.strip().strip("*").strip()
    return f"// {bare}" if bare else "//"
