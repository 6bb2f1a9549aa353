"""Where files that define functions write the names of these: what a rename of one has to change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.catalogue import scan
from kql_lint.catalogue.definitions import KQL_SUFFIXES, YAML_SUFFIXES

if TYPE_CHECKING:
    from kql_lint.hosts.hosted import HostedFunction
    from kql_lint.source import Source


class NamePlace(NamedTuple):
    """A name and its place in the file, half-open, without quotes; plain: the file has it there letter by letter."""

    name: str
    start: int
    end: int
    plain: bool = True


def names_in(source: Source, hosted: Iterable[HostedFunction] = ()) -> list[NamePlace]:
    """The names that a text gives to its functions, in their order; hosted are those that a host has found in it.

    A KQL file with a body has none: it is named by the file.  A text that can't be read has none either.
    """
    suffix = os.path.splitext(source.path)[1].lower()
    if suffix in KQL_SUFFIXES:
        return list(_kql(source.text))
    if suffix in YAML_SUFFIXES:
        from kql_lint.catalogue.parsers import names

        return [_place(source.text, *found) for found in names(source)]
    return sorted({_place(source.text, one.name, *one.named) for one in hosted}, key=lambda one: one.start)


def _kql(text: str) -> Iterator[NamePlace]:
    commands = scan.created(text)
    for command in commands:
        yield NamePlace(command.name, command.name_start, command.name_start + len(command.name))
    if not commands and not scan.outline(text)[1]:
        yield from (NamePlace(one.text, one.start, one.end) for one in scan.function_names(text))


def _place(text: str, name: str, start: int, end: int) -> NamePlace:
    """The place of a name in a stretch that holds it, with quotes or without."""
    raw = text[start:end]
    inner = raw[1:-1] if raw[:1] in ('"', "'") and raw[-1:] == raw[:1] and len(raw) > 1 else raw
    begin = start + (inner is not raw)
    stripped = inner.strip()
    begin += len(inner) - len(inner.lstrip())
    return NamePlace(name, begin, begin + len(stripped), stripped == name)
