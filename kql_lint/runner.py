"""Files to reports: reads each file, finds its queries, analyses them, and puts every finding at its place in the file.

Here, once, the offsets of a query become offsets of its file and lines and columns; an output works out nothing more.
Reports come one at a time, in the order of the files, so that memory does not grow with their number.  One file never
costs another its report: an exception while a query is analysed becomes an internal error of that file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue
    from kql_lint.hosts import HostedQuery
    from kql_lint.source import PositionMap, Source


class Span(NamedTuple):
    """A stretch of a file: half-open offsets, 1-based lines and columns, all in code points; ends are exclusive."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class Finding(NamedTuple):
    """A diagnostic at its place.  The offsets in diagnostic are those of the file; related has the spans of its own."""

    diagnostic: Diagnostic
    span: Span
    related: tuple[Span, ...] = ()
    query: str | None = None


class FileReport:
    """What linting one file gave.

    path is as the user sees it.  source is None where the file could not be read.  queries is their number.  errors are
    sentences about what went wrong within kql-lint or is no finding: any of them makes the run fail.
    """

    __slots__ = ("errors", "findings", "path", "queries", "source")

    def __init__(self, path: str, source: Source | None = None, queries: int = 0) -> None:
        self.path = path
        self.source = source
        self.queries = queries
        self.findings: list[Finding] = []
        self.errors: list[str] = []


class Options(NamedTuple):
    """What holds for every file of a run.

    codes are the rules whose findings are kept.  unnamed is the kind of host (``plain``) to take for a file whose name
    does not tell; None makes such a file an error.
    """

    codes: frozenset[str]
    catalogue: Catalogue | None = None
    platform: str = "auto"
    strict_fields: bool = False
    unnamed: str | None = None


def run(paths: Iterable[str], options: Options, read: Callable[[str], Source] | None = None) -> Iterator[FileReport]:
    """The report of each file, one at a time.  read opens a file; it is there for standard input and for tests."""
    from kql_lint.source import read_source

    for path in paths:
        yield lint_file(path, options, read or read_source)


def lint_file(path: str, options: Options, read: Callable[[str], Source]) -> FileReport:
    """The report of one file; never raises for what is in it."""
    from kql_lint.source import Unreadable

    try:
        source = read(path)
    except Unreadable as error:
        return _unreadable(path, error.message, error.line, error.column, options)
    except OSError as error:
        return _unreadable(path, error.strerror or str(error), None, None, options)
    report = FileReport(path, source)
    try:
        _lint(source, options, report)
    except Exception as error:
        report.errors.append(internal_error(error, ""))
    return report


def _lint(source: Source, options: Options, report: FileReport) -> None:
    from kql_lint.hosts import extract_as, kind_of

    kind = kind_of(source.path) or options.unnamed
    if kind is None:
        report.errors.append(unknown_type())
        return
    extraction = extract_as(source, kind)
    report.queries = len(extraction.queries)
    findings = [_finding(source, diagnostic, None) for diagnostic in extraction.diagnostics]
    for number, query in enumerate(extraction.queries, 1):
        try:
            findings += _lint_query(source, query, options)
        except Exception as error:
            name = f' "{query.label}"' if query.label else f" {number}" if report.queries > 1 else ""
            line = source.position(query.map.span(0, 0)[0])[0]
            report.errors.append(internal_error(error, f" in the query{name} at line {line}"))
    kept = [finding for finding in findings if finding.diagnostic.code in options.codes]
    report.findings = sorted(kept, key=lambda finding: (finding.span.start, finding.span.end, finding.diagnostic.code))


def platform_of(query: HostedQuery, chosen: str) -> str:
    """The platform that a query is for: the one that was chosen, else the one that its file tells, else ``auto``."""
    return chosen if chosen != "auto" else query.platform or "auto"


def _lint_query(source: Source, query: HostedQuery, options: Options) -> list[Finding]:
    from kql_lint.engine import analyze

    analysis = analyze(
        query.text,
        catalogue=options.catalogue,
        platform=platform_of(query, options.platform),
        strict_fields=options.strict_fields,
        used_elsewhere=query.used_elsewhere,
    )
    # What lies in the preamble has been reported with the query that it was taken from.
    own = (found for found in analysis.diagnostics if found.start >= query.preamble)
    return [_finding(source, moved(found, query.map), query.label) for found in own]


def moved(diagnostic: Diagnostic, places: PositionMap) -> Diagnostic:
    """The diagnostic of a query with the offsets of the file that the query lies in."""
    start, end = places.span(diagnostic.start, diagnostic.end)
    return Diagnostic(
        diagnostic.code,
        diagnostic.name,
        diagnostic.severity,
        diagnostic.message,
        start,
        end,
        diagnostic.help,
        tuple(_moved_related(item, places) for item in diagnostic.related),
        tuple(_moved_fix(fix, places) for fix in diagnostic.fixes if _applicable(fix, places)),
    )


def _moved_related(item: Related, places: PositionMap) -> Related:
    start, end = places.span(item.start, item.end)
    return Related(start, end, item.message)


def _applicable(fix: Fix, places: PositionMap) -> bool:
    """Whether the file has the text that the fix changes as the query has it: no escape or fold stands for it."""
    return all(places.is_verbatim(edit.start, edit.end) for edit in fix.edits)


def _moved_fix(fix: Fix, places: PositionMap) -> Fix:
    return Fix(fix.title, tuple(_moved_edit(edit, places) for edit in fix.edits), fix.safety)


def _moved_edit(edit: Edit, places: PositionMap) -> Edit:
    start, end = places.span(edit.start, edit.end)
    return Edit(start, end, edit.text)


def span_of(source: Source, start: int, end: int) -> Span:
    """The lines and columns of a stretch of a file."""
    line, column = source.position(start)
    end_line, end_column = source.position(end)
    return Span(start, end, line, column, end_line, end_column)


def _finding(source: Source, diagnostic: Diagnostic, query: str | None) -> Finding:
    related = tuple(span_of(source, item.start, item.end) for item in diagnostic.related)
    return Finding(diagnostic, span_of(source, diagnostic.start, diagnostic.end), related, query)


def _unreadable(path: str, message: str, line: int | None, column: int | None, options: Options) -> FileReport:
    from kql_lint.rules.unreadable_file import RULE

    report = FileReport(path)
    if RULE.code in options.codes:
        line, column = line or 1, column or 1
        diagnostic = RULE.report(0, 0, message, severity=Severity.ERROR)
        report.findings.append(Finding(diagnostic, Span(0, 0, line, column, line, column)))
    return report


def unknown_type() -> str:
    """What to say of a file that no host reads."""
    from kql_lint.hosts import SUFFIXES

    return f"not a kind of file that kql-lint reads ({', '.join(sorted(SUFFIXES))})"


def internal_error(error: Exception, where: str) -> str:
    """Names what happened and where in kql-lint's own code, so that a report of it says enough to find the mistake."""
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno} ({code.co_name})"
        trace = trace.tb_next
    return (
        f"internal error{where}: {type(error).__name__}: {error} at {place}. This is a mistake of kql-lint; please "
        "report it with the query."
    )
