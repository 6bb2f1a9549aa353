"""Findings as the diagnostics of the protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from kql_lint.diagnostic import Severity
from kql_lint.lsp import pages
from kql_lint.lsp.documents import range_at, uri_of
from kql_lint.positions import Encoding, Positions
from kql_lint.source import Source

if TYPE_CHECKING:
    from kql_lint.lsp.documents import Document
    from kql_lint.lsp.governing import Trouble
    from kql_lint.runner import FileReport, Finding

SOURCE = "kql-lint"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
# While somebody writes the comment above a query, there is no mistake in that.  What is opened or saved so has one.
_NO_QUERY_YET = "KL004"
_SYNTAX_ERROR = "KL001"
_WORD = re.compile(r"[\w$-]*")
# What has no effect is shown faded, a name that is no longer one struck out.
_UNNECESSARY = frozenset(("KL209", "KL901"))
_DEPRECATED = frozenset(("KL106", "KL617"))


def of_report(report: FileReport, document: Document) -> list[types.Diagnostic]:
    """The diagnostics of a text; errors of kql-lint itself are said at its beginning."""
    left = (one for one in report.findings if not (document.edited and one.diagnostic.code == _NO_QUERY_YET))
    found = [of_finding(one, document) for one in left]
    return found + [_failure(error) for error in report.errors]


def of_finding(finding: Finding, document: Document) -> types.Diagnostic:
    """A finding at its place in the text that it was found in."""
    return _diagnostic(finding, stretch_of(finding, document), document.positions, document.uri)


def stretch_of(finding: Finding, document: Document) -> tuple[int, int]:
    """The half-open stretch of the text at which a finding is shown.

    What a syntax error misses at the end of a line is shown there; but where only the word that is being typed is below
    it, it is likely that word that is not finished, and not a line above that was.
    """
    start, end = finding.span.start, finding.span.end
    if finding.diagnostic.code != _SYNTAX_ERROR or start != end or document.typed is None:
        return start, end
    text, typed = document.source.text, document.typed
    word = _word_below(text[end:typed])
    if not word:
        return start, end
    rest = _WORD.match(text, typed)
    return typed - len(word), rest.end() if rest is not None else typed


def _word_below(between: str) -> str:
    """The word that a stretch of text ends with, where nothing but comments and the ends of lines stands before it."""
    first, *lines = between.split("\n")
    if not lines or first.strip():
        return ""
    *others, last = (line.strip() for line in lines)
    alone = all(not line or line.startswith("//") for line in others)
    return last if alone and _WORD.fullmatch(last) else ""


def of_file(report: FileReport, encoding: Encoding) -> list[types.Diagnostic]:
    """The diagnostics of a file that is not open."""
    positions = Positions(report.source or Source(report.path, ""), encoding)
    found = [
        _diagnostic(one, (one.span.start, one.span.end), positions, uri_of(report.path)) for one in report.findings
    ]
    return found + [_failure(error) for error in report.errors]


def of_troubles(troubles: list[Trouble], source: Source, positions: Positions) -> list[types.Diagnostic]:
    """The diagnostics of a file of settings: each from its place to the end of the line."""
    found = []
    for one in troubles:
        start = source.offset(one.line, one.column)
        end = source.line_span(one.line)[1]
        found.append(_plain(range_at(positions, start, max(start, end)), one.message))
    return found


def not_linted(troubles: list[Trouble]) -> types.Diagnostic:
    """What is said of a text that can't be linted, since the settings for it can't be used."""
    why = "; ".join(f"{one.path}:{one.line}:{one.column}: {one.message}" for one in troubles[:3])
    return _plain(_beginning(), f"this file is not linted: {why or 'its settings cannot be used'}")


def _failure(error: str) -> types.Diagnostic:
    return _plain(_beginning(), error)


def _plain(place: types.Range, message: str) -> types.Diagnostic:
    return types.Diagnostic(place, message, severity=types.DiagnosticSeverity.Error, source=SOURCE)


def _beginning() -> types.Range:
    return types.Range(types.Position(0, 0), types.Position(0, 0))


def _diagnostic(finding: Finding, stretch: tuple[int, int], positions: Positions, uri: str) -> types.Diagnostic:
    """A finding that is shown at a half-open stretch of its text."""
    found = finding.diagnostic
    page = pages.uri_of_rule(found.code)
    message = found.message if found.help is None else f"{found.message}\nhelp: {found.help}"
    return types.Diagnostic(
        range_at(positions, *stretch),
        message,
        severity=_SEVERITIES[found.severity],
        code=found.code,
        code_description=None if page is None else types.CodeDescription(page),
        source=SOURCE,
        tags=_tags(found.code),
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(uri, range_at(positions, place.start, place.end)), item.message
            )
            for item, place in zip(found.related, finding.related, strict=False)
        ]
        or None,
        data={"name": found.name},
    )


def _tags(code: str) -> list[types.DiagnosticTag] | None:
    if code in _UNNECESSARY:
        return [types.DiagnosticTag.Unnecessary]
    return [types.DiagnosticTag.Deprecated] if code in _DEPRECATED else None
