"""The words and patterns of KQL for programs that colour it: taken from the grammar and the table of functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from kql_lint.semantics.functions import table
from kql_lint.syntax.loading import read_tables
from kql_lint.syntax.words import OPERATORS, TYPES

# Words of the grammar that colour nothing by themselves: queries have columns of these names far more often.
_PLAIN = frozenset("access alias database edges first id last nodes pattern restrict".split())
# Words that compare or combine values, which the grammar has as keywords.
_COMBINING = ("and", "or", "in", "not")
# Operators that are rare, or old spellings.
_OPERATOR = re.compile(r"(project|graph|assert|macro)-|mv(expand|apply)$|__executeAndCache$")
# Terminals of the grammar that colouring takes over as they are.
_PATTERNS = ("TIMESPAN", "REAL", "INTEGER", "BOOL", "WORD_OPERATOR", "BETWEEN", "MEMBERSHIP", "PARAMETER", "HINT")


class Words(NamedTuple):
    """What is coloured: names by their kind, each sorted, the longest first where one begins another.

    operators are what follows a pipe, keywords the other words of the grammar; patterns are regular expressions by the
    name of the terminal, without groups that capture.
    """

    operators: tuple[str, ...]
    keywords: tuple[str, ...]
    combining: tuple[str, ...]
    types: tuple[str, ...]
    scalar: tuple[str, ...]
    aggregate: tuple[str, ...]
    plugin: tuple[str, ...]
    source: tuple[str, ...]
    patterns: dict[str, str]


def words() -> Words:
    """The words as the parser's tables and the table of functions have them."""
    tables = read_tables()
    patterns = dict(tables["patterns"])
    names = [*tables["keywords"], *(_fixed(pattern) for pattern in patterns.values())]
    operators = {*OPERATORS, *(name for name in names if _OPERATOR.match(name))}
    keywords = {name for name in names if name} - _PLAIN - {*operators, *_COMBINING}
    typed = patterns["TYPED"].partition("\\(")[0]
    chosen = {name: _without_groups(patterns[name]) for name in _PATTERNS}
    return Words(
        _sorted(operators),
        _sorted({*keywords, "let", "view", "range"}),
        _COMBINING,
        _sorted(TYPES),
        _sorted(table.names("scalar")),
        _sorted(table.names("aggregate")),
        _sorted(table.names("plugin")),
        _sorted(table.names("source")),
        {**chosen, "TYPED_NAME": _without_groups(typed)},
    )


def as_json() -> str:
    """The words as a file that programs in other languages read."""
    return json.dumps(words()._asdict(), indent=1) + "\n"


def _fixed(pattern: str) -> str:
    """The one word that a pattern stands for, such as ``project-away``; else ""."""
    found = re.fullmatch(r"(_*[A-Za-z]\w*(?:\\-[a-z]+)*)", pattern)
    return found[1].replace("\\-", "-") if found else ""


def _without_groups(pattern: str) -> str:
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name.lower(), name), reverse=True))
