"""How the values of a column are written, by what the catalogue says that it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.semantics.domains.string_operators import StringOperator


Misfit = Callable[[str, "StringOperator"], "str | None"]
"""What the column holds, in words, where no value of it can pass the operator with the string; None where one can."""


# LIMIT: what `has` makes of a string that begins or ends with something else than a term is not documented.
_LITERAL = frozenset({"==", "startswith", "endswith", "contains"})
_HIVE = re.compile(r"HK(?:LM|CU|CR|U)(?=\\)", re.IGNORECASE)
_RANGE = re.compile(r"[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*/[0-9]{1,3}")
# "\\?\C:\..." and "\??\C:\..." are ways to write a path.
_DEVICE_PATH = re.compile(r"\\[\\?]\?\\?")
_WORD = re.compile(r"[^\W_]")
_NAME = re.compile(r"[@\\ ]")
_DOUBLED = re.compile(r"[^\\]\\\\")


def _whole(pattern: str, words: str) -> Misfit:
    """The strings that are compared whole have to match a pattern of linear time."""
    compiled = re.compile(pattern)
    return lambda value, operator: words if operator.whole and compiled.fullmatch(value) is None else None


def _key(value: str, operator: StringOperator) -> str | None:
    if operator.kind != "matches regex" and _HIVE.match(value):
        return "the whole name of the hive, such as HKEY_LOCAL_MACHINE"
    return _doubled(value, operator)


def _address(value: str, operator: StringOperator) -> str | None:
    is_range = operator.whole and _RANGE.fullmatch(value) is not None
    return "one IP address" if is_range or _has_wildcard(value, operator, "*") else None


def _file_name(value: str, operator: StringOperator) -> str | None:
    return "a name without wildcards" if _has_wildcard(value, operator, "*?") else None


def _path(value: str, operator: StringOperator) -> str | None:
    found = _has_wildcard(_DEVICE_PATH.sub("", value), operator, "*?")
    return "a path without wildcards" if found else _doubled(value, operator)


def _guid(value: str, operator: StringOperator) -> str | None:
    """A GUID is none of the names of an account.  What is not one by its length may be a place to fill in."""
    return "a GUID" if operator.whole and _NAME.search(value) else None


def _json(value: str, operator: StringOperator) -> str | None:
    """JSON in a string has its quotes in the value: ``"True"`` is six characters long."""
    if not operator.whole:
        return None
    try:
        json.loads(value.lower() if operator.folds else value)
    except (ValueError, RecursionError):
        return "JSON, with its quotes"
    return None


def _has_wildcard(value: str, operator: StringOperator, signs: str) -> bool:
    """Whether a sign stands among letters.  A string that is all signs may look for names that are odd."""
    return operator.kind in _LITERAL and any(sign in value for sign in signs) and _WORD.search(value) is not None


def _doubled(value: str, operator: StringOperator) -> str | None:
    """Whether backslashes are doubled inside of a path, as in a string that needs no escapes: ``@"C:\\\\Windows"``."""
    return "a path with single backslashes" if operator.kind in _LITERAL and _DOUBLED.search(value) else None


FORMS: dict[str, Misfit] = {
    "address": _address,
    "digits": _whole(r"[0-9]+", "numbers"),
    "file name": _file_name,
    "guid": _guid,
    "json": _json,
    "md5": _whole(r"[0-9a-fA-F]{32}", "32 hexadecimal digits"),
    "path": _path,
    "registry key": _key,
    "sha1": _whole(r"[0-9a-fA-F]{40}", "40 hexadecimal digits"),
    "sha256": _whole(r"[0-9a-fA-F]{64}", "64 hexadecimal digits"),
}
"""By what ``holds`` says in the catalogue."""
