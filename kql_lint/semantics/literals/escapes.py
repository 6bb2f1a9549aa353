"""Backslash sequences of regular expressions."""

from __future__ import annotations

import re

from kql_lint.semantics.literals.problem import Problem

# What RE2 or Rust knows behind a backslash, outside and inside [...].
_OUTSIDE = frozenset("aftnrvAzbBCpPdDsSwW")
_INSIDE = frozenset("aftnrvpPdDsSwW")
_HEX = {"x": 2, "u": 4, "U": 8}
_BRACED = re.compile(r"\{([0-9A-Fa-f]+)\}")
_PROPERTY = re.compile(r"[A-Za-z]|\{[^{}]+\}")
_BOUNDARY = re.compile(r"\{[a-z-]+\}")
_INSTEAD = {
    "Z": r"\z is the end of the text",
    "h": r"write [ \t] for a space or a tab",
    "R": r"write \r?\n for the end of a line",
    "e": r"write \x1b for the escape character",
    "N": r"write [^\n] for anything but the end of a line",
}


def escape(pattern: str, start: int, *, captures: int = 0, inside: bool = False) -> int | Problem:
    """The end of the backslash sequence at start, or what is wrong with it.

    captures is how many groups have been opened before; inside: it stands in ``[...]``.
    """
    if start + 1 == len(pattern):
        return Problem(start, start + 1, "it ends in a single backslash", r"write \\ for a backslash")
    letter = pattern[start + 1]
    if letter in _HEX:
        return _code(pattern, start, _HEX[letter])
    if letter in "123456789":
        return _digit(pattern, start, captures, inside)
    if letter in "pP" and not _PROPERTY.match(pattern, start + 2):
        return Problem(start, start + 2, f'"\\{letter}" needs the name of a class: \\{letter}{{L}}')
    if letter.isascii() and letter.isalpha() and letter not in (_INSIDE if inside else _OUTSIDE):
        return _unknown(letter, start, inside)
    property_name = (_PROPERTY if letter in "pP" else _BOUNDARY).match(pattern, start + 2) if letter in "pPb" else None
    return property_name.end() if property_name is not None else start + 2


def _unknown(letter: str, start: int, inside: bool) -> Problem:
    if letter in "kg":
        return _back_reference(letter, start)
    known = inside and letter in _OUTSIDE
    where = " inside [...]" if known else ""
    message = f'"\\{letter}" is no escape sequence{where} that the service knows'
    return Problem(start, start + 2, message, None if known else _INSTEAD.get(letter))


def _back_reference(letter: str, start: int) -> Problem:
    message = f'"\\{letter}" refers back to a group, which the service does not support'
    return Problem(start, start + 2, message, "extract() the group, and compare it in a condition of its own")


def _digit(pattern: str, start: int, captures: int, inside: bool) -> int | Problem:
    """``\\12`` may be an octal code, so may ``\\1`` where there is no group that it could mean."""
    digits = re.compile(r"[0-7]{2,3}").match(pattern, start + 1)
    if digits is not None:
        return digits.end()
    digit = pattern[start + 1]
    if digit not in "89" and (inside or int(digit) > captures):
        return start + 2
    return _back_reference(digit, start)


def _code(pattern: str, start: int, length: int) -> int | Problem:
    braced = _BRACED.match(pattern, start + 2)
    if braced is not None:
        if int(braced[1].lstrip("0")[:7] or "0", 16) <= 0x10FFFF:
            return braced.end()
        return Problem(
            start, braced.end(), f'"{pattern[start : braced.end()]}" is no character: the last is \\x{{10FFFF}}'
        )
    end = start + 2 + length
    if re.fullmatch(r"[0-9A-Fa-f]+", pattern[start + 2 : end]) and end <= len(pattern):
        return end
    letter = pattern[start + 1]
    return Problem(start, start + 2, f'"\\{letter}" needs {length} hexadecimal digits')
