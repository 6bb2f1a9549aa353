"""The last line of a run: what was found in how much."""

from __future__ import annotations

from kql_lint.diagnostic import Severity
from kql_lint.output import Summary
from kql_lint.wording import listing

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def sentence(summary: Summary) -> str:
    """For instance "Found 3 errors and 1 warning in 2 of 14 files (15 queries)."."""
    counts = [_count(count, _WORDS[severity]) for severity, count in summary.counts.items() if count]
    files = _count(summary.files, "file")
    if summary.files_with_findings < summary.files:
        files = f"{summary.files_with_findings:,} of {files}"
    found = f"Found {listing(counts)} in {files}" if counts else f"No findings in {_count(summary.files, 'file')}"
    queries = _count(summary.queries, "query", "queries")
    failed = f" {_count(summary.failed, 'file')} could not be linted." if summary.failed else ""
    return f"{found} ({queries}).{failed}"


def left_out(number: int, one: str) -> str:
    """For instance "1 result is left out"."""
    return f"{_count(number, one)} {'is' if number == 1 else 'are'} left out"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
