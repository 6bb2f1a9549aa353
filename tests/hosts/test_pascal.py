"""Rules whose keys begin with capitals, in YAML and JSON."""

from __future__ import annotations

import json

import pytest

from kql_lint.runner.lint import Options, lint_file
from kql_lint.source import Source

YAML = """\
- Id: 5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11
  DisplayName: Sign-ins that failed
  Severity: Medium
  Enabled: true
  Query: |
    SigninLogs
    | where ResultType != "0" and Nothing == 1
    | project UserPrincipalName
  QueryFrequency: PT1H
  QueryPeriod: PT1H
  TriggerOperator: GreaterThan
  TriggerThreshold: 0
  CustomDetails:
    Who: Account
  EntityMappings:
  - EntityType: Account
    FieldMappings:
    - Identifier: FullName
      ColumnName: User
"""
RULE = {
    "Id": "5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11",
    "DisplayName": "Sign-ins that failed",
    "Query": "SigninLogs | where Nothing == 1 | project UserPrincipalName",
    "QueryFrequency": "PT1H",
    "QueryPeriod": "PT1H",
    "TriggerOperator": "GreaterThan",
    "TriggerThreshold": 0,
    "CustomDetails": {"Who": "Account"},
    "EntityMappings": [{"EntityType": "Account", "FieldMappings": [{"Identifier": "FullName", "ColumnName": "User"}]}],
}
FILES = {"rules.yaml": YAML, "rules.json": json.dumps([RULE], indent=2), "rule.json": json.dumps(RULE)}


@pytest.mark.parametrize("name", FILES)
def test_its_query_is_read_and_its_metadata_compared_with_it(name: str) -> None:
    text = FILES[name]

    report = lint_file(name, Options(), lambda path: Source(path, text))

    assert report.errors == []
    assert {(one.diagnostic.code, text[one.span.start : one.span.end], one.query) for one in report.findings} == {
        ("KL201", "Nothing", "Sign-ins that failed"),
        ("KL601", "User", "Sign-ins that failed"),
        ("KL602", "Account", "Sign-ins that failed"),
    }
    assert [one.id for one in report.rule_ids] == ["5f0c1d6e-8a44-4f43-9a53-3d1f3f0c2b11"]


def test_messages_name_the_keys_as_the_file_does() -> None:
    text = YAML.replace("QueryPeriod: PT1H", "QueryPeriod: PT1M").replace(" and Nothing == 1", "")

    report = lint_file("rules.yaml", Options(), lambda path: Source(path, text))

    (said,) = (one.diagnostic.message for one in report.findings if one.diagnostic.code == "KL605")
    assert "QueryPeriod" in said
    assert "queryPeriod" not in said


@pytest.mark.parametrize(
    "text",
    ["Query: select 1\nName: x\n", "Name: x\nQuery: SELECT a\nParameters:\n  A: b\n", "QueryString: T | take 1\n"],
)
def test_other_files_with_such_keys_are_left_alone(text: str) -> None:
    report = lint_file("a.yaml", Options(), lambda path: Source(path, text))

    assert (report.findings, report.queries) == ([], [])
