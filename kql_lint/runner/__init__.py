"""Files to reports, one at a time and in the order of the files, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kql_lint.runner.lint import Options, Read, catalogue_of, internal_error, lint_file, platform_of, unknown_type
from kql_lint.runner.places import span_of
from kql_lint.runner.report import Comment, FileReport, Finding, RuleId, Span

__all__ = [
    "Comment",
    "FileReport",
    "Finding",
    "Options",
    "RuleId",
    "Span",
    "catalogue_of",
    "internal_error",
    "lint_file",
    "platform_of",
    "run",
    "span_of",
    "unknown_type",
]


def run(targets: Iterable[tuple[str, Options]], read: Read | None = None) -> Iterator[FileReport]:
    """The report of each file, one at a time.  read opens a file; it is there for standard input and for tests."""
    from kql_lint.source import read_source

    for path, options in targets:
        yield lint_file(path, options, read or read_source)
