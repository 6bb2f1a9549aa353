"""What the choice of rules needs to know of them: code, name, and whether they are on by default.

Loading all rules takes longer than all else that a run with cached results does, so this little is kept beside them, in
rules/index.tsv, which ``make docs`` makes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NamedTuple

from kql_lint.policy.select import Named

# The rules that depend on which other files are linted.
ACROSS_FILES = frozenset(("KL608", "KL619", "KL620"))

# The rule that depends on what another revision of the repository has, and all that depend on more than their file.
SINCE_REVISION = "KL621"
BEYOND_THE_FILE = ACROSS_FILES | {SINCE_REVISION}

# What tells that not all rules could run, or not see the whole file: what they did not find may be there.
IN_THE_WAY = frozenset(("KL001", "KL005", "KL007"))

# The rules about names that are not there, of which each is one finding of its query, however often it is read.
ONCE_A_QUERY = frozenset(("KL106", "KL201", "KL202", "KL203", "KL204", "KL206", "KL207", "KL208"))

INDEX = "kql_lint/rules/index.tsv"
_ON, _OFF = "on", "off"
_KNOWN: list[tuple[Known, ...]] = []


class Known(NamedTuple):
    """A rule by its code and its name; enabled: it is on unless something else is said."""

    code: str
    name: str
    enabled: bool = True


def known_rules() -> tuple[Known, ...]:
    """Every rule, in the order of the codes."""
    if not _KNOWN:
        _KNOWN.append(_read())
    return _KNOWN[0]


def index(rules: Iterable[Named]) -> str:
    """The content of rules/index.tsv."""
    return "".join(f"{rule.code}\t{rule.name}\t{_ON if rule.enabled else _OFF}\n" for rule in rules)


def _read() -> tuple[Known, ...]:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    with open(os.path.join(os.path.dirname(package), *INDEX.split("/")), encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    return tuple(Known(code, name, state == _ON) for code, name, state in lines)
