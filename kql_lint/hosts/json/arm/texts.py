"""Texts as Azure Resource Manager puts them together, with the place in the file of each of their characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kql_lint.source import PositionMap

# How far apart in the file two parts of a text may stand that follow each other in an expression or a list.
_NEAR = 120
# What a stand-in may have of an expression: no quotes, brackets or line ends that would mean something where it stands.
_TAME = re.compile(r"\w+")


@dataclass(slots=True)
class Piece:
    """A text and its map into the file; unknown says that it is nothing but the stand-in for an expression."""

    text: str
    map: PositionMap
    unknown: bool = False

    def part(self, start: int, end: int) -> Piece:
        """The text from start to end."""
        return Piece(self.text[start:end], self.map.part(start, end))

    def standing_for(self, value: str, start: int, end: int) -> Piece:
        """A text that stands for the stretch of this one from start to end."""
        places = PositionMap()
        places.stand(len(value), *self.map.span(start, end))
        return Piece(value, places)

    def hole(self, start: int, end: int) -> Piece:
        """The stand-in for the expression from start to end, in the form of a placeholder (see holes.py)."""
        words = _TAME.findall(self.text, start, min(end, start + 200))
        name = "_".join(words)[:60] or "expression"
        piece = self.standing_for(f"${{{name}}}" if name[0].isalpha() else f"${{x{name}}}", start, end)
        piece.unknown = True
        return piece


def join(pieces: Iterable[Piece]) -> Piece:
    """Several texts as one."""
    texts, places, unknown = [], PositionMap(), True
    for piece in pieces:
        texts.append(piece.text)
        _go_on(places, piece.map)
        places.extend(piece.map)
        unknown = unknown and (piece.unknown or not piece.text)
    return Piece("".join(texts), places, unknown and bool(texts))


def _go_on(places: PositionMap, following: PositionMap) -> None:
    """Marks a jump where a text goes on elsewhere, as in a variable, and not just behind some quotes and commas."""
    if places.length and following.length:
        gap = following.span(0, 0)[0] - places.span(places.length - 1, places.length)[1]
        if not 0 <= gap <= _NEAR:
            places.jump()


def replace(piece: Piece, old: str, new: Piece) -> Piece:
    """The text with another one in place of each ``old``; what is put in stands for what was there."""
    if not old or old not in piece.text:
        return piece
    parts, place = [], 0
    while (found := piece.text.find(old, place)) >= 0:
        parts.append(piece.part(place, found))
        put = piece.standing_for(new.text, found, found + len(old))
        put.unknown = new.unknown
        parts.append(put)
        place = found + len(old)
    parts.append(piece.part(place, len(piece.text)))
    return join(parts)
