"""What a function takes: how many arguments, and of which types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kql_lint.semantics.domains.scalars import UNTOLD

LONGEST = 4_000
"""So many items a result may have, and so many characters one that a function makes longer."""

LONGEST_TEXT = 100_000
"""So many characters a result may have that is put together of what is there."""

LONG = 2**63
"""One more than the largest ``long``."""

_ARGUMENTS = 500  # functions take 64 at most; lists behind ``in`` may be longer


def is_text(value: object) -> bool:
    """Whether it is a string, without halves of characters, which no string of the service has."""
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value))


def is_integer(value: object) -> bool:
    """Whether it is an int or long (no bool, which Python takes for one) that KQL has."""
    return isinstance(value, int) and not isinstance(value, bool) and -LONG <= value < LONG


def is_array(value: object) -> bool:
    """Whether it is a dynamic array."""
    return isinstance(value, list)


def is_any(value: object) -> bool:
    """Whether it is a value at all."""
    return True


@dataclass(frozen=True, slots=True)
class Function:
    """A computation, what each of its arguments has to be, and how many it needs.

    least is their number where some may be left out.  repeats: the last may come any number of times.  Called with
    arguments that do not fit it gives UNTOLD.
    """

    compute: Callable[..., object]
    types: tuple[Callable[[object], bool], ...]
    least: int | None = None
    repeats: bool = False

    def __call__(self, arguments: Sequence[object]) -> object:
        given = len(arguments)
        least = len(self.types) if self.least is None else self.least
        if not least <= given <= (_ARGUMENTS if self.repeats else len(self.types)):
            return UNTOLD
        types = self.types + self.types[-1:] * max(given - len(self.types), 0)
        fits = all(fitting(argument) for fitting, argument in zip(types, arguments, strict=False))
        return self.compute(*arguments) if fits else UNTOLD


def is_small(result: object) -> bool:
    """Whether a result is short enough to go on with, whatever arrays and bags are in it."""
    items = characters = 0
    waiting = [result]
    while waiting and items <= LONGEST and characters <= LONGEST_TEXT:
        one = waiting.pop()
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, (list, dict)):
            items += len(one)
            waiting += () if items > LONGEST else one if isinstance(one, list) else one.values()
    return items <= LONGEST and characters <= LONGEST_TEXT


def has_plain_places(text: str) -> bool:
    """Whether each character is one place to whatever counts them (code points, or the units of UTF-16)."""
    return text.isascii() or all(character <= "\uffff" for character in text)
