"""What becomes of a file's findings: ids of other files too, suppressions, selection, severities, the baseline."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from kql_lint.config import ConfigError
from kql_lint.policy.registry import ACROSS_FILES, SINCE_REVISION, known_rules
from kql_lint.policy.repeats import united
from kql_lint.runner import in_order

if TYPE_CHECKING:
    from datetime import date

    from kql_lint.policy.baseline import Baseline, Writer
    from kql_lint.policy.duplicates import Duplicates
    from kql_lint.policy.elsewhere import Compared, Elsewhere
    from kql_lint.policy.settings import AllSettings, Settings
    from kql_lint.policy.suppress import Suppressions
    from kql_lint.policy.versions import Base
    from kql_lint.runner import FileReport, Finding, Options, RuleId


class Policy:
    """Judges the raw reports of a run, one after another.

    write_baseline is the path of a baseline that all findings go into, instead of being reported.  stale: whether
    entries of baselines that have no finding any more are reported.  today gives the day that suppressions end by.
    base is the revision that changed rules are compared with.
    failing counts the findings that make the run exit with 1.  Raises ConfigError for a baseline that can't be used.
    """

    def __init__(
        self,
        settings: AllSettings,
        *,
        write_baseline: str | None = None,
        stale: bool = True,
        today: Callable[[], date] | None = None,
        base: Base | None = None,
    ) -> None:
        self.failing = 0
        self.elsewhere: Elsewhere | None = None
        """The rules of files that are not judged here, where those of a file are compared with them too."""
        self.compared: Compared = {}
        """What was compared of the file that was judged last with others."""
        self._settings = settings
        self._stale = stale
        self._today = today
        self._base = base
        self._baselines: dict[str, Baseline] = {}
        self._read: dict[str, Baseline] = {}  # as they were read
        self._duplicates: Duplicates | None = None
        self._writer: Writer | None = None
        if write_baseline is not None:
            from kql_lint.policy.baseline import Writer

            self._writer = Writer(write_baseline)

    def anew(self) -> Policy:
        """A policy of the same settings that has judged nothing yet, for a run of its own.

        A baseline that either of them reads is read for both.
        """
        policy = Policy(self._settings, stale=self._stale, today=self._today, base=self._base)
        policy._read = self._read
        return policy

    def options(self, path: str) -> Options:
        """How a file is linted.  Raises ConfigError."""
        return self._settings.of(path).options

    def judge(self, report: FileReport) -> None:
        """Changes a report's findings to those that are left.  Raises ConfigError for a baseline that can't be used."""
        settings = self._settings.of(report.path)
        suppressions = self._suppressions(report) if report.comments else None
        if report.rule_ids and not ACROSS_FILES.isdisjoint(settings.codes):
            self._compare(report, suppressions, settings)
        if self._base is not None and SINCE_REVISION in settings.codes:
            from kql_lint.policy.versions import not_raised

            report.findings = in_order([*report.findings, *not_raised(report, settings.options, self._base)])
        found = report.findings if suppressions is None else _left(report, suppressions, settings)
        report.suppressed = _suppressed(report, found, settings)
        found = _selected(found, settings)
        if self._writer is not None:
            self._writer.add(report, found, settings.codes)
            found = []
        elif settings.baseline is not None:
            left = self._baseline(settings.baseline).left(report, found, settings.codes)
            report.baselined, found = _causes_less(report, found, left), left
        self._leave(report, found, settings)

    def reported(self, report: FileReport) -> list[Finding]:
        """What judge would leave of a report, which is not changed, nor is anything counted.

        Findings that depend on other files are left out.  Raises ConfigError for a baseline that can't be used.
        """
        settings = self._settings.of(report.path)
        found = report.findings if not report.comments else _left(report, self._suppressions(report), settings)
        found = _selected(found, settings)
        if settings.baseline is not None and self._writer is None:
            found = self._baseline(settings.baseline).new(report, found)
        return united(report, found)

    def counts(self, path: str) -> frozenset[str]:
        """The rules whose findings mean something to the user: those that are on, by default or for this file."""
        return self._settings.of(path).codes | {rule.code for rule in known_rules() if rule.enabled}

    def _leave(self, report: FileReport, findings: list[Finding], settings: Settings) -> None:
        """Makes these the findings of a report, one for each cause, and counts those that make the run fail."""
        report.findings = united(report, findings)
        self.failing += sum(one.diagnostic.severity >= settings.fail_level for one in report.findings)

    def prepare(self, paths: list[str]) -> None:
        """Reads the baselines of some files, to say at once what is wrong in them.  Raises ConfigError."""
        if self._writer is not None:
            return
        named = {found.baseline: found.config for found in map(self._settings.of, paths) if found.baseline is not None}
        for path, config in named.items():
            if self._settings.said.baseline is None and not os.path.lexists(path):
                from kql_lint.policy.baseline import missing, shown

                raise ConfigError(config.place("baseline"), f"{shown(path)}: {missing(path)}")
            self._baseline(path)

    def finish(self) -> list[FileReport]:
        """What is to be said at the end: reports on the baselines, of those that have stale entries."""
        reports = []
        for path in sorted(self._baselines) if self._stale else ():
            report = self._baselines[path].stale()
            settings = self._settings.of(path)
            self._leave(report, _selected(report.findings, settings), settings)
            if report.findings:
                reports.append(report)
        return reports

    def write_baseline(self) -> str:
        """Writes the baseline and says so in a sentence.  Raises ConfigError."""
        assert self._writer is not None
        return self._writer.write()

    def _compare(self, report: FileReport, suppressions: Suppressions | None, settings: Settings) -> None:
        """Compares the rules of a file with earlier ones, but for those about which nobody wants to hear."""
        from kql_lint.policy.duplicates import Duplicates, place_of

        if self._duplicates is None:
            self._duplicates = Duplicates()
        compared: dict[str, list[RuleId]] = {}
        for code in sorted(ACROSS_FILES & settings.codes):
            rules = report.rule_ids
            if suppressions is not None:
                rules = [one for one in rules if not suppressions.silence(code, place_of(code, one).start)]
            for path, others in self.elsewhere.before(report.path, code, rules) if self.elsewhere is not None else ():
                shown = os.path.relpath(path, os.path.dirname(report.path)).replace(os.sep, "/")
                self._duplicates.know(code, shown, others)
            self._duplicates.add(code, report, rules)
            compared[code] = rules
        self.compared = compared

    def _baseline(self, path: str) -> Baseline:
        from kql_lint.policy.baseline import Baseline

        if path not in self._baselines:
            if path not in self._read:
                self._read[path] = Baseline(path)
            self._baselines[path] = self._read[path].anew()
        return self._baselines[path]

    def _suppressions(self, report: FileReport) -> Suppressions:
        from datetime import date

        from kql_lint.policy.suppress import Suppressions

        return Suppressions(report, (self._today or date.today)())


def _left(report: FileReport, suppressions: Suppressions, settings: Settings) -> list[Finding]:
    """The findings that no comment holds back, and what is to be said of the comments."""
    left = suppressions.apply(report.findings)
    left += suppressions.apply(suppressions.mistakes(require_reason=settings.require_reason))
    left += suppressions.unused(settings.codes)
    return in_order(left)


def _suppressed(report: FileReport, left: list[Finding], settings: Settings) -> int:
    """How many findings comments hold back; those that are left may have some about comments among them."""
    if left is report.findings:
        return 0
    raw = {id(one) for one in report.findings}
    kept = [one for one in left if id(one) in raw]
    return _causes_less(report, _selected(report.findings, settings), _selected(kept, settings))


def _causes_less(report: FileReport, before: list[Finding], after: list[Finding]) -> int:
    """By how many the findings have become fewer, those of one cause counted as one."""
    return len(united(report, before)) - len(united(report, after)) if len(before) > len(after) else 0


def _selected(findings: list[Finding], settings: Settings) -> list[Finding]:
    """The findings of rules that hold, with the severities that somebody gave them, and the fixes that are made."""
    chosen = (one for one in findings if one.diagnostic.code in settings.codes)
    return [settings.fixing.apply(_with_severity(one, settings)) for one in chosen]


def _with_severity(finding: Finding, settings: Settings) -> Finding:
    severity = settings.severities.get(finding.diagnostic.code)
    if severity is None or severity is finding.diagnostic.severity:
        return finding
    return finding._replace(diagnostic=finding.diagnostic._replace(severity=severity))
