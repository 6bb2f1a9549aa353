"""What a comment may say to kql-lint: how far it suppresses, and which rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from kql_lint.language import notes
from kql_lint.language.item import Item, ItemKind, Rank
from kql_lint.policy.directive import KINDS

if TYPE_CHECKING:
    from kql_lint.language.completion.request import Request

_BEFORE = re.compile(r"kql-lint:\s*(?:(?P<kind>[\w-]*)|[\w-]+\s*=\s*(?:[\w-]+\s*,\s*)*(?P<rule>[\w-]*))\Z")
_REST = re.compile(r"[\w-]*")
# What begins a comment in the files around queries.
_COMMENT = re.compile(r"(?:#|//|<!--)\s*kql-lint:")
# Characters of a line that are looked at: a line can be the file.
_LONGEST = 300


def directives(request: Request) -> Iterator[Item]:
    """Directives behind ``kql-lint:`` in a comment of the query, and the names of rules behind their ``=``."""
    cursor = request.cursor
    yield from _offered(cursor.query.text, cursor.offset, cursor.written.prefix)


def directives_in(text: str, place: int) -> Iterator[Item]:
    """The same in a comment of the file around its queries, which may not be closed yet; place is the cursor."""
    line = text[max(text.rfind("\n", 0, place) + 1, place - _LONGEST) : place]
    if _COMMENT.search(line) is not None:
        yield from _offered(text, place, line)


def _offered(text: str, place: int, before: str) -> Iterator[Item]:
    """What may stand at a place of a text, where this is before it in the comment."""
    from kql_lint.rules import RULES

    found, rest = _BEFORE.search(before), _REST.match(text, place)
    if found is None or rest is None:
        return
    word = found["kind"] if found["rule"] is None else found["rule"]
    start, end = place - len(word), rest.end()
    if found["rule"] is None:
        for order, kind in enumerate(KINDS):
            yield Item(f"{kind}=", ItemKind.KEYWORD, f"{kind}=", start, end, rank=Rank.FIRST, order=order)
        return
    for rule in RULES:
        detail, filtered = f"{rule.code}: {rule.summary}", f"{rule.name} {rule.code}"
        note = partial(notes.rule, rule)
        yield Item(rule.name, ItemKind.VALUE, rule.name, start, end, detail, Rank.FIRST, filter=filtered, note=note)
