"""Patterns as in ``.gitignore``, which pathspec understands to the letter.  A leaf.

pathspec is loaded only where there are patterns to be matched.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Only with these can a pattern be none; a test tries that.
_SUSPICIOUS = re.compile(r"[\[\\]|\A[!/\s]*\Z")


class Patterns(NamedTuple):
    """Patterns of one origin; each is relative to root, the folder its file or the user stands in."""

    patterns: tuple[str, ...]
    root: str


class Chosen:
    """Which files match patterns."""

    def __init__(self, patterns: Patterns) -> None:
        self._root = patterns.root
        self._spec = compiled(patterns.patterns)

    def matches(self, path: str) -> bool:
        """Whether the patterns match a file; none do that lies outside of their root."""
        full = os.path.abspath(path)
        root = self._root
        if not full.startswith(os.path.join(root, "")):  # unless one of them is named by a link
            full, root = os.path.realpath(full), os.path.realpath(root)
        return bool(verdict(self._spec, root, full, is_dir=False))


def is_pattern(text: str) -> bool:
    """Whether a text is a pattern: a lone ``!`` is none, nor is ``[z-a]``."""
    return not _SUSPICIOUS.search(text) or _compile([text]) is not None


def compiled(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns of some lines; those that are none match nothing, as with git."""
    found = _compile(lines)
    if found is None:
        found = _compile([line for line in lines if is_pattern(line)])
    assert found is not None
    return found


def _compile(lines: Sequence[str]) -> GitIgnoreSpec | None:
    """None where one of the lines is no pattern."""
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a regular expression that pathspec makes of "[[:x:]]"
            return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return None


def verdict(spec: GitIgnoreSpec, root: str, path: str, *, is_dir: bool) -> bool | None:
    """What patterns say of a path: leave out, take, or nothing.  Nothing, too, where it lies outside their root."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    if not path.startswith(prefix):
        return None
    inside = path[len(prefix) :].replace(os.sep, "/")
    return spec.check_file(inside + "/" if is_dir else inside).include
