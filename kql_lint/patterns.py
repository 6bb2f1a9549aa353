"""Patterns as in ``.gitignore``: which paths the lines of one origin leave out, or choose.

The meaning is git's, to the letter, and a test asks git; the work is linear in the length of the lines and the paths,
for whatever is in them (``wildcards``).
LIMIT: case counts, and a character is one of Unicode, where git has bytes and may be told to ignore case.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from kql_lint import wildcards
from kql_lint.wildcards import Name, NoPattern, Path


class Patterns(NamedTuple):
    """Patterns of one origin; each is relative to root, the folder its file or the user stands in."""

    patterns: tuple[str, ...]
    root: str


class Chosen:
    """Which files match patterns: the last one that matches the file, or a folder above it, decides."""

    def __init__(self, patterns: Patterns) -> None:
        self._root = patterns.root
        self._spec = compiled(patterns.patterns)

    def matches(self, path: str) -> bool:
        """Whether the patterns match a file; none do that lies outside of their root."""
        full = os.path.abspath(path)
        root = self._root
        if not full.startswith(os.path.join(root, "")):  # unless one of them is named by a link
            full, root = os.path.realpath(full), os.path.realpath(root)
        inside = _inside(root, full)
        return inside is not None and bool(self._spec.chooses(inside))


class Spec:
    """The patterns of some lines."""

    def __init__(self, rules: Iterable[_Rule]) -> None:
        self._names: dict[str, list[_Rule]] = {}
        self._endings: dict[str, list[_Rule]] = {}
        self._wild: list[_Rule] = []
        paths: list[_Waiting] = []
        for rule in rules:
            if isinstance(rule.pattern, Path):
                paths.append((rule, rule.pattern, rule.pattern.begin()))
            elif rule.pattern.literal is not None:
                self._names.setdefault(rule.pattern.literal, []).append(rule)
            elif rule.pattern.ending is not None:
                self._endings.setdefault(rule.pattern.ending, []).append(rule)
            else:
                self._wild.append(rule)
        self._lengths = sorted({len(ending) for ending in self._endings})
        self._top = _Place(None, None, paths)

    def excludes(self, path: Sequence[str], *, is_dir: bool) -> bool | None:
        """What the patterns say of a path, given as its names: leave out, take, or nothing.

        What lies in a folder that is left out is left out, whatever is said of it.
        """
        return self._find(path, is_dir).excluded

    def chooses(self, path: Sequence[str]) -> bool | None:
        """What the last pattern says that matches a file or a folder above it."""
        last = self._find(path, is_dir=False).last
        return None if last is None else last.excludes

    def _find(self, path: Sequence[str], is_dir: bool) -> _Place:
        place = self._top
        for name in path[:-1]:
            following = place.folders.get(name)
            if following is None:
                following = place.folders[name] = self._step(place, name, is_dir=True)
            place = following
        return self._step(place, path[-1], is_dir=is_dir)

    def _step(self, place: _Place, name: str, *, is_dir: bool) -> _Place:
        """The place of a name in a folder."""
        rules = [*self._of_name(name), *(rule for rule, path, state in place.paths if path.ends(state, name))]
        own = max((rule for rule in rules if is_dir or not rule.only_folders), key=_number, default=None)
        if not is_dir:
            return _Place(place, own, [])
        paths = [(rule, path, following) for rule, path, state in place.paths if (following := path.step(state, name))]
        return _Place(place, own, paths)

    def _of_name(self, name: str) -> Iterator[_Rule]:
        """The patterns without a slash that match a name."""
        yield from self._names.get(name, ())
        for length in self._lengths:
            yield from self._endings.get(name[len(name) - length :], ()) if length <= len(name) else ()
        for rule in self._wild:
            assert isinstance(rule.pattern, Name)
            if rule.pattern.matches(name):
                yield rule


class _Rule(NamedTuple):
    """A line: its number, what it says, whether of folders alone, and the name or path that it is about."""

    number: int
    excludes: bool
    only_folders: bool
    pattern: Name | Path


# A pattern of paths, and its state in a folder.
_Waiting = tuple[_Rule, Path, frozenset[int]]


def _number(rule: _Rule) -> int:
    return rule.number


class _Place:
    """A path of which something is said: by itself or, for a folder, of what lies in it.

    paths are the patterns of paths that may still match below it, with their states.  folders are those that were met.
    """

    __slots__ = ("excluded", "folders", "last", "paths")

    def __init__(self, above: _Place | None, own: _Rule | None, paths: list[_Waiting]) -> None:
        inherited, last = (None, None) if above is None else (above.excluded, above.last)
        self.excluded: bool | None = inherited if inherited or own is None else own.excludes
        self.last: _Rule | None = own if last is None or (own is not None and own.number > last.number) else last
        self.paths = paths
        self.folders: dict[str, _Place] = {}


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern: a lone ``!`` is none, nor is what matches nothing, as ``[`` and a comment."""
    return _rule(0, text) is not None


def compiled(lines: Sequence[str]) -> Spec:
    """The patterns of some lines; those that are none match nothing, as with git."""
    return Spec(rule for number, line in enumerate(lines) if (rule := _rule(number, line)) is not None)


def _rule(number: int, line: str) -> _Rule | None:
    """What a line says; None for one that matches nothing."""
    text = "" if line.startswith("#") else _without_blanks(line.removesuffix("\r"))
    excludes = not text.startswith("!")
    text = text.removeprefix("!")
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    try:
        pattern = wildcards.path(text.removeprefix("/")) if "/" in text else Name(wildcards.signs(text))
    except NoPattern:
        return None
    return _Rule(number, excludes, only_folders, pattern)


def _without_blanks(text: str) -> str:
    """A line without the spaces at its end, of which the first may stand behind a backslash."""
    bare = text.rstrip(" ")
    backslashes = len(bare) - len(bare.rstrip("\\"))
    return text[: len(bare) + backslashes % 2]


def verdict(spec: Spec, root: str, path: str, *, is_dir: bool) -> bool | None:
    """What patterns say of a path: leave out, take, or nothing.  Nothing, too, where it lies outside their root."""
    inside = _inside(root, path)
    return None if inside is None else spec.excludes(inside, is_dir=is_dir)


def _inside(root: str, path: str) -> list[str] | None:
    """The names of a path below a root; None where it lies elsewhere."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    return path[len(prefix) :].split(os.sep) if path.startswith(prefix) else None
