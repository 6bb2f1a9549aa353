"""The detection rules of the other files of a workspace, with which those of one file are compared as a run would."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from kql_lint.policy.duplicates import made

if TYPE_CHECKING:
    from kql_lint.rules.metadata._seen import Seen
    from kql_lint.runner import RuleId

Compared: TypeAlias = Mapping[str, list["RuleId"]]
"""By the code of a rule of kql-lint, the detection rules of a file that it compares with those of others."""


class Elsewhere:
    """Knows the rules of the files that were linted so far; paths are absolute."""

    def __init__(self) -> None:
        self._order: dict[str, int] = {}
        self._rules: dict[str, Compared] = {}
        self._by_key: dict[tuple[str, Hashable], set[str]] = {}
        self._seen: dict[str, Seen] = {}

    def arrange(self, paths: Iterable[str]) -> None:
        """The files of the workspace in the order of a run; others are not compared, and forgotten."""
        self._order = {path: number for number, path in enumerate(paths)}
        for path in [path for path in self._rules if path not in self._order]:
            self.put(path, {})

    def put(self, path: str, compared: Compared) -> None:
        """Takes the rules of a file, in place of those that it had."""
        if path in self._rules:
            for key in self._keys(path, self._rules.pop(path)):
                self._by_key.get(key, set()).discard(path)
        if compared and path in self._order:
            self._rules[path] = compared
            for key in self._keys(path, compared):
                self._by_key.setdefault(key, set()).add(path)

    def before(self, path: str, code: str, rules: list[RuleId]) -> list[tuple[str, list[RuleId]]]:
        """The files before one in a run that have a rule which may be the same as one of it, in their order."""
        place = self._order.get(path)
        if place is None or not self._rules:
            return []
        sharing = {other for key in self._keys(path, {code: rules}) for other in self._by_key.get(key, ())}
        earlier = sorted((self._order[other], other) for other in sharing if self._order[other] < place)
        return [(other, list(self._rules[other].get(code, ()))) for _, other in earlier]

    def of(self, path: str) -> Hashable:
        """What tells whether the comparison of a file, as it was put, would come to the same again."""
        compared = self._rules.get(path, {})
        return tuple(
            (code, other, tuple(rules))
            for code, own in compared.items()
            for other, rules in self.before(path, code, own)
        )

    def _keys(self, path: str, compared: Compared) -> set[tuple[str, Hashable]]:
        found: set[tuple[str, Hashable]] = set()
        for code, rules in compared.items():
            if code not in self._seen:
                self._seen[code] = made(code)
            keys = (self._seen[code].key(path, rule) for rule in rules)
            found.update((code, key) for key in keys if key is not None)
        return found
