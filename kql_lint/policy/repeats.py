"""One finding for a name, however often a query reads it.

A report is raw: it has the name at each of its places, so that a comment or a baseline can name each of them.  What is
left of these is put together at the very end: the first place is the finding's, the others are related ones.
"""

from __future__ import annotations

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


def cause_of(report: FileReport, finding: Finding) -> Cause | None:
    """What a finding is about; None where it is a finding of its own."""
    found = finding.diagnostic
    if found.code not in ONCE_A_QUERY or report.source is None:
        return None
    place = finding.span
    query = next((number for number, span in enumerate(report.queries) if span.start <= place.start <= span.end), -1)
    name = report.source.text[place.start : place.end]
    return Cause(query, found.code, name, found.message.partition(_SUGGESTION)[0], found.related)


def united(report: FileReport, findings: list[Finding]) -> list[Finding]:
    """The findings, those of one cause as one, at the first of their places."""
    groups: dict[Cause | int, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(cause_of(report, finding) or number, []).append(finding)
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
