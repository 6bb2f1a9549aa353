"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already, but for ``|`` and line breaks, which would end them."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def code(text: str) -> str:
    """Text as code; a backtick in it asks for longer marks."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def codes(names: Iterable[str]) -> str:
    """Names as code, separated by commas."""
    return ", ".join(map(code, names))


def escaped(text: str) -> str:
    """Plain text whose characters are nothing but themselves."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#|" else character for character in text)
