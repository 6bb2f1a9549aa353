"""What a configuration says of fixes: of which rules they are made, and how safe they are taken to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.policy.registry import Known
from kql_lint.policy.select import Layer, decide

if TYPE_CHECKING:
    from kql_lint.config import Config, Override
    from kql_lint.runner import Finding

SAFE, UNSAFE = "safe", "unsafe"


class Fixing(NamedTuple):
    """Fixes by the codes of their rules: fixable are those that are made, safeties those that somebody gave one."""

    fixable: frozenset[str]
    safeties: Mapping[str, str]

    def apply(self, finding: Finding) -> Finding:
        """The finding with the fixes that are made, as safe as somebody says."""
        found = finding.diagnostic
        if not found.fixes:
            return finding
        if found.code not in self.fixable:
            return finding._replace(diagnostic=found._replace(fixes=()))
        safety = self.safeties.get(found.code)
        if safety is None:
            return finding
        fixes = tuple(fix._replace(safety=safety) for fix in found.fixes)
        return finding._replace(diagnostic=found._replace(fixes=fixes))


def fixing(origins: Iterable[Config | Override], rules: tuple[Known, ...]) -> Fixing:
    """What some origins say, each laid over those before it.  Raises UnknownRule."""
    every = tuple(rule._replace(enabled=True) for rule in rules)
    known = list(origins)
    made = decide([Layer(one.fixable, (), one.unfixable) for one in known], every)
    layers = [Layer(None, one.extend_safe_fixes, one.extend_unsafe_fixes) for one in known]
    said = {code: verdict for code, verdict in decide(layers, every).items() if verdict.word is not None}
    return Fixing(
        frozenset(code for code, verdict in made.items() if verdict.holds),
        {code: SAFE if verdict.holds else UNSAFE for code, verdict in said.items()},
    )
