"""Detection rules of a whole run that share something, such as an id: each is compared with the first that has it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple, Protocol

from kql_lint.diagnostic import Diagnostic


class Known(Protocol):
    """A detection rule as a report has it: see RuleId there."""

    @property
    def id(self) -> str: ...
    @property
    def span(self) -> tuple[int, ...]: ...
    @property
    def resource(self) -> str: ...
    @property
    def content(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def named(self) -> tuple[int, ...] | None: ...
    @property
    def query(self) -> str: ...
    @property
    def mappings(self) -> str: ...


class Placed(NamedTuple):
    """A detection rule in the file at path."""

    path: str
    rule: Known

    @property
    def kind(self) -> str:
        """The kind of the file by its ending, for comparisons with others."""
        suffix = self.path[self.path.rfind(".") :].casefold()
        return ".yaml" if suffix == ".yml" else suffix


class Seen:
    """The detection rules of all files so far; one object a run, given the files in their order.

    key gives what a rule may share with others, None where it is not compared; judge says what is wrong with one, given
    an earlier one with the same key: the first in the same file, else the first of all.
    """

    def __init__(
        self, key: Callable[[Placed], Hashable | None], judge: Callable[[Placed, Placed], Diagnostic | None]
    ) -> None:
        self._key = key
        self._judge = judge
        self._first: dict[Hashable, Placed] = {}

    def key(self, path: str, rule: Known) -> Hashable | None:
        """What a rule of the file at path may share with others, None where it is not compared."""
        return self._key(Placed(path, rule))

    def check(self, path: str, rules: Iterable[Known]) -> list[Diagnostic]:
        """What is to be said of the rules of a file, given in its order; offsets are those of the file."""
        here: dict[Hashable, Placed] = {}
        found = []
        for one in (Placed(path, rule) for rule in rules):
            key = self._key(one)
            if key is None:
                continue
            for other in (here.setdefault(key, one), self._first.setdefault(key, one)):
                said = None if other is one else self._judge(one, other)
                if said is not None:
                    found.append(said)
                    break
        return found


def same_name(name: str) -> str:
    """What is the same for names that differ in case and blanks alone."""
    return " ".join(name.casefold().split())


def same_id(text: str) -> str:
    """What is the same for ids that differ in case alone."""
    return text.strip().casefold()
