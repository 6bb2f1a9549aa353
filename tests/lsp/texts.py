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

# A query with a let, a function and a column of its own, in each of the files.
NAMED = "let Since = ago(1d);\nDeviceEvents\n| where Timestamp > Since\n| extend Who = DeviceName\n| project Who\n"


def in_file(name: str, query: str) -> str:
    """A file of this name with a query in it."""
    if name == "rule.yaml":
        lines = "".join(f"  {line}\n" for line in query.splitlines())
        return f"id: 5e28a1c4-6b1f-4b39-9a51-1f6e0c4f6a01\nname: Rule 😀\nkind: Scheduled\nquery: |\n{lines}"
    if name == "hunting.md":
        return f"# Hunting 😀\n\n```kql\n{query}```\n"
    if name == "arm.json":
        template = json.loads(ARM)
        template["resources"][0]["properties"]["query"] = query
        return json.dumps(template, indent=2)
    return query


def place_of(text: str, word: str, number: int = 0, within: int = 0) -> tuple[int, int]:
    """The line and the column (in UTF-16) of a word, the n-th in the text, or of a place within it."""
    at = -1
    for _ in range(number + 1):
        at = text.index(word, at + 1)
    before = text[: at + within]
    line = before.count("\n")
    return line, len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
