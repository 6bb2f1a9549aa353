"""The entry point of the command ``kql-lint`` and of ``python -m kql_lint``."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Runs the command line; the exit code comes back."""
    # Loading modules and the parser's tables makes many objects that live to the end: looking for garbage among them
    # again and again costs a good part of a short run, and syntax trees die by themselves.
    gc.set_threshold(100_000, 50, 100)
    from kql_lint.cli import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
