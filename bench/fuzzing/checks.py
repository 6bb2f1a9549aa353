"""What has to be true of each report, whatever is in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kql_lint.diagnostic import Fix, Severity
from kql_lint.policy.registry import known_rules

if TYPE_CHECKING:
    from kql_lint.runner import FileReport, Finding, Span

# Whatever some program takes for the end of a line.
_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_NAMES = {rule.code: rule.name for rule in known_rules()}


class Lines:
    """Where the lines of a text begin, found out apart from kql_lint.source."""

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.places: list[tuple[int, int]] = []
        line, column, before = 1, 1, ""
        for char in text:
            if before == "\n" or (before == "\r" and char != "\n"):
                line, column = line + 1, 1
            self.places.append((line, column))
            before, column = char, column + 1
        self.places.append((line + 1, 1) if before in ("\n", "\r") else (line, column))

    def wrong(self, what: str, span: Span) -> Iterator[str]:
        """What is wrong with a span."""
        if not 0 <= span.start <= span.end <= self.length:
            yield f"{what} lies outside of the text: {span}, length {self.length}"
            return
        start, end = self.places[span.start], self.places[span.end]
        if start != (span.line, span.column) or end != (span.end_line, span.end_column):
            yield f"{what} has the wrong line or column: {span} is {start} to {end}"


def wrong_in(report: FileReport, text: str | None) -> Iterator[str]:
    """What is wrong in the raw report of a file; text is what the file holds, None where it can't be read."""
    yield from (f"said: {error}" for error in (*report.errors, *report.problems))
    if text is None:
        return
    lines = Lines(text)
    for query in report.queries:
        yield from lines.wrong("a query", query)
    for comment in report.comments:
        yield from lines.wrong("a comment", comment.span)
        for stretch in (comment.line, comment.next, comment.scope):
            # what begins behind a file's last line has one place more
            if not 0 <= stretch[0] <= stretch[1] <= len(text) + 1:
                yield f"a comment holds for {stretch}, length {len(text)}"
    for one in report.rule_ids:
        yield from lines.wrong("a rule's id", one.span)
    for finding in report.findings:
        yield from (f"{finding.diagnostic.code}: {what}" for what in wrong_with(finding, text, lines))
    order = [(one.span.start, one.span.end, one.diagnostic.code) for one in report.findings]
    if order != sorted(order):
        yield f"the findings are in no order: {order}"


def wrong_with(finding: Finding, text: str, lines: Lines) -> Iterator[str]:
    """What is wrong with a finding."""
    found = finding.diagnostic
    if _NAMES.get(found.code) != found.name:
        yield f"no rule is called {found.name}"
    if found.severity not in Severity:
        yield f"no severity: {found.severity}"
    yield from lines.wrong("the finding", finding.span)
    if (found.start, found.end) != finding.span[:2]:
        yield f"two places: {finding.span} and {found.start} to {found.end}"
    if len(found.related) != len(finding.related):
        yield "not as many related places as there are related spans"
    for span in finding.related:
        yield from lines.wrong("a related place", span)
    titles = [fix.title for fix in found.fixes]
    for said in (found.message, found.help or "", *titles, *(one.message for one in found.related)):
        if _LINE_END.search(said):
            yield f"a line end in {said!r}"
    if not found.message or not all(titles):
        yield "no words"
    for fix in found.fixes:
        yield from wrong_edits(fix, text)


def wrong_edits(fix: Fix, text: str) -> Iterator[str]:
    """What is wrong with the edits of a fix."""
    edits = sorted(fix.edits)
    if not edits:
        yield f"a fix without edits: {fix.title}"
    for edit in edits:
        if not 0 <= edit.start <= edit.end <= len(text):
            yield f"an edit outside of the text: {edit}, length {len(text)}"
    for one, after in pairwise(edits):
        if after.start < one.end or after.start == one.start:
            yield f"edits in each other's way: {one} and {after}"
    if edits and fixed(text, fix) == text:
        yield f"a fix that changes nothing: {fix.title}"


def fixed(text: str, fix: Fix) -> str:
    """A text with the edits of a fix."""
    for edit in sorted(fix.edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def wrong_json(report: FileReport, text: str) -> Iterator[str]:
    """What is wrong with the JSON that a report became."""
    try:
        text.encode()
        records: list[dict[str, Any]] = json.loads(text, parse_constant=_no_constant)
        json.dumps(records, ensure_ascii=False).encode()  # raises for half a character
    except ValueError as error:
        yield f"no JSON: {error}"
        return
    if len(records) != len(report.findings):
        yield f"{len(records)} records for {len(report.findings)} findings"
        return
    for record, finding in zip(records, report.findings, strict=True):
        span = finding.span
        said = (record["code"], record["message"], record["location"], record["end_location"])
        if said != (
            finding.diagnostic.code,
            finding.diagnostic.message,
            {"row": span.line, "column": span.column},
            {"row": span.end_line, "column": span.end_column},
        ):
            yield f"JSON says {said} of {finding}"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def first(problems: Iterable[str]) -> str | None:
    """The first problem, if there is one."""
    return next(iter(problems), None)
