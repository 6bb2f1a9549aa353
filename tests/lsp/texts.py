"""The same faulty query in each of the files that it may lie in."""

from __future__ import annotations

import json

QUERY = 'DeviceNetworkEvents\n| where ActionType == "ConnectionSucces"\n| project Timestamp, DeviceName, RemoteIP\n'

YAML = """id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01
name: Connections
kind: Scheduled
query: |
  DeviceNetworkEvents
  | where ActionType == "ConnectionSucces"
  | project Timestamp, DeviceName, RemoteIP
"""

MARKDOWN = f"# Hunting 😀\n\n```kql\n{QUERY}```\n"

ARM = json.dumps(
    {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "resources": [
            {
                "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
                "kind": "Scheduled",
                "name": "a",
                "properties": {"displayName": "Connections", "query": QUERY},
            }
        ],
    },
    indent=2,
)

# The name of each file, its text, and the line and columns (from 0, in UTF-16) of "ConnectionSucces" with its quotes.
FILES = {
    "a.kql": (QUERY, (1, 22, 40)),
    "rule.yaml": (YAML, (5, 24, 42)),
    "hunting.md": (MARKDOWN, (4, 22, 40)),
}
_LINE = next(number for number, line in enumerate(ARM.split("\n")) if '"query"' in line)
_COLUMN = ARM.split("\n")[_LINE].index('\\"ConnectionSucces\\"')
FILES["arm.json"] = (ARM, (_LINE, _COLUMN, _COLUMN + 20))
