"""What linting a file gives: findings at their places, and what the policy needs to judge them.

A report is raw: it has the findings of all rules, whatever was selected, so that it depends on nothing but the file's
content and the options.  It can be packed into plain values, which go between processes and into the cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from kql_lint.diagnostic import Diagnostic, Edit, Fix, Related, Severity

if TYPE_CHECKING:
    from kql_lint.source import Source


class Span(NamedTuple):
    """A stretch of a file: half-open offsets, 1-based lines and columns, all in code points; ends are exclusive."""

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class Finding(NamedTuple):
    """A diagnostic at its place.  The offsets in diagnostic are those of the file; related has the spans of its own.

    query is the label of its query.  tables are those that it is about, as the query names them, where that is known.
    """

    diagnostic: Diagnostic
    span: Span
    related: tuple[Span, ...] = ()
    query: str | None = None
    tables: tuple[str, ...] = ()


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one file in the order of their places."""
    return sorted(findings, key=lambda one: (one.span.start, one.span.end, one.diagnostic.code))


class Comment(NamedTuple):
    """A comment for kql-lint: what follows ``kql-lint:``, and its place in the file.

    query is the place of the query that it stands in; None for a comment of the file around the queries.  line, next
    and scope are half-open stretches of the file: the line that it stands on, the next one that has code (empty where
    there is none), and how far what begins with it may go.
    """

    text: str
    span: Span
    query: Span | None = None
    line: tuple[int, int] = (0, 0)
    next: tuple[int, int] = (0, 0)
    scope: tuple[int, int] = (0, 0)


class RuleId(NamedTuple):
    """What tells a detection rule from others: its id, and its place in the file (that of its name if it has no id).

    resource is what the service keeps it as: ids of an analytic rule and a hunting query don't replace one another.
    content is a hash of the rule's name and query, by which the same rule in a source and in a bundle is known.  name
    and version are those of the rule, "" where it has none or the deployment fills it in; named is the place of the
    name.  query and mappings are hashes of the query and of the entity mappings, "" where these are not known.
    """

    id: str
    span: Span
    resource: str = ""
    content: str = ""
    name: str = ""
    named: Span | None = None
    query: str = ""
    mappings: str = ""
    version: str = ""


class FunctionProblem(NamedTuple):
    """What is wrong with a file of functions: its path, 1-based line and column (in code points), and a message."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class Unread(NamedTuple):
    """A code block that was not read, as nothing tells that it is KQL: its language ("" for none) and its line."""

    language: str
    line: int


class FileReport:
    """What linting one file gave.

    path is as the user sees it.  source is None where the file could not be read, or where there is nothing to show of
    it.  queries are the places of its queries.  errors are sentences about what went wrong within kql-lint or is no
    finding, which makes the run fail; problems are what is wrong with functions of the user's that it calls, whose
    files are no part of this one.  companions are the files that it names and that were read for it, relative to its
    folder, each with a hash of its content ("" where it could not be read).  unread are code blocks that were left out;
    is_ours is false for a file that only its content could tell to be KQL, and does not.  suppressed and baselined
    count the findings that the policy has taken away.
    """

    __slots__ = (
        *("baselined", "comments", "companions", "errors", "findings", "is_ours", "path", "problems"),
        *("queries", "rule_ids", "source", "suppressed", "unread"),
    )

    def __init__(self, path: str, source: Source | None = None) -> None:
        self.path = path
        self.source = source
        self.queries: list[Span] = []
        self.findings: list[Finding] = []
        self.comments: list[Comment] = []
        self.rule_ids: list[RuleId] = []
        self.errors: list[str] = []
        self.problems: list[FunctionProblem] = []
        self.companions: list[tuple[str, str]] = []
        self.unread: list[Unread] = []
        self.is_ours = True
        self.suppressed = 0
        self.baselined = 0


def with_source(report: FileReport, data: bytes) -> FileReport:
    """A report with the text of its file, if there is anything to show of it."""
    from kql_lint.reading import Unreadable
    from kql_lint.source import read_source

    if report.findings or report.comments or report.rule_ids:
        try:
            report.source = read_source(report.path, data)
        except Unreadable:
            report.source = None  # that is what the finding says
    return report


# A report as plain values, which go between processes, and into the cache as JSON.
_Stretch = tuple[int, int]
_Span = tuple[int, int, int, int, int, int]
_Diagnostic = tuple[str, str, Literal[1, 2, 3], str, int, int, str | None]
_Related = tuple[int, int, str]
_Fix = tuple[str, list[tuple[int, int, str]], str]
_Finding = tuple[_Diagnostic, list[_Related], list[_Fix], _Span, list[_Span], str | None, list[str]]
_Comment = tuple[str, _Span, _Span | None, _Stretch, _Stretch, _Stretch]
_RuleId = tuple[str, _Span, str, str, str, _Span | None, str, str, str]
_Unread = tuple[str, int]
_Problem = tuple[str, int, int, str]
Packed = tuple[
    list[_Span],
    list[_Finding],
    list[_Comment],
    list[_RuleId],
    list[str],
    list[_Problem],
    list[_Unread],
    bool,
    list[tuple[str, str]],
]


def pack(report: FileReport) -> Packed:
    """A report as plain values, without its path and its source."""
    return (
        [span[:] for span in report.queries],
        [_pack_finding(finding) for finding in report.findings],
        [_pack_comment(item) for item in report.comments],
        [_pack_rule(item) for item in report.rule_ids],
        list(report.errors),
        [problem[:] for problem in report.problems],
        [(item.language, item.line) for item in report.unread],
        report.is_ours,
        report.companions,
    )


def unpack(path: str, source: Source | None, packed: Packed) -> FileReport:
    """The report that was packed, or that came back from JSON in the shape of Packed."""
    queries, findings, comments, rule_ids, errors, problems, unread, is_ours, companions = packed
    report = FileReport(path, source)
    report.queries = [Span(*span) for span in queries]
    report.findings = [_unpack_finding(item) for item in findings]
    report.comments = [_unpack_comment(item) for item in comments]
    report.rule_ids = [_unpack_rule(item) for item in rule_ids]
    report.errors = errors
    report.problems = [FunctionProblem(*problem) for problem in problems]
    report.unread = [Unread(*item) for item in unread]
    report.is_ours = is_ours
    report.companions = [(name, content) for name, content in companions]
    return report


def _pack_rule(item: RuleId) -> _RuleId:
    place, named = item.span[:], None if item.named is None else item.named[:]
    return item.id, place, item.resource, item.content, item.name, named, item.query, item.mappings, item.version


def _unpack_rule(packed: _RuleId) -> RuleId:
    name, span, resource, content, title, named, *hashes = packed
    query, mappings, version = hashes
    place = None if named is None else Span(*named)
    return RuleId(name, Span(*span), resource, content, title, place, query, mappings, version)


def _pack_comment(item: Comment) -> _Comment:
    return item.text, item.span[:], None if item.query is None else item.query[:], item.line, item.next, item.scope


def _unpack_comment(packed: _Comment) -> Comment:
    text, span, query, line, following, scope = packed
    place = None if query is None else Span(*query)
    return Comment(text, Span(*span), place, (line[0], line[1]), (following[0], following[1]), (scope[0], scope[1]))


def _pack_finding(finding: Finding) -> _Finding:
    found = finding.diagnostic
    return (
        (found.code, found.name, found.severity.value, found.message, found.start, found.end, found.help),
        [(item.start, item.end, item.message) for item in found.related],
        [(fix.title, [(edit.start, edit.end, edit.text) for edit in fix.edits], fix.safety) for fix in found.fixes],
        finding.span[:],
        [span[:] for span in finding.related],
        finding.query,
        list(finding.tables),
    )


def _unpack_finding(packed: _Finding) -> Finding:
    (code, name, severity, message, start, end, advice), related, fixes, span, spans, query, tables = packed
    diagnostic = Diagnostic(
        code,
        name,
        Severity(severity),
        message,
        start,
        end,
        advice,
        tuple(Related(*item) for item in related),
        tuple(Fix(title, tuple(Edit(*edit) for edit in edits), safety) for title, edits, safety in fixes),
    )
    return Finding(diagnostic, Span(*span), tuple(Span(*item) for item in spans), query, tuple(tables))
