"""Writes plain data as the catalogue's YAML, and new data into an existing file without touching what stays the same.

Only one style is written: block mappings, short lists in brackets, lines of up to 120 characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

WIDTH = 120

# What needs no quotes, inside brackets too: nothing that YAML could take for its own signs.
_PLAIN = re.compile(r"[A-Za-z0-9_/](?:[\w ./()@+=;*-]|:(?=[\w/]))*\Z", re.ASCII)
_WORDS = frozenset("y n yes no on off true false null".split())


def document(data: Mapping[str, object]) -> str:
    """The text of a file."""
    return "".join(f"{line}\n" for line in block(data, 0))


def block(data: Mapping[str, object], indent: int) -> list[str]:
    """The lines of a mapping."""
    return [line for key, value in data.items() for line in entry(key, value, indent)]


def entry(key: str, value: object, indent: int) -> list[str]:
    """The lines of a key with its value."""
    head = f"{' ' * indent}{scalar(key)}:"
    if isinstance(value, Mapping) and value:
        return [head, *block(value, indent + 2)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _sequence(head, value, indent)
    return [f"{head} {flow(value)}"]


def _sequence(head: str, values: Sequence[object], indent: int) -> list[str]:
    if not any(isinstance(value, Mapping) for value in values):
        return _wrapped(f"{head} [", [flow(value) for value in values], indent)
    lines = [head]
    for value in values:
        single = f"{' ' * (indent + 2)}- {flow(value)}"
        if len(single) <= WIDTH or not isinstance(value, Mapping):
            lines.append(single)
        else:
            inner = block(value, indent + 4)
            lines += [f"{' ' * (indent + 2)}- {inner[0].lstrip()}", *inner[1:]]
    return lines


def _wrapped(head: str, items: list[str], indent: int) -> list[str]:
    """A list in brackets, on as few lines as it needs."""
    lines = [head]
    for position, item in enumerate(items):
        piece = item + ("," if position < len(items) - 1 else "]")
        if len(lines[-1]) + len(piece) + 1 > WIDTH and lines[-1] != head:
            lines.append(" " * (indent + 2) + piece)
        elif position == 0:
            lines[-1] += piece
        else:
            lines[-1] += f" {piece}"
    return lines if items else [f"{head}]"]


def flow(value: object) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(str(value))


def scalar(text: str) -> str:
    """A text, in double quotes where it needs them."""
    if _PLAIN.match(text) and text[-1] != " " and text.lower() not in _WORDS:
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
