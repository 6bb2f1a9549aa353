"""One file to its report: reads it, finds its queries, analyses them, and puts every finding at its place in the file.

One file never costs another its report: an exception while a query is analysed becomes an internal error of that file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kql_lint.diagnostic import Severity
from kql_lint.runner import comments, rules
from kql_lint.runner.companions import Companions
from kql_lint.runner.places import finding_at, moved, span_of
from kql_lint.runner.report import FileReport, Finding, FunctionProblem, Span, Unread, in_order
from kql_lint.runner.shared import Analyses

if TYPE_CHECKING:
    from kql_lint.catalogue import Catalogue, CatalogueError
    from kql_lint.diagnostic import Diagnostic
    from kql_lint.engine import Analysis
    from kql_lint.hosts import Extraction, HostedQuery
    from kql_lint.reading import Unreadable
    from kql_lint.repository import Boundary
    from kql_lint.source import Source


class Options(NamedTuple):
    """What the report of a file depends on, besides its content and its name.

    catalog are files and folders that go over the shipped catalogue, functions patterns of files that define functions;
    within is where these may lie, None for anywhere.
    unnamed is the kind of host (``plain``) to take for a file whose name does not tell; None makes that an error.
    query_keys and fences are those of hosts.HostOptions, extensions those of hosts.kind_of.  allowed are paths outside
    of the repository that what a file names may lie in.  extend_select are the codes of the rules off by default that
    run as well.
    """

    platform: str = "auto"
    strict_fields: bool = False
    catalog: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    unnamed: str | None = None
    query_keys: tuple[str, ...] = ()
    fences: tuple[str, ...] = ("kql", "kusto")
    within: Boundary | None = None
    extensions: tuple[tuple[str, str], ...] = ()
    allowed: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


Read = Callable[[str], "Source"]


class Known(NamedTuple):
    """What is known of a text before it is linted.

    kind and extraction are what ``extracted_from`` gives with these options, companions what the text names (see
    ``Companions.seen``).  analysis_of gives what analysing one of its queries gave, None where that is not known.
    """

    kind: str
    extraction: Extraction
    companions: Mapping[str, str]
    analysis_of: Callable[[HostedQuery], Analysis | None]


# The catalogues of this process, by their overlays: read once, however many files are linted with them.
_CATALOGUES: dict[tuple[tuple[str, ...], tuple[str, ...], Boundary | None], Catalogue] = {}


def catalogue_of(options: Options) -> Catalogue:
    """The shipped catalogue with the overlays that the options name; raises CatalogueError for what is wrong there."""
    from kql_lint.catalogue import Catalogue

    if not options.catalog and not options.functions:
        return Catalogue.default()
    key = (options.catalog, options.functions, options.within)
    if key not in _CATALOGUES:
        _CATALOGUES[key] = Catalogue.with_overlays(*key)
    return _CATALOGUES[key]


def forget_catalogues() -> None:
    """From here on overlays and functions are read anew: their files may have changed."""
    _CATALOGUES.clear()


def refresh_catalogues() -> list[CatalogueError]:
    """Reads the overlays and functions of this process again; one that can't be used now stays as it was."""
    from kql_lint.catalogue import Catalogue, CatalogueError

    wrong = []
    for key in list(_CATALOGUES):
        try:
            _CATALOGUES[key] = Catalogue.with_overlays(*key)
        except CatalogueError as error:
            wrong.append(error)
    return wrong


def lint_file(path: str, options: Options, read: Read, known: Known | None = None) -> FileReport:
    """The report of one file; never raises for what is in it.  read gives its text, or raises Unreadable.

    known is what was found out of this text with these options before.
    """
    from kql_lint.reading import Unreadable

    try:
        source = read(path)
    except Unreadable as error:
        return unreadable(path, error, options)
    report = FileReport(path, source)
    try:
        _lint(source, options, report, known)
    except Exception as error:
        report.errors.append(internal_error(error, ""))
    return report


def _lint(source: Source, options: Options, report: FileReport, known: Known | None) -> None:
    companions = Companions(source.path, options.allowed, options.extensions)
    extracted = known[:2] if known is not None else extracted_from(source, options, companions)
    report.companions = list((known.companions if known is not None else companions.seen).items())
    if extracted is None:
        report.errors.append(unknown_type())
        return
    kind, extraction = extracted
    report.is_ours = extraction.is_ours
    report.unread += [Unread(one.language, source.position(one.start)[0]) for one in extraction.unread]
    findings = [finding_at(source, diagnostic, None) for diagnostic in extraction.diagnostics]
    catalogue = catalogue_for(source, extraction, options)

    def analyze(query: HostedQuery) -> Analysis:
        return (known.analysis_of(query) if known is not None else None) or _analyzed(query, options, catalogue)

    analyses = Analyses(extraction.queries, analyze)
    for number, query in enumerate(extraction.queries, 1):
        place = span_of(source, *query.map.span(query.preamble, len(query.text)))
        report.queries.append(place)
        report.comments += comments.of_query(source, query, place)
        try:
            findings += _lint_query(source, query, analyses, report, options.extend_select)
        except Exception as error:
            several = len(extraction.queries) > 1
            name = f' "{query.label}"' if query.label else f" {number}" if several else ""
            report.errors.append(internal_error(error, f" in the query{name} at line {place.line}"))
    report.problems += problems_of(source, options, catalogue)
    report.comments += comments.of_host(source, extraction.comments, report.queries)
    if kind == "plain" and not extraction.queries:
        report.comments += comments.of_file(source)
    report.comments.sort(key=lambda one: one.span)
    # A text that several queries of a file share, such as a variable's, is judged with each of them, and reported once.
    apart = {(one.span, one.diagnostic.code, one.diagnostic.message): one for one in reversed(findings)}
    report.findings = in_order(apart.values())


def extracted_from(
    source: Source, options: Options, companions: Companions | None = None
) -> tuple[str, Extraction] | None:
    """The kind of a file, and what lies in it; None for a file that no host reads.

    companions reads the files that it names.
    """
    from kql_lint.hosts import HostOptions, extract_as

    kind = _kind(source.path, options)
    if kind is None:
        return None
    companions = companions or Companions(source.path, options.allowed, options.extensions)
    return kind, extract_as(source, kind, HostOptions(options.query_keys, options.fences, companions.load))


def _kind(path: str, options: Options) -> str | None:
    """The kind of a file; of one that its name does not tell, what the options say."""
    from kql_lint.hosts import GUESSED, kind_of

    kind = kind_of(path, options.extensions)
    return options.unnamed or kind if kind in (None, GUESSED) else kind


def catalogue_for(
    source: Source, extraction: Extraction, options: Options, catalogue: Catalogue | None = None
) -> Catalogue:
    """The catalogue for the queries of a file, with the functions that it defines itself.

    catalogue is in place of that of the options.
    """
    catalogue = catalogue or catalogue_of(options)
    if not extraction.functions:
        return catalogue
    from kql_lint.catalogue.definitions import of_host

    return catalogue.with_functions(of_host(source, extraction.functions))


def problems_of(source: Source, options: Options, catalogue: Catalogue) -> list[FunctionProblem]:
    """What was found to be wrong in the user's functions so far; catalogue is that of a file which was linted last.

    A function is looked at once, whoever calls it; which files depend on it is not kept.  So whatever is linted after
    the first one that does has its problems too: no report is kept as sound that was made of less than it needed.  What
    is wrong with a function of the file itself is said of the query that it is.
    """
    found = [*catalogue_of(options).problems, *catalogue.problems] if options.catalog or options.functions else []
    places = dict.fromkeys(FunctionProblem(one.path, one.line, one.column, one.message) for one in found)
    return [one for one in places if one.path != source.path]


def platform_of(query: HostedQuery, chosen: str) -> str:
    """The platform that a query is for: the one that was chosen, else the one that its file tells, else ``auto``."""
    return chosen if chosen != "auto" else query.platform or "auto"


def _analyzed(query: HostedQuery, options: Options, catalogue: Catalogue) -> Analysis:
    from kql_lint.engine import analyze

    return analyze(
        query.text,
        catalogue=catalogue,
        platform=platform_of(query, options.platform),
        strict_fields=options.strict_fields,
        used_elsewhere=query.used_elsewhere,
        bounded=query.is_bounded,
        holes=query.holes,
        extend_select=options.extend_select,
    )


def _lint_query(
    source: Source, query: HostedQuery, analyses: Analyses, report: FileReport, extend_select: tuple[str, ...]
) -> list[Finding]:
    from kql_lint.engine import judge_detection

    analysis = analyses.of(query)
    # What lies in the preamble has been reported with the query that it was taken from.
    own = [one for one in analysis.diagnostics if query.is_own(one.start)] if analyses.is_new(query) else []
    found = [(moved(one, query, source.text), tables) for one, tables in zip(own, _tables(analysis, own), strict=True)]
    found += [(one, ()) for one in judge_detection(query, analysis, extend_select)]
    known = None if query.rule is None else rules.identity(source, query, query.rule)
    if known is not None:
        report.rule_ids.append(known)
    return [finding_at(source, diagnostic, query.label, tables) for diagnostic, tables in found]


def _tables(analysis: Analysis, found: list[Diagnostic]) -> list[tuple[str, ...]]:
    """The tables that each finding is about."""
    if not found or analysis.bound is None:
        return [()] * len(found)
    from kql_lint.semantics.attribution import Subject

    subject = Subject(analysis.bound.facts)
    return [subject.tables_at(one.start, one.end) for one in found]


def unreadable(path: str, error: Unreadable, options: Options) -> FileReport:
    """The report of a file that can't be read as text."""
    from kql_lint.hosts import GUESSED, may_have_queries
    from kql_lint.rules.unreadable_file import RULE

    report = FileReport(path)
    line, column = error.line or 1, error.column or 1
    kind = _kind(path, options) or "plain"
    if kind == GUESSED and not (error.glimpse is not None and may_have_queries(kind, error.glimpse)):
        report.is_ours = False  # a picture, a program, or whatever else has no ending
        return report
    # Most large JSON files are data, and most large notebooks have pictures in them.
    hardly = error.too_large and kind in ("json", "notebook")
    hardly = hardly or (error.glimpse is not None and not may_have_queries(kind, error.glimpse))
    diagnostic = RULE.report(0, 0, error.message, severity=Severity.INFO if hardly else Severity.ERROR)
    report.findings.append(Finding(diagnostic, Span(0, 0, line, column, line, column)))
    return report


def unknown_type() -> str:
    """What to say of a file that no host reads."""
    from kql_lint.hosts import SUFFIXES

    return f"not a kind of file that kql-lint reads ({', '.join(sorted(SUFFIXES))}, .txt)"


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
