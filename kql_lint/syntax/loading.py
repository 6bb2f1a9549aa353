"""Loads the grammar's tables: from the disk cache, or made by Lark where there are none yet.

The cache file's name carries the versions it depends on and a hash of the grammar, so a stale one is never read; one
that can't be read or written, or is damaged, is as good as none.
"""

from __future__ import annotations

import gc
import sys
import zlib
from dataclasses import dataclass
from typing import Any

from kql_lint import cachedir, resources
from kql_lint.syntax.build import TreeBuilder
from kql_lint.syntax.reduce import reducers
from kql_lint.syntax.scanner import HoleScanners, Scanners

_FORMAT = 4


@dataclass(slots=True)
class Tables:
    """What generate.py makes of a grammar.

    actions: for each state what to do at a terminal: shift to that state, or reduce by the rule ``~action``; for the
    name of a rule the state to go to.  sizes, origins and reductions belong to the rules: length, name, and how their
    parts become a value.  start and end are states.  keywords map words to terminals; patterns are the other
    terminals' regular expressions in the order to try them; skipped are those of blanks and comments.
    """

    actions: list[dict[str, int]]
    sizes: list[int]
    origins: list[str]
    reductions: list[tuple[str, list[tuple[int, bool, int]], int, bool]]
    start: int
    end: int
    keywords: dict[str, str]
    patterns: list[tuple[str, str]]
    skipped: list[str]


class Grammar:
    """A loaded grammar: the tables, the scanners, and the tree builder that the reductions call."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.scanners = Scanners(tables)
        self.hole_scanners = HoleScanners(tables)
        self.builder = TreeBuilder()
        self.reducers = reducers(tables.reductions, self.builder)


def load() -> Grammar:
    """The grammar, from the cache where it is there and whole; raises OSError if grammar/kql.lark can't be read."""
    with open(f"{resources.grammar_folder()}/kql.lark", encoding="utf-8") as file:
        text = file.read()
    name = f"grammar-{sys.implementation.cache_tag}-{_lark_version()}-{_FORMAT}-{zlib.crc32(text.encode()):08x}.bin"
    enabled = gc.isenabled()
    gc.disable()  # tens of thousands of small objects come alive at once; collecting among them is in vain
    try:
        data = cachedir.load(name)
        if not isinstance(data, dict):
            data = _generate(text)
            cachedir.save(name, data)
        return Grammar(Tables(**data))
    finally:
        if enabled:
            gc.enable()


def _lark_version() -> str:
    """The version of the installed Lark, without importing it: that takes longer than to analyze a short query."""
    import importlib.util

    spec = importlib.util.find_spec("lark")
    if spec is None or spec.origin is None:
        return "none"
    with open(spec.origin, encoding="utf-8") as file:
        lines = [line for line in file if line.startswith("__version__")]
    return "".join(c for c in "".join(lines) if c.isdigit() or c == ".")


def _generate(text: str) -> dict[str, Any]:
    from kql_lint.syntax.generate import generate

    return generate(text)
