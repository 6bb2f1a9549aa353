"""What an analytics rule's resource says of the rule, its expressions resolved as far as they are known."""

from __future__ import annotations

import re
from functools import partial

from kql_lint.hosts.detection import DetectionRule, Text
from kql_lint.hosts.json.arm.expressions import Scope, Value, evaluate, get
from kql_lint.hosts.json.document import Document, entry_of
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.rule_reader import read_detection
from kql_lint.hosts.saved_search import hunting_query
from kql_lint.hosts.texts import PlacedText
from kql_lint.source import PositionMap

# How deep the properties of a rule nest: incidentConfiguration, its grouping, a list there.
_DEPTH = 8
# How many steps a node is that is resolved, and read in the end.
_NODE = 30
# What of a saved search tells about the hunting query that it is.
_OF_HUNTING = frozenset({"displayname", "category", "tags", "functionalias"})
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")


def detection(document: Document, node: Mapping, properties: Mapping, scope: Scope | None) -> DetectionRule:
    """The rule that a resource with these properties is."""
    resolver = _Resolver(document)
    resolved = resolver.mapping(properties, scope, 0)
    name = resolver.identifier(node, scope)
    if name is not None:
        resolved.entries.append(Entry("id", name.start, name.end, name))
    place = entry_of(node, "properties") or entry_of(properties, "query")
    start, end = document.span(place.start, place.end) if place else (0, 0)
    kind = get(node, "kind")
    nrt = isinstance(kind, Scalar) and kind.value.lower() == "nrt"
    form = "arm-template" if _is_template(node) else "arm" if scope is not None else "export"
    rule = read_detection(
        resolved, "nrt" if nrt else "scheduled", resolver.place, start, end, form, complete=resolver.whole
    )
    rule.is_whole = resolver.whole and get(properties, "copy") is None
    if isinstance(kind, Scalar):
        known = resolver.scalar(kind, scope)
        rule.kind_text = Text(known.value, partial(resolver.place, known), known.hole)
    return rule


def hunting(document: Document, node: Mapping, properties: Mapping, scope: Scope | None) -> DetectionRule | None:
    """The hunting query that a saved search with these properties is; None where it is none."""
    resolver = _Resolver(document)
    there = [entry for entry in properties.entries if entry.key.lower() in _OF_HUNTING]
    resolved = hunting_query(resolver.mapping(Mapping(properties.start, there), scope, 0), resolver.cut)
    if resolved is None:
        return None
    name = resolver.identifier(node, scope)
    if name is not None:
        resolved.entries.append(Entry("id", name.start, name.end, name))
    place = entry_of(node, "properties") or entry_of(properties, "query")
    start, end = document.span(place.start, place.end) if place else (0, 0)
    form = "arm" if scope is not None else "export"
    return read_detection(resolved, "hunting", resolver.place, start, end, form, complete=resolver.whole)


def _is_template(node: Mapping) -> bool:
    kind = get(node, "type")
    return isinstance(kind, Scalar) and kind.value.lower().endswith("alertruletemplates")


class _Resolver:
    """Copies of nodes in which expressions have their values, and all places are those of the file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: dict[int, tuple[Scalar, PositionMap]] = {}
        self.whole = True  # whether nothing was left out

    def place(self, scalar: Scalar) -> PositionMap:
        """The map of a resolved scalar's value."""
        found = self._places.get(id(scalar))
        return found[1] if found else PositionMap.verbatim(scalar.start, len(scalar.value))

    def mapping(self, node: Mapping, scope: Scope | None, depth: int) -> Mapping:
        entries = []
        for entry in node.entries:
            if entry.key.lower() == "query":
                continue
            span = self._document.span(entry.start, entry.end)
            entries.append(Entry(entry.key, *span, self._node(entry.value, scope, depth + 1)))
        return Mapping(self._document.span(node.start, node.start)[0], entries)

    def _node(self, node: Node | None, scope: Scope | None, depth: int) -> Node | None:
        if node is None or depth > _DEPTH:
            return None
        if scope is not None and not scope.effort.affords(_NODE, *self._document.span(node.start, node.start + 1)):
            self.whole = False
            return None
        if isinstance(node, Mapping):
            return self.mapping(node, scope, depth)
        if isinstance(node, Sequence):
            items = (self._node(item, scope, depth + 1) for item in node.items)
            start = self._document.span(node.start, node.start)[0]
            return Sequence(start, [item for item in items if item is not None])
        value = Value() if scope is None else evaluate(node, scope)
        if value.node is not None:
            return self._node(value.node, value.scope, depth + 1)
        return self.scalar(node, scope)

    def scalar(self, node: Scalar, scope: Scope | None) -> Scalar:
        """A copy of a scalar with the value of its expression, or a hole."""
        piece = self._document.value(node, scope)
        if piece is None:  # a number, true, false or null
            return self._made(node.value, "", self._document.span(node.start, node.end))
        scalar = self._made(piece.text, node.style, piece.map.span(0, len(piece.text)))
        scalar.hole = node.hole or bool(piece.holes) or "${" in piece.text
        self._places[id(scalar)] = (scalar, piece.map)
        return scalar

    def cut(self, scalar: Scalar, start: int, end: int) -> Scalar:
        """A part of a resolved scalar's value."""
        places = self.place(scalar).part(start, end)
        part = self._made(scalar.value[start:end], scalar.style, places.span(0, end - start))
        self._places[id(part)] = (part, places)
        return part

    def _made(self, value: str, style: str, span: tuple[int, int]) -> Scalar:
        return Scalar(value, style, *span)

    def identifier(self, node: Mapping, scope: Scope | None) -> Scalar | None:
        """The rule's id: what stands last in the name of the resource, if that is a GUID that is written there."""
        if _is_template(node):
            return None  # what it gives is what some rule's own file gives as well
        piece = self._document.value(get(node, "name"), scope)
        if piece is None or piece.unknown:
            return None
        start = piece.text.rfind("/") + 1
        return self._tail(piece.part(start, len(piece.text)))

    def _tail(self, piece: PlacedText) -> Scalar | None:
        if not _GUID.match(piece.text):
            return None
        scalar = self._made(piece.text, '"', piece.map.span(0, len(piece.text)))
        self._places[id(scalar)] = (scalar, piece.map)
        return scalar
