"""What the terminal is like: colour, width, characters, and whether anybody watches."""

from __future__ import annotations

import os
from typing import TextIO

from kql_lint.output import Style

DEFAULT_WIDTH = 120


def style_for(stream: TextIO, colour: str, *, quiet: bool = False) -> Style:
    """How to write to a stream.  colour is ``auto``, ``always`` or ``never``."""
    encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
    return Style(
        colour=wants_colour(stream, colour), width=_width(stream), unicode=encoding.startswith("utf"), quiet=quiet
    )


def wants_colour(stream: TextIO, choice: str) -> bool:
    """Whether to write colours; ``auto`` asks NO_COLOR (no-color.org), then FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):  # not a terminal, or no file at all
        return DEFAULT_WIDTH
