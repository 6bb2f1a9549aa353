"""Patterns of files, such as ``Parsers/**/*.yaml``: what they match, and the files that they name.  A leaf.

They mean what they do to Python's glob: ``*`` and ``?`` are characters of one name, ``[a-z]`` and ``[!a-z]`` one of a
set, ``**`` any number of folders, and a name that begins with a dot is matched by a pattern only that begins with one.
What is different is the price.  A branch brings its own patterns and names, so no pattern is tried in more than one way
(glob takes time that grows exponentially with the number of ``**``), and steps are counted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

ANY_FOLDERS = "**"
# A hundred patterns over ten thousand files; a few seconds.
MOST_STEPS = 5_000_000


class TooMuch(Exception):
    """Patterns that have more files and folders looked at than anybody means."""


class Steps:
    """How many names may still be compared with parts of patterns."""

    def __init__(self, left: int = MOST_STEPS) -> None:
        self.left = left

    def spend(self, steps: int) -> None:
        """Raises TooMuch when too few are left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch


class Glob:
    """A pattern of files.

    base is the folder before its first part that may stand for several names; fixed: there is none, and base is all.
    """

    def __init__(self, pattern: str) -> None:
        parts = [_Part(name) for name in os.path.normpath(pattern).split(os.sep)]
        fixed = next((number for number, part in enumerate(parts) if part.literal is None), len(parts))
        self.base = os.sep.join(part.literal or "" for part in parts[:fixed]) or (os.sep if fixed else os.curdir)
        # A file lies in a folder: what ends with "**" names all below, and not a file in the place of the folder.
        self._parts = [*parts[fixed:], *([_Part("*")] if parts[-1].any_folders else [])]

    @classmethod
    def below(cls, folder: str) -> Glob:
        """The pattern of all files below a folder but hidden ones."""
        from glob import escape

        return cls(os.path.join(escape(folder), ANY_FOLDERS))

    @property
    def fixed(self) -> bool:
        return not self._parts

    def matches(self, path: str, steps: Steps) -> bool:
        """Whether the pattern names this path, given without links; raises TooMuch."""
        base = os.path.join(os.path.realpath(self.base), "")
        if not self._parts:
            return path == base[: -len(os.sep)]
        if not path.startswith(base):
            return False
        states = self._begin()
        for name in path[len(base) :].split(os.sep):
            states = self._after(states, name, steps)
        return len(self._parts) in states

    def files(self, enters: Callable[[str], bool], steps: Steps) -> Iterator[str]:
        """All that the pattern names but folders, in no order; of a pattern without wildcards, itself.

        enters tells of a link to a folder whether it is followed.  Raises TooMuch, and OSError for a folder that can't
        be read.
        """
        if not self._parts:
            if os.path.lexists(self.base) and not os.path.isdir(self.base):
                yield self.base
            return
        waiting = [_Folder(self.base, self._begin())] if os.path.isdir(self.base) else []
        seen: set[tuple[str, frozenset[int]]] = set()
        while waiting:
            folder = waiting.pop()
            key = (os.path.realpath(folder.path), folder.states)
            if key in seen:  # a link leads back to where we were
                continue
            seen.add(key)
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    states = self._after(folder.states, entry.name, steps)
                    path = entry.name if folder.path == os.curdir else os.path.join(folder.path, entry.name)
                    if not entry.is_dir():
                        if len(self._parts) in states:
                            yield path
                    elif states and (not entry.is_symlink() or enters(path)):
                        waiting.append(_Folder(path, states))

    def _begin(self) -> frozenset[int]:
        return self._with_none(frozenset({0}))

    def _after(self, states: frozenset[int], name: str, steps: Steps) -> frozenset[int]:
        """The parts that may come next, by their numbers, when those in states might and one more name came."""
        found = set()
        name = os.path.normcase(name)
        for state in states:
            if state == len(self._parts):
                continue
            part = self._parts[state]
            steps.spend(part.price(name))
            if part.any_folders:
                if not name.startswith("."):
                    found.add(state)
            elif part.matches(name):
                found.add(state + 1)
        return self._with_none(frozenset(found))

    def _with_none(self, states: frozenset[int]) -> frozenset[int]:
        """``**`` may be no folder at all."""
        found = set(states)
        for state in states:
            while state < len(self._parts) and self._parts[state].any_folders:
                state += 1
                found.add(state)
        return frozenset(found)


class _Folder(NamedTuple):
    path: str
    states: frozenset[int]


class _Set(NamedTuple):
    """One of some characters, or one of all others: pairs of the first and the last of a range."""

    ranges: tuple[tuple[str, str], ...]
    others: bool

    def has(self, character: str) -> bool:
        return any(first <= character <= last for first, last in self.ranges) != self.others


_STAR, _ONE = _Set((), False), _Set((), True)


class _Part:
    """What stands between two separators.  literal is the name that it is; None where it may be several."""

    def __init__(self, text: str) -> None:
        self.any_folders = text == ANY_FOLDERS
        self._signs = list(_signs(os.path.normcase(text)))
        # An escaped sign is a set of one: glob.escape makes "[*]" of "*".
        exact = [_only(sign) for sign in _signs(text)]
        self.literal = None if None in exact else "".join(sign or "" for sign in exact)
        self._hidden = text.startswith(".")
        self._stars = sum(sign is _STAR for sign in self._signs)

    def price(self, name: str) -> int:
        """How many steps a comparison takes: a star may be tried at each character."""
        return 1 + self._stars * len(name) // 64

    def matches(self, name: str) -> bool:
        """Whether this is a name's pattern; the nearest place for each star is as good as any, so none is undone."""
        if name.startswith(".") and not self._hidden:
            return False
        sign = place = 0
        star, behind = -1, 0
        while place < len(name):
            if sign < len(self._signs) and self._signs[sign] is _STAR:
                star, behind = sign, place
                sign += 1
            elif sign < len(self._signs) and self._signs[sign].has(name[place]):
                sign += 1
                place += 1
            elif star >= 0:
                behind += 1
                sign, place = star + 1, behind
            else:
                return False
        return all(one is _STAR for one in self._signs[sign:])


def _only(sign: _Set) -> str | None:
    """The one character that a set stands for."""
    if sign.others or len(sign.ranges) != 1 or sign.ranges[0][0] != sign.ranges[0][1]:
        return None
    return sign.ranges[0][0]


def _signs(text: str) -> Iterator[_Set]:
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "*":
            yield _STAR
        elif character == "?":
            yield _ONE
        elif character == "[" and (end := text.find("]", place + 1 + text.startswith("!", place))) >= 0:
            yield _set(text[place:end])
            place = end + 1
        else:
            yield _Set(((character, character),), False)


def _set(text: str) -> _Set:
    """What stands between brackets."""
    others = text.startswith("!")
    text = text[others:]
    ranges = []
    place = 0
    while place < len(text):
        is_range = text[place + 1 : place + 2] == "-" and place + 2 < len(text)
        ranges.append((text[place], text[place + 2] if is_range else text[place]))
        place += 3 if is_range else 1
    return _Set(tuple(ranges), others)
