"""Names and paths compared with patterns that have wildcards, in linear time.  A leaf: imports nothing of the project.

The patterns are those of git (gitignore(5)): ``*`` and ``?`` do not go past a slash, ``**`` between slashes stands for
any number of folders, ``[a-z]``, ``[!a-z]`` and ``[[:digit:]]`` for one character, a backslash for what follows it.

Between two stars the text of a pattern has a fixed length, so the first place where it fits is as good as any other,
and no choice is ever taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class NoPattern(ValueError):
    """A text that matches nothing, whatever it is compared with."""


class Sign(NamedTuple):
    """One sign of a pattern: a character (``literal``), or else a regular expression for one character.

    A star has neither, and a slash is a literal.
    """

    literal: str = ""
    regex: str = ""


STAR, ANY = Sign(), Sign(regex="(?s:.)")
_SLASH = Sign("/")


class _Run:
    """Signs between stars: a text of fixed length."""

    __slots__ = ("_literal", "_regex", "length")

    def __init__(self, signs: Sequence[Sign]) -> None:
        self.length = len(signs)
        self._literal: str | None = "".join(sign.literal for sign in signs)
        self._regex: re.Pattern[str] | None = None
        if len(self._literal) < self.length:
            self._literal = None
            self._regex = re.compile("".join(sign.regex or re.escape(sign.literal) for sign in signs))

    def is_at(self, name: str, place: int) -> bool:
        """Whether a name has it at an offset."""
        if self._regex is not None:
            return self._regex.match(name, place) is not None
        assert self._literal is not None
        return name.startswith(self._literal, place)

    def find(self, name: str, start: int, end: int) -> int:
        """The first offset, between two, at which a name has it as a whole; -1 where it has not."""
        if self._regex is None:
            assert self._literal is not None
            return name.find(self._literal, start, end)
        found = self._regex.search(name, start, end)
        return -1 if found is None else found.start()


class Name:
    """What one name, a part of a path, is compared with."""

    __slots__ = ("_first", "_last", "_least", "_middle")

    def __init__(self, signs: Iterable[Sign]) -> None:
        runs: list[list[Sign]] = [[]]
        for sign in signs:
            if sign != STAR:
                runs[-1].append(sign)
            elif runs[-1] or len(runs) == 1:  # two stars are one
                runs.append([])
        self._first = _Run(runs[0])
        self._middle = [_Run(run) for run in runs[1:-1]]
        self._last = _Run(runs[-1]) if len(runs) > 1 else None
        self._least = sum(map(len, runs))

    @property
    def literal(self) -> str | None:
        """The one name that it matches; None where there may be others."""
        return self._first._literal if self._last is None else None

    @property
    def is_hidden(self) -> bool:
        """Whether it matches only names that begin with a dot."""
        return (self._first._literal or "").startswith(".")

    @property
    def ending(self) -> str | None:
        """What a name has to end with, where it is a star and that alone (``*.kql``)."""
        plain = self._first.length == 0 and not self._middle and self._last is not None
        return self._last._literal if plain and self._last is not None else None

    def matches(self, name: str) -> bool:
        """Whether a name, which has no slash, is matched as a whole."""
        if self._last is None:
            return len(name) == self._least and self._first.is_at(name, 0)
        place, end = self._first.length, len(name) - self._last.length
        if len(name) < self._least or not self._first.is_at(name, 0) or not self._last.is_at(name, end):
            return False
        for run in self._middle:
            place = run.find(name, place, end)
            if place < 0:
                return False
            place += run.length
        return True


class Path:
    """What a path is compared with, part by part: names, and None for ``**``, any number of folders.

    A state is the set of parts that may come next; len(path.parts) is the end.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Name | None]) -> None:
        self.parts = parts

    def begin(self) -> frozenset[int]:
        """The state before the first name."""
        return frozenset(self._closed(0))

    def step(self, state: frozenset[int], name: str) -> frozenset[int]:
        """The state behind a further name of the path; empty where the path can't match any more."""
        following: set[int] = set()
        for place in state:
            part = self.parts[place] if place < len(self.parts) else _NOTHING
            if part is None:
                following.update(self._closed(place))
            elif part.matches(name):
                following.update(self._closed(place + 1))
        return frozenset(following)

    def ends(self, state: frozenset[int], name: str) -> bool:
        """Whether one further name makes it a path that matches."""
        last = len(self.parts) - 1
        part = self.parts[last]  # path() puts no "**" there
        return last in state and part is not None and part.matches(name)

    def is_end(self, state: frozenset[int]) -> bool:
        """Whether the names so far are a path that matches."""
        return len(self.parts) in state

    def matches(self, names: Iterable[str]) -> bool:
        """Whether the names of a path, one after the other, match."""
        state = self.begin()
        for name in names:
            state = self.step(state, name)
        return self.is_end(state)

    def _closed(self, place: int) -> Iterator[int]:
        yield place
        while place < len(self.parts) and self.parts[place] is None:
            place += 1
            yield place


def stars(text: str) -> Name:
    """A name of which ``*`` stands for any number of characters, and everything else for itself."""
    return Name(STAR if character == "*" else Sign(character) for character in text)


def path(text: str) -> Path:
    """A path of names with slashes between them.  Raises NoPattern.

    ``**`` at the end is at least one name: what lies in a folder is not the folder.
    """
    parts: list[Name | None] = []
    for part in _split(signs(text)):
        is_deep = len(part) > 1 and all(sign == STAR for sign in part)
        if not (is_deep and parts and parts[-1] is None):
            parts.append(None if is_deep else Name(part))
    if parts[-1] is None:
        parts.append(Name([STAR]))
    return Path(parts)


def signs(text: str) -> list[Sign]:
    """The signs of a pattern.  Raises NoPattern for one that matches nothing."""
    found: list[Sign] = []
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == "*":
            found.append(STAR)
        elif character == "?":
            found.append(ANY)
        elif character == "[":
            sign, place = _class(text, place)
            found.append(sign)
        elif character == "\\":
            if place == len(text):
                raise NoPattern(text)
            found.append(Sign(text[place]))
            place += 1
        else:
            found.append(Sign(character))
    return found


def _split(found: list[Sign]) -> Iterator[list[Sign]]:
    part: list[Sign] = []
    for sign in found:
        if sign == _SLASH:
            yield part
            part = []
        else:
            part.append(sign)
    yield part


def _class(text: str, place: int) -> tuple[Sign, int]:
    """The class behind ``[``, and where it ends."""
    negated = text[place : place + 1] in ("!", "^")
    first = place = place + negated
    items: list[str] = []
    while place < len(text) and (text[place] != "]" or place == first):
        named = text.find("]", place + 2) if text.startswith("[:", place) else -1
        if named > place + 2 and text[named - 1] == ":":
            if text[place + 2 : named - 1] not in _CLASSES:
                raise NoPattern(text)
            items.append(_CLASSES[text[place + 2 : named - 1]])
            place = named + 1
            continue
        low, place = _item(text, place)
        items.append(re.escape(low))
        if text.startswith("-", place) and text[place + 1 : place + 2] not in ("", "]"):
            high, place = _item(text, place + 1)
            if low < high:  # what begins a range that is none counts all the same
                items.append(f"{re.escape(low)}-{re.escape(high)}")
    if place >= len(text):
        raise NoPattern(text)
    if place == first + 1 and not negated:  # "[*]" is how glob.escape writes a star
        return Sign(text[first]), place + 1
    return Sign(regex=f"[{'^' * negated}{''.join(items)}]"), place + 1


def _item(text: str, place: int) -> tuple[str, int]:
    """A character in a class, and where it ends."""
    if text[place] == "\\":
        place += 1
    if place >= len(text):
        raise NoPattern(text)
    return text[place], place + 1


_NOTHING = Name([_SLASH])
