"""JUnit's XML, which nearly every CI system shows: a test suite a file, a test case a finding, one for a clean file.

The format has no standard; what is written is what Jenkins' and GitLab's readers agree on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kql_lint.diagnostic import Severity
from kql_lint.output.paths import Paths
from kql_lint.printable import clean

if TYPE_CHECKING:
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding


class JUnit:
    """The format ``junit``.  Notes are test cases that pass; they never fail a build."""

    def __init__(self, paths: Paths | None = None) -> None:
        self.paths = paths or Paths()

    def begin(self) -> str:
        return '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="kql-lint">\n'

    def report(self, report: FileReport) -> str:
        """The suite of a file."""
        path = self.paths.shown(report.path)
        cases = [_error(path, error) for error in report.errors]
        cases += [_case(path, finding) for finding in report.findings]
        failures = sum(finding.diagnostic.severity > Severity.INFO for finding in report.findings)
        return _suite(path, cases or [_testcase(path, "no findings")], failures, len(report.errors))

    def end(self, summary: Summary) -> str:
        cases = [_error("kql-lint", problem) for problem in summary.problems]
        return (_suite("kql-lint", cases, 0, len(cases)) if cases else "") + "</testsuites>\n"


def _suite(name: str, cases: list[str], failures: int, errors: int) -> str:
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0"'
    return f"  <testsuite name={_attribute(name)} {counts}>\n{''.join(cases)}  </testsuite>\n"


def _case(path: str, finding: Finding) -> str:
    found, span = finding.diagnostic, finding.span
    # Systems compare test cases between runs by their names: so the place is part of it.
    name = f"{found.code} {found.name} at {span.line}:{span.column}"
    details = _text(f"{path}:{span.line}:{span.column}: {found.message}")
    details += f"\nhelp: {_text(found.help)}" if found.help else ""
    if found.severity == Severity.INFO:
        inner = f"      <system-out>{details}</system-out>\n"
    else:
        attributes = f"message={_attribute(found.message)} type={_attribute(found.severity.label)}"
        inner = f"      <failure {attributes}>{details}</failure>\n"
    return _testcase(path, name, span.line, inner)


def _error(path: str, error: str) -> str:
    inner = f'      <error message={_attribute(error)} type="error">{_text(error)}</error>\n'
    return _testcase(path, "kql-lint", None, inner)


def _testcase(path: str, name: str, line: int | None = None, inner: str = "") -> str:
    attributes = f"classname={_attribute(path)} name={_attribute(name)} file={_attribute(path)}"
    if line is not None:
        attributes += f' line="{line}"'
    return f"    <testcase {attributes}>\n{inner}    </testcase>\n" if inner else f"    <testcase {attributes}/>\n"


def _text(text: str) -> str:
    """A value as XML: what the format can't hold, and what could harm whoever prints it, is made visible."""
    return "&#10;".join(escape(clean(line)) for line in text.split("\n")).replace("##", "#&#35;")


def _attribute(text: str) -> str:
    return '"' + _text(text).replace('"', "&quot;") + '"'
