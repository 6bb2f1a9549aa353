"""Puts new data into the text of an existing file: what stays the same keeps its text, comments and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from kql_lint.catalogue.emit import document, entry


def update(text: str, data: Mapping[str, object]) -> str:
    """The text of a sound file with its data replaced by data.

    Entries of block mappings whose value is the same are kept letter by letter, with the comments above them; new ones
    come after the entry that they follow in data.  A comment inside a value that changes and is no block mapping is
    lost.
    """
    node = yaml.compose(text)
    if node is None or not _is_block(node):
        return document(data)
    lines = text.splitlines()
    end = "\r\n" if "\r\n" in text else "\n"
    return "".join(f"{line}{end}" for line in _mapping(lines, node, data, 0, len(lines)))


def _is_block(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and bool(node.value)


def _mapping(lines: list[str], node: yaml.Node, data: Mapping[str, object], start: int, end: int) -> list[str]:
    """The new lines of a block mapping that takes up lines[start:end]."""
    indent = node.value[0][0].start_mark.column
    old = {key.value: (key, value) for key, value in node.value}
    heads = _heads(lines, node, indent, start)
    tail = _walk_back(lines, end, start, indent)
    bounds = {key: (heads[place], [*heads[1:], tail][place]) for place, key in enumerate(old)}
    out: list[str] = []
    for key in _order(list(old), data):
        if key not in old:
            out += entry(key, data[key], indent)
            continue
        first, last = bounds[key]
        out += _entry(lines, old[key], data[key], indent, first, last)
    return [*out, *lines[tail:end]]


def _entry(
    lines: list[str], old: tuple[yaml.Node, yaml.Node], value: object, indent: int, first: int, last: int
) -> list[str]:
    """An old entry, with the comments above it, that takes up lines[first:last]."""
    key, node = old
    line = key.start_mark.line
    if _plain_node(node) == _plain(value):
        return lines[first:last]
    if isinstance(value, Mapping) and value and _is_block(node):
        return [*lines[first : line + 1], *_mapping(lines, node, value, line + 1, last)]
    new = entry(str(key.value), value, indent)
    if len(new) == 1 and node.end_mark.line == line:
        comment = lines[line][node.end_mark.column :].strip()
        new[0] += f"  {comment}" if comment.startswith("#") else ""
    return [*lines[first:line], *new]


def _heads(lines: list[str], node: yaml.Node, indent: int, start: int) -> list[int]:
    """The line where each entry begins, with the comments above it."""
    heads = [start]
    previous = node.value[0][0].start_mark.line
    for key, _ in node.value[1:]:
        line = key.start_mark.line
        heads.append(_walk_back(lines, line, previous + 1, indent))
        previous = line
    return heads


def _walk_back(lines: list[str], line: int, stop: int, indent: int) -> int:
    """The first of the blank lines and comments just above a line; comments further in belong to what they stand in."""
    while line > stop:
        above = lines[line - 1].lstrip()
        if above and not (above.startswith("#") and len(lines[line - 1]) - len(above) <= indent):
            break
        line -= 1
    return line


def _order(old: list[str], data: Mapping[str, object]) -> list[str]:
    """The old keys in their old order; each new one after the key that it follows in data."""
    order = [key for key in old if key in data]
    place = 0
    for key in data:
        if key in order:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order


def _plain(value: object) -> object:
    """Data with every scalar as its text, to compare with that of a node."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return str(value)


def _plain_node(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain_node(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain_node(item) for item in node.value]
    return node.value
