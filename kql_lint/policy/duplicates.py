"""Rules of kql-lint over a whole run: detection rules of different files that have the same id or name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.runner import Finding, in_order
from kql_lint.runner.places import finding_at

if TYPE_CHECKING:
    from kql_lint.rules.metadata._seen import Seen
    from kql_lint.runner import FileReport, RuleId
    from kql_lint.runner.report import Span

_ID = "KL608"


def place_of(code: str, rule: RuleId) -> Span:
    """Where a rule of kql-lint reports a detection rule."""
    return rule.span if code == _ID or rule.named is None else rule.named


class Duplicates:
    """Goes over the reports of a run in the order of their files."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, list[RuleId]]] = {}
        self._seen: dict[str, Seen] = {}

    def add(self, code: str, report: FileReport, rules: list[RuleId]) -> None:
        """Adds to a report what a rule of kql-lint says of some of its detection rules, given the files before it."""
        found = self._of(code, report, rules)
        if found:
            report.findings = in_order([*report.findings, *found])

    def know(self, code: str, path: str, rules: list[RuleId]) -> None:
        """Takes what a rule of kql-lint compares of an earlier file, which was reported elsewhere."""
        if code not in self._seen:
            self._seen[code] = made(code)
        self._seen[code].check(path, rules)

    def _of(self, code: str, report: FileReport, rules: list[RuleId]) -> list[Finding]:
        if not rules or report.source is None:
            return []
        # Loading a rule loads all of them, which a look at one file, with its result in the cache, need not wait for.
        if code not in self._seen and code not in self._first and len(rules) == 1:
            self._first[code] = report.path, rules
            return []
        if code not in self._seen:
            self._seen[code] = made(code)
            if code in self._first:
                self._seen[code].check(*self._first[code])
        return [finding_at(report.source, one, None) for one in self._seen[code].check(report.path, rules)]


def made(code: str) -> Seen:
    """What compares detection rules for a rule of kql-lint."""
    from kql_lint.rules.metadata import duplicate_rule_id, duplicate_rule_name, template_copy_differs

    if code == duplicate_rule_id.RULE.code:
        return duplicate_rule_id.seen()
    return duplicate_rule_name.seen() if code == duplicate_rule_name.RULE.code else template_copy_differs.seen()
