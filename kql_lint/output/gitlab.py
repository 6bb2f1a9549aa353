"""GitLab's Code Quality report: an array of issues, which merge requests show beside the changed lines.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.diagnostic import Severity
from kql_lint.output.fingerprints import fingerprints
from kql_lint.output.paths import Paths
from kql_lint.printable import as_json, whole

if TYPE_CHECKING:
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding

# Of info, minor, major, critical and blocker.
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
_FAILURE = "critical"  # a file that was not linted may hide anything


class GitLab:
    """The format ``gitlab``: one issue a line.

    GitLab shows one of several issues with the same fingerprint, and takes a moved one with another for a new one: so
    each has its own, and a line's number plays no part.
    """

    def __init__(self, paths: Paths | None = None) -> None:
        self.paths = paths or Paths()
        self.separator = ""

    def begin(self) -> str:
        return "["

    def report(self, report: FileReport) -> str:
        """An issue for each finding of a file."""
        if not report.findings and not report.errors:
            return ""
        path = self.paths.shown(report.path)
        text = "".join(self._failure(path, error) for error in report.errors)
        marks = fingerprints(path, report)
        return text + "".join(self._issue(_record(path, *item)) for item in zip(report.findings, marks, strict=True))

    def end(self, summary: Summary) -> str:
        text = "".join(self._failure(".", problem) for problem in summary.problems)
        return text + ("\n]\n" if self.separator else "]\n")

    def _failure(self, path: str, error: str) -> str:
        from hashlib import sha256

        text = whole(error)
        return self._issue(
            {
                "description": text,
                "check_name": "kql-lint",
                "fingerprint": sha256(f"{path}\0{text}".encode()).hexdigest()[:32],
                "severity": _FAILURE,
                "location": {"path": path, "lines": {"begin": 1}},
            }
        )

    def _issue(self, record: dict[str, object]) -> str:
        text = f"{self.separator}\n  {as_json(record)}"
        self.separator = ","
        return text


def _record(path: str, finding: Finding, mark: str) -> dict[str, object]:
    found, span = finding.diagnostic, finding.span
    return {
        "description": f"{found.code} {found.message}",
        "check_name": found.name,
        "fingerprint": mark,
        "severity": _SEVERITIES[found.severity],
        "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
    }
