"""Markdown of what editors show: code, lists, links.  Names come from files and queries: they can't break out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kql_lint.printable import clean

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")
_TICKS = re.compile(r"`+")


def plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(clean(text).split()))


def code(text: str) -> str:
    """A text as code in a line, whatever ticks it has."""
    text = " ".join(clean(text).split())
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def block(text: str) -> str:
    """A block of KQL."""
    lines = [clean(line) for line in text.splitlines()]
    fence = "`" * max(3, max(map(len, _TICKS.findall(text)), default=0) + 1)
    return "\n".join([f"{fence}kusto", *lines, fence])


def names(words: Sequence[str], limit: int = 12) -> str:
    """Names as code, the first of many with how many more there are."""
    shown = ", ".join(code(word) for word in words[:limit])
    return shown if len(words) <= limit else f"{shown} and {len(words) - limit} more"


def link(title: str, url: str) -> str:
    """A link; nothing but an address of the web is one."""
    if not re.fullmatch(r"https?://[^\s<>()\[\]\"'`\\]+", url):
        return plain(title)
    return f"[{plain(title)}]({url})"


def paragraphs(*parts: str) -> str:
    """The parts that there are, an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {line}" for line in lines)
