"""Texts that a file puts together from several stretches of it, character by character with their places there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from kql_lint.hosts.holes import find_holes
from kql_lint.source import PositionMap, without_surrogates

if TYPE_CHECKING:
    from kql_lint.hosts.effort import Effort

_LET = re.compile(r"\blet\s+([^\W\d]\w*)\s*=")
_PIPELINE = re.compile(r"[|;\n]")
# How far apart in the file two parts of a text may stand that follow each other in an expression or a list.
_NEAR = 120
# How many steps one replacement is: the text is cut up there, and put together again.
_REPLACED = 40


class PlacedText:
    """A text with its map into the file; holes are the stretches of it that only the deployment knows, in order.

    A hole has a stand-in in the text, such as ``${var.name}``.  foreign are the stretches, in order, that another file
    has: they stand for the expression that loads it.
    """

    __slots__ = ("_parts", "foreign", "holes", "lets", "map")

    def __init__(self, text: str = "", map_: PositionMap | None = None, *, hole: bool = False) -> None:
        self.map = PositionMap() if map_ is None else map_
        self.holes: list[tuple[int, int]] = [(0, len(text))] if hole and text else []
        self.foreign: list[tuple[int, int]] = []
        self.lets: frozenset[str] = frozenset()  # names of let statements that other texts have as well
        self._parts: list[str] = [text] if text else []

    @property
    def text(self) -> str:
        """The whole text."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def unknown(self) -> bool:
        """Whether nothing of it is known."""
        return bool(self.holes) and sum(end - start for start, end in self.holes) == self.map.length

    @property
    def is_foreign(self) -> bool:
        """Whether all of it is another file's."""
        return self.foreign == [(0, self.map.length)]

    @property
    def all_holes(self) -> tuple[tuple[int, int], ...]:
        """Its holes, and the placeholders that other tools are to fill in later; none lies in another."""
        kept: list[tuple[int, int]] = []
        for start, end in sorted([*self.holes, *find_holes(self.text)], key=lambda hole: (hole[0], -hole[1])):
            if not kept or start >= kept[-1][1]:
                kept.append((start, end))
        return tuple(kept)

    # --- what is appended -----------------------------------------------------------------------------------------

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

    def hole(self, stand_in: str, start: int, end: int) -> None:
        """Appends a stand-in for the expression at that stretch of the file."""
        begin = self.map.length
        self.stand(stand_in, start, end)
        self.holes.append((begin, self.map.length))

    def load(self, text: str, start: int, end: int) -> None:
        """Appends the content of another file, which the expression at that stretch of this one loads."""
        if text:
            begin = self.map.length
            self.stand(text, start, end)
            self.foreign.append((begin, self.map.length))

    def put(self, other: PlacedText, start: int, end: int) -> None:
        """Appends what the expression at that stretch of the file is known to be.

        A whole pipeline is linted where it is written, a name or a word where it is used.
        """
        if _PIPELINE.search(other.text):
            self.map.jump()
            self.extend(other)
            self.map.jump()
            self.lets |= {*_LET.findall(other.text)}
        else:
            moved = PlacedText()
            moved.stand(other.text, start, end)
            moved.holes, moved.foreign = other.holes, other.foreign
            self.extend(moved)

    def extend(self, other: PlacedText) -> None:
        """Appends another text."""
        begin = self.map.length
        self._parts.append(other.text)
        self.map.extend(other.map)
        self.holes += [(start + begin, end + begin) for start, end in other.holes]
        self.foreign += [(start + begin, end + begin) for start, end in other.foreign]
        self.lets |= other.lets

    # --- what is made of it ---------------------------------------------------------------------------------------

    def part(self, start: int, end: int) -> PlacedText:
        """The text from start to end; a hole that an end lies in is none there."""
        built = PlacedText(self.text[start:end], self.map.part(start, end))
        built.lets = self.lets
        built.holes = [(first - start, last - start) for first, last in self.holes if start <= first and last <= end]
        foreign = [(max(first, start) - start, min(last, end) - start) for first, last in self.foreign]
        built.foreign = [(first, last) for first, last in foreign if first < last]
        return built

    def standing_for(self, value: str, start: int, end: int) -> PlacedText:
        """A text that stands for the stretch of this one from start to end."""
        built = PlacedText()
        built.stand(value, *self.map.span(start, end))
        return built

    def within(self, outer: PositionMap) -> PlacedText:
        """The same text for the file that outer maps it into, whose own text lies in that file."""
        built = PlacedText(self.text, self.map.then(outer))
        built.holes, built.lets, built.foreign = self.holes, self.lets, self.foreign
        return built

    def stripped(self, chars: str | None = None, *, left: bool = True) -> PlacedText:
        """The text without white space (or those characters) at its ends, or at its right end alone."""
        text = self.text
        start = len(text) - len(text.lstrip(chars)) if left else 0
        return self.part(min(start, len(text.rstrip(chars))), len(text.rstrip(chars)))


def join(texts: Iterable[PlacedText]) -> PlacedText:
    """Several texts as one, each where it stands.

    The caller sees to the cost.  A jump is marked where it goes on elsewhere, as in a variable, and not just behind a
    few quotes and commas.
    """
    built = PlacedText()
    for text in texts:
        if built.map.length and text.map.length:
            gap = text.map.span(0, 0)[0] - built.map.span(built.map.length - 1, built.map.length)[1]
            if not 0 <= gap <= _NEAR:
                built.map.jump()
        built.extend(text)
    return built


def replaced(
    text: PlacedText,
    needle: re.Pattern[str],
    value: Callable[[re.Match[str]], PlacedText | str | None],
    effort: Effort,
    place_of_call: tuple[int, int],
) -> PlacedText | None:
    """The text with what a pattern finds outside of holes replaced; a value of None leaves a hole there.

    None where that takes more than is left of the file's effort; place_of_call is what asks for it, in the file.
    """
    if not effort.builds(text, *place_of_call):
        return None
    result, place = PlacedText(), 0
    for found in needle.finditer(text.text):
        if any(start < found.end() and found.start() < end for start, end in _near(text.holes, found)):
            continue
        if not effort.affords(_REPLACED, *place_of_call):
            return None
        result.extend(text.part(place, found.start()))
        place = found.end()
        span = text.map.span(found.start(), found.end())
        new = value(found)
        if isinstance(new, PlacedText):
            if not effort.builds(new, *place_of_call):
                return None
            result.put(new, *span)
        elif new is None:
            result.hole(found[0], *span)
        else:
            result.stand(new, *span)
    result.extend(text.part(place, text.map.length))
    return result


def _near(holes: list[tuple[int, int]], found: re.Match[str]) -> Iterable[tuple[int, int]]:
    after = bisect_right(holes, (found.end(), 0))
    return holes[max(after - 2, 0) : after + 1]
