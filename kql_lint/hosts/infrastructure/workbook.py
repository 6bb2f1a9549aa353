"""Workbooks in Terraform and Bicep: as JSON in a text, or as an object that ``jsonencode()`` or ``string()`` writes."""

from __future__ import annotations

from collections.abc import Iterator

from kql_lint.hosts.code import has_code
from kql_lint.hosts.elsewhere import is_resource_graph
from kql_lint.hosts.hosted import HostedQuery
from kql_lint.hosts.infrastructure.values import Value
from kql_lint.hosts.json import workbook
from kql_lint.hosts.json.document import Document
from kql_lint.hosts.nodes import Mapping, Node, Sequence


def queries(data: Node | None, document: Document, seen: dict[int, Node]) -> Iterator[HostedQuery]:
    """The queries of a workbook that is an object; those of one that is JSON in a text are taken by the document.

    seen are the objects that were looked at before, which names can stand for again.
    """
    if isinstance(data, Value):
        for built in data.options:
            if not built.unknown:
                workbook.text(document, built)
    elif data is not None:
        yield from _steps(data, seen)


def _steps(root: Node, seen: dict[int, Node]) -> Iterator[HostedQuery]:
    waiting: list[tuple[Node, str | None]] = [(root, None)]
    while waiting:
        node, name = waiting.pop()
        if id(node) in seen:
            continue
        seen[id(node)] = node
        if isinstance(node, Sequence):
            waiting += [(item, name) for item in reversed(node.items)]
        elif isinstance(node, Mapping):
            name = node.text("title") or node.text("name") or name
            if node.text("version").startswith(workbook.STEPS):
                yield from step(node, name)
            waiting += [(entry.value, name) for entry in reversed(node.entries) if entry.value is not None]


def step(node: Mapping, name: str | None) -> Iterator[HostedQuery]:
    """The query of a step, with the workbook's parameters as holes; name is what the step is called."""
    value = node.get("query")
    if not isinstance(value, Value):
        return
    if not workbook.is_log_analytics(node) or value.value.lstrip().startswith("{"):
        return
    for built in value.options:
        if built.unknown or not has_code(built.text) or is_resource_graph(built.text):
            continue
        query = HostedQuery(built.text, built.map, "workbook", "sentinel", name, 0, built.lets)
        query.holes = built.all_holes
        workbook.add_parameters(query)
        yield query
