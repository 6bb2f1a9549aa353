"""kql-lint: finds KQL detection rules that are silently blind.

``analyze(query)`` judges one query text, ``describe(query)`` tells what it gives and uses, ``trace(query)`` what is in
scope behind each operator; the command line is in ``kql_lint.cli``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.engine import Analysis, analyze, describe, trace

__all__ = ["Analysis", "analyze", "describe", "trace"]


def __getattr__(name: str) -> object:
    # The engine is loaded when it is asked for: a command line whose results are in the cache does without.
    if name in __all__:
        from kql_lint import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
