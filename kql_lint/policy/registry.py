"""What the choice of rules needs to know of them: code, name, and whether they are on by default.

Loading all rules takes longer than all else that a run with cached results does, so this little is kept in the cache.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from kql_lint import cachedir
from kql_lint.runner.build import build_id
from kql_lint.shape import fits

# The one rule (duplicate-rule-id) that depends on which other files are linted.
ACROSS_FILES = "KL608"

# What tells that not all rules could run, or not see the whole file: what they did not find may be there.
IN_THE_WAY = frozenset(("KL001", "KL005", "KL007"))

# The rules about names that are not there, of which each is one finding of its query, however often it is read.
ONCE_A_QUERY = frozenset(("KL106", "KL201", "KL202", "KL203", "KL204", "KL206", "KL207", "KL208"))

_FILE = "rules"
# The build, and its rules as Known has them.
_Entry = tuple[str, list[tuple[str, str, bool]]]
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


def _read() -> tuple[Known, ...]:
    build = build_id()
    stored = cachedir.load(_FILE)
    if fits(stored, _Entry):
        kept_for, kept = cast("_Entry", stored)
        if kept_for == build:
            return tuple(Known(*rule) for rule in kept)
    from kql_lint.rules import RULES

    known = tuple(Known(rule.code, rule.name, rule.enabled) for rule in RULES)
    cachedir.save(_FILE, (build, known))
    return known
