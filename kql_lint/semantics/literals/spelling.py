"""Where the characters of a string's value stand in the query: through quotes, prefixes and escapes."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"""[hH]?(?:(@)?(["'])|(```|~~~))""")
_PIECE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)|.", re.DOTALL)


def offsets(source: str, value: str) -> list[int] | None:
    """For each character of the value its offset in the source of the literal, and one more for the end of the value.

    None where they can't be told: a literal of several strings side by side.
    """
    found = _TOKEN.match(source)
    if found is None:
        return None
    verbatim, quote, fence = found.groups()
    close = len(source) - len(quote or fence)
    body = source[found.end() : close]
    if fence:
        places = list(range(len(body)))
    elif verbatim:
        places = [piece.start() for piece in re.finditer(rf"{quote}{quote}|.", body, re.DOTALL)]
    else:
        places = [piece.start() for piece in _PIECE.finditer(body)]
    if len(places) != len(value):
        return None
    return [found.end() + place for place in places] + [close]
