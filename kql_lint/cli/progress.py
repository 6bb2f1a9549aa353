"""A progress line on the terminal for long runs.

click's own progress bar cannot step aside while findings are printed on the same terminal; this one can.
"""

from __future__ import annotations

import time
from typing import TextIO

from kql_lint.cli.printing import draw

DELAY = 1.0  # seconds: a run that is over sooner shows nothing
STEP = 0.1  # seconds between two drawings
BAR = 30  # columns


class Progress:
    """Counts files on ``stream``; silent where that is not a terminal."""

    def __init__(self, total: int, stream: TextIO, *, enabled: bool = True) -> None:
        self.total = total
        self.stream = stream
        self.enabled = enabled and total > 1 and stream.isatty()
        self.done = 0
        self.next = time.monotonic() + DELAY
        self.shown = False

    def step(self) -> None:
        """One more file is done."""
        self.done += 1
        if self.enabled and time.monotonic() >= self.next:
            self.next = time.monotonic() + STEP
            filled = BAR * self.done // self.total
            bar = "#" * filled + "-" * (BAR - filled)
            draw(f"[{bar}] {self.done:,} of {self.total:,} files", self.stream)
            self.shown = True

    def clear(self) -> None:
        """Takes the line away: before other output, and at the end."""
        if self.shown:
            draw("", self.stream)
            self.shown = False
