"""What is wrong with the text of a literal."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A mistake at ``start`` to ``end`` of the literal's text, what it is, and perhaps what to write."""

    start: int
    end: int
    message: str
    help: str | None = None


# Words that stand for a value in every typed literal: Microsoft's own parser reads min and max so.
SPECIAL = frozenset({"", "null", "min", "max"})


def is_unknown(text: str) -> bool:
    """True where nothing can be said of the text: a special word, or a place for a person or a template to fill in."""
    return text in SPECIAL or any(character in text for character in "<>{}$%[]*?#_") or "..." in text


def has_digit(text: str) -> bool:
    return any(character in "0123456789" for character in text)
