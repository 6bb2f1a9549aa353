"""Small repositories of the kinds that were once green because nothing in them was read: all that is said of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]
Write = Callable[..., Path]

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def template(*resources: dict[str, object]) -> str:
    """A template of Azure's with a line for each key."""
    document = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources)}
    return json.dumps(document, indent=2)


def rule(query: str, column: str) -> dict[str, object]:
    """An analytics rule that maps an account to a column."""
    return {
        "type": "Microsoft.SecurityInsights/alertRules",
        "kind": "Scheduled",
        "name": "rule",
        "properties": {
            "displayName": "Badge at night",
            "query": query,
            "queryFrequency": "PT1H",
            "queryPeriod": "PT1H",
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
            "severity": "Low",
            "enabled": True,
            "entityMappings": [
                {"entityType": "Account", "fieldMappings": [{"identifier": "Name", "columnName": column}]}
            ],
        },
    }


MARKDOWN = {
    "README.md": "# Hunts\n\n```\nhunts/\n  logons.md\n```\n",
    "hunts/logons.md": (
        "# Logons\n\nFailed logons of a week:\n\n```\nDeviceLogonEvents\n| where Timestamp > ago(7d)\n"
        '| where ActionType == "LogonFail"\n```\n\nBy country:\n\n```text\nSigninLogs\n'
        "| summarize count() by Location\n```\n"
    ),
    "hunts/splunk.md": "```\nindex=main\n| stats count by user\n```\n",
}
TEXTS = {
    "Parsers/BadgeReader": (
        "// Doors of the head office\nlet doors = dynamic([1, 2]);\nSyslog\n| where Facility in (doors)\n"
    ),
    "Parsers/vpn.txt": 'Syslog\n| where ProcessName == "vpn"\n| where SyslogMesage has "denied"\n',
    "requirements.txt": "sentinel-tools>=2\n",
}
FUNCTIONS = {
    "Package/mainTemplate.json": template(
        {
            "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
            "properties": {
                "category": "Functions",
                "displayName": "Badge reader",
                "functionAlias": "BadgeReader",
                "functionParameters": "site:string = 'all'",
                "query": "Syslog\n| where site == 'all' or HostName startswith site\n"
                "| project TimeGenerated, Person = ProcessName, Door = Facility",
            },
        },
        rule("BadgeReader('north')\n| where Dor == 'lab'\n| project TimeGenerated, Person", "Persn"),
    )
}
LOGIC_APP = {
    "Playbooks/enrich.json": json.dumps(
        {
            "definition": {
                "triggers": {"Incident": {"type": "ApiConnectionWebhook", "inputs": {"path": "/incident-creation"}}},
                "actions": {
                    "Find_logons": {
                        "type": "ApiConnection",
                        "inputs": {
                            "path": "/queryData",
                            "body": "SigninLogs\n| where UserPrincipalName == '@{triggerBody()?['upn']}'\n"
                            "| where ResultTyp == 0",
                        },
                    },
                    "If_any": {
                        "type": "If",
                        "actions": {
                            "Hunt": {
                                "type": "Http",
                                "inputs": {
                                    "method": "POST",
                                    "uri": "https://graph.microsoft.com/v1.0/security/runHuntingQuery",
                                    "body": {"Query": "DeviceEvents\n| where ActionType == 'PnpDeviceConnectd'"},
                                },
                            }
                        },
                        "else": {
                            "actions": {
                                "Ask_the_cluster": {
                                    "type": "ApiConnection",
                                    "inputs": {"path": "/ListKustoResults/false", "body": {"csl": "Doors | take = 5"}},
                                }
                            }
                        },
                    },
                },
            }
        },
        indent=2,
    )
}
BICEP = {
    "rules/logons.kql": "SigninLogs\n| where ResultType == 0\n| project TimeGenerated, UserPrincipalName\n",
    "rules/logons.bicep": """\
resource logons 'Microsoft.SecurityInsights/alertRules@2023-02-01' = {
  name: 'logons'
  kind: 'Scheduled'
  properties: {
    displayName: 'Logons'
    severity: 'Low'
    enabled: true
    query: loadTextContent('logons.kql')
    queryFrequency: 'PT1H'
    queryPeriod: 'PT1H'
    triggerOperator: 'GreaterThan'
    triggerThreshold: 0
    entityMappings: [
      { entityType: 'IP', fieldMappings: [{ identifier: 'Address', columnName: 'IPAddress' }] }
    ]
  }
}
""",
}

REPOSITORIES = {
    "markdown": (
        MARKDOWN,
        'hunts/logons.md:8:23: KL101 [error] unknown ActionType "LogonFail" for DeviceLogonEvents; '
        'did you mean "LogonFailed"?\n'
        "Found 1 error in 1 of 3 files (2 queries). 2 code blocks are not plainly KQL and are not read: "
        "2 without a language (README.md:3 and hunts/splunk.md:1).\n",
    ),
    "texts": (
        TEXTS,
        'Parsers/vpn.txt:3:9: KL201 [error] unknown column "SyslogMesage"; did you mean "SyslogMessage"?\n'
        "Found 1 error in 1 of 2 files (2 queries).\n",
    ),
    "functions": (
        FUNCTIONS,
        'Package/mainTemplate.json:21:49: KL201 [error] unknown column "Dor"; did you mean "Door"?\n'
        'Package/mainTemplate.json:34:32: KL601 [error] the query returns no column "Persn" for Name of Account; '
        'did you mean "Person"?\n'
        "Found 2 errors in 1 file (2 queries).\n",
    ),
    "logic app": (
        LOGIC_APP,
        'Playbooks/enrich.json:16:97: KL201 [error] unknown column "ResultTyp"; did you mean "ResultType"?\n'
        'Playbooks/enrich.json:28:63: KL101 [error] unknown ActionType "PnpDeviceConnectd" for DeviceEvents; '
        'did you mean "PnpDeviceConnected"?\n'
        'Playbooks/enrich.json:40:27: KL202 [info] unknown table "Doors"\n'
        "Playbooks/enrich.json:40:40: KL001 [error] unexpected `=`; expected an expression\n"
        "Found 3 errors and 1 note in 1 file (3 queries).\n",
    ),
    "bicep": (
        BICEP,
        'rules/logons.bicep:14:81: KL601 [error] the query returns no column "IPAddress" for Address of IP\n'
        "Found 1 error in 1 of 2 files (2 queries).\n",
    ),
}


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_is_said_of_a_repository(kql_lint: Call, write: Write, name: str) -> None:
    files, expected = REPOSITORIES[name]
    for path, text in files.items():
        write(path, text)

    result = kql_lint("check", "--output-format", "concise")

    assert result.stdout == expected
    assert (result.exit_code, result.stderr) == (1, "")
