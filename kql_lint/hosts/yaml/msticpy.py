"""MSTICPy's query files: queries under ``sources`` whose ``{parameters}`` Python's ``str.format`` fills in.

``metadata.data_environments`` tells where they run.  Those of Splunk and others are in another language, and Azure
Resource Graph has other tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kql_lint.hosts.hosted import HostedQuery
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.source import PositionMap
from kql_lint.spelling import Spelling, doubling

ENVIRONMENTS = "data_environments"

_SENTINEL = frozenset({"loganalytics", "azuresentinel", "mssentinel", "mssentinel_new", "mssentinel_legacy"})
_DEFENDER = frozenset({"mde", "mdatp", "m365d", "m365dgraph"})
_KUSTO = frozenset({"kusto", "kusto_new", "kusto_legacy"})

# Two braces are one that is meant.
_BRACES = re.compile(r"\{\{|\}\}|\{[^\W\d]\w*\}")
_SPELLING = Spelling(doubling("{", "}"), "\n")


def environments(root: Node) -> frozenset[str] | None:
    """Where the queries of a file run, in lower case; None if it is no file of MSTICPy's."""
    if not isinstance(root, Mapping) or not isinstance(root.get("sources"), Mapping):
        return None
    metadata = root.get("metadata")
    listed = metadata.get(ENVIRONMENTS) if isinstance(metadata, Mapping) else None
    if not isinstance(listed, Sequence):
        return None
    return frozenset(item.value.lower() for item in listed.items if isinstance(item, Scalar))


def platform(environments: frozenset[str]) -> str | None:
    """Whose tables the queries have; None where they run on either platform, or on a cluster of one's own."""
    if environments <= _SENTINEL:
        return "sentinel"
    return "defender" if environments <= _DEFENDER else None


def queries(root: Node, environments: frozenset[str]) -> Iterator[tuple[Entry, str]]:
    """The key of each query in KQL that a file for these environments has, and the query's name."""
    if not environments & (_SENTINEL | _DEFENDER | _KUSTO):
        return
    sources = root.get("sources") if isinstance(root, Mapping) else None
    for source in sources.entries if isinstance(sources, Mapping) else []:
        arguments = source.value.get("args") if isinstance(source.value, Mapping) else None
        for entry in arguments.entries if isinstance(arguments, Mapping) else []:
            if entry.key == "query":
                yield entry, source.key


def fill_in(query: HostedQuery) -> None:
    """Takes the text of a query as what Python makes of it, with its parameters as holes."""
    parts, places, place, length, holes = [], PositionMap(), 0, 0, []
    for found in _BRACES.finditer(query.text):
        start, end = found.span()
        parts.append(query.text[place:start])
        places.extend(query.map.part(place, start))
        length += start - place
        kept = found[0] if end - start > 2 else found[0][0]
        if end - start > 2:
            holes.append((length, length + len(kept)))
            places.extend(query.map.part(start, end))
        else:
            places.stand(1, *query.map.span(start, end))
        parts.append(kept)
        length += len(kept)
        place = end
    parts.append(query.text[place:])
    places.extend(query.map.part(place, len(query.text)))
    places.spell_within(_SPELLING)
    query.text, query.map, query.holes = "".join(parts), places, tuple(holes)
