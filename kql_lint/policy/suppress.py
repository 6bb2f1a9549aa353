"""Suppressions of one file: which findings its comments hold back, which of them do nothing, which are wrong.

A finding is held back by where it begins.  A suppression is judged by all findings of the file, whether their rules are
selected or not, and called unused only where its rule is selected and could run.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.policy import directive
from kql_lint.policy.directive import Directive, Mistake, Word, parse
from kql_lint.policy.registry import ACROSS_FILES, IN_THE_WAY, known_rules
from kql_lint.policy.repeats import Cause, Causes
from kql_lint.runner import Finding, Span, span_of
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from kql_lint.runner import Comment, FileReport
    from kql_lint.source import Source

# The rules' modules have these too; loading them takes longer than all that is done here, and a test holds them equal.
UNUSED = ("KL901", "unused-suppression", Severity.WARNING)
BAD = ("KL902", "bad-suppression", Severity.WARNING)
# These are found whatever else is wrong in a file.
_ALWAYS_RUN = frozenset(("KL001", "KL002", "KL003", "KL004", "KL005", "KL006", BAD[0]))


class _Suppression:
    """A word of a comment, and where it holds; ends has where an ``enable`` ends it for some of the rules."""

    __slots__ = ("comment", "directive", "end", "ends", "expired", "start", "used", "word")

    def __init__(self, comment: Comment, found: Directive, word: Word, today: date) -> None:
        self.comment = comment
        self.directive = found
        self.word = word
        self.expired = found.until is not None and found.until < today
        self.start, self.end = _stretch(comment, found.kind)
        self.ends: dict[str, int] = {}
        self.used = False

    def silences(self, code: str, place: int) -> bool:
        """Whether it holds back what a rule finds at a place of the file."""
        if self.expired or self.directive.kind == directive.ENABLE:
            return False
        return code in self.word.codes and self.start <= place < self.ends.get(code, self.end)

    def holds_back(self, finding: Finding) -> bool:
        """Whether it holds a finding back, which is noted."""
        if not self.silences(finding.diagnostic.code, finding.span.start):
            return False
        self.used = True
        return True


def _stretch(comment: Comment, kind: str | None) -> tuple[int, int]:
    """Where in the file a suppression holds, as a half-open stretch."""
    if kind == directive.LINE:
        return comment.line
    if kind == directive.NEXT_LINE:
        return comment.next
    if kind == directive.FILE:
        return 0, 1 << 62
    return comment.span.start, comment.scope[1]


class Suppressions:
    """What the comments of one file do.  today is the day that ``until`` is compared with."""

    def __init__(self, report: FileReport, today: date) -> None:
        self._report = report
        self._found: list[_Suppression] = []
        self._mistakes: list[tuple[Comment, Directive]] = []
        rules = known_rules()
        for comment in report.comments:
            found = parse(comment.text, rules)
            self._mistakes.append((comment, found))
            for word in found.words:
                suppression = _Suppression(comment, found, word, today)
                if found.kind == directive.ENABLE:
                    self._end(suppression)
                self._found.append(suppression)

    def _end(self, enable: _Suppression) -> None:
        """Ends the ranges that an ``enable`` speaks about."""
        place = enable.comment.span.start
        for other in self._found:
            if other.directive.kind == directive.DISABLE and other.start <= place < other.end:
                for code in other.word.codes & enable.word.codes - other.ends.keys():
                    other.ends[code] = place
                    enable.used = True

    def silence(self, code: str, place: int) -> bool:
        """Whether what a rule finds at a place is held back."""
        return any(suppression.silences(code, place) for suppression in self._found)

    def apply(self, findings: list[Finding]) -> list[Finding]:
        """The findings that no comment holds back.  All findings of the file have to come by here, once.

        What is held back where a name is first read is held back wherever the query reads it, since it is one finding.
        """
        left: list[Finding] = []
        first: dict[Cause, bool] = {}
        causes = Causes(self._report)
        for one in findings:
            # Not any(): each that holds a finding back is used.
            held = bool(sum(suppression.holds_back(one) for suppression in self._found))
            cause = causes.of(one)
            if not held and not (cause is not None and first.get(cause, False)):
                left.append(one)
            if cause is not None:
                first.setdefault(cause, held)
        return left

    def mistakes(self, *, require_reason: bool) -> list[Finding]:
        """KL902 for what can't be understood, or, if they are required, for a reason that is missing."""
        found = []
        for comment, said in self._mistakes:
            mistakes = list(said.mistakes)
            disables = said.kind is not None and said.kind != directive.ENABLE
            if require_reason and disables and not said.reason:
                mistakes.append(
                    Mistake("this suppression gives no reason", 0, len(comment.text), 'write it behind " -- "')
                )
            found += [self._at(BAD, comment, one.start, one.end, one.message, one.help) for one in mistakes]
        return found

    def unused(self, codes: frozenset[str]) -> list[Finding]:
        """KL901 for the comments that do nothing; codes are the rules that are selected."""
        found = []
        for comment, said in self._mistakes:
            own = [one for one in self._found if one.comment is comment]
            idle = [one for one in own if not one.used and (one.expired or self._could_run(one, codes))]
            if idle:
                found.append(self._idle(comment, said, own, idle))
        own_findings = [(finding, self._holding(finding)) for finding in found]
        return [finding for finding, holding in own_findings if not holding]

    def _holding(self, finding: Finding) -> bool:
        """Whether another comment holds back what is said of one."""
        return any(
            not suppression.comment.span.start <= finding.span.start < suppression.comment.span.end
            and suppression.holds_back(finding)
            for suppression in self._found
        )

    def _could_run(self, suppression: _Suppression, codes: frozenset[str]) -> bool:
        """Whether what it holds back would have been found: only then is it known to be of no use."""
        covered = suppression.word.codes
        if suppression.directive.kind == directive.ENABLE:
            return True
        if not covered & codes or (UNUSED[0] in covered and len(covered) < len(known_rules())):
            return False
        if covered <= _ALWAYS_RUN:
            return True
        if self._report.errors or (ACROSS_FILES in covered and self._report.rule_ids):
            return False
        return not any(
            finding.diagnostic.code in IN_THE_WAY and self._is_near(finding.span, suppression.comment)
            for finding in self._report.findings
        )

    @staticmethod
    def _is_near(span: Span, comment: Comment) -> bool:
        return comment.query is None or comment.query.start <= span.start <= comment.query.end

    def _idle(self, comment: Comment, said: Directive, own: list[_Suppression], idle: list[_Suppression]) -> Finding:
        message = _message(said, idle)
        if len(idle) == len(said.words) and not said.mistakes:
            fix = self._removal(comment)
            return self._at(UNUSED, comment, 0, len(comment.text), message, None, fix)
        first, last = said.words[0], said.words[-1]
        kept = [one.word.text for one in own if one not in idle]
        fix = self._replacement(comment, first.start, last.end, ",".join(kept)) if not said.mistakes else ()
        place = idle[0].word
        return self._at(UNUSED, comment, place.start, place.end, message, None, fix)

    def _at(
        self,
        rule: tuple[str, str, Severity],
        comment: Comment,
        start: int,
        end: int,
        message: str,
        help: str | None,
        fixes: tuple[Fix, ...] = (),
    ) -> Finding:
        """A finding at a stretch of a comment's text; for all of it, or where escapes hide it, at the comment."""
        source, span = self._source, comment.span
        base = _base(source, comment)
        if base is not None and (start, end) != (0, len(comment.text)):
            span = span_of(source, base + start, base + end)
        return Finding(Diagnostic(*rule, message, span.start, span.end, help, (), fixes), span)

    @property
    def _source(self) -> Source:
        assert self._report.source is not None  # where there are comments, there is a text
        return self._report.source

    def _removal(self, comment: Comment) -> tuple[Fix, ...]:
        """Takes the comment out, with its line if that has nothing else."""
        if _base(self._source, comment) is None:
            return ()
        text, (start, end) = self._source.text, comment.span[:2]
        line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        ends = [place for place in (text.find("\n", end), text.find("\r", end)) if place >= 0]
        stop = min(ends, default=len(text))
        before, after = text[line:start], text[end:stop]
        if before.strip() or after.strip():
            start -= 0 if after.strip() else len(before) - len(before.rstrip())
            return (Fix("remove the comment", (Edit(start, end, ""),), "safe"),)
        if stop < len(text):
            stop += 2 if text.startswith("\r\n", stop) else 1
        return (Fix("remove the comment", (Edit(line, stop, ""),), "safe"),)

    def _replacement(self, comment: Comment, start: int, end: int, words: str) -> tuple[Fix, ...]:
        base = _base(self._source, comment)
        if base is None:
            return ()
        return (Fix("remove what has no effect", (Edit(base + start, base + end, words),), "safe"),)


def _base(source: Source, comment: Comment) -> int | None:
    """Where the comment's text begins in the file; None if it is written in another way there (with escapes)."""
    found = source.text.rfind(comment.text, comment.span.start, comment.span.end) if comment.text else -1
    return found if found >= 0 else None


def _message(said: Directive, idle: list[_Suppression]) -> str:
    if said.until is not None and idle[0].expired:
        return f"this suppression ended on {said.until.isoformat()} and suppresses nothing any more"
    words = quoted(one.word.text for one in idle)
    names = listing(words, limit=len(words))
    several = len(words) > 1
    if said.kind == directive.ENABLE:
        return f"{names} {'are' if several else 'is'} not disabled here, so that there is nothing to enable"
    where = {directive.LINE: "on this line", directive.NEXT_LINE: "on the next line", directive.FILE: "in this file"}
    place = where.get(said.kind or "", "from here on")
    return f"{names} {'suppress' if several else 'suppresses'} nothing {place}"
