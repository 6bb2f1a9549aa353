"""The last line of a run: what was found in how much."""

from __future__ import annotations

from kql_lint.output import Summary


def sentence(summary: Summary) -> str:
    """For instance "Found 3 errors and 1 warning in 2 of 14 files (15 queries)."."""
    counts = [_count(count, severity.label) for severity, count in summary.counts.items() if count]
    if summary.counts and counts:
        named = [item.replace("infos", "notes").replace("info", "note") for item in counts]
        found = f"Found {_and(named)} in {summary.files_with_findings} of {_count(summary.files, 'file')}"
    else:
        found = f"No findings in {_count(summary.files, 'file')}"
    queries = _count(summary.queries, "query", "queries")
    failed = f" {_count(summary.errors, 'file')} could not be linted." if summary.errors else ""
    return f"{found} ({queries}).{failed}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
