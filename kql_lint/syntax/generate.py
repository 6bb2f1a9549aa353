"""Makes the parser's tables from grammar/kql.lark with Lark: its LALR(1) table, its rules and its terminals.

Lark reads the grammar, builds the table and decides which terminals each state takes.  The result is plain data that is
kept beside the grammar, as grammar/tables.json, so that a run needs neither Lark nor its start-up time.  scanner.py,
stack.py and reduce.py run it as Lark's own contextual lexer and parser would, but can go on after an error.

``python -m kql_lint.syntax.generate`` writes the file.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from array import array
from collections.abc import Collection, Mapping
from typing import Any

import lark
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

from kql_lint.syntax.loading import checksum, read_grammar, tables_file

# How the pattern of a terminal begins that no text matches, and that the parser itself puts in.
_NOTHING = "(?!)"


class _AcceptNames:
    """Tells Lark that any state may meet a name, which keeps keywords out of the scanners' patterns."""

    always_accept = ("NAME",)

    def process(self, stream: Any) -> Any:
        return stream


def generate(text: str) -> dict[str, Any]:
    """The tables of a grammar's text, as loading.py takes them.  Raises lark.GrammarError where the grammar is wrong.

    The same text gives the same tables: states and rules have the numbers in which they are met from the start on,
    since Lark's own differ from one process to another.
    """
    parser = lark.Lark(text, parser="lalr", lexer="contextual", postlex=_AcceptNames(), maybe_placeholders=True)
    table: Any = parser.parser.parser._parse_table
    start = table.start_states["start"]
    numbers, rules = {start: 0}, dict[Any, int]()
    rows: list[dict[str, int]] = []
    waiting = [start]
    for state in waiting:  # grows meanwhile
        row: dict[str, int] = {}
        for name, (action, argument) in sorted(table.states[state].items()):
            if action is not Shift:
                row[str(name)] = ~rules.setdefault(argument, len(rules))
                continue
            if argument not in numbers:
                numbers[argument] = len(numbers)
                waiting.append(argument)
            row[str(name)] = numbers[argument]
        rows.append(row)
    keywords, patterns, skipped = _terminals(parser.lexer_conf.terminals, set(parser.lexer_conf.ignore))
    symbols = sorted({name for row in rows for name in row})
    return {
        "start": 0,
        "end": numbers[table.end_states["start"]],
        "symbols": symbols,
        "counts": [len(row) for row in rows],
        "rows": _packed(rows, symbols),
        "sizes": [len(rule.expansion) for rule in rules],
        "origins": [str(rule.origin.name) for rule in rules],
        "reductions": [_reduction(rule) for rule in rules],
        "keywords": keywords,
        "patterns": patterns,
        "skipped": skipped,
    }


def _packed(rows: list[dict[str, int]], symbols: list[str]) -> str:
    """The symbols of all rows, and then their actions, as 16-bit numbers, little end first, in base64."""
    number = {name: place for place, name in enumerate(symbols)}
    items = [item for row in rows for item in row.items()]
    numbers = array("h", [*(number[name] for name, _ in items), *(action for _, action in items)])
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def file_text(grammar: str, tables: Mapping[str, Any]) -> str:
    """The content of the file that keeps the tables of a grammar's text: JSON, a line for each of its parts."""
    parts = {"grammar": checksum(grammar), **tables}
    lines = (f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in parts.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


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


def main() -> None:
    """Writes the tables of the grammar beside it."""
    text = read_grammar()
    with open(tables_file(), "w", encoding="utf-8", newline="\n") as file:
        file.write(file_text(text, generate(text)))


if __name__ == "__main__":
    main()
