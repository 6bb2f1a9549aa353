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


def directives(request: Request) -> Iterator[Item]:
    """Directives behind ``kql-lint:``, and the names of rules behind their ``=``."""
    from kql_lint.rules import RULES

    cursor = request.cursor
    found = _BEFORE.search(cursor.written.prefix)
    rest = _REST.match(cursor.query.text, cursor.offset)
    if found is None or rest is None:
        return
    word = found["kind"] if found["rule"] is None else found["rule"]
    start, end = cursor.offset - len(word), rest.end()
    if found["rule"] is None:
        for order, kind in enumerate(KINDS):
            yield Item(f"{kind}=", ItemKind.KEYWORD, f"{kind}=", start, end, rank=Rank.FIRST, order=order)
        return
    for rule in RULES:
        detail, filtered = f"{rule.code}: {rule.summary}", f"{rule.name} {rule.code}"
        note = partial(notes.rule, rule)
        yield Item(rule.name, ItemKind.VALUE, rule.name, start, end, detail, Rank.FIRST, filter=filtered, note=note)
