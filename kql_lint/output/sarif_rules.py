"""The rules as SARIF describes them, in the properties that GitHub code scanning reads.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kql_lint.diagnostic import Severity

if TYPE_CHECKING:
    from kql_lint.rules.rule import Rule

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_DESCRIPTION = 1024  # characters that GitHub takes of a description

_FAMILIES = {
    "KL0": "syntax",
    "KL1": "action-type",
    "KL2": "names",
    "KL3": "types",
    "KL4": "logic",
    "KL5": "performance",
    "KL6": "rule-metadata",
    "KL9": "kql-lint",
}
# A rule of these families tells of a detection that is deployed and silently misses what it is for: that is a hole in
# the defence, and code scanning sorts it among security results.  Other mistakes are refused by the service.
_SILENT = ("KL1", "KL4")
# What GitHub shows as "high" and "medium"; a note is no security result.
_SECURITY = {Severity.ERROR: "7.0", Severity.WARNING: "4.0"}


def descriptor(rule: Rule) -> dict[str, object]:
    """A reportingDescriptor object."""
    documentation = rule.documentation.strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _shortened(documentation.partition("\n\n")[0])},
        "help": {"text": documentation, "markdown": f"# {rule.code} {rule.name}\n\n{documentation}"},
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": rule.enabled},
        "properties": _properties(rule),
    }


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _DESCRIPTION else line[: _DESCRIPTION - 1] + "…"


def _properties(rule: Rule) -> dict[str, object]:
    family = rule.code[:3]
    tags = ["kql", *([_FAMILIES[family]] if family in _FAMILIES else [])]
    properties: dict[str, object] = {
        "precision": _precision(rule),
        "problem.severity": _PROBLEM[rule.severity],
    }
    if family in _SILENT and rule.severity in _SECURITY:
        tags.append("security")
        properties["security-severity"] = _SECURITY[rule.severity]
    return {"tags": tags, **properties}


def _precision(rule: Rule) -> str:
    """A rule that is off is off because it errs more often; an error is only reported where it is certain."""
    if not rule.enabled:
        return "medium"
    return "very-high" if rule.severity == Severity.ERROR else "high"
