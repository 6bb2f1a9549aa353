"""Completion at a place of a file: in its queries, and in what stands around them.  Offsets are the file's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.language.completion import complete
from kql_lint.language.completion.comments import directives_in
from kql_lint.language.completion.metadata import complete_metadata
from kql_lint.language.item import Item, escaped

if TYPE_CHECKING:
    from kql_lint.diagnostic import Edit
    from kql_lint.language.file import OpenFile, Place

# What every host writes as it is.
_PLAIN = re.compile(r"[\w .,|=()-]*")


def complete_in(file: OpenFile, place: int, *, snippets: bool = False) -> list[Item]:
    """What may be written at a place of the file, sorted; start and end of the items are offsets of the file.

    text and snippet are as the file has to have them there: in a JSON string, a quote has its backslash.  What the file
    can't have is left out.
    """
    found = file.at(place)
    if found is None:
        return list(directives_in(file.source.text, place)) or complete_metadata(file, place)
    places = _Places(found)
    placed = (places.item(item) for item in complete(found.query, found.offset, snippets=snippets))
    return [item for item in placed if item is not None]


class _Places:
    """Items of a query as those of the file; the stretches are worked out once, since most items have the same one."""

    def __init__(self, found: Place) -> None:
        self._found = found
        self._known: dict[tuple[int, int], Edit | None] = {}

    def item(self, item: Item) -> Item | None:
        """The item of the file; None where the file can't have it."""
        edit = self._edit(item.start, item.end, item.text)
        if edit is None:
            return None
        snippet = item.snippet
        if snippet is not None and escaped(edit.text) != escaped(item.text):
            snippet = None  # the text has signs that the file escapes
        item.start, item.end, item.text, item.snippet = edit.start, edit.end, edit.text, snippet
        return item

    def _edit(self, start: int, end: int, text: str) -> Edit | None:
        if not _PLAIN.fullmatch(text):
            return self._found.edit(start, end, text)
        if (start, end) not in self._known:
            self._known[start, end] = self._found.edit(start, end, "x")
        known = self._known[start, end]
        return None if known is None else known._replace(text=text)
