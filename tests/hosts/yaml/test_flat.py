"""Custom detections in flat YAML: that they are found, and that what stands around the query is checked."""

from __future__ import annotations

import pytest

from kql_lint.hosts import extract
from kql_lint.runner.lint import Options, lint_file
from kql_lint.source import Source

pytestmark = pytest.mark.usefixtures("parser")

RULE = """\
guid: 0e6c1f1a-7a3e-4a50-8d39-5f6f3c8f7d21
ruleName: Log was cleared
isEnabled: true
alertTitle: A log was cleared on {{DeviceName}}
alertCategory: DefenseEvasion
alertDescription: Somebody cleared the security log.
alertSeverity: Medium
frequency: 0
impactedEntities:
  - entityType: Machine
    entityIdentifier: deviceId
queryText: |+
  DeviceEvents
  | where ActionType == "%%Kind:SecurityLogCleared%%"
  | project Timestamp, DeviceId, DeviceName, ReportId
"""


def said(text: str) -> list[tuple[str, str, str]]:
    """The findings: code, the text they are at, and message."""
    report = lint_file("rule.yaml", Options(), lambda path: Source(path, text))
    assert report.errors == []
    return [
        (one.diagnostic.code, text[one.span.start : one.span.end], one.diagnostic.message) for one in report.findings
    ]


def test_one_is_found_and_clean() -> None:
    extraction = extract(Source("rule.yaml", RULE))
    assert extraction is not None

    (query,) = extraction.queries

    assert (query.kind, query.platform, query.label) == ("defender-rule", "defender", "Log was cleared")
    assert query.rule is not None
    assert (query.rule.kind, query.rule.id and query.rule.id.value) == (
        "custom-detection",
        "0e6c1f1a-7a3e-4a50-8d39-5f6f3c8f7d21",
    )
    assert said(RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        (
            "%%Kind:SecurityLogCleared%%",
            "SecurityLogCleaned",
            (
                "KL101",
                '"SecurityLogCleaned"',
                'unknown ActionType "SecurityLogCleaned" for DeviceEvents; did you mean "SecurityLogCleared"?',
            ),
        ),
        (
            "{{DeviceName}}",
            "{{Device}}",
            (
                "KL603",
                "Device",
                'the query returns no column "Device" for {{Device}} in alertTitle; did you mean "DeviceId"?',
            ),
        ),
        (
            "frequency: 0",
            "frequency: 2H",
            ("KL605", "2H", 'a detection can\'t run every "2H"; write 0, 1H, 3H, 12H or 24H, or as PT1H'),
        ),
        (
            "entityIdentifier: deviceId",
            "entityIdentifier: accountSid",
            ("KL607", "accountSid", "the query does not return AccountSid, from which accountSid is read"),
        ),
        (
            ", ReportId\n",
            "\n",
            (
                "KL607",
                "project",
                "the query does not return ReportId, which leads back to the event",
            ),
        ),
    ],
)
def test_what_is_wrong_with_one(old: str, new: str, finding: tuple[str, str, str]) -> None:
    assert old in RULE

    assert said(RULE.replace(old, new)) == [finding]


def test_the_newer_keys() -> None:
    text = RULE.replace(
        "impactedEntities:\n  - entityType: Machine\n    entityIdentifier: deviceId\n",
        "entityMappings:\n  hosts: [{deviceIdColumn: DeviceId, nameColumn: Name}]\ncustomDetails: {Kind: ActionType}\n",
    )

    assert [(code, at) for code, at, _ in said(text)] == [("KL601", "Name"), ("KL602", "ActionType")]


def test_an_empty_query_is_said() -> None:
    text = RULE[: RULE.index("queryText")] + "queryText:\n"

    assert said(text) == [
        ("KL004", "queryText", 'no query found in the rule "Log was cleared": its queryText is empty')
    ]


def test_a_query_of_another_tool_is_left_alone() -> None:
    assert (
        said("queryId: LW_Buckets\nqueryText: |-\n  {source {BUCKETS b} filter {b.open = 1} return {b.name}}\n") == []
    )
    assert said("ruleName: A\nqueryText: SELECT 1\n") == []


def test_the_word_that_references_have_in_a_querys_place_is_none() -> None:
    assert said("displayName: string\nqueryCondition: {queryText: string}\nschedule: {period: String}\n") == []
