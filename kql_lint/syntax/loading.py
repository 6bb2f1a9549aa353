"""Loads the grammar: the parse table from the disk cache, or built by Lark where there is none yet.

The cache file's name carries the versions it depends on and a hash of the grammar, so a stale one is never read; one
that can't be read or written is as good as none.  The scanners of the contextual lexer, hundreds for the whole grammar,
are built when the parser first comes to a state that needs them.
"""

from __future__ import annotations

import gc
import pickle
import re
import sys
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import lark
from lark.common import LexerConf
from lark.lexer import BasicLexer, TerminalDef
from lark.parse_tree_builder import ParseTreeBuilder
from lark.parsers.lalr_analysis import Shift

from kql_lint import cachedir, resources
from kql_lint.syntax.build import TreeBuilder

_FORMAT = 2

# Accepted in every state, so that most states share one scanner.  None can be mistaken for another terminal, and a
# word that is none of the keywords a state takes is read whole, as a name.
_ALWAYS = (
    "NAME STRING VERBATIM MULTILINE INTEGER REAL TIMESPAN TYPED LPAR RPAR LBRACKET RBRACKET LBRACE RBRACE COMMA "
    "SEMICOLON VBAR EQUALITY RELATION PLUS MINUS STAR SLASH PERCENT COLON DOT DOT_DOT EQUAL ARROW DYNAMIC TYPEOF "
    "PIPELINE_FUNCTION ENTITY_GROUP HINT MACRO_EXPAND"
).split()


@dataclass(slots=True)
class Table:
    """Lark's LALR(1) table with plain integers.

    actions holds a row for each state: for a terminal the state to shift to, or ``~rule`` to reduce by; for a rule's
    name the state to go to.  sizes and origins are the length and the name of each rule.
    """

    actions: list[dict[str, int]]
    sizes: list[int]
    origins: list[str]
    start: int
    end: int


class Scanners(dict[int, BasicLexer]):
    """Lark's contextual lexer: for each state the scanner of the terminals that it takes, built at its first use."""

    def __init__(self, table: Table, terminals: list[TerminalDef], ignore: list[str]) -> None:
        super().__init__()
        self._actions = table.actions
        self._terminals = {t.name: t for t in terminals if not t.name.startswith("DAMAGED")}
        self._ignore = ignore
        self._shared: dict[frozenset[str], BasicLexer] = {}

    def __missing__(self, state: int) -> BasicLexer:
        lexer = self[state] = self._of(self._actions[state])
        return lexer

    def of_punctuation(self) -> BasicLexer:
        """A scanner of every operator and bracket, to name what stands where a state's own scanner matches nothing."""
        return self._of(
            [name for name, terminal in self._terminals.items() if not terminal.pattern.value[:1].isalpha()]
        )

    def _of(self, names: Collection[str]) -> BasicLexer:
        key = frozenset(names).union(self._ignore, _ALWAYS).intersection(self._terminals)
        if "LBRACE" not in names:  # elsewhere `{x}` may be a function's body
            key = key.union(("HOLE",))
        lexer = self._shared.get(key)
        if lexer is None:
            terminals = [self._terminals[name] for name in sorted(key)]
            lexer = BasicLexer(LexerConf(terminals, re, self._ignore, skip_validation=True))
            self._shared[key] = lexer
        return lexer


class Grammar:
    """A loaded grammar: the parse table, the scanners, and the tree builder's method for each rule."""

    def __init__(self, table: Table, rules: list[Any], terminals: list[TerminalDef], ignore: list[str]) -> None:
        self.table = table
        self.scanners = Scanners(table, terminals, ignore)
        self.builder = TreeBuilder()
        callbacks = _callbacks(rules, self.builder)
        self.callbacks = [callbacks.get(rule, _first) for rule in rules]


def _first(parts: list[Any]) -> Any:
    """The value of Lark's own start rule, which has no method."""
    return parts[0]


def load() -> Grammar:
    """The grammar, from the cache where it is there and whole; raises OSError if grammar/kql.lark can't be read."""
    with open(f"{resources.grammar_folder()}/kql.lark", encoding="utf-8") as file:
        text = file.read()
    version = f"{sys.implementation.cache_tag}-{lark.__version__}-{_FORMAT}"
    name = f"grammar-{version}-{zlib.crc32(text.encode()):08x}-{len(text)}.pickle"
    enabled = gc.isenabled()
    gc.disable()  # tens of thousands of small objects come alive at once; collecting among them is in vain
    try:
        parts = _from_cache(name)
        if parts is None:
            parts = build(text)
            cachedir.write_atomically(name, pickle.dumps(parts, 5))
        return Grammar(*parts)
    finally:
        if enabled:
            gc.enable()


def _from_cache(name: str) -> tuple[Table, list[Any], list[TerminalDef], list[str]] | None:
    data = cachedir.read(name)
    if data is None:
        return None
    try:
        table, rules, terminals, ignore = pickle.loads(data)
    except Exception:  # whatever a damaged pickle raises, the answer is to build anew
        return None
    return (table, rules, terminals, ignore) if isinstance(table, Table) else None


class _AcceptNames:
    """Tells Lark that any state may meet a name, which keeps keywords out of the scanners' patterns."""

    always_accept = ("NAME",)

    def process(self, stream: Any) -> Any:
        return stream


def build(text: str) -> tuple[Table, list[Any], list[TerminalDef], list[str]]:
    """What Lark makes of a grammar's text: table, rules, terminals and the names of the ignored ones."""
    parser = lark.Lark(text, parser="lalr", lexer="contextual", postlex=_AcceptNames(), maybe_placeholders=True)
    made: Any = parser.parser.parser
    states = made._parse_table.states
    rules: list[Any] = []
    numbers: dict[Any, int] = {}
    actions: list[dict[str, int]] = []
    for state in range(len(states)):
        row: dict[str, int] = {}
        for name, (action, argument) in states[state].items():
            if action is not Shift and argument not in numbers:
                numbers[argument] = len(rules)
                rules.append(argument)
            row[name] = argument if action is Shift else ~numbers[argument]
        actions.append(row)
    table = Table(
        actions,
        [len(rule.expansion) for rule in rules],
        [rule.origin.name for rule in rules],
        made._parse_table.start_states["start"],
        made._parse_table.end_states["start"],
    )
    conf = parser.lexer_conf
    return table, rules, list(conf.terminals), list(conf.ignore)


def _callbacks(rules: list[Any], builder: TreeBuilder) -> dict[Any, Any]:
    make: Any = ParseTreeBuilder  # Lark leaves it untyped
    return dict(make(rules, lark.Tree, False, False, True).create_callback(builder))
