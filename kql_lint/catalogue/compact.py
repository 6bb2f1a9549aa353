"""Long lists of which a query needs a line at most: a text file each, searched and not parsed.

The first line says how old the list is (``as_of`` and a year and month), each further one begins with a name:

    custom_tables.tsv     Okta_CL  datetime published_t,TimeGenerated  string actor_s    columns by type
    parser_functions.tsv  OktaSSO

Both are read when a query names something that the rest of the catalogue does not know, and not before.  A third,
``provider_events``, is read whole for the tables of Windows events.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from kql_lint.catalogue.problems import Problem
from kql_lint.catalogue.scan import TYPES
from kql_lint.catalogue.store import read_text

CUSTOM_TABLES = "custom_tables.tsv"
PARSER_FUNCTIONS = "parser_functions.tsv"
CUSTOM_SUFFIX = "_CL"
"""How the names of custom tables end."""
_AS_OF = "as_of"
_HEAD = re.compile(rf"{_AS_OF}\t\d{{4}}-\d{{2}}")


class CompactList:
    """One such file; a missing one is an empty list."""

    def __init__(self, folder: str, name: str) -> None:
        self._path = os.path.join(folder, name)
        self._content: str | None = None

    def find(self, name: str) -> list[str] | None:
        """What stands behind a name, field by field; None where the list does not have it."""
        if not name or not name.isprintable():  # a bracketed name may hold any character
            return None
        content = self._text()
        start = content.find(f"\n{name}\t")
        if start < 0:
            return None
        start += len(name) + 2
        end = content.find("\n", start)
        return content[start : len(content) if end < 0 else end].rstrip("\r").split("\t")

    def names(self) -> list[str]:
        """All names, in the order of the file."""
        return [line.partition("\t")[0] for line in self._text().splitlines()[1:]]

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """Each name with its fields, in the order of the file."""
        for line in self._text().splitlines()[1:]:
            name, *fields = line.split("\t")
            yield name, fields

    @property
    def as_of(self) -> str | None:
        """The year and month of the list; None where there is none."""
        key, _, value = self._text().partition("\n")[0].rstrip("\r").partition("\t")
        return value if key == _AS_OF else None

    def _text(self) -> str:
        if self._content is None:
            self._content = read_text(self._path) if os.path.exists(self._path) else ""
        return self._content


def wrong_types(name: str, fields: list[str]) -> Iterator[str]:
    """What is wrong with a line of custom tables or parser functions."""
    wrong = [kind for kind in (field.partition(" ")[0] for field in fields) if kind not in {"", *TYPES}]
    if wrong:
        yield f'"{wrong[0]}" is no type of KQL'


def check(path: str, wrong: Callable[[str, list[str]], Iterator[str]] = wrong_types) -> Iterator[Problem]:
    """What is wrong with such a file; nothing where there is none.  wrong: says so of a line's name and fields."""
    if not os.path.exists(path):
        return
    head, *lines = read_text(path).split("\n")
    if not _HEAD.fullmatch(head.rstrip("\r")):
        yield Problem(path, 1, 1, f'the first line must be "{_AS_OF}", a tab, and a year and month (YYYY-MM)')
    before = ""
    for number, line in enumerate(lines[:-1], 2):
        name, *fields = line.rstrip("\r").split("\t")
        mistakes = list(wrong(name, fields)) if fields else []
        if not fields:
            yield Problem(path, number, 1, "not a line of the list: a name, a tab, and what is known of it")
        elif mistakes:
            yield from (Problem(path, number, 1, mistake) for mistake in mistakes)
        elif name <= before:
            yield Problem(path, number, 1, f'"{name}" is not in its place: the names must be sorted, each once')
        before = name


def columns(fields: Iterable[str]) -> dict[str, str]:
    """Name to type, of the fields of a table's line."""
    found: dict[str, str] = {}
    for field in fields:
        kind, _, names = field.partition(" ")
        found.update(dict.fromkeys(filter(None, names.split(",")), kind))
    return found


def text_of(as_of: str, lines: Mapping[str, Iterable[str]]) -> str:
    """The content of a file: each name with its fields, sorted."""
    rows = ["\t".join([name, *fields]) if fields else f"{name}\t" for name, fields in sorted(lines.items())]
    return "".join(f"{row}\n" for row in [f"{_AS_OF}\t{as_of}", *rows])


def table_fields(schema: Mapping[str, str]) -> list[str]:
    """The fields of a table's line, of its columns' names and types."""
    by_type: dict[str, list[str]] = {}
    for name, kind in sorted(schema.items()):
        by_type.setdefault(kind, []).append(name)
    return [f"{kind} {','.join(names)}" for kind, names in sorted(by_type.items())]
