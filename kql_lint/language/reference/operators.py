"""The operators that stand behind ``|``, the words that begin statements, and the operators of expressions."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

_TABLE = os.path.join(os.path.dirname(__file__), "operators.tsv")
_PAGES = "https://learn.microsoft.com/en-us/kusto/query/"
_SPELLINGS = {"mvexpand": "mv-expand", "mvapply": "mv-apply"}


class OperatorNote(NamedTuple):
    """An operator: what it does, how it is written, and the address of its page."""

    name: str
    summary: str
    syntax: str
    url: str


def operator(name: str) -> OperatorNote | None:
    """What is known of an operator behind ``|``, or of a word that begins a statement."""
    return _rows()["pipe"].get(_SPELLINGS.get(name, name))


def expression_operator(name: str) -> OperatorNote | None:
    """What is known of an operator of expressions (``has``, ``!in~``)."""
    return _rows()["expression"].get(name)


def operators() -> tuple[str, ...]:
    """The names of those behind ``|`` and of statements, the commoner ones first."""
    return tuple(_rows()["pipe"])


def expression_operators() -> tuple[str, ...]:
    """The names of those of expressions, the commoner ones first."""
    return tuple(_rows()["expression"])


@cache
def _rows() -> dict[str, dict[str, OperatorNote]]:
    found: dict[str, dict[str, OperatorNote]] = {"pipe": {}, "expression": {}}
    with open(_TABLE, encoding="utf-8") as lines:
        for line in lines:
            if line[0] != "#":
                kind, name, syntax, summary, page = line.rstrip("\n").split("\t")
                found[kind][name] = OperatorNote(name, summary, syntax, _PAGES + page)
    return found
