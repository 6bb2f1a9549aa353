"""Data connectors: the queries by which Sentinel's page of a connector shows what arrives.

These are ``graphQueries`` (``baseQuery``), ``sampleQueries`` (``query``), ``dataTypes`` (``lastDataReceivedQuery``) and
the values of ``connectivityCriteria``, in files of their own and as ``connectorUiConfig`` in templates.
"""

from __future__ import annotations

from collections.abc import Iterator

from kql_lint.hosts.json.arm.expressions import Scope, get
from kql_lint.hosts.json.document import Document, Origin
from kql_lint.hosts.nodes import Mapping, Node, Scalar, Sequence

# A list of a connector, the key that an item's query has, and those that say what it is called.
_LISTS = (
    ("graphQueries", "baseQuery", ("legend", "metricName")),
    ("sampleQueries", "query", ("description",)),
    ("dataTypes", "lastDataReceivedQuery", ("name",)),
)
_CRITERIA = ("connectivityCriteria", "connectivityCriterias")
# Criteria whose values are queries; those of the others are names of solutions and settings.
_ASKING = "isconnectedquery"


def queries(document: Document, node: Mapping, scope: Scope | None) -> None:
    """Takes the queries that a mapping has if it is a connector."""
    for name, key, labels in _LISTS:
        for item in _items(get(node, name)):
            label = next(filter(None, (document.words(get(item, word), scope) for word in labels)), None)
            document.take(get(item, key), scope, Origin("connector", "sentinel", label))
    for name in _CRITERIA:
        for item in _items(get(node, name)):
            kind = get(item, "type")
            if isinstance(kind, Scalar) and kind.value.lower() == _ASKING:
                for value in _values(get(item, "value")):
                    document.take(value, scope, Origin("connector", "sentinel"))


def _items(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else []:
        if isinstance(item, Mapping):
            yield item


def _values(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return node.items if isinstance(node, Sequence) else [node]
