"""KL608 over a whole run: rules of different files that have the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.runner import Finding, in_order
from kql_lint.runner.places import finding_at

if TYPE_CHECKING:
    from kql_lint.rules.metadata.duplicate_rule_id import Seen
    from kql_lint.runner import FileReport, RuleId

Ids = list["RuleId"]


class Duplicates:
    """Goes over the reports of a run in the order of their files."""

    def __init__(self) -> None:
        self._first: tuple[str, Ids] | None = None
        self._seen: Seen | None = None

    def add(self, report: FileReport, rule_ids: list[RuleId]) -> None:
        """Adds to a report what is to be said of some of its ids, given those of the files before it."""
        found = self._of(report, rule_ids)
        if found:
            report.findings = in_order([*report.findings, *found])

    def _of(self, report: FileReport, rule_ids: list[RuleId]) -> list[Finding]:
        ids = rule_ids
        if not ids or report.source is None:
            return []
        # Loading a rule loads all of them, which a look at one file, with its result in the cache, need not wait for.
        if self._seen is None and self._first is None and len(ids) == 1:
            self._first = report.path, ids
            return []
        if self._seen is None:
            from kql_lint.rules.metadata.duplicate_rule_id import Seen

            self._seen = Seen()
            if self._first is not None:
                self._seen.check(*self._first)
        return [finding_at(report.source, one, None) for one in self._seen.check(report.path, ids)]
