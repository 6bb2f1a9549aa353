"""What may follow ``(`` in a regular expression."""

from __future__ import annotations

import re
from typing import NamedTuple

from kql_lint.semantics.literals.problem import Problem, shown

_NAMED = re.compile(r"\(\?P?<([^>]*)>")
_NAME = re.compile(r"[\w.\[\]]+")
_FLAGS = re.compile(r"\(\?([A-Za-z]*)(-[A-Za-z]*)?([:)])")
_KNOWN_FLAGS = frozenset("imsURux")

_LOOK_AROUND_HELP = (
    'match what is wanted, and exclude the rest with a condition of its own: not(... matches regex "...")'
)
# What other engines have behind "(?", longest first.
_REFUSED = (
    ("(?<=", "is a lookbehind", _LOOK_AROUND_HELP),
    ("(?<!", "is a negative lookbehind", _LOOK_AROUND_HELP),
    ("(?P=", "refers back to a group", None),
    ("(?P>", "calls a group", None),
    ("(?=", "is a lookahead", _LOOK_AROUND_HELP),
    ("(?!", "is a negative lookahead", _LOOK_AROUND_HELP),
    ("(?>", "is an atomic group", "write (?: for a group that does not capture"),
    ("(?#", "is a comment", None),
    ("(?|", "is a branch reset", None),
    ("(?(", "is a condition", None),
    ("(?&", "calls a group", None),
    ("(?'", "is a group named in quotes", "write (?P<name>...)"),
)


class Group(NamedTuple):
    """The opening of a group: where its inside begins, the flags it sets, and whether it captures.

    is_setting: it is whole already, as ``(?i)``.
    """

    end: int
    flags: str = ""
    captures: bool = False
    is_setting: bool = False


def group(pattern: str, start: int) -> Group | Problem:
    """The opening of the group at start, or what is wrong with it."""
    if not pattern.startswith("(?", start):
        return Group(start + 1, captures=True)
    for text, what, help_text in _REFUSED:
        if pattern.startswith(text, start):
            message = f'"{text}" {what}, which the service does not support'
            return Problem(start, start + len(text), message, help_text)
    named = _NAMED.match(pattern, start)
    if named is not None:
        if _NAME.fullmatch(named[1]):
            return Group(named.end(), captures=True)
        return Problem(
            *named.span(1), f'"{shown(named[1])}" is no name for a group', "a name has letters, digits and _ alone"
        )
    return _flags(pattern, start)


def _flags(pattern: str, start: int) -> Group | Problem:
    found = _FLAGS.match(pattern, start)
    if found is None:
        end = min(start + 3, len(pattern))
        return Problem(start, end, f'"{pattern[start:end]}" begins no group that the service knows')
    on, off, close = found.groups()
    unknown = next((flag for flag in on + (off or "")[1:] if flag not in _KNOWN_FLAGS), None)
    if unknown is not None:
        return Problem(*found.span(), f'"{shown(found[0])}" sets the flag {unknown}, which the service does not know')
    return Group(found.end(), flags=on, is_setting=close == ")")
