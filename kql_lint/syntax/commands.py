"""Management commands (``.create function``, ``.set-or-append T <| query``): not KQL queries, but some hold one."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"(?:\s|//[^\n]*(?:\n|$)|\#[^\n]*(?:\n|$))*\.\s*[A-Za-z]")

# Others, such as `.ingest inline`, have data behind the arrow.
_TAKES_QUERY = re.compile(r"\.(set|append|set-or-append|set-or-replace)\b[^.]*<\|")


def is_command(text: str) -> bool:
    """Whether the text is a management command: its first token is a dot."""
    return _COMMAND.match(text) is not None


def query_of(text: str) -> str | None:
    """The query that a command holds, with spaces for all before it, so that offsets stay; None without one."""
    start = _query_start(text)
    if start is None:
        return None
    return re.sub(r"[^\n]", " ", text[:start]) + text[start:]


def _query_start(text: str) -> int | None:
    if _TAKES_QUERY.search(text) is None:
        return None
    arrow = text.find("<|")
    return arrow + 2 if arrow >= 0 else None
