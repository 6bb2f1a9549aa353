"""Which rules hold: ``--select`` and ``--ignore`` with codes, prefixes, names and ``ALL``.

As in ruff, the more specific word wins, wherever it stands: ``--select KL1 --ignore KL104`` keeps all of KL1 but KL104,
and ``--ignore KL1 --select KL104`` leaves KL104 alone of them.  Of two words that are equally specific, the later layer
wins (the command line over the configuration), and within a layer ``ignore`` over ``select``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kql_lint.rules.rule import Rule

ALL = "ALL"
_CODE_LENGTH = 5  # KL101


class Layer(NamedTuple):
    """One origin of choices.  select None keeps what the layers before it chose; otherwise they are forgotten."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class UnknownRule(Exception):
    """A word that names no rule.  word is as the user wrote it, suggestions are close names and codes, best first."""

    def __init__(self, word: str, suggestions: Sequence[str]) -> None:
        super().__init__(word)
        self.word = word
        self.suggestions = tuple(suggestions)

    def __str__(self) -> str:
        hint = f"; did you mean {_either(self.suggestions)}?" if self.suggestions else ""
        return f'there is no rule "{self.word}"{hint} (kql-lint rules lists them all)'


def resolve(layers: Iterable[Layer], rules: Sequence[Rule]) -> frozenset[str]:
    """The codes of the rules that hold when ``layers`` are laid over the defaults, first to last.

    Raises UnknownRule for the first word that names none.
    """
    chosen = {rule.code: rule.enabled for rule in rules}
    rank = dict.fromkeys(chosen, 0)
    for layer in layers:
        if layer.select is not None:
            chosen, rank = dict.fromkeys(chosen, False), dict.fromkeys(rank, 0)
        words = [(word, True) for word in (layer.select or ()) + layer.extend_select]
        for word, verdict in [*words, *((word, False) for word in layer.ignore)]:
            codes, weight = _match(word, rules)
            for code in codes:
                if weight >= rank[code]:
                    chosen[code], rank[code] = verdict, weight
    return frozenset(code for code, holds in chosen.items() if holds)


def find(word: str, rules: Sequence[Rule]) -> Rule:
    """The one rule that a code or a name means, in any case.  Raises UnknownRule."""
    for rule in rules:
        if word.casefold() in (rule.code.casefold(), rule.name):
            return rule
    raise UnknownRule(word, _close(word, rules))


def _match(word: str, rules: Sequence[Rule]) -> tuple[list[str], int]:
    """The codes that a word covers, and how specific it is: ALL 1, a prefix its length, a code or a name the most."""
    upper = word.upper()
    if upper == ALL:
        return [rule.code for rule in rules], 1
    if 2 <= len(upper) < _CODE_LENGTH and upper.startswith("KL"):
        codes = [rule.code for rule in rules if rule.code.startswith(upper)]
        if codes:
            return codes, len(upper)
    return [find(word, rules).code], _CODE_LENGTH


def _close(word: str, rules: Sequence[Rule]) -> tuple[str, ...]:
    from kql_lint.suggest import suggest

    return suggest(word, [name for rule in rules for name in (rule.name, rule.code)])


def _either(words: Sequence[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)
