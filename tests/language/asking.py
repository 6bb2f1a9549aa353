"""How tests ask: a query or file in which ``¦`` is the cursor."""

from __future__ import annotations

from kql_lint.catalogue import Catalogue
from kql_lint.language.completion import Item, complete
from kql_lint.language.completion.places import complete_in
from kql_lint.language.file import OpenFile
from kql_lint.language.query import OpenQuery
from kql_lint.runner import Options
from kql_lint.source import Source

CURSOR = "¦"


def query_at(text: str, platform: str = "auto") -> tuple[OpenQuery, int]:
    """The query without the cursor, and its place."""
    return OpenQuery(text.replace(CURSOR, "", 1), Catalogue.default(), platform), text.index(CURSOR)


def items(text: str, platform: str = "auto", *, snippets: bool = False) -> dict[str, Item]:
    """What is offered at the cursor, by label, in order."""
    query, offset = query_at(text, platform)
    return {item.label: item for item in complete(query, offset, snippets=snippets)}


def labels(text: str, platform: str = "auto") -> list[str]:
    """The labels of what is offered, in order."""
    return list(items(text, platform))


def written(text: str, label: str) -> str:
    """The query with the item of a label in it."""
    item = items(text)[label]
    plain = text.replace(CURSOR, "", 1)
    return plain[: item.start] + item.text + plain[item.end :]


def file_items(path: str, text: str, *, snippets: bool = False) -> tuple[str, dict[str, Item]]:
    """The text of a file without the cursor, and what is offered at it, by label."""
    place, plain = text.index(CURSOR), text.replace(CURSOR, "", 1)
    found = complete_in(OpenFile(Source(path, plain), Options()), place, snippets=snippets)
    return plain, {item.label: item for item in found}


def file_written(path: str, text: str, label: str) -> str:
    """The file with the item of a label in it."""
    plain, found = file_items(path, text)
    item = found[label]
    return plain[: item.start] + item.text + plain[item.end :]
