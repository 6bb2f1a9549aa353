"""kql-lint: finds KQL detection rules that are silently blind.

``analyze(query)`` judges one query text; the command line is in ``kql_lint.cli``.
"""

from kql_lint.engine import Analysis, analyze

__all__ = ["Analysis", "analyze"]
