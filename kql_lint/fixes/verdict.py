"""Whether fixes have made a text worse, by the raw reports before and after them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from kql_lint.diagnostic import Severity
from kql_lint.fixes.apply import Applied, Stretch
from kql_lint.runner import FileReport, Finding
from kql_lint.wording import shortened

# Rules of which a finding keeps others from being found: where a query can't be read, or a name in it is not known,
# kql-lint does not judge what follows from that.  What such a fix brings to light has been there before.
UNCOVERING = frozenset(
    ("KL001", "KL002", "KL003", "KL106", "KL201", "KL202", "KL203", "KL204", "KL205", "KL206", "KL208", "KL410")
)
# A fix of several-queries makes one query of many.
_JOINING = "KL006"
_UNREADABLE = "KL005"
_QUOTED = 60


def worse(
    before: FileReport,
    after: FileReport,
    fixed: list[Finding],
    applied: Applied,
    counts: frozenset[str],
    *,
    guessed: bool = False,
) -> str | None:
    """Why fixes can't stay, as words behind "since"; None where they can.

    before and after are raw reports of the text without and with them, fixed the findings that they are of.
    counts are the codes of the rules whose findings must not become more.  guessed: the fixes are guesses, so that
    whatever comes to light speaks against them.
    """
    if after.errors and not before.errors:
        return f"kql-lint fails: {after.errors[0]}"
    unreadable = [one for one in after.findings if one.diagnostic.code == _UNREADABLE]
    if unreadable and not any(one.diagnostic.code == _UNREADABLE for one in before.findings):
        return f"the file can't be read then: {unreadable[0].diagnostic.message}"
    codes = {one.diagnostic.code for one in fixed}
    if len(after.queries) != len(before.queries) and _JOINING not in codes:
        return f"{len(after.queries)} queries are found then, not {len(before.queries)}"
    new = [one for one in _new(before, after, fixed, applied) if one.diagnostic.code in counts]
    uncovered = _Uncovered(before, after, fixed)
    for one in new:
        if guessed or not uncovered(one) or _touches(one, applied.after):
            found = one.diagnostic
            return f"{found.code} ({found.name}) is reported then, at line {one.span.line}: {found.message}"
    return None


def _serious(report: FileReport) -> list[Finding]:
    return [one for one in report.findings if one.diagnostic.severity >= Severity.WARNING]


def _new(before: FileReport, after: FileReport, fixed: list[Finding], applied: Applied) -> list[Finding]:
    """The errors and warnings that were not there before.

    A finding is known again by its rule and by what stands at its place.  Where that was edited, the numbers decide:
    a rule that is reported no more often than before, but for what was fixed, has found nothing new.
    """
    expected = Counter(one.diagnostic.code for one in _serious(before))
    gone = {one.diagnostic.code for one in fixed}
    for one in _serious(before):
        if one.diagnostic.code in gone and (one in fixed or _touches(one, applied.before)):
            expected[one.diagnostic.code] -= 1
    known = Counter(_key(before, one) for one in _serious(before))
    new: list[Finding] = []
    for one in _serious(after):
        key = _key(after, one)
        if known[key] > 0:
            known[key] -= 1
        else:
            new.append(one)
    more = Counter(one.diagnostic.code for one in _serious(after)) - expected
    return [one for one in new if more[one.diagnostic.code] > 0]


def _key(report: FileReport, finding: Finding) -> tuple[str, str]:
    text = report.source.text if report.source is not None else ""
    return finding.diagnostic.code, shortened(text[finding.span.start : finding.span.end], _QUOTED)


def _touches(finding: Finding, stretches: Iterable[Stretch]) -> bool:
    start, end = finding.span[:2]
    return any(first <= end and start <= last for first, last in stretches)


class _Uncovered:
    """Tells whether a finding may have been hidden by one that was fixed: both lie in the same query."""

    def __init__(self, before: FileReport, after: FileReport, fixed: list[Finding]) -> None:
        places = [one.span.start for one in fixed if one.diagnostic.code in UNCOVERING]
        self._any = bool(places)
        self._same = len(before.queries) == len(after.queries)
        self._queries = {_query(before, place) for place in places}
        self._after = after

    def __call__(self, finding: Finding) -> bool:
        return self._any and (not self._same or _query(self._after, finding.span.start) in self._queries)


def _query(report: FileReport, place: int) -> int:
    """The number of the query that a place lies in or behind; -1 where it lies before all."""
    return bisect_right([span.start for span in sorted(report.queries)], place) - 1
