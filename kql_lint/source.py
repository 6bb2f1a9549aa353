"""A file's text and its places: reading and decoding, lines and columns, and maps from a query into its file.

Every offset here counts code points of ``Source.text``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from kql_lint.inverse import Inverse
from kql_lint.reading import RULE, Kind, Unreadable, check_size, read_file
from kql_lint.spelling import Spelling

# Halves of characters beyond 16 bits, which an escape or a file's name can leave behind.
_SURROGATE = re.compile("[\ud800-\udfff]")

# What editors count as a line end.  YAML's further ones (NEL, U+2028, U+2029) start no line on anyone's screen.
_LINE_END = re.compile(r"\r\n?|\n")

# A character that takes two code units of UTF-16.
_PAIR = re.compile("[\U00010000-\U0010ffff]")


def without_surrogates(text: str) -> str:
    """A text that any encoding of Unicode can write, as long as it was: halves of characters become U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


class Source:
    """The decoded text of a file.

    path is as the user named it.  text has no byte order mark and keeps its line ends (LF, CRLF, CR) as they are.
    encoding is the name for Python's codecs that gives the file's bytes back (``utf-8-sig`` writes the mark again).
    """

    __slots__ = ("_pairs", "_starts", "encoding", "path", "text")

    def __init__(self, path: str, text: str, encoding: str = "utf-8") -> None:
        self.path = path
        self.text = text
        self.encoding = encoding
        self._starts: list[int] | None = None
        self._pairs: list[int] | None = None

    def encoded(self) -> bytes:
        """The bytes of a file with this text, in its encoding and with its mark."""
        mark = next((mark for mark, encoding in _MARKS if encoding == self.encoding != "utf-8-sig"), b"")
        return mark + self.text.encode(self.encoding)

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset, the column in code points.  Offsets outside are clamped."""
        offset = min(max(offset, 0), len(self.text))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based line and column (code points); the nearest one where there is no such place."""
        starts = self._line_starts()
        if line > len(starts):
            return len(self.text)
        start = starts[max(line, 1) - 1]
        return min(start + max(column, 1) - 1, self.line_span(max(line, 1))[1])

    def line(self, number: int) -> str:
        """A 1-based line without its line end; empty past the last one.

        It can be as long as the file: what is done for each finding asks for line_span, and takes what it needs.
        """
        start, end = self.line_span(number)
        return self.text[start:end]

    def line_span(self, number: int) -> tuple[int, int]:
        """Where a 1-based line begins, and where it ends before its line end; the end of the text past the last one."""
        starts, text = self._line_starts(), self.text
        if not 1 <= number <= len(starts):
            return len(text), len(text)
        start, end = starts[number - 1], starts[number] if number < len(starts) else len(text)
        while end > start and text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def line_count(self) -> int:
        """How many lines there are; a text that ends in a line end has an empty last one, as in editors."""
        return len(self._line_starts())

    def utf16_column(self, offset: int) -> int:
        """The 1-based column of an offset in UTF-16 code units, as the language server protocol and SARIF count."""
        _, column = self.position(offset)
        offset = min(max(offset, 0), len(self.text))
        if self._pairs is None:
            self._pairs = [] if self.text.isascii() else [found.start() for found in _PAIR.finditer(self.text)]
        return column + bisect_left(self._pairs, offset) - bisect_left(self._pairs, offset - column + 1)

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(found.end() for found in _LINE_END.finditer(self.text))]
        return self._starts


class PositionMap:
    """Where each code point of a query stands in its file: pieces in order, found by bisection.

    A piece either copies (n query characters are the n file characters from some offset on) or stands for a stretch as
    a whole: an escape sequence, or a fold of lines that became one space.  Then any part of it is the whole stretch.

    A host also says how text is to be written at the places of a query (``spell``), for what fixes put there.
    """

    __slots__ = ("_ends", "_hosts", "_inverse", "_jumps", "_spellings", "_starts", "length")

    def __init__(self) -> None:
        self.length = 0  # code points of the query
        self._starts: list[int] = []  # the first query offset of each piece
        self._hosts: list[int] = []  # where the piece begins in the file
        self._ends: list[int] = []  # where a stretch ends in the file; -1: the piece copies
        self._jumps: list[int] = []  # query offsets from which on it stands elsewhere in the file
        self._spellings: list[tuple[int, Spelling | None]] = []  # query offsets from which on one holds, in order
        self._inverse: Inverse | None = None  # made when it is asked for

    @classmethod
    def verbatim(cls, start: int, length: int, spelling: Spelling | None = None) -> PositionMap:
        """The map of a query that is the file's text from ``start`` on, character for character."""
        built = cls()
        built.copy(start, length)
        built.spell(0, spelling)
        return built

    @property
    def pieces(self) -> int:
        """How many pieces it has: what extending another map by it, or cutting it up, costs."""
        return len(self._starts)

    def copy(self, host: int, length: int) -> None:
        """Appends ``length`` query characters that are those of the file from ``host`` on."""
        if length <= 0:
            return
        self._spelled_as(None)
        follows = self._starts and self._ends[-1] < 0 and self._hosts[-1] + self.length - self._starts[-1] == host
        if not follows:
            self._append(host, -1)
        self.length += length

    def stand(self, length: int, host: int, host_end: int) -> None:
        """Appends ``length`` query characters that the file's stretch ``host`` to ``host_end`` stands for."""
        if length > 0:
            self._spelled_as(None)
            self._append(host, host_end)
            self.length += length

    def jump(self) -> None:
        """Says that what is appended next stands elsewhere in the file: a text that was put together."""
        if self.length and (not self._jumps or self._jumps[-1] < self.length):
            self._jumps.append(self.length)

    def spell(self, start: int, spelling: Spelling | None) -> None:
        """Says how text is written from the query's ``start`` on, up to the end that it has now."""
        while self._spellings and self._spellings[-1][0] >= start:
            self._spellings.pop()
        if start < self.length:
            self._spellings.append((start, spelling))

    def spell_within(self, inner: Spelling) -> None:
        """Says that the query is a text in what was mapped so far, in which it is written as ``inner`` says."""
        self._spellings = [(at, None if one is None else inner.within(one)) for at, one in self._spellings]

    def spelling(self, start: int, end: int) -> Spelling | None:
        """How text is written throughout the query's ``start`` to ``end``; None where that is not one and the same."""
        first = bisect_right(self._spellings, start, key=_offset) - 1
        last = bisect_left(self._spellings, end, key=_offset) - 1
        if first < 0 or start >= end:
            return None
        spelling = self._spellings[first][1]
        return spelling if all(self._spellings[at][1] == spelling for at in range(first + 1, last + 1)) else None

    def jumps(self, start: int, end: int) -> bool:
        """Whether it goes on elsewhere in the file at some place behind ``start`` and before ``end``."""
        return bisect_left(self._jumps, end) > bisect_right(self._jumps, start)

    def splits(self, offset: int) -> bool:
        """Whether a place of the query lies within what the file has as a whole, such as an expression's value."""
        if not 0 < offset < self.length:
            return False
        piece = self._piece(offset)
        return self._ends[piece] >= 0 and self._starts[piece] < offset

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The file's stretch for the query's ``start`` to ``end``.  Offsets outside the query are clamped.

        What goes on elsewhere in the file is left out: the stretch is that of the part before the jump.
        An empty span is the place just before the query's character there, at the end just after the last one.
        """
        if not self._starts:
            return 0, 0
        start = min(max(start, 0), self.length)
        end = min(max(end, start), self.length)
        if start == self.length:
            place = self._character(start - 1)[1]
            return place, place
        first = self._character(start)[0]
        if self._jumps and end - start > 1:
            after = bisect_right(self._jumps, start)
            end = min(end, self._jumps[after]) if after < len(self._jumps) else end
        return first, first if end == start else self._character(end - 1)[1]

    def offset(self, host: int, first: int = 0) -> int | None:
        """The query's offset at a place of the file, from the query's ``first`` on; None where the file has none there.

        Within what stands as a whole for a part of the query it is the beginning of that part.  Behind the last
        character of a piece it is the place behind that character, unless another piece begins there.
        """
        if self._inverse is None or self._inverse.length != self.length:
            self._inverse = Inverse(self._starts, self._hosts, self._ends, self.length)
        return self._inverse.offset(host, first)

    def is_verbatim(self, start: int, end: int) -> bool:
        """Whether the query's ``start`` to ``end`` is an unbroken copy of the file's text: it can be edited there."""
        if not self._starts:
            return False
        start, end = max(start, 0), min(end, self.length)
        piece = self._piece(start)
        return self._ends[piece] < 0 and (end <= start or self._piece(end - 1) == piece)

    def then(self, outer: PositionMap) -> PositionMap:
        """A map followed by ``outer``: for a text that lies in a text that lies in the file."""
        built = PositionMap()
        for start, host, host_end in self._pieces():
            length, begin = self._next(start) - start, built.length
            inner = self.spelling(start, start + length)
            if host_end >= 0:
                built.stand(length, *outer.span(host, host_end))
                around = outer.spelling(host, host_end)
            else:
                outer._add_part(built, host, host + length)
                around = outer.spelling(host, host + length)
            built.spell(begin, inner.within(around) if inner is not None and around is not None else None)
        if self._jumps:
            built._jumps = sorted({*built._jumps, *self._jumps})
        return built

    def part(self, start: int, end: int) -> PositionMap:
        """The map of the query's ``start`` to ``end`` alone."""
        built = PositionMap()
        self._add_part(built, max(start, 0), min(end, self.length))
        return built

    def extend(self, other: PositionMap) -> None:
        """Appends the characters of another query of the same file."""
        other._add_part(self, 0, other.length)

    def _spelled_as(self, spelling: Spelling | None) -> None:
        """How what is appended next is spelled."""
        if (self._spellings[-1][1] if self._spellings else None) != spelling:
            self.spell(self.length, None)
            self._spellings.append((self.length, spelling))

    def _append(self, host: int, host_end: int) -> None:
        self._starts.append(self.length)
        self._hosts.append(host)
        self._ends.append(host_end)

    def _piece(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)

    def _character(self, offset: int) -> tuple[int, int]:
        """The file's stretch for one character."""
        piece = self._piece(offset)
        host = self._hosts[piece]
        if self._ends[piece] >= 0:
            return host, self._ends[piece]
        host += offset - self._starts[piece]
        return host, host + 1

    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        return zip(self._starts, self._hosts, self._ends, strict=True)

    def _next(self, start: int) -> int:
        """Where the piece that begins at ``start`` ends in the query."""
        piece = bisect_right(self._starts, start)
        return self._starts[piece] if piece < len(self._starts) else self.length

    def _add_part(self, built: PositionMap, start: int, end: int) -> None:
        jumps = self._jumps[bisect_right(self._jumps, start) : bisect_left(self._jumps, end)] if self._jumps else ()
        built._jumps += [built.length + jump - start for jump in jumps]
        begin, shift = built.length, built.length - start
        spelled = self._spelled(start, min(end, self.length))
        while start < end:
            piece = self._piece(start)
            stop = self._starts[piece + 1] if piece + 1 < len(self._starts) else self.length
            length = min(end, stop) - start
            if length <= 0:
                break  # past the end of this map
            host, host_end = self._hosts[piece], self._ends[piece]
            if host_end >= 0:
                built.stand(length, host, host_end)
            else:
                built.copy(host + start - self._starts[piece], length)
            start += length
        built.spell(begin, None)
        built._spellings += [(place + shift, spelling) for place, spelling in spelled]

    def _spelled(self, start: int, end: int) -> list[tuple[int, Spelling | None]]:
        """The spellings of the query's ``start`` to ``end``, the first from ``start`` on."""
        first = max(bisect_right(self._spellings, start, key=_offset) - 1, 0)
        last = bisect_left(self._spellings, end, key=_offset)
        return [(max(place, start), spelling) for place, spelling in self._spellings[first:last]]


def _offset(spelled: tuple[int, Spelling | None]) -> int:
    return spelled[0]


def read_source(path: str, data: bytes | None = None, kind: Kind = RULE) -> Source:
    """Reads and decodes a file, or decodes ``data`` in its name.

    UTF-8, with a byte order mark or without, and UTF-16 with one.  Raises Unreadable, with the place where there is
    one, for anything else: what reading.read_file does not read, NUL characters, other encodings.
    """
    if data is None:
        data = read_file(path, kind)
    check_size(data, kind)
    try:
        return _decode(path, data)
    except Unreadable as error:
        error.glimpse = data.replace(b"\0", b"").decode("ascii", "ignore")
        raise


# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (b"\xff\xfe\x00\x00", ""),
    (b"\x00\x00\xfe\xff", ""),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def _decode(path: str, data: bytes) -> Source:
    mark, encoding = next((item for item in _MARKS if data.startswith(item[0])), (b"", "utf-8"))
    if not encoding:
        raise Unreadable("is UTF-32; save it as UTF-8", 1, 1)
    body = data[len(mark) :]
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        if looks := _unmarked_utf16(data):
            raise Unreadable(looks, 1, 1) from None
        before = body[: error.start].decode(codec, "replace")
        raise Unreadable(_undecodable(body, error, codec), *Source(path, before).position(len(before))) from None
    nul = text.find("\0")
    if nul >= 0:
        if looks := _unmarked_utf16(data):
            raise Unreadable(looks, 1, 1)
        raise Unreadable("is not a text file: it has a NUL character here", *Source(path, text).position(nul))
    return Source(path, text, encoding)


def _undecodable(body: bytes, error: UnicodeDecodeError, codec: str) -> str:
    if codec != "utf-8":
        return f"is not valid UTF-16, though it begins with its byte order mark: {error.reason}"
    return f"is not UTF-8: byte 0x{body[error.start]:02X} here can't be decoded ({error.reason}); save it as UTF-8"


def _unmarked_utf16(data: bytes) -> str:
    """The message for what looks like UTF-16 without its mark: nearly every other byte of the beginning is NUL."""
    head = data[:2000]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or len(head) < 4:
        return ""
    for order, zeros in (("little", head[1::2]), ("big", head[0::2])):
        if zeros.count(0) * 10 >= len(zeros) * 7 and head.count(0) * 10 <= len(head) * 6:
            return f"looks like UTF-16 ({order} endian) without a byte order mark; save it as UTF-8"
    return ""
