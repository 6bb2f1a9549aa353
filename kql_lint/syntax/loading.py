"""Loads the grammar's tables, which lie beside the grammar.

In a checkout whose grammar was changed and whose tables were not, they are made by Lark, at each start.
"""

from __future__ import annotations

import base64
import gc
import json
import sys
import zlib
from array import array
from itertools import accumulate
from typing import Any

from kql_lint import resources
from kql_lint.syntax.build import TreeBuilder
from kql_lint.syntax.reduce import reducers
from kql_lint.syntax.scanner import HoleScanners, Scanners


class Tables:
    """What generate.py makes of a grammar.

    actions: for each state what to do at a terminal: shift to that state, or reduce by the rule ``~action``; for the
    name of a rule the state to go to.  sizes, origins and reductions belong to the rules: length, name, and how their
    parts become a value.  start and end are states.  keywords map words to terminals; patterns are the other
    terminals' regular expressions in the order to try them; skipped are those of blanks and comments.
    """

    __slots__ = ("actions", "end", "keywords", "origins", "patterns", "reductions", "sizes", "skipped", "start")

    def __init__(self, data: dict[str, Any]) -> None:
        self.actions: dict[int, dict[str, int]] = _Rows(data["symbols"], data["counts"], data["rows"])
        self.sizes: list[int] = data["sizes"]
        self.origins: list[str] = data["origins"]
        self.reductions: list[tuple[str, list[tuple[int, bool, int]], int, bool]] = data["reductions"]
        self.start: int = data["start"]
        self.end: int = data["end"]
        self.keywords: dict[str, str] = data["keywords"]
        self.patterns: list[tuple[str, str]] = data["patterns"]
        self.skipped: list[str] = data["skipped"]


class _Rows(dict[int, dict[str, int]]):
    """The actions of each state, made at its first use: a query comes through few of the hundreds of states."""

    def __init__(self, symbols: list[str], counts: list[int], packed: str) -> None:
        super().__init__()
        self._numbers = array("h", base64.b64decode(packed))
        if sys.byteorder == "big":
            self._numbers.byteswap()
        self._symbols = symbols
        self._ends = list(accumulate(counts))

    def __missing__(self, state: int) -> dict[str, int]:
        start, end, behind = self._ends[state - 1] if state else 0, self._ends[state], self._ends[-1]
        names = map(self._symbols.__getitem__, self._numbers[start:end])
        row = self[state] = dict(zip(names, self._numbers[behind + start : behind + end], strict=True))
        return row


class Grammar:
    """A loaded grammar: the tables, the scanners, and the tree builder that the reductions call."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.scanners = Scanners(tables)
        self.hole_scanners = HoleScanners(tables)
        self.builder = TreeBuilder()
        self.reducers = reducers(tables.reductions, tables.sizes, self.builder)


def load() -> Grammar:
    """The grammar; raises OSError where its files can't be read."""
    enabled = gc.isenabled()
    gc.disable()  # thousands of small objects come alive at once; collecting among them is in vain
    try:
        return Grammar(Tables(read_tables()))
    finally:
        if enabled:
            gc.enable()


def read_tables() -> dict[str, Any]:
    """The tables as plain data, made anew where they are not those of the grammar; raises OSError as load does."""
    text = read_grammar()
    try:
        with open(tables_file(), encoding="utf-8") as file:
            data: dict[str, Any] = json.load(file)
        if data["grammar"] == checksum(text):
            return data
    except (FileNotFoundError, ValueError, TypeError, KeyError):  # two changes of it are being merged, say
        pass
    from kql_lint.syntax.generate import generate

    return generate(text)


def read_grammar() -> str:
    """The text of grammar/kql.lark."""
    with open(f"{resources.grammar_folder()}/kql.lark", encoding="utf-8") as file:
        return file.read()


def tables_file() -> str:
    """The path of the file that keeps the tables."""
    return f"{resources.grammar_folder()}/tables.json"


def checksum(grammar: str) -> str:
    """What tells whether tables were made from this text of the grammar."""
    return f"{zlib.crc32(grammar.encode('utf-8')):08x}"
