"""Functions that templates define: saved searches with an alias, for the queries beside them and for the repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

BODY = "Syslog\n| where ProcessName == vendor\n| project TimeGenerated, User = HostName, Action = Facility\n"
QUERY = "AcmeLogs('acme')\n| where Acton == 'login'\n| summarize count() by User"
SAID = 'unknown column "Acton"; did you mean "Action"?'


def template(query: str = QUERY, body: str = BODY, parameters: str = "vendor:string") -> str:
    """A solution: a parser as a function, and a rule that calls it."""
    resources = [
        {
            "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
            "name": "[concat(parameters('workspace'), '/AcmeLogs')]",
            "properties": {
                "category": "Functions",
                "displayName": "Acme",
                "functionAlias": "AcmeLogs",
                "functionParameters": parameters,
                "query": body,
            },
        },
        {
            "type": "Microsoft.SecurityInsights/alertRules",
            "kind": "Scheduled",
            "name": "rule",
            "properties": {
                "displayName": "Acme logons",
                "query": query,
                "queryFrequency": "PT1H",
                "queryPeriod": "PT1H",
                "triggerOperator": "GreaterThan",
                "triggerThreshold": 0,
                "severity": "Low",
                "enabled": True,
                "suppressionEnabled": False,
                "suppressionDuration": "PT1H",
                "entityMappings": [
                    {"entityType": "Account", "fieldMappings": [{"identifier": "Name", "columnName": "Usr"}]}
                ],
            },
        },
    ]
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    document = {
        "$schema": schema,
        "contentVersion": "1.0.0.0",
        "parameters": {"workspace": {"type": "string"}},
        "resources": resources,
    }
    return json.dumps(document, indent=2)


BICEP = f"""\
resource acme 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = {{
  name: 'acme'
  properties: {{
    category: 'Functions'
    displayName: 'Acme'
    functionAlias: 'AcmeLogs'
    functionParameters: 'vendor:string'
    query: '''
{BODY}'''
  }}
}}
"""
TERRAFORM = f"""\
resource "azurerm_log_analytics_saved_search" "acme" {{
  name                = "acme"
  category            = "Functions"
  display_name        = "Acme"
  function_alias      = "AcmeLogs"
  function_parameters = ["vendor:string"]
  query               = <<-KQL
{BODY}  KQL
}}
"""


@pytest.fixture
def check(kql_lint: Call) -> Callable[..., list[str]]:
    """The findings and the last line of a run, with paths and codes."""

    def run(*arguments: str) -> list[str]:
        result = kql_lint("check", "--output-format", "concise", *arguments)
        assert result.stderr == ""
        lines: list[str] = result.stdout.splitlines()
        return lines

    return run


def test_a_function_of_a_template_is_known_to_its_rules(check: Callable[..., list[str]], write: Write) -> None:
    write("mainTemplate.json", template())

    findings = check()

    assert [line.partition(" ")[2] for line in findings[:-1]] == [
        f"KL201 [error] {SAID}",
        'KL601 [error] the query returns no column "Usr" for Name of Account; did you mean "User"?',
    ]
    assert findings[-1] == "Found 2 errors in 1 file (2 queries)."
    assert check() == findings, "from the cache too"


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("[concat('Syslog | where ', parameters('filter'))]", ""),  # only the deployment knows
        ("Syslog | where (", ""),  # its own finding says that it is broken
        ("Syslog\n| project User = HostName", "vendor"),  # no parameter
    ],
)
def test_nothing_is_said_of_what_a_function_gives_that_is_not_known(
    check: Callable[..., list[str]], write: Write, body: str, parameters: str
) -> None:
    write("mainTemplate.json", template("AcmeLogs | where Anything == 1 | project Usr", body, parameters))

    codes = {line.split()[1] for line in check("--select", "KL2,KL6,KL005", "--ignore", "KL618")[:-1]}

    assert codes <= {"KL202", "KL203"}


def test_a_function_that_calls_itself_or_is_there_twice(check: Callable[..., list[str]], write: Write) -> None:
    write("mainTemplate.json", template("AcmeLogs | where Anything == 1 | project Usr", "AcmeLogs | take 1", ""))

    assert check()[-1].startswith("No findings in 1 file (2 queries)")


@pytest.mark.parametrize(
    ("name", "text"),
    [("f/main.json", template("Syslog")), ("f/main.bicep", BICEP), ("f/main.tf", TERRAFORM), ("f/AcmeLogs.txt", BODY)],
)
def test_files_of_functions_for_the_repository(
    check: Callable[..., list[str]], write: Write, name: str, text: str
) -> None:
    write(name, text.replace("== vendor", "== 'x'") if name.endswith(".txt") else text)
    write(".kql-lint.toml", 'functions = ["f/*"]')
    write("rules/a.kql", QUERY if not name.endswith(".txt") else QUERY.replace("('acme')", ""))

    assert check("rules") == [f"rules/a.kql:2:9: KL201 [error] {SAID}", "Found 1 error in 1 file (1 query)."]


@pytest.mark.parametrize(("name", "text"), [("main.bicep", BICEP), ("main.tf", TERRAFORM)])
def test_functions_beside_rules_in_bicep_and_terraform(
    check: Callable[..., list[str]], write: Write, name: str, text: str
) -> None:
    rule = {
        "main.bicep": "resource b 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = {\n"
        "  name: 'b'\n  properties: {\n    displayName: 'b'\n    query: 'AcmeLogs(1) | where Acton == 1'\n  }\n}\n",
        "main.tf": 'resource "azurerm_log_analytics_saved_search" "b" {\n  name = "b"\n  display_name = "b"\n'
        '  query = "AcmeLogs(1) | where Acton == 1"\n}\n',
    }
    write(name, text + rule[name])

    (finding, last) = check("--select", "KL201")

    assert finding.endswith(f"KL201 [error] {SAID}")
    assert last == "Found 1 error in 1 file (2 queries)."


def test_a_function_of_a_template_comes_before_that_of_the_repository(
    check: Callable[..., list[str]], write: Write
) -> None:
    write("f/AcmeLogs.kql", "SigninLogs | project Acton = UserPrincipalName, Usr = 1\n")
    write("a.kql", "AcmeLogs | where Acton == 'a'\n")
    write("mainTemplate.json", template())

    findings = check("--functions", "f/*.kql", "a.kql", "mainTemplate.json")

    assert [line.split(":")[0] for line in findings[:-1]] == ["mainTemplate.json", "mainTemplate.json"]


def test_a_mistake_in_a_function_of_the_repository_is_said_though_a_template_has_others(
    check: Callable[..., list[str]], write: Write
) -> None:
    write("f/Broken.kql", "SigninLogs | where (\n")
    write("mainTemplate.json", template("union AcmeLogs('a'), Broken | project Usr"))

    findings = check("--functions", "f/*.kql", "mainTemplate.json", "--select", "KL0")

    assert findings == [
        "f/Broken.kql:1:21: KL005 [error] the function Broken has a syntax error: the query ends here; "
        "expected an expression",
        "Found 1 error in 1 of 2 files (2 queries).",
    ]
