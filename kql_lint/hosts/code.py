"""Whether a text has a query in it at all: anything but white space, comments and directives."""

from __future__ import annotations

import re

# Characters that show nothing and mean nothing, besides white space: pasted from web pages.
INVISIBLE = "\u200b\u2060\ufeff"

# A line that is blank, a comment or a directive for a query editor.
_NO_CODE = re.compile(rf"[\s{INVISIBLE}]*(?://|\#|\Z)")


def is_type(text: str) -> bool:
    """Whether a text is what references of an API, and samples made of them, have in a query's place: ``string``."""
    return text.strip().lower() in ("string", "<string>")


def has_code(text: str) -> bool:
    """Whether there is anything but white space, comments and directives."""
    return any(not _NO_CODE.match(line) for line in text.replace("\r", "\n").split("\n"))
