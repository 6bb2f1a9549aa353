"""Comments that hold a rule back in a whole file: ``# kql-lint: disable-file=KL101``, in the comments of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Edit
from kql_lint.fixes.suppressing import Queries, added, tried
from kql_lint.policy.directive import FILE, parse
from kql_lint.policy.registry import known_rules
from kql_lint.spelling import line_end_of

if TYPE_CHECKING:
    from kql_lint.fixes.driver import Linting
    from kql_lint.runner import FileReport, Finding
    from kql_lint.source import Source

# What begins and ends a comment of the file around the queries, by the ending of its name.
_SIGNS = {
    **dict.fromkeys((".yaml", ".yml", ".tf", ".ps1"), ("#", "")),
    **dict.fromkeys((".bicep", ".kql", ".csl", ".kusto"), ("//", "")),
    **dict.fromkeys((".md", ".markdown"), ("<!--", " -->")),
}
_ENDING = re.compile(r"\.\w+\Z")


def suppress_in_file(
    source: Source, report: FileReport, finding: Finding, linting: Linting, queries: Queries
) -> tuple[Edit, ...] | None:
    """The edits that put a comment with the rule's name for the whole file; None where that can't be done.

    report is the raw report of the text.  The name is added to such a comment where there is one; else the comment is
    the first line of the file, or of the query where the file can't have comments.  The text is linted with it: if that
    breaks something, or leaves findings of the rule, there is none.
    """
    code = finding.diagnostic.code
    for edits in _places(source, report, finding, queries):
        after = tried(source, report, finding, edits, linting)
        if after is not None and all(one.diagnostic.code != code for one in linting.reported(after)):
            return edits
    return None


def _places(source: Source, report: FileReport, finding: Finding, queries: Queries) -> Iterator[tuple[Edit, ...]]:
    words = {finding.diagnostic.code: finding.diagnostic.name}
    for comment in report.comments:
        if parse(comment.text, known_rules()).kind == FILE:
            edits = added(source, comment, words, FILE)
            if edits is not None:
                yield edits
    said = f"kql-lint: {FILE}={finding.diagnostic.name}"
    ending = _ENDING.search(source.path.lower())
    sign = _SIGNS.get(ending[0]) if ending else None
    if sign is not None:
        place = _behind_front_matter(source.text) if sign[1] else 0
        yield (Edit(place, place, f"{sign[0]} {said}{sign[1]}{line_end_of(source.text)}"),)
    for query in queries(source):
        start, end = query.map.span(query.preamble, len(query.text))
        if start <= finding.span.start <= end:
            edits = query.in_file((Edit(query.preamble, query.preamble, f"// {said}\n"),), source.text)
            if edits is not None:
                yield edits


def _behind_front_matter(text: str) -> int:
    """Where a Markdown file begins behind its front matter, which has to be the first of it."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return 0
    place = len(lines[0]) + 1
    for line in lines[1:]:
        place += len(line) + 1
        if line.rstrip() in ("---", "..."):
            return min(place, len(text))
    return 0
