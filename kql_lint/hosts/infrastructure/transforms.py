"""Data collection rules in Bicep and Terraform: the transformations of their flows."""

from __future__ import annotations

from collections.abc import Iterator

from kql_lint.hosts import transforms
from kql_lint.hosts.infrastructure.values import Value
from kql_lint.hosts.nodes import Mapping, Node, Sequence


def flows(node: Mapping) -> Iterator[tuple[Mapping, str, str | None, str]]:
    """The flows of a rule: the mapping and the key that the query is at, a label, and what declares ``source``.

    node has Azure's keys (``dataFlows``) or those of Terraform's azurerm (``data_flow``).
    """
    declared = dict(_declared(node))
    for entry in node.entries:
        if entry.key in ("dataFlows", "data_flow"):
            key = "transformKql" if entry.key == "dataFlows" else "transform_kql"
            for flow in _mappings(entry.value):
                streams = flow.get("streams")
                items = streams.items if isinstance(streams, Sequence) else []
                names = [item.value if isinstance(item, Value) and not item.hole else "" for item in items]
                label = flow.text("outputStream") or flow.text("output_stream") or next(filter(None, names), None)
                yield flow, key, label, transforms.source(names, declared)


def _declared(node: Mapping) -> Iterator[tuple[str, list[tuple[str, str]] | None]]:
    streams = node.get("streamDeclarations")
    for entry in streams.entries if isinstance(streams, Mapping) else []:
        columns = entry.value.get("columns") if isinstance(entry.value, Mapping) else None
        yield entry.key, _columns(_mappings(columns))
    for entry in node.entries:
        if entry.key == "stream_declaration" and isinstance(entry.value, Mapping):
            blocks = [one.value for one in entry.value.entries if one.key == "column"]
            yield entry.value.text("stream_name"), _columns(block for block in blocks if isinstance(block, Mapping))


def _columns(items: Iterator[Mapping]) -> list[tuple[str, str]] | None:
    """The columns that mappings are; None where not all of them are known."""
    columns = []
    for item in items:
        name, kind = item.get("name"), item.get("type")
        if not isinstance(name, Value) or not isinstance(kind, Value) or name.hole or kind.hole:
            return None
        columns.append((name.value, kind.value.lower()))
    return columns or None


def _mappings(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Mapping):
            yield item
