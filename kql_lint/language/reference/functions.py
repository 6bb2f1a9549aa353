"""KQL's own functions: what each does, where that is written down here, and the address of its page."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

_TABLE = os.path.join(os.path.dirname(__file__), "functions.tsv")
_PAGES = "https://learn.microsoft.com/en-us/kusto/query/"
_ENDINGS = {"scalar": "function", "aggregate": "aggregation-function", "plugin": "plugin"}


class FunctionNote(NamedTuple):
    """A function: what it does ("" where nothing is written down), and the address of its page, None without one."""

    summary: str
    url: str | None


def function(name: str, kind: str) -> FunctionNote:
    """What is known of a function; kind is that of its signature."""
    summary, page = _rows().get((kind, name), ("", ""))
    if page == "-" or (not page and kind not in _ENDINGS):
        return FunctionNote(summary, None)
    words = name.replace("_", "-")
    return FunctionNote(summary, f"{_PAGES}{page or f'{words}-{_ENDINGS[kind]}'}")


@cache
def _rows() -> dict[tuple[str, str], tuple[str, str]]:
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with open(_TABLE, encoding="utf-8") as lines:
        for line in lines:
            if line[0] != "#":
                kind, name, summary, page = line.rstrip("\n").split("\t")
                found[kind, name] = summary, page
    return found
