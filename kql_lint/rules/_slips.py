"""Typing errors near a known value, where a list may lack what a query names: shared by KL101 and KL121."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.semantics.facts import Facts

_LONG_ENOUGH = 8
_SEVERAL = 5


def is_slip(facts: Facts, value: str, known: Iterable[str], lists: Sequence[object]) -> bool:
    """Whether a string is one letter from a known value, or differs in spaces and punctuation alone.

    lists: the catalogue's, of which known are the values.  Not where it differs in a plural: an open list has
    ``Directory Service replication`` and ``Directory Services ...``.
    """
    if described(value, known) is not None:
        return True
    from kql_lint.suggest import Candidates

    names = facts.catalogue.memory.get(("without separators", *lists), lambda: Candidates(known, _bare))
    return any(
        edits == 0 or (len(_bare(value)) >= _LONG_ENOUGH and _singular(value) != _singular(name))
        for edits, name in names.within(value, 1)
    )


def described(value: str, known: Iterable[str]) -> str | None:
    """The value that a string describes: "Remote interactive (RDP) logons", where events have RemoteInteractive.

    Documentation words values so.  Only where the known values are all of one word: then none of several is missing.
    """
    names = list(known)
    if " " not in value or len(names) < _SEVERAL or any(not name.isalnum() for name in names):
        return None
    bare = _bare(value)
    begun = [name for name in names if len(name) >= _LONG_ENOUGH and bare.startswith(_bare(name))]
    return max(begun, key=len, default=None)


def _bare(value: str) -> str:
    return "".join(character for character in value.casefold() if character.isalnum())


def _singular(value: str) -> str:
    """The text without the s at the end of its words."""
    return re.sub(r"s(?![a-z])", "", value).casefold()
