"""Which rules hold, and how severe they are: codes, prefixes, names and ``ALL``.

As in ruff, the more specific word wins, wherever it stands: ``--select KL1 --ignore KL104`` keeps all of KL1 but KL104,
and ``--ignore KL1 --select KL104`` leaves KL104 alone of them.  Of two words that are equally specific, the later layer
wins (the command line over the configuration), and within a layer ``ignore`` over ``select``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from kql_lint.wording import did_you_mean

if TYPE_CHECKING:
    from kql_lint.diagnostic import Severity

ALL = "ALL"
_CODE_LENGTH = 5  # KL101


class Named(Protocol):
    """What is needed of a rule here."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def enabled(self) -> bool: ...


AnyRule = TypeVar("AnyRule", bound=Named)


class Layer(NamedTuple):
    """One origin of choices.  select None keeps what the layers before it chose; otherwise they are forgotten."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """Whether a rule holds, the layer that decided (-1: the default), and its word; None where select left it out."""

    holds: bool
    layer: int = -1
    word: str | None = None


class UnknownRule(Exception):
    """A word that names no rule.  word is as the user wrote it, suggestions are close names and codes, best first."""

    def __init__(self, word: str, suggestions: Sequence[str]) -> None:
        super().__init__(word)
        self.word = word
        self.suggestions = tuple(suggestions)

    @property
    def message(self) -> str:
        """Without the hint where to look for all rules."""
        return f'there is no rule "{self.word}"{did_you_mean(self.suggestions)}'

    def __str__(self) -> str:
        return f"{self.message} (kql-lint rules lists them all)"


def resolve(layers: Iterable[Layer], rules: Sequence[Named]) -> frozenset[str]:
    """The codes of the rules that hold when ``layers`` are laid over the defaults, first to last.

    Raises UnknownRule for the first word that names none.
    """
    return frozenset(code for code, verdict in decide(layers, rules).items() if verdict.holds)


def decide(layers: Iterable[Layer], rules: Sequence[Named]) -> dict[str, Verdict]:
    """The verdict on each rule by its code, as in resolve."""
    chosen = {rule.code: Verdict(rule.enabled) for rule in rules}
    rank = dict.fromkeys(chosen, 0)
    for number, layer in enumerate(layers):
        if layer.select is not None:
            chosen, rank = dict.fromkeys(chosen, Verdict(False, number)), dict.fromkeys(rank, 0)
        words = [(word, True) for word in (layer.select or ()) + layer.extend_select]
        for word, holds in [*words, *((word, False) for word in layer.ignore)]:
            codes, weight = match(word, rules)
            for code in codes:
                if weight >= rank[code]:
                    chosen[code], rank[code] = Verdict(holds, number, word), weight
    return chosen


def asked_for(layers: Iterable[Layer], rules: Sequence[Named]) -> tuple[str, ...]:
    """The codes of the rules off by default that any of the layers selects, in the order of rules.

    One that a later layer ignores is among them: what it finds is needed to tell which suppressions are of use.
    Raises UnknownRule.
    """
    words = dict.fromkeys(word for layer in layers for word in (layer.select or ()) + layer.extend_select)
    codes = {code for word in words for code in match(word, rules)[0]}
    return tuple(rule.code for rule in rules if not rule.enabled and rule.code in codes)


class Level(NamedTuple):
    """The severity that somebody gave a rule: which layer, and by which word."""

    severity: Severity
    layer: int
    word: str


def severities(layers: Iterable[Mapping[str, Severity]], rules: Sequence[Named]) -> dict[str, Level]:
    """The severity of each rule, by its code, that any of the layers gives one.  Raises UnknownRule."""
    levels: dict[str, Level] = {}
    rank: dict[str, int] = {}
    for number, layer in enumerate(layers):
        for word, severity in layer.items():
            codes, weight = match(word, rules)
            for code in codes:
                if weight >= rank.get(code, 0):
                    levels[code], rank[code] = Level(severity, number, word), weight
    return levels


def find(word: str, rules: Sequence[AnyRule]) -> AnyRule:
    """The one rule that a code or a name means, in any case.  Raises UnknownRule."""
    for rule in rules:
        if word.casefold() in (rule.code.casefold(), rule.name):
            return rule
    raise UnknownRule(word, _close(word, rules))


def match(word: str, rules: Sequence[Named]) -> tuple[list[str], int]:
    """The codes that a word covers, and how specific it is: ALL 1, a prefix its length, a code or a name the most.

    Raises UnknownRule.
    """
    upper = word.upper()
    if upper == ALL:
        return [rule.code for rule in rules], 1
    if 2 <= len(upper) < _CODE_LENGTH and upper.startswith("KL"):
        codes = [rule.code for rule in rules if rule.code.startswith(upper)]
        if codes:
            return codes, len(upper)
    return [find(word, rules).code], _CODE_LENGTH


def _close(word: str, rules: Sequence[Named]) -> tuple[str, ...]:
    from kql_lint.suggest import suggest

    return suggest(word, [name for rule in rules for name in (rule.name, rule.code)])
