"""Files that are KQL and nothing else (``.kql``, ``.csl``, ``.kusto``): one query, or several with blank lines between.

``read`` takes the queries, ``blocks`` finds where one ends and the next begins, ``several`` says what they share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import Extraction
    from kql_lint.source import Source


def extract(source: Source) -> Extraction:
    """The queries of a file of KQL; KL004 where there is none, KL006 where there are several."""
    from kql_lint.hosts.plain import read

    return read.extract(source)
