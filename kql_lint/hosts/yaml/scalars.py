"""Where each character of a YAML scalar's value stands in the file.

The parser gives the value and where the scalar begins and ends, not what became of its indentation, folds and escapes.
So the scalar is read once more, by YAML 1.1's rules as PyYAML has them, character by character.  The value that this
gives is compared with the parser's; if they ever differ, the whole scalar is the place: coarse, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kql_lint.hosts.yaml import halves
from kql_lint.source import PositionMap
from kql_lint.spelling import Spelling, doubling, line_end_of

if TYPE_CHECKING:
    from kql_lint.hosts.nodes import Scalar

_BREAKS = "\r\n\x85\u2028\u2029"
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_LINE = re.compile(rf"[^{_BREAKS}]*")
_BLANKS = re.compile(r"[ \t]*")
_SPACES = re.compile(r" *")
# What may come before the style's own character: an anchor, a tag, comments and line ends.
_PROPERTIES = re.compile(rf"(?:&[0-9A-Za-z_-]+|!\S*|[ \t{_BREAKS}]+|\#[^{_BREAKS}]*)*")
_BLOCK_HEADER = re.compile(rf"[|>]([+-]?)([1-9]?)([+-]?)[ \t]*(?:\#[^{_BREAKS}]*)?(?:\r\n|[{_BREAKS}]|\Z)")
# How many indentations are tried for a block whose header has an indentation indicator: that counts from the
# indentation of what the block is in, which is not known here.
_TRIES = 80

# What stands between special characters, by the scalar's style.
_RUNS = {
    '"': re.compile(rf"[^\\ \t{_BREAKS}]+"),
    "'": re.compile(rf"[^' \t{_BREAKS}]+"),
    "": re.compile(rf"[^ \t{_BREAKS}]+"),
}
_ESCAPES = dict(zip('0abt\tnvfre "/\\N_LP', '\0\a\b\t\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
_CODE_LENGTHS = {"x": 2, "u": 4, "U": 8}


def place(text: str, scalar: Scalar) -> PositionMap:
    """The map from a scalar's value into the text of its file."""
    found = _PROPERTIES.match(text, scalar.start, scalar.end)
    start = found.end() if found else scalar.start
    try:
        walk = _block(text, start, scalar) if scalar.style in ("|", ">") else _flow(text, start, scalar)
    except (ValueError, IndexError):  # an escape that is none: the parser let something pass that is not known here
        walk = None
    if walk is not None and "".join(walk.parts) == scalar.value:
        walk.map.spell(0, _spelling(text, scalar.style, walk))
        return walk.map
    coarse = PositionMap()
    coarse.stand(len(scalar.value), start, scalar.end)
    return coarse


def block_start(text: str, start: int, end: int) -> int | None:
    """Where the lines of a block scalar begin, behind its head; None for a scalar of another style."""
    found = _PROPERTIES.match(text, start, end)
    header = _BLOCK_HEADER.match(text, found.end() if found else start)
    return header.end() if header else None


class _Walk:
    """The value as far as it was read, with its map."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.map = PositionMap()
        self.indent = 0  # of a block's lines
        self.told = False  # by the block's header

    def copy(self, start: int, end: int) -> None:
        self.parts.append(self.text[start:end])
        self.map.copy(start, end - start)

    def stand(self, value: str, start: int, end: int) -> None:
        self.parts.append(value)
        if value == self.text[start:end]:
            self.map.copy(start, end - start)
        else:
            self.map.stand(len(value), start, end)

    def breaks(self, found: list[re.Match[str]]) -> None:
        for item in found:
            self.stand(_newline(item), item.start(), item.end())


def _newline(found: re.Match[str]) -> str:
    """What a line break becomes: a line feed, unless it is one of Unicode's separators, which stay."""
    return found[0] if found[0] in "\u2028\u2029" else "\n"


def _block(text: str, start: int, scalar: Scalar) -> _Walk | None:
    header = _BLOCK_HEADER.match(text, start)
    if header is None:
        return None
    # Without an indicator the first line that is not blank decides, unless it is past the block: all lines are blank.
    indents: Iterable[int] = (_first_indentation(text, header.end()), len(text))
    if header[2]:
        indents = range(int(header[2]), int(header[2]) + _TRIES)
    for indent in indents:
        walk = _block_lines(text, header.end(), indent, scalar.style == ">", header[1] or header[3])
        if "".join(walk.parts) == scalar.value:
            walk.indent, walk.told = indent, bool(header[2])
            return walk
    return None


def _first_indentation(text: str, place: int) -> int:
    """The indentation of the first line that is not blank."""
    while True:
        end = _SPACES.match(text, place).end()  # type: ignore[union-attr]  # matches the empty text too
        found = _BREAK.match(text, end)
        if found is None:
            return end - place
        place = found.end()


def _block_lines(text: str, place: int, indent: int, folded: bool, chomping: str) -> _Walk:
    walk = _Walk(text)
    place, inside, blank = _to_line(text, place, indent)
    last: list[re.Match[str]] = []
    while inside:
        walk.breaks(blank)
        spaced = text[place] in " \t"
        end = _LINE.match(text, place).end()  # type: ignore[union-attr]
        walk.copy(place, end)
        found = _BREAK.match(text, end)
        last = [found] if found else []
        place, inside, blank = _to_line(text, found.end() if found else end, indent)
        if not inside or not found:
            break
        if folded and _newline(found) == "\n" and not spaced and text[place] not in " \t":
            if not blank:
                walk.stand(" ", found.start(), place)
        else:
            walk.breaks(last)
    if chomping != "-":
        walk.breaks(last)
    if chomping == "+":
        walk.breaks(blank)
    return walk


def _to_line(text: str, place: int, indent: int) -> tuple[int, bool, list[re.Match[str]]]:
    """Past blank lines and the indentation: where that is, whether a line of the block is there, the blank lines."""
    blank: list[re.Match[str]] = []
    while True:
        start = place
        place = _SPACES.match(text, start, min(start + indent, len(text))).end()  # type: ignore[union-attr]
        found = _BREAK.match(text, place)
        if found is None:
            return place, place - start == indent and place < len(text), blank
        blank.append(found)
        place = found.end()


def _flow(text: str, start: int, scalar: Scalar) -> _Walk:
    """A quoted or plain scalar: line breaks fold, and quotes have escapes."""
    walk = _Walk(text)
    quoted = 1 if scalar.style else 0
    place, end = start + quoted, scalar.end - quoted
    run = _RUNS[scalar.style]
    while place < end:
        found = run.match(text, place, end)
        if found:
            walk.copy(place, found.end())
            place = found.end()
        elif text[place] == "\\":
            place = _escape(walk, place, end)
        elif text[place] == "'":
            walk.stand("'", place, place + 2)
            place += 2
        else:
            place = _space(walk, place, end)
    return walk


def _space(walk: _Walk, start: int, end: int) -> int:
    """White space: kept within a line, folded to one space or to the further line breaks around a line's end."""
    place = _BLANKS.match(walk.text, start, end).end()  # type: ignore[union-attr]
    first = _BREAK.match(walk.text, place, end)
    if first is None:
        walk.copy(start, place)
        return place
    place, further = _flow_breaks(walk.text, first.end(), end)
    if _newline(first) != "\n":
        walk.breaks([first])
    elif not further:
        walk.stand(" ", start, place)
    walk.breaks(further)
    return place


def _flow_breaks(text: str, place: int, end: int) -> tuple[int, list[re.Match[str]]]:
    further: list[re.Match[str]] = []
    while True:
        place = _BLANKS.match(text, place, end).end()  # type: ignore[union-attr]
        found = _BREAK.match(text, place, end)
        if found is None:
            return place, further
        further.append(found)
        place = found.end()


def _escape(walk: _Walk, start: int, end: int) -> int:
    """An escape sequence of a double-quoted scalar, or an escaped line end."""
    found = _BREAK.match(walk.text, start + 1, end)
    if found:
        place, further = _flow_breaks(walk.text, found.end(), end)
        walk.breaks(further)
        return place
    letter = walk.text[start + 1]
    digits = _CODE_LENGTHS.get(letter, 0)
    stop = start + 2 + digits
    pair = halves.PAIR.match(walk.text, start, end)
    if pair:
        stop = pair.end()
        both = "".join(chr(int(code, 16)) for code in pair[0].split("\\u")[1:])
        walk.stand(halves.joined(both), start, stop)
    elif digits:
        walk.stand(chr(int(walk.text[start + 2 : stop], 16)), start, stop)
    else:
        walk.stand(_ESCAPES.get(letter, ""), start, stop)
    return stop


# What a block can't have in a line: controls, and what is a line break to YAML alone.
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPED = re.compile(r'["\\]|' + _UNPRINTABLE.pattern)
_LETTERS = {value: letter for letter, value in _ESCAPES.items() if letter not in "/ \t"}
# What may mean something in a plain scalar; in quotes and blocks nothing of it does.
_TELLING = re.compile(r"[:#\[\]{},\t]")
_ONE_QUOTE = doubling("'")


def _spelling(text: str, style: str, walk: _Walk) -> Spelling:
    """How text is written in a scalar.  LIMIT: no line end in one that folds, where it takes a blank line."""
    if style in ("|", ">"):
        prefix = " " * walk.indent
        newline = line_end_of(text) + prefix if style == "|" else None
        return Spelling(_in_block, newline, prefix, fixed_start=not walk.told)
    if style == '"':
        return _DOUBLE
    return _SINGLE if style else _PLAIN


def _in_block(line: str) -> str | None:
    return None if _UNPRINTABLE.search(line) else line


def _in_quotes(line: str) -> str | None:
    return None if _UNPRINTABLE.search(line) else _ONE_QUOTE(line)


def _plain(line: str) -> str | None:
    return None if _UNPRINTABLE.search(line) or _TELLING.search(line) else line


def _in_double_quotes(line: str) -> str | None:
    return _ESCAPED.sub(_escaped, line)


def _escaped(found: re.Match[str]) -> str:
    letter = _LETTERS.get(found[0])
    return f"\\{letter}" if letter else f"\\u{ord(found[0]):04X}"


_DOUBLE = Spelling(_in_double_quotes, r"\n")
_SINGLE = Spelling(_in_quotes, None)
_PLAIN = Spelling(_plain, None)
