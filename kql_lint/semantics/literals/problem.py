"""What is wrong with the text of a literal."""

from __future__ import annotations

import re
from typing import NamedTuple


class Problem(NamedTuple):
    """A mistake at ``start`` to ``end`` of the literal's text, what it is, and perhaps what to write."""

    start: int
    end: int
    message: str
    help: str | None = None


# Words that stand for a value in every typed literal: Microsoft's own parser reads min and max so.
SPECIAL = frozenset({"", "null", "min", "max"})


_TO_FILL_IN = re.compile(r"[<>{}$%\[\]*?#_]|\.\.\.|(?i:\b(?:insert|enter|replace|fill|your)\b)")


def is_unknown(text: str) -> bool:
    """True where nothing can be said of the text: a special word, or a place for a person or a template to fill in."""
    return text in SPECIAL or _TO_FILL_IN.search(text) is not None


def shown(text: str) -> str:
    """The text as a message quotes it, cut where it is long."""
    return text if len(text) <= 60 else text[:57] + "..."


def has_digit(text: str) -> bool:
    """Whether there is a digit of ASCII in the text."""
    return any(character in "0123456789" for character in text)
