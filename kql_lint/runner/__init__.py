"""Files to reports, one at a time and in the order of the files, so that memory does not grow with their number."""

from __future__ import annotations

from kql_lint.runner.lint import (
    Known,
    Options,
    catalogue_for,
    catalogue_of,
    extracted_from,
    internal_error,
    lint_file,
    platform_of,
    problems_of,
    refresh_catalogues,
    unknown_type,
    unreadable,
)
from kql_lint.runner.places import span_of
from kql_lint.runner.report import Comment, FileReport, Finding, FunctionProblem, RuleId, Span, in_order
from kql_lint.runner.run import Target, run

__all__ = [
    "Comment",
    "FileReport",
    "Finding",
    "FunctionProblem",
    "Known",
    "Options",
    "RuleId",
    "Span",
    "Target",
    "catalogue_for",
    "catalogue_of",
    "extracted_from",
    "in_order",
    "internal_error",
    "lint_file",
    "platform_of",
    "problems_of",
    "refresh_catalogues",
    "run",
    "span_of",
    "unknown_type",
    "unreadable",
]
