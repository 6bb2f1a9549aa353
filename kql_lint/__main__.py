"""The entry point of the command ``kql-lint`` and of ``python -m kql_lint``."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    # Loading modules and the parser's tables makes many objects that live to the end: looking for garbage among them
    # again and again costs a good part of a short run, and syntax trees die by themselves.
    gc.set_threshold(100_000, 50, 100)
    try:
        from kql_lint.cli import run

        code = run()
    except KeyboardInterrupt:
        code = 130  # before run() could see to it
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.flush()
    # Taking the interpreter apart, object by object, would take a tenth of a short run, and nothing here waits for an
    # exit handler.
    os._exit(code)


if __name__ == "__main__":
    main()
