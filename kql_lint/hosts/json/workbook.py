"""Workbooks: the queries of their steps and parameters that go to Log Analytics.

What a query goes to is its ``queryType``: 0, or none, is Log Analytics; 1 is Azure Resource Graph, 7 merges other
steps, further ones are JSON, Azure Data Explorer, custom endpoints and Azure Resource Manager.  Those are left alone,
as are the queries of Application Insights resources, whose tables are others.  A workbook's parameters
(``{TimeRange}``, ``{Subscription:label}``) are holes.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from kql_lint.hosts.elsewhere import is_resource_graph
from kql_lint.hosts.hosted import HostedQuery
from kql_lint.hosts.json.arm.expressions import Scope, get
from kql_lint.hosts.json.document import Document, Origin
from kql_lint.hosts.json.nodes import read_nodes
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence
from kql_lint.hosts.texts import PlacedText

STEPS = ("KqlItem/", "KqlParameterItem/")
"""What the version of a step, or of a parameter, begins with that has a query."""
_LOG_ANALYTICS = "0"
_OTHER_RESOURCES = ("microsoft.insights/components", "microsoft.resourcegraph/resources")
# The type of a parameter that picks resources; its query is one of Azure Resource Graph.
_RESOURCE_PICKER = "5"

# The official lexer, too, takes {name} for a placeholder wherever it stands.  A time range is the rest of a comparison
# (`where TimeGenerated {TimeRange}` becomes `... > ago(1d)`): what it compares is part of the hole.
_PARAMETER = re.compile(r"\{\$?[^\W\d]\w*(?::[^{}\r\n\"']*)?\}")
_COMPARED = re.compile(r"\b(?:where|and|or)\s+((?!not\b)[^\W\d]\w*)\s*\Z")
_FAR = 200  # how far to look back for it, in characters


def is_workbook(node: Mapping) -> bool:
    """Whether a mapping is a workbook."""
    version = get(node, "version")
    return (
        isinstance(version, Scalar)
        and version.value.startswith("Notebook/")
        and isinstance(get(node, "items"), Sequence)
    )


def text(document: Document, piece: PlacedText) -> None:
    """Takes the queries of a workbook that is JSON in a string; KL005 where it is broken."""
    if '"query"' not in piece.text or not document.is_new(piece):
        return
    nested = document.nested(piece)
    reading = read_nodes(piece.text)
    if reading.root is not None:
        items(nested, reading.root, None)
    if reading.broken is not None and "${" not in piece.text:
        nested.say_broken(reading.broken.start, reading.broken.end, f"{reading.broken.message} (in the workbook)")


def items(document: Document, root: Node, scope: Scope | None) -> None:
    """Takes the queries of a workbook, however its groups nest, in their order."""
    if not document.is_new_node(root):
        return
    waiting: list[tuple[Node, str | None]] = [(root, None)]
    while waiting:
        node, name = waiting.pop()
        if isinstance(node, Sequence):
            waiting += [(item, name) for item in reversed(node.items)]
        elif isinstance(node, Mapping):
            name = document.words(get(node, "title"), scope) or document.words(get(node, "name"), scope) or name
            _step(document, node, scope, name)
            waiting += [(entry.value, name) for entry in reversed(node.entries) if entry.value is not None]


def _step(document: Document, node: Mapping, scope: Scope | None, name: str | None) -> None:
    version = document.words(get(node, "version"), scope) or ""
    if not version.startswith(STEPS) or not is_log_analytics(node):
        return
    value = get(node, "query")
    written = value.value if isinstance(value, Scalar) else ""
    if written.lstrip().startswith("{") or is_resource_graph(written):
        return
    query = document.take(value, scope, Origin("workbook", "sentinel", name))
    if query is not None:
        add_parameters(query)


def is_log_analytics(node: Mapping) -> bool:
    """Whether the query of a step or parameter goes to Log Analytics."""
    kind = get(node, "queryType")
    if isinstance(kind, Scalar) and kind.value != "null":
        if kind.value != _LOG_ANALYTICS:
            return False
    elif _word(node, "version").startswith("kqlparameteritem/") and _word(node, "type") == _RESOURCE_PICKER:
        return False
    return _word(node, "resourceType") not in _OTHER_RESOURCES


def _word(node: Mapping, key: str) -> str:
    value = get(node, key)
    return value.value.lower() if isinstance(value, Scalar) else ""


def add_parameters(query: HostedQuery) -> None:
    """Makes the workbook's parameters holes of a query."""
    apart, known = [], sorted(query.holes)
    for found in _PARAMETER.finditer(query.text):
        last = bisect_left(known, (found.end(), 0)) - 1  # the last hole that begins before the parameter ends
        if last < 0 or known[last][1] <= found.start():
            before = max(found.start() - _FAR, 0)
            compared = _COMPARED.search(query.text[before : found.start()])
            apart.append((before + compared.start(1) if compared else found.start(), found.end()))
    query.holes = tuple(sorted([*query.holes, *apart]))
