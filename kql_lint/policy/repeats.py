"""One finding for a name, however often a query reads it.

A report is raw: it has the name at each of its places, so that a comment or a baseline can name each of them.  What is
left of these is put together at the very end: the first place is the finding's, the others are related ones.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Edit, Fix, Related
from kql_lint.policy.registry import ONCE_A_QUERY

if TYPE_CHECKING:
    from kql_lint.runner import FileReport, Finding, Span

ALSO = "also here"
_SHOWN = 5
_SUGGESTION = "; did you mean "


class Cause(NamedTuple):
    """What findings have in common that are one: the query that they lie in, the rule, the name and what is said of it.

    Where an operator has dropped the name, that operator too; where one name is unknown, whatever it resembles there.
    """

    query: int
    code: str
    name: str
    message: str
    related: tuple[Related, ...]


class Causes:
    """Finds out what the findings of a report are about.

    A file can have thousands of queries, and as many findings: so the query of a place is found by bisection.
    """

    def __init__(self, report: FileReport) -> None:
        self._source = report.source
        spans = sorted(report.queries)
        self._starts = [span.start for span in spans]
        self._ends = [span.end for span in spans]
        # Of the queries up to each, how far one reaches, and which: a text that is put together can lie in another's.
        self._furthest = list(accumulate(((span.end, number) for number, span in enumerate(spans)), max))

    def of(self, finding: Finding) -> Cause | None:
        """What a finding is about; None where it is a finding of its own."""
        found, place = finding.diagnostic, finding.span
        if found.code not in ONCE_A_QUERY or self._source is None:
            return None
        name = self._source.text[place.start : place.end]
        message = found.message.partition(_SUGGESTION)[0]
        return Cause(self._query(place.start), found.code, name, message, found.related)

    def _query(self, place: int) -> int:
        """A number for the query that a place lies in, -1 for none; of several, the last that begins."""
        last = bisect_right(self._starts, place) - 1
        if last < 0 or self._ends[last] >= place:
            return last
        end, furthest = self._furthest[last]
        return furthest if end >= place else -1


def united(report: FileReport, findings: list[Finding]) -> list[Finding]:
    """The findings, those of one cause as one, at the first of their places."""
    groups: dict[Cause | int, list[Finding]] = {}
    causes = Causes(report)
    for number, finding in enumerate(findings):
        groups.setdefault(causes.of(finding) or number, []).append(finding)
    return [_united(same) if len(same) > 1 else same[0] for same in groups.values()]


def _united(same: list[Finding]) -> Finding:
    first, *others = same
    shown = others[:_SHOWN]
    labels = [ALSO] * len(shown)
    if len(others) > _SHOWN:
        labels[-1] = f"{ALSO}, and in {len(others) - _SHOWN} more places"
    found = first.diagnostic
    also = tuple(Related(one.span.start, one.span.end, label) for one, label in zip(shown, labels, strict=True))
    spans: tuple[Span, ...] = tuple(one.span for one in shown)
    fixes = tuple(_everywhere(fix, others) for fix in found.fixes)
    diagnostic = found._replace(related=found.related + also, fixes=fixes)
    return first._replace(diagnostic=diagnostic, related=first.related + spans)


def _everywhere(fix: Fix, others: list[Finding]) -> Fix:
    """The fix with what the same one changes at the other places."""
    edits: list[Edit] = list(fix.edits)
    for other in others:
        for one in other.diagnostic.fixes:
            if (one.title, one.safety) == (fix.title, fix.safety):
                edits += one.edits
    return Fix(fix.title, tuple(dict.fromkeys(edits)), fix.safety)
