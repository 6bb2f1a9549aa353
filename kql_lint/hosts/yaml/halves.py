r"""Characters that a double-quoted scalar writes as JSON does, in two halves: ``"\ud83d\ude00"``.

JSON is read as YAML by many tools.  YAML's own escape of such a character is ``\U0001f600``, and libyaml
reads no other; js-yaml and PyYAML's parser in Python read both.
"""

from __future__ import annotations

import re

PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_HALF = re.compile("[\ud800-\udfff]")
_HALVES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
# An escape that is half of a character, if that of the other half does not follow or come before.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<half>(?:u|U0000)[dD][89a-fA-F]..)|.)", re.DOTALL)
# PyYAML's parser in Python hands the number of such a one to chr(), which raises.
TOO_LARGE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


def joined(value: str) -> str:
    """The value with both halves of a character put together; one that is alone is left."""
    return _HALVES.sub(_character, value) if _HALF.search(value) else value


def _character(halves: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(halves[1]) & 0x3FF) << 10) + (ord(halves[2]) & 0x3FF))


def lone(text: str, value: str, start: int, end: int) -> int | None:
    """Where in the text the first half of a character stands that is alone in the value, which stands there in quotes.

    None where there is none.
    """
    if not _HALF.search(value):
        return None
    found = (one.start() for one in _ESCAPE.finditer(text, start, end) if one["half"])
    return next(found, start)
