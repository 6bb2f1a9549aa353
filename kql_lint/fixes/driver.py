"""One text, fixed until nothing is left to fix: rounds of fixes, each of which is read and linted again.

What a fix breaks is never kept.  A round that makes anything worse is cut in halves until the fix is found that does;
it is taken back, and said to be a mistake of kql-lint's.  So whatever a rule may offer, a text gets no worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kql_lint.diagnostic import Fix
from kql_lint.fixes.apply import Applied, apply
from kql_lint.fixes.verdict import worse
from kql_lint.runner import FileReport, Finding
from kql_lint.source import Source

LEVELS: Mapping[str, int] = {"safe": 0, "intent": 1, "unsafe": 2}
"""The safeties of fixes: who asks for one gets those before it too."""

GUESS = "unsafe"

# How often a text is changed, at most.  A round takes whatever does not overlap, so that texts need one or two.
ROUNDS = 100
# How often a text is linted in all, should many fixes have to be taken back.
LINTINGS = 400


class Linting(NamedTuple):
    """How a text is linted, and what of that is to be fixed.

    lint gives the raw report of a text, reported the findings of one that are reported, in which the safety of each fix
    is what the configuration makes of it.  Neither may keep anything, since they are asked again and again.  counts are
    the codes of the rules whose findings must not become more.
    """

    lint: Callable[[Source], FileReport]
    reported: Callable[[FileReport], list[Finding]]
    counts: frozenset[str]


class TakenBack(NamedTuple):
    """A fix that is not made: of which finding (as the text has it now, or had it), and what it would lead to.

    guess: it is an unsafe one, of which that is no mistake.
    """

    finding: Finding
    why: str
    guess: bool = False


class Outcome(NamedTuple):
    """A text after its fixes, with its raw report.

    fixed counts the findings that were fixed, by code and name.  taken_back are the fixes that were not kept, undoing
    the codes of rules that undo each other: then the text is as it was before they began.  unfinished: there would be
    more to fix, but the text was linted often enough.
    """

    source: Source
    report: FileReport
    fixed: Counter[tuple[str, str]]
    taken_back: tuple[TakenBack, ...] = ()
    undoing: tuple[str, ...] = ()
    unfinished: bool = False


def fix_text(source: Source, level: str, linting: Linting, report: FileReport | None = None) -> Outcome:
    """Fixes a text; level is one of LEVELS.  report is its raw report, if it is known.

    Never raises for what is in it.  The text comes back as it was where nothing is to be fixed.
    """
    running = _Running(source, level, linting, report or linting.lint(source))
    running.run()
    return Outcome(
        running.source,
        running.report,
        running.fixed,
        tuple(running.taken_back),
        running.undoing,
        running.left <= 0,
    )


def fix_of(finding: Finding, level: str) -> Fix | None:
    """The fix of a finding that is to be made at a level: the first that is no less safe."""
    most = LEVELS[level]
    return next((fix for fix in finding.diagnostic.fixes if LEVELS[fix.safety] <= most and fix.edits), None)


class _Candidate(NamedTuple):
    finding: Finding
    fix: Fix


class _Running:
    """The text as far as it has come."""

    def __init__(self, source: Source, level: str, linting: Linting, report: FileReport) -> None:
        self.source = source
        self.report = report
        self.fixed: Counter[tuple[str, str]] = Counter()
        self.taken_back: list[TakenBack] = []
        self.undoing: tuple[str, ...] = ()
        self.left = LINTINGS
        self._level = level
        self._linting = linting
        self._refused: set[tuple[str, str, str, str]] = set()

    def run(self) -> None:
        """Round after round, until nothing is left to fix or a text comes back that was there before."""
        seen: dict[str, int] = {self.source.text: 0}
        states = [(self.source, self.report, self.fixed.copy())]
        steps: list[set[str]] = []
        while len(steps) < ROUNDS and self.left > 0 and (codes := self._round()) is not None:
            steps.append(codes)
            first = seen.get(self.source.text)
            if first is not None:
                self.source, self.report, self.fixed = states[first]
                self.undoing = tuple(sorted(set().union(*steps[first:])))
                return
            seen[self.source.text] = len(states)
            states.append((self.source, self.report, self.fixed.copy()))
        if len(steps) == ROUNDS:
            self.left = 0

    def _round(self) -> set[str] | None:
        """Makes as many fixes as go together, and gives the codes of their rules; None where none is left."""
        candidates = self._candidates()
        size = len(candidates)
        while candidates and self.left > 0:
            applied = apply(self.source.text, [one.fix for one in candidates[:size]])
            taken = [candidates[number] for number in applied.taken]
            found = self._try(applied, taken)
            if isinstance(found, FileReport):
                assert found.source is not None
                self.source, self.report = found.source, found
                self.fixed.update((one.finding.diagnostic.code, one.finding.diagnostic.name) for one in taken)
                return {one.finding.diagnostic.code for one in taken}
            if len(taken) > 1:
                size = (len(taken) + 1) // 2
                tried = {id(one) for one in taken}
                candidates = taken + [one for one in candidates if id(one) not in tried]
                continue
            candidates.remove(taken[0])
            self._refuse(taken[0], found)
            size = len(candidates)
            if not candidates:
                candidates = self._candidates()
                size = len(candidates)
        return None

    def _candidates(self) -> list[_Candidate]:
        found = []
        for finding in self._linting.reported(self.report):
            fix = fix_of(finding, self._level)
            if fix is not None and self._key(finding, fix) not in self._refused:
                found.append(_Candidate(finding, fix))
        # The safest come first and alone, so that what a guess leads to is not taken for what they bring to light.
        first = min((LEVELS[one.fix.safety] for one in found), default=0)
        now = [one for one in found if LEVELS[one.fix.safety] == first]
        return sorted(now, key=lambda one: min(edit[:2] for edit in one.fix.edits))

    def _try(self, applied: Applied, taken: list[_Candidate]) -> FileReport | str:
        """The report of the text with these fixes, or why they can't stay."""
        source = Source(self.source.path, applied.text, self.source.encoding)
        self.left -= 1
        report = self._linting.lint(source)
        if report.source is None:
            report.source = source
        guessed = any(one.fix.safety == GUESS for one in taken)
        findings = [one.finding for one in taken]
        why = worse(self.report, report, findings, applied, self._linting.counts, guessed=guessed)
        return report if why is None else why

    def _refuse(self, candidate: _Candidate, why: str) -> None:
        self._refused.add(self._key(*candidate))
        self.taken_back.append(TakenBack(candidate.finding, why, candidate.fix.safety == GUESS))

    def _key(self, finding: Finding, fix: Fix) -> tuple[str, str, str, str]:
        """What tells a fix again when the text around it has changed."""
        edit = fix.edits[0]
        replaced = self.source.text[edit.start : edit.end]
        return finding.diagnostic.code, finding.diagnostic.message, replaced, edit.text
