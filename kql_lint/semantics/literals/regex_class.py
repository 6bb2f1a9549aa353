"""Character classes of regular expressions: ``[a-z\\d]``."""

from __future__ import annotations

import re

from kql_lint.semantics.literals.escapes import escape
from kql_lint.semantics.literals.problem import Problem

_NAMED = re.compile(r"\[:\^?[A-Za-z]+:\]")
_CLASS = re.compile(r"\\[dDsSwWpP]")
_HELP = r"write \[ for a bracket that is meant as text"


def character_class(pattern: str, start: int, *, nested: bool) -> int | Problem:
    """The end of the class at start, or what is wrong with it.

    nested: as Rust reads it, where a ``[`` begins a class inside the class and ``--``, ``&&`` and ``~~`` are operators.
    """
    opened = [start]
    place = _begin(pattern, start)
    while place < len(pattern):
        if pattern[place] == "]":
            opened.pop()
            place += 1
            if not opened:
                return place
        elif named := _NAMED.match(pattern, place):
            place = named.end()
        elif nested and pattern[place] == "[":
            opened.append(place)
            place = _begin(pattern, place)
        elif nested and pattern[place : place + 2] in ("--", "&&", "~~"):
            place += 2
        else:
            end = _range(pattern, place, nested)
            if isinstance(end, Problem):
                return end
            place = end
    return Problem(opened[-1], opened[-1] + 1, '"[" is never closed', _HELP)


def _begin(pattern: str, start: int) -> int:
    """Behind ``[``, ``[^``, and a ``]`` right behind them, which is text there."""
    place = start + 1
    if pattern.startswith("^", place):
        place += 1
    return place + 1 if pattern.startswith("]", place) else place


def _range(pattern: str, start: int, nested: bool) -> int | Problem:
    """The end of the character or range at start."""
    end = _item(pattern, start)
    if isinstance(end, Problem) or not pattern.startswith("-", end):
        return end
    if end + 1 == len(pattern) or pattern[end + 1] == "]" or (nested and pattern[end + 1] == "-"):
        return end
    last = _item(pattern, end + 1)
    if isinstance(last, Problem):
        return last
    low, high = _character(pattern[start:end]), _character(pattern[end + 1 : last])
    if low is not None and _CLASS.match(pattern, end + 1):
        message = f'"{pattern[start:last]}" is no range: "{pattern[end + 1 : last]}" is more than one character'
        return Problem(start, last, message, r"write \- for a hyphen that is meant as text")
    if _CLASS.match(pattern, start):
        return end
    if low is not None and high is not None and low > high:
        message = f'"{pattern[start:last]}" is an empty range: "{low}" comes after "{high}"'
        return Problem(start, last, message, f'write "{high}-{low}", or \\- for a hyphen that is meant as text')
    return last


def _item(pattern: str, start: int) -> int | Problem:
    return escape(pattern, start, inside=True) if pattern[start] == "\\" else start + 1


def _character(text: str) -> str | None:
    """The character that an item stands for, where it is plain to see."""
    if len(text) == 1:
        return text
    return text[1] if len(text) == 2 and not text[1].isalnum() else None
