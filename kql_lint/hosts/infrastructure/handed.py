"""What a module is handed by the file that uses it: its rules are judged with the queries that they get there."""

from __future__ import annotations

from collections.abc import Iterable

from kql_lint.hosts.infrastructure.values import Partial, Value
from kql_lint.hosts.nodes import Entry, Mapping, Node, Scalar, Sequence
from kql_lint.hosts.texts import PlacedText


class Handed:
    """The values that a module's parameters get, by their names, and the place in the file that hands them over.

    What the module itself writes has no place in that file: it is reported at the place of the module's use.
    """

    def __init__(self, given: Iterable[Entry], place: tuple[int, int]) -> None:
        self.place = place
        self._given = {entry.key: entry.value for entry in given if entry.value is not None}
        self._known: dict[int, Node] = {}
        waiting = list(self._given.values())
        while waiting:
            node = waiting.pop()
            if id(node) not in self._known:
                self._known[id(node)] = node
                waiting += _below(node)

    def value(self, path: tuple[str, ...]) -> Node | None:
        """What a name of the module, led on through keys, is given; None where it is not given."""
        node = self._given.get(path[0])
        for key in path[1:]:
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def has(self, node: Node | None) -> bool:
        """Whether a node is one of those that are given, or lies in one."""
        return id(node) in self._known

    def moved(self, node: Mapping) -> Mapping:
        """A mapping of the module with all that it writes itself at the place of its use."""
        entries = [Entry(one.key, *self.place, self._moved(one.value), one.written) for one in node.entries]
        start = self.place[0]
        return Partial(start, entries) if isinstance(node, Partial) else Mapping(start, entries)

    def _moved(self, node: Node | None) -> Node | None:
        if node is None or self.has(node):
            return node
        if isinstance(node, Mapping):
            return self.moved(node)
        if isinstance(node, Sequence):
            items = (self._moved(item) for item in node.items)
            return Sequence(self.place[0], [item for item in items if item is not None])
        built = PlacedText()
        built.stand(node.value, *self.place)
        return Value(node.value, node.style, *self.place, node.hole, built, (built,))


def _below(node: Node) -> list[Node]:
    if isinstance(node, Scalar):
        return []
    if isinstance(node, Sequence):
        return node.items
    return [entry.value for entry in node.entries if entry.value is not None]
