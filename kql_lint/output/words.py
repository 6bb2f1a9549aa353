"""Words in lines that are as wide as the terminal."""

from __future__ import annotations

from collections.abc import Iterator

INDENT = "  "


def listed(title: str, words: list[str], width: int, depth: int = 1) -> Iterator[str]:
    """``title: a, b``, broken where the terminal is too narrow; nothing for no words.

    width is in columns, depth counts indents; the words are clean.
    """
    if not words:
        return
    line = f"{INDENT * depth}{title}:"
    for number, word in enumerate(words):
        piece = f" {word}," if number < len(words) - 1 else f" {word}"
        if len(line) + len(piece) > width and line.strip():
            yield line
            line = INDENT * (depth + 1) + piece.lstrip()
        else:
            line += piece
    yield line
