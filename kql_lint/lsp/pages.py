"""The pages of rules as files that an editor can open: kql-lint has no site of its own to send anybody to.

They are written into the user's cache, each when a finding first leads to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kql_lint import cachedir
from kql_lint.version import __version__


@cache
def uri_of_rule(code: str) -> str | None:
    """The URI of the page of a rule; None where there is no such rule, or no place for its page."""
    from kql_lint.docs import page
    from kql_lint.rules import find

    rule = find(code)
    path = rule and cachedir.put(f"pages/{__version__}/{rule.name}.md", page(rule).encode("utf-8"))
    return Path(path).as_uri() if path else None
