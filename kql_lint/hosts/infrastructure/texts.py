"""Texts as Terraform and Bicep would give them to the service, character by character with their places in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from kql_lint.source import PositionMap, without_surrogates

# An expression that can stand in a query as it is written: it has no quotes, braces or line ends.
_TAME = re.compile(r"[ \w.\-\[\]()]{1,80}")
_LET = re.compile(r"\blet\s+([^\W\d]\w*)\s*=")
_PIPELINE = re.compile(r"[|;\n]")


class Built:
    """A text that is put together from stretches of a file; holes are those that only the deployment knows."""

    __slots__ = ("_parts", "holes", "lets", "map")

    def __init__(self) -> None:
        self.map = PositionMap()
        self.holes: list[tuple[int, int]] = []
        self.lets: frozenset[str] = frozenset()  # names of let statements that other texts have as well
        self._parts: list[str] = []

    @property
    def text(self) -> str:
        """The text, with a stand-in such as ``${var.name}`` for each hole."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def unknown(self) -> bool:
        """Whether nothing of it is known."""
        return sum(end - start for start, end in self.holes) == self.map.length and bool(self.holes)

    def copy(self, source: str, start: int, end: int) -> None:
        """Appends the file's text from start to end."""
        if end > start:
            self._parts.append(source[start:end])
            self.map.copy(start, end - start)

    def stand(self, value: str, start: int, end: int) -> None:
        """Appends what the file's stretch, an escape sequence say, stands for."""
        if value:
            self._parts.append(without_surrogates(value))
            self.map.stand(len(value), start, end)

    def hole(self, source: str, start: int, end: int) -> None:
        """Appends a stand-in for the expression at that stretch of the file."""
        written = source[start:end]
        begin = self.map.length
        if written.startswith(("$", "{", "%")) and _TAME.fullmatch(written.lstrip("${%").rstrip("}") or "x"):
            self.copy(source, start, end)
        elif _TAME.fullmatch(written):
            self.stand(f"${{{written}}}", start, end)
        else:
            self.stand("${...}", start, end)
        self.holes.append((begin, self.map.length))

    def put(self, other: Built, start: int, end: int) -> None:
        """Appends what the expression at that stretch of the file is known to be.

        A whole pipeline is linted where it is written, a name or a word where it is used.
        """
        if _PIPELINE.search(other.text):
            self.map.jump()
            self.extend(other)
            self.map.jump()
            self.lets |= {*_LET.findall(other.text)}
        else:
            moved = Built()
            moved.stand(other.text, start, end)
            moved.holes = other.holes
            self.extend(moved)

    def extend(self, other: Built) -> None:
        """Appends another text."""
        begin = self.map.length
        self._parts.append(other.text)
        self.map.extend(other.map)
        self.holes += [(start + begin, end + begin) for start, end in other.holes]
        self.lets |= other.lets

    def part(self, start: int, end: int) -> Built:
        """The text from start to end; neither may lie in a hole."""
        built = Built()
        built._parts.append(self.text[start:end])
        built.map.extend(self.map.part(start, end))
        built.lets = self.lets
        built.holes = [(first - start, last - start) for first, last in self.holes if start <= first and last <= end]
        return built


def stripped(built: Built, chars: str | None = None, left: bool = True) -> Built:
    """The text without white space (or those characters) at its ends, or at its right end alone."""
    text = built.text
    start = len(text) - len(text.lstrip(chars)) if left else 0
    return built.part(min(start, len(text.rstrip(chars))), len(text.rstrip(chars)))


def replaced(built: Built, needle: re.Pattern[str], value: Callable[[re.Match[str]], Built | str | None]) -> Built:
    """The text with what a pattern finds outside of holes replaced; a value of None leaves a hole there."""
    result, place = Built(), 0
    for found in needle.finditer(built.text):
        if any(start < found.end() and found.start() < end for start, end in _near(built.holes, found)):
            continue
        result.extend(built.part(place, found.start()))
        place = found.end()
        new = value(found)
        if isinstance(new, Built):
            result.put(new, *built.map.span(found.start(), found.end()))
        elif new is None:
            _stand_in(result, found[0], *built.map.span(found.start(), found.end()))
        else:
            result.stand(new, *built.map.span(found.start(), found.end()))
    result.extend(built.part(place, built.map.length))
    return result


def _near(holes: list[tuple[int, int]], found: re.Match[str]) -> Iterable[tuple[int, int]]:
    from bisect import bisect_right

    after = bisect_right(holes, (found.end(), 0))
    return holes[max(after - 2, 0) : after + 1]


def _stand_in(built: Built, text: str, start: int, end: int) -> None:
    begin = built.map.length
    built.stand(text, start, end)
    built.holes.append((begin, built.map.length))


_TERRAFORM = re.compile(r'\\(?:([nrt"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|\$\$\{|%%\{')
_HEREDOC = re.compile(r"\$\$\{|%%\{")
_BICEP = re.compile(r"\\(?:([nrt'\\$])|u\{([0-9A-Fa-f]{1,6})\})")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPES = {'"': _TERRAFORM, "<<": _HEREDOC, "<<-": _HEREDOC, "'": _BICEP}


def decode(built: Built, source: str, style: str, start: int, end: int) -> None:
    """Appends literal text of a string of that style, its escapes resolved; one that is none stays as written."""
    escapes = _ESCAPES.get(style)
    place = start
    for found in escapes.finditer(source, start, end) if escapes else ():
        built.copy(source, place, found.start())
        place = found.end()
        built.stand(_meaning(found), found.start(), place)
    built.copy(source, place, end)


def _meaning(found: re.Match[str]) -> str:
    if found[0][0] != "\\":
        return found[0][1:]
    if found[1]:
        return _LETTERS.get(found[1], found[1])
    code = int(next(digits for digits in found.groups()[1:] if digits), 16)
    return chr(code) if code <= 0x10FFFF else found[0]
