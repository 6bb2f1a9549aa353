"""A report in one HTML page that asks the network for nothing.

It is written as files come: the findings first, then the counts and the filters, which report.js moves to the top.
Without scripts everything is there too, only that nothing can be filtered.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kql_lint.output.html_parts import escape, rendered, snippet
from kql_lint.output.paths import Paths
from kql_lint.output.summary import sentence

if TYPE_CHECKING:
    from kql_lint.output import Summary
    from kql_lint.runner import FileReport, Finding
    from kql_lint.source import Source

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_FIXES = {
    "safe": "can't change the result, or makes a failing query work",
    "intent": "changes a filter that could not work as written",
    "unsafe": "a guess to look at",
}

_SEARCH = '<input id="by-text" type="search" name="text" placeholder="path, message or query">'


class Html:
    """The format ``html``.  Kept until the end are counts and the names of tables alone."""

    def __init__(self, link: str = "", paths: Paths | None = None) -> None:
        self.link = link
        self.paths = paths or Paths()
        self.script, self.style = _read("report.js"), _read("report.css")
        self.tables: dict[str, int] = {}
        self.failures: list[str] = []

    def begin(self) -> str:
        """The head, and the beginning of the list of findings."""
        # Should a mistake here ever let text of a rule file become markup, the browser still runs and loads nothing.
        policy = f"default-src 'none'; style-src {_hash(self.style)}; script-src {_hash(self.script)}"
        return (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
            f"<title>kql-lint report</title>\n<style>{self.style}</style>\n</head>\n<body>\n"
            '<header id="top"><h1>kql-lint report</h1>'
            '<noscript><p><a href="#overview">Counts and rules</a> are at the end.</p></noscript></header>\n'
            '<main id="findings" aria-label="Findings">\n'
        )

    def report(self, report: FileReport) -> str:
        """The section of a file; nothing for a clean one."""
        path = self.paths.shown(report.path)
        self.failures += [f"{path}: {error}" for error in report.errors]
        if not report.findings:
            return ""
        findings = "".join(self._finding(report, finding) for finding in report.findings)
        return f'<section class="file"><h2>{escape(path)}</h2>\n{findings}</section>\n'

    def end(self, summary: Summary) -> str:
        """The counts, the filters, the documentation of the rules that were met."""
        failures = "".join(f"<li>{escape(text)}</li>" for text in self.failures + summary.problems)
        failed = f'<section class="failures"><h2>Not linted</h2><ul>{failures}</ul></section>' if failures else ""
        overview = f'<p class="sentence">{escape(sentence(summary))}</p>{failed}' + self._overview(summary)
        return (
            '<p id="nothing" hidden>No finding matches the filters.</p></main>\n'
            f'<div id="overview">{overview}</div>\n{_documentation(summary)}'
            f"<footer>{_version()}</footer>\n<script>{self.script}</script>\n</body>\n</html>\n"
        )

    def _overview(self, summary: Summary) -> str:
        if not summary.rules:
            return ""
        rules: dict[tuple[str, str], int] = {}
        for (code, name, _), count in summary.rules.items():
            rules[code, name] = rules.get((code, name), 0) + count.findings
        by_rule = [(f"{code} {name}", code, count) for (code, name), count in rules.items()]
        by_table = [(table or "(no table)", table, count) for table, count in self.tables.items()]
        return (
            f'<form id="filters" hidden role="search" aria-label="Filters">{_severities(summary)}'
            f"{_select('rule', 'Rule', by_rule)}{_select('table', 'Table', by_table)}"
            f"{_field('text', 'Text', _SEARCH)}"
            '<button type="reset">Show all</button><output aria-live="polite"></output></form>'
            f'<div class="counts">{_counts("rule", "Rules", by_rule)}{_counts("table", "Tables", by_table)}</div>'
        )

    def _finding(self, report: FileReport, finding: Finding) -> str:
        found = finding.diagnostic
        for table in finding.tables or ("",):
            self.tables[table] = self.tables.get(table, 0) + 1
        label = found.severity.label
        tables = "\n".join(finding.tables)
        query = f'<span class="query">{escape(finding.query)}</span>' if finding.query else ""
        return (
            f'<article class="{label}" data-severity="{label}" data-rule="{escape(found.code)}"'
            f' data-tables="{escape(tables)}">'
            f'<h3><span class="severity">{label}</span> <a href="#{escape(found.code)}">{escape(found.code)}'
            f" {escape(found.name)}</a> {self._place(report.path, finding)}{query}</h3>"
            f'<p class="message">{escape(found.message)}</p>{_details(finding, report.source)}</article>\n'
        )

    def _place(self, path: str, finding: Finding) -> str:
        span = finding.span
        place = f"line {span.line}, column {span.column}"
        uri, relative = self.paths.uri(path)
        if not self.link or not relative:
            return f'<span class="place">{place}</span>'
        return f'<a class="place" href="{escape(self.link)}/{escape(uri)}#L{span.line}">{place}</a>'


def _details(finding: Finding, source: Source | None) -> str:
    found = finding.diagnostic
    text = snippet(source, finding) if source is not None else ""
    if found.help:
        text += f'<p class="help">{escape(found.help)}</p>'
    if found.fixes:
        fix = found.fixes[0]
        text += f'<p class="fix">{escape(fix.title)} <span>({_FIXES[fix.safety]})</span></p>'
    return text


def _severities(summary: Summary) -> str:
    boxes = "".join(
        f'<label class="{severity.label}"><input type="checkbox" name="severity" value="{severity.label}" checked>'
        f" {severity.label} <b>{count:,}</b></label>"
        for severity, count in summary.counts.items()
        if count
    )
    return f"<fieldset><legend>Severity</legend>{boxes}</fieldset>"


Counts = list[tuple[str, str, int]]  # what is shown, the value to filter by, how many


def _ordered(counts: Counts) -> Counts:
    return sorted(counts, key=lambda item: (-item[2], item[0]))


def _select(name: str, title: str, counts: Counts) -> str:
    options = "".join(
        # "-" is no table's name: it stands for the findings that are about none.
        f'<option value="{escape(value or "-")}">{escape(shown)} ({count:,})</option>'
        for shown, value, count in sorted(counts)
    )
    return _field(name, title, f'<select id="by-{name}" name="{name}"><option value="">all</option>{options}</select>')


def _field(name: str, title: str, control: str) -> str:
    return f'<div class="field"><label for="by-{name}">{title}</label>{control}</div>'


def _counts(name: str, title: str, counts: Counts) -> str:
    largest = max((count for _, _, count in counts), default=1)
    rows = "".join(
        f'<tr><th scope="row"><button type="button" data-filter="{name}" data-value="{escape(value or "-")}">'
        f"{escape(shown)}</button></th><td>{count:,}</td>"
        f'<td class="bar"><meter min="0" max="{largest}" value="{count}" aria-hidden="true"></meter></td></tr>'
        for shown, value, count in _ordered(counts)
    )
    return (
        f'<details open><summary><h2>{title}</h2> <span>{len(counts):,}</span></summary><div class="scroll"><table>'
        f'<thead class="unseen"><tr><th scope="col">{title}</th><th scope="col">Findings</th><th></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _documentation(summary: Summary) -> str:
    from kql_lint.rules import RULES

    codes = {code for code, _, _ in summary.rules}
    pages = "".join(
        f'<details id="{rule.code}"><summary><h3>{rule.code} {rule.name}</h3> {escape(rule.summary)}</summary>'
        f"{rendered(rule.documentation)}</details>"
        for rule in RULES
        if rule.code in codes
    )
    return f'<section id="rules"><h2>What the rules mean</h2>{pages}</section>\n' if pages else ""


def _version() -> str:
    from kql_lint.version import __version__

    return f"kql-lint {__version__}"


def _read(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read()


def _hash(text: str) -> str:
    """How a content security policy names the one style or script that is allowed."""
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
