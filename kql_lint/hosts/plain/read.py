"""Files that are KQL and nothing else: one query, or several with blank lines between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.hosts.code import INVISIBLE, has_code
from kql_lint.hosts.findings import no_query_found, several_queries
from kql_lint.hosts.holes import find_holes
from kql_lint.hosts.hosted import Extraction, HostedQuery
from kql_lint.source import PositionMap
from kql_lint.spelling import verbatim

if TYPE_CHECKING:
    from kql_lint.source import Source

# A line with nothing on it, from the end of the line before.
BLANK_LINE = re.compile(rf"(?:\r\n?|\n)(?:(?![\r\n])[\s{INVISIBLE}])*(?=[\r\n])")


def extract(source: Source) -> Extraction:
    """The queries of a ``.kql`` file; KL004 where there is none, KL006 where there are several."""
    text = source.text
    if not has_code(text):
        why = "it has comments only" if text.strip() else "it is empty"
        return Extraction([], [no_query_found(0, 0, f"no query found in this file: {why}")])
    queries = queries_of(text, PositionMap.verbatim(0, len(text), verbatim(text)), "kql")
    if len(queries) < 2:
        return Extraction(queries)
    from kql_lint.hosts.plain.several import describe

    return Extraction(queries, [several_queries(*describe(text))])


def queries_of(text: str, places: PositionMap, kind: str) -> list[HostedQuery]:
    """The queries of a text that has any; places maps the text into its file."""
    # Most files have no blank line to cut at, and need not be looked at any closer.
    lead = len(text) - len(text.lstrip())
    if not BLANK_LINE.search(text, lead, len(text.rstrip())):
        return [HostedQuery(text, places, kind, holes=find_holes(text))]
    from kql_lint.hosts.plain.several import hosted

    queries = hosted(text, places, kind)
    for query in queries:
        query.holes = find_holes(query.text)
    return queries
