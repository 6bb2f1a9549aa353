"""Data collection rules: the transformations of their flows (``transformKql``)."""

from __future__ import annotations

from kql_lint.hosts import transforms
from kql_lint.hosts.json.arm.expressions import Scope, get, mapping
from kql_lint.hosts.json.document import Document, Origin
from kql_lint.hosts.nodes import Mapping, Node, Sequence


def flows(document: Document, node: Mapping, scope: Scope | None) -> None:
    """Takes the transformations of a rule's properties (``dataFlows``), and declares the table that each reads."""
    listed = get(node, "dataFlows")
    if not isinstance(listed, Sequence):
        return
    streams = mapping(node, "streamDeclarations")
    declared = {entry.key: _columns(document, entry.value, scope) for entry in streams.entries}
    for flow in listed.items:
        if isinstance(flow, Mapping):
            taken = _texts(document, get(flow, "streams"), scope)
            label = document.words(get(flow, "outputStream"), scope) or next(filter(None, taken), None)
            names = [name or "" for name in taken]
            origin = Origin("transformation", "sentinel", label, transforms.source(names, declared))
            document.take(get(flow, "transformKql"), scope, origin)


def _columns(document: Document, node: Node | None, scope: Scope | None) -> list[tuple[str, str]] | None:
    """The columns of a stream; None where not all of them are known."""
    listed = get(node, "columns") if isinstance(node, Mapping) else None
    columns = []
    for item in listed.items if isinstance(listed, Sequence) else []:
        name = document.words(get(item, "name"), scope) if isinstance(item, Mapping) else None
        kind = document.words(get(item, "type"), scope) if isinstance(item, Mapping) else None
        if name is None or kind is None:
            return None
        columns.append((name, kind.lower()))
    return columns or None


def _texts(document: Document, node: Node | None, scope: Scope | None) -> list[str | None]:
    return [document.words(item, scope) for item in node.items] if isinstance(node, Sequence) else []
