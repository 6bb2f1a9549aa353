"""Patterns of files, such as ``Parsers/**/*.yaml``: what they match, and the files that they name.

They mean what they do in a shell: ``*`` and ``?`` are characters of one name, ``[a-z]`` and ``[!a-z]`` one of a set,
``**`` any number of folders, links not followed, and a name that begins with a dot is matched by a pattern only that
does too.  A branch brings patterns and folders of its own, so steps are counted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kql_lint import wildcards
from kql_lint.reading import looks_at
from kql_lint.wildcards import NoPattern, Path

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
    What is no pattern (``[``) is a path that is nowhere.
    """

    def __init__(self, pattern: str) -> None:
        try:
            parts = wildcards.path(os.path.normpath(pattern).replace(os.sep, "/")).parts
        except NoPattern:
            self.base, self.fixed, self._rest = pattern, True, Path(())
            return
        literals = [None if part is None else part.literal for part in parts]
        number = literals.index(None) if None in literals else len(literals)
        self.base = os.sep.join(name or "" for name in literals[:number]) or (os.sep if number else os.curdir)
        self.fixed = number == len(literals)
        self._rest = Path(parts[number:])

    @classmethod
    def below(cls, folder: str) -> Glob:
        """The pattern of all files below a folder but hidden ones."""
        from glob import escape

        return cls(os.path.join(escape(folder), ANY_FOLDERS))

    def matches(self, path: str, steps: Steps) -> bool:
        """Whether the pattern names this path, given without links; raises TooMuch."""
        base = os.path.join(os.path.realpath(self.base), "")
        if self.fixed:
            return path == base[: -len(os.sep)]
        if not path.startswith(base):
            return False
        state = self._rest.begin()
        for name in path[len(base) :].split(os.sep):
            state = self._after(state, name, steps)
        return self._rest.is_end(state)

    def files(self, enters: Callable[[str], bool], steps: Steps) -> Iterator[str]:
        """All that the pattern names but folders, each once, in no order; of a fixed one, itself.

        enters tells of a link to a folder whether it is followed.  Raises TooMuch, and OSError for a folder that can't
        be read.
        """
        looks_at(self.base)
        if self.fixed:
            if os.path.lexists(self.base) and not os.path.isdir(self.base):
                yield self.base
            return
        waiting = [_Folder(self.base, self._rest.begin())] if os.path.isdir(self.base) else []
        while waiting:
            folder = waiting.pop()
            looks_at(folder.path)
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    state = self._after(folder.state, entry.name, steps)
                    path = entry.name if folder.path == os.curdir else os.path.join(folder.path, entry.name)
                    if not entry.is_dir():
                        if self._rest.is_end(state):
                            yield path
                    elif state and (not entry.is_symlink() or (not self._is_deep(folder.state) and enters(path))):
                        waiting.append(_Folder(path, state))

    def _is_deep(self, state: frozenset[int]) -> bool:
        """Whether the next name may be one of any number: a link could lead back to where we are."""
        return any(place < len(self._rest.parts) and self._rest.parts[place] is None for place in state)

    def _after(self, state: frozenset[int], name: str, steps: Steps) -> frozenset[int]:
        steps.spend(1 + len(state))
        if name.startswith("."):
            parts = ((place, self._rest.parts[place]) for place in state if place < len(self._rest.parts))
            state = frozenset(place for place, part in parts if part is not None and part.is_hidden)
        return self._rest.step(state, name)


class _Folder(NamedTuple):
    path: str
    state: frozenset[int]
