"""Configuration in YAML: a file of its own, read with PyYAML, whose nodes know their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.config.document import Document, Keys, Marks
from kql_lint.config.model import ConfigError, Place

if TYPE_CHECKING:
    import yaml

# More than any configuration has; aliases can make a small file a large one.
_MOST_NODES = 20_000


def read(path: str, text: str) -> Document:
    """The document of a file; an empty one says nothing.  Raises ConfigError."""
    root = _compose(path, text)
    values = _Values(path, text)
    table = {} if root is None else values.of(root, ())
    document = Document(path, text, {} if table is None else table, lambda _: values.marks)
    if not isinstance(document.table, dict):
        raise ConfigError(Place(path, 1, 1), "the configuration must be a mapping of keys")
    return document


def _compose(path: str, text: str) -> yaml.Node | None:
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        return yaml.compose(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path)
        # "expected a single document in the stream" and "but found another document" are one sentence.
        parts = (error.context, error.problem) if (error.problem or "").startswith("but ") else (error.problem,)
        said = ", ".join(part for part in parts if part) or error.context
        raise ConfigError(place, f"this is not valid YAML: {said}") from error
    except yaml.YAMLError as error:  # a character that YAML does not have
        raise ConfigError(_impossible(path, text), f"this is not valid YAML: {str(error).splitlines()[0]}") from error


def _impossible(path: str, text: str) -> Place:
    """Where the first character stands that YAML does not have; of one that we take for possible, the file."""
    import yaml

    from kql_lint.source import Source

    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return Place(path, *Source(path, text).position(found.start())) if found else Place(path)


class _Values:
    """Nodes as plain values, and the place of each."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.marks: dict[Keys, Marks] = {}
        self.count = 0

    def of(self, node: yaml.Node, keys: Keys) -> object:
        import yaml

        self.count += 1
        if self.count > _MOST_NODES:
            raise ConfigError(self._place(node), "the aliases of this file make it too large, or endless")
        if isinstance(node, yaml.MappingNode):
            return dict(self._entries(node, keys))
        if isinstance(node, yaml.SequenceNode):
            return list(self._items(node, keys))
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (yaml.MarkedYAMLError, ValueError):
            raise ConfigError(self._place(node), f'"{node.value}" is not understood here') from None

    def _entries(self, node: yaml.MappingNode, keys: Keys) -> Iterator[tuple[str, object]]:
        import yaml

        seen = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise ConfigError(self._place(name), "a key must be a word")
            if name.value in seen:
                raise ConfigError(self._place(name), f'"{name.value}" stands here a second time')
            seen.add(name.value)
            inner = (*keys, name.value)
            self.marks[inner] = Marks(name.start_mark.index, value.start_mark.index)
            yield name.value, self.of(value, inner)

    def _items(self, node: yaml.SequenceNode, keys: Keys) -> Iterator[object]:
        for number, item in enumerate(node.value):
            inner = (*keys, number)
            self.marks[inner] = Marks(item.start_mark.index, item.start_mark.index)
            yield self.of(item, inner)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.path, node.start_mark.line + 1, node.start_mark.column + 1)
