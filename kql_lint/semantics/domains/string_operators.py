"""What KQL's string operators match, computed in Python for values that are known.

Source of the operators' meaning: https://learn.microsoft.com/en-us/kusto/query/datatypes-string-operators
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kql_lint.semantics.literals.automaton import Automaton


@dataclass(frozen=True, slots=True)
class StringOperator:
    """A string predicate ``value op needle``, or ``value op (needle, ...)``.

    kind is the positive, case-sensitive name of the test (``==``, ``has``, ``contains`` ...).  folds: it ignores case.
    negated: it keeps what does not match.  all_of: it has to match every needle (``has_all``), not just one.
    """

    kind: str
    folds: bool
    negated: bool = False
    all_of: bool = False

    @property
    def whole(self) -> bool:
        """True where the needle is compared with the whole value, not with a part of it."""
        return self.kind == "=="

    def matches(self, value: str, needles: Iterable[str]) -> bool | None:
        """Whether the positive test holds for the value; None where that can't be told (of a regex, say)."""
        return self.test(needles)(value)

    def test(self, needles: Iterable[str], among: Iterable[str] = ()) -> Callable[[str], bool | None]:
        """``matches`` for these needles, which are made ready once for any number of values.

        among, where given, are all the values that will be asked about: most needles stand in none of them, which one
        search through all of them tells.
        """
        ready = [needle.casefold() for needle in needles] if self.folds else list(needles)
        if self.whole and not self.all_of:
            wanted = frozenset(ready)
            return lambda value: (value.casefold() if self.folds else value) in wanted
        values = tuple(among)
        if values and ready and self.kind != "matches regex":
            text = _joined(values, self.folds)
            occurring = [needle for needle in ready if needle in text]
            if not occurring or (self.all_of and len(occurring) < len(ready)):
                return lambda value: False
            ready = occurring
        return lambda value: self._all_or_any(value.casefold() if self.folds else value, ready)

    def _all_or_any(self, value: str, needles: list[str]) -> bool | None:
        test: Callable[[str, str], bool | None] = _TESTS.get(self.kind, _regex_matches)
        decisive, untold = not self.all_of, False
        for needle in needles:
            result = test(value, needle)
            if result is decisive:
                return decisive
            untold = untold or result is None
        return None if untold else not decisive


@lru_cache(maxsize=64)
def _joined(values: tuple[str, ...], folds: bool) -> str:
    text = "\0".join(values)
    return text.casefold() if folds else text


def _is_word(character: str) -> bool:
    # Terms are runs of alphanumeric characters; "_" is none, but no ActionType has one.
    return character.isalnum()


def _has(value: str, needle: str, prefix: bool = True, suffix: bool = True) -> bool | None:
    """Whether the needle stands in the value, with term boundaries before it (prefix) and after it (suffix).

    None for an empty needle, which has no term: no documentation says what that is in.
    """
    if not needle:
        return None
    start = value.find(needle)
    while start >= 0:
        end = start + len(needle)
        before = start == 0 or not (_is_word(value[start - 1]) and _is_word(needle[0]))
        after = end == len(value) or not (_is_word(value[end]) and _is_word(needle[-1]))
        if (before or not prefix) and (after or not suffix):
            return True
        start = value.find(needle, start + 1)
    return False


# As many as are met again before a query's rules have looked at them all.
@lru_cache(maxsize=64)
def _automaton(pattern: str) -> Automaton | None:
    from kql_lint.semantics.literals.automaton import Automaton
    from kql_lint.semantics.literals.program import program

    found = program(pattern)
    return None if found is None else Automaton(found)


def _regex_matches(value: str, pattern: str) -> bool | None:
    if not value.isascii() or not value.isprintable():  # the engines have different classes there
        return None
    automaton = _automaton(pattern)
    return None if automaton is None else automaton.search(value)


_TESTS: dict[str, Callable[[str, str], bool | None]] = {
    "==": lambda value, needle: value == needle,
    "has": _has,
    "hasprefix": lambda value, needle: _has(value, needle, suffix=False),
    "hassuffix": lambda value, needle: _has(value, needle, prefix=False),
    "contains": lambda value, needle: needle in value,
    "startswith": lambda value, needle: value.startswith(needle),
    "endswith": lambda value, needle: value.endswith(needle),
}


def _operators() -> dict[str, StringOperator]:
    table = {
        "==": StringOperator("==", False),
        "!=": StringOperator("==", False, negated=True),
        "<>": StringOperator("==", False, negated=True),
        "=~": StringOperator("==", True),
        "!~": StringOperator("==", True, negated=True),
        "in": StringOperator("==", False),
        "!in": StringOperator("==", False, negated=True),
        "in~": StringOperator("==", True),
        "!in~": StringOperator("==", True, negated=True),
        ":": StringOperator("has", True),
        "has_any": StringOperator("has", True),
        "has_all": StringOperator("has", True, all_of=True),
        "matches regex": StringOperator("matches regex", False),
    }
    for kind in ("has", "hasprefix", "hassuffix", "contains", "startswith", "endswith"):
        for bang in ("", "!"):
            table[f"{bang}{kind}"] = StringOperator(kind, True, negated=bool(bang))
            table[f"{bang}{kind}_cs"] = StringOperator(kind, False, negated=bool(bang))
    return table


OPERATORS = _operators()
"""Every string predicate operator of KQL by its text, except ``like``, whose wildcards are not modelled."""

SYMMETRIC = frozenset({"==", "!=", "<>", "=~", "!~"})
"""The operators whose operands may be exchanged."""
