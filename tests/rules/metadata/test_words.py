"""Messages call a setting what the file calls it: Terraform has other names than the API."""

from __future__ import annotations

from kql_lint.runner import Options, lint_file
from kql_lint.source import read_source

from .files import messages as said_of
from .files import scheduled

RULE = """\
resource "azurerm_sentinel_alert_rule_scheduled" "spray" {
  name              = "spray"
  display_name      = "Password spray"
  severity          = "High"
  query_frequency   = "PT1H"
  query_period      = "1h"
  trigger_operator  = "gt"
  trigger_threshold = 20000
  query             = <<-KQL
    SigninLogs
    | summarize Accounts = dcount(UserPrincipalName) by IPAddress
  KQL
  alert_details_override {
    display_name_format  = "Spray by {{}}"
    severity_column_name = "Level"
  }
}

resource "azurerm_sentinel_alert_rule_nrt" "now" {
  name         = "now"
  display_name = "Now"
  query_period = "PT5M"
  query        = "SigninLogs | where TimeGenerated > ago(1d)"
}

locals {
  rules = {
    old = {
      display_name      = "Old sign-ins"
      query_frequency   = "PT1H"
      query_period      = "PT1H"
      trigger_operator  = "GreaterThan"
      trigger_threshold = 0
      query             = "SigninLogs | where TimeGenerated between (ago(7d) .. ago(6d))"
    }
    rare = { display_name = "Rare", query_frequency = "P2D", query_period = "P1D", query = "SigninLogs | take 1" }
  }
}
"""
BICEP = """\
resource rare 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  kind: 'Scheduled'
  properties: {
    displayName: 'Rare'
    enabled: true
    suppressionEnabled: false
    suppressionDuration: 'PT5H'
    queryFrequency: 'PT1H'
    queryPeriod: '1h'
    query: 'SigninLogs | take 1'
  }
}
"""


def messages(path: str, text: str) -> list[str]:
    report = lint_file(path, Options(), lambda path: read_source(path, text.encode()))
    assert report.errors == []
    return [one.diagnostic.message for one in report.findings if one.diagnostic.code.startswith("KL6")]


def test_terraform() -> None:
    assert messages("main.tf", RULE) == [
        'query_period "1h" is no length of time; write it as PT1H, PT30M or P14D',
        'trigger_operator can\'t be "gt"; write GreaterThan, LessThan, Equal or NotEqual',
        'trigger_threshold can\'t be "20000"; it is a whole number from 0 to 10,000',
        "this placeholder of display_name_format names no column",
        'the query returns no column "Level" for severity_column_name',
        "query_period has no effect in an NRT rule, which runs every minute and reports each result",
        "the rule sees 1 hour of data, and this asks for rows 7 days back",
        "the rule runs every 2 days and looks back 1 day: 1 day is never looked at",
    ]


def test_the_place_of_the_period_has_its_name_too() -> None:
    report = lint_file("main.tf", Options(), lambda path: read_source(path, RULE.encode()))

    told = {item.message for one in report.findings for item in one.diagnostic.related}
    assert {"query_period is PT1H", "query_period is 1 day"} <= told


def test_bicep_has_the_names_of_the_api() -> None:
    assert messages("main.bicep", BICEP) == [
        "the schedule lacks triggerOperator and triggerThreshold",
        'queryPeriod "1h" is no length of time; write it as PT1H, PT30M or P14D',
    ]


def test_an_empty_column_overrides_nothing() -> None:
    override = "alertDetailsOverride:\n  alertSeverityColumnName: ''\n  alertDynamicProperties:\n"
    more = (
        override + "  - {alertProperty: ConfidenceLevel, value: ''}\n  - {alertProperty: ProductName, value: Vendor}\n"
    )
    assert said_of(scheduled("SigninLogs", more), "KL603") == [
        (
            "Vendor",
            'the query returns no column "Vendor" for the alert\'s ProductName; it is a column of DeviceInfo and '
            "NetworkMonitoring",
        )
    ]
