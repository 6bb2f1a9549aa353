"""The findings that hosts make themselves.

Their codes, names and severities stand in kql_lint/rules/ too, with the documentation; a test holds both equal, because
hosts come before rules and may not import them.
"""

from __future__ import annotations

from kql_lint.diagnostic import Diagnostic, Fix, Severity


def no_query_found(start: int, end: int, message: str, help: str | None = None) -> Diagnostic:
    """KL004: a rule file, or one of its rules, was not checked since it has no query."""
    return Diagnostic("KL004", "no-query-found", Severity.WARNING, message, start, end, help)


def no_query_in_rule(start: int, end: int, name: str | None, why: str) -> Diagnostic:
    """KL004 for a rule; name is what it is called, where it is called anything."""
    message = f'no query found in the rule "{name}": {why}' if name else f"no query found in this rule: {why}"
    return no_query_found(start, end, message)


def unreadable(start: int, end: int, message: str, help: str | None = None) -> Diagnostic:
    """KL005: the file's format is broken at this place."""
    return Diagnostic("KL005", "unreadable-file", Severity.ERROR, message, start, end, help)


def wrong_fence(start: int, end: int, message: str) -> Diagnostic:
    """KL001: a Markdown fence that does not end where it is meant to."""
    return Diagnostic("KL001", "syntax-error", Severity.ERROR, message, start, end)


def analysis_limit(start: int, end: int, what: str) -> Diagnostic:
    """KL007: the budget ran out at this place; what is ``expression``, or whatever else is no longer followed there."""
    message = f"{what} is too complex to analyze completely"
    advice = "use each variable fewer times, or write the string out"
    return Diagnostic("KL007", "analysis-limit", Severity.WARNING, message, start, end, advice)


def several_queries(start: int, end: int, message: str, fixes: tuple[Fix, ...]) -> Diagnostic:
    """KL006: blank lines alone separate the queries of a file."""
    return Diagnostic("KL006", "several-queries", Severity.INFO, message, start, end, None, (), fixes)
