"""SARIF 2.1.0 (OASIS) as GitHub code scanning takes it.

Lines and columns are 1-based, columns count UTF-16 code units, an end is exclusive.  Paths are relative to the top of
the repository.  Nothing in it depends on the machine or on the time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kql_lint.diagnostic import Severity
from kql_lint.output.fingerprints import fingerprints, line_hashes
from kql_lint.output.paths import Paths
from kql_lint.output.sarif_rules import LEVELS, descriptor
from kql_lint.output.summary import left_out
from kql_lint.printable import as_json

if TYPE_CHECKING:
    from kql_lint.diagnostic import Fix, Related
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding, Span
    from kql_lint.source import Source

Json = dict[str, object]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# Code scanning refuses a run with more results; it shows 5,000 of them, the most severe.
RESULTS = 25_000
_BASE = "%SRCROOT%"
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


class Sarif:
    """The format ``sarif``: one result a line.  Errors and warnings are written as they come.

    Notes are kept, as text, until the end: they are what is left out where there are more results than code scanning
    takes.  LIMIT: of more errors and warnings than that, the last ones are left out; nobody works through so many.
    """

    def __init__(self, paths: Paths | None = None) -> None:
        from kql_lint.rules import RULES

        self.paths = paths or Paths()
        self.rules = RULES
        self.index = {rule.code: number for number, rule in enumerate(RULES)}
        self.separator = ""
        self.written = 0
        self.left_out = 0
        self.notes: list[str] = []
        self.notifications: list[Json] = []

    def begin(self) -> str:
        """All that is known before the first file: what the tool is, and its rules."""
        from kql_lint.version import __version__

        driver = {
            "name": "kql-lint",
            "semanticVersion": __version__,
            "version": __version__,
            "rules": [descriptor(rule) for rule in self.rules],
        }
        head = {
            "tool": {"driver": driver},
            "columnKind": "utf16CodeUnits",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "originalUriBaseIds": {_BASE: {"description": {"text": "The top of the repository."}}},
        }
        return f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{as_json(head)[:-1]}, "results": ['

    def report(self, report: FileReport) -> str:
        """A result for each finding that is no note."""
        self.notifications += [self._notification(report.path, error) for error in report.errors]
        if not report.findings:
            return ""
        text = ""
        for finding, result in zip(report.findings, self._results(report), strict=True):
            if finding.diagnostic.severity == Severity.INFO:
                self._keep(as_json(result))
            elif self.written < RESULTS:
                text += self._write(as_json(result))
            else:
                self.left_out += 1
        return text

    def end(self, summary: Summary) -> str:
        """The notes that there is room for, and how the run went."""
        room = RESULTS - self.written
        self.left_out += len(self.notes[room:])
        text = "".join(map(self._write, self.notes[:room]))
        if self.left_out:
            said = f"{left_out(self.left_out, 'result')}: code scanning takes {RESULTS:,} a run"
            self.notifications.append({"level": "warning", "message": {"text": said}})
            summary.notices.append(f"sarif: {said}")
        self.notifications += [_complaint(problem) for problem in summary.problems]
        self.notifications += [{"level": "warning", "message": {"text": said}} for said in summary.warnings]
        failed = any(item["level"] == "error" for item in self.notifications)
        invocation: Json = {"executionSuccessful": not failed}
        if self.notifications:
            invocation["toolExecutionNotifications"] = self.notifications
        return f'{text}\n], "invocations": [{as_json(invocation)}]}}]}}\n'

    def _keep(self, note: str) -> None:
        if len(self.notes) < RESULTS - self.written:
            self.notes.append(note)
        else:
            self.left_out += 1

    def _write(self, result: str) -> str:
        text = f"{self.separator}\n{result}"
        self.separator = ","
        self.written += 1
        return text

    def _notification(self, path: str, error: str) -> Json:
        return {**_complaint(error), "locations": [{"physicalLocation": {"artifactLocation": self._artifact(path)}}]}

    def _results(self, report: FileReport) -> list[Json]:
        path, source = self.paths.shown(report.path), report.source
        wanted = {finding.span.line for finding in report.findings}
        hashes = {} if source is None or source.encoding.startswith("utf-16") else line_hashes(source, wanted)
        marks = fingerprints(path, report)
        return [self._result(report, *item, hashes) for item in zip(report.findings, marks, strict=True)]

    def _result(self, report: FileReport, finding: Finding, mark: str, hashes: dict[int, str]) -> Json:
        found, source = finding.diagnostic, report.source
        artifact = self._artifact(report.path)
        location: Json = {"physicalLocation": {"artifactLocation": artifact, "region": _region(source, finding.span)}}
        if finding.query:
            location["logicalLocations"] = [{"name": finding.query}]
        prints = {"kqlLint/v1": mark}
        if finding.span.line in hashes:
            prints["primaryLocationLineHash"] = hashes[finding.span.line]
        result: Json = {
            "ruleId": found.code,
            **({"ruleIndex": self.index[found.code]} if found.code in self.index else {}),
            "level": LEVELS[found.severity],
            "message": {"text": _message(finding)},
            "locations": [location],
            "partialFingerprints": prints,
        }
        if found.related:
            related = enumerate(zip(found.related, finding.related, strict=True), 1)
            result["relatedLocations"] = [_related(number, *item, artifact, source) for number, item in related]
        if found.fixes and source is not None:
            result["fixes"] = [_fix(fix, artifact, source) for fix in found.fixes]
        return result

    def _artifact(self, path: str) -> Json:
        uri, relative = self.paths.uri(path)
        return {"uri": uri, "uriBaseId": _BASE} if relative else {"uri": uri}


def _message(finding: Finding) -> str:
    """The message, the help, and a link to each related place: code scanning shows only those that are linked."""
    found = finding.diagnostic
    parts = [_unlinked(found.message), _unlinked(found.help or "")]
    links = (f"[{_escaped(item.message)}]({number})" for number, item in enumerate(found.related, 1))
    return "\n\n".join(part for part in (*parts, "\n".join(links)) if part)


def _unlinked(text: str) -> str:
    """Text in which no stretch of a query looks like a link (SARIF 3.11.6)."""
    return _LINK.sub(r"\\[", text)


def _escaped(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def _region(source: Source | None, span: Span) -> Json:
    column, end_column = span.column, span.end_column
    if source is not None:
        column, end_column = source.utf16_column(span.start), source.utf16_column(span.end)
    return {"startLine": span.line, "startColumn": column, "endLine": span.end_line, "endColumn": end_column}


def _related(number: int, item: Related, span: Span, artifact: Json, source: Source | None) -> Json:
    place = {"artifactLocation": artifact, "region": _region(source, span)}
    return {"id": number, "physicalLocation": place, "message": {"text": item.message}}


def _fix(fix: Fix, artifact: Json, source: Source) -> Json:
    from kql_lint.runner import span_of

    replacements = [
        {
            "deletedRegion": _region(source, span_of(source, edit.start, edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": replacements}],
        "properties": {"safety": fix.safety},
    }


def _complaint(text: str) -> Json:
    return {"level": "error", "message": {"text": text}}
