"""What looks like a mistake around a query and is none: what the query makes of a list, tables that come together."""

from __future__ import annotations

import pytest

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

RULE = """\
id: 7f5c3a08-2b0e-4b6a-8d2c-0e1f5b7a9c44
name: Password spray
description: Many accounts fail to sign in from one network.
severity: Medium
requiredDataConnectors:
  - connectorId: BehaviorAnalytics
    dataTypes:
      - BehaviorAnalytics
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - CredentialAccess
kind: Scheduled
query: |
  SigninLogs
  | join kind=inner (IdentityInfo) on $left.UserPrincipalName == $right.AccountUPN
  | where ResultType == "50126"
  | summarize Addresses = make_set(IPAddress) by AutonomousSystemNumber
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: Addresses
"""
BY = "by AutonomousSystemNumber\n"


def said(text: str) -> list[str]:
    report = lint_file("rule.yaml", Options(), lambda path: read_source(path, text.encode()))
    assert report.queries
    assert report.errors == []
    return [f"{one.diagnostic.code} {one.diagnostic.message}" for one in report.findings]


def test_a_list_that_is_mapped_is_reported() -> None:
    assert said(RULE) == ["KL616 Addresses is a list, from which Address of IP can't be read"]


@pytest.mark.parametrize(
    "operators",
    [
        "| mv-expand Addresses",
        "| mv-expand Addresses to typeof(string)",
        "| project-rename Those = Addresses | mv-expand Addresses = Those",
        "| extend Those = Addresses | project-away Addresses | mv-expand Those | project-rename Addresses = Those",
        '| mv-apply Addresses on (where Addresses != "10.0.0.4")',
        "| mv-apply Address = Addresses on (take 1) | project-rename Those = Addresses, Addresses = Address",
    ],
)
def test_an_element_of_a_list_is_none(operators: str) -> None:
    assert said(RULE.replace(BY, f"{BY}  {operators}\n")) == []


def test_a_list_of_what_was_expanded_is_a_list_again() -> None:
    text = RULE.replace(BY, f"{BY}  | mv-expand Addresses\n  | summarize Addresses = make_set(Addresses)\n")
    assert said(text) == ["KL616 Addresses is a list, from which Address of IP can't be read"]


def test_a_connector_of_several_tables_is_read_with_one_of_them() -> None:
    text = RULE.replace("Addresses = make_set(IPAddress)", "Addresses = take_any(IPAddress)")
    assert said(text) == []
    text = text.replace("IdentityInfo", "SigninLogs").replace("AccountUPN", "UserPrincipalName")
    assert said(text) == ["KL613 the query doesn't read BehaviorAnalytics, which the rule requires"]


def test_only_tables_that_come_together_count() -> None:
    text = RULE.replace("Addresses = make_set(IPAddress)", "Addresses = take_any(IPAddress)")
    text = text.replace("      - BehaviorAnalytics\n", "      - BehaviorAnalytics\n      - AuditLogs\n")
    assert said(text) == ["KL613 the query doesn't read AuditLogs, which the rule requires"]
