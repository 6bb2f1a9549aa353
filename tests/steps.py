"""How much work is done, counted: the lines of the project's own code that Python runs.  The same number each time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_PACKAGE = str(Path(__file__).parents[1] / "kql_lint")


def steps(work: Callable[[], object]) -> int:
    """The lines of kql_lint that are run while work is done.  What C does in one call is no more than one line."""
    count = 0

    def line(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, _event: str, _argument: object) -> Any:
        return line if frame.f_code.co_filename.startswith(_PACKAGE) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
