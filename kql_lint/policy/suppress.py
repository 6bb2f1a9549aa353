"""Suppressions of one file: which findings its comments hold back, which of them do nothing, which are wrong.

A finding is held back by where it begins.  A suppression is judged by all findings of the file, whether their rules are
selected or not, and called unused only where its rule is selected and could run.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Severity
from kql_lint.policy import directive
from kql_lint.policy.directive import Directive, Mistake, Word, parse
from kql_lint.policy.registry import BEYOND_THE_FILE, IN_THE_WAY, known_rules
from kql_lint.policy.repeats import Cause, Causes
from kql_lint.runner import Finding, span_of
from kql_lint.wording import listing, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kql_lint.runner import Comment, FileReport
    from kql_lint.source import Source

# The rules' modules have these too; loading them takes longer than all that is done here, and a test holds them equal.
UNUSED = ("KL901", "unused-suppression", Severity.WARNING)
BAD = ("KL902", "bad-suppression", Severity.WARNING)
_LINE_END = re.compile(r"[\r\n]")
# These are found whatever else is wrong in a file.
_ALWAYS_RUN = frozenset(("KL001", "KL002", "KL003", "KL004", "KL005", "KL006", BAD[0]))


class _Suppression:
    """A word of a comment, and where it holds; ends has where an ``enable`` ends it for some of the rules."""

    __slots__ = ("comment", "directive", "end", "ends", "expired", "has_ended", "start", "word")

    def __init__(self, comment: Comment, found: Directive, word: Word, today: date) -> None:
        self.comment = comment
        self.directive = found
        self.word = word
        self.expired = found.until is not None and found.until < today
        self.start, self.end = _stretch(comment, found.kind)
        self.ends: dict[str, int] = {}
        self.has_ended = False  # an ``enable``, some ``disable``

    def stretches(self) -> Iterator[tuple[str, int, int]]:
        """The rules that it holds back, each with where in the file it does."""
        if not self.expired and self.directive.kind != directive.ENABLE:
            for code in self.word.codes:
                end = self.ends.get(code, self.end)
                if self.start < end:
                    yield code, self.start, end


class _Held:
    """Where one rule is held back: how many suppressions hold at a place of the file."""

    def __init__(self, stretches: list[tuple[int, int]]) -> None:
        self._starts = sorted(start for start, _ in stretches)
        self._ends = sorted(end for _, end in stretches)

    def at(self, place: int) -> int:
        return bisect_right(self._starts, place) - bisect_right(self._ends, place)


def _stretch(comment: Comment, kind: str | None) -> tuple[int, int]:
    """Where in the file a suppression holds, as a half-open stretch."""
    if kind == directive.LINE:
        return comment.line
    if kind == directive.NEXT_LINE:
        return comment.next
    if kind == directive.FILE:
        return 0, 1 << 62
    return comment.span.start, comment.scope[1]


def _end(enable: _Suppression, disabled: dict[str, list[_Suppression]]) -> None:
    """Ends the ranges that an ``enable`` speaks about; disabled are those that are open, by their rules."""
    place = enable.comment.span.start
    for code in enable.word.codes:
        for other in disabled.pop(code, ()):
            if place < other.end:
                other.ends[code] = place
                enable.has_ended = True


class Suppressions:
    """What the comments of one file do.  today is the day that ``until`` is compared with."""

    def __init__(self, report: FileReport, today: date) -> None:
        self._report = report
        self._causes = Causes(report)
        self._found: list[list[_Suppression]] = []  # of each comment, one a word
        self._mistakes: list[tuple[Comment, Directive]] = []
        rules = known_rules()
        disabled: dict[str, list[_Suppression]] = {}
        for comment in report.comments:
            found = parse(comment.text, rules)
            self._mistakes.append((comment, found))
            words = [_Suppression(comment, found, word, today) for word in found.words]
            self._found.append(words)
            for one in words:
                if found.kind == directive.ENABLE:
                    _end(one, disabled)
                elif found.kind == directive.DISABLE:
                    for code in one.word.codes:
                        disabled.setdefault(code, []).append(one)
        stretches: dict[str, list[tuple[int, int]]] = {}
        for code, start, end in (stretch for words in self._found for one in words for stretch in one.stretches()):
            stretches.setdefault(code, []).append((start, end))
        self._held = {code: _Held(of_code) for code, of_code in stretches.items()}
        self._places: dict[str, list[int]] = {}  # of all findings that came by, by their rules

    def silence(self, code: str, place: int) -> bool:
        """Whether what a rule finds at a place is held back."""
        return self._count(code, place) > 0

    def _count(self, code: str, place: int) -> int:
        held = self._held.get(code)
        return 0 if held is None else held.at(place)

    def apply(self, findings: list[Finding]) -> list[Finding]:
        """The findings that no comment holds back.  All findings of the file have to come by here, once.

        What is held back where a name is first read is held back wherever the query reads it, since it is one finding.
        """
        left: list[Finding] = []
        first: dict[Cause, bool] = {}
        for one in findings:
            code, place = one.diagnostic.code, one.span.start
            self._places.setdefault(code, []).append(place)
            held = self.silence(code, place)
            cause = self._causes.of(one)
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
        for places in self._places.values():
            places.sort()
        in_the_way = sorted(one.span.start for one in self._report.findings if one.diagnostic.code in IN_THE_WAY)
        found = []
        for (comment, said), own in zip(self._mistakes, self._found, strict=True):
            may_be_idle = [one for one in own if not self._is_used(one)]
            idle = [one for one in may_be_idle if one.expired or self._could_run(one, codes, in_the_way)]
            if idle:
                finding = self._idle(comment, said, own, idle)
                if not self._is_held_by_another(finding, comment, own):
                    found.append(finding)
        return found

    def _is_used(self, suppression: _Suppression) -> bool:
        """Whether it holds back one of the findings, or an ``enable`` has ended something."""
        if suppression.has_ended:
            return True
        for code, start, end in suppression.stretches():
            places = self._places.get(code, [])
            number = bisect_left(places, start)
            if number < len(places) and places[number] < end:
                return True
        return False

    def _is_held_by_another(self, finding: Finding, comment: Comment, own: list[_Suppression]) -> bool:
        """Whether another comment holds back what is said of one."""
        code, place = finding.diagnostic.code, finding.span.start
        by_itself = 0
        if comment.span.start <= place < comment.span.end:
            stretches = [stretch for one in own for stretch in one.stretches()]
            by_itself = sum(of == code and start <= place < end for of, start, end in stretches)
        return self._count(code, place) > by_itself

    def _could_run(self, suppression: _Suppression, codes: frozenset[str], in_the_way: list[int]) -> bool:
        """Whether what it holds back would have been found: only then is it known to be of no use.

        in_the_way are the places, in order, of what tells that not all rules could run there.
        """
        covered = suppression.word.codes
        if suppression.directive.kind == directive.ENABLE:
            return True
        if not covered & codes or (UNUSED[0] in covered and len(covered) < len(known_rules())):
            return False
        if covered <= _ALWAYS_RUN:
            return True
        if self._report.errors or (not BEYOND_THE_FILE.isdisjoint(covered) and self._report.rule_ids):
            return False
        query = suppression.comment.query
        if query is None:
            return not in_the_way
        number = bisect_left(in_the_way, query.start)
        return number == len(in_the_way) or in_the_way[number] > query.end

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
        line = start - (comment.span.column - 1)
        found = _LINE_END.search(text, end)
        stop = found.start() if found else len(text)
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
