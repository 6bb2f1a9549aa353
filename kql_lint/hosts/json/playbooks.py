"""Logic Apps (playbooks): the queries of actions that ask Log Analytics, advanced hunting or Azure Data Explorer.

Which service an action asks is told by the path of its connector, or by the address that it calls.  A query's
``@{expressions}`` are holes; a body that is an expression as a whole is known to the workflow alone.

LIMIT: a query that the workflow puts together elsewhere (Compose, variables) is read only where it is sent from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kql_lint.hosts.json.arm.expressions import Scope, get, mapping
from kql_lint.hosts.json.document import Document, Origin, entry_of
from kql_lint.hosts.json.nodes import read_nodes
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar


class _Service(NamedTuple):
    """Whose tables the queries have, and the key of the body that has one; where it is "", the body is one itself."""

    platform: str | None
    key: str


# What the path of a connector's action, or the address of a call, has in it.  The first that is found counts.
_SERVICES = (
    (re.compile(r"/(?:queryDataV2|visualizeQueryV2)\b", re.IGNORECASE), _Service("sentinel", "query")),
    (re.compile(r"/(?:queryData|visualizeQuery)\b", re.IGNORECASE), _Service("sentinel", "")),
    (
        re.compile(r"runHuntingQuery\b|advanced(?:queries|hunting)/run\b", re.IGNORECASE),
        _Service("defender", "query"),
    ),
    (re.compile(r"api\.loganalytics\.\S*/query\b", re.IGNORECASE), _Service("sentinel", "query")),
    (
        re.compile(r"Microsoft\.OperationalInsights/workspaces/\S*/query\b", re.IGNORECASE),
        _Service("sentinel", "query"),
    ),
    (
        re.compile(r"/(?:ListKustoResults|RunKustoAndVisualizeResults|RunAsyncKusto\w*)\b", re.IGNORECASE),
        _Service(None, "csl"),
    ),
)


def actions(document: Document, node: Mapping, scope: Scope | None) -> None:
    """Takes the queries of the actions that a mapping has under ``actions``, each called as its action is."""
    for entry in mapping(node, "actions").entries:
        if isinstance(entry.value, Mapping):
            inputs = mapping(entry.value, "inputs")
            service = _service(inputs) if inputs.entries else None
            if service is not None:
                _take(document, entry_of(inputs, "body"), scope, service, entry.key.replace("_", " "))


def _service(inputs: Mapping) -> _Service | None:
    address = " ".join(_addresses(inputs))
    return next((service for pattern, service in _SERVICES if pattern.search(address)), None)


def _addresses(inputs: Mapping) -> Iterator[str]:
    for key in ("path", "uri"):
        value = get(inputs, key)
        if isinstance(value, Scalar):
            yield value.value


def _take(document: Document, body: Entry | None, scope: Scope | None, service: _Service, label: str) -> None:
    origin = Origin("logic-app", service.platform, label)
    value = body.value if body is not None else None
    if isinstance(value, Mapping):
        _query(document, get(value, service.key or "query"), scope, origin)
    elif isinstance(value, Scalar) and value.value.lstrip().startswith("{"):
        _nested(document, value, scope, origin, service.key or "query")
    elif not service.key:
        _query(document, value, scope, origin)


def _nested(document: Document, node: Scalar, scope: Scope | None, origin: Origin, key: str) -> None:
    """The query of a body that is JSON in a string."""
    piece = document.value(node, scope)
    root = read_nodes(piece.text).root if piece is not None and not piece.unknown else None
    if piece is not None and isinstance(root, Mapping):
        _query(document.nested(piece), get(root, key), None, origin)


def _query(document: Document, node: Node | None, scope: Scope | None, origin: Origin) -> None:
    if isinstance(node, Scalar) and _is_text(node.value):
        document.take(node, scope, origin)


def _is_text(written: str) -> bool:
    """Whether a value is more than an expression of the workflow's, such as ``@body('Compose')``."""
    return not written.startswith("@") or (written.startswith("@{") and "|" in written)
