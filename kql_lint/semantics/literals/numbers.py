"""The texts of ``int(...)``, ``long(...)``, ``real(...)``, ``decimal(...)``, ``bool(...)`` and ``guid(...)``."""

from __future__ import annotations

import re

from kql_lint.semantics.literals.problem import Problem, has_digit, is_unknown, shown

_LIMITS = {"int": 2**31, "long": 2**63}
_HEX_DIGITS = {"int": 8, "long": 16}
_INTEGER = re.compile(r"([+-]?)(\d+)")
_HEX = re.compile(r"[+-]?0[xX]([0-9a-fA-F]+)")
_REAL_WORDS = frozenset({"nan", "inf", "infinity", "e", "pi", "∞"})
_GUID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GUID_FORM = "write a GUID as 8-4-4-4-12 hexadecimal digits: guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"


def integer(text: str, type_name: str) -> Problem | None:
    """What is wrong with the text of an ``int`` or ``long`` literal."""
    if is_unknown(text):
        return None
    if not has_digit(text):
        return Problem(0, len(text), f'{type_name} literal "{text}" is no number')
    hexadecimal = _HEX.fullmatch(text)
    if hexadecimal is not None:
        too_large = len(hexadecimal[1].lstrip("0")) > _HEX_DIGITS[type_name]
        return _out_of_range(text, type_name, "") if too_large else None
    found = _INTEGER.fullmatch(text)
    if found is not None and _exceeds(found[2], _LIMITS[type_name] - (found[1] != "-")):
        return _out_of_range(text, type_name, found[1])
    return None


def number(text: str) -> Problem | None:
    """What is wrong with a bare number, which is a ``long``.  A minus before it is not part of it."""
    if not text.isdecimal():
        return integer(text, "long")
    return _out_of_range(text, "long", "") if _exceeds(text, _LIMITS["long"]) else None


def _exceeds(digits: str, limit: int) -> bool:
    bare = digits.lstrip("0") or "0"
    # int() of thousands of digits is slow, and past 4,300 an error
    return len(bare) > 19 or int(bare) > limit


def _out_of_range(text: str, type_name: str, sign: str) -> Problem:
    limit = _LIMITS[type_name]
    bound = f"{type_name} goes down to -{limit}" if sign == "-" else f"{type_name} goes up to {limit - 1}"
    size = "small" if sign == "-" else "large"
    fits_long = type_name == "int" and integer(text, "long") is None
    help_text = f"write long({text})" if fits_long else f"write real({shown(text)}) if it need not be exact"
    return Problem(0, len(text), f'{type_name} literal "{shown(text)}" is too {size}: {bound}', help_text)


def real(text: str, type_name: str) -> Problem | None:
    """What is wrong with the text of a ``real`` or ``decimal`` literal."""
    if is_unknown(text) or has_digit(text) or text.lstrip("+-").strip().casefold() in _REAL_WORDS:
        return None
    return Problem(0, len(text), f'{type_name} literal "{text}" is no number')


def boolean(text: str) -> Problem | None:
    """What is wrong with the text of a ``bool`` literal.  The service also takes numbers, and ``t`` for ``true``."""
    folded = text.casefold()
    if is_unknown(text) or has_digit(text) or "true".startswith(folded) or "false".startswith(folded):
        return None
    return Problem(0, len(text), f'bool literal "{text}" is neither true nor false')


def guid(text: str) -> Problem | None:
    """What is wrong with the text of a ``guid`` literal, without quotes."""
    if _is_placeholder(text):
        return None
    if _GUID.fullmatch(text):
        return None
    wrong = re.search(r"[^0-9a-fA-F-]", text)
    no_guid = f'guid literal "{text}" is no GUID'
    if wrong is not None:
        return Problem(*wrong.span(), f'{no_guid}: "{wrong[0]}" is not a hexadecimal digit', _GUID_FORM)
    digits = len(text.replace("-", ""))
    if digits != 32:
        return Problem(0, len(text), f"{no_guid}: it has {digits} digits, not 32", _GUID_FORM)
    return Problem(0, len(text), f"{no_guid}: its digits are not in groups of 8-4-4-4-12", _GUID_FORM)


def _is_placeholder(text: str) -> bool:
    """A text of other forms than hyphenated words, or one such as ``xxxxxxxx-xxxx-...``."""
    letters = {character for character in text.casefold() if character.isalpha()}
    return is_unknown(text) or re.fullmatch(r"[0-9A-Za-z-]+", text) is None or letters == {"x"}
