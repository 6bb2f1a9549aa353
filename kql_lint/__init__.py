"""kql-lint: finds KQL detection rules that are silently blind.

``analyze(query)`` judges one query text, ``describe(query)`` tells what it gives and uses; the command line is in
``kql_lint.cli``.
"""

from kql_lint.engine import Analysis, analyze, describe

__all__ = ["Analysis", "analyze", "describe"]
