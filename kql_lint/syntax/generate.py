"""Makes the parser's tables from grammar/kql.lark with Lark: its LALR(1) table, its rules and its terminals.

Lark reads the grammar, builds the table and decides which terminals each state takes.  The result is plain data that
``marshal`` can store, so that a run with a warm cache needs neither Lark nor its start-up time.  scanner.py, stack.py
and reduce.py run it as Lark's own contextual lexer and parser would, but can go on after an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import lark
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

# How the pattern of a terminal begins that no text matches, and that the parser itself puts in.
_NOTHING = "(?!)"


class _AcceptNames:
    """Tells Lark that any state may meet a name, which keeps keywords out of the scanners' patterns."""

    always_accept = ("NAME",)

    def process(self, stream: Any) -> Any:
        return stream


def generate(text: str) -> dict[str, Any]:
    """The tables of a grammar's text, as documented in Tables.  Raises lark.GrammarError where the grammar is wrong."""
    parser = lark.Lark(text, parser="lalr", lexer="contextual", postlex=_AcceptNames(), maybe_placeholders=True)
    made: Any = parser.parser.parser
    states = made._parse_table.states
    rules: dict[Any, int] = {}
    actions: list[dict[str, int]] = []
    for state in range(len(states)):
        row: dict[str, int] = {}
        for name, (action, argument) in states[state].items():
            row[str(name)] = argument if action is Shift else ~rules.setdefault(argument, len(rules))
        actions.append(row)
    keywords, patterns, skipped = _terminals(parser.lexer_conf.terminals, set(parser.lexer_conf.ignore))
    return {
        "actions": actions,
        "sizes": [len(rule.expansion) for rule in rules],
        "origins": [str(rule.origin.name) for rule in rules],
        "reductions": [_reduction(rule) for rule in rules],
        "start": made._parse_table.start_states["start"],
        "end": made._parse_table.end_states["start"],
        "keywords": keywords,
        "patterns": patterns,
        "skipped": skipped,
    }


def _terminals(
    terminals: Collection[TerminalDef], ignored: set[str]
) -> tuple[dict[str, str], list[tuple[str, str]], list[str]]:
    """Keywords by their word; the other terminals' patterns in the order in which Lark tries them; what is skipped."""
    ordered = sorted(terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    name = re.compile(next(t.pattern.to_regexp() for t in terminals if t.name == "NAME"))
    keywords: dict[str, str] = {}
    patterns: list[tuple[str, str]] = []
    skipped: list[str] = []
    for terminal in ordered:
        word = terminal.pattern.value
        if terminal.name in ignored:
            skipped.append(str(terminal.pattern.to_regexp()))
        elif word.startswith(_NOTHING):
            continue
        elif isinstance(terminal.pattern, PatternStr) and terminal.priority == 0 and name.fullmatch(word):
            keywords[str(word)] = str(terminal.name)
        else:
            patterns.append((str(terminal.name), str(terminal.pattern.to_regexp())))
    return keywords, patterns, skipped


def _reduction(rule: Any) -> tuple[str, list[tuple[int, bool, int]], int, bool]:
    """How a rule's parts become its value: method, (part, whether to spread it, Nones before it)..., Nones at the end.

    The last item says that a single part stands for the rule itself (``?rule``).  Rules that Lark makes for ``*`` and
    ``+`` have no method: their value is the list that is spread into the rule they stand in.
    """
    options, expansion = rule.options, rule.expansion
    gaps = [0] * (len(expansion) + 1)
    if options.empty_indices:
        gaps = [len(ones) for ones in "".join(str(int(e)) for e in options.empty_indices).split("0")]
    parts: list[tuple[int, bool, int]] = []
    nones = 0
    for index, symbol in enumerate(expansion):
        nones += gaps[index]
        if symbol.is_term and symbol.filter_out:
            continue
        parts.append((index, not symbol.is_term and symbol.name.startswith("_"), nones))
        nones = 0
    name = str(rule.alias or rule.origin.name)
    method = "" if name.startswith(("_", "$")) else name
    return method, parts, nones + gaps[len(expansion)], bool(options.expand1 and not rule.alias)
