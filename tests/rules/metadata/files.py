"""Rules in YAML for the tests, and what is said of them."""

from __future__ import annotations

from typing import NamedTuple

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source


class Said(NamedTuple):
    """A finding of a KL6 rule: the text that it lies on, its severity and message, and the texts of related places."""

    text: str
    severity: str
    message: str
    related: tuple[str, ...] = ()
    fixed: str = ""


def said(text: str, code: str) -> list[Said]:
    """The findings of one rule, in order; fixed is what the first fix puts in their place."""
    report = lint_file("rule.yaml", Options(extend_select=(code,)), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    return [
        Said(
            text[item.span.start : item.span.end],
            item.diagnostic.severity.label,
            item.diagnostic.message,
            tuple(text[place.start : place.end] for place in item.diagnostic.related),
            item.diagnostic.fixes[0].edits[0].text if item.diagnostic.fixes else "",
        )
        for item in report.findings
        if item.diagnostic.code == code
    ]


def messages(text: str, code: str) -> list[tuple[str, str]]:
    """The text that each finding lies on, and its message."""
    return [(item.text, item.message) for item in said(text, code)]


def scheduled(query: str, more: str = "", *, frequency: str = "1h", period: str = "1h", kind: str = "Scheduled") -> str:
    """A scheduled rule in YAML; more are further lines of it."""
    lines = "".join(f"  {line}\n" for line in query.splitlines())
    schedule = f"queryFrequency: {frequency}\nqueryPeriod: {period}\ntriggerOperator: gt\ntriggerThreshold: 0\n"
    return f"name: A rule\nkind: {kind}\n{schedule}query: |\n{lines}{more}"


def detection(query: str, more: str = "", *, period: str = "24H", template: str = "") -> str:
    """A custom detection in YAML; template are further lines of its alert template, more those of its action."""
    lines = "".join(f"    {line}\n" for line in query.splitlines())
    inner = "".join(f"    {line}\n" for line in template.splitlines())
    return (
        f"displayName: A detection\nqueryCondition:\n  queryText: |\n{lines}schedule: {{period: {period}}}\n"
        f"detectionAction:\n  alertTemplate:\n    title: An alert\n{inner}{more}"
    )
